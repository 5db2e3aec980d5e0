"""Cuts a goal into sentences and bullets without losing their places.

Knows no vocabulary beyond headings that leave things out. Every offset is one into the goal as it was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BULLET = re.compile(r"\s*(?:[-*•◦‣–+]|\(?\d{1,3}[.)]|[a-z]\))\s+(?:\[[ xX]\]\s+)?")
_INLINE_NUMBER = re.compile(r"(?:(?<=\s)|^)\(?[1-9]\d?[.)]\s+", re.MULTILINE)
_HEADING = re.compile(r"\s*#{1,6}\s+")
_SENTENCE_END = re.compile(r"(?<![\s.])[.!?]+[\"')\]]*\s+(?=[^\sa-z])|[。！？]\s*")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|inkl|z\.B|bzw)|\b[A-Z])\.\s*$")
_LEFT_OUT = r"(?:out of scope|not in scope|non-goals?|not included|exclu(?:ded|sions?)|won't have|leave out|not needed)"
_LEFT_OUT_HEADING = re.compile(rf"{_LEFT_OUT}\W*$", re.IGNORECASE)
_LEFT_OUT_INLINE = re.compile(rf"\W*{_LEFT_OUT}\W*?\s*:\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or bullet, `goal[start:end]`. `left_out`: it stands under a heading such as "Out of scope"."""

    start: int
    end: int
    bullet: bool
    left_out: bool


def flatten(goal: str) -> str:
    """The goal with every line break and control character as a space: same length, same offsets."""
    return _UNPRINTABLE.sub(" ", goal)


def sentences_of(goal: str) -> list[Sentence]:
    """Sentences and bullets in order. Lines that only break a sentence in two are joined."""
    cutter = _Cutter(goal)
    for line in _LINE.finditer(goal):
        cutter.take_line(line.start(), line.end())
    cutter.flush()
    return [sentence for sentence in cutter.found if goal[sentence.start : sentence.end].strip()]


class _Cutter:
    """Goes through the lines; `_pending` is text that the next line may go on with."""

    def __init__(self, goal: str) -> None:
        self.found: list[Sentence] = []
        self._goal = goal
        self._leaving_out = False
        self._pending: tuple[int, int] | None = None

    def take_line(self, start: int, end: int) -> None:
        goal = self._goal
        if not goal[start:end].strip():
            return
        bullet = _BULLET.match(goal, start, end)
        heading = _HEADING.match(goal, start, end)
        if self._pending is not None and (bullet or heading or self._parted(self._pending[1], start)):
            self.flush()
        numbered = _inline_numbers(goal, start, end)
        if numbered:
            self._take_numbered(numbered, start, end)
        elif bullet:
            self.found.append(Sentence(bullet.end(), end, True, self._leaving_out))
        else:
            self._take_text(heading.end() if heading else start, end)

    def flush(self) -> None:
        if self._pending is not None:
            self.found += _split(self._goal, *self._pending, self._leaving_out)
        self._pending = None

    def _take_text(self, start: int, end: int) -> None:
        if self._pending is not None:
            self._pending = (self._pending[0], end)
            return
        inline = _LEFT_OUT_INLINE.match(self._goal, start, end)
        if inline is not None:
            self.found.append(Sentence(inline.end(), end, False, True))
            return
        self._leaving_out = bool(_LEFT_OUT_HEADING.search(self._goal[start:end].strip(" *_")))
        if not self._leaving_out:
            self._pending = (start, end)

    def _take_numbered(self, numbered: list[tuple[int, int]], start: int, end: int) -> None:
        self.flush()
        if self._goal[start : numbered[0][0]].strip():
            self.found += _split(self._goal, start, numbered[0][0], self._leaving_out)
        stops = [*(first for first, _ in numbered[1:]), end]
        self.found += [
            Sentence(last, stop, True, self._leaving_out)
            for (_, last), stop in zip(numbered, stops, strict=True)
        ]

    def _parted(self, end: int, start: int) -> bool:
        goal = self._goal
        blank_between = goal[end:start].replace("\r\n", "\n").count("\n") > 1
        return blank_between or goal[max(0, end - 40) : end].rstrip()[-1:] in (".", "!", "?", ":", ";", "。")


def _inline_numbers(goal: str, start: int, end: int) -> list[tuple[int, int]]:
    """Places of "1) ... 2) ..." or "1. ... 2. ..." inside one line, if they count up from one."""
    places = [(m.start(), m.end()) for m in _INLINE_NUMBER.finditer(goal, start, end)]
    numbers = [int(re.sub(r"\D", "", goal[first:last])) for first, last in places]
    return places if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)) else []


def _split(goal: str, start: int, end: int, leaving_out: bool) -> list[Sentence]:
    parts: list[Sentence] = []
    for stop in _SENTENCE_END.finditer(goal, start, end):
        if _ABBREVIATION.search(goal, max(start, stop.end() - 12), stop.end()):
            continue
        parts.append(Sentence(start, stop.end(), False, leaving_out))
        start = stop.end()
    if start < end:
        parts.append(Sentence(start, end, False, leaving_out))
    return parts
