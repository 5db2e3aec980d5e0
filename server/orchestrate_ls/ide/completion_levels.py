"""What is known of a half-typed text around a cursor: the collections that are open there, and the word in it.

Shared by the two readers of such text, of its lines (``completion_lines``) and of its brackets (``completion_flow``).
Knows no plans.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from typing import Final, NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

IN_FLOW: Final = 1_000_000
"""The indentation of a collection in brackets, which has none."""


class Word(NamedTuple):
    """A key or a scalar with its range in the text."""

    text: str
    start: int
    end: int


class Level:
    """A mapping or list that is being read. ``words`` are its keys, or its items that are scalars."""

    __slots__ = ("count", "indent", "is_list", "is_open", "key", "path", "pending", "scalars", "words")

    def __init__(self, indent: int, is_list: bool, path: Path) -> None:
        self.indent = indent
        """The column of its keys or dashes."""
        self.is_list = is_list
        self.path = path
        self.words: list[Word] = []
        self.key: str | None = None
        """The key that was read last."""
        self.count = 0
        """How many items have begun."""
        self.pending = False
        """Whether that key or item has no value so far."""
        self.scalars: dict[str, str] = {}
        """The scalar values by key."""
        self.is_open = True

    @property
    def slot(self) -> Path:
        """The path of the value that would come next."""
        step: str | int | None = max(0, self.count - 1) if self.is_list else self.key
        return self.path if step is None else (*self.path, step)

    def take(self, value: Word) -> None:
        """The scalar that is the value of the present slot."""
        self.pending = False
        if self.is_list:
            self.words.append(value)
        elif self.key is not None:
            self.scalars.setdefault(self.key, value.text)


class Sort(Flag):
    """What may stand at a place."""

    NOTHING = 0
    KEY = auto()
    VALUE = auto()
    ITEM = auto()
    """A new list item, its dash included."""
    RULE = auto()
    """The code of a rule in a comment."""
    ALIAS = auto()
    """The name of an anchor, behind its `*`."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """The place of the cursor. Offsets are those of the text that was read."""

    sort: Sort
    path: Path = ()
    """Of the mapping for a key, of the value for a value."""
    list_path: Path = ()
    """Of the list, where an item may begin."""
    start: int = 0
    end: int = 0
    quote: str = ""
    """The quote that the word is in; ``open_quote`` where it is not closed."""
    open_quote: bool = False
    in_flow: bool = False
    has_colon: bool = False
    """Whether a colon follows the key already."""
    needs_space: bool = False
    """Whether the word has to be parted from what is before it."""
    key_indent: int = 0
    """The column at which keys of that mapping stand, or will."""
    item_indent: int = 0
    """The column of the list's dashes."""
    blank: bool = False
    """Whether the line holds nothing yet."""
    level: Level | None = None
    """The collection the word is in, as long as it is being read."""


NOWHERE: Final = Spotted(Sort.NOTHING)
