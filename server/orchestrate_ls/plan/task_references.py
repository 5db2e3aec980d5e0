"""Where tasks are named: in the dependencies of others and in the agents' allocations. Steps that change those lists.

Each step is one of a ``Rewriting`` and raises ``NotPossibleError`` where there is no safe edit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Allocation, Dependency, LinkKind, Path, Plan, Spot
from orchestrate_ls.plan.rewrite import item_path, remove_entry, remove_item
from orchestrate_ls.plan.rewriting import NotPossibleError, Rewriting
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import Mapping as MappingNode
from orchestrate_ls.syntax.tree import Scalar
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit

_NUMBERED: Final = re.compile(r"(.*?)([0-9]+)")


def is_list_item(path: Path) -> bool:
    """Whether a dependency stands in a list, and not alone behind its key."""
    return any(isinstance(step, int) for step in path)


def remove_dependency(source: PlanSource, task: int, dependency: Dependency) -> TextEdit | None:
    """Take a dependency out of its list, or the whole entry where it is the only one and in no list."""
    path = item_path(dependency.path)
    if is_list_item(path):
        return remove_item(source, Spot(task, path))
    return remove_entry(source, Spot(task, path[:1]))


def written_in(what: str) -> str:
    """Why there is no edit for a place."""
    return f"{what} is written in a way that cannot be changed safely (an anchor, an alias, or an unusual layout)"


def dependency_text(task: str, kind: LinkKind, lag: int) -> str:
    """A dependency as an item of a list."""
    name = write_scalar(task, in_flow=True)
    if kind is LinkKind.FINISH_TO_START and not lag:
        return name
    fields = [f"task: {name}"]
    if kind is not LinkKind.FINISH_TO_START:
        fields.append(f"type: {kind.value}")
    if lag:
        fields.append(f"lag: {format_duration(lag)}")
    return f"{{{', '.join(fields)}}}"


def dependants(source: PlanSource, task: str) -> list[int]:
    """The tasks that name a task in their dependencies."""
    return [
        index
        for index, each in enumerate(source.plan.tasks)
        if each.dependencies and any(dependency.task == task for dependency in each.dependencies)
    ]


def add_dependencies(rewriting: Rewriting, task: int, texts: list[str]) -> None:
    """Put dependencies (YAML text) behind those a task has."""
    if not texts:
        return
    source = rewriting.source
    what = f"what {quoted(source.plan.tasks[task].id or 'the task')} depends on"
    entry = source.find(Spot(task, ("dependencies",)))
    if entry is None or not entry.exact:
        edit = rewrite.insert_entry(
            source,
            task,
            "dependencies",
            f"[{', '.join(texts)}]",
            ("id", "name", "description", "estimated_time"),
        )
        rewriting.apply(edit, written_in(what))
        return
    node = entry.node
    if isinstance(node, Scalar) and not node.is_missing:
        written = source.text[
            source.base(task) + node.start : written_end(source.text, source.base(task), node)
        ]
        inner = [write_scalar(node.text, in_flow=True)] if node.value is not None else []
        if "\n" in written or node.anchor or node.tag:
            raise NotPossibleError(written_in(what))
        edit = rewrite.replace_scalar(
            source, Spot(task, ("dependencies",)), f"[{', '.join([*inner, *texts])}]", verbatim=True
        )
        rewriting.apply(edit, written_in(what))
        return
    rewriting.apply(rewrite.append_items(source, Spot(task, ("dependencies",)), texts), written_in(what))


def drop_dependencies(rewriting: Rewriting, task: int, named: str) -> list[Dependency]:
    """Take all dependencies on a task out of another's list; what they were."""
    dropped: list[Dependency] = []
    while True:
        source = rewriting.source
        found = next((each for each in source.plan.tasks[task].dependencies if each.task == named), None)
        if found is None:
            return dropped
        what = f"that {quoted(source.plan.tasks[task].id or 'a task')} depends on {quoted(named)}"
        rewriting.apply(remove_dependency(source, task, found), written_in(what))
        dropped.append(found)


def replace_dependency(rewriting: Rewriting, task: int, dependency: Dependency, texts: list[str]) -> None:
    """Put dependencies (YAML text) in the place of one, or take it out where there are none."""
    source = rewriting.source
    what = f"that {quoted(source.plan.tasks[task].id or 'a task')} depends on {quoted(dependency.task)}"
    if not texts:
        rewriting.apply(remove_dependency(source, task, dependency), written_in(what))
        return
    path = item_path(dependency.path)
    if not is_list_item(path):
        path = path[:1]
    node, base, text = source.node(Spot(task, path)), source.base(task), source.text
    if node is None:
        raise NotPossibleError(written_in(what))
    if isinstance(node, Scalar) and is_list_item(path):
        end = written_end(text, base, node)
        plain = node.anchor is None and node.tag is None
        edit = TextEdit(base + node.start, end, texts[0]) if plain else None
    elif isinstance(node, Scalar):
        edit = rewrite.replace_scalar(source, Spot(task, path), f"[{', '.join(texts)}]", verbatim=True)
        texts = texts[:1]
    elif isinstance(node, MappingNode):
        end = written_end(text, base, node)
        plain = node.anchor is None and node.tag is None and "#" not in text[base + node.start : end]
        edit = TextEdit(base + node.start, end, texts[0]) if plain else None
    else:
        edit = None
    rewriting.apply(edit, written_in(what))
    if len(texts) > 1:
        add_dependencies(rewriting, task, texts[1:])


def rename_in_allocations(rewriting: Rewriting, names: Mapping[str, str | None]) -> None:
    """Put other ids into the agents' allocation lists; None takes an id out."""
    for allocation in rewriting.source.plan.header.allocations:
        if any(task in names for task in allocation.tasks):
            _rename_in_allocation(rewriting, allocation, names)


def _rename_in_allocation(
    rewriting: Rewriting, allocation: Allocation, names: Mapping[str, str | None]
) -> None:
    source = rewriting.source
    node = source.node(allocation.spot)
    reason = written_in(f"the allocation of {quoted(allocation.agent)}")
    if isinstance(node, Scalar):
        kept: list[str] = []
        for task in allocation.tasks:
            new = names.get(task, task)
            if new is not None and new not in kept:
                kept.append(new)
        if kept:
            rewriting.apply(rewrite.replace_scalar(source, allocation.spot, ", ".join(kept)), reason)
        else:
            rewriting.apply(rewrite.replace_scalar(source, allocation.spot, "[]", verbatim=True), reason)
        return
    for place in range(len(allocation.tasks) - 1, -1, -1):
        task = allocation.tasks[place]
        if task not in names:
            continue
        new = names[task]
        spot = Spot(None, (*allocation.spot.path, place))
        at = rewriting.source.node(spot)
        if not isinstance(at, Scalar) or at.text != task:
            raise NotPossibleError(reason)
        if new is None or new in allocation.tasks[:place]:
            rewriting.apply(rewrite.remove_item(rewriting.source, spot), reason)
        else:
            rewriting.apply(rewrite.replace_scalar(rewriting.source, spot, new), reason)


def free_id(plan: Plan, like: str | None) -> str:
    """An id that no task has nor names, of the form of a given one: ``T5`` behind ``T4``, ``api-2`` for ``api``."""
    return next(free_ids(plan, like))


def free_ids(plan: Plan, like: str | None) -> Iterator[str]:
    """Such ids without end, each another."""
    taken = set(plan.index_of) | {each.task for task in plan.tasks for each in task.dependencies}
    match = _NUMBERED.fullmatch(like or "T0")
    if match is None:
        number, prefix, width = 2, f"{like}-", 1
    else:
        prefix, width = match[1], len(match[2])
        numbers = [
            int(found[2]) for name in taken if (found := _NUMBERED.fullmatch(name)) and found[1] == prefix
        ]
        number = max([0, *(each for each in numbers if each < 10**9)]) + 1
    while True:
        if (name := f"{prefix}{number:0{width}d}") not in taken:
            yield name
        number += 1
