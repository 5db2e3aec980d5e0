"""Changes of the plan that recovery asks for: a task that failed is split, or somebody else of the plan tries it.

They follow from the decisions that were recorded, and are proposed until they were made. Pure; what becomes of them is
for the planner to say, and whether they are wanted for people or for the settings.
"""

from __future__ import annotations

from typing import Final

from orchestrate_ls.plan.recovery_words import NEVER, FailureKind, Step, step_of
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.recovery import RecoveryAction, RecoveryPolicies
from orchestrate_ls.progress.state import DecisionRecord, TaskProgress, TaskState
from orchestrate_ls.progress.triggers import FROM_RECOVERY, FiredTrigger

SPLIT: Final = "split_into_tasks"
ADJUST: Final = "give_to_another_agent"
BY_SETTING: Final = {"split": SPLIT, "adjust": ADJUST}
"""The actions by their names in `apply-recovery`."""
_FOR_GOOD: Final = (RecoveryAction.GIVE_UP, RecoveryAction.ESCALATE)


def proposed_changes(board: ProgressBoard, policies: RecoveryPolicies) -> tuple[FiredTrigger, ...]:
    """What is proposed now, in the order of the plan's tasks; each once for an attempt."""
    found: list[FiredTrigger] = []
    for task, progress in enumerate(board.progress):
        if progress is None or progress.state is not TaskState.FAILED or board.plan.tasks[task].id is None:
            continue
        decided = _decided(progress)
        action = _action(decided, policies)
        if action is None or _is_done(progress, action):
            continue
        why = next(
            (each.note for each in reversed(decided) if each.action in (*_FOR_GOOD, RecoveryAction.SPLIT)), ""
        )
        first = (why or "").partition("\n")[0]
        severity = "high" if board.network.successors[task] else "medium"
        found.append(FiredTrigger(FROM_RECOVERY, first, action, severity, task, progress.attempt, ()))
    return tuple(found)


def _decided(progress: TaskProgress) -> tuple[DecisionRecord, ...]:
    return tuple(each for each in progress.decisions if each.attempt == progress.attempt)


def _action(decided: tuple[DecisionRecord, ...], policies: RecoveryPolicies) -> str | None:
    about = [each.action for each in decided if each.action != RecoveryAction.PAUSE_DEPENDANTS]
    if not about:
        return None
    if about[-1] == RecoveryAction.SPLIT:
        return SPLIT
    others_wait = any(each.action == RecoveryAction.PAUSE_DEPENDANTS for each in decided)
    if about[-1] in _FOR_GOOD and others_wait and _adjusts(policies):
        return ADJUST
    return None


def _adjusts(policies: RecoveryPolicies) -> bool:
    steps = policies.steps.get(FailureKind.DEPENDENCY, ())
    return any(step_of(each.name) is Step.ADJUST and each.when != NEVER for each in steps)


def _is_done(progress: TaskProgress, action: str) -> bool:
    return any(each.action == action and each.attempt == progress.attempt for each in progress.triggered)
