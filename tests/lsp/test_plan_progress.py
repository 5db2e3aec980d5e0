"""Editors show how plans stand by their journals, live as those grow."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import CommandLine
from tests.lsp.client import PUSHED, Client

PLAN = """\
plan_id: p1
replan_triggers:
  - {condition: task_blocked >= 0h, action: escalate, severity: critical}
tasks:
  - {id: T1, estimated_time: 2h, agent: ann}
  - {id: T2, estimated_time: 4h, agent: bob, dependencies: [T1]}
"""
CHANGED = "orchestrate/progressChanged"
CODES = {"blocked", "behind-schedule", "replan-triggered"}
REFRESHING = {
    **PUSHED,
    "workspace": {"codeLens": {"refreshSupport": True}, "inlayHint": {"refreshSupport": True}},
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "a.plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def record(plan: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.chdir(plan.parent)
    return CommandLine(plan.parent, capsys)


async def until(check: Any) -> Any:
    async with asyncio.timeout(20):
        while not (found := check()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


def codes(client: Client, uri: str) -> list[str]:
    published = client.published(uri)
    return (
        sorted(each["code"] for each in published[-1]["diagnostics"] if each["code"] in CODES)
        if published
        else []
    )


async def lenses(client: Client, uri: str) -> list[str]:
    placed = (await client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}))["result"]
    titles = []
    for lens in placed:
        if lens["data"]["kind"] == "progress":
            resolved = await client.request("codeLens/resolve", lens)
            titles.append(resolved["result"]["command"]["title"])
    return titles


async def test_findings_lenses_hover_and_the_picture_follow_the_journal(
    client: Client, plan: Path, record: CommandLine
):
    uri = plan.as_uri()
    for method in ("workspace/codeLens/refresh", "workspace/inlayHint/refresh"):
        client.answers[method] = lambda _: {"result": None}
    await client.initialize(REFRESHING)
    client.open(PLAN, uri=uri)
    await client.diagnostics(1, uri)
    assert codes(client, uri) == []
    assert await lenses(client, uri) == []
    assert not client.notifications(CHANGED)

    assert record("task", "start", "a.plan.yaml", "T1").code == 0
    assert record("task", "progress", "a.plan.yaml", "T1", "--percent", "40").code == 0
    told = await until(lambda: client.notifications(CHANGED))
    (state,) = [each for each in told[-1]["plans"][0]["tasks"] if each["task"] == "T1"]
    assert told[-1]["uri"] == uri
    assert (state["state"], state["percent"]) == ("in_progress", 40)
    await until(lambda: client.requests("workspace/codeLens/refresh"))
    (lens,) = await lenses(client, uri)
    assert lens.startswith("▶ in progress, 40%, ")
    assert lens.endswith(" of 2h estimated")

    assert record("task", "block", "a.plan.yaml", "T1", "--note", "no keys").code == 0
    # The editor tells that the file has changed; else it is seen a second later.
    journal = plan.parent / ".orchestrate" / "a.events.jsonl"
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": journal.as_uri(), "type": 2}]})
    await until(lambda: codes(client, uri) == ["blocked", "replan-triggered"])
    hover = await client.request(
        "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 9}}
    )
    assert "blocked since" in str(hover["result"]["contents"])
    picture = await client.request(
        "workspace/executeCommand", {"command": "orchestrate.picture", "arguments": [{"uri": uri}]}
    )
    first, second = picture["result"]["tasks"]
    assert first["progress"]["state"] == "blocked"
    assert second["progress"]["state"] == "queued"
    assert picture["result"]["progress"]["planId"] == "p1"

    # An edit leaves them where they belong, at once.
    client.change(
        2,
        {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"},
        uri=uri,
    )
    moved = [each for each in await client.diagnostics(2, uri) if each["code"] == "blocked"]
    assert [each["range"]["start"]["line"] for each in moved] == [5]


async def test_a_plan_without_an_id_is_not_looked_for(client: Client, tmp_path: Path):
    path = tmp_path / "b.plan.yaml"
    path.write_text("tasks:\n  - id: T1\n", encoding="utf-8")
    await client.initialize()
    client.open(path.read_text(encoding="utf-8"), uri=path.as_uri())
    await client.diagnostics(1, path.as_uri())
    await client.settle()
    assert client.server.followed.documents == ()


async def test_a_journal_that_cannot_be_read_is_no_harm(client: Client, plan: Path):
    journal = plan.parent / ".orchestrate" / "a.events.jsonl"
    journal.mkdir(parents=True)
    uri = plan.as_uri()
    await client.initialize()
    client.open(PLAN, uri=uri)
    assert codes(client, uri) == []
    await client.diagnostics(1, uri)
    client.change(2, {"text": PLAN.replace("T2", "T3")}, uri=uri)
    await client.diagnostics(2, uri)


async def test_a_closed_document_is_followed_no_more(client: Client, plan: Path):
    uri = plan.as_uri()
    await client.initialize()
    client.open(PLAN, uri=uri)
    await client.diagnostics(1, uri)
    assert client.server.followed.documents == (uri,)
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert client.server.followed.documents == ()
