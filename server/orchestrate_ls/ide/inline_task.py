"""Remove a task; what waited for it then waits for what it waited for. Knows no editor."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.refactoring import (
    Refactoring,
    add_dependencies,
    dependants,
    dependency_text,
    drop_dependencies,
    rename_in_allocations,
    replace_dependency,
)
from orchestrate_ls.plan.model import Dependency, LinkKind
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_layout import ends_with_open_text, task_lines
from orchestrate_ls.text.edits import TextEdit

_NAME: Final = "inline-task"
_TITLE: Final = "Remove a task and connect what is around it"

_ENDS: Final = {
    LinkKind.FINISH_TO_START: ("finish", "start"),
    LinkKind.START_TO_START: ("start", "start"),
    LinkKind.FINISH_TO_FINISH: ("finish", "finish"),
    LinkKind.START_TO_FINISH: ("start", "finish"),
}
_KINDS: Final = {ends: kind for kind, ends in _ENDS.items()}


def _offer(selection: Selection, _name: str) -> str:
    index = selection.only_task()
    if len(selection.source.plan.tasks) == 1:
        raise NotPossibleError("it is the only task of the plan")
    task_lines(selection.source, index)
    return f"Remove {selection.name(index)} and connect what is around it"


def _rewrite(draft: Draft, selection: Selection, _name: str) -> None:
    index = selection.only_task()
    task = selection.task(index)
    plan = selection.source.plan
    if task.id is not None and plan.index_of[task.id] == index:
        own = [each for each in task.dependencies if each.task in plan.index_of and each.task != task.id]
        for successor in dependants(selection.source, task.id):
            if successor != index:
                _connect(draft, successor, task.id, own)
        rename_in_allocations(draft, {task.id: None})
    remove_task(draft, index)


def remove_task(draft: Draft, index: int) -> None:
    """Take a task out with the comments directly above it. Nothing may depend on it any more."""
    source = draft.source
    lines = task_lines(source, index)
    if index == len(source.plan.tasks) - 1 and not source.text[: lines.end].endswith(("\n", "\r")):
        # The last line has no line break; the one before it need not have one either.
        draft.apply(TextEdit(lines.lead, lines.end, ""), "")
        return
    draft.apply(TextEdit(lines.lead, _with_one_gap(source, index, lines.lead, lines.end), ""), "")


def _with_one_gap(source: PlanSource, index: int, start: int, end: int) -> int:
    """Where to end so that of the blank lines above and below one stretch is left."""
    text = source.text
    if index and ends_with_open_text(source, index - 1):
        return end  # the blank lines above are a text's own
    above = text[:start].replace("\r", "")[-2:]
    at = end
    if above == "\n\n" or (index == 0):
        while (line := text[at : at + 2]) and line[0] in "\r\n":
            at += 2 if line == "\r\n" else 1
    return at


def _connect(draft: Draft, successor: int, removed: str, own: list[Dependency]) -> None:
    source = draft.source
    after = source.plan.tasks[successor]
    links = [each for each in after.dependencies if each.task == removed]
    known = [each for each in after.dependencies if each.task != removed]
    texts: list[str] = []
    for second in links:
        for first in own:
            kind = _KINDS[_ENDS[first.kind][0], _ENDS[second.kind][1]]
            new = Dependency(first.task, kind, first.lag + second.lag, ())
            if new.task == after.id:
                continue
            same = [each for each in known if each.task == new.task and each.kind is new.kind]
            if any(each.lag >= new.lag for each in same):
                continue
            if same:
                raise NotPossibleError(
                    f"`{after.id}` depends on `{new.task}` already, with a shorter lag; settle that first"
                )
            known.append(new)
            texts.append(dependency_text(new.task, new.kind, new.lag))
    if len(links) > 1:
        drop_dependencies(draft, successor, removed)
        add_dependencies(draft, successor, texts)
        return
    replace_dependency(draft, successor, links[0], texts)


REFACTORING: Final = Refactoring("refactor.inline", {_NAME: _TITLE}, _offer, _rewrite)
