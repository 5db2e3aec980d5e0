"""Name all tasks T1, T2, T3 ... in the order of the file, wherever their ids stand. Knows no editor."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.refactoring import Refactoring, rename_in_allocations, written_in
from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.syntax.tree import Mapping, Scalar, resolved
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit

_NAME: Final = "number-tasks"
_TITLE: Final = "Rename all tasks to T1, T2, T3 …"


def _offer(selection: Selection, _name: str) -> str:
    tasks = selection.source.plan.tasks
    if not tasks:
        raise NotPossibleError("the plan has no tasks")
    if all(task.id == f"T{place}" for place, task in enumerate(tasks, 1)):
        raise NotPossibleError(f"the tasks are called T1 to T{len(tasks)} already")
    return _TITLE


def _rewrite(draft: Draft, selection: Selection, _name: str) -> None:
    source = selection.source
    plan = source.plan
    names: dict[str, str] = {}
    for place, task in enumerate(plan.tasks, 1):
        if task.id is None:
            raise NotPossibleError(f"task {place} has no `id`; give it one first")
        if task.id in names:
            raise NotPossibleError(
                f"{quoted(task.id)} is the id of several tasks; give them different ones first"
            )
        names[task.id] = f"T{place}"
    new = set(names.values())
    edits: list[TextEdit] = []

    def rename(spot: Spot, old: str, *, key: bool = False) -> None:
        if names[old] == old:
            return
        change = rewrite.replace_key if key else rewrite.replace_scalar
        edit = change(source, spot, names[old])
        if edit is None:
            raise NotPossibleError(written_in(f"the id {quoted(old)}"))
        edits.append(edit)

    for index, task in enumerate(plan.tasks):
        rename(Spot(index, ("id",)), task.id or "")
        for dependency in task.dependencies:
            if dependency.task in names:
                rename(Spot(index, dependency.path), dependency.task)
            elif dependency.task in new:
                raise NotPossibleError(
                    f"{quoted(dependency.task)} is no task so far, and would become one; correct that dependency first"
                )
    reported = _reported_tasks(selection)
    for old in reported:
        if old in names:
            rename(Spot(None, ("execution_status", "tasks", old)), old, key=True)
    draft.apply_all(edits)
    rename_in_allocations(draft, dict(names))


def _reported_tasks(selection: Selection) -> list[str]:
    """The tasks that the plan's own status report names."""
    node = selection.source.node(Spot(None, ("execution_status", "tasks")))
    mapping = resolved(node) if node is not None else None
    if not isinstance(mapping, Mapping):
        return []
    return [entry.key.text for entry in mapping.entries if isinstance(entry.key, Scalar)]


REFACTORING: Final = Refactoring("refactor.rewrite", {_NAME: _TITLE}, _offer, _rewrite)
