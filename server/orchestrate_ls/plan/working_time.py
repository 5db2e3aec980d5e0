"""From working time to dates: when so many working seconds after the plan's start are over. Pure; knows no tasks."""

from __future__ import annotations

from datetime import datetime, timedelta

from orchestrate_ls.plan.duration import Calendar


def moment_after(start: datetime, seconds: int, calendar: Calendar) -> datetime:
    """The moment at which ``seconds`` of working time from ``start`` on are over.

    Every working day begins at the time of day of ``start`` (in its own offset from UTC) and lasts the calendar's
    ``hours_per_day``. The working days of a week are its first ``days_per_week`` days from Monday on; of a fractional
    count the last day is shorter. A start outside of them counts as the next Monday. Work that fills a day ends with
    that day, not with the beginning of the next. Holidays and changes to summer time are not known here.

    Raises ``OverflowError`` beyond the year 9999.
    """
    monday = start - timedelta(days=start.weekday())
    worked = start.weekday() * calendar.day_seconds
    if worked >= calendar.week_seconds:
        monday += timedelta(weeks=1)
        worked = 0
    if seconds == 0:
        return monday + timedelta(days=worked // calendar.day_seconds)
    weeks, rest = divmod(worked + seconds, calendar.week_seconds)
    if rest == 0:
        weeks, rest = weeks - 1, calendar.week_seconds
    days, rest = divmod(rest, calendar.day_seconds)
    if rest == 0:
        days, rest = days - 1, calendar.day_seconds
    return monday + timedelta(weeks=weeks, days=days, seconds=rest)
