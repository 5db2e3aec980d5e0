"""The success criteria of an orchestration as verdicts: met, missed or unknown, with the figure and the target. Pure.

The criteria are those of the project's seed description. It gives a number for one of them (estimates: under 10%);
the other targets are ours, and said with each verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orchestrate_ls.report.measure import PlanFigures
from orchestrate_ls.text.spans import percentage, span

VARIANCE_TARGET: Final = 0.1
WAITING_TARGET: Final = 0.1
OF_PLANNED: Final = 0.9
"""Share of what the plan's own schedule achieves that counts as good."""


class Outcome(StrEnum):
    """Whether a criterion was met; unknown where its figure is."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """One criterion: what was wanted, what was measured, and by which figures of ``metrics``."""

    criterion: str
    outcome: Outcome
    measured: str
    target: str
    figures: tuple[str, ...]


def verdicts(plan: PlanFigures, *, is_finished: bool) -> tuple[CriterionVerdict, ...]:
    """All criteria, in the seed's order; an unfinished plan's are as of now."""
    return tuple(_verdicts(plan, is_finished=is_finished))


def _verdicts(plan: PlanFigures, *, is_finished: bool) -> Iterator[CriterionVerdict]:
    yield _of_planned(
        "Optimal parallelisation",
        plan.parallelisation,
        plan.planned_parallelisation,
        "of the time is saved by working at once",
        ("parallelisation",),
    )
    yield _of_planned(
        "Resource efficiency",
        plan.agent_utilisation,
        plan.planned_agent_utilisation,
        "of the agents' time is used",
        ("agent_utilisation",),
    )
    gates = plan.gates_passed
    yield CriterionVerdict(
        "Quality maintenance",
        _outcome(None if gates is None else gates == 1),
        "no check of a gate was recorded"
        if gates is None
        else f"{plan.checks_passed} of {plan.checks} checks of done tasks passed",
        "all quality gates passed",
        ("gates_passed",),
    )
    variance = plan.estimate_variance
    yield CriterionVerdict(
        "Accurate estimation",
        _outcome(None if variance is None else variance < VARIANCE_TARGET),
        "no done task has an estimate"
        if variance is None
        else f"{percentage(variance)} on average of done tasks",
        f"under {percentage(VARIANCE_TARGET)} variance from estimates",
        ("estimate_variance",),
    )
    waiting = plan.waiting_share
    lost = plan.waited_idle + plan.blocked
    yield CriterionVerdict(
        "Smooth coordination",
        _outcome(None if waiting is None else waiting <= WAITING_TARGET),
        "nothing was begun"
        if waiting is None
        else f"{percentage(waiting)} of the time ({span(lost)}: {span(plan.blocked)} blocked,"
        f" {span(plan.waited_idle)} begun by nobody)",
        f"at most {percentage(WAITING_TARGET)} blocked or waiting",
        ("waiting_share",),
    )
    accuracy = plan.timeline_accuracy
    if is_finished:
        yield CriterionVerdict(
            "In time",
            _outcome(None if plan.duration is None or plan.planned_duration is None
                     else plan.duration <= plan.planned_duration * (1 + VARIANCE_TARGET)),
            "unknown" if plan.duration is None or plan.planned_duration is None
            else f"{span(plan.duration)}, planned {span(plan.planned_duration)}"
            + (f" (timeline accuracy {percentage(accuracy)})" if accuracy is not None else ""),
            f"at most {percentage(VARIANCE_TARGET)} over the plan's own schedule",
            ("duration", "planned_duration", "timeline_accuracy"),
        )  # fmt: skip


def _of_planned(
    criterion: str, actual: float | None, planned: float | None, what: str, figures: tuple[str, ...]
) -> CriterionVerdict:
    target = (
        "unknown"
        if planned is None
        else f"{percentage(OF_PLANNED)} of the {percentage(planned)} that were planned"
    )
    outcome = None if actual is None or planned is None else actual >= OF_PLANNED * planned
    measured = "unknown" if actual is None else f"{percentage(actual)} {what}"
    return CriterionVerdict(criterion, _outcome(outcome), measured, target, figures)


def _outcome(value: bool | None) -> Outcome:
    if value is None:
        return Outcome.UNKNOWN
    return Outcome.MET if value else Outcome.MISSED
