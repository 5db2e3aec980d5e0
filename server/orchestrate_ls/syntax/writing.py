"""How a scalar is written down: plain where YAML 1.2 reads it back as the same text, quoted where it must be.

Knows the syntax of scalars only, nothing of where they go in a file (``syntax.splice``) or what they mean.
"""

from __future__ import annotations

import re
from typing import Final

from orchestrate_ls.syntax.scalars import resolve_plain

_INDICATORS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW_INDICATORS: Final = frozenset(",[]{}")
_COLON_OR_COMMENT: Final = re.compile(r":(?:[ \t]|\Z)|[ \t]#")
# In flow context a colon before a flow indicator ends a key too, and readers differ on what a bare "?" does there.
_FLOW_COLON: Final = re.compile(r":[,\[\]{}]")
_SHORT_ESCAPES: Final = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\",
}  # fmt: skip


def can_be_plain(text: str, *, in_flow: bool = False) -> bool:
    """Whether the text, written without quotes, is one plain scalar (of whatever type) with just that content."""
    if not text or not text.isprintable() or text[0] == " " or text[-1] == " ":
        return False
    if text.startswith(("---", "...", "\ufeff")):
        return False
    if text[0] in _INDICATORS:
        follower = text[1:2]
        if text[0] not in "-?:" or not follower or follower == " " or in_flow:
            return False
    if _COLON_OR_COMMENT.search(text):
        return False
    if not in_flow:
        return True
    return not _FLOW_INDICATORS.intersection(text) and not _FLOW_COLON.search(text)


def write_scalar(text: str, *, in_flow: bool = False, style: str = "", as_number: bool = False) -> str:
    """A one-line scalar that reads back as this text.

    ``style`` (``''``, ``"'"`` or ``'"'``) is kept where it can be. With ``as_number`` a text that is a number stays
    one; otherwise what YAML would read as a number, a boolean or null gets quotes.
    """
    if style == '"' or not text.isprintable():
        return _double_quoted(text)
    if style == "'":
        return _single_quoted(text)
    if not can_be_plain(text, in_flow=in_flow) or text == "<<":
        return _single_quoted(text)
    value = resolve_plain(text)
    if isinstance(value, str) or (as_number and value is not None and not isinstance(value, bool)):
        return text
    return _single_quoted(text)


def _single_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double_quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if short := _SHORT_ESCAPES.get(character):
        return short
    if character.isprintable():
        return character
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
