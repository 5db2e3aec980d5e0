"""Ranges as the JSON that the protocol asks for. Imports nothing heavy: every feature needs it from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orchestrate_ls.text.chunks import ChunkedText
    from orchestrate_ls.text.positions import Encoding


def to_range(text: ChunkedText[Any], start: int, end: int, encoding: Encoding) -> dict[str, Any]:
    """A range of code points as the protocol's."""
    first, last = text.range_at(start, end, encoding)
    return {
        "start": {"line": first.line, "character": first.character},
        "end": {"line": last.line, "character": last.character},
    }
