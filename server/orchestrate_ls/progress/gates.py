"""Which quality gates hold a task (or the plan) open, and how each stands by what was recorded.

Pure. A check without evidence is unverified, which is not passed; a gate is passed when all its checks are, enough
people have approved, and nobody's rejection stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from orchestrate_ls.plan.expectations import read_expectation
from orchestrate_ls.plan.model import Plan, QualityGate
from orchestrate_ls.plan.task_gates import gates_for
from orchestrate_ls.progress.event import Event, EventKind, Verdict, make_event
from orchestrate_ls.progress.state import CheckRecord, Review, TaskProgress


class GateStand(StrEnum):
    """How a gate stands, the worst first."""

    FAILED = "failed"
    UNVERIFIED = "unverified"
    """A check has no evidence."""
    OPEN = "open"
    """Something was not checked yet, or too few people have approved."""
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class CheckStand:
    """How one check stands; ``verdict`` is None where it was not checked yet."""

    name: str
    expected: str
    verdict: Verdict | None = None
    note: str | None = None
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class GateState:
    """How a gate stands. ``approved`` and ``rejected`` are by whom, each person once, by their last word."""

    name: str
    stand: GateStand
    is_required: bool
    checks: tuple[CheckStand, ...]
    approvals_needed: int
    approved: tuple[str, ...]
    rejected: tuple[Review, ...]

    @property
    def holds(self) -> bool:
        """Whether it keeps its task from being done."""
        return self.is_required and self.stand is not GateStand.PASSED

    @property
    def waits_for_people(self) -> bool:
        """Whether somebody has yet to approve."""
        return self.stand is not GateStand.PASSED and len(self.approved) < self.approvals_needed

    @property
    def why(self) -> tuple[str, ...]:
        """What is missing, in words; nothing where it is passed."""
        return tuple(_missing(self))


def gate_states(plan: Plan, task: int | None, progress: TaskProgress | None) -> tuple[GateState, ...]:
    """How each gate of a task (or, with None, of the plan) stands by what was recorded of it."""
    return tuple(_state(gate, progress) for gate in gates_for(plan, task))


def held_by(plan: Plan, task: int | None, progress: TaskProgress | None) -> tuple[GateState, ...]:
    """The gates that keep a task (or the plan) from being done."""
    return tuple(each for each in gate_states(plan, task, progress) if each.holds)


def checked_events(
    records: tuple[CheckRecord, ...],
    progress: TaskProgress,
    plan_id: str,
    run: str,
    agent: str | None = None,
) -> tuple[Event, ...]:
    """The events that record checks; ``agent`` is who vouches for them, where that is a person."""
    return tuple(
        make_event(
            plan_id,
            each.time,
            EventKind.CHECKED,
            progress.task,
            progress.key,
            run=run,
            attempt=progress.attempt,
            agent=agent,
            gate=each.gate,
            check=each.check,
            verdict=str(each.verdict),
            note=each.note,
            artefacts=each.artefacts or None,
        )
        for each in records
    )


def _state(gate: QualityGate, progress: TaskProgress | None) -> GateState:
    recorded = {
        each.check: each
        for each in (progress.checks if progress is not None else ())
        if each.gate == gate.name
    }
    checks: list[CheckStand] = []
    for check in gate.checks:
        record = recorded.get(check.name)
        expected = str(read_expectation(check.expected))
        if record is None:
            checks.append(CheckStand(check.name, expected))
        else:
            checks.append(CheckStand(check.name, expected, record.verdict, record.note, record.time))
    voices = _voices(gate.name, progress)
    approved = tuple(review.who for review, is_yes in voices if is_yes)
    rejected = tuple(review for review, is_yes in voices if not is_yes)
    return GateState(
        gate.name,
        _stand(gate, checks, approved, rejected),
        gate.is_required,
        tuple(checks),
        _needed(gate),
        approved,
        rejected,
    )


def _needed(gate: QualityGate) -> int:
    # A gate that asks for nothing that could be checked is passed by a person's word.
    return gate.approvals if gate.checks or gate.approvals else 1


def _stand(
    gate: QualityGate, checks: list[CheckStand], approved: tuple[str, ...], rejected: tuple[Review, ...]
) -> GateStand:
    verdicts = {each.verdict for each in checks}
    if rejected or Verdict.FAILED in verdicts:
        return GateStand.FAILED
    if Verdict.UNVERIFIED in verdicts:
        return GateStand.UNVERIFIED
    if None in verdicts or len(approved) < _needed(gate):
        return GateStand.OPEN
    return GateStand.PASSED


def _voices(gate: str, progress: TaskProgress | None) -> list[tuple[Review, bool]]:
    """The last word of each person on a gate, whether they spoke of it or of the whole work."""
    if progress is None:
        return []
    said = [(each, True) for each in progress.approvals] + [(each, False) for each in progress.rejections]
    last: dict[str, tuple[Review, bool]] = {}
    for review, is_yes in sorted(said, key=_when):
        if review.gate in (None, gate):
            last[review.who] = review, is_yes
    return list(last.values())


def _when(said: tuple[Review, bool]) -> tuple[datetime, bool]:
    # Of two words of one moment the no counts.
    return said[0].time, not said[1]


def _missing(state: GateState) -> Iterator[str]:
    if state.stand is GateStand.PASSED:
        return
    alike: dict[tuple[Verdict | None, str], list[CheckStand]] = {}
    for check in state.checks:
        if check.verdict is not Verdict.PASSED:
            # Why several are unverified is said once, where only their names differ in it.
            note = (check.note or "").replace(f".{check.name}]", "]")
            if check.verdict is not Verdict.UNVERIFIED or not note:
                note = check.name
            alike.setdefault((check.verdict, note), []).append(check)
    for (verdict, _), checks in alike.items():
        because = f" ({checks[0].note})" if checks[0].note else ""
        names = [each.name for each in checks]
        if len(names) == 1:
            yield f"{names[0]} {_WORDS[verdict]}{because}"
        else:
            yield f"{', '.join(names[:-1])} and {names[-1]} are unverified{because}"
    for review in state.rejected:
        yield f"{review.who} rejected it{f' ({review.note})' if review.note else ''}"
    missing = state.approvals_needed - len(state.approved)
    if missing > 0:
        had = f", {len(state.approved)} of {state.approvals_needed} so far" if state.approved else ""
        yield f"{missing} approval{'s' if missing > 1 else ''} missing{had}"


_WORDS: Final = {
    None: "was not checked yet",
    Verdict.FAILED: "failed",
    Verdict.UNVERIFIED: "is unverified",
    Verdict.PASSED: "passed",
}
