"""Makes dates of what a document says of deadlines: "by Friday", "within two weeks", "by 1 December".

The time is given, never asked for: without it a date that needs it is told in a remark and left out.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from orchestrate_ls.planner.stated.dates import MONTHS, deadlines_in
from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark, StatedDeadline
from orchestrate_ls.planner.stated.quotes import Quoter

_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAY_NAME = re.compile(
    r"(?:(?P<which>this|next|coming|following)\s+)?(?P<day>mon|tues|wednes|thurs|fri|satur|sun)day",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?P<part>end|middle|mid|early|late|beginning|start)[\s-]*(?:of\s+)?(?:(?P<which>the|this|next)\s+)?(?P<unit>\w+)"
    r"(?:\s+(?P<more>\w+))?",
    re.IGNORECASE,
)
_QUARTER = re.compile(r"q(?P<number>[1-4])(?:\s+(?P<year>\d{4}))?", re.IGNORECASE)
_MONTH = re.compile(rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?(?:\s+(?P<year>\d{{4}}))?$", re.IGNORECASE)


def add_deadlines(facts: Facts, quoter: Quoter, start: int, end: int, step: int | None) -> bool:
    """Add what text[start:end] says of deadlines, of a step or of all the work; whether it says anything."""
    text = quoter.text
    found = deadlines_in(text, start, end)
    if not found and step is not None:
        found = deadlines_in(f"{' ' * (start - 4)}due {text[start:end]}", max(0, start - 4), end)
    for said in found:
        words = text[said.start : said.end].strip()
        facts.deadlines.append(
            StatedDeadline(
                words,
                quoter.quote(start, end),
                step,
                said.year,
                said.month,
                said.day,
                said.within,
                said.vague,
            )
        )
    return bool(found)


def settle_deadlines(facts: Facts, now: date | None) -> None:
    """Give every deadline its date as seen from `now`, and say where that cannot be done."""
    settled: list[StatedDeadline] = []
    for deadline in facts.deadlines:
        if deadline.year is not None:
            settled.append(deadline)
            continue
        when = None if now is None else _date(deadline, facts, now)
        if when is not None:
            settled.append(replace(deadline, year=when.year, month=when.month, day=when.day))
            continue
        settled.append(deadline)
        if now is None and deadline.within is not None:
            continue
        if now is None:
            message = f'"{deadline.text}" is no full date without today\'s, so the plan has no date for it'
            hint = "give the date to count from with --now YYYY-MM-DD, or write the date in full"
        else:
            message = f'it is not clear which date "{deadline.text}" is, so the plan has none for it'
            hint = "write the date in full, for example 2027-01-31"
        facts.remarks.append(Remark(Gravity.WARNING, "no-date", message, (deadline.quote,), hint))
    facts.deadlines = settled
    if now is not None and facts.start is None and any(deadline.year for deadline in settled):
        facts.start = now.isoformat()


def _date(deadline: StatedDeadline, facts: Facts, now: date) -> date | None:
    try:
        if deadline.within is not None:
            return _after(facts, deadline, now)
        if deadline.month is not None and deadline.day is not None:
            return _next(now, deadline.month, deadline.day)
        return _vague(deadline.vague, now, facts.calendar.days_per_week > 5)
    except (OverflowError, ValueError):
        return None


def _after(facts: Facts, deadline: StatedDeadline, now: date) -> date | None:
    """The day on which a length from now ends: weeks and months by the calendar, days as working days."""
    if deadline.within is None:
        return None
    when = now
    for amount, unit in deadline.within.parts:
        if unit in ("w", "mo", "y"):
            days = {"w": 7, "mo": 30, "y": 365}[unit]
            if unit == "mo" and amount.denominator == 1:
                when = _add_months(when, int(amount))
                continue
            when += timedelta(days=int(amount * days))
        elif unit == "d":
            left = int(amount)
            if facts.calendar.days_per_week > 5:
                when += timedelta(days=left)
                continue
            weeks, left = divmod(left, 5)
            when += timedelta(weeks=weeks)
            while left:
                when += timedelta(days=1)
                left -= when.weekday() < 5
        elif amount * {"s": 1, "m": 60, "h": 3600}[unit] > 86400:
            when += timedelta(seconds=int(amount * {"s": 1, "m": 60, "h": 3600}[unit]))
    return when


def _next(now: date, month: int, day: int) -> date | None:
    for year in range(now.year, now.year + 9):
        try:
            when = date(year, month, day)
        except ValueError:
            continue
        if when >= now:
            return when
    return None


def _vague(words: str, now: date, is_weekend_worked: bool) -> date | None:
    words = " ".join(words.lower().split()).removeprefix("the ")
    if words in ("today", "tonight", "eod", "end of day", "end of the day"):
        return now
    if words == "tomorrow":
        return now + timedelta(days=1)
    if words in ("eow", "end of week"):
        words = "end of the week"
    last_day = 6 if is_weekend_worked else 4
    monday = now - timedelta(days=now.weekday())
    if match := _DAY_NAME.fullmatch(words):
        number = _WEEKDAYS.index(match["day"][:3])
        if match["which"] == "next":
            return monday + timedelta(days=7 + number)
        return now + timedelta(days=(number - now.weekday()) % 7)
    if words == "next week":
        return monday + timedelta(days=7 + last_day)
    if words == "next month":
        return _month_end(_add_months(now.replace(day=1), 1))
    if match := _QUARTER.search(words):
        year = int(match["year"] or now.year)
        when = _month_end(date(year, 3 * int(match["number"]), 1))
        return when if match["year"] or when >= now else _month_end(date(year + 1, when.month, 1))
    if match := _MONTH.fullmatch(words):
        number = MONTHS[match["month"].lower()[:3]]
        return date(int(match["year"]), number, 1) if match["year"] else _next(now, number, 1)
    return _part(words, now, monday, last_day)


def _part(words: str, now: date, monday: date, last_day: int) -> date | None:
    """Read "end of next week", "mid January"."""
    match = _PART.fullmatch(words)
    if match is None:
        return None
    unit, part, later = match["unit"], match["part"], match["which"] == "next"
    if unit == "week" and match["more"] is None:
        return monday + timedelta(days=(7 if later else 0) + {"end": last_day, "late": last_day}.get(part, 2))
    first: date | None = None
    if unit == "month":
        first = _add_months(now.replace(day=1), 1 if later else 0)
    elif unit == "year":
        return date(now.year + later, 12, 31) if part == "end" else None
    elif unit[:3] in MONTHS and (named := _MONTH.fullmatch(unit)):
        number = MONTHS[named["month"].lower()[:3]]
        year = int(match["more"]) if (match["more"] or "").isdigit() else now.year + (number < now.month)
        first = date(year, number, 1)
    if first is None:
        return None
    if part in ("end", "late"):
        return _month_end(first)
    return first.replace(day={"mid": 15, "middle": 15, "early": 10}.get(part, 1))


def _month_end(when: date) -> date:
    return when.replace(day=monthrange(when.year, when.month)[1])


def _add_months(when: date, months: int) -> date:
    total = when.year * 12 + when.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(when.day, monthrange(year, month + 1)[1]))
