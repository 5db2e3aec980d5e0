"""Finds what a document is called: its first heading, a line "Goal: ...", or its first words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestrate_ls.planner.stated.document import Document, Heading, Item, sentences_in
from orchestrate_ls.planner.stated.facts import Step
from orchestrate_ls.planner.stated.step_list import is_phase
from orchestrate_ls.planner.stated.step_text import StepText

_TITLE_LINE = re.compile(
    r"\s*(?:title|goal|objective|project|aim|task)\s*:\s*(?P<title>\S.{2,200})$", re.IGNORECASE
)
_HERE_ARE = re.compile(
    r"\s*(?:to|in order to)\s+(?P<title>[^,.:]{3,120}),\s+(?:here\s+(?:are|is)|the\s+following"
    r"|do|follow|you\s+(?:need|have)|these|we)\b",
    re.IGNORECASE,
)
_PLAIN_HEADING = re.compile(
    r"\W*(?:(?:the|my|our|these are the|here are the|here is the|following)\s+)?(?:steps?"
    r"|tasks?|to-?dos?|plan|checklist|action items?|actions|implementation(?: plan| steps)?"
    r"|procedure|instructions|next steps|todo list|task list|method|directions|following steps"
    r"|steps below)\W*",
    re.IGNORECASE,
)


def title_of(
    document: Document, steps: Sequence[tuple[Step, StepText, Item | None]], own: list[tuple[int, int]]
) -> str:
    """The document's title. A sentence that serves as one is added to `own`, so that nobody reads it for facts."""
    text = document.text
    for heading in document.headings:
        if (
            heading.level <= 2
            and not is_phase(text, heading)
            and not _PLAIN_HEADING.fullmatch(text, heading.start, heading.end)
        ):
            title = text[heading.start : heading.end].strip(" #*_")
            return _without_label(title)
        break
    told = {step.quote.start for step, _, item in steps if item is None}
    for paragraph in document.paragraphs[:3]:
        first, last = paragraph.lines[0]
        line = text[first:last].strip()
        if match := _TITLE_LINE.match(line):
            return match["title"].strip(" *_")
        if match := _HERE_ARE.match(line):
            return match["title"][:1].upper() + match["title"][1:]
    for heading in document.headings[:1]:
        words = text[heading.start : heading.end]
        if match := _HERE_ARE.match(words):
            return match["title"][:1].upper() + match["title"][1:]
    firsts = [(p.start, p.lines[0]) for p in document.paragraphs[:1]]
    firsts += [(h.start, (h.start, h.end)) for h in document.headings[:1]]
    for _, (first, last) in sorted(firsts):
        if steps and (first > steps[0][0].quote.start or first in told):
            break
        if _PLAIN_HEADING.fullmatch(text, first, last) or is_phase(text, Heading(7, first, last)):
            continue
        sentence = sentences_in(text, first, last)[:1]
        words = text[slice(*sentence[0])].strip(" *_:.") if sentence else ""
        if words:
            own.append(sentence[0])
            return _without_label(words) if len(words) <= 200 else words[:199] + "…"
    names = [step.name for step, _, _ in steps]
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more steps"[:200]
    return ", ".join(names)[:200]


_DATED = re.compile(r"(?P<title>.*\w)[\s,(–—-]+\d{4}-\d{2}-\d{2}\)?$")
"""A title with the day of the meeting behind it."""


def _without_label(title: str) -> str:
    plain = (
        re.sub(
            r"^(?:plan|goal|prd|rfc|issue|title|project|task|(?:meeting\s+)?(?:notes|minutes))\s*[:–—-]\s*",
            "",
            title,
            flags=re.IGNORECASE,
        ).strip()
        or title
    )
    dated = _DATED.match(plain)
    plain = dated["title"] if dated is not None else plain
    return plain if plain == title else plain[:1].upper() + plain[1:]
