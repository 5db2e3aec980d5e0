"""The server's commands about what happens to a plan: how it stands, and what a person reports of a task.

A report is refused where the document has changes that are not saved: the journal belongs to the plan on the disk.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.lsp.background import in_background
from orchestrate_ls.lsp.commands import check_of, text_of, value_of
from orchestrate_ls.lsp.errors import InvalidParamsError, RequestFailedError
from orchestrate_ls.lsp.task_commands import task_of

if TYPE_CHECKING:
    from orchestrate_ls.lsp.progress import Token
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.plan.source import PlanSource
    from orchestrate_ls.rules.engine import PlanCheck
    from orchestrate_ls.schedule.priorities import PriorityWeights

Json = dict[str, Any]

STATUS: Final = "orchestrate.status"
TASK: Final = "orchestrate.task"
_KINDS: Final = {
    "start": "started",
    "progress": "progress",
    "done": "done",
    "fail": "failed",
    "block": "blocked",
    "unblock": "unblocked",
    "reassign": "reassigned",
    "skip": "skipped",
    "reopen": "reopened",
}
"""Actions, as `orchestrate task` names them, to kinds of events."""


def register(server: PlanServer) -> None:
    """Register the commands."""

    async def status(arguments: list[Any], _token: Token | None) -> Json:
        return await _status(server, arguments)

    async def task(arguments: list[Any], _token: Token | None) -> Json:
        return await _task(server, arguments)

    server.commands[STATUS] = status
    server.commands[TASK] = task


async def _status(server: PlanServer, arguments: list[Any]) -> Json:
    """How a plan stands now: `{uri, plan?}` or `uri, plan?`. The result is that of `orchestrate status --format json`,
    with the tasks that can start, the most pressing first, under `next`, whether a run is `running` or `paused` under
    `run`, and for each task whether somebody has yet to approve it under `waits_for_approval`.
    """
    uri = text_of(arguments, 0, "uri")
    if uri is None:
        raise InvalidParamsError(f"`{STATUS}` needs the URI of a plan")
    check = await check_of(server, uri)
    given = value_of(arguments, 1, "plan")
    number = 1 if given is None else given
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(check.plans):
        raise RequestFailedError(f"there is no such plan in this file: it holds {len(check.plans)}")
    plan, path = check.plans[number - 1], server.session.path_of(uri)
    weights = server.session.settings.of(path).priorities if path is not None else None
    return await in_background(lambda: _read(plan, path, weights))


def _read(check: PlanCheck, path: Path | None, weights: PriorityWeights | None) -> Json:
    from orchestrate_ls.execution.journal_file import JournalError
    from orchestrate_ls.execution.reporting import journal_beside
    from orchestrate_ls.ide.journal_notes import journal_notes
    from orchestrate_ls.ide.next_tasks import next_as_json, startable
    from orchestrate_ls.ide.plan_standing import run_standing
    from orchestrate_ls.ide.schedule import task_names
    from orchestrate_ls.ide.status_json import status_as_json
    from orchestrate_ls.ide.status_wording import STATES, headline
    from orchestrate_ls.progress.board import ProgressBoard
    from orchestrate_ls.progress.fold import ProgressFold
    from orchestrate_ls.progress.status import Stand, StatusReporter
    from orchestrate_ls.schedule.plan_project import assigned_agents
    from orchestrate_ls.schedule.priorities import PriorityWeights

    plan, now = check.source.plan, datetime.now(UTC)
    if not plan.tasks:
        raise RequestFailedError("the plan has no tasks", "write them below `tasks:`")
    try:
        journal = journal_beside(path, check.source) if path is not None else None
    except JournalError as error:
        raise RequestFailedError(error.message, error.hint) from None
    state = journal.state if journal is not None else ProgressFold("").state()
    status = StatusReporter(plan, check.analysis).report(state, now)
    notes = journal_notes(journal) if journal is not None else []
    result = status_as_json(path.name if path is not None else "", plan, journal, status, notes)
    board = ProgressBoard(plan, state, check.analysis.network)
    found = startable(board, check.analysis, now, board.finished, weights or PriorityWeights())
    names, agents = task_names(plan), assigned_agents(board.plan)
    result["headline"] = headline(status)
    result["run"] = run_standing(state)
    result["next"] = [next_as_json(plan, each, names, agents) for each in found]
    for entry, each in zip(result["tasks"], status.tasks, strict=True):
        entry["says"] = STATES[each.stand]
        waits = each.stand is Stand.IN_PROGRESS and any(gate.waits_for_people for gate in each.gates)
        entry["waits_for_approval"] = waits
    return result


async def _task(server: PlanServer, arguments: list[Any]) -> Json:
    """Record what happened to a task: `{uri, task, plan?, action, agent?, note?, percent?, force?}`, the actions being
    those of `orchestrate task`. The result is `{messages}`, sentences for the user.
    """
    action = text_of(arguments, 3, "action")
    if action not in _KINDS:
        raise InvalidParamsError(f"`action` is one of {', '.join(f'`{name}`' for name in _KINDS)}")
    details = _details(arguments)
    plan, index, number = await task_of(server, TASK, arguments)
    uri = text_of(arguments, 0, "uri") or ""
    path = server.session.path_of(uri)
    if path is None:
        raise RequestFailedError(f"{uri} is no file", "save the plan, so that its journal has a place")
    document = server.session.documents.get(uri)
    text = document.text.text if document is not None else None
    return await in_background(lambda: _record(plan, index, number, path, _KINDS[action], details, text))


def _details(arguments: list[Any]) -> Json:
    """What is said besides the action, checked. Raises ``InvalidParamsError``."""
    from orchestrate_ls.progress.event import LONGEST_NAME, LONGEST_TEXT

    found: Json = {}
    for place, name, longest in ((4, "agent", LONGEST_NAME), (5, "note", LONGEST_TEXT)):
        value = text_of(arguments, place, name)
        if value is not None:
            if not value.strip() or len(value) > longest:
                raise InvalidParamsError(f"`{name}` has to have 1 to {longest:,} characters")
            found[name] = value
    percent = value_of(arguments, 6, "percent")
    if percent is not None:
        if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 100:
            raise InvalidParamsError("`percent` is a number from 0 to 100")
        found["percent"] = percent
    force = value_of(arguments, 7, "force")
    if force is not None and not isinstance(force, bool):
        raise InvalidParamsError("`force` has to be true or false")
    return {**found, "force": bool(force)}


def _saved_plan(check: PlanCheck, number: int, text: str, on_disk: str) -> PlanSource | None:
    """The plan of the document as it is on the disk; None where that is another text.

    The ``plan_id`` that an earlier report has written there makes no difference: the editor reads it a moment later.
    """
    from orchestrate_ls.execution.journal import plan_id_of
    from orchestrate_ls.plan.file import PlanFile
    from orchestrate_ls.plan.rewrite import insert_entry
    from orchestrate_ls.text.edits import apply_edits

    if text == on_disk:
        return check.source
    if plan_id_of(check.source) is not None:
        return None
    for place, written in enumerate(PlanFile.parse(on_disk).sources):
        plan_id = plan_id_of(written)
        edit = insert_entry(check.source, None, "plan_id", plan_id, after=("version",)) if plan_id else None
        if place == number and edit is not None and apply_edits(text, [edit]) == on_disk:
            return written
    return None


def _record(
    check: PlanCheck, task: int, number: int, path: Path, kind: str, details: Json, text: str | None
) -> Json:
    from orchestrate_ls.execution.journal_file import JournalError
    from orchestrate_ls.execution.reporting import record_report
    from orchestrate_ls.ide.task_report import lines_about
    from orchestrate_ls.progress.actions import RefusedError, Report
    from orchestrate_ls.progress.event import EventKind
    from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text

    try:
        source = check.source
        if text is not None:
            source = _saved_plan(check, number, text, read_plan_text(path).text)
        if source is None:
            raise RequestFailedError(f"{path.name} has changes that are not saved", "save it first")
        report = Report(EventKind(kind), datetime.now(UTC), is_clock=True, **details)
        done = record_report(path, number, source, check.analysis.network, task, report)
    except (JournalError, RefusedError, UnreadablePlanError) as error:
        raise RequestFailedError(error.message, error.hint) from None
    return {"messages": list(lines_about(done.before, done.after, task, done.event))}
