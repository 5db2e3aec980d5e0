"""Cuts a goal into sentences and bullets without losing their places.

Knows no vocabulary beyond headings that leave things out. Every offset is one into the goal as it was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BULLET = re.compile(r"\s*(?:[-*•◦‣–+]|\(?\d{1,3}[.)]|[a-z]\))\s+(?:\[[ xX]\]\s+)?")
_INLINE_NUMBER = re.compile(r"(?:(?<=\s)|^)\(?[1-9]\d?[.)]\s+", re.M)
_HEADING = re.compile(r"\s*#{1,6}\s+")
_SENTENCE_END = re.compile(r"(?<![\s.])[.!?]+[\"')\]]*\s+(?=[^\sa-z])|[。！？]\s*")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|inkl|z\.B|bzw)|\b[A-Z])\.\s*$")
_LEFT_OUT_HEADING = re.compile(
    r"(?:out of scope|not in scope|non-goals?|not included|exclu(?:ded|sions?)|won't have|leave out)\W*$",
    re.I,
)


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
    found: list[Sentence] = []
    leaving_out = False
    pending: tuple[int, int] | None = None
    for line in _LINE.finditer(goal):
        bullet = _BULLET.match(goal, line.start(), line.end())
        heading = _HEADING.match(goal, line.start(), line.end())
        blank_line_before = pending is not None and _blank_between(goal, pending[1], line.start())
        if pending is not None and (bullet or heading or blank_line_before or _closes(goal, pending[1])):
            found += _split(goal, *pending, leaving_out)
            pending = None
        numbered = _inline_numbers(goal, line.start(), line.end())
        if numbered:
            if pending is not None:
                found += _split(goal, *pending, leaving_out)
            pending = None
            if goal[line.start() : numbered[0][0]].strip():
                found += _split(goal, line.start(), numbered[0][0], leaving_out)
            stops = [*(first for first, _ in numbered[1:]), line.end()]
            found += [Sentence(last, stop, True, leaving_out) for (_, last), stop in zip(numbered, stops, strict=True)]
            continue
        if bullet:
            found.append(Sentence(bullet.end(), line.end(), True, leaving_out))
            continue
        start = heading.end() if heading else line.start()
        if not goal[start : line.end()].strip():
            continue
        if heading or pending is None:
            leaving_out = bool(_LEFT_OUT_HEADING.search(goal[start : line.end()].strip(" *_")))
        if leaving_out:
            continue
        pending = (pending[0] if pending else start, line.end())
    if pending is not None:
        found += _split(goal, *pending, leaving_out)
    return [sentence for sentence in found if goal[sentence.start : sentence.end].strip()]


def _inline_numbers(goal: str, start: int, end: int) -> list[tuple[int, int]]:
    """Places of "1) ... 2) ..." or "1. ... 2. ..." inside one line, if they count up from one."""
    places = [(m.start(), m.end()) for m in _INLINE_NUMBER.finditer(goal, start, end)]
    numbers = [int(re.sub(r"\D", "", goal[first:last])) for first, last in places]
    return places if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)) else []


def _blank_between(goal: str, end: int, start: int) -> bool:
    return goal[end:start].replace("\r\n", "\n").count("\n") > 1


def _closes(goal: str, end: int) -> bool:
    return goal[max(0, end - 40) : end].rstrip()[-1:] in (".", "!", "?", ":", ";", "。")


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
