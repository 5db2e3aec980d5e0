"""What readers of other formats give: tasks as they are called there, and what could not be carried over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

LARGEST: Final = 10_000_000
"""Bytes of what is imported, all files together."""
MOST_TASKS: Final = 10_000
MOST_FILES: Final = 5_000
LONGEST_TEXT: Final = 20_000
"""Characters of a description; the rest is left out, and said so."""
LONGEST_NAME: Final = 300


class ImportFailedError(Exception):
    """Nothing can be imported; ``line`` counts from 1, ``hint`` says what to do."""

    def __init__(self, message: str, hint: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message: Final = message
        self.hint: Final = hint
        self.line: Final = line


def counted(number: int, what: str) -> str:
    """`1 line`, `3 lines`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


@dataclass(frozen=True, slots=True)
class Link:
    """Another task that one waits for, by its key; ``kind`` and ``lag`` as a plan has them, if not the usual."""

    key: str
    kind: str | None = None
    lag: str | None = None


@dataclass(slots=True)
class ImportedTask:
    """A task as the other tool has it. ``key`` is how it is referred to there; ``state`` is none where not begun."""

    key: str
    name: str
    description: str = ""
    estimate: str | None = None
    links: list[Link] = field(default_factory=list[Link])
    agent: str | None = None
    priority: str | None = None
    group: str | None = None
    deadline: str | None = None
    files: list[str] = field(default_factory=list[str])
    skills: list[str] = field(default_factory=list[str])
    criteria: list[str] = field(default_factory=list[str])
    definition_of_done: list[str] = field(default_factory=list[str])
    state: str | None = None
    _known: set[str] = field(default_factory=set[str], repr=False)

    def wait_for(self, keys: Iterable[str]) -> None:
        """Add the tasks of these keys, those that are new."""
        new = [key for key in dict.fromkeys(keys) if key not in self._known]
        self._known.update(new)
        self.links += map(Link, new)


@dataclass(slots=True)
class Imported:
    """All that was read. ``notes`` are clauses without a full stop."""

    goal: str
    tasks: list[ImportedTask]
    notes: list[str] = field(default_factory=list[str])

    def note_count(self, number: int, what: str, then: str) -> None:
        """Note something that some tasks have: `3 tasks have labels, which a plan has no place for`."""
        if number:
            self.notes.append(f"{counted(number, 'task')} {'has' if number == 1 else 'have'} {what}{then}")
