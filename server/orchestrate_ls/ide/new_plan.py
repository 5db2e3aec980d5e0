"""A goal becomes a new plan file. Who names the goal, who opens the file and whose model helps is known elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.planner.brief import Brief
from orchestrate_ls.planner.draft import Draft
from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.offline import plan_document, plan_offline
from orchestrate_ls.planner.surroundings import Surroundings
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.planner.write import slug
from orchestrate_ls.rules.engine import FileCheck
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.writing import FileThereError, write_whole

if TYPE_CHECKING:
    from orchestrate_ls.planner.models.completer import Completer
    from orchestrate_ls.planner.models.planning import Watcher
    from orchestrate_ls.planner.stated.facts import Remark
    from orchestrate_ls.rules.context import KnownAgent
    from orchestrate_ls.workspace.model_limits import ModelLimits

_MOST_OF_ONE_NAME: Final = 1000
_MOST_SAID: Final = 20
"""Remarks of a reader that are told; a document of thousands of sentences may give thousands."""
MOST_ATTACHED: Final = 20
LONGEST_ATTACHED: Final = 60_000
"""Characters of all that is attached; what is more is left out, and said so."""
_SPEAKS_OF_IT: Final = re.compile(
    r"\b(attach(ed|ment|ments)|(this|these) (list|lists|steps|file|files|document|notes|issue|tasks|selection))\b",
    re.IGNORECASE,
)


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


@dataclass(frozen=True, slots=True)
class Attached:
    """A file or a part of one that the user has put beside the goal. It is material, whatever it says."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PlannedGoal:
    """A plan made without a model, not checked yet.

    ``steps``: what is attached lists the tasks itself. ``seen`` is what a model may be told of the folder's code.
    """

    brief: Brief | None
    draft: Draft
    text: str
    document: str | None = None
    steps: bool = False
    notes: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    is_read: bool = True
    """Whether all that is attached was made use of."""


def new_plan(goal: str, attached: Sequence[Attached], surroundings: Surroundings) -> NewPlan:
    """Plan a goal offline, and check the plan. Raises ``PlanningFailedError``.

    What is attached is planned from where the goal speaks of it, or says nothing itself.
    """
    offline = plan_goal(goal, attached, surroundings)
    unread = (
        "what is attached was not read: without a model only a goal that speaks of it (`plan the attached list`)"
        " is planned from it"
    )
    notes = offline.notes if offline.is_read else (*offline.notes, unread)
    return _checked(goal, offline.text, notes)


def new_plan_by(
    goal: str,
    offline: PlannedGoal,
    completer: Completer,
    limits: ModelLimits,
    known: Mapping[str, KnownAgent],
    watcher: Watcher,
    cancelled: Event,
) -> NewPlan:
    """Have a model improve a plan that was made offline; without its help where it gives none. The model is shown what
    is attached, as material.

    Raises ``PlanningFailedError`` and, soon after ``cancelled`` was set, ``asking.CancelledByUserError``.
    """
    from orchestrate_ls.planner.models.completer import ModelError
    from orchestrate_ls.planner.models.planning import Outline, plan_with_model

    outline = Outline(
        offline.brief,
        offline.draft,
        offline.text,
        offline.document,
        offline.steps,
        known=known,
        context=offline.seen,
    )
    try:
        made = plan_with_model(outline, completer, limits, watcher, cancelled)
    except ModelError as error:
        return _checked(goal, offline.text, (*offline.notes, f"planned without the model: {error.message}"))
    return _checked(goal, made.text, (*offline.notes, *made.lines()))


def plan_goal(goal: str, attached: Sequence[Attached], surroundings: Surroundings) -> PlannedGoal:
    """Plan a goal offline; takes up to a second. Raises ``PlanningFailedError``."""
    around, code = surroundings, surroundings.repository
    seen = tuple(code.as_text().split("\n")) if code is not None and code.has_code else ()
    document, notes = _document(attached)
    try:
        if document is not None and (_SPEAKS_OF_IT.search(goal) or _names_one(goal, attached)):
            planned = _from_document(goal, document, notes, around, seen)
            if planned is not None:
                return planned
        try:
            made = plan_offline(goal, code, None, around.flows, around.catalogue)
        except GoalError:
            planned = None if document is None else _from_document(goal, document, notes, around, seen)
            if planned is None:
                raise
            return planned
        return PlannedGoal(
            made.brief,
            made.draft,
            made.text,
            document,
            notes=(*notes, *_said(made.remarks)),
            seen=seen,
            is_read=document is None,
        )
    except GoalError as error:
        raise PlanningFailedError(error.message, error.hint) from None


def _from_document(
    goal: str, document: str, notes: tuple[str, ...], around: Surroundings, seen: tuple[str, ...]
) -> PlannedGoal | None:
    """The plan of what is attached; None where that says nothing to be done, or contradicts itself."""
    try:
        found = plan_document(document, goal, around.repository, None, around.flows, around.catalogue)
    except GoalError:
        return None
    if found.draft is None or found.text is None:
        return None
    notes = (*notes, *_said(found.remarks))
    return PlannedGoal(found.brief, found.draft, found.text, document, bool(found.facts.steps), notes, seen)


def _said(remarks: Sequence[Remark]) -> tuple[str, ...]:
    """What the reader of a goal or a document has to say."""
    return tuple(f"{each.message}; {each.hint}" for each in remarks[:_MOST_SAID])


def _document(attached: Sequence[Attached]) -> tuple[str | None, tuple[str, ...]]:
    """All that is attached as one text, as long as it may be, and what was left out."""
    parts: list[str] = []
    room = LONGEST_ATTACHED
    left_out = [each.name for each in attached[MOST_ATTACHED:]]
    notes: list[str] = []
    for each in attached[:MOST_ATTACHED]:
        if room <= 0:
            left_out.append(each.name)
            continue
        text = each.text[:room]
        if len(text) < len(each.text):
            notes.append(f"of {shown(each.name)} only the first {len(text):,} characters were read")
        room -= len(text)
        parts.append(text if len(attached) == 1 else f"{each.name}:\n\n{text}")
    if left_out:
        notes.append(f"not read, for there is too much attached: {', '.join(map(shown, left_out[:5]))}")
    document = "\n\n".join(parts)
    return (document if document.strip() else None), tuple(notes)


def _names_one(goal: str, attached: Sequence[Attached]) -> bool:
    words = set(re.findall(r"[\w.-]+", goal.casefold()))
    return any(each.name.replace("\\", "/").rpartition("/")[2].casefold() in words for each in attached)


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
