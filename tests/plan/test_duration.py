"""Durations, lags, estimates and calendars: what is read, what is refused and with which advice."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestrate_ls.plan.duration import (
    MAX_SECONDS,
    Calendar,
    DurationError,
    Estimate,
    format_duration,
    parse_duration,
    parse_estimate,
    parse_lag,
)

CALENDAR = Calendar()
SHORT_DAYS = Calendar(hours_per_day=7.5, days_per_week=4)

CALENDARS = st.builds(
    Calendar,
    hours_per_day=st.floats(min_value=0.1, max_value=24),
    days_per_week=st.floats(min_value=0.1, max_value=7),
)
SECONDS = st.integers(min_value=0, max_value=MAX_SECONDS)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90m", 5400),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("1 h 30 m", 5400),
        ("  6h\t", 21600),
        ("1.5h", 5400),
        (".5h", 1800),
        ("1.1h", 3960),
        ("2d", 16 * 3600),
        ("1w", 40 * 3600),
        ("1w2d3h4m5s", 40 * 3600 + 16 * 3600 + 3 * 3600 + 245),
        ("30s", 30),
        ("45min", 2700),
        ("45 mins", 2700),
        ("2 hours", 7200),
        ("1 hour", 3600),
        ("2hrs", 7200),
        ("2 Days", 16 * 3600),
        ("1 week", 40 * 3600),
        ("6H", 21600),
        ("90 seconds", 90),
        ("0h", 0),
        ("0.5s", 1),
        ("0.4s", 0),
        ("007h", 7 * 3600),
        ("PT6H", 21600),
        ("pt6h", 21600),
        ("P1DT2H", 10 * 3600),
        ("PT1H30M", 5400),
        ("PT90S", 90),
        ("PT1.5H", 5400),
        ("P1W", 40 * 3600),
        ("P2D", 16 * 3600),
        ("PT0S", 0),
    ],
)
def test_reads(text: str, seconds: int) -> None:
    assert parse_duration(text, CALENDAR) == seconds


def test_days_and_weeks_follow_the_calendar() -> None:
    assert SHORT_DAYS.day_seconds == 27000
    assert SHORT_DAYS.week_seconds == 108000
    assert parse_duration("1d", SHORT_DAYS) == 27000
    assert parse_duration("1.5w", SHORT_DAYS) == 162000
    assert parse_duration("P1DT1H", SHORT_DAYS) == 30600
    assert parse_duration("24h", SHORT_DAYS) == 86400


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (4, "`4` has no unit", "write the unit, for example `4h`"),
        (4.5, "`4.5` has no unit", "write the unit, for example `4.5h`"),
        (4.0, "`4` has no unit", "write the unit, for example `4h`"),
        (0, "`0` has no unit", "write the unit, for example `0h`"),
        (-3, "`-3` has no unit", "write the unit, for example `3h`"),
        ("4", "`4` has no unit", "write the unit, for example `4h`"),
        ("4.", "`4.` has no unit", "write the unit, for example `4h`"),
        ("1h30", "the last number in `1h30` has no unit", "write `1h30m`"),
        ("1:30", "`1:30` is a time of day", "write `1h30m`"),
        ("", "the duration is empty", "write it like `6h`, `1h30m`, `45m`, `2d` or `PT6H`"),
        (None, "the duration is empty", "write it like `6h`, `1h30m`, `45m`, `2d` or `PT6H`"),
        ("soon", "`soon` is not a duration", "write it like `6h`, `1h30m`, `45m`, `2d` or `PT6H`"),
        ("1,5h", "`1,5h` is not a duration", "use a point, for example `1.5h`"),
        ("-1h", "`-1h` has a sign; a duration has none", "leave the sign out"),
        ("+1h", "`+1h` has a sign; a duration has none", "leave the sign out"),
        (
            "30m 1h",
            "`30m 1h` gives a unit twice or a smaller one before a larger one",
            "write each unit once, the largest first, for example `1h30m`",
        ),
        (
            "6x",
            "`x` in `6x` is no unit of time",
            "the units are `w`, `d`, `h`, `m` and `s`, for example `1h30m`",
        ),
        (
            "2 months",
            "`months` in `2 months` is no unit of working time",
            "count in weeks, days or hours, for example `4w`; minutes are a small `m`",
        ),
        (
            "P1M",
            "`P1M` is not an ISO 8601 duration of weeks, days, hours, minutes and seconds",
            "write it like `PT6H`, `PT1H30M` or `P1DT2H`, or shorter as `6h`",
        ),
        (
            "4-6h",
            "`4-6h` is a range",
            "write one duration, or three points: `{optimistic: 4h, likely: 4h, pessimistic: 6h}`",
        ),
        ("9999999999h", "`9999999999h` is over a thousand years", "check the number and its unit"),
        (math.nan, "this number is no duration", "write it like `6h`, `1h30m`, `45m`, `2d` or `PT6H`"),
    ],
)
def test_refuses_with_advice(value: object, message: str, hint: str) -> None:
    with pytest.raises(DurationError) as caught:
        parse_duration(value, CALENDAR)
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "value",
    [
        True,
        [],
        {},
        ["4h"],
        b"4h",
        object(),
        math.inf,
        -math.inf,
        10**5000,
        -(10**5000),
        "nan",
        "inf",
        "nanh",
        "1e3h",
        "\uff11h",  # a full-width digit
        "٣h",  # an Arabic-Indic digit
        "²h",
        "1ʰ",
        "1h\x00",
        "1h\u202830m",
        "\ud800h",
        "h",
        "1h30m1h",
        "2M",
        "P",
        "PT",
        "P1DT",
        "PT1H30",
        "P1Y",
        "P1H",
        "PT1D",
        "1hh",
        "--1h",
        "9" * 63 + "h",
        "9" * 100_000 + "h",
        "1h" * 100_000,
        " " * 100_000 + "1h",
        "14h (vs 22h sequential)",  # a claim about the whole plan, not a duration
    ],
    ids=lambda value: type(value).__name__,
)
def test_refuses(value: object) -> None:
    with pytest.raises(DurationError) as caught:
        parse_duration(value, CALENDAR)
    assert len(caught.value.message) < 200
    assert "\x00" not in caught.value.message
    assert caught.value.hint


def test_the_longest_duration_is_a_thousand_years() -> None:
    assert parse_duration(f"{MAX_SECONDS}s", CALENDAR) == MAX_SECONDS
    with pytest.raises(DurationError):
        parse_duration(f"{MAX_SECONDS + 1}s", CALENDAR)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("-1h", -3600), ("+1h", 3600), ("1h", 3600), ("-PT1H", -3600), ("- 1h30m", -5400), ("-0h", 0)],
)
def test_lag_may_have_a_sign(value: object, seconds: int) -> None:
    assert parse_lag(value, CALENDAR) == seconds


@pytest.mark.parametrize("value", ["-", "+", "--1h", "-4", -4, "-1h-1h", None, "1h-"])
def test_lag_refuses(value: object) -> None:
    with pytest.raises(DurationError):
        parse_lag(value, CALENDAR)


def test_estimate_of_one_duration_is_exact() -> None:
    estimate = parse_estimate("6h", CALENDAR)
    assert estimate == Estimate.exactly(21600)
    assert estimate.expected == 21600
    assert estimate.deviation == 0


def test_estimate_of_three_points() -> None:
    estimate = parse_estimate({"optimistic": "2h", "likely": "4h", "pessimistic": "1d4h"}, CALENDAR)
    assert estimate == Estimate(7200, 14400, 43200)
    assert estimate.expected == 18000
    assert estimate.deviation == 6000


def test_expectation_is_rounded_half_up() -> None:
    assert Estimate(0, 0, 3).expected == 1
    assert Estimate(0, 0, 2).expected == 0


@pytest.mark.parametrize(
    ("points", "part", "message"),
    [
        (("5h", "4h", "6h"), "optimistic", "`optimistic` (5h) is longer than `likely` (4h)"),
        (("2h", "8h", "6h"), "likely", "`likely` (8h) is longer than `pessimistic` (6h)"),
        (("9h", "8h", "6h"), "optimistic", "`optimistic` (9h) is longer than `likely` (8h)"),
        (("2h", 4, "6h"), "likely", "`likely`: `4` has no unit"),
        (("2h", "4h", "later"), "pessimistic", "`pessimistic`: `later` is not a duration"),
    ],
)
def test_estimate_names_the_point_at_fault(points: tuple[object, ...], part: str, message: str) -> None:
    with pytest.raises(DurationError) as caught:
        parse_estimate(dict(zip(("optimistic", "likely", "pessimistic"), points, strict=True)), CALENDAR)
    assert (caught.value.part, caught.value.message) == (part, message)


def test_estimate_out_of_order_is_offered_in_order() -> None:
    with pytest.raises(DurationError) as caught:
        parse_estimate({"optimistic": "6h", "likely": "4h", "pessimistic": "5h"}, CALENDAR)
    assert "{optimistic: 4h, likely: 5h, pessimistic: 6h}" in caught.value.hint


def test_estimate_names_the_missing_point() -> None:
    with pytest.raises(DurationError) as caught:
        parse_estimate({"optimistic": "2h", "pessimistic": "6h"}, CALENDAR)
    assert (caught.value.part, caught.value.message) == ("likely", "the estimate has no `likely`")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0h"),
        (21600, "6h"),
        (5400, "1h30m"),
        (2700, "45m"),
        (90, "1m30s"),
        (3605, "1h5s"),
        (126000, "35h"),
        (-3600, "-1h"),
        (1, "1s"),
    ],
)
def test_formats(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text


def test_formats_with_days_where_a_calendar_is_given() -> None:
    assert format_duration(126000, CALENDAR) == "4d3h"
    assert format_duration(40 * 3600, CALENDAR) == "1w"
    assert format_duration(40 * 3600) == "40h"


@pytest.mark.parametrize(
    "figure",
    [0, -1, 25, math.nan, math.inf, 10**5000, True, "8", None],
    ids=lambda value: type(value).__name__,
)
def test_calendar_refuses_what_cannot_be_computed_with(figure: float) -> None:
    with pytest.raises(DurationError, match="hours_per_day"):
        Calendar(hours_per_day=figure)
    with pytest.raises(DurationError, match="days_per_week"):
        Calendar(days_per_week=figure)


@given(SECONDS, CALENDARS)
def test_a_formatted_duration_reads_back_the_same(seconds: int, calendar: Calendar) -> None:
    assert parse_duration(format_duration(seconds), calendar) == seconds
    assert parse_duration(format_duration(seconds, calendar), calendar) == seconds
    assert parse_lag(format_duration(-seconds), calendar) == -seconds


@given(SECONDS, SECONDS, SECONDS)
def test_the_expectation_lies_between_the_extremes(one: int, two: int, three: int) -> None:
    low, mid, high = sorted((one, two, three))
    estimate = Estimate(low, mid, high)
    assert low <= estimate.expected <= high
    assert estimate.deviation >= 0


DURATION_LIKE = st.text(alphabet="0123456789.,-+ :~hmsdwPTMDYto\t\n\u2013\u0661\x00", max_size=80)
ANY_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | DURATION_LIKE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)


@given(DURATION_LIKE | st.text())
@example("1h\n")
@example("P")
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_duration, parse_lag):
        try:
            seconds = parse(text, CALENDAR)
        except DurationError:
            continue
        assert abs(seconds) <= MAX_SECONDS


@given(
    ANY_VALUE
    | st.fixed_dictionaries({}, optional=dict.fromkeys(("optimistic", "likely", "pessimistic"), ANY_VALUE))
)
def test_any_value_is_an_estimate_or_refused(value: object) -> None:
    try:
        estimate = parse_estimate(value, CALENDAR)
    except DurationError:
        return
    assert 0 <= estimate.optimistic <= estimate.likely <= estimate.pessimistic
