"""Finds what a document leaves out ("no UI", "without Docker", a list "Out of scope"), and steps
that do it all the same.

Knows facts and words; what an exclusion means for a goal's features is the brief's business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestrate_ls.planner.stated.document import Document
from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark
from orchestrate_ls.planner.stated.quotes import Quote, Quoter
from orchestrate_ls.planner.stated.telling_words import content_of

_EXCLUDES = re.compile(
    r"(?:^\W*(?:(?:there\s+(?:is|will\s+be)|we\s+(?:need|want|do|build))\s+)?no\s+"
    r"|\bwithout\s+(?:an?\s+|any\s+|the\s+)?"
    r"|\b(?:do\s+not|don['’]t|won['’]t|will\s+not|not\s+going\s+to"
    r"|shall\s+not|must\s+not|skip"
    r"|leave\s+out|exclude|avoid)"
    r"\s+(?:need\s+|want\s+|build\s+|use\s+|do\s+|have\s+"
    r"|write\s+|make\s+|add\s+|touch\s+|change\s+)*(?:an?\s+|any\s+|the\s+)?)"
    r"(?P<what>[\w][\w' /+.#-]{1,60}?)(?=\s*(?:$|[.,;:()!]|\b(?:for|in|at|yet|is|are|this"
    r"|and|or|but|needed|please)\b))",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"^\W*(?P<what>[\w][\w' /+.#-]{1,60}?)\s+(?:is|are|stays?|remains?)\s+(?:out\s+of\s+scope"
    r"|not\s+(?:in\s+scope|needed"
    r"|part\s+of\s+(?:it|this|the\s+\w+))|excluded|left\s+out)\b",
    re.IGNORECASE,
)
_OUT_HEADING = re.compile(
    r"\b(?:out\s+of\s+scope|non-?goals?|not\s+in\s+scope|exclusions?|excluded)\b", re.IGNORECASE
)
_NO_SUBJECT = re.compile(
    r"\W*(?:step|task|particular|dependenc|order|limit|prior|other|problem|need|hurry|rush|one|more|longer|later"
    r"|earlier|delay|wait|interruption|doubt)",
    re.IGNORECASE,
)
_TAKES_AWAY = re.compile(
    r"\W*(?:remove|drop|delete|retire|uninstall|disable|get\s+rid|replace|stop|avoid)", re.IGNORECASE
)


def contradicted_exclusions(
    facts: Facts, document: Document, quoter: Quoter, sentences: Sequence[tuple[int, int]]
) -> list[Remark]:
    """A remark for each step that does what the document leaves out, with both sentences."""
    words = [content_of(step.name) for step in facts.steps]
    remarks: list[Remark] = []
    told: set[int] = set()
    for what, quote in _exclusions(document, quoter, sentences):
        left_out = content_of(what)
        if not left_out:
            continue
        for number, (step, held) in enumerate(zip(facts.steps, words, strict=True)):
            if (
                number in told
                or step.done
                or not left_out <= held
                or len(held) > len(left_out) + 3
                or _TAKES_AWAY.match(step.name)
            ):
                continue
            told.add(number)
            remarks.append(
                Remark(
                    Gravity.WARNING,
                    "excluded-step",
                    f'"{step.name}" is a step, and "{" ".join(what.split())}" is said to be left out;'
                    " the step was kept",
                    (step.quote, quote),
                    "take the step out, or the sentence that leaves it out",
                )
            )
    return remarks


def _exclusions(
    document: Document, quoter: Quoter, sentences: Sequence[tuple[int, int]]
) -> list[tuple[str, Quote]]:
    text = quoter.text
    found: list[tuple[str, Quote]] = []
    out = {
        heading.start
        for heading in document.headings
        if _OUT_HEADING.search(text, heading.start, heading.end)
    }
    listed = [item for item in document.items if item.heading is not None and item.heading.start in out]
    found += [(text[item.start : item.end], quoter.quote(item.start, item.end)) for item in listed]
    for start, end in sentences:
        sentence = text[start:end]
        if len(sentence) > 600:
            continue
        for pattern in (_EXCLUDES, _OUT):
            for match in pattern.finditer(sentence):
                if not _NO_SUBJECT.match(match["what"]):
                    found.append((match["what"], quoter.quote(start, end)))
    return found
