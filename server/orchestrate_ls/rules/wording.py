"""How findings name things: in backticks, cut to a readable length, and safe to show in a terminal or a hover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orchestrate_ls.text.display import quoted, shown

LONGEST_CHAIN: Final = 50

__all__ = ["chain", "counted", "listed", "percent", "quoted", "shown"]


def listed(names: Sequence[str], most: int = 5) -> str:
    """`a`, `b` and `c`, or `a`, `b` and 7 more beyond ``most`` names."""
    parts = [quoted(name) for name in names[:most]]
    if len(names) > most:
        parts.append(f"{len(names) - most} more")
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def chain(names: Sequence[str], most: int = LONGEST_CHAIN) -> str:
    """T1 → T2 → T8; of a longer chain the first and the last names."""
    if len(names) <= most:
        return " → ".join(map(shown, names))
    half = most // 2
    return " → ".join([*map(shown, names[:half]), "…", *map(shown, names[-half:])])


def counted(number: int, noun: str) -> str:
    """1 task, 3 tasks."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def percent(share: float) -> str:
    """A share as a percentage with at most one decimal: ``45.7%``, ``36%``."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"
