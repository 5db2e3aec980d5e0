"""From working time to dates: when so many working seconds after the plan's start are over. Pure; knows no tasks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from orchestrate_ls.plan.duration import Calendar
from orchestrate_ls.plan.working_hours import WEEK, WorkingHours, zone_named

_MOST_WEEKS: Final = 30 * 52
_LAST_DAY: Final = date.max - timedelta(days=1)


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


class WorkingTime:
    """When work is done, as seconds from a start: how much is done by some time, and when so much is done.

    All in whole seconds from ``start``, through changes to summer time and over days off. Weeks are worked out as far
    as anybody asks; after thirty years all are alike. Asking changes nothing that can be seen from outside.
    """

    __slots__ = (
        "_cycle",
        "_done",
        "_ends",
        "_following",
        "_horizon",
        "_monday",
        "_off",
        "_pattern",
        "_start",
        "_starts",
        "_week",
        "_zone",
    )

    def __init__(self, start: datetime, hours: WorkingHours) -> None:
        """``start`` has a time zone. Raises ``DurationError`` for a zone that this machine does not know."""
        zone = zone_named(hours.zone) if hours.zone is not None else start.tzinfo or UTC
        self._zone = zone
        self._start = _second_of(start)
        local = start.replace(tzinfo=None)
        if hours.zone is not None:
            with suppress(OverflowError):
                local = start.astimezone(zone).replace(tzinfo=None)
        # A week earlier: last week's night shift may not be over. The first of all days was a Monday.
        monday = max(1, local.toordinal() - local.weekday() - 7)
        self._monday = datetime.fromordinal(monday)
        self._week = 0
        self._pattern = hours.week
        # The same from Monday to Sunday; a night shift of Sunday ends on Monday.
        self._cycle = sorted(
            piece
            for start, end in hours.week
            for piece in ([(start, end)] if end <= WEEK else [(start, WEEK), (0, end - WEEK)])
        )
        self._following = 0
        self._off = sorted(hours.off)
        # Window i lasts from starts[i] up to ends[i], and done[i] seconds are worked before it.
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._done: list[int] = []
        self._horizon: int | None = None

    def work_before(self, moment: int) -> int:
        """Seconds of work that can be done up to a moment."""
        if moment <= 0:
            return 0
        if not self._reaches(moment):
            weeks, rest = divmod(moment - self._end, WEEK)
            return self._total + weeks * self._weekly + self._in_week(rest)
        place = bisect_right(self._starts, moment) - 1
        if place < 0:
            return 0
        return self._done[place] + min(moment, self._ends[place]) - self._starts[place]

    def moment(self, work: int) -> int:
        """The earliest moment by which so many seconds of work can be done."""
        if work <= 0:
            return 0
        while self._total < work and self._horizon is None:
            self._add_week()
        if self._total < work:
            weeks, rest = divmod(work - self._total - 1, self._weekly)
            return self._end + weeks * WEEK + self._week_moment(rest + 1)
        place = bisect_left(self._done, work) - 1
        return self._starts[place] + work - self._done[place]

    def next_working(self, moment: int) -> int:
        """The moment itself, or else the next at which work is done."""
        return max(moment, self.moment(self.work_before(moment) + 1) - 1)

    def finish(self, start: int, duration: int) -> int:
        """When so many seconds of work that begins at a moment are done."""
        return self.moment(self.work_before(start) + duration) if duration else start

    def latest_start(self, finish: int, duration: int) -> int:
        """The earliest moment from which so much work is not finished before a moment."""
        if not duration:
            return finish
        return self.moment(self.work_before(finish - 1) + 1 - duration)

    @property
    def stretch_percent(self) -> int:
        """How long work takes in a usual week, in percent of the work."""
        return 100 * WEEK // self._weekly

    def windows(self, after: int) -> Iterator[tuple[int, int]]:
        """The working times that end after a moment, one by one, without end."""
        self._reaches(after)
        place = bisect_right(self._ends, after)
        while self._horizon is None or place < len(self._starts):
            while place + 1 >= len(self._starts) and self._horizon is None:
                # The last one may go on into the next week.
                self._add_week()
            if place < len(self._starts):
                yield self._starts[place], self._ends[place]
                place += 1
        week = max(0, after - self._end) // WEEK
        while True:
            for start, end in self._cycle:
                if self._end + week * WEEK + end > after:
                    yield self._end + week * WEEK + start, self._end + week * WEEK + end
            week += 1

    @property
    def _total(self) -> int:
        return self._done[-1] + self._ends[-1] - self._starts[-1] if self._done else 0

    @property
    def _end(self) -> int:
        """Where the weeks that are all alike begin."""
        return self._horizon or 0

    @property
    def _weekly(self) -> int:
        return sum(end - start for start, end in self._cycle)

    def _reaches(self, moment: int) -> bool:
        while self._horizon is None and (not self._ends or self._ends[-1] < moment):
            self._add_week()
        return self._horizon is None or moment <= self._horizon

    def _in_week(self, rest: int) -> int:
        return sum(max(0, min(rest, end) - start) for start, end in self._cycle)

    def _week_moment(self, work: int) -> int:
        for start, end in self._cycle:
            if work <= end - start:
                return start + work
            work -= end - start
        raise AssertionError("a week has as much work as its windows")

    def _add_week(self) -> None:
        try:
            monday = self._monday + timedelta(weeks=self._week)
            windows = [
                (self._seconds(first), self._seconds(last))
                for start, end in self._pattern
                for first, last in self._worked(
                    monday + timedelta(seconds=start), monday + timedelta(seconds=end)
                )
            ]
            self._following = self._seconds(monday + timedelta(weeks=1))
        except OverflowError:
            windows, self._week = [], _MOST_WEEKS
        for start, end in windows:
            earliest = self._ends[-1] if self._ends else 0
            begin = max(start, earliest)
            if end <= begin:
                continue
            if self._ends and begin == self._ends[-1]:
                self._ends[-1] = end
            else:
                self._done.append(self._total)
                self._starts.append(begin)
                self._ends.append(end)
        self._week += 1
        if self._week > _MOST_WEEKS:
            self._horizon = max(0, self._following)
            while self._ends and self._ends[-1] > self._horizon:
                # The last night shift; its end belongs to the first of the weeks that are all alike.
                self._ends[-1] = self._horizon
                if self._starts[-1] < self._horizon:
                    break
                del self._ends[-1], self._starts[-1], self._done[-1]

    def _worked(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of a working time without the days off."""
        for first, last in self._off:
            off_from = datetime.combine(first, time())
            off_until = datetime.combine(min(last, _LAST_DAY), time()) + timedelta(days=1)
            if off_until <= start or off_from >= end:
                continue
            if off_from > start:
                yield start, off_from
            start = off_until
            if start >= end:
                return
        yield start, end

    def _seconds(self, local: datetime) -> int:
        return _second_of(local.replace(tzinfo=self._zone)) - self._start


def _second_of(moment: datetime) -> int:
    """Seconds of world time from the first of all days: there may be no `datetime` of it in another zone."""
    offset = moment.utcoffset() or timedelta()
    time_of_day = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return moment.toordinal() * 86_400 + time_of_day - int(offset.total_seconds())
