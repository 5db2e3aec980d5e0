"""The commands that any editor can call with `workspace/executeCommand`. What they do is done in ``ide``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from orchestrate_ls.lsp.background import in_background
from orchestrate_ls.lsp.errors import InvalidParamsError, RequestFailedError
from orchestrate_ls.lsp.progress import Token
from orchestrate_ls.lsp.replan import found, replan_command

if TYPE_CHECKING:
    from orchestrate_ls.ide.new_plan import Attached
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.rules.engine import FileCheck

Json = dict[str, Any]
Command = Callable[[list[Any], Token | None], Awaitable[Any]]
"""From the arguments and the token of progress that came with them to the result, as JSON."""

_logger = logging.getLogger(__name__)
_SHOW_SECONDS: Final = 10.0
_CLIENT: Final = "client"
"""The only model that a client can name: its own. Others are named on the command line, by the user."""


def register(server: PlanServer) -> None:
    """Register the commands."""

    async def plan(arguments: list[Any], token: Token | None) -> Json:
        return await _plan(server, arguments, token)

    async def replan(arguments: list[Any], token: Token | None) -> Json:
        return await replan_command(server, arguments, token)

    async def schedule(arguments: list[Any], _token: Token | None) -> Json:
        return await _schedule(server, arguments)

    async def picture(arguments: list[Any], _token: Token | None) -> Json:
        return await _picture(server, arguments)

    async def explain(arguments: list[Any], _token: Token | None) -> str:
        return _explain(arguments)

    server.commands = {
        "orchestrate.plan": plan,
        "orchestrate.replan": replan,
        "orchestrate.schedule": schedule,
        "orchestrate.picture": picture,
        "orchestrate.explain": explain,
    }

    async def execute_command(params: types.ExecuteCommandParams) -> Any:
        command = server.commands.get(params.command)
        if command is None:
            known = ", ".join(f"`{name}`" for name in server.commands)
            raise InvalidParamsError(f"there is no command `{params.command}`; there are {known}")
        return await command(list(params.arguments or ()), params.work_done_token)

    server.feature(types.WORKSPACE_EXECUTE_COMMAND)(execute_command)


async def _plan(server: PlanServer, arguments: list[Any], token: Token | None) -> Json:
    """Plan a goal, write the plan file and open it: `{goal, folder?, model?, attached?, request?}`, or these in order.

    The folder's templates, catalogue and code count as with `orchestrate plan`. The result is
    `{uri, summary, notes?}`. With the model `client`, the editor's own model is asked to improve it;
    `request` is then told in each question to it. `attached` is a list of `{name, text}`, material for the plan.
    """
    goal = text_of(arguments, 0, "goal")
    if goal is None:
        raise InvalidParamsError("`orchestrate.plan` needs a goal, as text or as `{goal: ...}`")
    folder = _folder(server, text_of(arguments, 1, "folder"))
    model = text_of(arguments, 2, "model")
    if model not in (None, _CLIENT):
        raise InvalidParamsError(f"`model` is `{_CLIENT}`, for the editor's own model, or left out")
    attached, request = _attached(arguments), text_of(arguments, 4, "request")
    from orchestrate_ls.ide.new_plan import PlanningFailedError, write_new_plan
    from orchestrate_ls.lsp.planning_question import NewPlanQuestion, PlannedGoalQuestion
    from orchestrate_ls.workspace.writing import UnwritableFileError

    async with server.work.shown("Planning", token) as report:
        try:
            if model is None:
                planned = await found(server, NewPlanQuestion(goal, tuple(attached), folder))
            else:
                from orchestrate_ls.lsp.client_model import plan_by_client

                offline = await found(server, PlannedGoalQuestion(goal, tuple(attached), folder))
                planned = await plan_by_client(server, goal, offline, folder, report, request)
            # Not in the background: from here on it is done whole, or not at all.
            path = write_new_plan(folder, planned)
        except PlanningFailedError as error:
            raise RequestFailedError(str(error), error.hint) from None
        except UnwritableFileError as error:
            raise RequestFailedError(error.message, error.hint) from None
        report.last_words = planned.summary
    uri = path.as_uri()
    await _show(server, uri)
    result: Json = {"uri": uri, "summary": planned.summary}
    if model is not None or attached or planned.notes:
        result["notes"] = list(planned.notes)
    return result


def _attached(arguments: list[Any]) -> list[Attached]:
    """What the user has put beside the goal. Raises ``InvalidParamsError`` where it is no list of names and texts."""
    given = value_of(arguments, 3, "attached")
    if given is None:
        return []
    from orchestrate_ls.ide.new_plan import Attached

    found: list[Attached] = []
    for each in cast("list[object]", given) if isinstance(given, list) else [None]:
        entry = cast("Mapping[str, object] | None", each if isinstance(each, Mapping) else None)
        name, text = (entry.get("name"), entry.get("text")) if entry is not None else (None, None)
        if not isinstance(name, str) or not isinstance(text, str):
            raise InvalidParamsError("`attached` is a list of `{name, text}`, both of them text")
        found.append(Attached(name, text))
    return found


async def _show(server: PlanServer, uri: str) -> None:
    if not server.abilities.shows_documents:
        return
    try:
        await server.ask(
            types.WINDOW_SHOW_DOCUMENT, types.ShowDocumentParams(uri, take_focus=True), _SHOW_SECONDS
        )
    except (TimeoutError, JsonRpcException) as error:
        # The file is there, which matters more.
        _logger.warning("the editor did not open %s: %s", uri, error)


async def _schedule(server: PlanServer, arguments: list[Any]) -> Json:
    """The schedule of an open document or of a file: `{uri, plan?}` or `uri, plan?`, with plans counted from 1.

    It is the one that the editor shows: that of the full search once there is one (`refined`), else the quick one.
    """
    uri, number = _plan_of("orchestrate.schedule", arguments)
    from orchestrate_ls.ide.full_schedule import full_schedule_as_json
    from orchestrate_ls.ide.schedule import NoScheduleError, plan_to_schedule
    from orchestrate_ls.schedule.plan_claims import judge_claims

    check = await check_of(server, uri)
    try:
        chosen = plan_to_schedule(check, number)
    except NoScheduleError as error:
        raise RequestFailedError(str(error)) from None
    refined = chosen.schedule.refined
    for _ in chosen.schedule.steps() if refined is None else ():
        await asyncio.sleep(0)
    schedule = refined or chosen.schedule.value
    if schedule is None:
        raise AssertionError("a plan with tasks and without a cycle has a schedule")
    plan, analysis = chosen.source.plan, chosen.analysis
    claims = judge_claims(plan, schedule, analysis.times)
    return full_schedule_as_json(plan, analysis, schedule, claims) | {"refined": refined is not None}


async def _picture(server: PlanServer, arguments: list[Any]) -> Json:
    """Tasks, dependencies, times and places for who draws the plan; arguments as those of `orchestrate.schedule`."""
    uri, number = _plan_of("orchestrate.picture", arguments)
    from orchestrate_ls.ide.plan_picture import picture_of
    from orchestrate_ls.ide.schedule import NoScheduleError

    check = await check_of(server, uri)
    try:
        return picture_of(check, number)
    except NoScheduleError as error:
        raise RequestFailedError(str(error)) from None


def _plan_of(command: str, arguments: list[Any]) -> tuple[str, int]:
    uri = text_of(arguments, 0, "uri")
    if uri is None:
        raise InvalidParamsError(f"`{command}` needs the URI of a plan")
    number = value_of(arguments, 1, "plan")
    if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
        raise InvalidParamsError("`plan` is the number of a plan in the file, from 1")
    return uri, 1 if number is None else number


async def check_of(server: PlanServer, uri: str) -> FileCheck:
    """What was found in an open document as it is now, or in the file as it is on the disk."""
    await server.configuration.ready()
    checked = server.session.checked(uri)
    if checked is not None and checked.check is not None:
        return checked.check
    if checked is not None:
        raise RequestFailedError(f"{uri} is no plan")
    path = server.session.path_of(uri)
    if path is None:
        raise RequestFailedError(f"{uri} is neither open nor a file")
    from orchestrate_ls.workspace.checking import Checker
    from orchestrate_ls.workspace.reading import UnreadablePlanError

    # On a thread, so the loop waits for it: no full search here.
    checker = Checker(server.session.settings.of(path), searches=False)
    try:
        return (await in_background(lambda: checker.check(path))).check
    except UnreadablePlanError as error:
        raise RequestFailedError(f"{path}: {error.message}", error.hint) from None


def _explain(arguments: list[Any]) -> str:
    """The page of a rule as Markdown: `{rule}` or `rule`."""
    from orchestrate_ls.ide.rule_page import UnknownRuleError, page_of, rule_codes, rule_named

    name = text_of(arguments, 0, "rule")
    if name is None:
        raise InvalidParamsError("`orchestrate.explain` needs the code of a rule")
    try:
        return page_of(rule_named(name))
    except UnknownRuleError as error:
        hint = f"did you mean `{error.nearest}`?" if error.nearest else f"there are {', '.join(rule_codes())}"
        raise RequestFailedError(str(error), hint) from None


def value_of(arguments: list[Any], place: int, name: str) -> object:
    """An argument by its place, or by its name where the only argument is an object."""
    if len(arguments) == 1 and isinstance(arguments[0], Mapping):
        return cast("Mapping[str, object]", arguments[0]).get(name)
    return arguments[place] if place < len(arguments) else None


def text_of(arguments: list[Any], place: int, name: str) -> str | None:
    """The same for one that has to be text. Raises ``InvalidParamsError``."""
    value = value_of(arguments, place, name)
    if value is not None and not isinstance(value, str):
        raise InvalidParamsError(f"`{name}` has to be text")
    return value


def _folder(server: PlanServer, given: str | None) -> Path:
    """The folder to write in: the one given as URI or path, else the first of the workspace."""
    if given is not None:
        path = server.session.path_of(given) if ":/" in given else Path(given)
        if path is None or not path.is_absolute() or not path.is_dir():
            raise RequestFailedError(
                f"there is no folder {given}", "name one by its URI or its absolute path"
            )
        return path
    for folder in server.session.settings.folders:
        if folder.path is not None and folder.path.is_dir():
            return folder.path
    raise RequestFailedError(
        "there is no folder to write the plan in", "open one in the editor, or pass `folder` with the goal"
    )
