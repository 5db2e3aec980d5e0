"""What stands above the list of tasks and above each task: how long the plan takes, what can start, what waits.

Where lenses stand and what they say are two questions: the first is asked of a whole file at a time and looks at no
schedule, the second of the few that are on the screen. Times are by dependencies and estimates alone,
but for what is scheduled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orchestrate_ls.ide.plan_standing import run_standing, status_of, waits_for_people
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.progress.plan_progress import standing
from orchestrate_ls.progress.status import Stand
from orchestrate_ls.rules.engine import FileCheck, PlanCheck
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.settings import CodeLenses

_MOST_NAMED: Final = 6
_LONGEST_NAME: Final = 30


class LensKind(StrEnum):
    """What a lens is about."""

    CRITICAL_PATH = "critical-path"
    TOTAL = "total"
    READY = "ready"
    REFERENCES = "references"
    HANDOFF = "handoff"
    PROGRESS = "progress"
    RUN = "run"
    FOLLOW = "follow"
    PAUSE = "pause"
    RESUME = "resume"
    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Lens:
    """A place for a lens: its plan and task in the file, and an offset in code points on the line below it."""

    kind: LensKind
    plan: int
    task: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class LensText:
    """What a lens says, and the tasks (by index) it leads to."""

    title: str
    tasks: tuple[int, ...] = ()


def lenses_of(
    check: FileCheck,
    wanted: CodeLenses,
    *,
    can_copy: bool,
    can_run: bool = False,
    can_control: bool = False,
) -> Iterator[Lens]:
    """The lenses of a file in document order, each where it is worked out only when ``lens_text`` is asked.

    ``can_copy`` says whether the editor can do something with a hand-off, ``can_run`` whether it can run a plan,
    ``can_control`` whether it can have a run pause and go on, and approve and reject work.
    """
    for number, plan in enumerate(check.plans):
        source = plan.source
        tasks = source.plan.tasks
        if not tasks:
            continue
        start = source.locate(Spot(None, ("tasks",), "key"))[0]
        times = plan.analysis.times
        if times.makespan and times.complete:
            if wanted.critical_path:
                yield Lens(LensKind.CRITICAL_PATH, number, None, start)
            if wanted.total:
                yield Lens(LensKind.TOTAL, number, None, start)
        if wanted.ready:
            yield Lens(LensKind.READY, number, None, start)
        if wanted.progress:
            kinds = _of_runs(plan, can_run=can_run, can_control=can_control)
            yield from (Lens(kind, number, None, start) for kind in kinds)
        copies = wanted.handoff and can_copy
        progress = plan.progress if wanted.progress else None
        if not (wanted.references or copies or progress is not None):
            continue
        successors = plan.analysis.network.successors
        for index, task in enumerate(tasks):
            waited_for = wanted.references and bool(successors[index]) and task.id is not None
            has_begun = progress is not None and bool(_standing(plan, index))
            if not (waited_for or copies or has_begun):
                continue
            offset = source.base(index) + source.task_node(index).start
            if has_begun:
                yield Lens(LensKind.PROGRESS, number, index, offset)
            if has_begun and can_control and waits_for_people(plan, index):
                yield Lens(LensKind.APPROVE, number, index, offset)
                yield Lens(LensKind.REJECT, number, index, offset)
            if waited_for:
                yield Lens(LensKind.REFERENCES, number, index, offset)
            if copies:
                yield Lens(LensKind.HANDOFF, number, index, offset)


def _of_runs(plan: PlanCheck, *, can_run: bool, can_control: bool) -> Iterator[LensKind]:
    """What can be done about running a plan now."""
    if can_run:
        yield LensKind.RUN
        if plan.progress is not None:
            yield LensKind.FOLLOW
    run = run_standing(plan.progress.state) if plan.progress is not None else None
    if can_control and run is not None:
        yield LensKind.RESUME if run == "paused" else LensKind.PAUSE


def lens_text(check: FileCheck, kind: LensKind, number: int, task: int | None) -> LensText | None:
    """What a lens says; None where there is no such lens (any more)."""
    if not 0 <= number < len(check.plans):
        return None
    plan = check.plans[number]
    if kind in (LensKind.REFERENCES, LensKind.HANDOFF, LensKind.PROGRESS):
        if task is None or not 0 <= task < len(plan.source.plan.tasks):
            return None
        if kind is LensKind.PROGRESS:
            return LensText(_standing(plan, task)) if plan.progress is not None else None
        return LensText("Copy hand-off") if kind is LensKind.HANDOFF else _references(plan, task)
    if kind in _NAMES:
        return LensText(_NAMES[kind])
    times = plan.analysis.times
    if kind is LensKind.CRITICAL_PATH:
        named = _named(plan, list(times.path), " → ")
        return LensText(f"critical path {format_duration(times.makespan)}: {named}", tuple(times.path))
    if kind is LensKind.TOTAL:
        total = format_duration(sum(plan.analysis.network.durations))
        count = len(plan.source.plan.tasks)
        return LensText(f"{total} of work in {count:,} {'task' if count == 1 else 'tasks'}{_scheduled(plan)}")
    return _ready(plan)


_NAMES: Final = {
    LensKind.RUN: "▷ Run...",
    LensKind.FOLLOW: "Status",
    LensKind.PAUSE: "Pause",
    LensKind.RESUME: "Resume",
    LensKind.APPROVE: "Approve",
    LensKind.REJECT: "Reject...",
}


def _standing(plan: PlanCheck, task: int) -> str:
    """How a task stands by the journal; empty where it has not begun."""
    status = status_of(plan, task)
    words = standing(status) if status is not None else ""
    return f"{_MARKS.get(status.stand, '')}{words}" if status is not None and words else ""


_MARKS: Final = {Stand.DONE: "✓ ", Stand.BLOCKED: "■ ", Stand.FAILED: "✗ ", Stand.IN_PROGRESS: "▶ "}


def _scheduled(plan: PlanCheck) -> str:
    """How long the schedule takes, where agents, capacity or files make it longer than the critical path."""
    schedule = plan.shown_schedule
    if schedule is None or schedule.working_makespan <= plan.analysis.times.makespan:
        return ""
    return f", scheduled in {format_duration(schedule.working_makespan)}"


def _references(plan: PlanCheck, task: int) -> LensText:
    waiting = tuple(dict.fromkeys(plan.analysis.network.successors[task]))
    verb = "task waits" if len(waiting) == 1 else "tasks wait"
    return LensText(f"{len(waiting):,} {verb} for this", waiting)


def _ready(plan: PlanCheck) -> LensText:
    ready = [index for index, before in enumerate(plan.analysis.network.predecessors) if not before]
    if not ready:
        return LensText("no task can start: all of them wait for another")
    count = f"{len(ready):,} {'task' if len(ready) == 1 else 'tasks'}"
    return LensText(f"{count} can start now: {_named(plan, ready, ', ')}", tuple(ready))


def _named(plan: PlanCheck, tasks: list[int], between: str) -> str:
    """Tasks by name; of many the first few, and of a path the last as well."""
    listed = plan.source.plan.tasks
    names = [
        shown(listed[index].id or listed[index].name or f"task {index + 1}", _LONGEST_NAME) for index in tasks
    ]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 2], "…", *([names[-1]] if between != ", " else [])]
    return between.join(names)
