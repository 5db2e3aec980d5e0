"""Lengths of working time: what `6h`, `1h30m`, `2d` or `PT6H` mean in seconds, and how to write them back.

Working time is counted, not wall-clock time: a day is as long as the plan's calendar says, 8 hours by
default. Three-point estimates live here too, because their expectation is a duration like any other.

Pure: this file knows nothing of YAML, of positions or of tasks. A caller that wants to underline a bad value
keeps the range itself; the errors here say what is wrong and what to write instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, cast

from orchestrate_ls.text.display import shown

SECOND: Final = 1
MINUTE: Final = 60
HOUR: Final = 3600

MAX_SECONDS: Final = 1000 * 365 * 24 * HOUR
"""The longest duration that is read: a thousand years of 365 days, in seconds."""

MAX_TEXT: Final = 64
"""The longest text, in characters, that is looked at as a duration. It bounds the work on hostile input."""

_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_PART = re.compile(rf"({_NUMBER})[ \t]*([A-Za-z]+)[ \t]*")
_ISO = re.compile(
    rf"[Pp](?:({_NUMBER})[Ww])?(?:({_NUMBER})[Dd])?"
    rf"(?:[Tt](?=[0-9.])(?:({_NUMBER})[Hh])?(?:({_NUMBER})[Mm])?(?:({_NUMBER})[Ss])?)?"
)
_ISO_LIKE = re.compile(r"[Pp][0-9Tt]")
_BARE_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5]?[0-9])")
_RANGE = re.compile(
    rf"({_NUMBER})[ \t]*([A-Za-z]*)[ \t]*(?:-|\u2013|to|\.\.)[ \t]*({_NUMBER})[ \t]*([A-Za-z]+)"
)
_TAIL_WITHOUT_UNIT = re.compile(r"[0-9]+[ \t]*h[ \t]*([0-5]?[0-9])")

_UNIT_OF_WORD: Final[Mapping[str, str]] = {
    word: unit
    for unit, words in {
        "s": "s sec secs second seconds",
        "m": "m min mins minute minutes",
        "h": "h hr hrs hour hours",
        "d": "d day days",
        "w": "w wk wks week weeks",
    }.items()
    for word in words.split()
}
_SIZE_ORDER: Final = "wdhms"
_CALENDAR_WORDS: Final = frozenset(
    {"mo", "month", "months", "quarter", "quarters", "y", "yr", "year", "years"}
)
_FORMS: Final = "write it like `6h`, `1h30m`, `45m`, `2d` or `PT6H`"


class DurationError(ValueError):
    """A value that cannot be read as a duration or an estimate.

    Attributes
    ----------
    message:
        What is wrong, as a clause without a full stop: "`4` has no unit".
    hint:
        What to write instead: "write the unit, for example `4h`".
    part:
        For a three-point estimate the key at fault (`optimistic`, `likely`, `pessimistic`), else None.
    """

    def __init__(self, message: str, hint: str, part: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.part = part


@dataclass(frozen=True, slots=True)
class Calendar:
    """A working-time calendar: how many hours `1d` stands for, and how many days `1w`.

    Raises `DurationError` where a figure is not a number between 0.1 and 24 (hours) or 0.1 and 7 (days), so
    that a calendar that exists can always be computed with.
    """

    hours_per_day: float = 8.0
    days_per_week: float = 5.0

    def __post_init__(self) -> None:
        _check_calendar_figure("hours_per_day", self.hours_per_day, largest=24, usual=8)
        _check_calendar_figure("days_per_week", self.days_per_week, largest=7, usual=5)

    @property
    def day_seconds(self) -> int:
        """Working seconds in `1d`, rounded to whole seconds."""
        return math.floor(self.hours_per_day * HOUR + 0.5)

    @property
    def week_seconds(self) -> int:
        """Working seconds in `1w`, rounded to whole seconds."""
        return math.floor(self.days_per_week * self.day_seconds + 0.5)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A three-point estimate, in seconds. Raises `DurationError` unless optimistic <= likely <= pessimistic.

    The figures follow PERT: D. G. Malcolm, J. H. Roseboom, C. E. Clark, W. Fazar, "Application of a Technique
    for Research and Development Program Evaluation", Operations Research 7(5), 1959, pages 646-669.
    """

    optimistic: int
    likely: int
    pessimistic: int

    def __post_init__(self) -> None:
        if self.optimistic <= self.likely <= self.pessimistic:
            return
        shorter, longer = ("optimistic", "likely")
        if self.optimistic <= self.likely:
            shorter, longer = ("likely", "pessimistic")
        low, mid, high = (
            format_duration(each) for each in sorted((self.optimistic, self.likely, self.pessimistic))
        )
        raise DurationError(
            f"`{shorter}` ({format_duration(getattr(self, shorter))}) is longer than"
            f" `{longer}` ({format_duration(getattr(self, longer))})",
            f"put them in order, for example `{{optimistic: {low}, likely: {mid}, pessimistic: {high}}}`",
            shorter,
        )

    @classmethod
    def exactly(cls, seconds: int) -> Estimate:
        """The estimate of somebody who gave one figure: all three points are the same, the deviation is 0."""
        return cls(seconds, seconds, seconds)

    @property
    def expected(self) -> int:
        """The expectation (o + 4m + p) / 6 that PERT takes of a beta distribution; seconds, half up."""
        return (self.optimistic + 4 * self.likely + self.pessimistic + 3) // 6

    @property
    def deviation(self) -> float:
        """The standard deviation (p - o) / 6 that PERT assumes, in seconds."""
        return (self.pessimistic - self.optimistic) / 6


def parse_duration(value: object, calendar: Calendar) -> int:
    """Read one duration and return its working time in whole seconds (parts of a second are rounded half up).

    Read are `90m`, `1h30m`, `1h 30m`, `1.5h`, `2d`, `1w`, `30s`, the usual words (`45min`, `2 hours`), and
    ISO 8601 durations of weeks, days, hours, minutes and seconds (`PT6H`, `P1DT2H`). Months and years are
    not, as no calendar here says how long they work. Raises `DurationError`.
    """
    text = _text_of(value)
    if text[:1] in ("-", "+") and not _BARE_NUMBER.fullmatch(text):
        raise DurationError(f"`{shown(text, 40)}` has a sign; a duration has none", "leave the sign out")
    return _read(text, calendar)


def parse_lag(value: object, calendar: Calendar) -> int:
    """Read the lag of a dependency, in seconds: a duration that may start with `-` (a lead) or `+`."""
    text = _text_of(value)
    if text[:1] not in ("-", "+") or _BARE_NUMBER.fullmatch(text):
        return _read(text, calendar)
    seconds = _read(text[1:].lstrip(" \t"), calendar)
    return -seconds if text[0] == "-" else seconds


def parse_estimate(value: object, calendar: Calendar) -> Estimate:
    """Read an estimate: one duration, or a mapping of `optimistic`, `likely` and `pessimistic` to durations.

    Other keys of the mapping are not looked at, as the schema reports them. Raises `DurationError`, whose
    `part` names the key at fault.
    """
    if not isinstance(value, Mapping):
        return Estimate.exactly(parse_duration(value, calendar))
    points = cast("Mapping[object, object]", value)
    seconds: list[int] = []
    for part in ("optimistic", "likely", "pessimistic"):
        if part not in points:
            raise DurationError(
                f"the estimate has no `{part}`",
                "give all three of `optimistic`, `likely` and `pessimistic`, or one duration such as `6h`",
                part,
            )
        try:
            seconds.append(parse_duration(points[part], calendar))
        except DurationError as error:
            raise DurationError(f"`{part}`: {error.message}", error.hint, part) from error
    return Estimate(*seconds)


def format_duration(seconds: int, calendar: Calendar | None = None) -> str:
    """The shortest exact text of a duration: `6h`, `1h30m`, `1m30s`, `-1h`; nothing is `0h`.

    Hours are the largest unit, as plans of coding work are read in hours (`35h`). With a calendar, its days
    and weeks are used as well (`2w1d4h`). The text reads back, with the same calendar, as the same seconds.
    """
    if seconds == 0:
        return "0h"
    sizes = [("h", HOUR), ("m", MINUTE), ("s", SECOND)]
    if calendar is not None:
        sizes = [("w", calendar.week_seconds), ("d", calendar.day_seconds), *sizes]
    rest = abs(seconds)
    parts: list[str] = []
    for unit, size in sizes:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return ("-" if seconds < 0 else "") + "".join(parts)


def _check_calendar_figure(name: str, value: object, largest: int, usual: int) -> None:
    # Callers pass what stood in the plan, so the annotation of the field is not to be relied on.
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0.1 <= value <= largest:
        return
    raise DurationError(
        f"`{name}` must be a number from 0.1 to {largest}", f"write for example `{name}: {usual}`"
    )


def _text_of(value: object) -> str:
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise DurationError(f"`{shown(value, 40)}` is too long to be a duration", _FORMS)
        text = value.strip(" \t\r\n")
        if not text:
            raise DurationError("the duration is empty", _FORMS)
        return text
    if value is None:
        raise DurationError("the duration is empty", _FORMS)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise DurationError(f"a duration is text such as `6h`, not {_kind(value)}", _FORMS)
    if not -MAX_SECONDS <= value <= MAX_SECONDS:  # also catches NaN
        raise DurationError("this number is no duration", _FORMS)
    raise _without_unit(f"{value:.6f}".rstrip("0").rstrip("."))


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else "this value"


def _read(text: str, calendar: Calendar) -> int:
    parts = _iso_parts(text) if _ISO_LIKE.match(text) else _unit_parts(text)
    sizes = {"w": calendar.week_seconds, "d": calendar.day_seconds, "h": HOUR, "m": MINUTE, "s": SECOND}
    total = Fraction(0)
    whole = 0
    for number, unit in parts:
        if "." in number:
            total += Fraction(number) * sizes[unit]
        else:
            whole += int(number) * sizes[unit]
    seconds = whole + math.floor(total + Fraction(1, 2)) if total else whole
    if seconds > MAX_SECONDS:
        raise DurationError(f"`{shown(text, 40)}` is over a thousand years", "check the number and its unit")
    return seconds


def _unit_parts(text: str) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    position = 0
    while position < len(text) or not parts:
        match = _PART.match(text, position)
        if match is None:
            raise _unreadable(text)
        parts.append((match[1], _unit(match[2], text)))
        position = match.end()
    order = [_SIZE_ORDER.index(unit) for _, unit in parts]
    if order != sorted(set(order)):
        raise DurationError(
            f"`{shown(text, 40)}` gives a unit twice or a smaller one before a larger one",
            "write each unit once, the largest first, for example `1h30m`",
        )
    return parts


def _iso_parts(text: str) -> list[tuple[str, str]]:
    match = _ISO.fullmatch(text)
    if match is None:
        raise DurationError(
            f"`{shown(text, 40)}` is not an ISO 8601 duration of weeks, days, hours, minutes and seconds",
            "write it like `PT6H`, `PT1H30M` or `P1DT2H`, or shorter as `6h`",
        )
    return [
        (number, unit) for number, unit in zip(match.groups(), _SIZE_ORDER, strict=True) if number is not None
    ]


def _unit(word: str, text: str) -> str:
    # A lone capital M is a month as often as a minute; to guess would be wrong by a factor of thousands.
    unit = None if word == "M" else _UNIT_OF_WORD.get(word.lower())
    if unit is not None:
        return unit
    if word == "M" or word.lower() in _CALENDAR_WORDS:
        raise DurationError(
            f"`{word}` in `{shown(text, 40)}` is no unit of working time",
            "count in weeks, days or hours, for example `4w`; minutes are a small `m`",
        )
    raise DurationError(
        f"`{shown(word, 40)}` in `{shown(text, 40)}` is no unit of time",
        "the units are `w`, `d`, `h`, `m` and `s`, for example `1h30m`",
    )


def _unreadable(text: str) -> DurationError:
    if _BARE_NUMBER.fullmatch(text):
        return _without_unit(text)
    if clock := _CLOCK.fullmatch(text):
        return DurationError(f"`{text}` is a time of day", f"write `{int(clock[1])}h{int(clock[2])}m`")
    if span := _RANGE.fullmatch(text):
        low, high = f"{span[1]}{span[2] or span[4]}", f"{span[3]}{span[4]}"
        points = f"`{{optimistic: {low}, likely: {low}, pessimistic: {high}}}`"
        return DurationError(
            f"`{shown(text, 40)}` is a range", f"write one duration, or three points: {points}"
        )
    if tail := _TAIL_WITHOUT_UNIT.fullmatch(text):
        whole = text[: tail.start(1)].rstrip()
        return DurationError(f"the last number in `{text}` has no unit", f"write `{whole}{tail[1]}m`")
    if "," in text:
        return DurationError(f"`{shown(text, 40)}` is not a duration", "use a point, for example `1.5h`")
    return DurationError(f"`{shown(text, 40)}` is not a duration", _FORMS)


def _without_unit(number: str) -> DurationError:
    example = number.lstrip("+-").rstrip(".")
    return DurationError(f"`{shown(number, 40)}` has no unit", f"write the unit, for example `{example}h`")
