"""Cuts a text of unknown kind into blocks of lines, so that editing it is cheap. Knows nothing of any language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from orchestrate_ls.text.chunks import Chunk, ChunkedText
from orchestrate_ls.text.steps import Steps

BlockText: TypeAlias = ChunkedText[None]

_BLOCK: Final = 8192
"""Characters after which the next line end closes a block."""
_LARGEST: Final = 4 * _BLOCK
_BLOCKS_PER_STEP: Final = 16


class BlockCutter:
    """Cuts behind a line feed every few thousand characters."""

    def start(self) -> None:
        """There is nothing to know at the start of a text."""

    def cut_steps(self, text: str, state: None) -> Steps[tuple[list[Chunk[None]], None]]:
        """The blocks of a text."""
        chunks: list[Chunk[None]] = []
        start = 0
        while start < len(text):
            end = len(text)
            if end - start > _LARGEST:
                end = text.find("\n", start + _BLOCK) + 1 or end
            chunks.append(Chunk(text[start:end], None))
            start = end
            if not len(chunks) % _BLOCKS_PER_STEP:
                yield
        return chunks, None

    def affected(self, chunks: Sequence[Chunk[None]], first: int, last: int) -> tuple[int, int]:
        """Only what was edited, unless that left a block without its line feed, which ``ChunkedText`` sees itself."""
        return first, last


BLOCK_CUTTER: Final = BlockCutter()
