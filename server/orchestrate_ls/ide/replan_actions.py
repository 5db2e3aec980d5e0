"""Offers to draft a plan again from its goal, as code actions. Looks at no more than the selection and the goal.

What an action does is worked out by the planner, which takes far longer than a menu may wait: here is only said what
to ask it for. Knows no editor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrate_ls.ide.draft import NotPossibleError, Selection
from orchestrate_ls.ide.refactoring import id_of
from orchestrate_ls.planner.replan_request import ReplanRequest, why_no_goal
from orchestrate_ls.text.display import quoted


@dataclass(frozen=True, slots=True)
class ReplanOffer:
    """An action by its name; either what to ask of the planner, or why it cannot be asked here."""

    name: str
    title: str
    kind: str
    request: ReplanRequest = ReplanRequest()
    disabled: str | None = None


def replan_offers(selection: Selection) -> Iterator[ReplanOffer]:
    """The offers for the plan and the task that are selected."""
    no_goal = why_no_goal(selection.source.plan)
    if no_goal is not None:
        no_goal += "; write what it is for, as in `goal: Build a shop with search and payments`"
    yield ReplanOffer(
        "regenerate", "Regenerate plan from its goal", "source.regeneratePlan", ReplanRequest(), no_goal
    )
    yield ReplanOffer(
        "add-missing",
        "Add what the goal asks for and the plan lacks",
        "source.addMissingTasks",
        ReplanRequest(missing=True),
        no_goal,
    )
    task, reason = _task(selection)
    name = quoted(task) if task is not None else "this task"
    yield ReplanOffer(
        "regenerate-from",
        f"Regenerate from {name} on",
        "refactor.rewrite",
        ReplanRequest(start=task),
        reason or no_goal,
    )
    yield ReplanOffer(
        "split-into-sub-plan",
        f"Split {name} into a sub-plan",
        "refactor.extract",
        ReplanRequest(split=task),
        reason or _why_not_split(selection, task),
    )


def _task(selection: Selection) -> tuple[str | None, str | None]:
    try:
        return id_of(selection, selection.only_task()), None
    except NotPossibleError as error:
        return None, str(error)


def _why_not_split(selection: Selection, task: str | None) -> str | None:
    index = selection.source.plan.index_of[task or ""]
    own = selection.task(index)
    if own.plan is not None:
        return f"{quoted(task or '')} has a plan of its own already, {quoted(own.plan)}"
    if not (own.name or own.description):
        return f"{quoted(task or '')} has neither a name nor a description to plan from"
    return None
