"""The commands of `workspace/executeCommand`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from orchestrate_ls.ide import new_plan
from tests.cli.running import CommandLine
from tests.lsp.client import PLAN, PUSHED, Client
from tests.lsp.workspace import until

GOAL = "Build a user authentication system with OAuth2, email verification, and password reset"
INVALID_PARAMS, REQUEST_FAILED, CANCELLED = -32602, -32803, -32800
SHOWING = {**PUSHED, "window": {"workDoneProgress": True, "showDocument": {"support": True}}}


async def execute(client: Client, command: str, *arguments: object) -> dict[str, Any]:
    return await client.request(
        "workspace/executeCommand", {"command": command, "arguments": list(arguments)}
    )


async def with_folder(client: Client, folder: Path, capabilities: dict[str, Any] | None = None) -> None:
    folders = [{"uri": folder.as_uri(), "name": "x"}]
    await client.initialize(capabilities, workspaceFolders=folders)


def path_of(result: dict[str, Any], folder: Path) -> Path:
    path = folder / result["uri"].rpartition("/")[2]
    assert path.as_uri() == result["uri"]
    return path


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_goal_becomes_a_plan_file_that_is_opened(client: Client, tmp_path: Path):
    for method in ("window/workDoneProgress/create", "window/showDocument"):
        client.answers[method] = lambda _: {"result": None}
    client.answers["window/showDocument"] = lambda _: {"result": {"success": True}}
    await with_folder(client, tmp_path, SHOWING)
    result = (await execute(client, "orchestrate.plan", {"goal": GOAL}))["result"]
    path = path_of(result, tmp_path)
    assert "critical path" in result["summary"]
    (shown,) = client.requests("window/showDocument")
    assert shown["params"]["uri"] == result["uri"]
    client.open(path.read_text(encoding="utf-8"), uri=result["uri"])
    assert [each for each in await client.diagnostics(1, result["uri"]) if each["severity"] <= 2] == []
    kinds = [each["value"]["kind"] for each in client.notifications("$/progress")]
    assert (kinds[0], kinds[-1]) == ("begin", "end")
    assert client.notifications("$/progress")[0]["value"]["cancellable"] is True


async def test_a_plan_that_is_there_is_never_written_over(client: Client, tmp_path: Path):
    await with_folder(client, tmp_path)
    paths = [path_of((await execute(client, "orchestrate.plan", GOAL))["result"], tmp_path) for _ in range(2)]
    assert len(set(paths)) == 2
    assert files_in(tmp_path) == sorted(path.name for path in paths)
    assert paths[1].name == paths[0].name.replace(".plan.yaml", "-2.plan.yaml")


async def test_a_folder_may_be_given_by_uri_and_by_path(client: Client, tmp_path: Path):
    folder = tmp_path / "a folder é"
    await asyncio.to_thread(folder.mkdir)
    await client.initialize()
    result = (await execute(client, "orchestrate.plan", {"goal": GOAL, "folder": folder.as_uri()}))["result"]
    assert path_of(result, folder).exists()
    assert "result" in await execute(client, "orchestrate.plan", GOAL, str(folder))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], INVALID_PARAMS, "goal"),
        ([{}], INVALID_PARAMS, "goal"),
        ([7], INVALID_PARAMS, "goal"),
        ([{"goal": ["x"]}], INVALID_PARAMS, "goal"),
        ([""], REQUEST_FAILED, "empty"),
        (["x" * 1_000_000], REQUEST_FAILED, "Shorten"),
        (["asdfghjkl"], REQUEST_FAILED, "for example"),
        ([{"goal": GOAL, "folder": "no/such"}], REQUEST_FAILED, "no folder"),
        ([{"goal": GOAL, "folder": "untitled:x"}], REQUEST_FAILED, "no folder"),
        ([{"goal": GOAL, "folder": "file:///no/such/%00"}], REQUEST_FAILED, "no folder"),
    ],
)
async def test_what_cannot_be_planned_is_answered_with_what_to_do(
    client: Client, tmp_path: Path, arguments: list[Any], code: int, said: str
):
    await with_folder(client, tmp_path)
    error = (await execute(client, "orchestrate.plan", *arguments))["error"]
    assert error["code"] == code
    assert said in error["message"]
    assert files_in(tmp_path) == []


async def test_without_a_folder_the_plan_has_nowhere_to_go(client: Client):
    await client.initialize()
    error = (await execute(client, "orchestrate.plan", GOAL))["error"]
    assert error["code"] == REQUEST_FAILED
    assert "folder" in error["message"]


async def test_a_folder_that_takes_no_files_is_named(client: Client, tmp_path: Path, monkeypatch):
    from orchestrate_ls.workspace.writing import UnwritableFileError

    def full(path: Path, *_args: object, **_more: object) -> None:
        raise UnwritableFileError(f"{path} cannot be written: the disk is full", "make room")

    monkeypatch.setattr(new_plan, "write_whole", full)
    await with_folder(client, tmp_path)
    error = (await execute(client, "orchestrate.plan", GOAL))["error"]
    assert (error["code"], "the disk is full" in error["message"]) == (REQUEST_FAILED, True)


async def planning(client: Client) -> None:
    """Wait until a plan is being made, in a process of its own; that takes far longer than what a test does then."""
    await until(lambda: client.server.searches.pids)


async def test_other_requests_are_answered_while_a_plan_is_made(client: Client, tmp_path: Path):
    await with_folder(client, tmp_path)
    asked = client.ask("workspace/executeCommand", {"command": "orchestrate.plan", "arguments": [GOAL]})
    await planning(client)
    client.open("tasks: {\n")
    assert await client.diagnostics(1)
    assert client.answers_to(asked) == []
    assert "result" in await client.answer(asked)


@pytest.mark.parametrize("by_progress", [True, False])
async def test_planning_can_be_cancelled(client: Client, tmp_path: Path, by_progress: bool):
    client.answers["window/workDoneProgress/create"] = lambda _: {"result": None}
    await with_folder(client, tmp_path, SHOWING)
    asked = client.ask("workspace/executeCommand", {"command": "orchestrate.plan", "arguments": [GOAL]})
    await planning(client)
    if by_progress:
        token = client.notifications("$/progress")[0]["token"]
        client.notify("window/workDoneProgress/cancel", {"token": token})
    else:
        client.notify("$/cancelRequest", {"id": asked})
    answer = await client.answer(asked)
    assert answer["error"]["code"] == CANCELLED
    await until(lambda: not client.server.searches.pids)
    assert files_in(tmp_path) == []
    assert client.notifications("$/progress")[-1]["value"] == {"kind": "end", "message": "cancelled"}
    assert len(client.answers_to(asked)) == 1


async def test_shutdown_does_not_wait_for_a_plan(client: Client, tmp_path: Path):
    await with_folder(client, tmp_path)
    asked = client.ask("workspace/executeCommand", {"command": "orchestrate.plan", "arguments": [GOAL]})
    await planning(client)
    assert (await client.request("shutdown"))["result"] is None
    assert (await client.answer(asked))["error"]["code"] == CANCELLED


async def test_the_token_that_came_with_the_request_is_used(client: Client, tmp_path: Path):
    await with_folder(client, tmp_path)
    params = {"command": "orchestrate.plan", "arguments": [GOAL], "workDoneToken": "mine"}
    await client.request("workspace/executeCommand", params)
    assert {each["token"] for each in client.notifications("$/progress")} == {"mine"}
    assert client.requests("window/workDoneProgress/create") == []


async def test_a_client_that_refuses_progress_or_documents_gets_its_plan(client: Client, tmp_path: Path):
    for method in ("window/workDoneProgress/create", "window/showDocument"):
        client.answers[method] = lambda _: {"error": {"code": -32603, "message": "no"}}
    await with_folder(client, tmp_path, SHOWING)
    assert "result" in await execute(client, "orchestrate.plan", GOAL)
    assert client.notifications("$/progress") == []


SCHEDULED = """\
tasks:
  - {id: T1, estimated_time: 2h}
  - {id: T2, estimated_time: 3h, dependencies: [T1]}
  - {id: T3, estimated_time: 1h, dependencies: [T1]}
"""


async def test_the_schedule_of_an_open_plan_is_that_of_its_text_now(client: Client):
    await client.initialize()
    client.open(SCHEDULED)
    client.change(2, {"text": SCHEDULED.replace("3h", "4h")})
    schedule = (await execute(client, "orchestrate.schedule", PLAN))["result"]
    assert schedule["total_seconds"] == 7 * 3600
    assert schedule["critical_path"] == ["T1", "T2"]
    assert schedule["critical_path_seconds"] == 6 * 3600
    assert schedule["waves"] == [["T1"], ["T2", "T3"]]
    assert schedule["tasks"]["T3"]["slack"] == 3 * 3600


async def test_the_picture_of_an_open_plan_is_that_of_its_text_now(client: Client):
    await client.initialize()
    client.open(SCHEDULED)
    client.change(2, {"text": SCHEDULED.replace("3h", "4h")})
    picture = (await execute(client, "orchestrate.picture", {"uri": PLAN}))["result"]
    assert [task["id"] for task in picture["tasks"]] == ["T1", "T2", "T3"]
    assert [task["id"] for task in picture["tasks"] if task["critical"]] == ["T1", "T2"]
    error = (await execute(client, "orchestrate.picture", {"uri": PLAN, "plan": 2}))["error"]
    assert "there is no plan 2" in error["message"]


async def test_the_schedule_of_a_file_that_is_not_open(client: Client, tmp_path: Path):
    path = tmp_path / "x.plan.yaml"
    path.write_text(SCHEDULED)
    await client.initialize()
    result = (await execute(client, "orchestrate.schedule", {"uri": path.as_uri()}))["result"]
    assert result["critical_path"] == ["T1", "T2"]


@pytest.mark.parametrize(
    ("text", "arguments", "code", "said"),
    [
        ("tasks: {\n", [PLAN], REQUEST_FAILED, "errors"),
        ("goal: x\ntasks: []\n", [PLAN], REQUEST_FAILED, "no tasks"),
        (SCHEDULED, [PLAN, 2], REQUEST_FAILED, "no plan 2"),
        (SCHEDULED, [PLAN, "x"], INVALID_PARAMS, "number"),
        (SCHEDULED, [], INVALID_PARAMS, "URI"),
        (SCHEDULED, ["file:///no/such.plan.yaml"], REQUEST_FAILED, "no such file"),
        (SCHEDULED, ["untitled:other"], REQUEST_FAILED, "neither open nor a file"),
    ],
)
async def test_what_has_no_schedule_says_why(
    client: Client, text: str, arguments: list[Any], code: int, said: str
):
    await client.initialize()
    client.open(text)
    error = (await execute(client, "orchestrate.schedule", *arguments))["error"]
    assert error["code"] == code
    assert said in error["message"]


async def test_rules_are_explained(client: Client):
    await client.initialize()
    page = (await execute(client, "orchestrate.explain", "syntax"))["result"]
    assert page.startswith("# syntax\n")
    assert (await execute(client, "orchestrate.explain", {"rule": "[syntax]"}))["result"] == page
    error = (await execute(client, "orchestrate.explain", "synatx"))["error"]
    assert (error["code"], "`syntax`" in error["message"]) == (REQUEST_FAILED, True)
    assert (await execute(client, "orchestrate.explain"))["error"]["code"] == INVALID_PARAMS


async def test_unknown_commands_are_refused(client: Client):
    await client.initialize()
    error = (await execute(client, "orchestrate.plna"))["error"]
    assert error["code"] == INVALID_PARAMS
    assert "orchestrate.plan" in error["message"]


async def test_a_hand_off_has_the_agents_definition_as_on_the_command_line(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / ".git").mkdir()
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "dev.md").write_text(
        "---\nname: dev\ndescription: Writes code\n---\nAlways write the test first.\n"
    )
    text = "goal: x\nagents: [{id: dev}]\ntasks:\n  - {id: A, agent: dev, estimated_time: 1h}\n"
    path = tmp_path / "x.plan.yaml"
    path.write_text(text)
    await with_folder(client, tmp_path)
    for is_open in (False, True):
        if is_open:
            client.open(text, uri=path.as_uri())
        result = (await execute(client, "orchestrate.handoff", path.as_uri(), "A"))["result"]
        assert "Always write the test first." in result
    monkeypatch.chdir(tmp_path)
    found = CommandLine(tmp_path, capsys)("handoff", "x.plan.yaml", "A", "--format", "prompt")
    assert found.out.splitlines() == [line.rstrip() for line in result.splitlines()]


LISTED = "- [ ] Draw the schema (2h)\n- [ ] Write the importer (3h)\n- [x] Choose a name\n"


async def attached_plan(client: Client, folder: Path, goal: str, *attached: dict[str, Any]) -> dict[str, Any]:
    given = {"goal": goal, "folder": str(folder), "attached": list(attached)}
    return await execute(client, "orchestrate.plan", given)


async def test_a_goal_that_speaks_of_what_is_attached_is_planned_from_it(client: Client, tmp_path: Path):
    await with_folder(client, tmp_path)
    listed = {"name": "docs/todo.md", "text": LISTED}
    for goal in ("Plan the attached steps", "Work through todo.md"):
        result = (await attached_plan(client, tmp_path, goal, listed))["result"]
        text = path_of(result, tmp_path).read_text(encoding="utf-8")
        assert "Draw the schema" in text
        assert "Choose a name" not in text
        assert "ticked off already left out" in "".join(result["notes"])


async def test_another_goal_is_planned_by_itself_and_that_is_said(client: Client, tmp_path: Path):
    await with_folder(client, tmp_path)
    result = (await attached_plan(client, tmp_path, GOAL, {"name": "todo.md", "text": LISTED}))["result"]
    assert "Draw the schema" not in path_of(result, tmp_path).read_text(encoding="utf-8")
    assert len(result["notes"]) == 1
    assert result["notes"][0].startswith("what is attached was not read")


@pytest.mark.parametrize("odd", ["text", [3], [{"name": "x"}], [{"name": "x", "text": 3}], {"name": "x"}])
async def test_what_is_attached_has_to_have_names_and_texts(client: Client, tmp_path: Path, odd: object):
    await with_folder(client, tmp_path)
    answer = await execute(client, "orchestrate.plan", {"goal": GOAL, "attached": odd})
    assert answer["error"]["code"] == INVALID_PARAMS
    assert files_in(tmp_path) == []
