"""What a refactoring is, and what several share. Knows no editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.plan.task_references import (
    add_dependencies,
    dependants,
    dependency_text,
    drop_dependencies,
    free_id,
    rename_in_allocations,
    replace_dependency,
    written_in,
)
from orchestrate_ls.text.display import quoted

__all__ = [
    "Refactoring",
    "add_dependencies",
    "dependants",
    "dependency_text",
    "drop_dependencies",
    "free_id",
    "id_of",
    "rename_in_allocations",
    "replace_dependency",
    "written_in",
]


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
    slow: frozenset[str] = frozenset()
    """The names of those whose change takes seconds to find."""


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
