"""Plain scalars by the YAML 1.2 core schema (section 10.3 of the specification).

``yes``, ``on`` and ``1:30`` are text here, and so are dates: only null, booleans, integers and floats are resolved.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

CoreValue: TypeAlias = None | bool | int | float | str

_WORDS: Final[dict[str, CoreValue]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"),
    "+.inf": float("inf"), "+.Inf": float("inf"), "+.INF": float("inf"),
    "-.inf": float("-inf"), "-.Inf": float("-inf"), "-.INF": float("-inf"),
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
NULL_WORDS: Final = frozenset({"", "~", "null", "Null", "NULL"})
"""The plain texts that mean null."""
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL: Final = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")

# Python refuses to read longer integers (CVE-2020-10735); no plan needs a number of that length.
_LONGEST_NUMBER: Final = 400
_NUMBER_START: Final = frozenset("-+.0123456789")


def resolve_plain(text: str) -> CoreValue:
    """The core-schema value of a plain scalar's text. A number of more than 400 characters stays text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START or len(text) > _LONGEST_NUMBER:
        return text
    if _DECIMAL.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if _OCTAL.match(text):
        return int(text, 8)
    if _HEXADECIMAL.match(text):
        return int(text, 16)
    return text
