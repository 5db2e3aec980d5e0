"""Make one task of those that are selected: the first keeps its id and takes in what the others hold. Knows no editor.

Times add up, lists are joined, the highest priority and the earliest deadline win; comments of the others go above the
first, except those that silence a finding. What cannot be joined without losing something is refused.
"""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.inline_task import remove_task
from orchestrate_ls.ide.refactoring import (
    Refactoring,
    add_dependencies,
    dependants,
    dependency_text,
    drop_dependencies,
    id_of,
    rename_in_allocations,
    replace_dependency,
    written_in,
)
from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.duration import Estimate, format_duration
from orchestrate_ls.plan.model import PRIORITY_WEIGHT, Priority, Spot, Task
from orchestrate_ls.plan.reading import fields_of
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_comments import comments_of
from orchestrate_ls.plan.task_layout import task_lines
from orchestrate_ls.rules.suppressions import suppressions_in
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import Mapping, Scalar, Sequence, resolved, walk
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.lines import line_break, line_start

_NAME: Final = "merge-tasks"
_TITLE: Final = "Merge the selected tasks"
_LISTS: Final = (
    "required_skills",
    "files",
    "success_criteria",
    "definition_of_done",
    "resources",
    "quality_gates",
)
_KEPT: Final = ("agent", "model", "parallel_group")
_JOINED: Final = frozenset(
    {*_LISTS, *_KEPT, "id", "name", "description", "estimated_time", "dependencies", "priority", "deadline"}
)
_ORDER: Final = ("id", "name", "description", "estimated_time", "dependencies", "agent", "priority")


def _offer(selection: Selection, _name: str) -> str:
    if len(selection.tasks) < 2:
        raise NotPossibleError("select two tasks or more")
    for index in selection.tasks:
        id_of(selection, index)
        task_lines(selection.source, index)
    names = [selection.name(index) for index in selection.tasks]
    if len(names) > 3:
        return f"Merge {len(names)} tasks into {names[0]}"
    return f"Merge {', '.join(names[1:])} into {names[0]}"


def _rewrite(draft: Draft, selection: Selection, _name: str) -> None:
    kept, *others = selection.tasks
    source = selection.source
    _refuse_detours(selection)
    for index in others:
        _refuse_losses(selection, index)
    first, rest = selection.task(kept), [selection.task(index) for index in others]
    name = id_of(selection, kept)
    gone = [id_of(selection, index) for index in others]
    comments = [each for index in others for each in comments_of(source, index) if not suppressions_in(each)]
    for other in gone:
        for successor in dependants(source, other):
            if successor not in selection.tasks:
                _point_to(draft, successor, other, name)
        drop_dependencies(draft, kept, other)
    _take_dependencies(draft, kept, [name, *gone], rest)
    _take_lists(draft, kept, first, rest)
    _take_times(draft, kept, [first, *rest])
    _take_texts(draft, kept, [first, *rest])
    _take_scalars(draft, selection, kept, others)
    rename_in_allocations(draft, dict.fromkeys(gone, name))
    for index in reversed(others):
        remove_task(draft, index)
    if comments:
        lines = task_lines(draft.source, kept)
        ending = line_break(draft.source.text)
        text = "".join(f"{' ' * lines.column}{each}{ending}" for each in comments)
        draft.apply(TextEdit(lines.start, lines.start, text), "")


def _refuse_detours(selection: Selection) -> None:
    """A task between two of them would have to come after the merged task and before it."""
    chosen = set(selection.tasks)
    network = selection.plan.analysis.network
    between = _first_between(network, chosen)
    if between is not None:
        raise NotPossibleError(
            f"{selection.name(between)} waits for one of them and another waits for it; select it, too"
        )


def _first_between(network: Network, chosen: set[int]) -> int | None:
    stack = [after for task in sorted(chosen) for after in network.successors[task] if after not in chosen]
    seen: set[int] = set()
    while stack:
        task = stack.pop()
        if task in seen:
            continue
        seen.add(task)
        if any(after in chosen for after in network.successors[task]):
            return task
        stack.extend(network.successors[task])
    return None


def _refuse_losses(selection: Selection, index: int) -> None:
    source = selection.source
    node = resolved(source.task_node(index))
    if any(below.anchor is not None for below in walk(source.task_node(index))):
        raise NotPossibleError(f"{selection.name(index)} holds an anchor that other places use")
    for key, value in fields_of(node).items():
        target = resolved(value)
        odd = key not in _JOINED
        if key in _LISTS and isinstance(target, Sequence):
            odd = any(not isinstance(resolved(item), Scalar) for item in target.items)
        elif key in _LISTS:
            odd = isinstance(target, Mapping)
        if odd:
            raise NotPossibleError(
                f"{quoted(key)} of {selection.name(index)} cannot be joined to another; move it by hand first"
            )


def _point_to(draft: Draft, successor: int, other: str, name: str) -> None:
    task = draft.source.plan.tasks[successor]
    first = next(each for each in task.dependencies if each.task == other)
    if any(
        each.task == name and each.kind is first.kind and each.lag >= first.lag for each in task.dependencies
    ):
        drop_dependencies(draft, successor, other)
        return
    if any(each.task == name for each in task.dependencies):
        raise NotPossibleError(
            f"{quoted(task.id or 'a task')} depends on both in different ways; settle that first"
        )
    if first.path[-1] == "task":
        edit = rewrite.replace_scalar(draft.source, Spot(successor, first.path), name)
        draft.apply(edit, written_in(f"that a task depends on {quoted(other)}"))
    else:
        replace_dependency(draft, successor, first, [dependency_text(name, first.kind, first.lag)])
    drop_dependencies(draft, successor, other)


def _take_dependencies(draft: Draft, kept: int, inside: list[str], rest: list[Task]) -> None:
    known = {(each.task, each.kind) for each in draft.source.plan.tasks[kept].dependencies}
    texts: list[str] = []
    for dependency in (each for task in rest for each in task.dependencies):
        key = (dependency.task, dependency.kind)
        if dependency.task not in inside and key not in known:
            known.add(key)
            texts.append(dependency_text(dependency.task, dependency.kind, dependency.lag))
    add_dependencies(draft, kept, texts)


def _take_lists(draft: Draft, kept: int, first: Task, rest: list[Task]) -> None:
    for key in _LISTS:
        known = list(_texts(first, key))
        new = list(dict.fromkeys(text for task in rest for text in _texts(task, key) if text not in known))
        if not new:
            continue
        texts = [write_scalar(text, in_flow=True) for text in new]
        node = draft.source.node(Spot(kept, (key,)))
        reason = written_in(quoted(key))
        if node is None:
            edit = rewrite.insert_entry(draft.source, kept, key, f"[{', '.join(texts)}]")
        elif isinstance(node, Scalar) and not node.is_missing:
            texts = [write_scalar(text, in_flow=True) for text in (*known, *new)]
            edit = rewrite.replace_scalar(
                draft.source, Spot(kept, (key,)), f"[{', '.join(texts)}]", verbatim=True
            )
        else:
            edit = rewrite.append_items(draft.source, Spot(kept, (key,)), texts)
        draft.apply(edit, reason)


def _texts(task: Task, key: str) -> tuple[str, ...]:
    if key == "quality_gates":
        return tuple(name for name, _ in task.quality_gates)
    return getattr(task, key)


def _take_times(draft: Draft, kept: int, tasks: list[Task]) -> None:
    given = [task.estimate for task in tasks if task.estimate is not None]
    if not given or given == [tasks[0].estimate]:
        return
    total = Estimate(
        sum(each.optimistic for each in given),
        sum(each.likely for each in given),
        sum(each.pessimistic for each in given),
    )
    reason = written_in("the estimate")
    spot = Spot(kept, ("estimated_time",))
    node = draft.source.node(spot)
    if total.optimistic == total.pessimistic and (node is None or isinstance(node, Scalar)):
        _put(draft, kept, "estimated_time", format_duration(total.likely), reason)
        return
    points = {
        "optimistic": format_duration(total.optimistic),
        "likely": format_duration(total.likely),
        "pessimistic": format_duration(total.pessimistic),
    }
    if isinstance(node, Mapping):
        for key, text in points.items():
            below = Spot(kept, ("estimated_time", key))
            draft.apply(rewrite.replace_scalar(draft.source, below, text), reason)
        return
    written = ", ".join(f"{key}: {text}" for key, text in points.items())
    _put(draft, kept, "estimated_time", f"{{{written}}}", reason)


def _put(draft: Draft, task: int, key: str, text: str, reason: str) -> None:
    """Write YAML text as a value, whether there is one or not."""
    if draft.source.node(Spot(task, (key,))) is None:
        after = _ORDER[: _ORDER.index(key)] if key in _ORDER else _ORDER
        edit = rewrite.insert_entry(draft.source, task, key, text, after)
    else:
        edit = rewrite.replace_scalar(draft.source, Spot(task, (key,)), text, verbatim=True)
    draft.apply(edit, reason)


def _take_texts(draft: Draft, kept: int, tasks: list[Task]) -> None:
    names = list(dict.fromkeys(task.name for task in tasks if task.name is not None))
    if names and names != [tasks[0].name]:
        joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        if tasks[0].name is None:
            _put(draft, kept, "name", write_scalar(joined), written_in("the name"))
        else:
            edit = rewrite.replace_scalar(draft.source, Spot(kept, ("name",)), joined)
            draft.apply(edit, written_in("the name"))
    texts = list(dict.fromkeys(task.description for task in tasks if task.description is not None))
    if texts and texts != [tasks[0].description]:
        _put(draft, kept, "description", _block(draft.source, kept, texts), written_in("the description"))


def _block(source: PlanSource, task: int, texts: list[str]) -> str:
    """Texts one below the other, as a block scalar where they can be one."""
    joined = "\n".join(text.strip("\n") for text in texts)
    lines = joined.split("\n")
    node = source.task_node(task)
    column = 0
    if isinstance(node, Mapping) and node.entries:
        start = source.base(task) + node.entries[0].key.start
        column = start - line_start(source.text, start)
    plain = all(line.isprintable() for line in lines) and not joined.startswith((" ", "\n"))
    if not plain or len(lines) == 1 or not isinstance(node, Mapping) or node.flow:
        return write_scalar(joined)
    there = source.node(Spot(task, ("description",))) is not None
    indent = " " * (column + 2) if there else ""
    ending = line_break(source.text) if there else "\n"
    return ending.join(["|-", *(f"{indent}{line}" if line else "" for line in lines)])


def _take_scalars(draft: Draft, selection: Selection, kept: int, others: list[int]) -> None:
    first = selection.task(kept)
    for key in _KEPT:
        if getattr(first, key) is not None:
            continue
        found = next(
            (value for index in others if (value := getattr(selection.task(index), key)) is not None), None
        )
        if found is not None:
            _put(draft, kept, key, write_scalar(found), written_in(quoted(key)))
    best = max((kept, *others), key=lambda index: _weight(selection.task(index).priority))
    if best != kept and selection.task(best).priority is not None:
        _put(
            draft, kept, "priority", _written(selection.source, best, "priority"), written_in("the priority")
        )
    dated = [
        (moment, index) for index in (kept, *others) if (moment := selection.task(index).deadline) is not None
    ]
    if dated and min(dated)[1] != kept:
        _put(
            draft,
            kept,
            "deadline",
            _written(selection.source, min(dated)[1], "deadline"),
            written_in("the deadline"),
        )


def _weight(priority: Priority | float | None) -> float:
    if isinstance(priority, Priority):
        return PRIORITY_WEIGHT[priority]
    return -1.0 if priority is None else priority


def _written(source: PlanSource, task: int, key: str) -> str:
    node = source.node(Spot(task, (key,)))
    if not isinstance(node, Scalar) or node.style in ("|", ">"):
        raise NotPossibleError(written_in(quoted(key)))
    base = source.base(task)
    return source.text[base + node.start : written_end(source.text, base, node)]


REFACTORING: Final = Refactoring("refactor.rewrite", {_NAME: _TITLE}, _offer, _rewrite)
