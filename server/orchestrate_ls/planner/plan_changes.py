"""What a change of a plan did, and why: the words that are shown beside the diff. Plain data; knows no text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened to a task, or to the plan around the tasks."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    KEPT = "kept"
    """It would have gone or changed, and stays as it was."""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One change. ``task`` is the task's id, None for the plan itself; ``what`` its name, or the part of the plan."""

    kind: ChangeKind
    task: str | None
    what: str
    why: str

    def __str__(self) -> str:
        named = f"{self.task} {self.what}".strip() if self.task is not None else self.what
        return (
            f"{self.kind.value.capitalize()} {named}: {self.why}"
            if self.why
            else f"{self.kind.value} {named}"
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """All changes, and what of an instruction could not be understood or carried out, each with the reason."""

    changes: tuple[PlanChange, ...] = ()
    not_understood: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tasks: int = 0
    """How many tasks there were."""

    def of(self, kind: ChangeKind) -> tuple[PlanChange, ...]:
        """The changes of one kind."""
        return tuple(each for each in self.changes if each.kind is kind)

    @property
    def untouched(self) -> int:
        """How many tasks stayed as they were, to the byte."""
        touched = {
            each.task for each in self.changes if each.kind in (ChangeKind.CHANGED, ChangeKind.REMOVED)
        }
        return self.tasks - len(touched - {None})

    def headline(self) -> str:
        """One line: how many tasks were added, removed, changed and left as they were."""
        counts = [
            (len(self.of(ChangeKind.ADDED)), "added"),
            (len(self.of(ChangeKind.REMOVED)), "removed"),
            (len({each.task for each in self.of(ChangeKind.CHANGED)} - {None}), "changed"),
        ]
        said = [f"{number} {word}" for number, word in counts if number]
        header = any(each.task is None for each in self.of(ChangeKind.CHANGED))
        if not said and not header:
            return "nothing to change"
        words = ", ".join(said) or "no task changed"
        return f"{words}, {self.untouched} of {self.tasks} tasks as they were"

    def lines(self) -> Iterator[str]:
        """Every change in a line of its own, in the order of the kinds."""
        for kind in ChangeKind:
            yield from map(str, self.of(kind))
        for each in self.not_understood:
            yield f"Not understood: {each}"
        yield from self.notes
