"""Text edits as plain data. Offsets count code points. Knows nothing of YAML or of editors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """Replace the code points ``[start, end)`` by ``new_text``."""

    start: int
    end: int
    new_text: str


class OverlappingEditsError(ValueError):
    """Two edits of one set touch the same text, so their order would matter."""


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text after all edits, which all refer to the text as given.

    Several insertions at one place come in the order given. Raises ``OverlappingEditsError`` where ranges overlap and
    ``ValueError`` where one lies outside the text.
    """
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < done:
            raise OverlappingEditsError(f"two edits overlap at offset {edit.start}")
        if not edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {edit.start}:{edit.end} lies outside a text of {len(text)} characters")
        pieces.append(text[done : edit.start])
        pieces.append(edit.new_text)
        done = edit.end
    pieces.append(text[done:])
    return "".join(pieces)
