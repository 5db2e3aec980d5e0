"""The words by which an agent and a task are found to fit, where no skills are declared. Knows neither."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LONGEST: Final = 2_000
"""Characters of each text that are looked at."""
_WORD: Final = re.compile(r"[^\W_]+")
_ENDINGS: Final = ("ings", "ing", "ers", "er", "ors", "or", "ed", "es", "s")
_LONGEST_STEM: Final = 6


def words_of(*texts: str | None) -> dict[str, str]:
    """The words of some texts in one letter case, by their stems; those that say nothing of a trade are left out."""
    found: dict[str, str] = {}
    for text in texts:
        for word in _WORD.findall(text[:LONGEST].casefold()) if text else ():
            if word not in _COMMON and not word.isdecimal():
                found.setdefault(stem_of(word), word)
    return found


@lru_cache(maxsize=8192)
def stem_of(word: str) -> str:
    """A word without what ``designer`` has more than ``design`` and ``tests`` more than ``test``."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending == "s" else 4):
            word = word[: -len(ending)]
            break
    return word[:_LONGEST_STEM]


_COMMON: Final = frozenset(
    """
    a about add after agent agents all also always an and any are as assistant at be before best build builds by
    can check checks create creates do does each ensure every existing expert feature file files for from get
    good has have helps how if implement in into is it its make makes module more must need new no not of on one
    only or other our out over part plan project proactively set should small so some specialist specialized
    such system systems task tasks that the their them then these this to up us use used user users uses using
    via we what when where which who will with work works write writes writing you your
    """.split()  # noqa: SIM905 (readable as it is)
)
"""Words that say nothing of what somebody can do."""
