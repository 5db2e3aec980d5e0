"""Which known name was meant by an unknown one ("did you mean ...?").

Similarity is Ratcliff and Obershelp's, as ``difflib`` computes it. It is slow, so that large sets of names are first
narrowed to those one slip of the keyboard away; a check that asks for thousands of names at once gets no more answers
after a while, instead of stalling the editor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cached_property
from typing import Final

from orchestrate_ls.rules.wording import quoted

CUTOFF: Final = 0.6
LONGEST_WORD: Final = 80
COMPARISONS: Final = 4_000
NEIGHBOURHOODS: Final = 200


class SpellingGuide:
    """Finds the closest of some names. Equal scores come in the order the names were given."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(name for name in names if 0 < len(name) <= LONGEST_WORD))
        self._comparisons = COMPARISONS
        self._neighbourhoods = NEIGHBOURHOODS

    def closest(self, word: str, most: int = 3) -> list[str]:
        """At most ``most`` names that ``word`` may stand for, the likeliest first; letter case does not count."""
        if not 0 < len(word) <= LONGEST_WORD:
            return []
        folded = word.casefold()
        candidates = self._names
        if len(candidates) > self._comparisons:
            candidates = list(self._neighbours(folded))
        if not candidates:
            return []
        self._comparisons -= len(candidates)
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(folded)
        scored: list[tuple[float, str]] = []
        for name in candidates:
            matcher.set_seq1(name.casefold())
            if matcher.real_quick_ratio() < CUTOFF or matcher.quick_ratio() < CUTOFF:
                continue
            score = matcher.ratio()
            if score >= CUTOFF and name != word:
                scored.append((score, name))
        scored.sort(key=lambda each: -each[0])
        return [name for _, name in scored[:most]]

    def best(self, word: str) -> str | None:
        """The likeliest name, if any is likely."""
        return next(iter(self.closest(word, 1)), None)

    @cached_property
    def _by_folded(self) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        for number, name in enumerate(self._names):
            found.setdefault(name.casefold(), []).append((number, name))
        return found

    @cached_property
    def _letters(self) -> list[str]:
        return sorted(set("".join(self._by_folded)))[:100]

    def _neighbours(self, folded: str) -> Iterator[str]:
        """The names that are ``folded``, or one insertion, deletion, exchange or swap away from it."""
        if self._neighbourhoods <= 0:
            return
        self._neighbourhoods -= 1
        variants = {folded}
        for at in range(len(folded) + 1):
            head, tail = folded[:at], folded[at:]
            variants.add(head + tail[1:])
            if len(tail) > 1:
                variants.add(head + tail[1] + tail[0] + tail[2:])
            for letter in self._letters:
                variants.add(head + letter + tail)
                variants.add(head + letter + tail[1:])
        known = self._by_folded
        hits = [hit for variant in variants & known.keys() for hit in known[variant]]
        yield from (name for _, name in sorted(hits))


def did_you_mean(name: str | None) -> str:
    """The end of a message: "; did you mean `T9`?", or nothing."""
    return f"; did you mean {quoted(name)}?" if name is not None else ""
