"""What an instruction to change a plan can ask for, one order each. Plain data; knows no words and no text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a task another name, or a task or agent another id everywhere."""

    what: str
    """``task``, ``id`` or ``agent``."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SetField:
    """Write a field of a task (by id), or of the plan (None). The value is a text or a number."""

    task: str | None
    key: str
    value: str | int


@dataclass(frozen=True, slots=True)
class Link:
    """Let a task wait for another, or not any more."""

    task: str
    on: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class DropTask:
    """Take one task out, whatever the goal says."""

    task: str


@dataclass(frozen=True, slots=True)
class AddToGoal:
    """The goal asks for something more."""

    words: str


@dataclass(frozen=True, slots=True)
class DropFromGoal:
    """The goal leaves something out."""

    words: str


@dataclass(frozen=True, slots=True)
class UseInGoal:
    """Something is built with a technology, perhaps instead of another."""

    words: str
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class NewGoal:
    """The goal is another text altogether."""

    words: str


@dataclass(frozen=True, slots=True)
class Finish:
    """All is to be done by a moment (as a plan writes it): a deadline of the tasks that nothing waits for."""

    moment: str


Order: TypeAlias = (
    Rename | SetField | Link | DropTask | AddToGoal | DropFromGoal | UseInGoal | NewGoal | Finish
)


@dataclass(frozen=True, slots=True)
class Understood:
    """The orders found in an instruction, each with its words, and the words that say nothing known, each with why."""

    orders: tuple[tuple[Order, str], ...] = ()
    not_understood: tuple[str, ...] = ()
