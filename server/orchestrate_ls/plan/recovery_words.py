"""The words of recovery policies: which failures there are, which steps, and what each step may be told.

Source of the words: the project's seed description, intelligent error recovery. Rules and completion offer them, and
``progress.recovery`` acts on them; what they do there is said there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FailureKind(StrEnum):
    """What can fail."""

    AGENT = "agent_failure"
    DEPENDENCY = "dependency_failure"
    GATE = "quality_gate_failure"


class Step(StrEnum):
    """What can be done about it."""

    RETRY = "retry_with_same_agent"
    REASSIGN = "reassign_to_backup_agent"
    SPLIT = "split_task_into_smaller_units"
    ESCALATE = "escalate_to_human"
    PAUSE = "pause_dependent_tasks"
    ANALYZE = "analyze_failure_impact"
    ADJUST = "adjust_execution_plan"
    COMMUNICATE = "communicate_delays"
    REVIEW = "trigger_code_review"
    FEEDBACK = "provide_specific_feedback"
    REWORK = "allocate_rework_time"
    LEARN = "learn_from_failure"


ALWAYS: Final = "always"
NEVER: Final = "never"
IF_AVAILABLE: Final = "if_available"
IF_COMPLEX: Final = "if_complex"
IF_CRITICAL: Final = "if_critical"
IF_POSSIBLE: Final = "if_possible"


@dataclass(frozen=True, slots=True)
class StepWords:
    """What a step may be told: its conditions, the usual one first, and its settings with what each is."""

    conditions: tuple[str, ...]
    settings: Mapping[str, str]


_ATTEMPTS: Final = "a whole number from 0 to 100"
_TIME: Final = "a duration such as 30s"
STEP_WORDS: Final[Mapping[Step, StepWords]] = {
    Step.RETRY: StepWords(
        (ALWAYS,),
        {
            "max_attempts": _ATTEMPTS,
            "delay": _TIME,
            "factor": "a number from 1 to 10",
            "longest_delay": _TIME,
        },
    ),
    Step.REASSIGN: StepWords((IF_AVAILABLE, ALWAYS), {}),
    Step.SPLIT: StepWords((IF_COMPLEX, ALWAYS), {"longer_than": _TIME}),
    Step.ESCALATE: StepWords((IF_CRITICAL, ALWAYS), {}),
    Step.PAUSE: StepWords(("immediate", ALWAYS), {}),
    Step.ANALYZE: StepWords(("priority_high", "priority_medium", "priority_low", "immediate", ALWAYS), {}),
    Step.ADJUST: StepWords((IF_POSSIBLE, ALWAYS), {}),
    Step.COMMUNICATE: StepWords(("notify_stakeholders", ALWAYS), {}),
    Step.REVIEW: StepWords(("immediate", ALWAYS), {}),
    Step.FEEDBACK: StepWords(("actionable", ALWAYS), {}),
    Step.REWORK: StepWords(
        ("in_schedule", ALWAYS), {"share": "a share of the estimate such as 50%", "max_attempts": _ATTEMPTS}
    ),
    Step.LEARN: StepWords(("update_checklist", ALWAYS), {}),
}
OTHER_SPELLINGS: Final[Mapping[str, Step]] = {"analyse_failure_impact": Step.ANALYZE}


def step_of(name: str) -> Step | None:
    """The step that a name stands for; letter case, spaces and hyphens do not count."""
    folded = name.strip().casefold().replace("-", "_").replace(" ", "_")
    if folded in OTHER_SPELLINGS:
        return OTHER_SPELLINGS[folded]
    return Step(folded) if folded in _STEPS else None


_STEPS: Final = frozenset(Step)
