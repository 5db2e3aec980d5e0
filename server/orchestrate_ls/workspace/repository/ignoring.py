"""What `.gitignore` files leave out, in bounded time whatever they hold. Reads no disk.

pathspec knows git's rules; here is which file's rules win, and which patterns are not tried: a pattern with many
wildcards becomes a regular expression that can take hours for one path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pathspec import GitIgnoreSpec

MOST_PATTERNS: Final = 500
"""Patterns of all files together. Every path is held against every one of them."""
_MOST_WILDCARDS: Final = 3
_LONGEST_PATTERN: Final = 300
_STARS: Final = re.compile(r"\*+")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The patterns of one file, and the folder they count from: empty for the root, else with a slash behind."""

    folder: str
    spec: GitIgnoreSpec


class Ignoring:
    """Collects ignore files from the root downwards, and answers for paths below them."""

    def __init__(self) -> None:
        self._rules: list[_Rules] = []
        self._patterns = 0
        self.left_out: int = 0
        """Patterns that were not tried."""

    def add(self, folder: str, text: str) -> None:
        """Take the patterns of a file. ``folder`` is its own, from the root with ``/``; empty for the root."""
        kept: list[str] = []
        for line in text.split("\n"):
            pattern = line.rstrip("\r")
            if not pattern.strip() or pattern.startswith("#"):
                continue
            if self._patterns >= MOST_PATTERNS or not _is_cheap(pattern):
                self.left_out += 1
                continue
            self._patterns += 1
            kept.append(pattern)
        spec = _spec_of(kept)
        self.left_out += len(kept) - len(spec)
        if len(spec):
            self._rules.append(_Rules(f"{folder}/" if folder else "", spec))

    def ignores(self, path: str, *, is_folder: bool) -> bool:
        """Whether git would leave a path out whose folders it does not leave out."""
        asked = f"{path}/" if is_folder else path
        for rules in reversed(self._rules):
            if not path.startswith(rules.folder):
                continue
            found = rules.spec.check_file(asked[len(rules.folder) :]).include
            if found is not None:
                return found
        return False


def _spec_of(patterns: Iterable[str]) -> GitIgnoreSpec:
    kept: list[str] = []
    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except (ValueError, re.error, RecursionError, OverflowError):
            continue
        kept.append(pattern)
    return GitIgnoreSpec.from_lines(kept)


def _is_cheap(pattern: str) -> bool:
    if len(pattern) > _LONGEST_PATTERN or "\0" in pattern:
        return False
    # Folders at the beginning and everything at the end leave a regular expression no choice worth speaking of.
    inner = pattern.removeprefix("!").removeprefix("/").removeprefix("**/").removesuffix("/**")
    return len(_STARS.findall(inner)) <= _MOST_WILDCARDS
