"""What a plan says of itself: wall time, percentages, capacity and values from 0 to 1."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.plan.claims import (
    MAX_CAPACITY,
    ClaimError,
    WallTimeClaim,
    parse_capacity,
    parse_percent,
    parse_ratio,
    parse_wall_time,
)
from orchestrate_ls.plan.duration import Calendar

HOUR = 3600
CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("14h (vs 22h sequential)", WallTimeClaim(14 * HOUR, 22 * HOUR)),
        ("14h (vs. 22h)", WallTimeClaim(14 * HOUR, 22 * HOUR)),
        ("14h(22h sequentially)", WallTimeClaim(14 * HOUR, 22 * HOUR)),
        ("14h vs 22h sequential", WallTimeClaim(14 * HOUR, 22 * HOUR)),
        ("19h (instead of 35h one by one)", WallTimeClaim(19 * HOUR, 35 * HOUR)),
        (" 2d (vs 1w sequential) ", WallTimeClaim(16 * HOUR, 40 * HOUR)),
        ("14 hours (vs 22 hours total)", WallTimeClaim(14 * HOUR, 22 * HOUR)),
        ("19h", WallTimeClaim(19 * HOUR)),
        ("PT19H", WallTimeClaim(19 * HOUR)),
    ],
)
def test_reads_wall_time(text: str, claim: WallTimeClaim) -> None:
    assert parse_wall_time(text, CALENDAR) == claim


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("14 (vs 22h sequential)", "`14` has no unit"),
        ("14h (vs 22 sequential)", "`22` has no unit"),
        ("14h ()", "the duration is empty"),
        ("14h (vs 22h) (really)", "`14h (vs 22h) (really)` is not a wall time"),
        ("14h (vs 22h", "`14h (vs 22h` is not a wall time"),
        (14, "`14` has no unit"),
        (None, "the duration is empty"),
        ("", "the value is empty"),
        ([], "a duration is text such as `6h`, not a list"),
    ],
)
def test_refuses_wall_time(value: object, message: str) -> None:
    with pytest.raises(ClaimError) as caught:
        parse_wall_time(value, CALENDAR)
    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("value", "share"),
    [
        ("36%", 0.36),
        ("45.7%", 0.457),
        ("45.7 %", 0.457),
        ("0%", 0),
        ("-5%", -0.05),
        ("104%", 1.04),
        (0.36, 0.36),
        ("0.36", 0.36),
        (1, 1),
        (0, 0),
        (-0.2, -0.2),
    ],
)
def test_reads_percent(value: object, share: float) -> None:
    assert parse_percent(value) == share


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (36, "`36` has no percent sign", "write `36%`, or a fraction such as `0.36`"),
        ("36", "`36` has no percent sign", "write `36%`, or a fraction such as `0.36`"),
        ("a third", "`a third` is not a percentage", "write it like `36%`"),
        ("36%%", "`36%%` is not a percentage", "write it like `36%`"),
        ("20000%", "`20000%` is out of range", "give a share of at most 10000%"),
        (True, "this must be a percentage, not true or false", "write it like `36%`"),
        (None, "this must be a percentage, not nothing", "write it like `36%`"),
        (math.nan, "this number is not a percentage", "write it like `36%`"),
    ],
)
def test_refuses_percent(value: object, message: str, hint: str) -> None:
    with pytest.raises(ClaimError) as caught:
        parse_percent(value)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("value", "ratio"), [(0.9, 0.9), ("0.9", 0.9), ("85%", 0.85), (0, 0), (1, 1), ("100%", 1)]
)
def test_reads_ratio(value: object, ratio: float) -> None:
    assert parse_ratio(value) == ratio


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (8.7, "`8.7` is not between 0 and 1", "on a scale from 0 to 1 write `0.87`, or `87%`"),
        ("8.7", "`8.7` is not between 0 and 1", "on a scale from 0 to 1 write `0.87`, or `87%`"),
        (87, "`87` is not between 0 and 1", "on a scale from 0 to 1 write `0.87`, or `87%`"),
        ("8.7/10", "`8.7/10` is not a value from 0 to 1", "on a scale from 0 to 1 write `0.87`, or `87%`"),
        (870, "`870` is not between 0 and 1", "write it like `0.9` or `90%`"),
        (-0.1, "`-0.1` is not between 0 and 1", "write it like `0.9` or `90%`"),
        ("120%", "`120%` is not between 0% and 100%", "write it like `0.9` or `90%`"),
        ("good", "`good` is not a value from 0 to 1", "write it like `0.9` or `90%`"),
        ({}, "this must be a value from 0 to 1, not a mapping", "write it like `0.9` or `90%`"),
    ],
)
def test_refuses_ratio(value: object, message: str, hint: str) -> None:
    with pytest.raises(ClaimError) as caught:
        parse_ratio(value)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("value", "capacity"),
    [
        ("4 agents", 4),
        (4, 4),
        ("4", 4),
        (4.0, 4),
        ("1 agent", 1),
        ("4 concurrent tasks", 4),
        ("3 tasks at once", 3),
        (MAX_CAPACITY, MAX_CAPACITY),
    ],
)
def test_reads_capacity(value: object, capacity: int) -> None:
    assert parse_capacity(value) == capacity


@pytest.mark.parametrize(
    "value",
    [
        0,
        "0 agents",
        -1,
        4.5,
        "four",
        "4.5",
        "4 4",
        True,
        None,
        [],
        math.inf,
        MAX_CAPACITY + 1,
        "\u0664 agents",
    ],
)
def test_refuses_capacity(value: object) -> None:
    with pytest.raises(ClaimError) as caught:
        parse_capacity(value)
    assert caught.value.hint == "write a whole number from 1 up, for example `4`"


def test_hostile_sizes_are_refused_at_once() -> None:
    for value in ("9" * 1_000_000, "(" * 1_000_000, "1h " * 500_000, 10**5000, -(10**5000)):
        with pytest.raises(ClaimError):
            parse_wall_time(value, CALENDAR)
        for parse in (parse_percent, parse_ratio, parse_capacity):
            with pytest.raises(ClaimError) as caught:
                parse(value)
            assert len(caught.value.message) < 120


CLAIM_LIKE = st.text(alphabet="0123456789.%+-/() vshagentqulmd\t\n\u0661\x00", max_size=60)


@given(
    st.text()
    | CLAIM_LIKE
    | st.floats()
    | st.integers()
    | st.none()
    | st.booleans()
    | st.lists(st.text(), max_size=2)
)
def test_any_value_is_read_or_refused(value: object) -> None:
    for read in (
        lambda: parse_wall_time(value, CALENDAR).wall >= 0,
        lambda: math.isfinite(parse_percent(value)),
        lambda: 0 <= parse_ratio(value) <= 1,
        lambda: 1 <= parse_capacity(value) <= MAX_CAPACITY,
    ):
        try:
            sensible = read()
        except ClaimError:
            continue
        assert sensible


@given(st.floats(min_value=-100, max_value=100, allow_nan=False))
def test_a_percentage_is_its_fraction(percent: float) -> None:
    text = f"{percent:.3f}"
    assert parse_percent(f"{text}%") == pytest.approx(float(text) / 100)
