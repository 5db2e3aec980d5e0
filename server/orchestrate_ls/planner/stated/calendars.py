"""Reads what a day, a week, a month is worth ("a day has 24 hours", "6-hour days", "24/7"), and turns said
durations into seconds and into the plan's notation.

A month is four weeks and a year 365 days (52 working weeks) unless the document says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from orchestrate_ls.planner.stated.durations import WHOLE_NUMBERS, Length
from orchestrate_ls.planner.stated.quotes import Quote, Quoter

_NUMBER = rf"(?P<n>\d{{1,3}}(?:\.\d{{1,3}})?|{'|'.join(WHOLE_NUMBERS)})"
_HAS = (
    r"\s+(?:(?:here|there|always|only|each|usually|normally|also)\s+)*"
    r"(?:has|have|is|are|means?|counts?(?:\s+as)?|lasts?|equals?|consists?\s+of|=|comprises?|contains?|of)\s+"
    r"(?:(?:taken|counted|treated|understood|meant|to\s+be|as|exactly|always|only|about|with|just)\s+){0,3}"
)
_WORKING = r"(?:(?:working|work|business|calendar)\s+)?"
_DAY = re.compile(
    rf"\b{_WORKING}(?:days?|workdays?){_HAS}{_NUMBER}[\s-]*(?:{_WORKING}hours?|hrs?|h)\b"
    rf"|\b(?P<m>\d{{1,2}}(?:\.\d+)?|{'|'.join(WHOLE_NUMBERS)})[\s-]*(?:hours?|hrs?"
    rf"|h)[\s-]+(?:(?:working|work|long)[\s-]+)?days?\b"
    rf"|\b(?P<k>\d{{1,2}}(?:\.\d+)?|{'|'.join(WHOLE_NUMBERS)})\s+(?:working\s+)?hours\s+(?:a"
    rf"|per|each|every|in\s+a)\s+day\b",
    re.IGNORECASE,
)
_WEEK = re.compile(
    rf"\b{_WORKING}weeks?(?:{_HAS}|\s+){_NUMBER}[\s-]*{_WORKING}days?\b"
    rf"|\b(?P<m>\d|{'|'.join(WHOLE_NUMBERS)})[\s-]*days?[\s-]+(?:(?:working|work)[\s-]+)?weeks?\b"
    rf"|\b(?P<k>\d|{'|'.join(WHOLE_NUMBERS)})\s+(?:working\s+)?days\s+(?:a|per|each|every|in\s+a)\s+week\b",
    re.IGNORECASE,
)
_MAY_HAVE = rf"(?:{_HAS}|\s+)"
_MONTH = re.compile(rf"\bmonths?{_MAY_HAVE}{_NUMBER}\s+{_WORKING}(?P<unit>days?|weeks?)\b", re.IGNORECASE)
_YEAR = re.compile(
    rf"\byears?{_MAY_HAVE}{_NUMBER}\s+{_WORKING}(?P<unit>days?|weeks?|months?)\b", re.IGNORECASE
)
_ALWAYS = re.compile(
    r"(?<![\w/])24\s?/\s?7(?![\w/])|\b(?:around|round)[\s-]the[\s-]clock\b"
    r"|\bday\s+and\s+night\b|\b(?:clock|calendar)\s+time\b"
    r"|\bnights\s+and\s+weekends\s+(?:count|included)\b",
    re.IGNORECASE,
)
_WEEKENDS = re.compile(
    r"\b(?:including|we\s+work\s+(?:on\s+)?|also\s+on)\s*weekends\b|\bseven\s+days\s+a\s+week\b",
    re.IGNORECASE,
)
_SECONDS = {"s": Fraction(1), "m": Fraction(60), "h": Fraction(3600)}


@dataclass(frozen=True, slots=True)
class SaidCalendar:
    """Hours of a day, days of a week, of a month and of a year; `quotes` is where the document says so."""

    hours_per_day: Fraction = Fraction(8)
    days_per_week: Fraction = Fraction(5)
    days_per_month: Fraction | None = None
    days_per_year: Fraction | None = None
    quotes: tuple[Quote, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether the document gives hours or days other than the plan format's own."""
        return (self.hours_per_day, self.days_per_week) != (8, 5)

    @property
    def _day(self) -> Fraction:
        return self.hours_per_day * 3600

    def _unit(self, unit: str) -> Fraction:
        if unit in _SECONDS:
            return _SECONDS[unit]
        if unit == "d":
            return self._day
        if unit == "w":
            return self._day * self.days_per_week
        if unit == "mo":
            return self._day * (self.days_per_month or 4 * self.days_per_week)
        return self._day * (
            self.days_per_year or (365 if self.days_per_week == 7 else 52 * self.days_per_week)
        )

    def seconds(self, length: Length) -> int:
        """Working seconds, to the nearest whole one."""
        return int(
            sum((amount * self._unit(unit) for amount, unit in length.parts), Fraction(0)) + Fraction(1, 2)
        )

    def text(self, length: Length) -> str:
        """The length as a plan writes it, in the document's own unit where the plan format has it."""
        amount, unit = length.parts[0]
        if len(length.parts) == 1 and unit in "smhdw" and amount.denominator == 1 and amount:
            return f"{amount}{unit}"
        return self.notation(self.seconds(length))

    def notation(self, seconds: int) -> str:
        """The seconds as a plan writes them, in the largest units that divide them: `2d`, `1h30m`, `45s`."""
        week, day = self._unit("w"), self._unit("d")
        if seconds >= day and seconds % day == 0:
            days = Fraction(seconds) / day
            if seconds % week == 0 and seconds >= 2 * week:
                return f"{int(seconds / week)}w"
            return f"{int(days)}d"
        hours, rest = divmod(seconds, 3600)
        minutes, rest = divmod(rest, 60)
        days = 0
        if day % 3600 == 0 and hours * 3600 > day:
            days, hours = divmod(hours, int(day) // 3600)
        parts = ((days, "d"), (hours, "h"), (minutes, "m"), (rest, "s"))
        return "".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0m"


def calendar_in(quoter: Quoter, spans: Iterable[tuple[int, int]]) -> SaidCalendar:
    """The calendar these spans of the document state; of several statements of one figure the first counts."""
    day = week = month = year = None
    always = False
    quotes: list[Quote] = []
    for start, end in spans:
        text = quoter.text[start:end]
        if not re.search(r"day|week|clock|24\s?/\s?7|month|year|hour", text, re.IGNORECASE):
            continue
        hit = False
        if (found := _DAY.search(text)) and day is None and 0 < (hours := _figure(found)) <= 24:
            day, hit = hours, True
        if (found := _WEEK.search(text)) and week is None and 0 < (days := _figure(found)) <= 7:
            week, hit = days, True
        if (found := _MONTH.search(text)) and month is None and _figure(found) > 0:
            month, hit = (_figure(found), found["unit"].lower()), True
        if (found := _YEAR.search(text)) and year is None and _figure(found) > 0:
            year, hit = (_figure(found), found["unit"].lower()), True
        if _ALWAYS.search(text):
            always = hit = True
        if _WEEKENDS.search(text) and week is None:
            week, hit = Fraction(7), True
        if hit:
            quotes.append(quoter.quote(start, end))
    if always:
        day, week = day or Fraction(24), week or Fraction(7)
    if week is None:
        # A day of 24 hours is a day on the clock, and such days have no week-end.
        week = Fraction(7) if day == 24 else Fraction(5)
    month_days = None if month is None else month[0] * (week if month[1].startswith("week") else 1)
    year_days = None
    if year is not None:
        per_unit = {"d": Fraction(1), "w": week, "m": month_days or 4 * week}
        year_days = year[0] * per_unit[year[1][0]]
    return SaidCalendar(day or Fraction(8), week, month_days, year_days, tuple(quotes))


def _figure(found: re.Match[str]) -> Fraction:
    groups = found.groupdict()
    word = next(groups[key] for key in ("n", "m", "k") if groups.get(key)).lower()
    return Fraction(WHOLE_NUMBERS[word]) if word in WHOLE_NUMBERS else Fraction(word)
