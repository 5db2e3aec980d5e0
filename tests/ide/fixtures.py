"""Plans with marks in them: `$0` is the cursor, `«T1»` a use and `‹T1›` a declaration of what is asked about."""

from __future__ import annotations

import re

CURSOR = "$0"
_MARK = re.compile(r"[«»‹›]|\$0")


def marked(text: str) -> tuple[str, int, list[tuple[int, int, bool]]]:
    """The text without marks, the cursor's offset, and the marked ranges with whether they declare."""
    plain, offset, opened = "", -1, 0
    ranges: list[tuple[int, int, bool]] = []
    at = 0
    for match in _MARK.finditer(text):
        plain += text[at : match.start()]
        at = match.end()
        if match[0] == CURSOR:
            assert offset < 0, "one cursor is enough"
            offset = len(plain)
        elif match[0] in "«‹":
            opened = len(plain)
        else:
            ranges.append((opened, len(plain), match[0] == "›"))
    plain += text[at:]
    assert offset >= 0, "no cursor"
    return plain, offset, ranges


def shown(text: str, ranges: list[tuple[int, int, bool]]) -> str:
    """The text with ranges marked, for comparing."""
    marks = [(start, "‹" if declares else "«") for start, _, declares in ranges]
    marks += [(end, "›" if declares else "»") for _, end, declares in ranges]
    for place, mark in sorted(marks, reverse=True):
        text = text[:place] + mark + text[place:]
    return text
