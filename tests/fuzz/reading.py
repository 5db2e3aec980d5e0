"""Takes decisions from bytes, so that small changes of the bytes are small changes of what is tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


class Bytes:
    """Reads what a target needs from the front; what is left is its text. At the end there are zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def number(self, below: int) -> int:
        """From 0 to ``below`` - 1, from as many bytes as that takes."""
        found, span = 0, 1
        while span < below:
            byte = self._data[self._place] if self._place < len(self._data) else 0
            self._place += 1
            found, span = found * 256 + byte, span * 256
        return found % below if below > 1 else 0

    def one_of(self, choices: Sequence[_T]) -> _T:
        return choices[self.number(len(choices))]

    @property
    def is_empty(self) -> bool:
        return self._place >= len(self._data)

    def rest(self) -> bytes:
        """All that is left."""
        place, self._place = self._place, len(self._data)
        return self._data[place:]

    def text(self) -> str:
        """All that is left, as a text; halves of surrogate pairs included, as JSON can bring them."""
        data = self.rest()
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return data.decode("utf-8", "replace")
