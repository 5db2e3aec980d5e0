"""Plans one task of a plan on its own: a file beside the plan, to which the task then leads.

Knows the text of the new file and the edit of the old one; whether such a file is there is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Task
from orchestrate_ls.planner.draft import Draft
from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.offline import OfflinePlan
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.planner.write import HEADER, slug, write_plan
from orchestrate_ls.text.display import quoted, shown

_QUOTED_GOAL: Final = re.compile(r"\s*In the words of the goal: \".*\"\.?\s*$", re.DOTALL)
_ENDING: Final = re.compile(r"(?:\.plan)?\.ya?ml$", re.IGNORECASE)
_MOST_OF_ONE_NAME: Final = 1000


@dataclass(frozen=True, slots=True)
class SubPlan:
    """A new plan for one task. ``name`` is the file's name, ``summary`` one line about it."""

    name: str
    text: str
    tasks: int
    summary: str


def goal_of(task: Task) -> str:
    """What a task is to reach, in its own words: its name and its description."""
    name = " ".join((task.name or task.id or "").split()).rstrip(".")
    description = _QUOTED_GOAL.sub("", task.description or "").strip()
    if not description or description.casefold() == name.casefold():
        return name
    return f"{name}. {' '.join(description.split())}"


def plan_task(
    task: Task,
    file_name: str,
    taken: Callable[[str], bool],
    drafter: Callable[[str], OfflinePlan],
    improver: Callable[[OfflinePlan], Draft] | None = None,
) -> SubPlan | None:
    """Plan a task; None where it is too small to be split. Raises ``GoalError``.

    ``file_name`` is that of the plan the task stands in; ``taken`` says which names beside it are taken. ``improver``
    makes a better draft of an offline plan.
    """
    planned = drafted_parts(task, drafter)
    if planned is None:
        return None
    drafted = improver(planned) if improver is not None else planned.draft
    text = write_plan(drafted)
    about = (
        f"# Carries out {shown(task.id or '')} of {shown(file_name)}"
        if file_name
        else "# Carries out one task"
    )
    text = text.replace(HEADER, f"{HEADER}{about}\n", 1)
    verification = verify(text)
    if verification.faults:
        worst = verification.faults[0]
        raise AssertionError(f"a sub-plan with a fault: {worst.code}: {worst.message}")
    times = verification.check.plans[0].analysis.times
    name = _free_name(task, file_name, taken)
    summary = f"{len(drafted.tasks)} tasks in {quoted(name)}, at best {format_duration(times.makespan)}"
    if task.estimate is not None and round(task.estimate.expected) != times.makespan:
        summary += f" (the task's own estimate, {format_duration(round(task.estimate.expected))}, stays)"
    return SubPlan(name, text, len(drafted.tasks), summary)


def drafted_parts(task: Task, drafter: Callable[[str], OfflinePlan]) -> OfflinePlan | None:
    """A draft of the task as part of something that is there; of two ways to say that, the one with less to do. None
    where it comes out as one task. Raises ``GoalError``.
    """
    goal = goal_of(task)
    name, _, rest = goal.partition(". ")
    small = name[:1].lower() + name[1:] if name[1:2].islower() else name
    drafts: list[OfflinePlan] = []
    for words in (goal, f"Add {small} to the existing product. {rest}".strip()):
        try:
            drafts.append(drafter(words))
        except GoalError:
            if words == goal:
                raise
    several = [each for each in drafts if len(each.draft.tasks) > 1]
    return min(several, key=lambda each: len(each.draft.tasks), default=None)


def _free_name(task: Task, file_name: str, taken: Callable[[str], bool]) -> str:
    """``auth.T3.plan.yaml`` for T3 of ``auth.plan.yaml``, and with a number where there is such a file."""
    part = re.sub(r"[^A-Za-z0-9_-]+", "-", task.id or "").strip("-") or slug(task.name or "task")
    stem = _ENDING.sub("", file_name)
    stem = f"{stem}.{part}" if stem else part
    for number in range(1, _MOST_OF_ONE_NAME):
        name = f"{stem}.plan.yaml" if number == 1 else f"{stem}-{number}.plan.yaml"
        if not taken(name):
            return name
    raise AssertionError("no name is free")
