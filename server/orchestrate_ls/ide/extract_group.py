"""Give the selected tasks a parallel group of their own. Knows no editor."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.refactoring import Refactoring, written_in
from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.model import Plan, Spot
from orchestrate_ls.schedule.network import Network

_NAME: Final = "extract-group"
_TITLE: Final = "Extract a parallel group"
_BEFORE: Final = ("id", "name", "description", "estimated_time", "dependencies", "agent", "priority")


def _offer(selection: Selection, _name: str) -> str:
    if len(selection.tasks) < 2:
        raise NotPossibleError("select two tasks or more; a group of one has nothing to run in parallel with")
    groups = {selection.task(index).parallel_group for index in selection.tasks}
    if len(groups) == 1 and None not in groups:
        raise NotPossibleError("the selected tasks are in one parallel group already")
    return f"Extract a parallel group of {len(selection.tasks)} tasks"


def _rewrite(draft: Draft, selection: Selection, _name: str) -> None:
    waiting = first_that_waits(selection.plan.analysis.network, selection.tasks)
    if waiting is not None:
        before, after = waiting
        raise NotPossibleError(
            f"{selection.name(after)} waits for {selection.name(before)}, so they cannot run in parallel"
        )
    group = _free_group(selection.source.plan)
    for index in selection.tasks:
        what = written_in(f"the group of {selection.name(index)}")
        if selection.task(index).parallel_group is not None:
            edit = rewrite.replace_scalar(draft.source, Spot(index, ("parallel_group",)), group)
        else:
            edit = rewrite.insert_entry(draft.source, index, "parallel_group", group, _BEFORE)
        draft.apply(edit, what)


def first_that_waits(network: Network, tasks: tuple[int, ...]) -> tuple[int, int] | None:
    """Of some tasks one that another waits for, directly or not, and that other; None where none does."""
    chosen = set(tasks)
    successors = network.successors
    for task in tasks:
        seen: set[int] = set()
        stack = list(successors[task])
        while stack:
            after = stack.pop()
            if after in seen:
                continue
            if after in chosen and after != task:
                return task, after
            seen.add(after)
            stack.extend(successors[after])
    return None


def _free_group(plan: Plan) -> str:
    taken = {task.parallel_group for task in plan.tasks}
    number = 1
    while f"group-{number}" in taken:
        number += 1
    return f"group-{number}"


REFACTORING: Final = Refactoring("refactor.extract", {_NAME: _TITLE}, _offer, _rewrite)
