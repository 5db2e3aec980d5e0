"""Working calendars as they are written: hours of the day, days of the week, a time zone, and days off.

Pure and without a plan's start; ``working_time`` makes times of them. Errors say what is wrong and what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeAlias

from orchestrate_ls.plan.duration import Calendar, DurationError
from orchestrate_ls.text.display import shown

DAY: Final = 86_400
WEEK: Final = 7 * DAY
ROUND_THE_CLOCK: Final = "round-the-clock"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Window: TypeAlias = tuple[int, int]
"""From and up to, in seconds."""
DaysOff: TypeAlias = tuple[date, date]
"""The first and the last day off."""

_HOURS: Final = re.compile(
    r"\s*([0-9]{1,2})(?::([0-9]{2}))?\s*(?:-|\u2013|to)\s*([0-9]{1,2})(?::([0-9]{2}))?\s*"
)
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATES: Final = re.compile(rf"\s*({_DATE})\s*(?:(?:/|\.\.|\s-\s|\u2013|to)\s*({_DATE}))?\s*")
_OFFSET: Final = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When work is done.

    Attributes
    ----------
    week
        The working times of a week in seconds from Monday, 0:00, in order and apart from each other. The last may end
        in the next week.
    zone
        Name of the time zone; None for that of the plan's start.
    off
        Days without work, whatever the week says.
    """

    week: tuple[Window, ...]
    zone: str | None = None
    off: tuple[DaysOff, ...] = ()

    def without(self, off: Iterable[DaysOff]) -> WorkingHours:
        """The same with more days off."""
        more = tuple(off)
        return replace(self, off=(*self.off, *more)) if more else self

    @property
    def days_per_week(self) -> int:
        """How many days of the week have working hours."""
        return len({start // DAY for start, _ in self.week})

    @property
    def hours_per_day(self) -> float:
        """Working hours of a working day, on average."""
        return sum(end - start for start, end in self.week) / 3600 / self.days_per_week


ALWAYS: Final = WorkingHours(((0, WEEK),))


def week_of(hours: Iterable[Window], days: Iterable[int]) -> tuple[Window, ...]:
    """The working times of a week from those of a day; hours that end before they begin go on to the next day."""
    windows: list[Window] = sorted(
        (day * DAY + start, day * DAY + end + (DAY if end <= start else 0))
        for day in set(days)
        for start, end in hours
    )
    merged: list[Window] = []
    for start, end in windows:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    if merged and merged[-1][1] - WEEK > merged[0][0]:
        # Sunday's night shift runs into Monday's: Monday's begins where it ends.
        end = merged[-1][1] - WEEK
        if end >= merged[0][1] and len(merged) > 1:
            del merged[0]
        elif len(merged) > 1:
            merged[0] = (end, merged[0][1])
        else:
            return ((0, WEEK),)
    return tuple(merged)


def usual_week(calendar: Calendar, time_of_day: int) -> tuple[Window, ...]:
    """The week of a plan that gives only how long days and weeks are: days begin at a time of day, in seconds.

    The working days are the first of the week from Monday on; of a fractional count the last day is shorter.
    """
    length = calendar.day_seconds
    windows: list[Window] = []
    left = calendar.week_seconds
    day = 0
    while left > 0 and day < len(DAYS):
        start = day * DAY + time_of_day
        windows.append((start, start + min(length, left)))
        left -= length
        day += 1
    return tuple(windows)


def parse_hours(value: str) -> Window:
    """``09:00-17:00`` in seconds of the day. Raises ``DurationError``."""
    match = _HOURS.fullmatch(value) if len(value) <= 40 else None
    if match is None:
        raise DurationError(
            f"`{shown(value, 40)}` is no working time", "write from when to when, for example `09:00-17:00`"
        )
    start, end = (
        int(hour) * 3600 + int(minute or 0) * 60
        for hour, minute in ((match[1], match[2]), (match[3], match[4]))
    )
    if any(int(minute or 0) > 59 for minute in (match[2], match[4])) or start >= DAY or end > DAY:
        raise DurationError(
            f"`{shown(value, 40)}` has a time that no day has",
            "hours go from 00:00 to 24:00, for example `09:00-17:00`",
        )
    if start == end:
        raise DurationError(
            f"`{shown(value, 40)}` ends when it begins", "write `00:00-24:00` for the whole day"
        )
    return start, end


def apart(windows: Iterable[Window]) -> bool:
    """Whether the hours of a day do not overlap."""
    return all(one[1] <= other[0] for one, other in pairwise(sorted(windows)))


def parse_days(value: str) -> tuple[int, ...]:
    """``mon`` or ``mon-fri`` as numbers from Monday, 0. Raises ``DurationError``."""
    names = [part.strip().lower()[:3] for part in value.split("-")] if len(value) <= 40 else []
    words = [part.strip().lower() for part in value.split("-")]
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if (
        not 1 <= len(names) <= 2
        or any(name not in DAYS for name in names)
        or not all(word in DAYS or word in full for word in words)
    ):
        raise DurationError(
            f"`{shown(value, 40)}` is no day of the week",
            f"the days are {', '.join(f'`{day}`' for day in DAYS)}",
        )
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    return tuple(range(first, last + 1)) if first <= last else (*range(first, 7), *range(last + 1))


def parse_days_off(value: str) -> DaysOff:
    """``2026-12-24`` or ``2026-12-24/2026-12-31``, both days included. Raises ``DurationError``."""
    match = _DATES.fullmatch(value) if len(value) <= 40 else None
    try:
        if match is not None:
            first = date.fromisoformat(match[1])
            last = date.fromisoformat(match[2]) if match[2] is not None else first
            if last < first:
                raise DurationError(
                    f"`{shown(value, 40)}` ends before it begins", "write the first day first"
                )
            return first, last
    except ValueError as error:
        if isinstance(error, DurationError):
            raise
    raise DurationError(
        f"`{shown(value, 40)}` is no day and no range of days",
        "write it like `2026-12-24` or `2026-12-24/2026-12-31`",
    )


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo:
    """A time zone by its name in the time-zone database, or an offset such as ``+01:00``. Raises ``DurationError``."""
    if name.upper() in ("UTC", "Z"):
        return UTC
    if (match := _OFFSET.fullmatch(name)) is not None and int(match[2]) < 24 and int(match[3]) < 60:
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(-offset if match[1] == "-" else offset)
    from zoneinfo import ZoneInfo

    try:
        if len(name) <= 60:
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    raise DurationError(
        f"there is no time zone `{shown(name, 40)}` on this machine",
        "write a name such as `Europe/Berlin`, or an offset such as `+01:00`",
    )
