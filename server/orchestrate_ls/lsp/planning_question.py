"""Planning in a process of its own, for looking at a folder's code takes seconds: plain data in, plain data out.

See ``search_process``. Here the templates, the catalogue and the code of a folder are read; nothing of it is executed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate_ls.execution.begun_tasks import begun_tasks
from orchestrate_ls.execution.journal_file import JournalError
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
    from orchestrate_ls.planner.models.planning import ModelPlan, Outline
    from orchestrate_ls.planner.replan import Improver


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no plan, and what to do about it."""

    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ReplanQuestion:
    """How one plan of a file (by its number from 0) changes. ``place`` is the file; None where it was never saved.

    ``improved`` is what a model has made of the outline (see ``ReplanOutlineQuestion``), where one was asked.
    """

    text: str
    number: int
    request: ReplanRequest
    place: Path | None
    improved: ModelPlan | None = None

    def answer(self) -> Replanned | Refusal:
        """The change, or why there is none."""
        improved = self.improved
        return _replanned(self, None if improved is None else lambda _: improved)


@dataclass(frozen=True, slots=True)
class ReplanOutlineQuestion:
    """What a model is shown of a plan that shall change. The same input gives the same outline, so what it makes of it
    can be handed in with the same question again.
    """

    question: ReplanQuestion

    def answer(self) -> Outline | Refusal:
        """What to show, or why a model is not asked."""

        def shown(outline: Outline) -> ModelPlan:
            raise _ShownError(outline)

        try:
            found = _replanned(self.question, shown)
        except _ShownError as asked:
            return asked.outline
        return found if isinstance(found, Refusal) else Refusal("nothing was left for a model to do")


class _ShownError(Exception):
    """Ends a replanning where a model would be asked."""

    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.outline = outline


def _replanned(question: ReplanQuestion, improver: Improver | None) -> Replanned | Refusal:
    file = PlanFile.parse(question.text)
    source, place, request = file.sources[question.number], question.place, question.request
    try:
        if place is not None:

            def is_taken(name: str) -> bool:
                return (place.parent / name).exists()

            protected = request.protected | begun_tasks(place, source)
            request = replace(request, file_name=place.name, taken=is_taken, protected=protected)
        around = _around(place, source.plan.header.templates)
        return replan(file, request, number=question.number, surroundings=around, improver=improver)
    except (ReplanError, JournalError) as error:
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
