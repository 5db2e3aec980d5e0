"""Working times against a walk over every minute: days off, summer time, night shifts, thirty years on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.plan.duration import Calendar, DurationError
from orchestrate_ls.plan.working_hours import (
    ALWAYS,
    DAY,
    WEEK,
    WorkingHours,
    parse_days,
    parse_days_off,
    parse_hours,
    usual_week,
    week_of,
    zone_named,
)
from orchestrate_ls.plan.working_time import WorkingTime, moment_after

HOUR = 3600
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFICE = WorkingHours(week_of([(9 * HOUR, 17 * HOUR)], range(5)))

hours = st.lists(
    st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda pair: pair[0] != pair[1]),
    min_size=1,
    max_size=3,
).map(lambda pairs: [(start * HOUR, end * HOUR) for start, end in pairs])
days_off = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 20)).map(
        lambda pair: (
            date(2026, 11, 10) + timedelta(days=pair[0]),
            date(2026, 11, 10) + timedelta(days=sum(pair)),
        )
    ),
    max_size=3,
)
calendars = st.builds(
    lambda windows, days, zone, off: WorkingHours(week_of(windows, days), zone, tuple(off)),
    hours,
    st.sets(st.integers(0, 6), min_size=1),
    st.sampled_from([None, "+05:00", "-08:00"]),
    days_off,
)
starts = st.integers(0, 24 * 20).map(lambda hour: datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour))


def works_at(calendar: WorkingHours, moment: datetime) -> bool:
    """Straight from what the calendar says, whole hours only."""
    local = moment.astimezone(zone_named(calendar.zone) if calendar.zone else UTC)
    if any(first <= local.date() <= last for first, last in calendar.off):
        return False
    second = local.weekday() * DAY + local.hour * HOUR
    return any(start <= second < end or start <= second + WEEK < end for start, end in calendar.week)


@settings(max_examples=60)
@given(calendars, starts)
def test_work_is_done_when_the_calendar_says(calendar: WorkingHours, start: datetime) -> None:
    time = WorkingTime(start, calendar)
    work = 0
    for hour in range(24 * 15):
        assert time.work_before(hour * HOUR) == work
        if works_at(calendar, start + timedelta(hours=hour)):
            assert time.next_working(hour * HOUR) == hour * HOUR
            assert time.moment(work + 1) == hour * HOUR + 1
            work += HOUR
            assert time.moment(work) == (hour + 1) * HOUR


@settings(max_examples=60)
@given(calendars, starts, st.integers(0, 10**10), st.integers(0, 10**9))
def test_finishes_and_starts_are_each_others_inverse(
    calendar: WorkingHours, start: datetime, moment: int, duration: int
) -> None:
    time = WorkingTime(start, calendar)
    begin = time.next_working(moment)
    finish = time.finish(begin, duration)
    assert finish >= begin + duration
    assert time.work_before(finish) - time.work_before(begin) == duration
    latest = time.latest_start(finish, duration)
    assert time.finish(time.next_working(latest), duration) >= finish
    assert latest <= begin
    done = 0
    for first, last in islice(time.windows(begin), 5):
        assert time.next_working(max(first, begin)) == max(first, begin)
        done += last - max(first, begin)
        assert time.work_before(last) - time.work_before(begin) == done


def test_office_hours() -> None:
    time = WorkingTime(MONDAY, OFFICE)
    assert time.finish(0, 8 * HOUR) == 8 * HOUR
    assert time.finish(0, 9 * HOUR) == 25 * HOUR
    assert time.finish(0, 40 * HOUR) == 4 * DAY + 8 * HOUR
    assert time.finish(0, 41 * HOUR) == WEEK + HOUR
    assert time.next_working(8 * HOUR) == DAY
    assert WorkingTime(MONDAY, ALWAYS).finish(5, 10**9) == 10**9 + 5


def test_summer_time_and_days_off() -> None:
    start = datetime(2026, 3, 27, 12, tzinfo=zone_named("Europe/Berlin"))  # a Friday; clocks change on Sunday
    berlin = WorkingHours(OFFICE.week, "Europe/Berlin")
    time = WorkingTime(start, berlin)
    monday = time.finish(0, 6 * HOUR)  # five hours on Friday, one on Monday
    assert monday == 3 * DAY - 2 * HOUR - HOUR  # Monday 10:00, an hour less than the clocks show
    later = WorkingTime(start, berlin.without([(date(2026, 3, 30), date(2026, 4, 5))]))
    assert later.finish(0, 6 * HOUR) == monday + WEEK


@settings(max_examples=100)
@given(
    st.floats(0.5, 24),
    st.floats(0.5, 7),
    st.integers(0, 10**7),
    st.integers(0, 6 * 24 - 1),
    st.integers(-11, 11),
)
def test_the_usual_week_is_that_of_plans_without_hours(
    per_day: float, per_week: float, seconds: int, hour: int, offset: int
) -> None:
    calendar = Calendar(round(per_day, 1), round(per_week, 1))
    start = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=offset)))
    time = WorkingTime(start, WorkingHours(usual_week(calendar, 9 * HOUR)))
    if per_day <= 12 and seconds:
        assert start + timedelta(seconds=time.moment(seconds)) == moment_after(start, seconds, calendar)


def test_a_calendar_without_work_for_longer_than_anybody_counts() -> None:
    never = OFFICE.without([(date(2026, 1, 1), date(9999, 12, 31))])
    assert WorkingTime(MONDAY, never).finish(0, HOUR) > 29 * 365 * DAY


def test_what_is_written() -> None:
    assert parse_hours("9-17") == parse_hours("09:00 - 17:00") == (9 * HOUR, 17 * HOUR)
    assert parse_days("mon-fri") == (0, 1, 2, 3, 4)
    assert parse_days("Saturday") == (5,)
    assert parse_days("sat-mon") == (5, 6, 0)
    assert parse_days_off("2026-12-24/2026-12-31") == (date(2026, 12, 24), date(2026, 12, 31))
    assert parse_days_off("2026-12-24") == (date(2026, 12, 24), date(2026, 12, 24))
    assert week_of([(22 * HOUR, 6 * HOUR)], [6]) == ((6 * DAY + 22 * HOUR, 7 * DAY + 6 * HOUR),)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_hours, "09:00"),
        (parse_hours, "09:61-10:00"),
        (parse_hours, "25-26"),
        (parse_hours, "9-9"),
        (parse_days, "someday"),
        (parse_days, "mon-tue-wed"),
        (parse_days_off, "2026-02-30"),
        (parse_days_off, "2026-12-31/2026-12-24"),
        (parse_days_off, "Christmas"),
        (zone_named, "Europe/Nowhere"),
        (zone_named, "../../etc/passwd"),
    ],
)
def test_what_is_written_wrong(parse: object, text: str) -> None:
    with pytest.raises(DurationError):
        parse(text)  # type: ignore[operator]
