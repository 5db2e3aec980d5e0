"""Durations and calendars as people write them."""

import pytest

from orchestrate_ls.planner.stated.calendars import SaidCalendar, calendar_in
from orchestrate_ls.planner.stated.durations import durations_in
from orchestrate_ls.planner.stated.quotes import Quoter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("takes about 2 days", ["2d"]),
        ("30 min", ["30m"]),
        ("half an hour", ["30m"]),
        ("1.5 hours", ["1h30m"]),
        ("1,5 hours", ["1h30m"]),
        ("a couple of hours", ["2h"]),
        ("two to three days", ["2d", "3d"]),
        ("2 - 3 days", ["2d", "3d"]),
        ("between 2 and 4 hours", ["2h", "4h"]),
        ("an hour and a half", ["1h30m"]),
        ("1 days 6 hours", ["1d6h"]),
        ("1d6h", ["1d6h"]),
        ("1h 30m", ["1h30m"]),
        ("2 hours and 30 minutes", ["2h30m"]),
        ("twenty-five minutes", ["25m"]),
        ("1 ½ hours", ["1h30m"]),
        ("2/3/5 days", ["2d", "3d", "5d"]),
        ("optimistic 2d, likely 3d, pessimistic 5d", ["2d", "3d", "5d"]),
        ("8 month", ["32w"]),
        ("a year", ["52w"]),
        ("45 s", ["45s"]),
        ("6 feet (1.8 m) tall", []),
        ("10 m of rope", []),
        ("2 years old", []),
        ("in 30-second increments", []),
        ("20 people", []),
    ],
)
def test_a_duration(text: str, expected: list[str]):
    found = durations_in(text)
    calendar = SaidCalendar()
    assert [calendar.text(length) for said in found for length in said.lengths] == expected


@pytest.mark.parametrize(
    ("text", "hours", "days", "month"),
    [
        ("A day has 24 hours.", 24, 7, None),
        ("We work 24/7.", 24, 7, None),
        ("working days of 6 hours", 6, 5, None),
        ("We work 6 hours a day, 4 days a week.", 6, 4, None),
        ("A day has 24 hours and a month 30 days.", 24, 7, 30),
        ("Here a month has 4 weeks.", 8, 5, 20),
        ("No word of it.", 8, 5, None),
    ],
)
def test_a_calendar(text: str, hours: int, days: int, month: int | None):
    calendar = calendar_in(Quoter(text), [(0, len(text))])
    assert (calendar.hours_per_day, calendar.days_per_week, calendar.days_per_month) == (hours, days, month)
