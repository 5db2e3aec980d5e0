"""Characters that YAML forbids or that the fast parser reads by the rules of YAML 1.1.

libyaml breaks lines at U+0085, U+2028 and U+2029; YAML 1.2 does not. And a character that may not stand in YAML at
all makes it give up. Both are replaced one for one before parsing, so that all offsets stay as they are; the first
kind is put back into the values afterwards, the second is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.text.edits import TextEdit

_OLD_BREAKS: Final = "\x85\u2028\u2029"
_OLD_BREAK: Final = re.compile(f"[{_OLD_BREAKS}]")
# Section 5.1 of the specification: c-printable, and the byte order mark only at the start, where the caller cuts it.
_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ALLOWED_ASCII: Final = bytes([0x09, 0x0A, 0x0D, *range(0x20, 0x7F)])
_PRIVATE_AREA: Final = range(0xE000, 0xF8FF)
_STAND_IN: Final = "\ufffd"
_MOST_REPORTED: Final = 20


@dataclass(frozen=True, slots=True)
class Readable:
    """A text that the parser can read, as long as the original, and how to get the original's characters back."""

    text: str
    problems: tuple[SyntaxProblem, ...]
    back: dict[int, int] | None

    def restore(self, value: str) -> str:
        """A parsed value with the characters that had been replaced."""
        return value if self.back is None else value.translate(self.back)


def make_readable(text: str) -> Readable:
    """Replace what the parser must not see. Costs nothing worth mentioning where there is nothing to replace."""
    if text.isascii() and not text.encode("ascii").translate(None, _ALLOWED_ASCII):
        return Readable(text, (), None)
    problems: tuple[SyntaxProblem, ...] = ()
    if _FORBIDDEN.search(text):
        problems = tuple(_forbidden(text))
        text = _FORBIDDEN.sub(_STAND_IN, text)
    if not text.isascii() and _OLD_BREAK.search(text):
        free = (chr(code) for code in _PRIVATE_AREA if chr(code) not in text)
        there = {ord(old): next(free) for old in _OLD_BREAKS}
        return Readable(text.translate(there), problems, {ord(new): old for old, new in there.items()})
    return Readable(text, problems, None)


def _forbidden(text: str) -> Iterator[SyntaxProblem]:
    found = [match.start() for match in _FORBIDDEN.finditer(text)]
    for at in found[: _MOST_REPORTED - 1] if len(found) > _MOST_REPORTED else found:
        yield SyntaxProblem(
            at,
            at + 1,
            f"{_describe(text[at])} is not allowed in YAML; delete it"
            ' (inside double quotes it can be written as an escape such as `"\\x00"`)',
            TextEdit(at, at + 1, ""),
            "Delete the character",
        )
    if len(found) > _MOST_REPORTED:
        rest = found[_MOST_REPORTED - 1 :]
        yield SyntaxProblem(
            rest[0],
            rest[0] + 1,
            f"{len(rest)} more characters that are not allowed in YAML; is this a text file?",
        )


def _describe(character: str) -> str:
    code = ord(character)
    if code == 0xFEFF:
        return "a byte order mark (U+FEFF) that is not at the start of the file"
    if 0xD800 <= code <= 0xDFFF:
        return f"the lone surrogate U+{code:04X}"
    return f"the control character U+{code:04X}" if code < 0xA0 else f"the character U+{code:04X}"
