"""Whether evidence meets an expectation. Pure; what cannot be said is unverified, which is not passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from orchestrate_ls.execution.gate_evidence import Evidence
from orchestrate_ls.plan.expectations import PERCENT, TIME_UNITS, Expect, Expectation, Level
from orchestrate_ls.progress.event import Verdict
from orchestrate_ls.workspace.gate_settings import GateCommand

_NAMED: Final = 5
_Compare: TypeAlias = Callable[[float, float], bool]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a check found the time before: a figure, and what failed or was found; None for nothing known."""

    number: float | None = None
    unit: str = ""
    failures: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and why."""

    verdict: Verdict
    words: str


def judge(
    expected: Expectation,
    evidence: Evidence,
    exit_code: int | None,
    baseline: Baseline | None,
    command: GateCommand,
) -> Judgement:
    """Hold evidence against what is expected. ``exit_code`` is None where no command was run."""
    told = _Told(expected, evidence, exit_code, baseline, command)
    return _JUDGES[expected.kind](told)


@dataclass(frozen=True, slots=True)
class _Told:
    expected: Expectation
    evidence: Evidence
    exit_code: int | None
    baseline: Baseline | None
    command: GateCommand

    def because(self, verdict: Verdict, more: str = "") -> Judgement:
        return Judgement(verdict, f"{self.evidence.words}{more}")

    def met(self, is_met: bool, more: str = "") -> Judgement:
        return self.because(Verdict.PASSED if is_met else Verdict.FAILED, more)


def _passes(told: _Told) -> Judgement:
    """What the check itself says: no test failed, nothing was found, the command ended with 0."""
    evidence = told.evidence
    if evidence.tests is not None:
        if evidence.number:
            return told.because(Verdict.FAILED, _named(evidence.failures))
        if not evidence.tests:
            return told.because(Verdict.UNVERIFIED, ": no test ran")
    elif evidence.findings is not None:
        if sum(evidence.findings.values()):
            return told.because(Verdict.FAILED, _named(evidence.failures))
    elif told.exit_code is None:
        return told.because(Verdict.UNVERIFIED, ": a figure alone does not say whether it is good enough")
    elif evidence.number is None:
        # The words are about how the command ended.
        return told.met(not told.exit_code)
    if told.exit_code:
        return told.because(Verdict.FAILED, f"; the command ended with exit code {told.exit_code}")
    return told.because(Verdict.PASSED)


def _compares(told: _Told) -> Judgement:
    expected, evidence = told.expected, told.evidence
    if evidence.number is None or expected.number is None:
        return told.because(Verdict.UNVERIFIED, f": no figure to hold against `{expected}`")
    kind = expected.kind
    if kind is Expect.NUMBER:
        if evidence.unit != PERCENT:
            return told.because(
                Verdict.UNVERIFIED,
                f": is {expected.number:g} the least or the most? write `>= {expected.number:g}`",
            )
        kind = Expect.AT_LEAST
    scale = _scale(evidence.unit, expected.unit)
    if scale is None:
        return told.because(Verdict.UNVERIFIED, f": cannot be held against {expected.unit}")
    value, bound = evidence.number * scale, expected.number
    is_met = {
        Expect.AT_LEAST: value >= bound,
        Expect.MORE_THAN: value > bound,
        Expect.AT_MOST: value <= bound,
        Expect.LESS_THAN: value < bound,
    }[kind]
    return told.met(
        is_met, f", {expected if expected.kind is not Expect.NUMBER else f'at least {bound:g}%'} is asked"
    )


def _without_findings(told: _Told) -> Judgement:
    if told.evidence.findings is None:
        if told.evidence.tests is None and told.evidence.number is None:
            # The scanner was told itself what to fail on.
            return _passes(told)
        return told.because(Verdict.UNVERIFIED, ': no report of findings; write `evidence = "sarif"`')
    level = told.expected.level or Level.LOW
    bad = [each for each in Level if level.includes(each) and told.evidence.findings.get(each)]
    names = frozenset(each for each in told.evidence.failures if each.split(":", 1)[0] in map(str, bad))
    return told.because(Verdict.FAILED, _named(names)) if bad else told.because(Verdict.PASSED)


def _without_new(told: _Told) -> Judgement:
    evidence, baseline = told.evidence, told.baseline
    if evidence.tests is None and evidence.findings is None:
        return _passes(told)
    if evidence.tests == 0:
        return told.because(Verdict.UNVERIFIED, ": no test ran")
    if not evidence.failures and not evidence.number:
        return told.because(Verdict.PASSED)
    if baseline is None or baseline.failures is None:
        return told.because(
            Verdict.UNVERIFIED,
            "; nothing is known of before: `orchestrate gates PLAN --run --baseline` keeps what there is now",
        )
    if not evidence.complete:
        return told.because(Verdict.UNVERIFIED, ": too many to say which are new")
    new = evidence.failures - baseline.failures
    return (
        told.because(Verdict.FAILED, f", {len(new):,} new{_named(new)}")
        if new
        else told.met(True, ", none new")
    )


def _within_budget(told: _Told) -> Judgement:
    evidence, command = told.evidence, told.command
    if evidence.number is None or evidence.tests is not None or evidence.findings is not None:
        return _passes(told)
    if command.budget is not None:
        return told.met(evidence.number <= command.budget, f", the budget is {command.budget:g}")
    return _against_before(told, lambda value, before: value <= before + abs(before) * command.tolerance)


def _not_higher(told: _Told) -> Judgement:
    return _against_before(told, lambda value, before: value <= before)


def _not_lower(told: _Told) -> Judgement:
    return _against_before(told, lambda value, before: value >= before)


def _against_before(told: _Told, holds: _Compare) -> Judgement:
    value, baseline = told.evidence.number, told.baseline
    if value is None:
        return _passes(told)
    if baseline is None or baseline.number is None:
        return told.because(
            Verdict.UNVERIFIED,
            "; nothing is known of before: `orchestrate gates PLAN --run --baseline` keeps what there is now",
        )
    return told.met(holds(value, baseline.number), f", {baseline.number:g} the time before")


def _scale(has: str, asked: str) -> float | None:
    """What figures in one unit are multiplied with to be in another; None where they do not go together."""
    if has == asked or not has or not asked:
        return 1.0
    if has in TIME_UNITS and asked in TIME_UNITS:
        return TIME_UNITS[has] / TIME_UNITS[asked]
    known = {PERCENT, *TIME_UNITS}
    return None if has in known and asked in known else 1.0


def _named(names: frozenset[str]) -> str:
    shown = sorted(names)[:_NAMED]
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f": {', '.join(shown)}{more}" if shown else ""


_JUDGES: Final[Mapping[Expect, Callable[[_Told], Judgement]]] = {
    Expect.PASS: _passes,
    Expect.AT_LEAST: _compares,
    Expect.MORE_THAN: _compares,
    Expect.AT_MOST: _compares,
    Expect.LESS_THAN: _compares,
    Expect.NUMBER: _compares,
    Expect.NO_FINDINGS: _without_findings,
    Expect.NO_NEW: _without_new,
    Expect.NOT_HIGHER: _not_higher,
    Expect.NOT_LOWER: _not_lower,
    Expect.WITHIN_BUDGET: _within_budget,
}
