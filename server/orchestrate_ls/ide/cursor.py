"""What stands at an offset of a plan file: which plan, which task or top-level key, and the node with the way to it.

Found by halving at each level, so that a file of ten thousand tasks costs as much as one of ten. Knows where things
stand, not what they mean.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import Enum

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Path
from orchestrate_ls.plan.parts import Part
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.tree import AnyNode, Entry, Mapping, Sequence


class On(Enum):
    """What of the innermost thing the offset is on."""

    KEY = "the key at the end of the path"
    VALUE = "the scalar or alias at the end of the path"
    BETWEEN = "space, punctuation or a comment inside the collection at the end of the path"


@dataclass(frozen=True, slots=True)
class Cursor:
    """What stands at ``offset`` (code points of the file). Node offsets count from ``base``."""

    offset: int
    source: PlanSource
    plan: int
    """Which of the file's plans it is."""
    part: int
    """The index of the part in the source."""
    base: int
    task: int | None
    """The index of the task; None outside all of them."""
    path: Path
    """From the task's mapping, or from the plan's root."""
    on: On
    node: AnyNode | None
    """The key, scalar, alias or collection; None where there is nothing at all."""
    around: tuple[AnyNode | Entry, ...] = ()
    """What contains the offset, outermost first, without the node itself."""

    @property
    def root_path(self) -> Path:
        """The path from the plan's root."""
        return self.path if self.task is None else ("tasks", self.task, *self.path)

    @property
    def text(self) -> str:
        """The text of the part."""
        return self.source.parts[self.part].text


def cursor_at(file: PlanFile, offset: int) -> Cursor | None:
    """What stands at an offset; None in a file without any text, and outside of all plans in it."""
    chunk = file.chunks.chunk_at(offset)
    if chunk < 0 or not 0 <= offset <= len(file.chunks):
        return None
    plan = bisect_right(file.sources, chunk, key=lambda each: each.first) - 1
    if plan < 0:
        return None
    source = file.sources[plan]
    # A document that could not be cut has one part for all of its chunks.
    index = min(chunk - source.first, len(source.parts) - 1)
    if index < 0:
        return None
    part, base = source.parts[index], source.part_base(index)
    return _in_part(source, plan, index, part, base, offset)


def _in_part(source: PlanSource, plan: int, index: int, part: Part, base: int, offset: int) -> Cursor:
    around: list[AnyNode | Entry] = []
    path: list[str | int] = []
    task: int | None = None
    at = offset - base
    on, node = On.BETWEEN, part.parsed.root
    while node is not None:
        position = _task_position(part, node)
        if position is not None:
            task, path = bisect_left(source.task_parts, index) + position, []
        if isinstance(node, Mapping):
            entry = _last_before(node.entries, at)
            if entry is None:
                break
            name = entry.name
            if at <= entry.key.end:
                around += [node, entry]
                path.append(name if name is not None else "")
                on, node = On.KEY, entry.key
                break
            if not entry.value.start <= at <= entry.value.end:
                break
            around += [node, entry]
            path.append(name if name is not None else "")
            node = entry.value
        elif isinstance(node, Sequence):
            number = bisect_right(node.items, at, key=_start) - 1
            if number < 0 or at > node.items[number].end:
                break
            around.append(node)
            path.append(number)
            node = node.items[number]
        else:
            on = On.VALUE if node.start <= at <= node.end else On.BETWEEN
            break
    return Cursor(offset, source, plan, index, base, task, tuple(path), on, node, tuple(around))


def _task_position(part: Part, node: AnyNode) -> int | None:
    """Which of the part's tasks a node is."""
    items = part.items
    if not items:
        return None
    position = bisect_left(items, node.start, key=_start)
    while position < len(items) and items[position].start == node.start:
        if items[position] is node:
            return position
        position += 1
    return None


def _start(node: AnyNode | Entry) -> int:
    return node.start


def _last_before(entries: list[Entry], at: int) -> Entry | None:
    position = bisect_right(entries, at, key=_start) - 1
    return entries[position] if position >= 0 else None
