"""Reads dates and deadlines: "by 1 December", "due 2026-12-01", "within two weeks", "we have 3 days".

No clock: a date without a year stays without one until somebody who knows the time gives it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from orchestrate_ls.planner.stated.durations import Length, durations_in

MONTHS: dict[str, int] = {
    name: i
    for i, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
"""The months by their first three letters."""
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = (
    r"(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:the\s+)?"
    r"(?:(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH.format('n2')}(?:,?\s+(?P<y2>\d{{4}}))?"
    rf"|{_MONTH.format('n3')}\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<y3>\d{{4}}))?"
    r"|(?P<d4>\d{1,2})\.(?P<m4>\d{1,2})\.(?P<y4>\d{4})))"
)
_VAGUE = (
    r"(?P<vague>(?:end of|the end of|mid|early|late)\s+(?:(?:the|this|next)\s+)?\w+(?:\s+\d{4})?|next\s+\w+|eod|eow"
    r"|tomorrow|tonight|today|(?:this|coming)\s+\w+day"
    rf"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|q[1-4](?:\s+\d{{4}})?"
    rf"|{_MONTH.format('n5')}(?:\s+\d{{4}})?)"
)
_MARK = (
    r"(?:by|due(?:\s+(?:on|by|date))?:?|deadline(?:\s+(?:for|of)\s+[^.:;\n]{1,80}?\s*(?::|\bis\b))?"
    r"(?:\s+(?:is|of))?:?|until|no\s+later\s+than"
    r"|not\s+later\s+than|before|(?:at\s+the\s+)?latest(?:\s+(?:by|on))?|on)"
)
_BY = re.compile(rf"\b(?P<mark>{_MARK})\s+(?:{_DATE}|{_VAGUE})(?!\w)", re.IGNORECASE)
_START = re.compile(
    rf"\b(?:start(?:s|ing|ed)?|begin(?:s|ning)?|kick-?off|from)(?:\s+(?:date|work|is|on|:"
    rf"|the\s+\w+))*:?\s+{_DATE}(?!\w)",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\b(?:within|in\s+(?:under|less\s+than|at\s+most|no\s+more\s+than|the\s+next)"
    r"|in\s+the\s+course\s+of|no\s+(?:longer|more)\s+than|at\s+most|a\s+maximum\s+of"
    r"|(?:we|i|you)\s+(?:only\s+)?have(?:\s+only|\s+just|\s+got)?|deadline\s*(?:is|of"
    r"|:)?(?:\s+in)?|due\s+in|done\s+in|finished\s+in|completed\s+in|ready\s+in"
    r"|time\s+limit(?:\s+is|\s+of|:)?|not\s+take\s+(?:more|longer)\s+than"
    r"|must\s+take\s+less\s+than|take\s+at\s+most)\s*(?:only\s+|just\s+|at\s+most\s+"
    r"|the\s+next\s+|a\s+total\s+of\s+)?$",
    re.IGNORECASE,
)
_DEADLINE_AFTER = re.compile(
    r"[\s-]*(?:deadline|time\s+limit|limit|left\b|to\s+(?:finish|complete|do|get))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date at text[start:end]; year None when not said. A vague one ("Friday") has neither month nor day."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    within: Length | None = None
    vague: str = ""


def deadlines_in(text: str, start: int, end: int) -> list[SaidDate]:
    """Dates after "by", "due" and the like, and lengths after "within"."""
    found: list[SaidDate] = []
    for match in _BY.finditer(text, start, end):
        if match["mark"].lower() in ("before", "until", "on") and match["vague"]:
            continue
        if match["mark"].lower() == "on":
            continue
        said = _date(match)
        if said is not None:
            found.append(said)
    for duration in durations_in(text, start, end):
        before = text[max(start, duration.start - 60) : duration.start]
        opening = _WITHIN.search(before)
        closing = _DEADLINE_AFTER.match(text, duration.end, min(end, duration.end + 30))
        if opening is None and closing is None:
            continue
        if (
            closing is not None
            and opening is None
            and not re.search(r"deadline|limit|left", closing.group(), re.IGNORECASE)
        ):
            continue
        first = duration.start - (len(before) - opening.start() if opening else 0)
        found.append(
            SaidDate(
                first, closing.end() if closing else duration.end, None, None, None, duration.lengths[-1]
            )
        )
    return found


def start_in(text: str, start: int, end: int) -> SaidDate | None:
    """The date on which work is said to start."""
    match = _START.search(text, start, end)
    return _date(match) if match is not None else None


def _date(match: re.Match[str]) -> SaidDate | None:
    groups = match.groupdict()
    if groups.get("vague"):
        return SaidDate(match.start(), match.end(), None, None, None, None, groups["vague"])
    for n in "1234":
        day = groups.get(f"d{n}")
        if day is None:
            continue
        name = groups.get(f"n{n}")
        month = MONTHS[name.lower()[:3]] if name else int(groups[f"m{n}"] or 0)
        year = groups.get(f"y{n}")
        try:
            date(int(year) if year else 2024, month, int(day))
        except ValueError:
            return None
        return SaidDate(match.start(), match.end(), int(year) if year else None, month, int(day))
    return None
