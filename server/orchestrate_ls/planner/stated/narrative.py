"""Finds the steps of a text that lists none but tells them, as in "First, boil water. Then add the pasta".

A sentence is a step when it says how long something takes or stands in a row of "first", "then", "finally".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestrate_ls.planner.stated.cues import opens_with_afterwards, opens_with_meanwhile
from orchestrate_ls.planner.stated.durations import durations_in
from orchestrate_ls.planner.stated.step_text import StepText, read_step_text

_OPENING = re.compile(
    r"\W*(?:(?:and|but|so)\s+)?(?:first(?:ly| of all)?|second(?:ly)?|third(?:ly)?|to (?:begin"
    r"|start) with|initially|then|next|after (?:that|this|which)|afterwards|finally|lastly"
    r"|last|meanwhile|at the same time|in parallel|in the meantime|"
    r"simultaneously|subsequently|thereafter|begin by|start by|start with|once (?:that|this|it"
    r"|they|both)(?: (?:is|are|has been|have been))?(?: \w+)?|when (?:that|this"
    r"|it)(?: is)?(?: \w+)?)\b[\s,:–—-]*"
    r"(?:(?:you|we|i)\s+(?:(?:can|must|have to|need to|should|will)\s+)?|(?:comes?|do|is|to)\s+)?",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"^(?P<name>[^,;]{2,160}?)\s+(?:(?:will|should|usually|normally|typically|would|may|might"
    r"|also)\s+){0,2}(?:takes?|lasts?|needs?|requires?)\s+(?:(?:about|around|approximately"
    r"|roughly|some|only|just|up to|at least|another)\s+){0,2}$",
    re.IGNORECASE,
)
_IT_TAKES = re.compile(
    r"\bit\s+(?:will\s+|should\s+|usually\s+)?takes?\s+(?:(?:us|me|you|them|about|around"
    r"|approximately|roughly|only|just|some)\s+){0,3}$",
    re.IGNORECASE,
)
_TO = re.compile(r"\s+(?:to|for)\s+(?P<name>[^,;.]{2,160})", re.IGNORECASE)
_PARTS = re.compile(r",?\s+(?:and\s+)?then\s+|;\s*(?:then\s+)?|,\s+(?:and\s+)?finally\s+", re.IGNORECASE)
_LIST_TAKES = re.compile(
    r",\s*(?:and\s+)?|\s+and\s+(?=[^,;]{2,120}\b(?:takes?|lasts?|needs?)\s)", re.IGNORECASE
)
_ABOUT_ALL = re.compile(
    r"\b(?:day|week|month|year|deadline|project|everything|total|whole|whole thing|people"
    r"|persons?|hours?)s?\b\s*(?:has|have|is|are|takes?|must)?",
    re.IGNORECASE,
)
_MOST = 5000


@dataclass(slots=True)
class ToldStep:
    """A step that a sentence tells, with its place."""

    text: StepText
    start: int
    end: int


def told_steps(text: str, sentences: list[tuple[int, int]]) -> list[ToldStep]:
    """The steps told by these sentences, in order; empty unless there are at least two."""
    timed: list[ToldStep] = []
    sequence: list[ToldStep] = []
    opened = 0
    for start, end in sentences:
        if len(timed) > _MOST:
            break
        told = _timed(text, start, end)
        timed += told
        opening = _OPENING.match(text, start, end)
        starts = (
            opens_with_afterwards(text[start:end])
            or opens_with_meanwhile(text[start:end])
            or (opening is not None and opening.end() > start)
        )
        if starts:
            opened += 1
            sequence += told or _in_sequence(text, start, end)
        elif told:
            sequence += told
    if opened >= 2 and len(sequence) >= 2:
        return _distinct(sequence)
    timed = _distinct(timed)
    return timed if len(timed) >= 2 else []


def _distinct(steps: list[ToldStep]) -> list[ToldStep]:
    seen: dict[str, ToldStep] = {}
    for step in steps:
        if step.text.name:
            seen.setdefault(step.text.name.lower(), step)
    return list(seen.values())


def _timed(text: str, start: int, end: int) -> list[ToldStep]:
    """Find steps in "Boiling water takes 10 minutes", "It takes 5 minutes to chop the onions", "Boil water (10 m)"."""
    steps: list[ToldStep] = []
    for a, b in _pieces(text, start, end):
        durations = durations_in(text, a, b)
        if not durations:
            continue
        only = durations[0]
        before = text[a : only.start]
        found = StepText()
        if _IT_TAKES.search(before):
            match = _TO.match(text, only.end, b)
            if match is None:
                continue
            found.name = _clean(match["name"])
        elif takes := _TAKES.match(_OPENING.sub("", before, count=1)):
            found.name = _clean(takes["name"])
        else:
            opening = _OPENING.match(text, a, b)
            if opening is None and not re.match(r"\s*[A-Z]?[a-z]+(?:\s+[\w'’-]+){0,14}\s*[(,–—-]", text[a:b]):
                continue
            found = read_step_text(text, opening.end() if opening else a, b)
            if not found.times:
                continue
            found.name = _clean(found.name)
            steps.append(ToldStep(found, a, b))
            continue
        if not found.name or _ABOUT_ALL.fullmatch(found.name) or found.name.lower() in ("it", "this", "that"):
            continue
        found.times.append((only, a, b))
        steps.append(ToldStep(found, a, b))
    return steps


def _in_sequence(text: str, start: int, end: int) -> list[ToldStep]:
    steps: list[ToldStep] = []
    for a, b in _pieces(text, start, end):
        opening = _OPENING.match(text, a, b)
        found = read_step_text(text, opening.end() if opening else a, b)
        found.name = _clean(found.name)
        if found.name and len(found.name) <= 160:
            steps.append(ToldStep(found, a, b))
    return steps


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    begin = start
    several = len(re.findall(r"\b(?:takes?|lasts?|needs?)\b", text[start:end], re.IGNORECASE)) > 1
    pattern = re.compile(f"{_PARTS.pattern}|{_LIST_TAKES.pattern}", re.IGNORECASE) if several else _PARTS
    for mark in pattern.finditer(text, start, end):
        pieces.append((begin, mark.start()))
        begin = mark.end()
    pieces.append((begin, end))
    return [(a, b) for a, b in pieces if text[a:b].strip()]


def _clean(name: str) -> str:
    name = _OPENING.sub("", name.strip(), count=1)
    name = re.sub(
        r"^(?:(?:the\s+)?(?:step|task)\s+(?:of|to)|you\s+(?:need|have)\s+to|to|we\s+(?:need"
        r"|have)\s+to|please)\s+",
        "",
        name,
        flags=re.IGNORECASE,
    )
    return " ".join(name.split()).strip(" .,;:–—-\"'“”")
