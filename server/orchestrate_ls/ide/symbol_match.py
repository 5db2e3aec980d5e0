"""How well a name fits the few letters that someone types to find it. Texts only."""

from __future__ import annotations

from typing import Final

LONGEST_QUERY: Final = 100
"""Characters; nobody types more to find a name."""


def wanted_of(query: str) -> str:
    """A query as the functions here take it: without spaces and letter case, and not too long."""
    return "".join(query.split()).casefold()[:LONGEST_QUERY]


def match_rank(wanted: str, name: str) -> int | None:
    """How badly a name fits what is wanted (casefolded, without spaces): 0 is the name itself. None for no match.

    All letters have to be there in their order. Better is what starts with them, then what holds them in one piece at
    the start of a word, then in one piece anywhere, then what leaves out least between them.
    """
    text = name.casefold()
    if not wanted or text == wanted:
        return 0
    at = text.find(wanted)
    if at == 0:
        return 1
    if at > 0:
        return 2 if not text[at - 1].isalnum() else 3
    position, gaps = -1, 0
    for letter in wanted:
        found = text.find(letter, position + 1)
        if found < 0:
            return None
        # Letters that begin a word are what people type.
        if found != position + 1 and not (found > 0 and not text[found - 1].isalnum()):
            gaps += 1
        position = found
    return 4 + gaps


def best_rank(wanted: str, *names: str | None) -> int | None:
    """The rank of the name that fits best; None where none does."""
    ranks = [rank for text in names if text and (rank := match_rank(wanted, text)) is not None]
    if not wanted and not ranks:
        return 0
    return min(ranks, default=None)
