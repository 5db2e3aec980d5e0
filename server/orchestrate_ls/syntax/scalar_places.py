"""Where a part of a scalar's content stands in its text, under quotes and escapes.

Knows one scalar as written and what it was read as, nothing else.
"""

from __future__ import annotations

from orchestrate_ls.syntax.tree import PLAIN, Scalar


def place_in_scalar(scalar: Scalar, written: str, start: int, end: int) -> tuple[int, int] | None:
    """The range of ``written`` (the scalar as it stands in the file, with its quotes) that ``text[start:end]`` of the
    scalar was read from. None where that cannot be told for sure: behind an escape, or in folded lines.
    """
    if not 0 <= start <= end <= len(scalar.text):
        return None
    base = _content_start(scalar, written)
    if base is None or written[base : base + end] != scalar.text[:end]:
        return _only_place(scalar, written, start, end)
    return base + start, base + end


def offset_in_content(scalar: Scalar, written: str, offset: int) -> int | None:
    """The offset in the scalar's text of an offset in ``written``; None where it is not in one line as it was read."""
    base = _content_start(scalar, written)
    if base is None:
        return None
    at = offset - base
    if not 0 <= at <= len(scalar.text) or written[base : base + len(scalar.text)] != scalar.text:
        return None
    return at


def _content_start(scalar: Scalar, written: str) -> int | None:
    if scalar.style == PLAIN:
        return 0
    if scalar.style in ("'", '"') and written[:1] == scalar.style:
        return 1
    return None


def _only_place(scalar: Scalar, written: str, start: int, end: int) -> tuple[int, int] | None:
    part = scalar.text[start:end]
    if not part or written.count(part) != 1:
        return None
    at = written.index(part)
    return at, at + len(part)
