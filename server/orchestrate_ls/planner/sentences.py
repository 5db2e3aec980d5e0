"""Cuts a goal into sentences and bullets without losing their places, and tells which headings they stand under.

Knows no vocabulary beyond the headings of what is left out, of criteria and of issue forms. Every offset is one
into the goal as it was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BULLET = re.compile(r"\s*(?:[-*•◦‣–+]|\(?\d{1,3}[.)]|[a-z]\))\s+(?:\[[ xX]\]\s+)?")
_INLINE_NUMBER = re.compile(r"(?:(?<=\s)|^)\(?[1-9]\d?[.)]\s+", re.MULTILINE)
_HEADING = re.compile(r"\s*#{1,6}\s+")
_SENTENCE_END = re.compile(r"(?<![\s.])[.!?]+[\"')\]]*\s+(?=[^\sa-z])|[。！？]\s*")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|inkl|z\.B|bzw)|\b[A-Z])\.\s*$")
_LEFT_OUT = r"(?:out of scope|not in scope|non-goals?|not included|exclu(?:ded|sions?)|won't have|leave out|not needed)"
_LEFT_OUT_HEADING = re.compile(
    rf"(?:[\w-]+\s+){{0,3}}{_LEFT_OUT}(?:\s+(?:for|in)\s+[\w .-]{{1,20}})?\W*$", re.IGNORECASE
)
_LEFT_OUT_INLINE = re.compile(rf"\W*{_LEFT_OUT}\W*?\s*:\s*(?=\S)", re.IGNORECASE)
_CRITERIA = (
    r"(?:acceptance criteria|success criteria|definition of done|done when|constraints?"
    r"|non[- ]functional requirements)"
)
_CRITERIA_HEADING = re.compile(rf"\W*{_CRITERIA}\W*$", re.IGNORECASE)
_CRITERIA_INLINE = re.compile(rf"\b{_CRITERIA}\s*:\W*(?=\w)", re.IGNORECASE)
_CRITERION_END = re.compile(r"\s[-*•–]\s+|;\s+|(?<=[a-z])\.\s+(?=[A-Z])")
_BOLD_HEADING = re.compile(r"\*\*([^*\n]{3,70})\*\*\s*:?")
_TOLD_HEADING = re.compile(
    r"\W*(?:(?:steps\s+)?to reproduce|reproduction(?:\s+steps)?"
    r"|(?:expected|actual|current)\s+(?:behaviou?r|results?)|"
    r"additional (?:context|information)|(?:describe )?alternatives(?: (?:you['’]ve )?considered)?|motivation"
    r"|background|"
    r"open questions|stakeholders|is your feature request related to a problem\?.*)\W*$",
    re.IGNORECASE,
)
"""What people tell beside what they want."""
_REPORT_HEADING = re.compile(
    r"\W*(?:steps|expected|actual|environment|versions?|screenshots?|logs?|stack ?trace|references|links"
    r"|(?:desktop|smartphone)(?: \(please.*)?)\W*$",
    re.IGNORECASE,
)
"""The same in the form of a bug report; elsewhere these are parts of a product, or its steps."""
_FAULT_HEADING = re.compile(
    r"\W*(?:(?:describe |description of )?(?:the )?bug(?: report| description)?|what happened|what went wrong)\W*$",
    re.IGNORECASE,
)
_WISH_HEADING = re.compile(
    r"\W*(?:describe the (?:solution|feature)(?: you['’]d like)?|(?:proposed )?solution|proposal|summary|description"
    r"|user stor(?:y|ies)|feature request|what (?:do )?you want|goals?|(?:key |main )?features?|in scope|scope|overview"
    r"|(?:functional )?requirements?|introduction|details)\W*$",
    re.IGNORECASE,
)
_WISHED = re.compile(
    r"^\W*(?:goals?|(?:key |main )?features?|(?:functional )?requirements?|(?:proposed )?solution|proposal|scope)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_PROBLEM_HEADING = re.compile(r"\W*(?:the )?problem(?: statement)?\W*$", re.IGNORECASE)
"""Tells why something is wanted, where something is: a text without wishes is about its problem."""
_LONGEST_HEADING = 90


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or bullet, `goal[start:end]`. `left_out`: it stands under a heading such as "Out of scope".

    `bound`: it stands under "Acceptance criteria" and the like. `fault`: under "Describe the bug" and the like.
    """

    start: int
    end: int
    bullet: bool
    left_out: bool
    bound: bool = False
    fault: bool = False


def flatten(goal: str) -> str:
    """The goal with every line break and control character as a space: same length, same offsets."""
    return _UNPRINTABLE.sub(" ", goal)


def sentences_of(goal: str) -> list[Sentence]:
    """Sentences and bullets in order. Lines that only break a sentence in two are joined."""
    found = _cut(goal, keep_all=False)
    # A text that only tells how things are is what there is to go by.
    return found or _cut(goal, keep_all=True)


def _cut(goal: str, *, keep_all: bool) -> list[Sentence]:
    cutter = _Cutter(goal, keep_all=keep_all)
    for line in _LINE.finditer(goal):
        for start, end in _parted_at_headings(goal, line.start(), line.end()):
            cutter.take_line(start, end)
    cutter.flush()
    return [sentence for sentence in cutter.found if goal[sentence.start : sentence.end].strip()]


def _parted_at_headings(goal: str, start: int, end: int) -> list[tuple[int, int]]:
    """The line, cut where the bold headings of an issue form stand in it."""
    if goal.find("**", start, end) < 0:
        return [(start, end)]
    cuts = [start]
    for bold in _BOLD_HEADING.finditer(goal, start, end):
        words = bold[1]
        if any(
            kind.match(words)
            for kind in (_TOLD_HEADING, _REPORT_HEADING, _FAULT_HEADING, _WISH_HEADING, _CRITERIA_HEADING)
        ):
            cuts += [bold.start(), bold.end()]
    cuts.append(end)
    return [(first, last) for first, last in pairwise(cuts) if first < last]


class _Cutter:
    """Goes through the lines; `_pending` is text that the next line may go on with."""

    def __init__(self, goal: str, *, keep_all: bool) -> None:
        self.found: list[Sentence] = []
        self._keep_all = keep_all
        self._has_wishes = _WISHED.search(goal) is not None
        self._goal = goal
        self._leaving_out = self._telling = self._bounding = self._faulty = self._is_report = False
        self._pending: tuple[int, int] | None = None

    def take_line(self, start: int, end: int) -> None:
        goal = self._goal
        if not goal[start:end].strip():
            return
        bullet = _BULLET.match(goal, start, end)
        heading = _HEADING.match(goal, start, end)
        if self._take_heading(start, end):
            return
        if self._pending is not None and (bullet or heading or self._parted(self._pending[1], start)):
            self.flush()
        numbered = _inline_numbers(goal, start, end)
        if numbered:
            self._take_numbered(numbered, start, end)
        elif bullet:
            self._add([Sentence(bullet.end(), end, True, self._leaving_out)])
        else:
            self._take_text(heading.end() if heading else start, end)
            if heading:
                # What stands below a heading is another sentence, blank line or not.
                self.flush()

    def flush(self) -> None:
        if self._pending is not None:
            self._add(_split(self._goal, *self._pending, self._leaving_out))
        self._pending = None

    def _add(self, sentences: list[Sentence]) -> None:
        if self._telling:
            return
        self.found += [replace(each, bound=self._bounding, fault=self._faulty) for each in sentences]

    def _take_heading(self, start: int, end: int) -> bool:
        """Whether the line is a heading of an issue form; what follows is taken accordingly."""
        if end - start > _LONGEST_HEADING:
            return False
        whole = self._goal[start:end]
        line = whole.strip(" #*_:-\t")
        if not line:
            return False
        fault, wish = _FAULT_HEADING.match(line), _WISH_HEADING.match(line)
        told, bound = _TOLD_HEADING.match(line), _CRITERIA_HEADING.match(line)
        problem = _PROBLEM_HEADING.match(line)
        if self._has_wishes:
            told = told or problem
        self._is_report = self._is_report or bool(fault) or bool(told and "reproduc" in line.lower())
        if self._is_report:
            told = told or _REPORT_HEADING.match(line)
        is_marked = whole.lstrip().startswith(("#", "**")) or whole.rstrip().endswith(":")
        if not (fault or wish or told or bound or problem) or not is_marked:
            if _HEADING.match(self._goal, start, end):
                self.flush()
                self._telling = self._bounding = self._faulty = False
            return False
        self.flush()
        self._telling = bool(told) and not self._keep_all
        self._bounding, self._faulty = bool(bound), bool(fault)
        self._leaving_out = False
        return True

    def _take_text(self, start: int, end: int) -> None:
        if self._pending is not None:
            self._pending = (self._pending[0], end)
            return
        inline = _LEFT_OUT_INLINE.match(self._goal, start, end)
        if inline is not None:
            self.found.append(Sentence(inline.end(), end, False, True))
            return
        self._leaving_out = bool(_LEFT_OUT_HEADING.match(self._goal[start:end].strip(" *_#")))
        if self._leaving_out:
            return
        criteria = _CRITERIA_INLINE.search(self._goal, start, end)
        if criteria is None:
            self._pending = (start, end)
            return
        self._add(_split(self._goal, start, criteria.start(), False))
        begin = criteria.end()
        for stop in [*_CRITERION_END.finditer(self._goal, begin, end), None]:
            last = stop.start() if stop else end
            if not self._telling and begin < last:
                self.found.append(Sentence(begin, last, True, False, bound=True))
            begin = stop.end() if stop else end

    def _take_numbered(self, numbered: list[tuple[int, int]], start: int, end: int) -> None:
        self.flush()
        if self._goal[start : numbered[0][0]].strip():
            self._add(_split(self._goal, start, numbered[0][0], self._leaving_out))
        stops = [*(first for first, _ in numbered[1:]), end]
        self._add(
            [
                Sentence(last, stop, True, self._leaving_out)
                for (_, last), stop in zip(numbered, stops, strict=True)
            ]
        )

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
