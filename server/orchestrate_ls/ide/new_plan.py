"""A goal becomes a new plan file. Who names the goal, who opens the file and whose model helps is known elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.offline import OfflinePlan, plan_offline
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.planner.write import slug
from orchestrate_ls.rules.engine import FileCheck
from orchestrate_ls.workspace.writing import FileThereError, write_whole

if TYPE_CHECKING:
    from orchestrate_ls.planner.models.completer import Completer
    from orchestrate_ls.planner.models.planning import Watcher
    from orchestrate_ls.rules.context import KnownAgent
    from orchestrate_ls.workspace.model_limits import ModelLimits

_MOST_OF_ONE_NAME: Final = 1000


class PlanningFailedError(Exception):
    """There is no plan; the message says why, and ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan that passes its own checks, not written yet."""

    name: str
    """What to call the file, without its ending."""
    text: str
    summary: str
    """One line for a person."""
    notes: tuple[str, ...] = ()
    """What a person should know besides, a sentence each: what a model got wrong, what was mended."""


def new_plan(goal: str) -> NewPlan:
    """Plan a goal offline; takes up to a second. Raises ``PlanningFailedError``."""
    return _checked(goal, _offline(goal).text)


def new_plan_by(
    goal: str,
    completer: Completer,
    limits: ModelLimits,
    known: Mapping[str, KnownAgent],
    watcher: Watcher,
    cancelled: Event,
) -> NewPlan:
    """Plan a goal offline and have a model improve the plan; without its help where it gives none.

    Raises ``PlanningFailedError`` and, soon after ``cancelled`` was set, ``asking.CancelledByUserError``.
    """
    from orchestrate_ls.planner.models.completer import ModelError
    from orchestrate_ls.planner.models.planning import Outline, plan_with_model

    offline = _offline(goal)
    outline = Outline(offline.brief, offline.draft, offline.text, known=known)
    try:
        made = plan_with_model(outline, completer, limits, watcher, cancelled)
    except ModelError as error:
        return _checked(goal, offline.text, (f"planned without the model: {error.message}",))
    return _checked(goal, made.text, tuple(made.lines()))


def _offline(goal: str) -> OfflinePlan:
    try:
        return plan_offline(goal)
    except GoalError as error:
        raise PlanningFailedError(error.message, error.hint) from None


def _checked(goal: str, text: str, notes: tuple[str, ...] = ()) -> NewPlan:
    verification = verify(text)
    if verification.faults:
        worst = verification.faults[0]
        raise PlanningFailedError(
            f"the plan made for this goal does not pass its own checks ({worst.code}: {worst.message})",
            "this is a fault of the planner, please report it with the goal; other words for the goal may help",
        )
    return NewPlan(slug(goal), text, _summary(verification.check), notes)


def write_new_plan(folder: Path, plan: NewPlan) -> Path:
    """Write the file under the first free name. Nothing that is there is ever written over.

    Raises ``UnwritableFileError`` where the folder does not take it.
    """
    for number in count(1):
        path = folder / (f"{plan.name}.plan.yaml" if number == 1 else f"{plan.name}-{number}.plan.yaml")
        try:
            write_whole(path, plan.text, overwrite=False)
        except FileThereError:
            if number == _MOST_OF_ONE_NAME:
                raise
            continue
        return path
    raise AssertionError("unreachable")


def _summary(check: FileCheck) -> str:
    chosen = check.plans[0]
    plan, times = chosen.source.plan, chosen.analysis.times
    path = ", ".join(chosen.context.names[index] for index in times.path)
    total = sum(chosen.analysis.network.durations)
    return (
        f"{len(plan.tasks)} tasks in {len(chosen.analysis.waves)} waves: {format_duration(total)} of work, at best "
        f"{format_duration(times.makespan)} (critical path {path})"
    )
