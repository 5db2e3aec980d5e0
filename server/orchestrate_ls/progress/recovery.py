"""What is done when something fails, by the plan's `error_recovery`: a decision, with its reason in words.

Pure, and decided anew from the journal each time: how often something was tried is counted in the decisions that were
recorded, so that a runner that is killed and started again comes to the same decision. Steps are tried in the order in
which the plan has them; of a kind of failure that the plan does not speak of the steps of ``DEFAULT_STEPS`` count.
Source of the steps: the project's seed description, intelligent error recovery.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from orchestrate_ls.plan.claims import ClaimError, parse_percent
from orchestrate_ls.plan.duration import Calendar, DurationError, format_duration, parse_duration
from orchestrate_ls.plan.model import Plan, Priority, RecoveryPolicy, RecoveryStep, Spot
from orchestrate_ls.plan.recovery_words import (
    ALWAYS,
    IF_AVAILABLE,
    IF_COMPLEX,
    IF_CRITICAL,
    NEVER,
    FailureKind,
    Step,
    step_of,
)
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import LONGEST_TEXT, Event, EventKind, Verdict, make_event
from orchestrate_ls.progress.impact import FailureImpact, failure_impact
from orchestrate_ls.progress.state import CheckRecord, DecisionRecord, Review, TaskProgress, TaskState
from orchestrate_ls.schedule.plan_project import assigned_agents

MOST_RETRIES: Final = 2
MOST_REWORK: Final = 2
FIRST_DELAY: Final = 10.0
"""Seconds before the first retry; each further one waits ``BACK_OFF`` times as long, up to ``LONGEST_DELAY``."""
BACK_OFF: Final = 2.0
LONGEST_DELAY: Final = 600.0
REWORK_SHARE: Final = 0.5
"""Of the estimate: what rework after a quality gate is planned with."""
_MOST_ATTEMPTS: Final = 100
_NAMED: Final = 6
_LONGEST_REASON: Final = 2_000
_CLOCK: Final = Calendar(24, 7)


class RecoveryAction(StrEnum):
    """What is to be done."""

    RETRY = "retry"
    """The same agent tries again, after ``Decision.delay``."""
    REASSIGN = "reassign"
    """``Decision.agent`` tries instead."""
    SPLIT = "split"
    """The task is to be split into smaller ones, which changes the plan: proposed, and done with consent."""
    ESCALATE = "escalate"
    """A person has to look at it; the task waits."""
    PAUSE_DEPENDANTS = "pause_dependants"
    """What depends on the task waits; everything else goes on."""
    REVIEW = "review"
    """The work goes back to its agent with what was found wrong, and is looked at again."""
    GIVE_UP = "give_up"
    """Nothing is left to try."""


@dataclass(frozen=True, slots=True)
class RecoveryPolicies:
    """The steps for each kind of failure, in their order. ``complex_from`` is the estimate, in seconds of working
    time, over which a task counts as complex.
    """

    steps: Mapping[FailureKind, tuple[RecoveryStep, ...]]
    complex_from: int


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed, with what the decision depends on.

    Attributes
    ----------
    kind
        An agent's attempt, the gates of finished work, or what others depend on.
    task, agent, attempt
        What it was.
    reason
        What went wrong, in words.
    decisions
        Those recorded of the task, the earliest first.
    tried
        Agents that have had it.
    backup, is_backup_available
        Who could do it instead, and whether they can now.
    estimate
        In seconds of working time; None for none.
    is_critical
        By its priority, or because the end of the plan depends on it.
    checks, rejections
        Of a gate: checks that are not passed, and what people said against it.
    impact
        Of a dependency: what it means for other tasks; ``names`` has their ids.
    """

    kind: FailureKind
    task: str
    agent: str | None = None
    attempt: int = 1
    reason: str = ""
    decisions: tuple[DecisionRecord, ...] = ()
    tried: tuple[str, ...] = ()
    backup: str | None = None
    is_backup_available: bool = True
    estimate: int | None = None
    is_critical: bool = False
    checks: tuple[CheckRecord, ...] = ()
    rejections: tuple[Review, ...] = ()
    impact: FailureImpact | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done about a failure.

    Attributes
    ----------
    action
        What is to be done.
    reason
        Why, in words; never empty.
    agent
        Who is to do it; None for nobody.
    delay
        Seconds to wait before the next attempt.
    feedback
        What the next attempt has to be told.
    rework
        The share of the estimate that the next attempt is planned with, from 0 to 1; None for all of it.
    lesson
        A line for the checklist that later hand-offs quote; empty for none.
    asks_review
        Whether people should be asked to look at the work.
    notifies
        Whether those who wait should be told.
    adjusts
        Whether the plan should be adjusted where that is possible.
    tasks
        The tasks that wait, as indices of the plan.
    failed
        What failed, in words: how ``reason`` begins, where it does.
    """

    action: RecoveryAction
    reason: str
    agent: str | None = None
    delay: float = 0.0
    feedback: str = ""
    rework: float | None = None
    lesson: str = ""
    asks_review: bool = False
    notifies: bool = False
    adjusts: bool = False
    tasks: tuple[int, ...] = ()
    failed: str = ""

    @property
    def then(self) -> str:
        """What is done, in words, without what failed."""
        return self.reason.removeprefix(f"{self.failed}; ") if self.failed else self.reason

    @property
    def percent(self) -> float | None:
        """How much of the work counts as done when the next attempt begins, from 0 to 100; None for nothing known."""
        return None if self.rework is None else round((1 - self.rework) * 100, 1)

    @property
    def note(self) -> str:
        """Reason and feedback, as they are recorded."""
        text = f"{self.reason}\n\n{self.feedback}" if self.feedback else self.reason
        return text[:LONGEST_TEXT]


def policies_of(plan: Plan) -> RecoveryPolicies:
    """What a plan says of recovery. What it does not say, or says in words that are not known, is as by default."""
    written = {each.failure: each for each in plan.header.recovery}
    steps = {
        kind: written[kind].steps if kind in written else DEFAULT_STEPS[kind].steps for kind in FailureKind
    }
    return RecoveryPolicies(steps, plan.header.calendar.day_seconds // 2)


def failure_of(
    board: ProgressBoard,
    task: int,
    kind: FailureKind,
    reason: str,
    *,
    is_on_critical_path: bool = False,
    is_backup_available: bool = True,
) -> Failure:
    """The failure of a task by what the plan and its journal say. ``reason`` is what went wrong, in words."""
    own = board.plan.tasks[task]
    recorded = board.progress[task]
    agent = board.agents[task]
    declared = {each.id: each for each in board.plan.header.agents}
    backup = declared[agent].backup if agent in declared else None
    known = declared.get(backup or "")
    decisions = recorded.decisions if recorded is not None else ()
    impact = failure_impact(board, task) if kind is FailureKind.DEPENDENCY else None
    return Failure(
        kind,
        board.name(task),
        agent,
        recorded.attempt if recorded is not None else 1,
        reason,
        decisions,
        _tried(board, task, decisions),
        backup,
        is_backup_available and (known is None or known.availability is not False),
        own.estimate.expected if own.estimate is not None else None,
        is_on_critical_path or own.priority is Priority.CRITICAL,
        tuple(each for each in recorded.checks if each.verdict is not Verdict.PASSED) if recorded else (),
        recorded.rejections if recorded is not None else (),
        impact,
        tuple(board.name(each) for each in range(len(board.progress))) if impact is not None else (),
    )


def decide(policies: RecoveryPolicies, failure: Failure) -> Decision:
    """What is to be done about a failure. Always says why."""
    steps = policies.steps.get(failure.kind, DEFAULT_STEPS[failure.kind].steps)
    known = [
        (step, each) for each in steps if (step := step_of(each.name)) is not None and each.when != NEVER
    ]
    case = _Case(policies, failure, known)
    if failure.kind is FailureKind.DEPENDENCY:
        return case.about_dependants()
    found = case.about_gates() if failure.kind is FailureKind.GATE else case.first_that_helps([])
    return replace(found, failed=case.what_failed())


def decided_event(
    decision: Decision, progress: TaskProgress, plan_id: str, time: datetime, run: str
) -> Event:
    """The event that records a decision about a task."""
    return make_event(
        plan_id,
        time,
        EventKind.DECIDED,
        progress.task,
        progress.key,
        run=run,
        attempt=progress.attempt,
        action=str(decision.action),
        agent=decision.agent,
        percent=decision.percent,
        note=decision.note,
    )


def rework_share(progress: TaskProgress) -> float:
    """The share of a task's estimate that its present or next attempt is planned with: all of it, unless its work went
    back for rework only.
    """
    coming = progress.attempt + (progress.state is TaskState.FAILED)
    for each in reversed(progress.decisions):
        if each.attempt == coming - 1 and each.action == RecoveryAction.REVIEW and each.percent is not None:
            return 1 - each.percent / 100
    return 1.0


def feedback_of(progress: TaskProgress) -> str:
    """What the next attempt has to be told: why the one before was not good enough; empty for a first attempt."""
    if not progress.failures:
        return ""
    told = [each for each in progress.decisions if each.action != RecoveryAction.PAUSE_DEPENDANTS]
    return (told[-1].note or "") if told else (progress.note or "")


class _Case:
    """A failure, and the steps against it that are known."""

    def __init__(
        self, policies: RecoveryPolicies, failure: Failure, steps: list[tuple[Step, RecoveryStep]]
    ) -> None:
        self._policies = policies
        self._failure = failure
        self._steps = steps
        self._named = {step for step, _ in steps}

    def first_that_helps(self, tried: list[str]) -> Decision:
        """The first step that can be taken; ``tried`` are reasons why others could not."""
        for step, written in self._steps:
            take = _TAKEN.get(step)
            if take is None:
                continue
            found = take(self, written)
            if isinstance(found, Decision):
                return found
            tried.append(found)
        why = f"; {', '.join(tried)}" if tried else "; its recovery has no further step"
        return Decision(
            RecoveryAction.GIVE_UP,
            f"{self.what_failed()}{why}: it is given up",
            notifies=True,
        )

    def about_dependants(self) -> Decision:
        failure = self._failure
        reason = f"{failure.task} has failed{_because(failure.reason)}"
        impact = failure.impact
        tasks: tuple[int, ...] = ()
        if impact is not None:
            tasks = impact.dependants
            if Step.ANALYZE in self._named or Step.PAUSE in self._named:
                reason += f"; {_impact_in_words(impact, failure.names)}"
        return Decision(
            RecoveryAction.PAUSE_DEPENDANTS,
            reason,
            notifies=Step.COMMUNICATE in self._named,
            adjusts=Step.ADJUST in self._named,
            tasks=tasks,
        )

    def about_gates(self) -> Decision:
        failure = self._failure
        wrong = [each for each in failure.checks if each.verdict is Verdict.FAILED]
        if failure.checks and not wrong and not failure.rejections:
            open_checks = _listed([f"{each.gate}/{each.check}" for each in failure.checks])
            return Decision(
                RecoveryAction.ESCALATE,
                f"{failure.task} cannot be checked: there is no evidence for {open_checks},"
                " which another attempt would not change",
                feedback=self._feedback(),
                notifies=True,
            )
        rounds = sum(each.action == RecoveryAction.REVIEW for each in failure.decisions)
        share, most = self._rework()
        if rounds < most and self._named & _GIVING_BACK:
            return Decision(
                RecoveryAction.REVIEW,
                f"{self.what_failed()}; it goes back to {failure.agent or 'its agent'}"
                f" (rework {rounds + 1} of at most {most})",
                agent=failure.agent,
                feedback=self._feedback() if Step.FEEDBACK in self._named else "",
                rework=share if Step.REWORK in self._named else None,
                lesson=self._lesson() if Step.LEARN in self._named else "",
                asks_review=Step.REVIEW in self._named,
            )
        tried = [f"it was reworked {_times(rounds)}"] if rounds else []
        found = self.first_that_helps(tried)
        if found.action is not RecoveryAction.GIVE_UP:
            return found
        return Decision(
            RecoveryAction.ESCALATE,
            f"{self.what_failed()}{'; ' + ', '.join(tried) if tried else ''}: a person has to decide",
            feedback=self._feedback(),
            notifies=True,
        )

    def retry(self, step: RecoveryStep) -> Decision | str:
        failure, settings = self._failure, dict(step.settings)
        number = settings.get("max_attempts", step.when if step.when not in _CONDITIONS else None)
        most = _whole(number, MOST_RETRIES)
        since = _since(failure.decisions, RecoveryAction.REASSIGN)
        done = sum(each.action == RecoveryAction.RETRY for each in since)
        if done >= most:
            return (
                f"{failure.agent or 'its agent'} has tried again {_times(done)}"
                if done
                else "it is not tried again"
            )
        delay = _seconds(settings.get("delay"), FIRST_DELAY)
        factor = min(max(_number(settings.get("factor"), BACK_OFF), 1.0), 10.0)
        longest = _seconds(settings.get("longest_delay"), LONGEST_DELAY)
        wait = min(delay * factor**done, max(longest, 0.0))
        when = f" in {format_duration(round(wait))}" if round(wait) else ""
        again = f"{failure.agent or 'the same agent'} tries again{when} ({done + 1} of at most {most})"
        return Decision(
            RecoveryAction.RETRY,
            f"{self.what_failed()}; {again}",
            agent=failure.agent,
            delay=wait,
            feedback=self._feedback(),
        )

    def reassign(self, step: RecoveryStep) -> Decision | str:
        failure = self._failure
        backup = failure.backup
        if backup is None:
            return f"{failure.agent or 'its agent'} has no backup"
        if backup in failure.tried or backup == failure.agent:
            return f"the backup {backup} has had it"
        if not failure.is_backup_available and (step.when or IF_AVAILABLE) != ALWAYS:
            return f"the backup {backup} is not available"
        return Decision(
            RecoveryAction.REASSIGN,
            f"{self.what_failed()}; it goes to the backup {backup}",
            agent=backup,
            feedback=self._feedback(),
        )

    def split(self, step: RecoveryStep) -> Decision | str:
        failure = self._failure
        if any(each.action == RecoveryAction.SPLIT for each in failure.decisions):
            return "splitting it was proposed before"
        least = round(
            _seconds(dict(step.settings).get("longer_than"), self._policies.complex_from, Calendar())
        )
        is_complex = failure.estimate is not None and failure.estimate > least
        if not is_complex and (step.when or IF_COMPLEX) != ALWAYS:
            return f"it is not complex (estimated {_estimated(failure.estimate)})"
        return Decision(
            RecoveryAction.SPLIT,
            f"{self.what_failed()}; estimated {_estimated(failure.estimate)}, it should be split into smaller tasks",
            feedback=self._feedback(),
            notifies=True,
        )

    def escalate(self, step: RecoveryStep) -> Decision | str:
        if not self._failure.is_critical and (step.when or IF_CRITICAL) != ALWAYS:
            return "it is not critical"
        why = "it is critical, and a person" if self._failure.is_critical else "a person"
        return Decision(
            RecoveryAction.ESCALATE,
            f"{self.what_failed()}; {why} has to look at it",
            feedback=self._feedback(),
            notifies=True,
        )

    def what_failed(self) -> str:
        failure = self._failure
        if failure.kind is FailureKind.GATE:
            found = [f"{each.gate}/{each.check}" for each in failure.checks]
            found += [f"{each.who} said no" for each in failure.rejections]
            return (
                f"{failure.task} did not pass its quality gates{_because(_listed(found) or failure.reason)}"
            )
        by = f" by {failure.agent}" if failure.agent else ""
        return f"attempt {failure.attempt} at {failure.task}{by} failed{_because(failure.reason)}"

    def _feedback(self) -> str:
        """What went wrong, one line each, as the next attempt is told."""
        failure = self._failure
        lines = [
            f"- {each.gate}/{each.check} {_VERDICTS[each.verdict]}{_because(each.note or '')}"
            for each in failure.checks
        ]
        lines += [
            f"- {each.who} rejected {each.gate or 'the work'}{_because(each.note or '')}"
            for each in failure.rejections
        ]
        if failure.kind is FailureKind.AGENT and failure.reason:
            lines.append(f"- the attempt before failed: {_line(failure.reason)}")
        return "\n".join(lines)

    def _lesson(self) -> str:
        """What later tasks should look at before they end: what was found wrong in this one."""
        failure = self._failure
        found = [
            f"{each.gate}/{each.check}{_because(each.note or '')}"
            for each in failure.checks
            if each.verdict is Verdict.FAILED
        ]
        found += [
            f"{_line(each.note)}" if each.note else f"what {each.who} rejected" for each in failure.rejections
        ]
        return (
            f"{_listed(found) or _line(failure.reason)} ({failure.task})" if found or failure.reason else ""
        )

    def _rework(self) -> tuple[float, int]:
        """The share of the estimate for rework, and how often work goes back at most."""
        settings = {
            name: value for step, each in self._steps if step in _GIVING_BACK for name, value in each.settings
        }
        share = REWORK_SHARE
        if "share" in settings:
            try:
                share = parse_percent(settings["share"])
            except ClaimError:
                share = REWORK_SHARE
        return min(max(share, 0.0), 1.0), _whole(settings.get("max_attempts"), MOST_REWORK)


def _tried(board: ProgressBoard, task: int, decisions: tuple[DecisionRecord, ...]) -> tuple[str, ...]:
    recorded = board.progress[task]
    named = [assigned_agents(board.written)[task], board.agents[task], *(each.agent for each in decisions)]
    named += recorded.tried if recorded is not None else ()
    return tuple(dict.fromkeys(each for each in named if each is not None))


def _since(decisions: tuple[DecisionRecord, ...], action: RecoveryAction) -> tuple[DecisionRecord, ...]:
    """The decisions after the last of a kind."""
    for place in range(len(decisions) - 1, -1, -1):
        if decisions[place].action == action:
            return decisions[place + 1 :]
    return decisions


def _impact_in_words(impact: FailureImpact, names: tuple[str, ...]) -> str:
    def called(tasks: tuple[int, ...]) -> str:
        return _listed([names[each] if each < len(names) else f"#{each + 1}" for each in tasks])

    if not impact.dependants:
        return "no other task waits for it"
    one = len(impact.dependants) == 1
    parts = [f"{called(impact.dependants)} wait{'s' if one else ''} for it"]
    if impact.task_delay:
        parts.append(f"up to {format_duration(impact.task_delay)} later if it is done again")
    if impact.plan_delay:
        parts.append(f"the plan ends {format_duration(impact.plan_delay)} later")
    elif impact.task_delay:
        parts.append("the end of the plan does not move")
    if impact.critical:
        parts.append(f"critical: {called(impact.critical)}")
    parts.append(
        f"{called(impact.unaffected)} go{'es' if len(impact.unaffected) == 1 else ''} on"
        if impact.unaffected
        else "nothing else is left to go on"
    )
    return "; ".join(parts)


def _because(reason: str) -> str:
    return f" ({_line(reason)})" if reason.strip() else ""


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"


def _listed(names: list[str]) -> str:
    shown = names[:_NAMED] + ([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])
    if not shown:
        return ""
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _times(number: int) -> str:
    return "once" if number == 1 else "twice" if number == 2 else f"{number} times"


def _estimated(seconds: int | None) -> str:
    return "by nobody" if seconds is None else f"at {format_duration(seconds)}"


def _whole(text: str | None, otherwise: int) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 9:
        return otherwise
    return min(int(text), _MOST_ATTEMPTS)


def _number(text: str | None, otherwise: float) -> float:
    try:
        value = float(text) if text is not None else otherwise
    except ValueError:
        return otherwise
    return value if math.isfinite(value) and abs(value) < 1e9 else otherwise


def _seconds(text: str | None, otherwise: float, calendar: Calendar = _CLOCK) -> float:
    if text is None:
        return otherwise
    try:
        return float(parse_duration(text, calendar))
    except DurationError:
        return otherwise


def _default(kind: FailureKind, *steps: tuple[Step, str | None]) -> RecoveryPolicy:
    nowhere = Spot(None)
    return RecoveryPolicy(kind, tuple(RecoveryStep(step, when, (), nowhere) for step, when in steps), nowhere)


_CONDITIONS: Final = (None, ALWAYS)
_GIVING_BACK: Final = frozenset((Step.REVIEW, Step.FEEDBACK, Step.REWORK))
_VERDICTS: Final = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.UNVERIFIED: "could not be checked",
}
_TAKEN: Final = {
    Step.RETRY: _Case.retry,
    Step.REASSIGN: _Case.reassign,
    Step.SPLIT: _Case.split,
    Step.ESCALATE: _Case.escalate,
}
DEFAULT_STEPS: Final[Mapping[FailureKind, RecoveryPolicy]] = {
    FailureKind.AGENT: _default(
        FailureKind.AGENT,
        (Step.RETRY, None),
        (Step.REASSIGN, IF_AVAILABLE),
        (Step.SPLIT, IF_COMPLEX),
        (Step.ESCALATE, IF_CRITICAL),
    ),
    FailureKind.DEPENDENCY: _default(
        FailureKind.DEPENDENCY,
        (Step.PAUSE, None),
        (Step.ANALYZE, None),
        (Step.ADJUST, None),
        (Step.COMMUNICATE, None),
    ),
    FailureKind.GATE: _default(
        FailureKind.GATE,
        (Step.REVIEW, None),
        (Step.FEEDBACK, None),
        (Step.REWORK, None),
        (Step.LEARN, None),
    ),
}
"""What counts where a plan says nothing: the seed description's own steps."""
