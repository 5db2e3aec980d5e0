"""Plans drafted again from the editor: actions that are worked out when they are chosen, and a command."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from orchestrate_ls.lsp.planning_question import ReplanQuestion
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.replan import Replanned
from orchestrate_ls.planner.replan_request import ReplanRequest
from tests.cli.running import CommandLine
from tests.lsp.client import PLAN, Client, changed, replace
from tests.lsp.test_code_actions import ACTIONS, SIMPLE, ask, one, resolve
from tests.lsp.workspace import until
from tests.planner.test_user_catalogue import OWN

Json = dict[str, Any]
EDITS = {
    "documentChanges": True,
    "resourceOperations": ["create", "rename", "delete"],
    "changeAnnotationSupport": {"groupsOnLabel": True},
}
CAPABLE = {
    "textDocument": {"codeAction": ACTIONS},
    "workspace": {"applyEdit": True, "workspaceEdit": EDITS},
    "window": {"workDoneProgress": True},
}
PLAIN = {"textDocument": {"codeAction": ACTIONS}, "workspace": {"applyEdit": True}}
GOAL = "Build a shop with search and payments"
TEXT = plan_offline(GOAL).text
BROADER = TEXT.replace(GOAL, f"{GOAL}, reviews")
NARROWER = TEXT.replace(GOAL, "Build a shop with payments")
REQUEST_FAILED, INVALID_PARAMS, CONTENT_MODIFIED, CANCELLED = -32803, -32602, -32801, -32800
NO_GOAL = "tasks:\n  - id: T1\n    name: Search\n"


def line_of(words: str, text: str = TEXT) -> int:
    return text[: text.index(words)].count("\n")


def applied(text: str, edits: list[Json]) -> str:
    """The text after edits as a client makes them (in UTF-16, here all ASCII)."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def at(place: Json) -> int:
        return starts[place["line"]] + place["character"]

    for edit in sorted(edits, key=lambda each: at(each["range"]["start"]), reverse=True):
        text = text[: at(edit["range"]["start"])] + edit["newText"] + text[at(edit["range"]["end"]) :]
    return text


def ids(text: str) -> list[str | None]:
    return [task.id for task in PlanFile.parse(text).sources[0].plan.tasks]


async def execute(client: Client, argument: Json) -> Json:
    return await client.request(
        "workspace/executeCommand", {"command": "orchestrate.replan", "arguments": [argument]}
    )


def answering(client: Client, answer: Json | None = None) -> list[Json]:
    """Let the client make every edit; what it was asked to make."""
    made: list[Json] = []

    def apply(params: Json) -> Json:
        made.append(params)
        return {"result": answer or {"applied": True}}

    client.answers["workspace/applyEdit"] = apply
    client.answers["window/workDoneProgress/create"] = lambda _: {"result": None}
    return made


async def test_a_plan_is_drafted_again_when_the_action_is_chosen(client: Client):
    await client.initialize(CAPABLE)
    client.open(BROADER)
    action = one(await ask(client, 0, only=["source"]), "Regenerate plan from its goal")
    assert action["kind"] == "source.regeneratePlan"
    assert "edit" not in action
    edit = (await resolve(client, action))["result"]["edit"]
    (document,) = edit["documentChanges"]
    text = applied(BROADER, document["edits"])
    assert len(ids(text)) > len(ids(TEXT))
    assert "name: Reviews" in text
    notes = edit["changeAnnotations"]
    assert all(notes[each["annotationId"]]["label"] for each in document["edits"])
    assert not any(each["needsConfirmation"] for each in notes.values())


async def test_what_is_removed_has_to_be_confirmed(client: Client):
    await client.initialize(CAPABLE)
    client.open(NARROWER)
    action = one(await ask(client, 0, only=["source"]), "Regenerate plan")
    notes = (await resolve(client, action))["result"]["edit"]["changeAnnotations"]
    asked = [each["label"] for each in notes.values() if each["needsConfirmation"]]
    assert any("Remove T3" in each for each in asked)


async def test_a_client_without_annotations_gets_plain_edits(client: Client):
    await client.initialize(PLAIN)
    client.open(NARROWER)
    action = one(await ask(client, 0, only=["source"]), "Regenerate plan")
    edit = (await resolve(client, action))["result"]["edit"]
    assert set(edit) == {"changes"}
    assert all(set(each) == {"range", "newText"} for each in edit["changes"][PLAN])
    assert "name: Search\n" not in applied(NARROWER, edit["changes"][PLAN])


async def test_a_client_that_cannot_resolve_gets_a_command(client: Client):
    await client.initialize(SIMPLE)
    client.open(BROADER)
    action = one(await ask(client, line_of("id: T3")), "Regenerate from `T3` on")
    assert action["command"]["command"] == "orchestrate.replan"
    assert action["command"]["arguments"] == [{"uri": PLAN, "from": "T3"}]
    assert "edit" not in action


async def test_a_task_becomes_a_plan_of_its_own(client: Client, tmp_path: Path):
    await client.initialize(CAPABLE)
    uri = (tmp_path / "shop.plan.yaml").as_uri()
    await asyncio.to_thread((tmp_path / "shop.T3.plan.yaml").write_text, "tasks: []\n")
    client.open(TEXT, uri=uri)
    place = {"line": line_of("id: T3"), "character": 8}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
    actions = (await client.request("textDocument/codeAction", params))["result"]
    action = one(actions, "Split `T3` into a sub-plan")
    edit = (await resolve(client, action))["result"]["edit"]
    own, create, content = edit["documentChanges"]
    assert "plan: shop.T3-2.plan.yaml" in applied(TEXT, own["edits"])
    assert create["kind"] == "create"
    assert create["uri"] == (tmp_path / "shop.T3-2.plan.yaml").as_uri()
    assert "# Carries out T3 of shop.plan.yaml" in content["edits"][0]["newText"]


async def test_a_client_that_cannot_create_files_is_told(client: Client):
    await client.initialize(PLAIN)
    client.open(TEXT)
    action = one(await ask(client, line_of("id: T3")), "into a sub-plan")
    assert "cannot create files" in action["disabled"]["reason"]


async def test_without_a_goal_there_is_nothing_to_draft_from(client: Client):
    await client.initialize(CAPABLE)
    client.open(NO_GOAL)
    actions = await ask(client, 1, only=["source", "refactor"])
    for title in ("Regenerate plan", "Add what the goal asks for", "Regenerate from `T1` on"):
        assert "no `goal`" in one(actions, title)["disabled"]["reason"]
    assert "disabled" not in one(actions, "into a sub-plan")


async def test_where_nothing_is_missing_that_is_said(client: Client):
    await client.initialize(CAPABLE)
    client.open(TEXT)
    action = one(await ask(client, 0, only=["source"]), "Add what the goal asks for")
    error = (await resolve(client, action))["error"]
    assert error["code"] == REQUEST_FAILED
    assert "has a task for all that its goal asks for" in error["message"]


async def test_a_document_that_changes_meanwhile_is_left_alone(client: Client):
    await client.initialize(CAPABLE)
    client.open(BROADER)
    action = one(await ask(client, 0, only=["source"]), "Regenerate plan")
    waiting = client.ask("codeAction/resolve", action)
    client.notify("textDocument/didChange", changed(2, replace((0, 0), (0, 0), "# new\n")))
    assert (await client.answer(waiting))["error"]["code"] == CONTENT_MODIFIED


async def test_the_command_applies_the_change_and_says_what_it_did(client: Client):
    await client.initialize(CAPABLE)
    made = answering(client)
    client.open(TEXT)
    result = (await execute(client, {"uri": PLAN, "instruction": "drop search; make T2 2 days; hum"}))[
        "result"
    ]
    assert "removed" in result["summary"]
    assert {"kind": "removed", "task": "T3"}.items() <= result["changes"][0].items()
    assert result["notUnderstood"] == ["`hum`"]
    (params,) = made
    (document,) = params["edit"]["documentChanges"]
    assert document["textDocument"] == {"uri": PLAN, "version": 1}
    assert "T3" not in ids(applied(TEXT, document["edits"]))
    kinds = [each["value"]["kind"] for each in client.notifications("$/progress")]
    assert (kinds[0], kinds[-1]) == ("begin", "end")


async def test_an_editor_that_refuses_the_change_is_believed(client: Client):
    await client.initialize(CAPABLE)
    answering(client, {"applied": False, "failureReason": "the person said no"})
    client.open(TEXT)
    error = (await execute(client, {"uri": PLAN, "instruction": "make T2 2 days"}))["error"]
    assert error["code"] == REQUEST_FAILED
    assert "the person said no" in error["message"]


@pytest.mark.parametrize(
    ("argument", "code", "said"),
    [
        ({}, INVALID_PARAMS, "uri"),
        ({"uri": 7}, INVALID_PARAMS, "uri"),
        ({"uri": PLAN, "missing": "yes"}, INVALID_PARAMS, "missing"),
        ({"uri": PLAN, "missing": True, "split": "T1"}, INVALID_PARAMS, "one of"),
        ({"uri": PLAN, "nonsense": 1}, INVALID_PARAMS, "nonsense"),
        ({"uri": PLAN, "plan": 2}, INVALID_PARAMS, "1 plans"),
        ({"uri": "file:///no/such.plan.yaml"}, REQUEST_FAILED, "not open"),
        ({"uri": PLAN, "instruction": "hum"}, REQUEST_FAILED, "not understood"),
        ({"uri": PLAN, "from": "T99"}, REQUEST_FAILED, "no task `T99`"),
        ({"uri": PLAN}, REQUEST_FAILED, "nothing to change"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_the_reason(
    client: Client, argument: Json, code: int, said: str
):
    await client.initialize(CAPABLE)
    made = answering(client)
    client.open(TEXT)
    error = (await execute(client, argument))["error"]
    assert error["code"] == code
    assert said in error["message"]
    assert not made


async def test_the_command_can_be_cancelled(client: Client):
    await client.initialize(CAPABLE)
    made = answering(client)
    client.open(BROADER)
    message = client.ask(
        "workspace/executeCommand", {"command": "orchestrate.replan", "arguments": [{"uri": PLAN}]}
    )
    await until(lambda: client.server.searches.pids)
    client.notify("$/cancelRequest", {"id": message})
    assert (await client.answer(message))["error"]["code"] == CANCELLED
    await until(lambda: not client.server.searches.pids)
    assert not made


def write_folder(folder: Path) -> None:
    """A folder with a catalogue of its own, and with code that would leave a mark if it were executed."""
    (folder / ".orchestrate" / "catalogue").mkdir(parents=True)
    (folder / ".orchestrate" / "catalogue" / "own.yaml").write_text(OWN)
    (folder / "setup.py").write_text(f"open({str(folder / 'executed')!r}, 'w')\n")
    (folder / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    (folder / "src").mkdir()
    (folder / "src" / "shop.py").write_text('"""A shop."""\n')


async def test_the_folder_counts_as_it_does_on_the_command_line(client: Client, tmp_path: Path):
    write_folder(tmp_path)
    await client.initialize(CAPABLE, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    made = answering(client)
    uri = (tmp_path / "shop.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    await execute(client, {"uri": uri, "instruction": "add loyalty tiers"})
    (params,) = made
    text = applied(TEXT, params["edit"]["documentChanges"][0]["edits"])
    assert "name: Points ledger" in text
    assert not (tmp_path / "executed").exists()


async def test_a_catalogue_that_cannot_be_used_is_named_with_its_line(client: Client, tmp_path: Path):
    folder = tmp_path / ".orchestrate" / "catalogue"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text("capabilities:\n  bar: {words: [a\n")
    await client.initialize(CAPABLE, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    made = answering(client)
    uri = (tmp_path / "shop.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    error = (await execute(client, {"uri": uri, "instruction": "add chat"}))["error"]
    assert "own.yaml:3: this is no YAML" in error["message"]
    assert not made


def test_what_is_under_way_by_the_journal_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    orchestrate = CommandLine(tmp_path, capsys)
    plan = orchestrate.write("shop.plan.yaml", TEXT)
    assert orchestrate("task", "start", plan.name, "T1").code == 0
    text = plan.read_text(encoding="utf-8")
    result = ReplanQuestion(text, 0, ReplanRequest(instruction="remove T1"), plan).answer()
    assert "T1" in ids(result.text) if isinstance(result, Replanned) else "under way" in result.message
