"""Words of a text with their places, and a lexicon that finds phrases among them.

Knows nothing of goals or plans. Everything is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_LATIN = "0-9A-Za-z\u00c0-\u024f"
# C++ and C# are words; Latin letters end where another script begins, as in "OAuth2認証".
_WORD = re.compile(rf"[cC]\+\+|[cCfF]#|\.NET\b|[{_LATIN}]+(?:'[a-z]{{1,2}}\b)?|[^\W_{_LATIN}]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its comparison form and its place, `text[start:end]`."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase of a lexicon found in a text: what it stands for, and where (character offsets)."""

    value: T
    start: int
    end: int

    @property
    def length(self) -> int:
        """Characters covered; the longer hit is the more specific one."""
        return self.end - self.start


def comparison_form(word: str) -> str:
    """Lower case, without a plain English plural or third-person s, so that "uploads" meets "upload"."""
    form = word.lower()
    if len(form) > 4 and form.endswith("ies"):
        return form[:-3] + "y"
    if len(form) > 3 and form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return form[:-1]
    return form


def words_of(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """All words of text[start:end], with offsets into text."""
    stop = len(text) if end is None else end
    return [Word(comparison_form(m.group()), m.start(), m.end()) for m in _WORD.finditer(text, start, stop)]


class Lexicon(Generic[T]):
    """Phrases of up to a few words, each standing for a value; finds the longest at each place."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._values: dict[tuple[str, ...], T] = {}
        # For each first word the length of the longest phrase: most words begin none, and are passed over at once.
        self._longest: dict[str, int] = {}
        for phrase, value in phrases:
            key = tuple(word.form for word in words_of(phrase))
            if not key:
                continue
            self._values.setdefault(key, value)
            self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    def at(self, words: Sequence[Word], index: int) -> tuple[T, int] | None:
        """The value of the longest phrase beginning at words[index], and how many words it takes."""
        longest = self._longest.get(words[index].form) if index < len(words) else None
        if longest is None:
            return None
        for count in range(min(longest, len(words) - index), 0, -1):
            key = tuple(word.form for word in words[index : index + count])
            if key in self._values:
                return self._values[key], count
        return None

    def find(self, words: Sequence[Word]) -> Iterator[Hit[T]]:
        """Hits from left to right, none overlapping another."""
        index = 0
        while index < len(words):
            found = self.at(words, index)
            if found is None:
                index += 1
                continue
            value, count = found
            yield Hit(value, words[index].start, words[index + count - 1].end)
            index += count

    def best(self, words: Sequence[Word]) -> Hit[T] | None:
        """The longest hit, of equal ones the first."""
        return max(self.find(words), key=lambda hit: (hit.length, -hit.start), default=None)

    def ending(self, words: Sequence[Word]) -> int | None:
        """Where in `words` the first phrase begins that takes up all the rest of them; None if none does."""
        for index in range(len(words)):
            found = self.at(words, index)
            if found is not None and index + found[1] == len(words):
                return index
        return None

    def whole(self, words: Sequence[Word]) -> T | None:
        """The value of the phrase that takes up all the words."""
        found = self.at(words, 0)
        return found[0] if found is not None and found[1] == len(words) else None


def lexicon_of(entries: Mapping[str, Iterable[str]], values: Mapping[str, T]) -> Lexicon[T]:
    """A lexicon in which each phrase of entries[key] stands for values[key]."""
    return Lexicon((phrase, values[key]) for key, phrases in entries.items() for phrase in phrases)


def phrase_set(phrases: Iterable[str]) -> Lexicon[bool]:
    """A lexicon that only tells whether a phrase is one of these."""
    known: bool = True
    return Lexicon((phrase, known) for phrase in phrases)
