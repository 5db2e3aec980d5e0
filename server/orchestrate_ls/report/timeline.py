"""What happened when: each task's attempts, what it waited for, and what the plan's own schedule had in mind.

Times are whole seconds of the plan's schedule from its start (working time where the plan has a calendar, see
``progress.clock``), so that planned and actual times can be compared. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.clock import ProgressClock
from orchestrate_ls.progress.event import Event
from orchestrate_ls.progress.fold import ProgressFold, attempts_of
from orchestrate_ls.progress.state import FINISHED, TaskProgress, TaskState
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.network import LinkType
from orchestrate_ls.schedule.plan_schedule import PlanSchedule
from orchestrate_ls.schedule.quick_schedule import quick_schedule


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one time of the schedule to another."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """In seconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a task that was begun.

    Attributes
    ----------
    span
        From its start to its end, or to now.
    stretches
        The span without the times in which it was blocked.
    work
        Seconds of work, as reported or else measured.
    reported
        Whether the work was reported.
    ended
        None while it is under way.
    progress
        What was recorded of it.
    """

    number: int
    agent: str | None
    span: Stretch
    stretches: tuple[Stretch, ...]
    work: int
    reported: bool
    started: datetime
    ended: datetime | None
    progress: TaskProgress


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a task did not begin when the tasks before it were done, in seconds: its agent was busy, nobody began it,
    or it was blocked; ``paused`` is how long it was blocked after it had begun.
    """

    for_agent: int = 0
    idle: int = 0
    blocked: int = 0
    paused: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.for_agent + self.idle + self.blocked + self.paused


@dataclass(frozen=True, slots=True)
class TaskTimes:
    """A task's attempts and waiting. ``start`` is that of the first attempt, ``end`` that of the last; None where it
    has not begun, or is not over.
    """

    state: TaskState
    attempts: tuple[Attempt, ...]
    start: int | None
    end: int | None
    waiting: Waiting

    @property
    def is_done(self) -> bool:
        """Whether it is done; a skipped task is not."""
        return self.state is TaskState.DONE

    @property
    def work(self) -> int | None:
        """Seconds of work in all attempts together; None where there was none."""
        return sum(each.work for each in self.attempts) if self.attempts else None


class Timeline:
    """A plan beside what was recorded of it, up to a moment. Tasks are the plan's indices.

    Attributes
    ----------
    plan
        As it was written.
    now
        The moment that the report is as of.
    events
        Those up to then, in order.
    """

    def __init__(
        self, plan: Plan, analysis: NetworkAnalysis, events: Iterable[Event], plan_id: str, now: datetime
    ) -> None:
        """``analysis`` is that of the plan's network. Events after ``now`` are left out."""
        fold = ProgressFold(plan_id)
        fold.add(event for event in events if event.time <= now)
        self.plan: Final = plan
        self.now: Final = now
        self.events: Final = fold.events()
        self.state: Final = fold.state()
        self.board: Final = ProgressBoard(plan, self.state, analysis.network)
        self.names: Final = [self.board.name(task) for task in range(len(plan.tasks))]
        self.clock: Final = ProgressClock(plan, self.board.agents, self.state.first or now)
        self.analysis: Final = analysis
        self._by_key: dict[str, list[Event]] = {}
        for event in self.events:
            if not event.is_of_plan:
                self._by_key.setdefault(event.key, []).append(event)

    @cached_property
    def planned(self) -> PlanSchedule | None:
        """The plan's own schedule by its estimates; None where it has no tasks or a dependency cycle."""
        has_schedule = bool(self.plan.tasks) and self.analysis.times.complete
        return quick_schedule(self.clock.plan) if has_schedule else None

    @cached_property
    def tasks(self) -> list[TaskTimes]:
        """For each task what happened to it."""
        attempts = [self._attempts(task) for task in range(len(self.plan.tasks))]
        busy = _busy(attempts)
        first = min((own[0].span.start for own in attempts if own), default=0)
        return [self._times(task, attempts, busy, first) for task in range(len(attempts))]

    @cached_property
    def begin(self) -> int | None:
        """When the first task was begun; None where none was."""
        return min((each.start for each in self.tasks if each.start is not None), default=None)

    @cached_property
    def end(self) -> int | None:
        """When the last task ended, or now where some are not finished; None where none was begun."""
        ends = [attempt.span.end for each in self.tasks for attempt in each.attempts]
        if not ends:
            return None
        return max(ends) if self.is_finished else max(*ends, self.clock.at(self.now))

    @property
    def is_finished(self) -> bool:
        """Whether every task is done or skipped."""
        return bool(self.plan.tasks) and len(self.board.finished) == len(self.plan.tasks)

    @cached_property
    def duration(self) -> int | None:
        """Working time from the first start to the last end (or now); None where nothing was begun."""
        if self.begin is None or self.end is None:
            return None
        return self.clock.work(self.begin, self.end)

    def events_of(self, task: int) -> Sequence[Event]:
        """A task's events, in order."""
        progress = self.board.progress[task]
        return self._by_key.get(progress.key, ()) if progress is not None else ()

    def estimate(self, task: int) -> int | None:
        """Expected seconds of work; None where the plan says nothing, or nothing at all is to be done."""
        estimate = self.plan.tasks[task].estimate
        return (estimate.expected or None) if estimate is not None else None

    def _attempts(self, task: int) -> tuple[Attempt, ...]:
        progress = self.board.progress[task]
        if progress is None:
            return ()
        agent: str | None = self.plan.tasks[task].agent or self.board.agents[task]
        found: list[Attempt] = []
        for each in attempts_of(progress.key, self.events_of(task)):
            agent = each.agent or agent
            if each.started is not None:
                found.append(self._attempt(each, agent))
        return tuple(found)

    def _attempt(self, progress: TaskProgress, agent: str | None) -> Attempt:
        started = progress.started or self.now
        until = max(started, progress.ended or self.now)
        span = Stretch(self.clock.at(started), max(self.clock.at(started), self.clock.at(until)))
        stretches: list[Stretch] = []
        since = span.start
        for pause in progress.pauses:
            first, last = self.clock.at(pause.start), self.clock.at(pause.end or until)
            if first > since:
                stretches.append(Stretch(since, min(first, span.end)))
            since = max(since, last)
        if since < span.end or not stretches:
            stretches.append(Stretch(min(since, span.end), span.end))
        measured = self.clock.worked(agent, started, until, progress.pauses)
        return Attempt(
            progress.attempt,
            agent,
            span,
            tuple(stretches),
            measured if progress.actual is None else progress.actual,
            progress.actual is not None,
            started,
            progress.ended,
            progress,
        )

    def _times(
        self,
        task: int,
        attempts: list[tuple[Attempt, ...]],
        busy: dict[str, list[tuple[int, int, int]]],
        first: int,
    ) -> TaskTimes:
        own, state = attempts[task], self.board.state_of(task)
        ended = own[-1].span.end if own and state in (*FINISHED, TaskState.FAILED) else None
        if not own:
            return TaskTimes(state, own, None, ended, Waiting())
        paused = sum(
            self.clock.work(each.span.start, each.span.end)
            - sum(self.clock.work(part.start, part.end) for part in each.stretches)
            for each in own
        )
        start = own[0].span.start
        ready = min(start, self._ready(task, attempts, first))
        blocked = min(start - ready, self._blocked_before(task, own[0].started))
        for_agent = min(
            start - ready - blocked, _covered(busy.get(own[0].agent or "", []), task, ready, start)
        )
        idle = start - ready - blocked - for_agent
        return TaskTimes(state, own, start, ended, Waiting(for_agent, idle, blocked, paused))

    def _ready(self, task: int, attempts: list[tuple[Attempt, ...]], first: int) -> int:
        """When the tasks before a task let it begin, as far as they were begun."""
        ready = first
        for link in self._links_into[task]:
            before = attempts[link[0]]
            if not before:
                continue
            if link[1] is LinkType.FINISH_TO_START:
                ready = max(ready, before[-1].span.end + max(0, link[2]))
            elif link[1] is LinkType.START_TO_START:
                ready = max(ready, before[0].span.start + max(0, link[2]))
        return ready

    @cached_property
    def _links_into(self) -> list[list[tuple[int, LinkType, int]]]:
        found: list[list[tuple[int, LinkType, int]]] = [[] for _ in self.plan.tasks]
        for link in self.analysis.network.links:
            found[link.successor].append((link.predecessor, link.type, link.lag))
        return found

    def links_into(self, task: int) -> Sequence[tuple[int, LinkType, int]]:
        """The tasks that a task depends on, with type and lag in seconds."""
        return self._links_into[task]

    def _blocked_before(self, task: int, started: datetime) -> int:
        """How long a task was reported as blocked before its first start."""
        since: datetime | None = None
        total = 0
        for event in self.events_of(task):
            if event.time > started:
                break
            if event.kind == "blocked" and since is None:
                since = event.time
            elif event.kind in ("unblocked", "started") and since is not None:
                total += self.clock.work(self.clock.at(since), self.clock.at(event.time))
                since = None
        return total


def _busy(attempts: list[tuple[Attempt, ...]]) -> dict[str, list[tuple[int, int, int]]]:
    """For each agent when it worked on which task, in order: (start, end, task)."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for task, own in enumerate(attempts):
        for each in own:
            for part in each.stretches:
                found.setdefault(each.agent or "", []).append((part.start, part.end, task))
    for spans in found.values():
        spans.sort()
    found.pop("", None)
    return found


def _covered(spans: list[tuple[int, int, int]], task: int, start: int, end: int) -> int:
    """How much of a time an agent worked on other tasks."""
    covered, reached = 0, start
    last = bisect_left(spans, (end, 0, 0))
    for first, until, other in spans[:last]:
        if other == task or until <= reached:
            continue
        covered += min(until, end) - max(first, reached)
        reached = min(until, end)
        if reached >= end:
            break
    return covered
