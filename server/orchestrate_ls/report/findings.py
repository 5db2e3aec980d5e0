"""What a report says in words: achievements, challenges, lessons, recommendations, and what to do better next time.

Each follows from events and figures and names them; a sentence that a person recorded is quoted as such, and nothing
is said that nobody recorded or measured. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orchestrate_ls.progress.event import Event, EventKind, Verdict
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.report.critical_path import PathStep, planned_path
from orchestrate_ls.report.measure import Figures, KindFigures, TaskFigures
from orchestrate_ls.report.timeline import Timeline
from orchestrate_ls.text.display import shown
from orchestrate_ls.text.spans import listed, percentage, span

WORTH_SAYING: Final = 0.1
"""A variance of less is within what the success criteria allow."""
LONG_WAIT: Final = 900
"""Seconds of waiting or of being blocked from which on a task is named."""
WANTED_COVERAGE: Final = 0.8
_MOST: Final = 12
_LONGEST_NOTE: Final = 300
_LATE: Final = 0.5


class Topic(StrEnum):
    """Which part of a report a finding belongs to."""

    ACHIEVEMENT = "achievements"
    CHALLENGE = "challenges"
    LESSON = "lessons"
    RECOMMENDATION = "recommendations"
    IMPROVEMENT = "improvements"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence with what it rests on: tasks, ids of events, and figures by the ids of ``metrics``."""

    topic: Topic
    text: str
    tasks: tuple[int, ...] = ()
    events: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


def findings(
    timeline: Timeline, figures: Figures, path: Sequence[PathStep], wanted_coverage: float = WANTED_COVERAGE
) -> tuple[Finding, ...]:
    """Everything that is worth saying, topic by topic, the most important of each first; at most twelve of each."""
    case = _Case(timeline, figures, path, wanted_coverage)
    found: list[Finding] = []
    for topic, sources in _SOURCES:
        own = [
            Finding(topic, each.text, each.tasks, each.events, each.figures)
            for source in sources
            for each in source(case)
        ]
        found += own[:_MOST]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Said:
    """A finding before it is known which topic it belongs to."""

    text: str
    tasks: tuple[int, ...] = ()
    events: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


class _Case:
    def __init__(
        self, timeline: Timeline, figures: Figures, path: Sequence[PathStep], wanted_coverage: float
    ) -> None:
        self.timeline: Final = timeline
        self.figures: Final = figures
        self.path: Final = path
        self.on_path: Final = {step.task for step in path}
        self.wanted_coverage: Final = wanted_coverage

    def name(self, task: int) -> str:
        """A task as a report calls it: `T3 (OAuth2 Integration)`."""
        each = self.figures.tasks[task]
        return f"{shown(each.id)} ({shown(each.name)})" if each.name else shown(each.id)

    def last(self, task: int, *kinds: EventKind) -> Event | None:
        """The last event of a task of some kinds."""
        return next((each for each in reversed(self.timeline.events_of(task)) if each.kind in kinds), None)

    def all(self, task: int, *kinds: EventKind) -> list[Event]:
        """A task's events of some kinds."""
        return [each for each in self.timeline.events_of(task) if each.kind in kinds]

    def begun(self) -> list[TaskFigures]:
        """The tasks that were begun."""
        return [each for each in self.figures.tasks if self.timeline.tasks[each.task].attempts]


def _note(text: str | None) -> str:
    return f"“{shown(' '.join(text.split()), _LONGEST_NOTE)}”" if text and text.strip() else ""


# Achievements


def _all_done(case: _Case) -> Iterator[_Said]:
    done = [each for each in case.figures.tasks if each.state is TaskState.DONE]
    skipped = [each for each in case.figures.tasks if each.state is TaskState.SKIPPED]
    if not done or not case.timeline.is_finished:
        return
    more = f"; {listed([shown(each.id) for each in skipped])} skipped" if skipped else ""
    # With one task or a thousand, the last events are what shows it.
    last = [event.id for each in done[-1:] if (event := case.last(each.task, EventKind.DONE)) is not None]
    yield _Said(
        f"All {len(done)} tasks are done{more}." if len(done) > 1 else "The task is done.", (), tuple(last)
    )


def _results(case: _Case) -> Iterator[_Said]:
    """What was said of a finished task, in its own words; critical and high priorities first."""
    noted: list[tuple[int, int, Event]] = []
    for each in case.figures.tasks:
        event = case.last(each.task, EventKind.DONE) if each.state is TaskState.DONE else None
        if event is not None and event.note and event.note.strip():
            noted.append((_rank(case, each.task), each.task, event))
    for _, task, event in sorted(noted, key=lambda each: each[:2])[:6]:
        artefacts = (
            f" It left {listed([shown(each) for each in event.artefacts])}." if event.artefacts else ""
        )
        yield _Said(f"{case.name(task)}: {_note(event.note)}.{artefacts}", (task,), (event.id,))


def _rank(case: _Case, task: int) -> int:
    priority = case.timeline.plan.tasks[task].priority
    order = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    return order.get(str(priority), 2)


def _covered(case: _Case) -> Iterator[_Said]:
    share = case.figures.plan.coverage
    if share is not None and share >= case.wanted_coverage:
        yield _Said(
            f"Tests cover {percentage(share)} of the lines (at least {percentage(case.wanted_coverage)} were wanted).",
            figures=("overall_coverage",),
        )


def _gates(case: _Case) -> Iterator[_Said]:
    plan = case.figures.plan
    if plan.checks and plan.checks_passed == plan.checks:
        yield _Said(
            f"Every check of a quality gate that was made of a done task passed in the end ({plan.checks}).",
            figures=("gates_passed",),
        )


def _defects_fixed(case: _Case) -> Iterator[_Said]:
    plan = case.figures.plan
    if not plan.defects or plan.defects_fixed < plan.defects:
        return
    own = [each.task for each in case.figures.tasks if each.defects]
    what = (
        "The one defect that was found was"
        if plan.defects == 1
        else "Both defects found were"
        if plan.defects == 2
        else f"All {plan.defects} defects found were"
    )
    yield _Said(
        f"{what} fixed ({listed([shown(case.figures.tasks[each].id) for each in own])}).",
        tuple(own),
        tuple(event.id for task in own for event in _defect_events(case, task)),
        ("defects",),
    )


def _quicker(case: _Case) -> Iterator[_Said]:
    own = [each for each in case.figures.tasks if each.variance is not None and each.variance < -WORTH_SAYING]
    own.sort(key=lambda each: (each.actual or 0) - (each.estimated or 0))
    if not own:
        return
    parts = [f"{shown(each.id)} by {percentage(-(each.variance or 0))}" for each in own]
    yield _Said(
        f"Done in less time than estimated: {listed(parts)}.",
        tuple(each.task for each in own[:6]),
        figures=("variance",),
    )


# Challenges


def _slower(case: _Case) -> Iterator[_Said]:
    own = [each for each in case.figures.tasks if each.variance is not None and each.variance > WORTH_SAYING]
    own.sort(key=lambda each: (-((each.actual or 0) - (each.estimated or 0)), each.task))
    for each in own[:6]:
        reasons = _reasons(case, each.task)
        why = f" What was recorded meanwhile: {'; '.join(text for text, _ in reasons)}." if reasons else ""
        where = " It is on the critical path as it was." if each.task in case.on_path else ""
        yield _Said(
            f"{case.name(each.task)} took {percentage(each.variance or 0)} longer than estimated"
            f" ({span(each.actual or 0)}, not {span(each.estimated or 0)}).{why}{where}",
            (each.task,),
            tuple(event for _, event in reasons) or _end_event(case, each.task),
            ("variance",),
        )


def _reasons(case: _Case, task: int) -> list[tuple[str, str]]:
    """What was said while a task was under way, with the events; the end's own words are a result, not a reason."""
    kinds = (EventKind.PROGRESS, EventKind.BLOCKED, EventKind.FAILED)
    found = {_note(each.note): each.id for each in case.all(task, *kinds) if _note(each.note)}
    return list(found.items())[:4]


def _end_event(case: _Case, task: int) -> tuple[str, ...]:
    event = case.last(task, EventKind.DONE)
    return (event.id,) if event is not None else ()


def _blocked(case: _Case) -> Iterator[_Said]:
    waits = [
        (times.waiting.blocked + times.waiting.paused, task) for task, times in enumerate(case.timeline.tasks)
    ]
    for seconds, task in sorted(waits, key=lambda each: (-each[0], each[1]))[:5]:
        events = case.all(task, EventKind.BLOCKED)
        if seconds < LONG_WAIT or not events:
            continue
        reasons = listed(
            list(dict.fromkeys(filter(None, (_note(each.note) for each in events)))) or ["no reason given"]
        )
        yield _Said(
            f"{case.name(task)} was blocked for {span(seconds)}: {reasons}.",
            (task,),
            tuple(each.id for each in events),
            ("waiting_time",),
        )


def _failures(case: _Case) -> Iterator[_Said]:
    for each in case.figures.tasks:
        failed = case.all(each.task, EventKind.FAILED)
        if not failed:
            continue
        notes = list(dict.fromkeys(filter(None, (_note(event.note) for event in failed))))
        times = "once" if len(failed) == 1 else f"{len(failed)} times"
        yield _Said(
            f"{case.name(each.task)} failed {times}{f': {listed(notes)}' if notes else ''}.",
            (each.task,),
            tuple(event.id for event in failed),
            ("rework_count",),
        )


def _defects(case: _Case) -> Iterator[_Said]:
    for each in case.figures.tasks:
        if not each.defects:
            continue
        events = _defect_events(case, each.task)
        what = [_defect_text(event) for event in events]
        left = each.defects - each.defects_fixed
        state = "all fixed since" if not left else f"{left} not fixed" if each.defects_fixed else "not fixed"
        yield _Said(
            f"{case.name(each.task)}: {listed(what)} ({state}).",
            (each.task,),
            tuple(event.id for event in events),
            ("defects",),
        )


def _defect_events(case: _Case, task: int) -> list[Event]:
    found: list[Event] = []
    seen: set[tuple[object, ...]] = set()
    for event in case.timeline.events_of(task):
        is_failed_check = event.kind == EventKind.CHECKED and event.verdict == Verdict.FAILED
        if not is_failed_check and event.kind not in (EventKind.REJECTED, EventKind.REOPENED):
            continue
        key = (event.kind, event.attempt, event.gate, event.check, event.agent)
        if key not in seen:
            seen.add(key)
            found.append(event)
    return found


def _defect_text(event: Event) -> str:
    note = f": {_note(event.note)}" if _note(event.note) else ""
    if event.kind == EventKind.CHECKED:
        return f"{shown(event.check or '')} of {shown(event.gate or '')} failed{note}"
    if event.kind == EventKind.REJECTED:
        return f"rejected by {shown(event.agent or 'somebody')}{note}"
    return f"sent back after it was done{note}"


def _forced(case: _Case) -> Iterator[_Said]:
    for each in case.figures.tasks:
        forced = [event for event in case.timeline.events_of(each.task) if event.forced]
        if forced:
            why = listed(list(dict.fromkeys(shown(text, 200) for event in forced for text in event.forced)))
            yield _Said(f"{case.name(each.task)} was recorded against objections: {why}.", (each.task,),
                        tuple(event.id for event in forced))  # fmt: skip


def _decisions(case: _Case) -> Iterator[_Said]:
    for event in case.timeline.events:
        if event.kind in (EventKind.TRIGGERED, EventKind.DECIDED):
            task = next((index for index, each in enumerate(case.timeline.board.progress)
                         if each is not None and each.key == event.key), None)  # fmt: skip
            where = f"{case.name(task)}: " if task is not None else ""
            verb = "a replan trigger held" if event.kind == EventKind.TRIGGERED else "decided"
            action = f" → {shown(event.action)}" if event.action else ""
            note = f" ({_note(event.note)})" if _note(event.note) else ""
            yield _Said(f"{where}{verb}{action}{note}.", (task,) if task is not None else (), (event.id,))


# Lessons


def _kinds(case: _Case) -> Iterator[_Said]:
    for kind in _biased(case):
        yield _Said(
            f"{kind.kind.capitalize()} took {kind.bias:.2f} times as long as estimated"
            f" ({_samples(kind.samples)}: {listed([shown(case.figures.tasks[each].id) for each in kind.tasks])}).",
            kind.tasks,
            figures=("estimate_bias",),
        )


def _biased(case: _Case) -> list[KindFigures]:
    own = [kind for kind in case.figures.kinds if abs(kind.bias - 1) >= WORTH_SAYING]
    return sorted(own, key=lambda each: (-abs(each.bias - 1), each.kind))


def _samples(number: int) -> str:
    return "one task" if number == 1 else f"{number} tasks"


def _agents(case: _Case) -> Iterator[_Said]:
    for agent in case.figures.agents:
        if agent.bias is not None and agent.samples > 1 and abs(agent.bias - 1) >= WORTH_SAYING:
            yield _Said(
                f"Tasks of {shown(agent.agent)} took {agent.bias:.2f} times as long as estimated"
                f" ({_samples(agent.samples)}).",
                figures=("estimate_bias",),
            )


def _estimates_overall(case: _Case) -> Iterator[_Said]:
    plan = case.figures.plan
    if plan.total_variance is None or plan.estimate_variance is None:
        return
    if abs(plan.total_variance) < plan.estimate_variance / 2 and plan.estimate_variance >= 0.05:
        yield _Said(
            f"Single estimates were off by {percentage(plan.estimate_variance)} on average, their sum by"
            f" {_signed(plan.total_variance)}: too long and too short ones cancelled out.",
            figures=("estimate_variance", "total_variance"),
        )


def _signed(share: float) -> str:
    return f"+{percentage(share)}" if share > 0 else f"-{percentage(-share)}" if share < 0 else "0%"


def _path_moved(case: _Case) -> Iterator[_Said]:
    planned = planned_path(case.timeline)
    actual = [step.task for step in case.path]
    if not planned or not actual or set(planned) == set(actual) or not case.timeline.is_finished:
        return
    yield _Said(
        f"The critical path was planned as {_chain(case, planned)} and came to be {_chain(case, actual)}.",
        tuple(dict.fromkeys([*planned, *actual])),
        figures=("planned_duration", "duration"),
    )


def _chain(case: _Case, tasks: Sequence[int]) -> str:
    names = [shown(case.figures.tasks[each].id) for each in tasks]
    if len(names) > 12:
        names = [*names[:6], f"… ({len(names) - 11} more) …", *names[-5:]]
    return " → ".join(names)


def _late_defects(case: _Case) -> Iterator[_Said]:
    for task, event, share in _found_late(case):
        yield _Said(
            f"What {case.name(task)} found ({_defect_text(event)}) came after {percentage(share)} of the time.",
            (task,),
            (event.id,),
            ("defects",),
        )


def _found_late(case: _Case) -> list[tuple[int, Event, float]]:
    """Defects that were found in the second half of the time, with the share of it that had passed."""
    begin, length = case.timeline.begin, case.timeline.duration
    if begin is None or not length:
        return []
    found: list[tuple[int, Event, float]] = []
    for each in case.figures.tasks:
        for event in _defect_events(case, each.task):
            passed = case.timeline.clock.work(begin, case.timeline.clock.at(event.time)) / length
            if passed >= _LATE:
                found.append((each.task, event, min(1.0, passed)))
    return found[:5]


def _waits(case: _Case) -> Iterator[_Said]:
    by_agent: dict[str, list[tuple[int, int]]] = {}
    for task, times in enumerate(case.timeline.tasks):
        if times.waiting.for_agent >= LONG_WAIT and times.attempts and times.attempts[0].agent:
            by_agent.setdefault(times.attempts[0].agent, []).append((task, times.waiting.for_agent))
    rows = sorted(by_agent.items(), key=lambda each: (-sum(seconds for _, seconds in each[1]), each[0]))
    for agent, own in rows[:4]:
        names = listed([shown(case.figures.tasks[task].id) for task, _ in own])
        yield _Said(
            f"{names} waited {span(sum(seconds for _, seconds in own))} for {shown(agent)}, which was busy.",
            tuple(task for task, _ in own[:6]),
            figures=("waiting_time",),
        )


def _idle(case: _Case) -> Iterator[_Said]:
    own = [(times.waiting.idle, task) for task, times in enumerate(case.timeline.tasks)]
    own = [each for each in own if each[0] >= LONG_WAIT]
    own.sort(key=lambda each: (-each[0], each[1]))
    if own:
        parts = [f"{shown(case.figures.tasks[task].id)} ({span(seconds)})" for seconds, task in own]
        yield _Said(
            f"Could have begun earlier, as neither other tasks nor their agent kept them: {listed(parts)}.",
            tuple(task for _, task in own[:6]),
            figures=("waiting_time",),
        )


# Recommendations: of what is left to do about this result


def _unfinished(case: _Case) -> Iterator[_Said]:
    for state, what in ((TaskState.FAILED, "failed"), (TaskState.BLOCKED, "blocked")):
        own = [each.task for each in case.figures.tasks if each.state is state]
        if own:
            names = listed([shown(case.figures.tasks[each].id) for each in own])
            events = [event.id for each in own[:6] if (event := case.last(each, _KIND_OF[state])) is not None]
            verb = "Start again, split or give to somebody else" if state is TaskState.FAILED else "Unblock"
            yield _Said(
                f"{verb}: {names}, which {'is' if len(own) == 1 else 'are'} {what}.",
                tuple(own[:6]),
                tuple(events),
            )


_KIND_OF: Final = {TaskState.FAILED: EventKind.FAILED, TaskState.BLOCKED: EventKind.BLOCKED}


def _open_defects(case: _Case) -> Iterator[_Said]:
    for each in case.figures.tasks:
        left = each.defects - each.defects_fixed
        if left:
            yield _Said(
                f"Fix what {case.name(each.task)} still has: {left} of {each.defects} defects.",
                (each.task,),
                tuple(event.id for event in _defect_events(case, each.task)),
                ("defects",),
            )


def _unproven(case: _Case) -> Iterator[_Said]:
    for each in case.figures.tasks:
        if each.state is TaskState.DONE and each.checks_passed < each.checks:
            yield _Said(
                f"Have the gates of {case.name(each.task)} checked again: {each.checks - each.checks_passed} of"
                f" {each.checks} did not pass, and it counts as done.",
                (each.task,),
                figures=("gates_passed",),
            )


def _coverage(case: _Case) -> Iterator[_Said]:
    share = case.figures.plan.coverage
    if share is not None and share < case.wanted_coverage:
        wanted = percentage(case.wanted_coverage)
        yield _Said(
            f"Raise the test coverage: {percentage(share)} of the lines, {wanted} are wanted.",
            figures=("overall_coverage",),
        )
    low = [
        each
        for each in case.figures.tasks
        if each.coverage is not None and each.coverage < case.wanted_coverage
    ]
    low.sort(key=lambda each: (each.coverage or 0, each.task))
    if low:
        parts = [f"{shown(each.id)} ({percentage(each.coverage or 0)})" for each in low]
        yield _Said(f"Test what these tasks wrote better: {listed(parts)}.", tuple(each.task for each in low[:6]),
                    figures=("test_coverage",))  # fmt: skip


def _low_quality(case: _Case) -> Iterator[_Said]:
    own = [each for each in case.figures.tasks if each.quality is not None and each.quality < 0.7]
    for each in sorted(own, key=lambda each: (each.quality or 0, each.task))[:4]:
        events = [event.id for event in case.timeline.events_of(each.task) if event.score is not None]
        yield _Said(
            f"Review {case.name(each.task)}: its quality was scored {10 * (each.quality or 0):.1f}/10.",
            (each.task,),
            tuple(events[-1:]),
            ("quality_score",),
        )


def _rejections(case: _Case) -> Iterator[_Said]:
    for each in case.figures.tasks:
        progress = case.timeline.board.progress[each.task]
        for review in progress.rejections if progress is not None else ():
            note = f": {_note(review.note)}" if _note(review.note) else ""
            yield _Said(
                f"Answer {shown(review.who)}, who rejected {case.name(each.task)}{note}.", (each.task,)
            )


# Improvements: of what to do otherwise in the next plan


def _buffers(case: _Case) -> Iterator[_Said]:
    for kind in _biased(case):
        if kind.bias > 1:
            yield _Said(
                f"Buffer estimates of {kind.kind} by {round((kind.bias - 1) * 100)}%:"
                f" {_samples(kind.samples)} took {kind.bias:.2f} times as long"
                + (
                    "; a single sample, so look at `orchestrate history` first." if kind.samples == 1 else "."
                ),
                kind.tasks,
                figures=("estimate_bias",),
            )


def _earlier_reviews(case: _Case) -> Iterator[_Said]:
    for task, event, share in _found_late(case):
        if event.kind == EventKind.REOPENED:
            continue
        gate = shown(event.gate or event.agent or "the review")
        yield _Said(
            f"Run {gate} before {case.name(task)} begins, too: what it found there came after {percentage(share)}"
            " of the time.",
            (task,),
            (event.id,),
            ("defects",),
        )


def _splits(case: _Case) -> Iterator[_Said]:
    day = case.timeline.plan.header.calendar.day_seconds
    own = [
        each
        for each in case.figures.tasks
        if each.actual is not None
        and (
            each.actual > day
            or (each.task in case.on_path and each.actual * 4 > (case.figures.plan.duration or 0) > 0)
        )
        and len(case.figures.tasks) > 2
    ]
    own.sort(key=lambda each: (-(each.actual or 0), each.task))
    if own:
        parts = [f"{shown(each.id)} ({span(each.actual or 0)})" for each in own]
        yield _Said(
            f"Split into smaller tasks: {listed(parts)}. They took over a working day, or over a quarter of the whole"
            " time on the critical path.",
            tuple(each.task for each in own[:6]),
            figures=("actual_time",),
        )


def _backups(case: _Case) -> Iterator[_Said]:
    declared = {agent.id: agent for agent in case.timeline.plan.header.agents}
    on_path: dict[str, list[int]] = {}
    for step in case.path:
        attempts = case.timeline.tasks[step.task].attempts
        agent = attempts[-1].agent if attempts else None
        if agent is not None and (agent not in declared or declared[agent].backup is None):
            on_path.setdefault(agent, []).append(step.task)
    if on_path:
        parts = [
            f"{shown(agent)} ({', '.join(shown(case.figures.tasks[each].id) for each in tasks[:4])})"
            for agent, tasks in on_path.items()
        ]
        yield _Said(
            f"Name a backup for who was on the critical path and has none: {listed(parts)}.",
            tuple(task for tasks in on_path.values() for task in tasks)[:8],
            figures=("duration",),
        )


def _more_agents(case: _Case) -> Iterator[_Said]:
    waits: dict[str, int] = {}
    for times in case.timeline.tasks:
        if times.attempts and times.attempts[0].agent is not None:
            agent = times.attempts[0].agent
            waits[agent] = waits.get(agent, 0) + times.waiting.for_agent
    own = [
        (seconds, agent)
        for agent, seconds in waits.items()
        if seconds * 10 >= (case.figures.plan.duration or 1)
    ]
    for seconds, agent in sorted(own, key=lambda each: (-each[0], each[1]))[:3]:
        yield _Said(
            f"Relieve {shown(agent)}: tasks waited {span(seconds)} for it"
            " (`orchestrate assign --balance` finds who else can do them).",
            figures=("waiting_time",),
        )


def _begin_at_once(case: _Case) -> Iterator[_Said]:
    plan = case.figures.plan
    if plan.waited_idle >= LONG_WAIT and plan.waiting_share is not None and plan.waiting_share > WORTH_SAYING:
        yield _Said(
            f"Begin tasks when they can be: {span(plan.waited_idle)} passed with nobody at tasks that were ready"
            " (`orchestrate next` lists them).",
            figures=("waiting_share",),
        )


def _estimates_missing(case: _Case) -> Iterator[_Said]:
    own = [each for each in case.figures.tasks if each.estimated is None]
    if own:
        yield _Said(
            f"Estimate every task: {listed([shown(each.id) for each in own])} had no estimate to be measured by.",
            tuple(each.task for each in own[:6]),
            figures=("estimated_time",),
        )


_SOURCES: Final = (
    (Topic.ACHIEVEMENT, (_all_done, _results, _gates, _covered, _defects_fixed, _quicker)),
    (Topic.CHALLENGE, (_slower, _blocked, _failures, _defects, _forced, _decisions)),
    (Topic.LESSON, (_kinds, _agents, _estimates_overall, _path_moved, _late_defects, _waits, _idle)),
    (Topic.RECOMMENDATION, (_unfinished, _open_defects, _rejections, _unproven, _low_quality, _coverage)),
    (
        Topic.IMPROVEMENT,
        (_buffers, _earlier_reviews, _splits, _backups, _more_agents, _begin_at_once, _estimates_missing),
    ),
)
