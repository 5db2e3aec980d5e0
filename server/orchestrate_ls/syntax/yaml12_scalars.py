"""What the scalars of YAML 1.2 say: folding, unescaping and chomping (chapters 5.7, 7.3 and 8.1 of its specification).

Text in, text out; where a scalar begins and ends is known by the callers, ``syntax.yaml12`` and ``syntax.yaml12_flow``.
"""

from __future__ import annotations

import re
from typing import Final

_BREAK: Final = re.compile(r"\r\n|\n|\r")
_ESCAPE: Final = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[\s\S]|\Z)")
_NAMED: Final = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_HIGHEST: Final = 0x10FFFF


def folded(lines: list[str]) -> str:
    """Lines of a flow scalar without white space around them: one break is a space, each empty line a line feed."""
    said = [lines[0]]
    empty = 0
    for index, line in enumerate(lines[1:], 1):
        if not line and index + 1 < len(lines):
            empty += 1
            continue
        said.append("\n" * empty or " ")
        said.append(line)
        empty = 0
    return "".join(said)


def single_quoted(written: str) -> str:
    """What stands between single quotes."""
    lines = _BREAK.split(written)
    return folded(_stripped(lines)).replace("''", "'")


def double_quoted(written: str) -> str:
    """What stands between double quotes. Raises ``ValueError`` for an unknown escape."""
    if "\\" not in written:
        return folded(_stripped(_BREAK.split(written)))
    said: list[str] = []
    lines = _BREAK.split(written)
    joined = True  # whether a line follows the one before it without a space, because the break was escaped
    empty = 0
    for index, line in enumerate(lines):
        last = index + 1 == len(lines)
        content = line if index == 0 else line.lstrip(" \t")
        escaped = not last and _ends_in_escape(content)
        if escaped:
            content = content[:-1]
        elif not last:
            content = _without_trailing_space(content)
        if not content and index and not last and not escaped:
            empty += 1
            continue
        if index:
            said.append("\n" * empty or ("" if joined else " "))
        said.append(_ESCAPE.sub(_unescaped, content))
        joined, empty = escaped, 0
    return "".join(said)


def _stripped(lines: list[str]) -> list[str]:
    if len(lines) == 1:
        return lines
    return [lines[0].rstrip(" \t"), *(line.strip(" \t") for line in lines[1:-1]), lines[-1].lstrip(" \t")]


def _ends_in_escape(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _without_trailing_space(line: str) -> str:
    stripped = line.rstrip(" \t")
    if len(stripped) < len(line) and _ends_in_escape(stripped):
        return line[: len(stripped) + 1]  # that space is escaped
    return stripped


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1 and code[0] in "xuU":
        value = int(code[1:], 16)
        if value <= _HIGHEST:
            return chr(value)
    elif code in _NAMED:
        return _NAMED[code]
    raise ValueError(code)


def literal(lines: list[str], chomping: str) -> str:
    """The lines of a literal block scalar, without their indentation; ``chomping`` is "", "-" or "+"."""
    content, trailing = _chomped(lines)
    return "\n".join(content) + _ending(content, trailing, chomping)


def folded_block(lines: list[str], chomping: str) -> str:
    """The lines of a folded block scalar. Lines that begin with white space keep the breaks around them."""
    content, trailing = _chomped(lines)
    said: list[str] = []
    breaks = 0
    before: str | None = None
    for line in content:
        if not line:
            breaks += 1
            continue
        if before is None:
            said.append("\n" * breaks)
        elif before[0] in " \t" or line[0] in " \t":
            said.append("\n" * (breaks + 1))
        else:
            said.append("\n" * breaks or " ")
        said.append(line)
        before, breaks = line, 0
    return "".join(said) + _ending(content, trailing, chomping)


def _chomped(lines: list[str]) -> tuple[list[str], int]:
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    return lines[:end], len(lines) - end


def _ending(content: list[str], trailing: int, chomping: str) -> str:
    if chomping == "+":
        return "\n" * (trailing + bool(content))
    return "\n" if content and not chomping else ""
