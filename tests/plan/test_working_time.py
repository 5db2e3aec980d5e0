"""Working time to dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.plan.duration import Calendar
from orchestrate_ls.plan.working_time import moment_after

HOUR = 3600
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "days_later", "hour"),
    [
        (0, 0, 9),
        (1, 0, 10),
        (8, 0, 17),  # a full day ends with the day
        (9, 1, 10),
        (16, 1, 17),
        (40, 4, 17),
        (41, 7, 10),  # over the weekend
        (80, 11, 17),
    ],
)
def test_days_of_eight_hours(hours: int, days_later: int, hour: int) -> None:
    found = moment_after(MONDAY, hours * HOUR, Calendar())
    assert found == MONDAY.replace(hour=hour) + timedelta(days=days_later)


def test_a_start_at_the_weekend_counts_as_monday() -> None:
    saturday = MONDAY - timedelta(days=2)
    for seconds in (0, HOUR, 41 * HOUR):
        assert moment_after(saturday, seconds, Calendar()) == moment_after(MONDAY, seconds, Calendar())


def test_a_start_within_the_week() -> None:
    friday = MONDAY + timedelta(days=4)
    assert moment_after(friday, 8 * HOUR, Calendar()) == friday.replace(hour=17)
    assert moment_after(friday, 9 * HOUR, Calendar()) == MONDAY.replace(hour=10) + timedelta(days=7)


def test_a_fraction_of_a_working_day() -> None:
    half_friday = Calendar(8, 4.5)
    assert moment_after(MONDAY, 36 * HOUR, half_friday) == MONDAY + timedelta(days=4, hours=4)
    assert moment_after(MONDAY, 37 * HOUR, half_friday) == MONDAY + timedelta(days=7, hours=1)


def test_beyond_all_dates() -> None:
    with pytest.raises(OverflowError):
        moment_after(MONDAY, 10**12, Calendar())


starts = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=2)))
)
calendars = st.builds(
    Calendar, st.sampled_from([0.5, 6, 7.5, 8, 24]), st.sampled_from([0.5, 1, 4, 4.5, 5, 7])
)


@given(starts, st.integers(0, 10**7))
def test_without_breaks_it_is_plain_time(start: datetime, seconds: int) -> None:
    assert moment_after(start, seconds, Calendar(24, 7)) == start + timedelta(seconds=seconds)


@given(starts, calendars, st.integers(0, 10**7), st.integers(1, 10**5))
def test_more_work_ends_later_and_never_faster_than_time(
    start: datetime, calendar: Calendar, seconds: int, more: int
) -> None:
    first, second = moment_after(start, seconds, calendar), moment_after(start, seconds + more, calendar)
    assert second - first >= timedelta(seconds=more)
    assert first >= start
