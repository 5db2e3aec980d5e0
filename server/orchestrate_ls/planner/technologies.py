"""Technologies named in a goal: where they stand, and how to take "using Python and Redis" out of a sentence.

Knows the catalogue's technologies and nothing of features.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.features import TechnologyMention
from orchestrate_ls.planner.words import Word, words_of

_LEAD = re.compile(
    r"(?:(?<!\w)(?:using|in|on|via|written in|built (?:with|on|in)|based on|powered by|on top of|against)|\s[-–—])\s+$",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s*(?:,\s*(?:and\s+)?|and\s+|&\s*|/|\+\s*)", re.IGNORECASE)
_EXACT_LEAD = re.compile(r"\b(?:in|using|with|and|,)\s*$")
_LONGEST_LEAD = 16


def technologies_in(catalogue: Catalogue, flat: str, words: Sequence[Word]) -> tuple[TechnologyMention, ...]:
    """Each technology once, where it is first named among these words."""
    found = [
        TechnologyMention(hit.value.name, hit.start, hit.end)
        for hit in catalogue.technology_words.find(words)
    ]
    for word in words:
        # "Go" is a language only as a name after "in", "using", "with"; "go" is a verb.
        name = catalogue.exact_technologies.get(flat[word.start : word.end])
        if name is not None and _EXACT_LEAD.search(flat[max(0, word.start - 8) : word.start]):
            found.append(TechnologyMention(name, word.start, word.end))
    found.sort(key=lambda mention: mention.start)
    first: dict[str, TechnologyMention] = {}
    for mention in found:
        first.setdefault(mention.name, mention)
    return tuple(first.values())


class TechnologyPhrases:
    """Finds phrases that only say with what a thing is built."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def taken_out(self, masked: str, start: int, end: int, goes_on: Callable[[str, int, int], bool]) -> str:
        """Blank "using Python and Redis" where a delimiter, a preposition or another list follows (`goes_on`)."""
        words = words_of(masked, start, end)
        cuts: list[tuple[int, int]] = []
        for index, word in enumerate(words):
            last = self._after(masked, words, index)
            if last is None:
                continue
            lead = _LEAD.search(masked[max(start, word.start - _LONGEST_LEAD) : word.start])
            if lead is None:
                continue
            last = self._after_linked(masked, words, last)
            stop = words[last - 1].end
            if self._closes(masked, words, last, stop, end, goes_on):
                cuts.append((word.start - len(lead.group()), stop))
        if not cuts:
            return masked
        characters = list(masked)
        for first, stop in cuts:
            characters[first:stop] = " " * (stop - first)
        return "".join(characters)

    def _after_linked(self, masked: str, words: Sequence[Word], last: int) -> int:
        while last < len(words):
            link = _LINK.match(masked, words[last - 1].end)
            if link is None or words[last].start != link.end():
                break
            following = self._after(masked, words, last)
            if following is None:
                break
            last = following
        return last

    def _closes(
        self,
        masked: str,
        words: Sequence[Word],
        last: int,
        stop: int,
        end: int,
        goes_on: Callable[[str, int, int], bool],
    ) -> bool:
        rest = stop
        while rest < end and masked[rest].isspace():
            rest += 1
        if rest == end or masked[rest] in ",.;:!?)\x01":
            return True
        if last < len(words) and words[last].form in self._catalogue.prepositions:
            return True
        return goes_on(masked, rest, end)

    def _after(self, masked: str, words: Sequence[Word], index: int) -> int | None:
        found = self._catalogue.technology_words.at(words, index)
        if found is not None:
            return index + found[1]
        exact = masked[words[index].start : words[index].end]
        return index + 1 if exact in self._catalogue.exact_technologies else None
