"""What a plan says of itself: `14h (vs 22h sequential)`, `36%`, `4 agents`, `0.9`, read as figures.

These are claims, to be held against the schedule or to be shown, and people decorate them; the forms read
here are generous for that reason. Pure: this file knows nothing of YAML, of positions or of schedules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.text.display import shown

MAX_TEXT: Final = 200
"""The longest text, in characters, that is looked at as a claim. It bounds the work on hostile input."""

MAX_CAPACITY: Final = 100_000
"""The most tasks at once that a plan may ask for; more is a slip of the keyboard."""

MAX_PERCENT: Final = 10_000
"""The largest percentage, either way, that is read."""

_WALL_TIME = re.compile(r"([^()]*?)[ \t]*(?:\(([^()]*)\))?")
_AGAINST = re.compile(r"(?:(?:vs\.?|versus|instead of|against|of|from)[ \t]+)?(.*)", re.IGNORECASE | re.ASCII)
_SEQUENTIAL = re.compile(
    r"(.*?)[ \t]*(?:sequential(?:ly)?|in sequence|total|one by one)?", re.IGNORECASE | re.ASCII
)
_PERCENT = re.compile(r"([+-]?(?:[0-9]{1,12}(?:\.[0-9]{1,12})?|\.[0-9]{1,12}))[ \t]*%")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})")
_OUT_OF = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)[ \t]*/[ \t]*(10|100|5)")
_CAPACITY = re.compile(
    r"([0-9]{1,12})"
    r"(?:[ \t]+(?:parallel[ \t]+|concurrent[ \t]+)?(?:agents?|tasks?|workers?)(?:[ \t]+at once)?)?",
    re.IGNORECASE | re.ASCII,
)


class ClaimError(ValueError):
    """A claim that cannot be read: `message` says what is wrong, `hint` what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class WallTimeClaim:
    """How long a plan says it takes, in seconds: as it runs, and (if it says so) one task after another."""

    wall: int
    sequential: int | None = None


def parse_wall_time(value: object, calendar: Calendar) -> WallTimeClaim:
    """Read `14h`, `14h (vs 22h sequential)` or `14h vs 22h sequential`. Raises `ClaimError`."""
    if not isinstance(value, str):
        return WallTimeClaim(_duration(value, calendar))
    text = _bounded(value)
    main, separator, rest = text.partition(" vs ")
    if separator and "(" not in text:
        return WallTimeClaim(_duration(main, calendar), _sequential(rest, calendar))
    match = _WALL_TIME.fullmatch(text)
    if match is None:
        raise ClaimError(
            f"`{_shown(text)}` is not a wall time", "write it like `14h` or `14h (vs 22h sequential)`"
        )
    sequential = None if match[2] is None else _sequential(match[2], calendar)
    return WallTimeClaim(_duration(match[1], calendar), sequential)


def parse_percent(value: object) -> float:
    """Read a share such as `36%` or `0.36` as a fraction (0.36). It may be negative: a plan can lose time.

    A number without a percent sign must lie between -1 and 1, as `36` could mean either. Raises `ClaimError`.
    """
    number, is_percent = _figure(value, "a percentage", "write it like `36%`")
    if is_percent:
        if abs(number) > MAX_PERCENT / 100:
            raise ClaimError(f"`{_shown(value)}` is out of range", f"give a share of at most {MAX_PERCENT}%")
        return number
    if -1 <= number <= 1:
        return number
    if abs(number) > MAX_PERCENT:
        raise ClaimError(f"`{_shown(value)}` is not a percentage", "write it like `36%`")
    raise ClaimError(
        f"`{_shown(value)}` has no percent sign", f"write `{number:g}%`, or a fraction such as `0.36`"
    )


def parse_ratio(value: object) -> float:
    """Read a value from 0 to 1, such as a load or a quality: `0.9`, `90%`. Raises `ClaimError`."""
    if isinstance(value, str) and (score := _OUT_OF.fullmatch(_bounded(value))):
        share = float(score[1]) / float(score[2])
        raise ClaimError(f"`{_shown(value)}` is not a value from 0 to 1", _ratio_hint(share))
    number, is_percent = _figure(value, "a value from 0 to 1", "write it like `0.9` or `90%`")
    if 0 <= number <= 1:
        return number
    if is_percent:
        raise ClaimError(f"`{_shown(value)}` is not between 0% and 100%", "write it like `0.9` or `90%`")
    raise ClaimError(
        f"`{_shown(value)}` is not between 0 and 1",
        _ratio_hint(number / 10 if number <= 10 else number / 100),
    )


def parse_capacity(value: object) -> int:
    """Read how many tasks may run at once: `4`, `4 agents`. At least 1. Raises `ClaimError`."""
    hint = "write a whole number from 1 up, for example `4`"
    if isinstance(value, str):
        match = _CAPACITY.fullmatch(_bounded(value))
        if match is None:
            raise ClaimError(f"`{_shown(value)}` is not a number of tasks at once", hint)
        count = int(match[1])
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if not -MAX_CAPACITY <= value <= MAX_CAPACITY or value != int(value):
            raise ClaimError(f"`{_shown(value)}` is not a number of tasks at once", hint)
        count = int(value)
    else:
        raise ClaimError(f"a capacity is a number of tasks at once, not {_kind(value)}", hint)
    if count < 1:
        raise ClaimError("with room for no task the plan could never run", hint)
    if count > MAX_CAPACITY:
        raise ClaimError(f"`{_shown(value)}` tasks at once are too many", hint)
    return count


def _sequential(text: str, calendar: Calendar) -> int:
    against = _AGAINST.fullmatch(text.strip(" \t"))
    plain = _SEQUENTIAL.fullmatch(against[1]) if against else None
    return _duration(plain[1] if plain else text, calendar)


def _duration(value: object, calendar: Calendar) -> int:
    try:
        return parse_duration(value, calendar)
    except DurationError as error:
        raise ClaimError(error.message, error.hint) from error


def _figure(value: object, what: str, hint: str) -> tuple[float, bool]:
    """The number in a value, and whether it had a percent sign (it is divided by 100 then)."""
    if isinstance(value, str):
        text = _bounded(value)
        if percent := _PERCENT.fullmatch(text):
            # Through the decimal text, so that 45.7% is the float nearest to 0.457.
            return float(f"{percent[1]}e-2"), True
        if _NUMBER.fullmatch(text):
            return float(text), False
        raise ClaimError(f"`{_shown(text)}` is not {what}", hint)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ClaimError(f"this must be {what}, not {_kind(value)}", hint)
    if not -1e12 <= value <= 1e12:  # also catches NaN, and integers that no float can hold
        raise ClaimError(f"this number is not {what}", hint)
    return float(value), False


def _ratio_hint(share: float) -> str:
    if not 0 <= share <= 1:
        return "write it like `0.9` or `90%`"
    return f"on a scale from 0 to 1 write `{share:.4g}`, or `{share * 100:.4g}%`"


def _bounded(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise ClaimError(f"`{_shown(value)}` is too long", "write the figure alone")
    text = value.strip(" \t\r\n")
    if not text:
        raise ClaimError("the value is empty", "write a figure, or take the key out")
    return text


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else "this value"


def _shown(value: object) -> str:
    """The value for a message: short, and without characters that would upset a terminal or a hover."""
    if isinstance(value, int) and abs(value) > 10**15:
        return "this number"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return shown(text, 40)
