"""What the conditions of replan triggers can speak of, and what triggers can do: each name once, with its type, unit
and meaning. The checks, completion, hover and docs/running.md read it here. How a value is measured is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ValueType(StrEnum):
    """The types of the condition language; its value is what messages call it."""

    DURATION = "a duration"
    NUMBER = "a number"
    TRUTH = "true or false"
    TEXT = "a text"


@dataclass(frozen=True, slots=True)
class ConditionName:
    """A name that conditions can use.

    ``of_task`` says whether it is measured for each task; the others are those of the plan as a whole. ``meaning``
    says what it is, in which unit, and when there is no value.
    """

    name: str
    type: ValueType
    meaning: str
    of_task: bool = True


@dataclass(frozen=True, slots=True)
class TriggerAction:
    """Something that a trigger can do. ``synonyms`` are accepted, too. ``for_finished`` says whether it makes sense for
    a task that is done, and ``for_plan`` whether it does for the plan as a whole.
    """

    name: str
    meaning: str
    synonyms: tuple[str, ...] = ()
    for_finished: bool = False
    for_plan: bool = False


_DURATION, _NUMBER, _TRUTH, _TEXT = ValueType

NAMES: Final = (
    ConditionName(
        "task_duration",
        _DURATION,
        "The work on the task so far in its present attempt, as reported or else measured without the time it was"
        " blocked; of a finished task its actual time. No value before it is started.",
    ),
    ConditionName("estimated", _DURATION, "The task's estimate. No value where the plan gives none."),
    ConditionName(
        "task_blocked",
        _DURATION,
        "For how long the task has been blocked, by the clock. No value while it is not.",
    ),
    ConditionName(
        "critical_task_blocked",
        _DURATION,
        "The same, for tasks on the critical path or of priority `critical` only.",
    ),
    ConditionName(
        "task_behind",
        _DURATION,
        "How much later than in the plan's own schedule the task will be finished, in working time; negative where"
        " it is earlier. No value before it is started, and once it is finished.",
    ),
    ConditionName(
        "slack",
        _DURATION,
        "By how much the task can be late, by the plan's estimates, before the whole plan is.",
    ),
    ConditionName("percent", _NUMBER, "How far the task is, from 0 to 100. No value where nobody said."),
    ConditionName(
        "quality_score",
        _NUMBER,
        "The quality that was reported last in this attempt, from 0 to 1. No value where nobody said.",
    ),
    ConditionName("attempt", _NUMBER, "Which attempt at the task this is, from 1."),
    ConditionName("failures", _NUMBER, "How many attempts at the task have failed."),
    ConditionName(
        "tokens",
        _NUMBER,
        "How many tokens this attempt has used. No value where the agent does not say.",
    ),
    ConditionName(
        "cost",
        _NUMBER,
        "What this attempt has cost, in the currency that the agent reports. No value where it does not say.",
    ),
    ConditionName(
        "agent_unavailable",
        _TRUTH,
        "Whether the task is not finished, and its agent has `availability: false`, or has a day off now while the"
        " task is under way or could start.",
    ),
    ConditionName("critical", _TRUTH, "Whether the task is on the critical path or of priority `critical`."),
    ConditionName(
        "state",
        _TEXT,
        "`not_started`, `in_progress`, `blocked`, `completed`, `failed` or `skipped`.",
    ),
    ConditionName("task", _TEXT, "The task's id."),
    ConditionName("agent", _TEXT, "Who does the task. No value where nobody does."),
    ConditionName(
        "plan_behind",
        _DURATION,
        "How much later than in its own schedule the plan will end, in working time; negative where it is earlier.",
        of_task=False,
    ),
    ConditionName(
        "plan_elapsed",
        _DURATION,
        "Clock time since the first event. No value before it.",
        of_task=False,
    ),
    ConditionName(
        "plan_percent",
        _NUMBER,
        "The share of the plan's tasks that is done, from 0 to 100, those in progress with their percentage.",
        of_task=False,
    ),
)

ACTIONS: Final = (
    TriggerAction(
        "reassign_to_backup_agent",
        "Gives the task to the `backup` of its agent, or to the backup's own where that is not available either.",
        ("reassign_to_backup",),
    ),
    TriggerAction(
        "reassign_task",
        "Gives the task to the backup of its agent, or else to the agent of the plan that suits it best.",
        ("reassign",),
    ),
    TriggerAction(
        "split_task",
        "Gives the task a plan of its own, in a file beside this one.",
        ("split", "split_task_into_smaller_units"),
    ),
    TriggerAction(
        "reassign_or_split_task",
        "Gives the task to another agent; where there is none, it gets a plan of its own.",
        ("reassign_or_split",),
    ),
    TriggerAction(
        "escalate_blocker_resolution",
        "Makes the task's priority `critical`, and a matter for a person.",
        ("escalate", "escalate_to_human"),
    ),
    TriggerAction(
        "trigger_code_review",
        "Holds the task open until it has passed a quality gate `code_review`; where it is done already, adds a"
        " review that the tasks behind it wait for.",
        ("code_review", "trigger_review"),
        for_finished=True,
    ),
    TriggerAction(
        "notify",
        "Changes nothing; it is shown and recorded.",
        ("communicate_delays", "notify_stakeholders"),
        for_finished=True,
        for_plan=True,
    ),
)

_BY_NAME: Final = {each.name: each for each in NAMES}
_BY_ACTION: Final = {name: each for each in ACTIONS for name in (each.name, *each.synonyms)}

OPERATORS: Final = (
    ("and", "Both hold. Also written `&&`."),
    ("or", "One of them holds, or both. Also written `||`."),
    (">", "More than."),
    (">=", "At least."),
    ("<", "Less than."),
    ("<=", "At most."),
    ("==", "Equal."),
    ("!=", "Not equal."),
    ("*", "Times."),
    ("/", "Divided by."),
    ("+", "Plus."),
    ("-", "Minus."),
)
"""What can follow a value, with what it means."""


def condition_name(name: str) -> ConditionName | None:
    """What a name stands for in a condition."""
    return _BY_NAME.get(name)


def trigger_action(name: str) -> TriggerAction | None:
    """What an action does, by its name or a synonym."""
    return _BY_ACTION.get(name)
