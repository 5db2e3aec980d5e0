"""What is said of a task after something was recorded of it: what it is now, and what follows for others."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.progress.actions import freed_by
from orchestrate_ls.progress.board import ProgressBoard, Wait
from orchestrate_ls.progress.clock import ProgressClock
from orchestrate_ls.progress.event import Event, EventKind
from orchestrate_ls.progress.gates import gate_states
from orchestrate_ls.progress.recovery import feedback_of
from orchestrate_ls.progress.state import STATE_WORDS
from orchestrate_ls.schedule.plan_project import ResourceKind
from orchestrate_ls.text.spans import listed, percentage, span

_MOST_WAITING = 10


def lines_about(before: ProgressBoard, after: ProgressBoard, task: int, event: Event) -> Iterator[str]:
    """What was recorded, and what follows, a sentence or two each."""
    yield _recorded(before, after, task, event)
    for reason in event.forced:
        yield f"Forced although {reason}; that is recorded."
    ready, waiting = freed_by(before, after)
    ready = [each for each in ready if each != task or event.kind != EventKind.FAILED]
    if ready:
        yield f"{listed([after.name(each) for each in ready])} can start now."
    for each in waiting[:_MOST_WAITING]:
        wait = after.wait_of(each)
        if wait is not None:
            yield f"{after.name(each)} waits for {waited_for(after, wait)}."
    left = len(after.progress) - len(after.finished)
    if not left and event.kind in (EventKind.DONE, EventKind.SKIPPED):
        yield "That was the last: all tasks are done."


def results_of(board: ProgressBoard) -> dict[int, str]:
    """What the journal says of each task that it knows: its state, the last note and what came of it."""
    results: dict[int, str] = {}
    for index, each in enumerate(board.progress):
        if each is None:
            continue
        said = f"{STATE_WORDS[each.state]}: {each.note}" if each.note else STATE_WORDS[each.state]
        results[index] = f"{said} (left {', '.join(each.artefacts)})" if each.artefacts else said
    return results


def gates_of(board: ProgressBoard, task: int) -> dict[str, str]:
    """How each quality gate of a task stands, in a phrase: `passed`, `open: 1 approval missing`. Nothing before
    anything was checked or said.
    """
    progress = board.progress[task]
    if progress is None or not (progress.checks or progress.approvals or progress.rejections):
        return {}
    states = gate_states(board.written, task, progress)
    return {each.name: ": ".join(filter(None, (each.stand, ", ".join(each.why)))) for each in states}


def feedback_on(board: ProgressBoard, task: int) -> str:
    """Why the attempt before was not good enough; empty for a first attempt."""
    progress = board.progress[task]
    return feedback_of(progress) if progress is not None else ""


def waited_for(board: ProgressBoard, wait: Wait) -> str:
    """`api-developer (busy with T4)`."""
    busy = listed([board.name(each) for each in wait.busy_with])
    if wait.kind is ResourceKind.AGENT:
        return f"{wait.name} (busy with {busy})"
    if wait.kind is ResourceKind.FILES:
        return f"the files {wait.name} ({busy} writes them)"
    return f"one of the tasks in progress to end ({busy}; no more at once)"


def _recorded(before: ProgressBoard, after: ProgressBoard, task: int, event: Event) -> str:

    name, agent, recorded = after.name(task), after.agents[task], after.progress[task]
    attempt = f", attempt {event.attempt}" if event.attempt > 1 else ""
    if event.kind == EventKind.STARTED:
        wait = before.wait_of(task)
        busy = (
            f"; {waited_for(before, wait)} had work already"
            if wait is not None and wait.name == agent
            else ""
        )
        return f"{name} is in progress{f' by {agent}' if agent else ''}{attempt}{busy}."
    if event.kind == EventKind.PROGRESS:
        return f"{name} is {event.percent:g}% done." if event.percent is not None else f"Noted for {name}."
    if event.kind == EventKind.DONE:
        estimate = after.plan.tasks[task].estimate
        took = recorded.actual if recorded is not None else None
        if (
            took is None
            and recorded is not None
            and recorded.started is not None
            and recorded.ended is not None
        ):
            clock = ProgressClock(after.plan, after.agents, after.state.first or recorded.started)
            took = clock.worked(agent, recorded.started, recorded.ended, recorded.pauses)
        if took is None or estimate is None or not estimate.expected:
            return f"{name} is done."
        change = took / estimate.expected - 1
        off = f", {'+' if change > 0 else ''}{percentage(change)}" if round(change, 3) else ""
        return f"{name} is done: {span(took)}, estimated {span(estimate.expected)}{off}."
    if event.kind == EventKind.REASSIGNED:
        return f"{name} goes to {agent}."
    states = {
        EventKind.FAILED: "has failed; `orchestrate task start` begins the next attempt",
        EventKind.BLOCKED: "is blocked",
        EventKind.UNBLOCKED: "can go on",
        EventKind.SKIPPED: "is skipped",
        EventKind.REOPENED: "is open again",
    }
    return f"{name} {states[EventKind(event.kind)]}."
