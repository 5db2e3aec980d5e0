"""Words of a document with their place, so that everything understood can be shown where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Quote:
    """`document[start:end]` (characters), which begins on `line` (from 1)."""

    text: str
    start: int
    end: int
    line: int

    @property
    def shown(self) -> str:
        """The words on one line, cut where they are very long."""
        words = " ".join(self.text.split()).strip("|*_ ")
        return words if len(words) <= _SHOWN else words[: _SHOWN - 1].rstrip() + "…"

    def __str__(self) -> str:
        return f'line {self.line}: "{self.shown}"'


class Quoter:
    """Makes quotes of one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def line(self, place: int) -> int:
        """The line of a character, from 1."""
        return bisect_right(self._starts, place)

    def quote(self, start: int, end: int) -> Quote:
        """The quote of text[start:end] without blanks at its ends."""
        words = self.text[start:end]
        first = start + len(words) - len(words.lstrip())
        words = words.strip()
        return Quote(words, first, first + len(words), self.line(first))
