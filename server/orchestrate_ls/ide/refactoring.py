"""What a refactoring is, and what several share: names of tasks in lists of dependencies. Knows no editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Allocation, Dependency, LinkKind, Plan, Spot
from orchestrate_ls.plan.rewrite import item_path
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.dependency_edits import is_list_item, remove_dependency
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import Mapping as MappingNode
from orchestrate_ls.syntax.tree import Scalar
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit

_NUMBERED: Final = re.compile(r"(.*?)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Refactoring:
    """A change of what is selected, under one or several names with the titles they have where they are not possible.

    ``offer`` gives the title for a selection, ``rewrite`` makes the change in a draft; both raise ``NotPossibleError``.
    ``offer`` is asked at every move of the cursor and may look at the selected tasks only.
    """

    kind: str
    names: Mapping[str, str]
    offer: Callable[[Selection, str], str]
    rewrite: Callable[[Draft, Selection, str], None]


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


def add_dependencies(draft: Draft, task: int, texts: list[str]) -> None:
    """Put dependencies (YAML text) behind those a task has."""
    if not texts:
        return
    source = draft.source
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
        draft.apply(edit, written_in(what))
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
        draft.apply(edit, written_in(what))
        return
    draft.apply(rewrite.append_items(source, Spot(task, ("dependencies",)), texts), written_in(what))


def drop_dependencies(draft: Draft, task: int, named: str) -> list[Dependency]:
    """Take all dependencies on a task out of another's list; what they were."""
    dropped: list[Dependency] = []
    while True:
        source = draft.source
        found = next((each for each in source.plan.tasks[task].dependencies if each.task == named), None)
        if found is None:
            return dropped
        what = f"that {quoted(source.plan.tasks[task].id or 'a task')} depends on {quoted(named)}"
        draft.apply(remove_dependency(source, task, found), written_in(what))
        dropped.append(found)


def replace_dependency(draft: Draft, task: int, dependency: Dependency, texts: list[str]) -> None:
    """Put dependencies (YAML text) in the place of one, or take it out where there are none."""
    source = draft.source
    what = f"that {quoted(source.plan.tasks[task].id or 'a task')} depends on {quoted(dependency.task)}"
    if not texts:
        draft.apply(remove_dependency(source, task, dependency), written_in(what))
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
    draft.apply(edit, written_in(what))
    if len(texts) > 1:
        add_dependencies(draft, task, texts[1:])


def rename_in_allocations(draft: Draft, names: Mapping[str, str | None]) -> None:
    """Put other ids into the agents' allocation lists; None takes an id out."""
    for allocation in draft.source.plan.header.allocations:
        if any(task in names for task in allocation.tasks):
            _rename_in_allocation(draft, allocation, names)


def _rename_in_allocation(draft: Draft, allocation: Allocation, names: Mapping[str, str | None]) -> None:
    source = draft.source
    node = source.node(allocation.spot)
    reason = written_in(f"the allocation of {quoted(allocation.agent)}")
    if isinstance(node, Scalar):
        kept: list[str] = []
        for task in allocation.tasks:
            new = names.get(task, task)
            if new is not None and new not in kept:
                kept.append(new)
        if kept:
            draft.apply(rewrite.replace_scalar(source, allocation.spot, ", ".join(kept)), reason)
        else:
            draft.apply(rewrite.replace_scalar(source, allocation.spot, "[]", verbatim=True), reason)
        return
    for place in range(len(allocation.tasks) - 1, -1, -1):
        task = allocation.tasks[place]
        if task not in names:
            continue
        new = names[task]
        spot = Spot(None, (*allocation.spot.path, place))
        at = draft.source.node(spot)
        if not isinstance(at, Scalar) or at.text != task:
            raise NotPossibleError(reason)
        if new is None or new in allocation.tasks[:place]:
            draft.apply(rewrite.remove_item(draft.source, spot), reason)
        else:
            draft.apply(rewrite.replace_scalar(draft.source, spot, new), reason)


def free_id(plan: Plan, like: str | None) -> str:
    """An id that no task has nor names, of the form of a given one: ``T5`` behind ``T4``, ``api-2`` for ``api``."""
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
    while (name := f"{prefix}{number:0{width}d}") in taken:
        number += 1
    return name


def id_of(selection: Selection, index: int) -> str:
    """A task's id. Raises ``NotPossibleError`` where it has none of its own."""
    name = selection.task(index).id
    if name is None:
        raise NotPossibleError("the task has no `id`, so nothing can depend on it; give it one first")
    if selection.source.plan.index_of[name] != index:
        raise NotPossibleError(
            f"{quoted(name)} is the id of an earlier task, too; give this one another first"
        )
    return name
