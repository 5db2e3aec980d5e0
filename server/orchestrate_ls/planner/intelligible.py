"""Tells whether a goal says anything at all, before anyone tries to understand it.

Goals in any language pass. Refused are: nothing, far too much, no letters, and keyboard mash. When in doubt a
goal passes: a plan in the user's own words does less harm than a refusal.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

LONGEST_GOAL = 20_000
"""Characters. A longer text is a document, not a goal."""


class GoalError(ValueError):
    """A goal that cannot be planned: `message` says what is wrong, `hint` what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


_EXAMPLE = (
    'Say what is to be built or changed, for example: "Build a booking API with search and email reminders".'
)
NOTHING_ASKED = ("The goal does not say what is to be done.", _EXAMPLE)
_KEYBOARD_ROWS = ("qwertzuiop", "qwertyuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
_NEIGHBOURS = frozenset(pair for row in _KEYBOARD_ROWS for a, b in pairwise(row) for pair in (a + b, b + a))
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_VOWELS = frozenset("aeiouy")
_LOOKED_AT = 400


def check_intelligible(goal: str, known_word: bool) -> None:
    """Raise GoalError for a goal without sense. `known_word`: the catalogue knows some word of it."""
    if not goal.strip():
        raise GoalError("The goal is empty.", _EXAMPLE)
    # No letter was looked at yet: even a goal of many megabytes is answered at once.
    if len(goal) > LONGEST_GOAL:
        raise GoalError(
            f"The goal has {len(goal):,} characters; at most {LONGEST_GOAL:,} can be planned.",
            "Shorten it to what is to be built and its main features.",
        )
    letters = [character for character in goal if unicodedata.category(character).startswith("L")]
    if not letters:
        raise GoalError("The goal has no words in it.", _EXAMPLE)
    if len(letters) == 1 and letters[0].isascii():
        raise GoalError("The goal is a single letter.", _EXAMPLE)
    if known_word or any(not letter.isascii() for letter in letters):
        return
    found = _LATIN_WORD.findall(goal)[:_LOOKED_AT]
    if all(_is_mash(word.lower()) or len(word) == 1 for word in found):
        raise GoalError("No word can be made out in the goal.", _EXAMPLE)


def _is_mash(word: str) -> bool:
    """Keys hit in a row, one key held down, or long runs of consonants with hardly a vowel."""
    if len(word) < 4:
        return False
    if len(set(word)) <= 2:
        return True
    pairs = [a + b for a, b in pairwise(word)]
    along_a_row = sum(pair in _NEIGHBOURS for pair in pairs) / len(pairs)
    if along_a_row >= 0.75 and len(set(word)) >= 4:
        return True
    if len(word) >= 5 and not _VOWELS & set(word):
        return True
    home_row = set(word) <= set("asdfghjkl")
    return home_row and len(word) >= 6 and _longest_consonant_run(word) >= 4


def _longest_consonant_run(word: str) -> int:
    return max(len(run) for run in re.split("[aeiouy]", word))
