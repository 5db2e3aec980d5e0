"""Durations, shares, numbers and lists as people read them in messages."""

from __future__ import annotations

from collections.abc import Sequence


def span(seconds: int) -> str:
    """About so long: to the second below a minute, else to the minute: `45s`, `50m`, `4h 30m`, `120h`."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    if seconds < 60:
        return f"{sign}{seconds}s" if seconds else "0m"
    hours, minutes = divmod((seconds + 30) // 60, 60)
    if not hours:
        return f"{sign}{minutes}m"
    return f"{sign}{hours:,}h {minutes}m" if minutes else f"{sign}{hours:,}h"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 plan`, `2 plans`, `10,000 plans`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percentage(share: float) -> str:
    """`42%`, `12.5%`; never rounded up to the whole."""
    percent = round(share * 100, 1)
    if share < 1:
        percent = min(percent, 99.9)
    return f"{percent:,.1f}".removesuffix(".0") + "%"


def listed(names: Sequence[str], most: int = 6) -> str:
    """`T1`, `T1 and T2`, `T1, T2 and 5 more`."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
