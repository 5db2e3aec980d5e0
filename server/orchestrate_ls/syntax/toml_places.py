"""Where keys and values stand in a TOML text, so that a wrong setting can be shown at its place.

`tomllib` reads values but forgets where they were, and says in words where it stopped. This file finds places; it
knows no setting.
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.text.positions import line_starts

TomlPath: TypeAlias = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
# No possessive quantifiers: Python 3.11.0 to 3.11.4 get them wrong around groups. None of these needs them, as at
# each character only one alternative fits.
_BASIC: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL: Final = re.compile(r"'[^'\n]*'")
_LONG_BASIC: Final = re.compile(r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}')
_LONG_LITERAL: Final = re.compile(r"'''(?:[^']|'{1,2}(?!'))*'{3,5}")
_OTHER: Final = re.compile(r"[^,\]}#\r\n]*")
_LONG_KEY: Final = re.compile(
    r"(?<![\w-])(?:(?:[\w-]+|\"[^\"\\\n]{0,40}\"|'[^'\n]{0,40}')[ \t]*\.[ \t]*){50}"
)
"""Fifty parts with dots between them. `tomllib` takes time by the square of their number."""
_AT: Final = re.compile(r" \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class TomlPlace:
    """Ranges of a key and of its value, as offsets in code points. Equal for a list's item, which has no
    key.
    """

    key: tuple[int, int]
    value: tuple[int, int]


def read_toml(text: str) -> tuple[dict[str, Any], SyntaxProblem | None]:
    """The data of a text, or nothing and what is wrong with it."""
    long_key = _LONG_KEY.search(text)
    if long_key is not None:
        return {}, SyntaxProblem(long_key.start(), long_key.end(), "this has too many dots to be a key")
    try:
        return tomllib.loads(text), None
    except tomllib.TOMLDecodeError as error:
        return {}, _not_toml(text, str(error))
    except RecursionError:
        return {}, SyntaxProblem(0, 0, "this file is nested too deeply to be read")
    except ValueError as error:
        # Python refuses numbers of thousands of digits.
        return {}, SyntaxProblem(0, 0, f"this is not TOML that can be read: {error}")


def _not_toml(text: str, error: str) -> SyntaxProblem:
    match = _AT.search(error)
    # `tomllib` sees line ends of one kind only, but counts lines as they are.
    starts = line_starts(text)
    if match is not None and match[1] is not None:
        line = min(int(match[1]) - 1, len(starts) - 1)
        at = min(starts[line] + int(match[2]) - 1, len(text))
        message = error[: match.start()]
    else:
        at = len(text)
        message = error[: match.start()] + " (at the end of the file)" if match is not None else error
    return SyntaxProblem(at, min(at + 1, len(text)), f"this is not TOML: {message[:1].lower()}{message[1:]}")


def toml_places(text: str) -> dict[TomlPath, TomlPlace]:
    """The place of every key, and of every item of a list, by its path from the root.

    The text has to be one that ``read_toml`` reads; nothing is checked here.
    """
    scanner = _Scanner(text)
    # Where the scanner gets lost, what was found so far is right, and the rest has no place.
    with contextlib.suppress(_LostError, RecursionError):
        scanner.run()
    return scanner.places


class _LostError(Exception):
    """The text is not what `tomllib` accepts."""


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places: dict[TomlPath, TomlPlace] = {}

    def run(self) -> None:
        table: TomlPath = ()
        while self._skip():
            if self._peek() == "[":
                self.at += 2 if self.text.startswith("[[", self.at) else 1
                names = self._keys()
                table = tuple(name for name, _, _ in names)
                self._expect("]")
                if self._peek() == "]":
                    self.at += 1
                place = (names[-1][1], names[-1][2])
                self.places.setdefault(table, TomlPlace(place, place))
            else:
                self._pair(table)

    def _pair(self, prefix: TomlPath) -> None:
        names = self._keys()
        self._expect("=")
        self._skip()
        start = self.at
        path = (*prefix, *(name for name, _, _ in names))
        self._value(path)
        for length in range(1, len(names)):
            # `a.b = 1` makes a table `a` too.
            owner = (names[length - 1][1], names[length - 1][2])
            self.places.setdefault(path[: len(prefix) + length], TomlPlace(owner, owner))
        self.places.setdefault(path, TomlPlace((names[-1][1], names[-1][2]), (start, self.at)))

    def _keys(self) -> list[tuple[str, int, int]]:
        """The parts of a dotted key, each with its range."""
        names: list[tuple[str, int, int]] = []
        while True:
            self._skip()
            start = self.at
            if self._peek() in "\"'":
                self._match(_BASIC if self._peek() == '"' else _LITERAL)
                name = str(next(iter(tomllib.loads(f"{self.text[start : self.at]} = 0"))))
            else:
                self._match(_BARE_KEY)
                name = self.text[start : self.at]
            names.append((name, start, self.at))
            self._skip()
            if self._peek() != ".":
                return names
            self.at += 1

    def _value(self, path: TomlPath) -> None:
        first = self._peek()
        if first == "[":
            self._items(path)
        elif first == "{":
            self.at += 1
            while self._skip() and self._peek() != "}":
                self._pair(path)
                self._skip_comma()
            self._expect("}")
        elif first == '"':
            self._match(_LONG_BASIC if self.text.startswith('"""', self.at) else _BASIC)
        elif first == "'":
            self._match(_LONG_LITERAL if self.text.startswith("'''", self.at) else _LITERAL)
        else:
            start = self.at
            self._match(_OTHER)
            self.at = start + len(self.text[start : self.at].rstrip())
            if self.at == start:
                raise _LostError

    def _items(self, path: TomlPath) -> None:
        self.at += 1
        index = 0
        while self._skip() and self._peek() != "]":
            start = self.at
            self._value((*path, index))
            self.places[*path, index] = TomlPlace((start, self.at), (start, self.at))
            index += 1
            self._skip_comma()
        self._expect("]")

    def _skip_comma(self) -> None:
        self._skip()
        if self._peek() == ",":
            self.at += 1

    def _skip(self) -> bool:
        """Go past blanks, line ends and comments; whether anything follows."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match is not None else self.at
        return self.at < len(self.text)

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _match(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise _LostError
        self.at = match.end()

    def _expect(self, mark: str) -> None:
        self._skip()
        if self._peek() != mark:
            raise _LostError
        self.at += 1
