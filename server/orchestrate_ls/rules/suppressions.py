"""Comments that silence rules: ``# orchestrate: ignore[rule]`` and ``# orchestrate: ignore-file[rule]``.

The first silences its own line, or the next line where it stands alone; the second the whole file. Several codes are
separated by commas, and without brackets every rule is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MARK: Final = "orchestrate:"
_COMMENT: Final = re.compile(
    r"(?:^|(?<=[ \t]))#[ \t]*orchestrate:[ \t]*(ignore-file|ignore)\b[ \t]*(\[[^\]\r\n]*\])?", re.MULTILINE
)
_CODE: Final = re.compile(r"[^\s,\[\]]+")


@dataclass(frozen=True, slots=True)
class Code:
    """One rule code in a suppression; offsets from the start of its chunk."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment. ``line`` counts from its chunk's first line; ``codes`` is empty where every rule is meant."""

    start: int
    end: int
    line: int
    alone: bool
    whole_file: bool
    codes: tuple[Code, ...]


def suppressions_in(text: str) -> tuple[Suppression, ...]:
    """The suppressions in a chunk's text. Cheap where there are none."""
    if _MARK not in text:
        return ()
    found: list[Suppression] = []
    line, counted = 0, 0
    for match in _COMMENT.finditer(text):
        line_start = max(text.rfind("\n", 0, match.start()), text.rfind("\r", 0, match.start())) + 1
        before = text[line_start : match.start()]
        if _inside_quotes(before):
            continue
        codes = ()
        if match[2] is not None:
            base = match.start(2)
            codes = tuple(
                Code(code[0], base + code.start(), base + code.end()) for code in _CODE.finditer(match[2])
            )
        # On from the comment before, since a part may hold thousands of them.
        line += (
            text.count("\n", counted, line_start)
            + text.count("\r", counted, line_start)
            - text.count("\r\n", counted, line_start)
        )
        counted = line_start
        found.append(
            Suppression(
                match.start(), match.end(), line, not before.strip(), match[1] == "ignore-file", codes
            )
        )
    return tuple(found)


def _inside_quotes(before: str) -> bool:
    """Whether a ``#`` behind this start of a line belongs to a quoted text that is open there."""
    quote = ""
    previous = " "
    for character in before:
        if quote:
            if character == quote:
                quote = ""
        elif character in "\"'" and previous in " \t[{,:-":
            quote = character
        previous = character
    return bool(quote)


class SuppressionTable:
    """All suppressions of a file, and which of them silenced something."""

    def __init__(self, entries: list[tuple[int, Suppression]], lines: list[int]) -> None:
        """``entries`` are pairs of chunk index and suppression, ``lines`` the lines at which those chunks start."""
        self.entries = entries
        self._by_line: dict[int, list[int]] = {}
        self._whole_file: list[int] = []
        self._file_knows: dict[str, bool] = {}
        """For each code that was asked about, whether it is silenced in the whole file."""
        self.used: set[tuple[int, str]] = set()
        """Index of the entry and the code ("" where it names none) for all that silenced something."""
        for index, ((_, suppression), first) in enumerate(zip(entries, lines, strict=True)):
            line = first + suppression.line
            if suppression.whole_file:
                self._whole_file.append(index)
            else:
                self._by_line.setdefault(line, []).append(index)
                if suppression.alone:
                    self._by_line.setdefault(line + 1, []).append(index)

    def silences(self, code: str, line: int) -> bool:
        """Whether a finding of a rule on a line (of the file) is silenced; remembers what silenced it."""
        if code not in self._file_knows:
            self._file_knows[code] = self._used_for(code, self._whole_file)
        silenced = line in self._by_line and self._used_for(code, self._by_line[line])
        return silenced or self._file_knows[code]

    def _used_for(self, code: str, indices: list[int]) -> bool:
        silenced = False
        for index in indices:
            codes = self.entries[index][1].codes
            if not codes:
                self.used.add((index, ""))
                silenced = True
            elif any(named.name == code for named in codes):
                self.used.add((index, code))
                silenced = True
        return silenced
