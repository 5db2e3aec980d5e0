"""Globs over paths, matched in bounded time whatever they hold. Touches no disk.

A glob without a slash matches a name at any depth; one with a slash is relative to the root. ``*``, ``?`` and
``[...]`` match within one name, ``**`` any number of folders. What matches a folder matches everything in it.
Case counts.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from typing import Final

_ANY_FOLDERS: Final = "**"


class Globs:
    """Some globs, of which one has to match."""

    def __init__(self, globs: Iterable[str]) -> None:
        self._patterns = [_compiled(glob) for glob in globs if glob.strip("/\\. ")]

    def matches(self, names: Sequence[str]) -> bool:
        """Whether one glob matches a path, given as its names from the root, or a folder that it lies in."""
        return any(_matches(pattern, names) for pattern in self._patterns)


def _compiled(glob: str) -> list[re.Pattern[str] | None]:
    """The names of a glob; None stands for any number of folders."""
    cleaned = glob.replace("\\", "/").removeprefix("./")
    names = [name for name in cleaned.split("/") if name]
    if "/" not in cleaned.rstrip("/"):
        names = [_ANY_FOLDERS, *names]
    return [None if name == _ANY_FOLDERS else re.compile(fnmatch.translate(name)) for name in names]


def _matches(pattern: list[re.Pattern[str] | None], names: Sequence[str]) -> bool:
    # The set of places in the pattern that can be reached after each name: no backtracking.
    reached = _with_empty(pattern, {0})
    for name in names:
        after: set[int] = set()
        for at in reached:
            part = pattern[at]
            if part is None:
                after.update((at,) if at + 1 < len(pattern) else (at, at + 1))
            elif part.match(name) is not None:
                after.add(at + 1)
        if len(pattern) in after:
            return True
        reached = _with_empty(pattern, after)
        if not reached:
            return False
    return False


def _with_empty(pattern: list[re.Pattern[str] | None], places: set[int]) -> set[int]:
    """With the places behind a ``**`` that stands for no folder at all. A ``**`` at the end stands for
    something.
    """
    found = set(places)
    for place in sorted(places):
        at = place
        while at + 1 < len(pattern) and pattern[at] is None:
            at += 1
            found.add(at)
    return found
