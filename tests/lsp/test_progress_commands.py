"""`orchestrate.status` and `orchestrate.task`: how a plan stands, and what is reported of its tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestrate_ls.progress.event import LONGEST_TEXT
from tests.cli.running import CommandLine
from tests.lsp.client import Client
from tests.lsp.test_commands import INVALID_PARAMS, REQUEST_FAILED, execute, with_folder

PLAN = """\
tasks:
  - id: A
    estimated_time: 2h
    agent: dev
  - id: B
    estimated_time: 1h
    dependencies: [A]
    agent: dev
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "x.plan.yaml"
    path.write_text(PLAN, encoding="utf-8", newline="\n")
    return path


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


async def report(client: Client, path: Path, task: str, action: str, **more: object) -> dict[str, Any]:
    given = {"uri": path.as_uri(), "task": task, "action": action, **more}
    return await execute(client, "orchestrate.task", given)


async def states(client: Client, path: Path) -> dict[str, str]:
    status = (await execute(client, "orchestrate.status", {"uri": path.as_uri()}))["result"]
    return {each["task"]: each["state"] for each in status["tasks"]}


async def test_what_is_reported_is_in_the_status(client: Client, plan: Path):
    await with_folder(client, plan.parent)
    assert await states(client, plan) == {"A": "ready", "B": "queued"}
    said = await report(client, plan, "A", "start")
    assert said["result"]["messages"] == ["A is in progress by dev."]
    await report(client, plan, "A", "progress", percent=40)
    status = (await execute(client, "orchestrate.status", plan.as_uri()))["result"]
    assert (status["tasks"][0]["state"], status["tasks"][0]["percent"]) == ("in_progress", 40)
    assert status["overall_progress"]["by_task"] == 0.2
    assert status["next"] == []
    said = await report(client, plan, "A", "done")
    assert "B can start now." in said["result"]["messages"]
    status = (await execute(client, "orchestrate.status", plan.as_uri()))["result"]
    assert [each["task"] for each in status["next"]] == ["B"]
    assert status["headline"][0] == "1 of 2 tasks done"


async def test_the_status_is_that_of_the_command_line(client: Client, plan: Path, capsys: Any):
    await with_folder(client, plan.parent)
    cli = CommandLine(plan.parent, capsys)
    assert cli("task", "start", str(plan), "A").code == 0
    printed = cli("status", str(plan), "--format", "json").json
    status = (await execute(client, "orchestrate.status", plan.as_uri()))["result"]
    assert set(status) == {*printed, "headline", "next", "run"}
    kept = ("task", "state", "agent", "estimated", "waits_for")
    assert [[each[key] for key in kept] for each in status["tasks"]] == [
        [each[key] for key in kept] for each in printed["tasks"]
    ]


async def test_what_makes_no_sense_is_refused_and_leaves_the_plan_alone(client: Client, plan: Path):
    await with_folder(client, plan.parent)
    error = (await report(client, plan, "B", "start"))["error"]
    assert error["code"] == REQUEST_FAILED
    assert "depends on tasks that are not done" in error["message"]
    assert text_of(plan) == PLAN
    assert not list(plan.parent.rglob("*.jsonl"))
    said = await report(client, plan, "B", "start", force=True)
    assert any(each.startswith("Forced although") for each in said["result"]["messages"])


async def test_a_report_does_not_wait_until_the_editor_has_read_the_new_plan_id(client: Client, plan: Path):
    await with_folder(client, plan.parent)
    client.open(PLAN, uri=plan.as_uri())
    assert "result" in await report(client, plan, "A", "start")
    assert "plan_id" in text_of(plan)
    assert text_of(plan) != PLAN
    assert "result" in await report(client, plan, "A", "progress", percent=50)
    write(plan, text_of(plan).replace("2h", "3h"))
    assert "not saved" in (await report(client, plan, "A", "done"))["error"]["message"]


async def test_an_open_plan_has_to_be_saved_first(client: Client, plan: Path):
    await with_folder(client, plan.parent)
    client.open(PLAN.replace("2h", "3h"), uri=plan.as_uri())
    error = (await report(client, plan, "A", "start"))["error"]
    assert "not saved" in error["message"]
    assert text_of(plan) == PLAN


@pytest.mark.parametrize(
    "given",
    [
        {"action": "destroy"},
        {"action": "progress", "percent": 101},
        {"action": "progress", "percent": True},
        {"action": "start", "agent": ""},
        {"action": "start", "note": "x" * (LONGEST_TEXT + 1)},
        {"action": "start", "force": "yes"},
        {"action": 3},
    ],
)
async def test_odd_arguments_are_refused(client: Client, plan: Path, given: dict[str, object]):
    await with_folder(client, plan.parent)
    odd = {"uri": plan.as_uri(), "task": "A", **given}
    assert (await execute(client, "orchestrate.task", odd))["error"]["code"] == INVALID_PARAMS
    assert text_of(plan) == PLAN
