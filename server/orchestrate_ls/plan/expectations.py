"""What a quality gate expects of a check: `must_pass`, `>= 80`, `min_80_percent`, `no_high_vulns`, `within_budget` ...

Text to ``Expectation``; whether it holds is for whoever has the evidence to say. Words that are none of these
(`updated`, `rehearsed`) mean that the check's command has to vouch for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Expect(StrEnum):
    """What an expectation compares."""

    PASS = "pass"  # noqa: S105 - no password
    """The check itself says so."""
    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    NUMBER = "number"
    """A number without a word on which side of it is good."""
    NO_FINDINGS = "no-findings"
    """No finding of ``level`` or worse."""
    NO_NEW = "no-new"
    """Nothing that fails or was found which did not or was not the time before."""
    NOT_HIGHER = "not-higher"
    NOT_LOWER = "not-lower"
    WITHIN_BUDGET = "within-budget"
    """Not above the budget, or else not much above the figure of the time before."""


class Level(StrEnum):
    """How bad a finding is, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    def includes(self, other: Level) -> bool:
        """Whether ``other`` is as bad or worse."""
        return _LEVELS.index(other) <= _LEVELS.index(self)


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expectation. ``number`` and ``unit`` belong to comparisons, ``level`` to findings; ``text`` is what was
    written, empty where only the check was named.
    """

    kind: Expect
    text: str = ""
    number: float | None = None
    unit: str = ""
    level: Level | None = None

    def __str__(self) -> str:
        """As a person would say it: `at least 80%`."""
        if self.number is not None and self.kind in _IN_WORDS:
            figure = f"{self.number:g}{'' if self.unit in ('', '%') else ' '}{self.unit}"
            return f"{_IN_WORDS[self.kind]} {figure}".strip()
        return self.text.replace("_", " ") or "must pass"


PERCENT: Final = "%"
TIME_UNITS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
"""In seconds."""
_LONGEST: Final = 200
_OTHER_UNITS: Final = {
    "percent": PERCENT,
    "pct": PERCENT,
    "per cent": PERCENT,
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "minutes": "min",
    "minute": "min",
    "m": "min",
    "hour": "h",
    "hours": "h",
    "millis": "ms",
    "milliseconds": "ms",
}
_COMPARISONS: Final = {
    Expect.AT_LEAST: (">=", "=>", "≥", "at least", "minimum", "min", "not below", "not less than"),
    Expect.AT_MOST: (
        "<=", "=<", "≤", "at most", "maximum", "max", "up to", "not above", "not over", "no more than",
    ),
    Expect.MORE_THAN: (">", "over", "above", "more than"),
    Expect.LESS_THAN: ("<", "under", "below", "less than"),
}  # fmt: skip
_IN_WORDS: Final = {
    Expect.AT_LEAST: "at least",
    Expect.AT_MOST: "at most",
    Expect.MORE_THAN: "more than",
    Expect.LESS_THAN: "less than",
    Expect.NUMBER: "",
}
_BY_WORD: Final = {word: kind for kind, words in _COMPARISONS.items() for word in words}
_FIGURE: Final = r"(?P<number>[0-9]{1,15}(?:\.[0-9]{1,9})?) ?(?P<unit>%|per cent|(?!or\b|minimum\b)[a-z]+)?"
_COMPARISON: Final = re.compile(
    rf"(?P<word>{'|'.join(sorted(map(re.escape, _BY_WORD), key=len, reverse=True))}) ?{_FIGURE}"
)
_BARE: Final = re.compile(rf"{_FIGURE}(?P<more> or more| or better| minimum)?")
_NO_FINDINGS: Final = re.compile(
    r"no (?:(?P<level>[a-z]+) )?(?:or (?:higher|worse) )?"
    r"(?:vulns?|vulnerabilit(?:y|ies)|findings?|issues?|alerts?|errors?|warnings?|problems?|secrets?)"
    r"(?: or (?:higher|worse))?"
)
_NO_NEW: Final = re.compile(r"no (?:new (?:[a-z]+ ?){0,3}|regressions?)")
_WITHIN: Final = frozenset(("within budget", "in budget", "under budget", "within the budget"))
_NOT_HIGHER: Final = frozenset(("not increased", "not higher", "no increase", "must not increase"))
_NOT_LOWER: Final = frozenset(("not decreased", "not lower", "no decrease", "must not decrease"))
_LEVEL_WORDS: Final = {
    "critical": Level.CRITICAL,
    "severe": Level.CRITICAL,
    "high": Level.HIGH,
    "major": Level.HIGH,
    "error": Level.HIGH,
    "medium": Level.MEDIUM,
    "moderate": Level.MEDIUM,
    "warning": Level.MEDIUM,
    "low": Level.LOW,
    "minor": Level.LOW,
    "note": Level.LOW,
    "known": Level.LOW,
    "open": Level.LOW,
    "any": Level.LOW,
}
_LEVELS: Final = tuple(Level)


def read_expectation(text: str | None) -> Expectation:
    """What an expectation means; never fails."""
    if text is None:
        return Expectation(Expect.PASS)
    written = " ".join(text[:_LONGEST].split())
    words = " ".join(re.sub(r"[_\-]", " ", written.casefold()).split())
    found = _comparison(words, written)
    if found is not None:
        return found
    if words in _WITHIN:
        return Expectation(Expect.WITHIN_BUDGET, written)
    if words in _NOT_HIGHER:
        return Expectation(Expect.NOT_HIGHER, written)
    if words in _NOT_LOWER:
        return Expectation(Expect.NOT_LOWER, written)
    if _NO_NEW.fullmatch(words):
        return Expectation(Expect.NO_NEW, written)
    findings = _NO_FINDINGS.fullmatch(words)
    if findings is not None:
        word = findings["level"]
        level = _LEVEL_WORDS.get(word) if word is not None else _general_level(words)
        if level is not None:
            return Expectation(Expect.NO_FINDINGS, written, level=level)
    if words == "none":
        return Expectation(Expect.NO_NEW, written)
    return Expectation(Expect.PASS, written)


def _comparison(words: str, written: str) -> Expectation | None:
    match = _COMPARISON.fullmatch(words)
    if match is not None:
        return Expectation(_BY_WORD[match["word"]], written, float(match["number"]), _unit(match["unit"]))
    match = _BARE.fullmatch(words)
    if match is None:
        return None
    unit = _unit(match["unit"])
    # Nobody means "at most" by `80%`, but `complexity: 10` may mean either.
    kind = Expect.AT_LEAST if match["more"] or unit == PERCENT else Expect.NUMBER
    return Expectation(kind, written, float(match["number"]), unit)


def _unit(text: str | None) -> str:
    word = (text or "").strip()
    return _OTHER_UNITS.get(word, word)


def _general_level(words: str) -> Level:
    if "error" in words:
        return Level.HIGH
    return Level.MEDIUM if "warning" in words else Level.LOW
