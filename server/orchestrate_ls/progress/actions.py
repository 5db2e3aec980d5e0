"""What people and agents may report of a task, and when it makes no sense: a report becomes an event, or is refused.

Pure: nothing is written here, and the time is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import BY_HAND, WHOLE_PLAN, Event, EventKind, make_event, text_of
from orchestrate_ls.progress.gates import held_by
from orchestrate_ls.progress.state import FINISHED, STATE_WORDS, PlanState, TaskProgress, TaskState

_NAMED: Final = 5


class RefusedError(Exception):
    """A report that makes no sense now. ``message`` says why, ``hint`` what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")
        self.message: Final = message
        self.hint: Final = hint


@dataclass(frozen=True, slots=True)
class Report:
    """What is said about a task, and whether it is to be recorded against all objections.

    ``percent`` is 0 to 100, ``actual`` in seconds, ``score`` 0 to 1; ``tokens``, ``cost`` (in ``currency``) and
    ``model`` are of the attempt so far.
    """

    kind: EventKind
    time: datetime
    is_clock: bool = False
    """Whether the time is that of the clock: then one that is slow is put right, and else refused."""
    agent: str | None = None
    percent: float | None = None
    actual: int | None = None
    note: str | None = None
    artefacts: tuple[str, ...] = ()
    score: float | None = None
    tokens: int | None = None
    cost: float | None = None
    currency: str | None = None
    model: str | None = None
    force: bool = False
    run: str = BY_HAND


def event_of(board: ProgressBoard, task: int, report: Report, plan_id: str) -> Event:
    """The event for a report on a task. Raises ``RefusedError`` where it makes no sense."""
    name = board.plan.tasks[task].id
    if name is None:
        raise RefusedError(f"task {task + 1} has no id", "give it one, so that it can be told from others")
    before = board.progress[task] or TaskProgress(key_for(board.state, name), name)
    _CHECKS[report.kind](_Case(board, task, before, report))
    objections = tuple(_objections(board, task, before, report.kind))
    if objections and not report.force:
        raise RefusedError(
            f"{name} cannot be {_VERBS[report.kind]}: {'; '.join(objections)}",
            _way_out(board, task, before, report.kind),
        )
    attempt = before.attempt
    if report.kind is EventKind.STARTED and before.state is TaskState.FAILED:
        attempt += 1
    details: dict[str, Any] = {
        "run": report.run,
        "attempt": attempt,
        "agent": report.agent,
        "percent": report.percent,
        "actual": report.actual,
        "note": report.note,
        "artefacts": report.artefacts or None,
        "score": report.score,
        "forced": objections or None,
        "tokens": report.tokens,
        "cost": report.cost,
        "currency": report.currency,
        "model": report.model,
    }
    return make_event(plan_id, _time(before, report), report.kind, name, before.key, **details)


def rename_event(board: ProgressBoard, old: str, new: str, plan_id: str, time: datetime) -> Event:
    """The event for a task that has another id now. Raises ``RefusedError`` where it makes no sense."""
    recorded = board.state.by_task()
    if old in board.plan.index_of:
        raise RefusedError(f"the plan still has a task `{old}`", "change its id in the plan first")
    if old not in recorded:
        raise RefusedError(f"nothing was recorded of a task `{old}`")
    if new not in board.plan.index_of:
        raise RefusedError(f"the plan has no task `{new}`", "name the id that the task has now")
    if new in recorded:
        raise RefusedError(f"`{new}` has a history of its own, which that of `{old}` cannot be joined to")
    before = recorded[old]
    return make_event(
        plan_id, before.next_time(time), EventKind.RENAMED, old, before.key, attempt=before.attempt, to=new
    )


def freed_by(before: ProgressBoard, after: ProgressBoard) -> tuple[list[int], list[int]]:
    """The tasks that can start after an event and could not before; and those that wait for nothing but an agent,
    files or capacity since.
    """
    opened = [task for task in range(len(after.progress)) if after.is_open(task)]
    ready = {task for task in opened if after.wait_of(task) is None}
    were_ready = {task for task in opened if before.is_open(task) and before.wait_of(task) is None}
    new = [task for task in opened if task in ready and task not in were_ready]
    waiting = [task for task in opened if task not in ready and not before.is_open(task)]
    return new, waiting


def key_for(state: PlanState, name: str) -> str:
    """What a task without history is to be known by: its id, unless a task that was called so has that key."""
    key, number = name, 1
    while key in state.tasks or key == WHOLE_PLAN:
        number += 1
        key = f"{name}#{number}"
    return key


def _time(before: TaskProgress, report: Report) -> datetime:
    """The time of the event, behind all others of its task: their order decides what they mean."""
    if before.last is None or report.is_clock or report.time >= before.last:
        return before.next_time(report.time)
    raise RefusedError(
        f"{before.task} has an event at {text_of(before.last)}, after {text_of(report.time)}",
        "events of a task are recorded in their order",
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A report on a task, and what was known of it before."""

    board: ProgressBoard
    task: int
    before: TaskProgress
    report: Report


def _check_start(case: _Case) -> None:
    if case.before.state is TaskState.IN_PROGRESS:
        who = f" by {case.board.agents[case.task]}" if case.board.agents[case.task] else ""
        raise RefusedError(
            f"{case.before.task} is in progress already{who}", "report on it with `task progress`"
        )
    if case.before.state is TaskState.BLOCKED:
        raise RefusedError(f"{case.before.task} is blocked{_because(case.before)}", "unblock it first")
    _refuse_finished(case.before)


def _check_progress(case: _Case) -> None:
    _refuse_finished(case.before)
    if case.before.state in (TaskState.NOT_STARTED, TaskState.FAILED):
        raise RefusedError(f"{case.before.task} is not in progress", "start it first")
    report = case.report
    said = (report.percent, report.actual, report.note, report.score, report.agent)
    used = (report.tokens, report.cost, report.model)
    if all(each is None for each in (*said, *used)) and not report.artefacts:
        raise RefusedError(
            "there is nothing to report",
            "give `--percent`, `--actual`, `--note`, `--artefact`, `--score`, `--tokens`, `--cost` or `--model`",
        )


def _check_done(case: _Case) -> None:
    _refuse_finished(case.before)
    if case.before.state is TaskState.FAILED:
        raise RefusedError(f"{case.before.task} has failed{_because(case.before)}", "start it again first")


def _check_fail(case: _Case) -> None:
    _refuse_finished(case.before)
    if case.before.state is TaskState.FAILED:
        raise RefusedError(f"{case.before.task} has failed already{_because(case.before)}")
    if case.before.started is None:
        raise RefusedError(
            f"{case.before.task} was not started, so it cannot have failed", "start or skip it"
        )


def _check_block(case: _Case) -> None:
    _refuse_finished(case.before)
    if case.before.state is TaskState.BLOCKED:
        raise RefusedError(f"{case.before.task} is blocked already{_because(case.before)}")


def _check_unblock(case: _Case) -> None:
    if case.before.state is not TaskState.BLOCKED:
        waits = case.board.waits_for(case.task) if case.before.state is TaskState.NOT_STARTED else []
        hint = f"it waits for {_listed([case.board.name(each) for each in waits])}" if waits else None
        raise RefusedError(f"{case.before.task} is not blocked", hint)


def _check_reassign(case: _Case) -> None:
    _refuse_finished(case.before)
    if case.report.agent is None:
        raise RefusedError(f"who is {case.before.task} to be given to?", "name the agent with `--agent`")
    if case.report.agent == case.board.agents[case.task]:
        raise RefusedError(f"{case.report.agent} has {case.before.task} already")


def _check_skip(case: _Case) -> None:
    _refuse_finished(case.before)


def _check_reopen(case: _Case) -> None:
    if case.before.state not in (*FINISHED, TaskState.FAILED):
        raise RefusedError(
            f"{case.before.task} is {STATE_WORDS[case.before.state]}, so there is nothing to reopen"
        )


def _refuse_finished(before: TaskProgress) -> None:
    if before.state in FINISHED:
        raise RefusedError(f"{before.task} is {STATE_WORDS[before.state]} already", "reopen it first")


def _objections(board: ProgressBoard, task: int, before: TaskProgress, kind: EventKind) -> list[str]:
    """What speaks against an event but can be overridden."""
    found: list[str] = []
    waits = board.waits_for(task) if before.started is None or before.state is TaskState.FAILED else []
    if kind in (EventKind.STARTED, EventKind.DONE) and waits:
        names = [f"{board.name(each)} is {STATE_WORDS[board.state_of(each)]}" for each in waits[:_NAMED]]
        if len(waits) > _NAMED:
            names.append(f"{len(waits) - _NAMED} more tasks are not done")
        found.append(f"it depends on tasks that are not done ({', '.join(names)})")
    if kind is EventKind.DONE and before.state is TaskState.BLOCKED:
        found.append(f"it is blocked{_because(before)}")
    if kind is EventKind.DONE:
        found += [
            f"its quality gate {gate.name} is not passed ({', '.join(gate.why[:_NAMED])})"
            for gate in held_by(board.plan, task, before)
        ]
    if kind is EventKind.SKIPPED and before.state is TaskState.IN_PROGRESS:
        found.append("it is in progress")
    if kind is EventKind.REOPENED and before.state in FINISHED:
        begun = [
            board.name(after)
            for after in dict.fromkeys(board.network.successors[task])
            if board.has_begun(after) and task in board.network.predecessors[after]
        ]
        if begun:
            found.append(f"{_listed(begun)}, which depend{'s' if len(begun) == 1 else ''} on it, has begun")
    return found


def _because(before: TaskProgress) -> str:
    reason = before.blocked_by if before.state is TaskState.BLOCKED else before.note
    return f" ({reason})" if reason else ""


def _way_out(board: ProgressBoard, task: int, before: TaskProgress, kind: EventKind) -> str:
    forced = f"`--force` records it all the same{_instead(kind)}"
    if kind is not EventKind.DONE or not held_by(board.plan, task, before):
        return forced
    return f"`orchestrate gates PLAN {before.task} --run` checks it, `orchestrate approve` approves; {forced}"


def _instead(kind: EventKind) -> str:
    return ", and that it was forced" if kind in (EventKind.STARTED, EventKind.DONE) else ""


def _listed(names: list[str]) -> str:
    shown = names[:_NAMED] + ([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


_VERBS: Final = {
    EventKind.STARTED: "started",
    EventKind.PROGRESS: "reported on",
    EventKind.DONE: "done",
    EventKind.FAILED: "failed",
    EventKind.BLOCKED: "blocked",
    EventKind.UNBLOCKED: "unblocked",
    EventKind.REASSIGNED: "reassigned",
    EventKind.SKIPPED: "skipped",
    EventKind.REOPENED: "reopened",
}
_CHECKS: Final = {
    EventKind.STARTED: _check_start,
    EventKind.PROGRESS: _check_progress,
    EventKind.DONE: _check_done,
    EventKind.FAILED: _check_fail,
    EventKind.BLOCKED: _check_block,
    EventKind.UNBLOCKED: _check_unblock,
    EventKind.REASSIGNED: _check_reassign,
    EventKind.SKIPPED: _check_skip,
    EventKind.REOPENED: _check_reopen,
}
