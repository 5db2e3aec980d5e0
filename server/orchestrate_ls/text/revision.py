"""Several rounds of edits as one set of edits on the text they began with. Knows nothing of YAML or of editors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from orchestrate_ls.text.edits import OverlappingEditsError, TextEdit

_Piece: TypeAlias = tuple[int, int] | str
"""A range of the original text, or new text."""


class Revision:
    """What is left of a text of a given length, and what was put in; each round of edits refers to the last one's text.

    A round costs as much as there are places edited so far.
    """

    def __init__(self, length: int) -> None:
        self._length: Final = length
        self._pieces: list[_Piece] = [(0, length)]

    def copy(self) -> Revision:
        """The same revision, which goes its own way from here."""
        copied = Revision(self._length)
        copied._pieces = self._pieces.copy()
        return copied

    def apply(self, edits: Iterable[TextEdit]) -> None:
        """One round of edits, all of which refer to the text as it is now.

        Raises ``OverlappingEditsError`` where two of them overlap.
        """
        pieces: list[_Piece] = []
        rest = iter(self._pieces)
        current: _Piece | None = next(rest, None)
        at = 0

        def take(end: int, *, keep: bool) -> None:
            """Go on to an offset of the text as it is now."""
            nonlocal current, at
            while current is not None and at < end:
                size = _size(current)
                wanted = min(end - at, size)
                if keep and wanted:
                    pieces.append(_cut(current, 0, wanted))
                at += wanted
                current = _cut(current, wanted, size) if wanted < size else next(rest, None)

        for edit in sorted(edits, key=lambda each: (each.start, each.end)):
            if edit.start < at:
                raise OverlappingEditsError(f"two edits overlap at offset {edit.start}")
            take(edit.start, keep=True)
            take(edit.end, keep=False)
            if edit.new_text:
                pieces.append(edit.new_text)
        while current is not None:
            pieces.append(current)
            current = next(rest, None)
        self._pieces = pieces

    def edits(self) -> tuple[TextEdit, ...]:
        """One set of edits on the original text that does the same as all rounds, in order and apart."""
        found: list[TextEdit] = []
        done = 0
        new = ""
        for piece in [*self._pieces, (self._length, self._length)]:
            if isinstance(piece, str):
                new += piece
                continue
            if new or piece[0] > done:
                found.append(TextEdit(done, piece[0], new))
                new = ""
            done = piece[1]
        return tuple(found)


def _size(piece: _Piece) -> int:
    return len(piece) if isinstance(piece, str) else piece[1] - piece[0]


def _cut(piece: _Piece, start: int, end: int) -> _Piece:
    if isinstance(piece, str):
        return piece[start:end]
    return piece[0] + start, piece[0] + end
