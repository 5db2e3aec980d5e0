"""Definition, references, rename, hover, symbols, call hierarchy, folding and selection, message by message."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.client import PLAN, PUSHED, Client, replace

TEXT = """\
# orchestrate: plan
goal: é😀 x
agents: [{id: dev}]
tasks:
  - id: T1
    agent: dev
  - {id: "😀", agent: dev, dependencies: [T1]}
"""
DOCUMENT = {"textDocument": {"uri": PLAN}}
OTHER = {"textDocument": {"uri": "file:///folder/notes.txt"}}
REQUEST_FAILED, INVALID_PARAMS = -32803, -32602
AT_T1 = {"line": 6, "character": 43}
"""In UTF-16, on the dependency behind the emoji."""

METHODS: list[tuple[str, dict[str, Any]]] = [
    ("textDocument/definition", {"position": AT_T1}),
    ("textDocument/declaration", {"position": AT_T1}),
    ("textDocument/references", {"position": AT_T1, "context": {"includeDeclaration": True}}),
    ("textDocument/documentHighlight", {"position": AT_T1}),
    ("textDocument/prepareRename", {"position": AT_T1}),
    ("textDocument/rename", {"position": AT_T1, "newName": "x"}),
    ("textDocument/hover", {"position": AT_T1}),
    ("textDocument/documentSymbol", {}),
    ("textDocument/prepareCallHierarchy", {"position": AT_T1}),
    ("textDocument/foldingRange", {}),
    ("textDocument/selectionRange", {"positions": [AT_T1]}),
]


def place(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


async def asked(
    client: Client, method: str, capabilities: dict[str, Any] | None = None, text: str = TEXT, **params: Any
) -> Any:
    await client.initialize(capabilities)
    client.open(text)
    return (await client.request(method, {**DOCUMENT, **params}))["result"]


@pytest.mark.parametrize(("method", "params"), METHODS)
async def test_every_request_is_answered_for_plans_other_files_and_half_typed_text(
    client: Client, method: str, params: dict[str, Any]
):
    await client.initialize()
    client.open(TEXT)
    client.open("T1\n", uri=OTHER["textDocument"]["uri"])
    assert (await client.request(method, {**DOCUMENT, **params}))["result"]
    for document in (OTHER, {"textDocument": {"uri": "file:///not/open.plan.yaml"}}):
        answer = await client.request(method, {**document, **params})
        assert not answer["result"]
    client.change(2, replace((6, 20), (6, 99), "\n  - id: 'T"))
    answer = await client.request(method, {**DOCUMENT, **params})
    assert "result" in answer or answer["error"]["code"] == REQUEST_FAILED
    assert (await client.request(method, {"textDocument": 5}))["error"]["code"] == INVALID_PARAMS


async def test_definitions_are_locations_or_links(client: Client):
    (found,) = await asked(client, "textDocument/definition", position=AT_T1)
    assert found == {"uri": PLAN, "range": place(4, 8, 10)}
    other = Client()
    capabilities = {"textDocument": {"definition": {"linkSupport": True}}}
    (link,) = await asked(other, "textDocument/definition", capabilities, position=AT_T1)
    other.end()
    assert link["originSelectionRange"] == place(6, 42, 44)
    assert link["targetSelectionRange"] == place(4, 8, 10)
    assert link["targetRange"]["end"] == {"line": 5, "character": 14}


async def test_an_agents_definition_may_be_a_file(client: Client, tmp_path: Path):
    agents = tmp_path / ".claude" / "agents"
    await asyncio.to_thread(agents.mkdir, parents=True)
    await asyncio.to_thread((agents / "dev.md").write_text, "---\nname: dev\ndescription: x\n---\n", "utf-8")
    await client.initialize(workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open("tasks:\n  - id: T1\n    agent: dev\n", uri=uri)
    await client.diagnostics(1, uri)
    params = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 12}}
    (found,) = (await client.request("textDocument/definition", params))["result"]
    assert found == {"uri": (agents / "dev.md").as_uri(), "range": place(1, 6, 9)}


async def test_references_and_highlights(client: Client):
    context = {"includeDeclaration": False}
    (found,) = await asked(client, "textDocument/references", position=AT_T1, context=context)
    assert found["range"] == place(6, 42, 44)
    answer = await client.request("textDocument/documentHighlight", {**DOCUMENT, "position": AT_T1})
    assert answer["result"] == [
        {"range": place(4, 8, 10), "kind": 3},
        {"range": place(6, 42, 44), "kind": 2},
    ]


async def test_renaming(client: Client):
    assert await asked(client, "textDocument/prepareRename", position=AT_T1) == {
        "range": place(6, 42, 44),
        "placeholder": "T1",
    }
    answer = await client.request("textDocument/rename", {**DOCUMENT, "position": AT_T1, "newName": "a, b"})
    (edits,) = answer["result"]["changes"].values()
    assert edits == [
        {"range": place(4, 8, 10), "newText": "a, b"},
        {"range": place(6, 42, 44), "newText": "'a, b'"},
    ]
    answer = await client.request("textDocument/rename", {**DOCUMENT, "position": AT_T1, "newName": "😀"})
    assert answer["error"]["code"] == REQUEST_FAILED
    assert "already" in answer["error"]["message"]


async def test_a_renaming_names_the_version_where_the_client_checks_it(client: Client):
    capabilities = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
    result = await asked(client, "textDocument/rename", capabilities, position=AT_T1, newName="x")
    (change,) = result["documentChanges"]
    assert change["textDocument"] == {"uri": PLAN, "version": 1}
    assert len(change["edits"]) == 2


async def test_prepare_rename_is_offered_to_those_who_know_it(client: Client):
    assert (await client.initialize())["capabilities"]["renameProvider"] is True
    other = Client()
    capabilities = {"textDocument": {"rename": {"prepareSupport": True}}}
    assert (await other.initialize(capabilities))["capabilities"]["renameProvider"] == {
        "prepareProvider": True
    }
    other.end()


@pytest.mark.parametrize(
    ("formats", "kind", "start"),
    [
        (["markdown", "plaintext"], "markdown", "**Task `T1`**"),
        (["plaintext", "markdown"], "plaintext", "Task T1"),
        ([], "plaintext", "Task T1"),
    ],
)
async def test_hover_comes_as_the_client_likes_it(client: Client, formats: list[str], kind: str, start: str):
    capabilities = {"textDocument": {"hover": {"contentFormat": formats}}}
    found = await asked(client, "textDocument/hover", capabilities, position=AT_T1)
    assert found["contents"]["kind"] == kind
    assert found["contents"]["value"].startswith(f"{start}\n")
    assert found["range"] == place(6, 42, 44)


async def test_symbols_are_trees_or_lists(client: Client):
    flat = await asked(client, "textDocument/documentSymbol")
    assert [each["name"] for each in flat] == ["goal", "agents", "dev", "tasks", "T1", "😀"]
    assert flat[-1]["containerName"] == "tasks"
    assert flat[-1]["location"]["range"] == place(6, 4, 46)
    other = Client()
    capabilities = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}
    tree = await asked(other, "textDocument/documentSymbol", capabilities)
    other.end()
    assert [each["name"] for each in tree] == ["goal", "agents", "tasks"]
    assert tree[2]["children"][1]["selectionRange"] == place(6, 9, 13)


async def test_all_open_plans_are_searched(client: Client):
    await client.initialize()
    client.open(TEXT)
    client.open("tasks:\n  - id: T1b\n", uri="file:///folder/b.plan.yaml")
    client.open("tasks:\n  - id: T1c\n", uri="file:///folder/c.txt")
    found = (await client.request("workspace/symbol", {"query": "t1"}))["result"]
    assert [(each["name"], each["location"]["uri"]) for each in found] == [
        ("T1", PLAN),
        ("T1b", "file:///folder/b.plan.yaml"),
    ]


async def test_calls_go_both_ways(client: Client):
    (item,) = await asked(client, "textDocument/prepareCallHierarchy", position=AT_T1)
    assert (item["name"], item["selectionRange"]) == ("T1", place(4, 8, 10))
    (call,) = (await client.request("callHierarchy/incomingCalls", {"item": item}))["result"]
    assert (call["from"]["name"], call["fromRanges"]) == ("😀", [place(6, 42, 44)])
    (back,) = (await client.request("callHierarchy/outgoingCalls", {"item": call["from"]}))["result"]
    assert (back["to"]["name"], back["fromRanges"]) == ("T1", [place(6, 42, 44)])
    for data in (None, 5, {}, {"plan": "x", "id": 3, "index": []}, {"plan": 99, "id": "T1", "index": 0}):
        answer = await client.request("callHierarchy/incomingCalls", {"item": {**item, "data": data}})
        assert not answer["result"]


async def test_folds_keep_to_the_limit_of_the_client(client: Client):
    folds = await asked(client, "textDocument/foldingRange")
    assert folds == [{"startLine": 3, "endLine": 6}, {"startLine": 4, "endLine": 5}]
    other = Client()
    capabilities = {**PUSHED, "textDocument": {"foldingRange": {"rangeLimit": 1}}}
    assert await asked(other, "textDocument/foldingRange", capabilities) == folds[:1]
    other.end()


async def test_each_position_gets_its_selection(client: Client):
    positions = [AT_T1, {"line": 0, "character": 3}, {"line": 99, "character": 0}]
    found = await asked(client, "textDocument/selectionRange", positions=positions)
    assert len(found) == 3
    assert found[0]["range"] == place(6, 42, 44)
    assert found[0]["parent"]["range"] == place(6, 41, 45)
