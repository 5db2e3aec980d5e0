"""A text kept as chunks of whole lines, so that an edit costs what it touches and not what the file holds.

Where the cuts are is decided by a ``Cutter``, which knows the language; this file does not. Cutting again only around
an edit must give what cutting the whole text anew would give, and the cutter says how far around that is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final, Generic, Protocol, TypeVar

from orchestrate_ls.text.positions import (
    Encoding,
    Position,
    count_line_breaks,
    from_units,
    line_starts,
    strip_line_break,
    to_units,
)
from orchestrate_ls.text.steps import Steps, in_one_go

State = TypeVar("State")


class Chunk(Generic[State]):
    """Some whole lines. ``state`` is what the cutter knew at their start.

    Chunks are immutable and shared by all versions of a text that hold them, so whatever is worked out from the text
    and state alone can be kept with them, as ``known``.
    """

    __slots__ = ("__weakref__", "breaks", "known", "starts", "state", "text")

    def __init__(self, text: str, state: State) -> None:
        self.text: Final = text
        self.state: Final = state
        self.breaks: Final = count_line_breaks(text)
        self.starts: list[int] | None = None
        self.known: object | None = None

    @property
    def line_starts(self) -> list[int]:
        """The offset of each line's start inside the chunk."""
        if self.starts is None:
            self.starts = line_starts(self.text)
        return self.starts

    def __repr__(self) -> str:
        return f"Chunk({self.text!r}, {self.state!r})"


class Cutter(Protocol[State]):
    """Cuts a text into chunks at line starts."""

    def start(self) -> State:
        """The state at the start of a text."""
        ...

    def cut_steps(self, text: str, state: State) -> Steps[tuple[list[Chunk[State]], State]]:
        """The chunks of a text that begins in a state, and the state behind it. No text gives no chunk."""
        ...

    def affected(self, chunks: Sequence[Chunk[State]], first: int, last: int) -> tuple[int, int]:
        """Which chunks ``[first, last)`` have to be cut again when chunks ``[first, last)`` were edited."""
        ...


@dataclass(frozen=True, slots=True)
class Splice:
    """What an edit did to the list of chunks: ``removed`` ones from ``first`` on gave way to ``added`` ones."""

    first: int
    removed: int
    added: int


class ChunkedText(Generic[State]):
    """An immutable text of chunks. Offsets count code points, lines and positions are zero-based."""

    def __init__(
        self,
        cutter: Cutter[State],
        chunks: list[Chunk[State]],
        lengths: list[int] | None = None,
        breaks: list[int] | None = None,
    ) -> None:
        """``lengths`` and ``breaks`` are those of the chunks, where they are known already."""
        self.cutter = cutter
        self.chunks = chunks
        self._lengths = [len(chunk.text) for chunk in chunks] if lengths is None else lengths
        self._breaks = [chunk.breaks for chunk in chunks] if breaks is None else breaks

    @classmethod
    def of(cls, text: str, cutter: Cutter[State]) -> ChunkedText[State]:
        """Cut a whole text."""
        return in_one_go(cls.steps_of(text, cutter))

    @classmethod
    def steps_of(cls, text: str, cutter: Cutter[State]) -> Steps[ChunkedText[State]]:
        """Cut a whole text in steps."""
        chunks, _ = yield from cutter.cut_steps(text, cutter.start())
        return cls(cutter, chunks)

    @cached_property
    def text(self) -> str:
        """The whole text; put together on first use."""
        return "".join([chunk.text for chunk in self.chunks])

    @cached_property
    def offsets(self) -> list[int]:
        """The offset at which each chunk starts, and behind the last one the length of the text."""
        return list(accumulate(self._lengths, initial=0))

    @cached_property
    def lines(self) -> list[int]:
        """The line at which each chunk starts, and behind the last one the number of the last line."""
        return list(accumulate(self._breaks, initial=0))

    def __len__(self) -> int:
        return self.offsets[-1]

    def chunk_at(self, offset: int) -> int:
        """The index of the chunk that holds an offset; the last one for the end of the text. -1 for an empty text."""
        return min(bisect_right(self.offsets, offset), len(self.chunks)) - 1

    def offset_at(self, position: Position, encoding: Encoding = Encoding.UTF16) -> int:
        """The offset of a position. Past the end of a line it is the line's end, past the last line the text's end."""
        if position.line < 0:
            return 0
        if position.line > self.lines[-1]:
            return len(self)
        index = min(bisect_right(self.lines, position.line), len(self.chunks)) - 1
        if index < 0:
            return 0
        chunk = self.chunks[index]
        start, end = self._line_in_chunk(chunk, position.line - self.lines[index])
        line = strip_line_break(chunk.text[start:end])
        return self.offsets[index] + start + from_units(line, max(0, position.character), encoding)

    def position_at(self, offset: int, encoding: Encoding = Encoding.UTF16) -> Position:
        """The position of an offset; one outside the text is moved to its nearest end."""
        offset = min(max(0, offset), len(self))
        index = self.chunk_at(offset)
        if index < 0:
            return Position(0, 0)
        return self.position_in_chunk(index, offset - self.offsets[index], encoding)

    def position_in_chunk(self, index: int, offset: int, encoding: Encoding = Encoding.UTF16) -> Position:
        """The position of an offset that counts from the start of a chunk."""
        chunk = self.chunks[index]
        line = bisect_right(chunk.line_starts, offset) - 1
        start, end = self._line_in_chunk(chunk, line)
        if offset == len(chunk.text) and start == offset and index + 1 < len(self.chunks):
            return Position(self.lines[index + 1], 0)
        return Position(self.lines[index] + line, to_units(chunk.text[start:end], offset - start, encoding))

    def range_at(
        self, start: int, end: int, encoding: Encoding = Encoding.UTF16
    ) -> tuple[Position, Position]:
        """The positions of two offsets. Where both lie on one line, as most do, the line is looked for once."""
        if not 0 <= start <= end <= len(self) or not self.chunks:
            return self.position_at(start, encoding), self.position_at(end, encoding)
        index = self.chunk_at(start)
        chunk, base = self.chunks[index], self.offsets[index]
        line = bisect_right(chunk.line_starts, start - base) - 1
        begin, stop = self._line_in_chunk(chunk, line)
        # At the stop itself the next line begins, perhaps in another chunk.
        if end - base >= stop or start - base >= stop:
            return self.position_at(start, encoding), self.position_at(end, encoding)
        row, text = self.lines[index] + line, chunk.text[begin:stop]
        first = to_units(text, start - base - begin, encoding)
        return Position(row, first), Position(row, to_units(text, end - base - begin, encoding))

    def line_text(self, line: int) -> str:
        """A line's text without its break; empty for a line that is not there."""
        start = self.offset_at(Position(line, 0))
        index = self.chunk_at(start)
        if index < 0 or not 0 <= line <= self.lines[-1]:
            return ""
        chunk = self.chunks[index]
        begin, end = self._line_in_chunk(chunk, line - self.lines[index])
        return strip_line_break(chunk.text[begin:end])

    def clip_to_line(self, start: int, end: int) -> tuple[int, int]:
        """A range cut off at the end of the line it starts on, without white space before the cut."""
        index = self.chunk_at(start)
        if index < 0:
            return start, end
        base, text = self.offsets[index], self.chunks[index].text
        line_end = min(
            (place for mark in "\n\r" if (place := text.find(mark, start - base)) >= 0), default=len(text)
        )
        if end - base <= line_end:
            return start, end
        return start, start + len(text[start - base : line_end].rstrip())

    def _line_in_chunk(self, chunk: Chunk[State], line: int) -> tuple[int, int]:
        starts = chunk.line_starts
        end = starts[line + 1] if line + 1 < len(starts) else len(chunk.text)
        return starts[line], end

    def edit(self, start: int, end: int, new_text: str) -> tuple[ChunkedText[State], Splice]:
        """The text with the code points ``[start, end)`` replaced, and which chunks that changed.

        Raises ``ValueError`` where the range lies outside the text.
        """
        return in_one_go(self.edit_steps(start, end, new_text))

    def edit_steps(self, start: int, end: int, new_text: str) -> Steps[tuple[ChunkedText[State], Splice]]:
        """The same as ``edit``, in steps."""
        if not 0 <= start <= end <= len(self):
            raise ValueError(f"edit {start}:{end} lies outside a text of {len(self)} characters")
        chunks, offsets = self.chunks, self.offsets
        if not chunks:
            fresh, _ = yield from self.cutter.cut_steps(new_text, self.cutter.start())
            return ChunkedText(self.cutter, fresh), Splice(0, 0, len(fresh))
        first, last = self.cutter.affected(chunks, self.chunk_at(start), self.chunk_at(end) + 1)
        base = offsets[first]
        region = "".join([chunk.text for chunk in chunks[first:last]])
        region = region[: start - base] + new_text + region[end - base :]
        fresh, state = yield from self.cutter.cut_steps(region, chunks[first].state)
        if last < len(chunks) and (state != chunks[last].state or not _ends_line(region)):
            # What follows would be read differently now: cut it again, and keep the chunks that come out the same.
            rest = "".join([chunk.text for chunk in chunks[last:]])
            fresh, _ = yield from self.cutter.cut_steps(region + rest, chunks[first].state)
            fresh = _reuse(fresh, chunks[first:])
            yield
            last = len(chunks)
        else:
            fresh = _reuse(fresh, chunks[first:last])
        spliced = ChunkedText(
            self.cutter,
            [*chunks[:first], *fresh, *chunks[last:]],
            [*self._lengths[:first], *[len(chunk.text) for chunk in fresh], *self._lengths[last:]],
            [*self._breaks[:first], *[chunk.breaks for chunk in fresh], *self._breaks[last:]],
        )
        return spliced, Splice(first, last - first, len(fresh))


def _ends_line(text: str) -> bool:
    return not text or text.endswith("\n")


def _reuse(fresh: list[Chunk[State]], old: Iterable[Chunk[State]]) -> list[Chunk[State]]:
    """Fresh chunks, each replaced by an old one of the same text and state, which may carry facts already."""
    known = {(chunk.text, chunk.state): chunk for chunk in old}
    return [known.get((chunk.text, chunk.state), chunk) for chunk in fresh]
