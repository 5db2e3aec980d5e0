"""Positions as editors count them, and the conversions to and from code points.

A line ends at LF, CR LF or CR and nowhere else: U+2028, NEL and form feed are ordinary characters, in the Language
Server Protocol as in YAML 1.2. Knows nothing of YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_LINE_BREAK: Final = re.compile(r"\r\n?|\n")
_HIGHEST_SINGLE_UNIT: Final = "\uffff"


class Encoding(StrEnum):
    """The unit in which ``Position.character`` counts; the names are those of the protocol."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A zero-based line, and the units of the chosen encoding before the place on that line."""

    line: int
    character: int


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """From ``start`` up to and not including ``end``."""

    start: Position
    end: Position


def line_starts(text: str) -> list[int]:
    """The offset of the first character of each line; a text has one line more than it has line breaks."""
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_BREAK.finditer(text))]
    starts = [0]
    append = starts.append
    find = text.find
    at = find("\n") + 1
    while at:
        append(at)
        at = find("\n", at) + 1
    return starts


def count_line_breaks(text: str) -> int:
    """How many line breaks the text holds."""
    breaks = text.count("\n")
    if "\r" in text:
        breaks += text.count("\r") - text.count("\r\n")
    return breaks


def to_units(line: str, column: int, encoding: Encoding) -> int:
    """Units before the code point at ``column`` of a line's text."""
    if encoding is Encoding.UTF32 or line.isascii():
        return column
    before = line[:column]
    if encoding is Encoding.UTF8:
        return len(before.encode("utf-8", "surrogatepass"))
    return column + sum(character > _HIGHEST_SINGLE_UNIT for character in before)


def from_units(line: str, units: int, encoding: Encoding) -> int:
    """The code-point column of a place given in units; past the end it is the end, inside a character its start."""
    if encoding is Encoding.UTF32 or line.isascii():
        return min(units, len(line))
    passed = 0
    for column, character in enumerate(line):
        if encoding is Encoding.UTF8:
            width = len(character.encode("utf-8", "surrogatepass"))
        else:
            width = 2 if character > _HIGHEST_SINGLE_UNIT else 1
        passed += width
        if passed > units:
            return column
    return len(line)


def strip_line_break(line: str) -> str:
    """The line's text without its line break."""
    return line.rstrip("\r\n")
