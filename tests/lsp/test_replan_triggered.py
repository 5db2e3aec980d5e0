"""The fix of `replan-triggered`: what `orchestrate replan --triggered` does, shown first, recorded when saved."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import CommandLine
from tests.cli.test_replan_triggered import TEXT
from tests.lsp.client import PUSHED, Client, changed
from tests.lsp.test_code_actions import ACTIONS
from tests.lsp.test_plan_progress import until
from tests.lsp.test_replan import EDITS, answering, applied, execute

Json = dict[str, Any]
CAPABLE = {
    **PUSHED,
    "textDocument": {**PUSHED.get("textDocument", {}), "codeAction": ACTIONS},
    "workspace": {"applyEdit": True, "workspaceEdit": EDITS},
    "window": {"workDoneProgress": True},
}
TITLE = "Change the plan as its replan triggers ask"
NAME = "a.plan.yaml"


@pytest.fixture
def plan(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan whose first task has been under way for five hours, where two were estimated."""
    path = tmp_path / NAME
    path.write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    begun = (datetime.now(UTC) - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert CommandLine(tmp_path, capsys)("task", "start", NAME, "T1", "--now", begun).code == 0
    return path


def journal(plan: Path) -> list[str]:
    lines = (plan.parent / ".orchestrate" / "a.events.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["type"] for line in lines]


async def chosen(client: Client, plan: Path) -> tuple[str, str, Json]:
    """The document, its text, and the command of the fix at the finding."""
    text, uri = plan.read_text(encoding="utf-8"), plan.as_uri()  # noqa: ASYNC240
    await client.initialize(CAPABLE)
    client.open(text, uri=uri)
    found = await until(
        lambda: [
            each
            for each in (client.published(uri) or [{"diagnostics": []}])[-1]["diagnostics"]
            if each["code"] == "replan-triggered"
        ]
    )
    context = {"diagnostics": found[:1], "only": ["quickfix"]}
    params = {"textDocument": {"uri": uri}, "range": found[0]["range"], "context": context}
    actions = (await client.request("textDocument/codeAction", params))["result"]
    (action,) = [each for each in actions if each["title"] == TITLE]
    assert action["kind"] == "quickfix"
    assert [each["code"] for each in action["diagnostics"]] == ["replan-triggered"]
    assert action["command"]["command"] == "orchestrate.replan"
    (argument,) = action["command"]["arguments"]
    return uri, text, argument


def taking(client: Client, uri: str, text: str) -> list[Json]:
    """Let the client make every edit, and tell the server of it; what it was asked to make."""
    made: list[Json] = []

    def apply(params: Json) -> Json:
        made.append(params)
        (document,) = params["edit"]["documentChanges"]
        client.notify(
            "textDocument/didChange", changed(2, {"text": applied(text, document["edits"])}, uri=uri)
        )
        return {"result": {"applied": True}}

    answering(client)
    client.answers["workspace/applyEdit"] = apply
    return made


async def test_the_fix_changes_the_plan_and_is_recorded_when_it_is_saved(client: Client, plan: Path):
    uri, text, argument = await chosen(client, plan)
    made = taking(client, uri, text)
    result = (await execute(client, argument))["result"]
    (change,) = result["changes"]
    assert "given to `dan` instead of `ann`, because task_duration > estimated * 1.5" in change["why"]
    (params,) = made
    assert all(each["needsConfirmation"] for each in params["edit"]["changeAnnotations"].values())
    after = applied(text, params["edit"]["documentChanges"][0]["edits"])
    assert "    agent: dan  # who knows it\n" in after
    assert journal(plan) == ["started"]
    plan.write_text(after, encoding="utf-8")  # noqa: ASYNC240
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    await until(lambda: journal(plan) == ["started", "triggered", "reassigned"])
    error = (await execute(client, argument))["error"]
    assert "no replan trigger holds now" in error["message"]


async def test_what_is_undone_before_it_is_saved_is_not_recorded(client: Client, plan: Path):
    uri, text, argument = await chosen(client, plan)
    taking(client, uri, text)
    assert "result" in await execute(client, argument)
    client.notify("textDocument/didChange", changed(3, {"text": text}, uri=uri))
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    await client.settle()
    await asyncio.sleep(0.2)
    assert journal(plan) == ["started"]


async def test_where_only_a_part_is_agreed_to_nothing_is_recorded(client: Client, plan: Path):
    uri, _, argument = await chosen(client, plan)
    answering(client)  # says that the edits were made, and makes none
    result = (await execute(client, argument))["result"]
    assert any("only a part was agreed to" in each for each in result["notes"])
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    await client.settle()
    assert journal(plan) == ["started"]


async def test_where_nothing_was_recorded_there_is_nothing_to_do(client: Client, tmp_path: Path):
    path = tmp_path / NAME
    path.write_text(TEXT, encoding="utf-8")
    await client.initialize(CAPABLE)
    answering(client)
    client.open(TEXT, uri=path.as_uri())
    error = (await execute(client, {"uri": path.as_uri(), "triggered": True}))["error"]
    assert "nothing was recorded of the plan yet" in error["message"]
