"""Which findings of a file an editor is shown: all, or the most important where they are too many.

A plan that is broken at its root can have a finding for each of ten thousand tasks, which helps nobody and stalls
editors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import Diagnostic

MOST_SHOWN: Final = 500
"""Findings of one file."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What stands for the findings that are left out."""

    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The findings to show, in document order, and what stands for the others."""

    shown: Sequence[Diagnostic]
    rest: Rest | None = None


def select(diagnostics: Sequence[Diagnostic], most: int = MOST_SHOWN) -> Selection:
    """The worst findings first, of equally bad ones those further up: at most ``most`` with the one for the rest."""
    if len(diagnostics) <= most:
        return Selection(diagnostics)
    by_weight = sorted(range(len(diagnostics)), key=lambda index: diagnostics[index].severity.rank)
    kept = sorted(by_weight[: most - 1])
    left = [diagnostics[index] for index in by_weight[most - 1 :]]
    counts = Counter(each.severity for each in left)
    listed = ", ".join(
        f"{counts[severity]} {_NOUNS[severity][counts[severity] > 1]}"
        for severity in Severity
        if counts[severity]
    )
    message = (
        f"{len(left)} more findings in this file are not shown ({listed}); `orchestrate check` lists them all"
    )
    return Selection([diagnostics[index] for index in kept], Rest(left[0].severity, message))


_NOUNS: Final = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFORMATION: ("note", "notes"),
    Severity.HINT: ("hint", "hints"),
    Severity.OFF: ("silent", "silent"),
}
