"""Split the task at the cursor into two, one after the other, each with half the time. Knows no editor.

The first half keeps the id and what it waits for; what waited for the task then waits for the second half.
"""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.insert_task import insert_task
from orchestrate_ls.ide.refactoring import (
    Refactoring,
    dependants,
    dependency_text,
    free_id,
    id_of,
    replace_dependency,
    written_in,
)
from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.duration import MINUTE, Estimate, format_duration
from orchestrate_ls.plan.model import LinkKind, Spot, Task
from orchestrate_ls.plan.rewrite import item_path
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_layout import task_lines
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import Mapping, Scalar
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import quoted

_NAME: Final = "split-task"
_TITLE: Final = "Split a task in two"
_COPIED: Final = ("agent", "priority", "base_priority", "required_skills", "deadline", "model")
_AT_FINISH: Final = (LinkKind.FINISH_TO_START, LinkKind.FINISH_TO_FINISH)


def _offer(selection: Selection, _name: str) -> str:
    index = selection.only_task()
    id_of(selection, index)
    task_lines(selection.source, index)
    return f"Split {selection.name(index)} in two"


def _rewrite(draft: Draft, selection: Selection, _name: str) -> None:
    index = selection.only_task()
    task, name = selection.task(index), id_of(selection, index)
    if any(each.kind in (LinkKind.FINISH_TO_FINISH, LinkKind.START_TO_FINISH) for each in task.dependencies):
        raise NotPossibleError(
            f"{quoted(name)} waits with its finish for another task, and which half should is for you to say"
        )
    second = free_id(selection.source.plan, name)
    for successor in dependants(selection.source, name):
        _wait_for(draft, successor, name, second)
    fields = [("id", write_scalar(second, in_flow=True))]
    if task.name is not None:
        fields.append(("name", write_scalar(f"{task.name} (part 2)")))
        draft.apply(
            rewrite.replace_scalar(draft.source, Spot(index, ("name",)), f"{task.name} (part 1)"),
            written_in(f"the name of {quoted(name)}"),
        )
    if task.estimate is not None:
        fields.append(("estimated_time", _halve(draft, index, task.estimate)))
    fields.append(("dependencies", f"[{write_scalar(name, in_flow=True)}]"))
    fields += [
        (key, text) for key in _COPIED if (text := _copied(draft.source, index, key, task)) is not None
    ]
    insert_task(draft, index, fields)
    allocated = any(name in each.tasks for each in draft.source.plan.header.allocations)
    if allocated:
        _allocate(draft, name, second)


def _wait_for(draft: Draft, successor: int, name: str, second: str) -> None:
    """Put the second half into the place of the task where another waits for its finish."""
    for number in range(len(draft.source.plan.tasks[successor].dependencies)):
        dependency = draft.source.plan.tasks[successor].dependencies[number]
        if dependency.task != name or dependency.kind not in _AT_FINISH:
            continue
        if dependency.path != item_path(dependency.path) or dependency.path == ("dependencies",):
            edit = rewrite.replace_scalar(draft.source, Spot(successor, dependency.path), second)
            draft.apply(edit, written_in(f"that a task depends on {quoted(name)}"))
        else:
            replace_dependency(
                draft, successor, dependency, [dependency_text(second, dependency.kind, dependency.lag)]
            )


def _halve(draft: Draft, index: int, estimate: Estimate) -> str:
    """Write half the estimate, or half of each of its three points, and return the text of the other half."""
    source = draft.source
    node = source.node(Spot(index, ("estimated_time",)))
    halves = [_halves(each) for each in (estimate.optimistic, estimate.likely, estimate.pessimistic)]
    reason = written_in("the estimate")
    if isinstance(node, Scalar):
        edit = rewrite.replace_scalar(source, Spot(index, ("estimated_time",)), format_duration(halves[1][0]))
        draft.apply(edit, reason)
        return format_duration(halves[1][1])
    if not isinstance(node, Mapping):
        raise NotPossibleError(reason)
    keys = ("optimistic", "likely", "pessimistic")
    for key, (half, _) in zip(keys, halves, strict=True):
        spot = Spot(index, ("estimated_time", key))
        draft.apply(rewrite.replace_scalar(draft.source, spot, format_duration(half)), reason)
    rest = ", ".join(f"{key}: {format_duration(other)}" for key, (_, other) in zip(keys, halves, strict=True))
    return f"{{{rest}}}"


def _halves(seconds: int) -> tuple[int, int]:
    """Two parts in whole minutes where there are as many; the first is not the smaller one."""
    unit = MINUTE if seconds >= 2 * MINUTE and seconds % MINUTE == 0 else 1
    second = seconds // unit // 2 * unit
    return seconds - second, second


def _copied(source: PlanSource, index: int, key: str, task: Task) -> str | None:
    """A field of a task as text for a task beside it; None where it has none."""
    if key == "required_skills":
        texts = [write_scalar(each, in_flow=True) for each in task.required_skills]
        return f"[{', '.join(texts)}]" if texts else None
    if key in ("agent", "model"):
        value = task.agent if key == "agent" else task.model
        return write_scalar(value) if value is not None else None
    node = source.node(Spot(index, (key,)))
    if not isinstance(node, Scalar) or node.is_missing or node.anchor or node.tag or node.style in ("|", ">"):
        return None
    base = source.base(index)
    text = source.text[base + node.start : written_end(source.text, base, node)]
    return text if "\n" not in text and "\r" not in text else None


def _allocate(draft: Draft, name: str, second: str) -> None:
    """Give the second half to the agent that the first is allocated to."""
    for allocation in draft.source.plan.header.allocations:
        if name not in allocation.tasks:
            continue
        node = draft.source.node(allocation.spot)
        reason = written_in(f"the allocation of {quoted(allocation.agent)}")
        if isinstance(node, Scalar):
            place = allocation.tasks.index(name) + 1
            tasks = [*allocation.tasks[:place], second, *allocation.tasks[place:]]
            draft.apply(rewrite.replace_scalar(draft.source, allocation.spot, ", ".join(tasks)), reason)
        else:
            text = write_scalar(second, in_flow=True)
            draft.apply(rewrite.append_item(draft.source, allocation.spot, text), reason)


REFACTORING: Final = Refactoring("refactor.rewrite", {_NAME: _TITLE}, _offer, _rewrite)
