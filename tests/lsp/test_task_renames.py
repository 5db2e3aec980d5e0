"""A task that is renamed in the editor keeps its history once the plan is saved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestrate_ls.execution.journal import PlanJournal
from tests.cli.running import CommandLine
from tests.lsp.client import Client
from tests.lsp.test_plan_progress import until

PLAN = "plan_id: p1\ntasks:\n  - id: T1\n  - id: T2\n    dependencies: [T1]\n"


@pytest.fixture
def plan(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "a.plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert CommandLine(tmp_path, capsys)("task", "start", "a.plan.yaml", "T1").code == 0
    return path


def kinds(plan: Path) -> list[str]:
    journal = plan.parent / ".orchestrate" / "a.events.jsonl"
    return [json.loads(line)["type"] for line in journal.read_text("utf-8").splitlines()]


async def opened(client: Client, plan: Path) -> str:
    await client.initialize()
    client.open(PLAN, uri=plan.as_uri())
    await client.diagnostics(1, plan.as_uri())
    return plan.as_uri()


async def rename(client: Client, uri: str, new: str) -> dict[str, Any]:
    where = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 9}}
    return await client.request("textDocument/rename", {**where, "newName": new})


def edited(client: Client, uri: str, version: int, text: str) -> None:
    client.change(version, {"text": text}, uri=uri)


def save(client: Client, uri: str, plan: Path, text: str) -> None:
    plan.write_text(text, encoding="utf-8")
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})


async def test_it_is_recorded_when_it_is_saved(client: Client, plan: Path):
    uri = await opened(client, plan)
    for version, (old, new) in enumerate((("T1", "A"), ("A", "B")), 2):
        assert (await rename(client, uri, new))["result"] is not None
        edited(client, uri, version, PLAN.replace("T1", new))
        assert old != new
    await client.settle()
    assert kinds(plan) == ["started"]
    save(client, uri, plan, PLAN.replace("T1", "B"))
    await until(lambda: kinds(plan) == ["started", "renamed"])
    journal = PlanJournal(plan.parent / ".orchestrate" / "a.events.jsonl", "p1")
    journal.refresh()
    assert list(journal.state.by_task()) == ["B"]


@pytest.mark.parametrize("left", [PLAN, PLAN.replace("id: T1", "id: X")])
async def test_what_was_undone_is_not_recorded(client: Client, plan: Path, left: str):
    uri = await opened(client, plan)
    assert (await rename(client, uri, "A"))["result"] is not None
    edited(client, uri, 2, PLAN.replace("T1", "A"))
    edited(client, uri, 3, left)
    save(client, uri, plan, left)
    await client.diagnostics(3, uri)
    await client.settle()
    assert kinds(plan) == ["started"]


async def test_a_task_that_the_journal_does_not_know_needs_no_event(client: Client, plan: Path):
    uri = await opened(client, plan)
    where = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 9}}
    assert (await client.request("textDocument/rename", {**where, "newName": "A"}))["result"] is not None
    text = PLAN.replace("T2", "A")
    edited(client, uri, 2, text)
    save(client, uri, plan, text)
    await client.diagnostics(2, uri)
    await client.settle()
    assert kinds(plan) == ["started"]
