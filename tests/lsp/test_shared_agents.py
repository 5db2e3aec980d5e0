"""An agent that a definition file describes: found and renamed there and in all plans, from either side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lsp.client import Client, replace
from tests.lsp.test_agents import AGENT, PLAN, folder_of, until, write

Json = dict[str, Any]
RENAMING = {
    "textDocument": {"publishDiagnostics": {}},
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "changeAnnotationSupport": {},
        }
    },
}
PLAIN = {"textDocument": {"publishDiagnostics": {}}}
AT_AGENT = {"line": 3, "character": 13}
CREATING = {"textDocument": {**RENAMING["textDocument"], "codeAction": {"codeActionLiteralSupport": {}}}}


async def opened(client: Client, root: Path, capabilities: Json, definition: Path | None = None) -> Path:
    """A folder with two plans and perhaps a definition; one plan is open."""
    await client.initialize(capabilities, workspaceFolders=[folder_of(root)])
    write(root, "sub/other.plan.yaml", PLAN.format("dev") + "  - {id: T2, agent: other}\n")
    write(root, "none.plan.yaml", PLAN.format("nobody"))
    plan = write(root, "x.plan.yaml", PLAN.format("dev"))
    client.open(plan.read_text(), uri=plan.as_uri())
    await until(client, plan, set() if definition is not None else {"unknown-agent"})
    return plan


async def ask_to_rename(client: Client, path: Path, position: Json, new: str) -> Json:
    params = {"textDocument": {"uri": path.as_uri()}, "position": position, "newName": new}
    return await client.request("textDocument/rename", params)


def edited(result: Json) -> dict[str, list[str]]:
    return {
        Path(each["textDocument"]["uri"]).name: [edit["newText"] for edit in each["edits"]]
        for each in result["documentChanges"]
        if "edits" in each
    }


async def test_renaming_from_a_plan(client: Client, tmp_path: Path):
    definition = write(tmp_path, ".claude/agents/dev.md", AGENT.format("dev"))
    plan = await opened(client, tmp_path, RENAMING, definition)
    result = (await ask_to_rename(client, plan, AT_AGENT, "coder"))["result"]
    assert edited(result) == {"x.plan.yaml": ["coder"], "dev.md": ["coder"], "other.plan.yaml": ["coder"]}
    move = result["documentChanges"][-1]
    assert (move["kind"], move["oldUri"]) == ("rename", definition.as_uri())
    assert move["newUri"] == definition.with_name("coder.md").as_uri()
    assert set(result["changeAnnotations"]) == {move["annotationId"]}
    versions = [each["textDocument"]["version"] for each in result["documentChanges"][:-1]]
    assert versions == [1, None, None]


async def test_renaming_from_the_definition(client: Client, tmp_path: Path):
    definition = write(tmp_path, ".claude/agents/dev.md", AGENT.format("old"))
    await opened(client, tmp_path, RENAMING)
    client.open(AGENT.format("old"), uri=definition.as_uri(), language="markdown")
    # Typed a moment ago, so that nothing has read it yet.
    client.change(2, replace((1, 6), (1, 9), "dev"), uri=definition.as_uri())
    params = {"textDocument": {"uri": definition.as_uri()}, "position": {"line": 1, "character": 7}}
    prepared = (await client.request("textDocument/prepareRename", params))["result"]
    assert prepared["placeholder"] == "dev"
    assert prepared["range"] == {"start": {"line": 1, "character": 6}, "end": {"line": 1, "character": 9}}
    result = (await client.request("textDocument/rename", {**params, "newName": "coder"}))["result"]
    assert edited(result) == {"dev.md": ["coder"], "x.plan.yaml": ["coder"], "other.plan.yaml": ["coder"]}
    assert result["documentChanges"][0]["textDocument"] == {"uri": definition.as_uri(), "version": 2}


async def test_all_places_are_found_from_either_side(client: Client, tmp_path: Path):
    definition = write(tmp_path, ".claude/agents/dev.md", AGENT.format("dev"))
    plan = await opened(client, tmp_path, PLAIN, definition)
    client.open(AGENT.format("dev"), uri=definition.as_uri(), language="markdown")
    for path, position in ((plan, AT_AGENT), (definition, {"line": 1, "character": 7})):
        params = {"textDocument": {"uri": path.as_uri()}, "position": position}
        found = (
            await client.request(
                "textDocument/references", {**params, "context": {"includeDeclaration": True}}
            )
        )["result"]
        assert [(Path(each["uri"]).name, each["range"]["start"]["line"]) for each in found] == [
            ("dev.md", 1), ("other.plan.yaml", 3), ("x.plan.yaml", 3),
        ]  # fmt: skip
        uses = (
            await client.request(
                "textDocument/references", {**params, "context": {"includeDeclaration": False}}
            )
        )["result"]
        assert uses == found[1:]


async def test_an_editor_that_cannot_rename_files_renames_what_it_can(client: Client, tmp_path: Path):
    definition = write(tmp_path, ".claude/agents/dev.md", AGENT.format("dev"))
    plan = await opened(client, tmp_path, PLAIN, definition)
    result = (await ask_to_rename(client, plan, AT_AGENT, "coder"))["result"]
    assert {Path(uri).name for uri in result["changes"]} == {"x.plan.yaml", "dev.md", "other.plan.yaml"}


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("tester", "there is an agent `tester` already, described in `.claude/agents/tester.md`"),
        ("other", "other.plan.yaml: there is an agent `other` in this plan already"),
        (" ", "empty"),
    ],
)
async def test_a_name_that_is_taken(client: Client, tmp_path: Path, new: str, reason: str):
    definition = write(tmp_path, ".claude/agents/dev.md", AGENT.format("dev"))
    write(tmp_path, ".claude/agents/tester.md", AGENT.format("tester"))
    plan = await opened(client, tmp_path, RENAMING, definition)
    error = (await ask_to_rename(client, plan, AT_AGENT, new))["error"]
    assert reason in error["message"]


async def test_an_agent_that_is_called_like_its_file(client: Client, tmp_path: Path):
    definition = write(tmp_path, ".cursor/agents/dev.md", "---\ndescription: d\n---\n")
    plan = await opened(client, tmp_path, PLAIN, definition)
    error = (await ask_to_rename(client, plan, AT_AGENT, "coder"))["error"]
    assert "rename the file first" in error["message"]


async def test_a_new_definition_is_made_where_the_editor_can(client: Client, tmp_path: Path):
    capabilities = {**RENAMING, **CREATING}
    plan = await opened(client, tmp_path, capabilities)
    params = {
        "textDocument": {"uri": plan.as_uri()},
        "range": {"start": AT_AGENT, "end": AT_AGENT},
        "context": {"diagnostics": []},
    }
    actions = (await client.request("textDocument/codeAction", params))["result"]
    (action,) = [each for each in actions if ".claude/agents/dev.md" in each["title"]]
    create, content = action["edit"]["documentChanges"]
    assert create == {"kind": "create", "uri": (tmp_path / ".claude/agents/dev.md").as_uri()}
    assert content["edits"][0]["newText"].startswith("---\nname: dev\n")


async def test_a_new_definition_is_not_offered_where_the_editor_cannot(client: Client, tmp_path: Path):
    plan = await opened(client, tmp_path, {"textDocument": CREATING["textDocument"]})
    params = {
        "textDocument": {"uri": plan.as_uri()},
        "range": {"start": AT_AGENT, "end": AT_AGENT},
        "context": {"diagnostics": []},
    }
    actions = (await client.request("textDocument/codeAction", params))["result"]
    assert not [each for each in actions if "new file" in each["title"]]
