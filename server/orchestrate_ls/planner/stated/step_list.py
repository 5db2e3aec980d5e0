"""Decides which of a document's lists is the list of steps, if there is one.

A list of features, of rules or of open questions is none. Knows headings and marks, not what steps say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from orchestrate_ls.planner.stated.cues import says_order
from orchestrate_ls.planner.stated.document import Document, Heading, Item
from orchestrate_ls.planner.stated.durations import durations_in
from orchestrate_ls.planner.stated.people import named_first, says_who_will

_STEPS_HEADING = re.compile(
    r"\b(?:steps?|tasks?|to-?dos?|action items?|actions|plan|procedure|instructions"
    r"|implementation|milestones?|phase|phases|stage|sprint|work ?items?|work breakdown"
    r"|activities|next steps|roadmap|checklist|how to|agenda for|schedule|method|directions"
    r"|process|workflow|backlog|deliverables|day \d|week \d)\b",
    re.IGNORECASE,
)
_OTHER_HEADING = re.compile(
    r"\b(?:features?|requirements?|goals?|non-goals?|objectives?|scope|constraints?|rules?"
    r"|order(?:ing)?|dependenc(?:y|ies)|risks?|acceptance|criteria|questions?|notes?"
    r"|background|context|motivation|assumptions?|reproduce|expected|actual|"
    r"environment|references?|links|summary|overview|attendees|participants|decisions?"
    r"|ingredients|materials|tools|tech(?:nical|nology)? stack|technolog(?:y|ies)|users?"
    r"|personas?|metrics|success|out of scope|faq|glossary|capacity|calendar|people|team"
    r"|sequence|verification|who)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:steps? to reproduce|reproduc\w+|open questions|non-goals?|out of scope"
    r"|acceptance criteria|success criteria|order(?:ing)?(?: of| constraints?| rules?)"
    r"|constraints?|dependencies|requirements|key features|user stories)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:steps?|tasks?)\s+#?(?:\d|[a-z]\b|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"|[\"“'‘][^\"”'’]{3,}[\"”'’]",
    re.IGNORECASE,
)
_NO_STEP = re.compile(
    r"[\s*_]*(?:decisions?|decided|agreed|agreement|parking\s+lot|open\s+(?:question|point|issue)s?|questions?|fyi|info"
    r"|outcome|concerns?|blockers?)[*_]*\s*:",
    re.IGNORECASE,
)
_MOST_JUDGED = 300
"""Items of a list that are looked at; the others will be like them."""
_PHASE = re.compile(
    r"\b(?:phase|stage|milestone|sprint|week|day|part|iteration|step)\s+#?(?:\d+|[ivx]+\b|one"
    r"|two|three|four|five|a\b|b\b)",
    re.IGNORECASE,
)


def steps_of(document: Document) -> list[Item]:
    """The items that are the document's steps, in order; empty if it lists none."""
    text = document.text
    headings = _heading_steps(document)
    lists: list[list[Item]] = []
    top = [item for item in document.items if item.parent is None]
    for _, group in groupby(top, key=lambda item: (item.list_number, item.named, _is_numbered(item))):
        lists.append(list(group))
    scored = [(_score(text, items), items) for items in lists]
    best = max((score for score, _ in scored), default=0)
    if headings and best < 90:
        return headings
    if best <= 0:
        return []
    if best >= 60:
        # Several lists of steps, such as one for each phase, make one plan.
        chosen: list[list[Item]] = []
        for score, items in scored:
            if (score >= 60 and score >= best - 30) or (score > 0 and chosen and _goes_on(chosen[-1], items)):
                chosen.append(items)
    else:
        chosen = [next(items for score, items in scored if score == best)]
    if len(chosen) == 1 and len(chosen[0]) < 2:
        return headings
    return [item for items in chosen for item in items]


def _goes_on(before: list[Item], items: list[Item]) -> bool:
    """Whether a list's numbers go on where those of the list before it end, be it only one more step."""
    last, first = before[-1].label or "", items[0].label or ""
    return last.isdigit() and first.isdigit() and int(first) == int(last) + 1


def says_who_does_what(text: str, items: Sequence[Item]) -> bool:
    """Whether a list tells of people and what each is to do, as action items do."""
    bodies = [text[item.start : item.end] for item in items[:_MOST_JUDGED]]
    told = sum(map(says_who_will, bodies))
    return told > 1 and sum(named_first(body) is not None for body in bodies) * 2 >= len(bodies)


def is_no_step(text: str, item: Item) -> bool:
    """Whether an item among action items is something else: a decision, an open question."""
    return _NO_STEP.match(text, item.start, item.end) is not None


def is_phase(text: str, heading: Heading | None) -> bool:
    """Whether a heading names a phase, so that what stands under the next one comes after it."""
    return heading is not None and _PHASE.search(text, heading.start, heading.end) is not None


def _is_numbered(item: Item) -> bool:
    return item.label is not None


def _score(text: str, items: list[Item]) -> int:
    heading = items[0].heading
    words = text[heading.start : heading.end] if heading is not None else ""
    items = items[:_MOST_JUDGED]
    bodies = [text[item.start : item.end] for item in items]
    count = len(items)
    references = sum(
        len(_REFERENCE.findall(body)) > 1 and says_order(body) and not durations_in(body) for body in bodies
    )
    if references * 2 > count:
        return 0
    named = any(item.named for item in items)
    timed = sum(
        bool(durations_in(body)) or any(durations_in(text[a:b]) for a, b in item.body)
        for item, body in zip(items, bodies, strict=True)
    )
    boxed = any(item.ticked is not None for item in items)
    if named:
        return 100
    if _NEVER.search(words) and not (timed * 2 >= count and _is_numbered(items[0])):
        return 0
    score = 0
    about_steps = _STEPS_HEADING.search(words) is not None
    about_others = _OTHER_HEADING.search(words) is not None and not (
        heading is not None and heading.level == 1
    )
    if about_steps and not (about_others and not _STEPS_HEADING.search(words.split(":")[0])):
        score += 60
    elif about_others:
        score -= 60
    if says_who_does_what(text, items):
        score += 60
    if _is_numbered(items[0]):
        score += 40 if count > 1 else 10
    if boxed:
        score += 60
    if timed * 2 >= count:
        score += 50
    elif timed:
        score += 10
    return score if count > 1 or score >= 90 else min(score, 60)


def _heading_steps(document: Document) -> list[Item]:
    """Take "### Step 1: Boil water" with text below: each such heading is a step, the text its details."""
    text = document.text
    pattern = re.compile(
        r"(?:(?:step|task)\s+(?P<a>\d{1,3}(?:\.\d{1,2})*)\s*[:.)–—-]*"
        r"|(?P<b>\d{1,3}(?:\.\d{1,2})*)[.):]+|T(?P<c>\d{1,3})[.:)]+)\s*",
        re.IGNORECASE,
    )
    found: list[Item] = []
    for heading in document.headings:
        match = pattern.match(text, heading.start, heading.end)
        if match is None or heading.level > 6 or match.end() >= heading.end:
            continue
        label = match["a"] or match["b"] or match["c"]
        item = Item(match.end(), heading.end, heading.start, 0, label, True, None, None, None, 0)
        for paragraph in document.paragraphs:
            if paragraph.heading is heading:
                item.body += paragraph.lines
        for other in document.items:
            if other.heading is heading:
                item.body.append((other.start, other.end))
        found.append(item)
    return found if len(found) > 1 else []
