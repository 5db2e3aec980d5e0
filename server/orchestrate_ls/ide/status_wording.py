"""A plan's status in words: the same in the table, the live view, JSON and the editor."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.progress.gates import GateState
from orchestrate_ls.progress.status import Alert, AlertKind, PlanStatus, Stand, TaskStatus
from orchestrate_ls.schedule.plan_project import ResourceKind
from orchestrate_ls.text.spans import count, listed, percentage, span

STATES: Final = {
    Stand.NOT_STARTED: "not started",
    Stand.QUEUED: "queued",
    Stand.READY: "ready",
    Stand.IN_PROGRESS: "in progress",
    Stand.BLOCKED: "blocked",
    Stand.DONE: "completed",
    Stand.FAILED: "failed",
    Stand.SKIPPED: "skipped",
}


def details_of(task: TaskStatus, names: list[str]) -> str:
    """Actual against estimate, or what it waits for; and the quality gates of a task that was begun."""
    details = _details(task, names)
    if task.recorded is None or task.recorded.started is None:
        return details
    return "; ".join(filter(None, (details, gates_in_words(task.gates))))


def gates_in_words(gates: tuple[GateState, ...]) -> str:
    """`gates: review passed, docs unverified (readme is unverified)`; nothing where there are none."""
    if not gates:
        return ""
    said: list[str] = []
    for gate in gates:
        optional = "" if gate.is_required else ", optional"
        why = f" ({gate.why[0]})" if gate.why else ""
        said.append(f"{gate.name} {gate.stand}{optional}{why}")
    return f"gate{'' if len(said) == 1 else 's'}: {', '.join(said)}"


def _details(task: TaskStatus, names: list[str]) -> str:
    if task.stand is Stand.DONE:
        return _done(task)
    if task.stand is Stand.IN_PROGRESS:
        return _under_way(task)
    recorded = task.recorded
    reason = (
        (recorded.blocked_by if task.stand is Stand.BLOCKED else recorded.note)
        if recorded is not None
        else None
    )
    if task.stand is Stand.BLOCKED:
        return "; ".join(filter(None, (_under_way(task) if task.spent is not None else "", reason)))
    if task.stand is Stand.SKIPPED:
        return reason or ""
    if task.stand is Stand.FAILED:
        return f"attempt {task.attempt} failed" + (f": {reason}" if reason else "")
    return "can start now" if task.stand is Stand.READY else waiting(task, names)


def waiting(task: TaskStatus, names: list[str]) -> str:
    """What a task waits for."""
    if task.waits_for:
        return f"waiting for {listed([names[each] for each in task.waits_for])}"
    busy = listed([names[each] for each in task.busy_with]) if task.busy_with else "others"
    if task.wait_kind is ResourceKind.AGENT:
        return f"waiting for {task.wait_name}, busy with {busy}"
    if task.wait_kind is ResourceKind.FILES:
        return f"waiting for the files {task.wait_name}, which {busy} writes"
    return (
        f"waiting for a place: no more tasks at once than {listed([names[each] for each in task.busy_with])}"
    )


def headline(status: PlanStatus) -> list[str]:
    """Elapsed, left, and when it ends, in phrases."""
    done = sum(each.stand is Stand.DONE for each in status.tasks)
    if status.is_finished:
        skipped = sum(each.stand is Stand.SKIPPED for each in status.tasks)
        also = f", {count(skipped, 'task')} skipped" if skipped else ""
        return [f"all done{also}", f"{span(status.elapsed)} elapsed", *_behind(status)]
    parts = [f"{done:,} of {count(len(status.tasks), 'task')} done", f"{span(status.elapsed)} elapsed"]
    if status.remaining is not None:
        parts.append(f"about {span(status.remaining)} left")
    if status.finish is not None:
        parts.append(f"finish about {status.finish:%Y-%m-%d %H:%M}")
    return parts + _behind(status)


def alert_text(alert: Alert, names: list[str]) -> str:
    """An alert as a sentence."""
    name = names[alert.task] if alert.task is not None else ""
    by = span(alert.by)
    if alert.kind is AlertKind.BEHIND:
        return f"{name} is {by} behind schedule (risk: {alert.risk})"
    if alert.kind is AlertKind.PLAN_BEHIND:
        return f"the plan is {by} behind its schedule"
    if alert.kind is AlertKind.DEADLINE:
        return f"{name} will miss its deadline by {by}"
    if alert.kind is AlertKind.BLOCKED:
        return f"{name} has been blocked for {by}" + (f": {alert.reason}" if alert.reason else "")
    if alert.kind is AlertKind.FAILED:
        return f"{name} has failed" + (f": {alert.reason}" if alert.reason else "")
    if alert.kind is AlertKind.TRIGGERED:
        asked = f"the plan asks for {alert.action}" if alert.action else "the plan wants this known"
        return f"{f'{name}: ' if name else ''}{alert.reason}; {asked} (severity: {alert.severity})"
    if alert.kind is AlertKind.OUTSIDE:
        return f"{name}: {alert.reason}"
    if alert.kind is AlertKind.LONGER:
        return f"{name} took {percentage_over(alert.share)} longer than estimated (note for future)"
    room = count(alert.room, "more task")
    what = (
        f"{listed([names[each] for each in alert.tasks])} can start" if alert.tasks else "none can start yet"
    )
    return f"agent capacity at {percentage(alert.share)} (can accept {room}; {what})"


def percentage_over(share: float) -> str:
    """`12.5%`, `250%`."""
    return f"{share * 100:,.1f}".removesuffix(".0") + "%"


def _behind(status: PlanStatus) -> list[str]:
    if status.behind is None or status.planned is None or status.elapsed == 0:
        return []
    if abs(status.behind) < 60:
        return [f"on schedule ({span(status.planned)})"]
    where = "behind" if status.behind > 0 else "ahead of"
    return [f"{span(abs(status.behind))} {where} the plan's {span(status.planned)}"]


def _done(task: TaskStatus) -> str:
    estimate = f"{span(task.estimate)} estimated" if task.estimate is not None else "no estimate"
    return f"{span(task.spent)} actual, {estimate}" if task.spent is not None else estimate


def _under_way(task: TaskStatus) -> str:
    parts = [f"{span(task.spent or 0)} elapsed"]
    if task.percent is not None:
        parts.append(f"{task.percent:g}% complete")
    if task.estimate is not None:
        parts.append(f"{span(task.estimate)} estimated")
    if task.attempt > 1:
        parts.append(f"attempt {task.attempt}")
    return ", ".join(parts)
