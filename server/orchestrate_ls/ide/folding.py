"""Which lines of a file can be folded away. Lines are zero-based, both ends included."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.cutting import YamlChunk
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Scalar, Sequence
from orchestrate_ls.text.positions import line_starts

_AT_ONCE: Final = 200
_COMMENT: Final = re.compile(r"[ \t]*#")


class Fold(NamedTuple):
    """Some lines, ``depth`` collections deep (0 for tasks and top-level keys). There may be tens of thousands."""

    start: int
    end: int
    depth: int = 0
    is_comment: bool = False


def folding_ranges(file: PlanFile, most: int | None = None) -> list[Fold]:
    """All that can be folded, in document order; where it is more than ``most``, the outermost of it."""
    found: list[Fold] = []
    for source in file.sources:
        found += _in_source(source)
    found = _sorted(found)
    if most is not None and len(found) > most:
        outermost = sorted(found, key=lambda each: each.depth)[: max(0, most)]
        found = _sorted(outermost)
    return found


def preparing(file: PlanFile) -> Iterator[None]:
    """Look at the parts that were not looked at before, a few at a time, so that others may have their turn between."""
    looked_at = 0
    for source in file.sources:
        chunks = source.chunks.chunks[source.first :]
        if len(source.parts) == 1:
            continue  # it may be a document that was read whole
        for chunk, part in zip(chunks, source.parts, strict=False):
            if chunk in _known:
                continue
            _known[chunk] = _one_per_line(_in_part(part.text, part.parsed.root))
            looked_at += 1
            if looked_at % _AT_ONCE == 0:
                yield


_known: Final[WeakKeyDictionary[YamlChunk, list[Fold]]] = WeakKeyDictionary()
"""The folds of chunks that an edit left as they were; lines count from the chunk's first."""


def _in_source(source: PlanSource) -> Iterator[Fold]:
    chunks = source.chunks
    whole = (
        len(source.parts) == 1
        and source.first < len(chunks.chunks)
        and (source.parts[0].text != chunks.chunks[source.first].text)
    )
    for index, part in enumerate(source.parts):
        if source.first + index >= len(chunks.chunks):
            return
        chunk = chunks.chunks[source.first + index]
        folds = None if whole else _known.get(chunk)
        if folds is None:
            folds = _one_per_line(_in_part(part.text, part.parsed.root))
            if not whole:
                _known[chunk] = folds
        first = chunks.lines[source.first + index]
        if first:
            yield from [
                Fold(start + first, end + first, depth, is_comment) for start, end, depth, is_comment in folds
            ]
        else:
            yield from folds
    yield from _task_list(source)


def _task_list(source: PlanSource) -> Iterator[Fold]:
    """The whole list of tasks, whose items have parts of their own."""
    tasks = source.header_entry("tasks")
    if tasks is None or tasks.name != "tasks" or not source.plan.tasks or not isinstance(tasks.value, Scalar):
        return
    start = source.base(Spot(None, ("tasks",))) + tasks.key.start
    last = len(source.plan.tasks) - 1
    part = source.task_parts[last]
    node = source.task_node(last)
    end = source.part_base(part) + written_end(source.parts[part].text, 0, node)
    first_line = source.chunks.position_at(start).line
    last_line = source.chunks.position_at(max(start, end - 1)).line
    if last_line > first_line:
        yield Fold(first_line, last_line, -1)


def _in_part(text: str, root: AnyNode | None) -> Iterator[Fold]:
    starts = line_starts(text)
    if len(starts) <= 1:
        return
    long_texts: list[tuple[int, int]] = []
    stack: list[tuple[AnyNode, int]] = [] if root is None else [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, Mapping):
            below = [(entry.key.start, entry.value) for entry in node.entries]
        elif isinstance(node, Sequence):
            below = [(item.start, item) for item in node.items]
        else:
            continue
        for start, value in below:
            if value.end - start < 2:
                continue
            first = bisect_right(starts, start) - 1
            if first + 1 >= len(starts) or value.end <= starts[first + 1]:
                continue  # all on one line
            last = bisect_right(starts, max(start, written_end(text, 0, value) - 1)) - 1
            if last > first:
                yield Fold(first, last, depth)
            if isinstance(value, Scalar):
                long_texts.append((first, last))
            stack.append((value, depth + 1))
    yield from _comments(text, starts, long_texts)


def _comments(text: str, starts: list[int], long_texts: list[tuple[int, int]]) -> Iterator[Fold]:
    """Two lines or more of nothing but comments."""
    if "#" not in text:
        return
    first: int | None = None
    for line in range(len(starts) + 1):
        is_comment = line < len(starts) and _COMMENT.match(text, starts[line]) is not None
        if is_comment and any(start < line <= end for start, end in long_texts):
            is_comment = False
        if is_comment:
            first = line if first is None else first
            continue
        if first is not None and line - first > 1:
            yield Fold(first, line - 1, 0, is_comment=True)
        first = None


def _one_per_line(folds: Iterator[Fold]) -> list[Fold]:
    """Of the folds that begin on one line the longest: an editor shows one handle."""
    longest: dict[int, Fold] = {}
    for fold in folds:
        known = longest.get(fold.start)
        if known is None or fold.end > known.end:
            longest[fold.start] = fold
    return _sorted(list(longest.values()))


def _sorted(folds: list[Fold]) -> list[Fold]:
    return sorted(folds, key=lambda each: (each.start, -each.end))
