"""Agent definition files beside open plans: known when a plan is first checked, and read again when they change."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.lsp.client import PULLED, PUSHED, Client

PLAN = "tasks:\n  - id: T1\n    estimated_time: 2h\n    agent: {}\n"
AGENT = "---\nname: {}\ndescription: d\n---\n"


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def folder_of(path: Path) -> dict[str, str]:
    (path / ".git").mkdir(exist_ok=True)
    return {"uri": path.as_uri(), "name": path.name}


def codes(found: list[dict[str, Any]]) -> set[str]:
    return {each["code"] for each in found} - {"critical-path"}


async def until(client: Client, path: Path, expected: set[str]) -> None:
    """Wait until the last thing published of a file is what is expected."""
    uri = path.as_uri()
    async with asyncio.timeout(20):
        while not client.published(uri) or codes(client.published(uri)[-1]["diagnostics"]) != expected:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def watched(client: Client, *paths: Path) -> None:
    changes = [{"uri": path.as_uri(), "type": 2} for path in paths]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})


async def test_agents_are_known_when_a_plan_is_first_checked(client: Client, tmp_path: Path):
    write(tmp_path, ".claude/agents/dev.md", AGENT.format("dev"))
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    plan = tmp_path / "plans" / "x.plan.yaml"
    client.open(PLAN.format("dev"), uri=plan.as_uri())
    assert codes(await client.diagnostics(1, plan.as_uri())) == set()
    assert len(client.published(plan.as_uri())) == 1


async def test_a_client_that_asks_waits_for_them_too(client: Client, tmp_path: Path):
    write(tmp_path, ".codex/agents/dev.toml", "name='dev'\ndescription='d'\ndeveloper_instructions='i'\n")
    await client.initialize(PULLED, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open(PLAN.format("dev"), uri=uri)
    answer = await client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    assert codes(answer["result"]["items"]) == set()


async def test_definitions_that_come_change_and_go(client: Client, tmp_path: Path):
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    plan = tmp_path / "x.plan.yaml"
    client.open(PLAN.format("dev"), uri=plan.as_uri())
    await until(client, plan, {"unknown-agent"})
    agent = write(tmp_path, ".claude/agents/dev.md", AGENT.format("dev"))
    watched(client, agent)
    await until(client, plan, set())
    agent.write_text(AGENT.format("other"))
    watched(client, agent)
    await until(client, plan, {"unknown-agent"})
    agent.write_text(AGENT.format("dev"))
    watched(client, agent)
    await until(client, plan, set())
    agent.unlink()
    agent.parent.rmdir()
    # Some clients tell of the folder only.
    watched(client, agent.parent)
    await until(client, plan, {"unknown-agent"})


async def test_a_client_that_does_not_watch_is_served_when_it_saves(client: Client, tmp_path: Path):
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    plan = tmp_path / "x.plan.yaml"
    client.open(PLAN.format("dev"), uri=plan.as_uri())
    await until(client, plan, {"unknown-agent"})
    write(tmp_path, ".cursor/agents/dev.md", "---\ndescription: d\n---\n")
    client.notify("textDocument/didSave", {"textDocument": {"uri": plan.as_uri()}})
    await until(client, plan, set())


async def test_a_broken_definition_is_shown_in_its_file_and_goes_away(client: Client, tmp_path: Path):
    agent = write(tmp_path, ".claude/agents/dev.md", "---\nname: dev\n---\n")
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    await until(client, agent, {"schema"})
    (found,) = client.published(agent.as_uri())[-1]["diagnostics"]
    assert found["severity"] == 2
    assert "`description`" in found["message"]
    agent.write_text(AGENT.format("dev"))
    watched(client, agent)
    await until(client, agent, set())


async def test_a_definition_in_the_editor_counts_instead_of_the_disks(client: Client, tmp_path: Path):
    agent = write(tmp_path, ".claude/agents/dev.md", AGENT.format("old"))
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    plan = tmp_path / "x.plan.yaml"
    client.open(PLAN.format("new"), uri=plan.as_uri())
    await until(client, plan, {"unknown-agent"})
    client.open(AGENT.format("new"), uri=agent.as_uri(), language="markdown")
    await until(client, plan, set())
    client.change(2, {"text": AGENT.format("newer")}, uri=agent.as_uri())
    await until(client, plan, {"unknown-agent"})
    client.change(3, {"text": AGENT.format("new")}, uri=agent.as_uri())
    await until(client, plan, set())
    client.notify("textDocument/didClose", {"textDocument": {"uri": agent.as_uri()}})
    await until(client, plan, {"unknown-agent"})


async def test_the_users_agents_count_unless_a_setting_empties_them(
    client: Client, tmp_path: Path, home: Path
):
    mine = write(home, ".claude/agents/mine.md", AGENT.format("mine"))
    try:
        await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
        plan = tmp_path / "x.plan.yaml"
        client.open(PLAN.format("mine"), uri=plan.as_uri())
        assert codes(await client.diagnostics(1, plan.as_uri())) == set()
        settings = {"settings": {"orchestrate": {"agents": {"userFolders": []}}}}
        client.notify("workspace/didChangeConfiguration", settings)
        await until(client, plan, {"unknown-agent"})
    finally:
        mine.unlink()


async def test_fixes_know_the_agents(client: Client, tmp_path: Path):
    write(tmp_path, ".claude/agents/dev.md", AGENT.format("schema-artist"))
    literals = {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}
    capabilities = {"textDocument": {**PUSHED["textDocument"], **literals}}
    await client.initialize(capabilities, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open(PLAN.format("schema-artst"), uri=uri)
    await client.diagnostics(1, uri)
    place = {"line": 3, "character": 12}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
    answer = await client.request("textDocument/codeAction", params)
    assert "Replace `schema-artst` by `schema-artist`" in [each["title"] for each in answer["result"]]
