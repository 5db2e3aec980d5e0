"""Planning in a process of its own, for looking at a folder's code takes seconds: plain data in, plain data out.

See ``search_process``. Here the templates, the catalogue and the code of a folder are read; nothing of it is executed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate_ls.ide.new_plan import (
    Attached,
    NewPlan,
    PlannedGoal,
    PlanningFailedError,
    new_plan,
    plan_goal,
)
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.planner.replan import ReplanError, Replanned, replan
from orchestrate_ls.planner.replan_request import ReplanRequest
from orchestrate_ls.planner.surroundings import Surroundings, SurroundingsError, read_surroundings, with_code

if TYPE_CHECKING:
    from orchestrate_ls.plan.model import Template


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no plan, and what to do about it."""

    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ReplanQuestion:
    """How one plan of a file (by its number from 0) changes. ``place`` is the file; None where it was never saved."""

    text: str
    number: int
    request: ReplanRequest
    place: Path | None

    def answer(self) -> Replanned | Refusal:
        """The change, or why there is none."""
        file = PlanFile.parse(self.text)
        place, request = self.place, self.request
        if place is not None:

            def is_taken(name: str) -> bool:
                return (place.parent / name).exists()

            request = replace(request, file_name=place.name, taken=is_taken)
        own = file.sources[self.number].plan.header.templates
        try:
            return replan(file, request, number=self.number, surroundings=_around(place, own))
        except ReplanError as error:
            return Refusal(error.message, error.hint)
        except SurroundingsError as error:
            return _refused(error)


@dataclass(frozen=True, slots=True)
class NewPlanQuestion:
    """A new plan for a goal, to be written in a folder."""

    goal: str
    attached: tuple[Attached, ...]
    folder: Path

    def answer(self) -> NewPlan | Refusal:
        """The plan, checked, or why there is none."""
        try:
            return new_plan(self.goal, self.attached, _around(self.folder))
        except PlanningFailedError as error:
            return Refusal(str(error), error.hint)
        except SurroundingsError as error:
            return _refused(error)


@dataclass(frozen=True, slots=True)
class PlannedGoalQuestion:
    """What a model starts from."""

    goal: str
    attached: tuple[Attached, ...]
    folder: Path

    def answer(self) -> PlannedGoal | Refusal:
        """The offline plan with what it was made of, or why there is none."""
        try:
            return plan_goal(self.goal, self.attached, _around(self.folder))
        except PlanningFailedError as error:
            return Refusal(str(error), error.hint)
        except SurroundingsError as error:
            return _refused(error)


def _around(place: Path | None, own: Sequence[Template] = ()) -> Surroundings:
    if place is None:
        return Surroundings()
    return with_code(read_surroundings(place, own), place)


def _refused(error: SurroundingsError) -> Refusal:
    problems = "; ".join(error.problems[:3])
    return Refusal(f"{error.message}: {problems}" if problems else error.message, error.hint)
