"""Which lines of a file belong to a task of an ordinary block list: its comments, itself, the blank lines around it.

A comment directly above an item belongs to it; one that is indented deeper than the item's dash, below it, belongs to
the item above. Knows no action.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan.rewriting import NotPossibleError
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.cutting import Kind
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Scalar, Sequence
from orchestrate_ls.text.lines import line_start, next_line

_BLANK_OR_COMMENT: Final = re.compile(r"([ \t]*)(#[^\r\n]*)?(?=[\r\n]|\Z)")
_NO_LIST: Final = (
    "the tasks are not a plain list with one `- id: ...` item below the other, so there are no lines to move"
)


@dataclass(frozen=True, slots=True)
class TaskLines:
    """Offsets in the file, all at line starts (``end`` may be the end of the text).

    ``lead`` is where the comments directly above begin, ``start`` the line of the dash, ``end`` what comes behind the
    task and the comments that belong to it.
    """

    lead: int
    start: int
    end: int
    column: int
    """Of the dash."""


def task_lines(source: PlanSource, index: int) -> TaskLines:
    """The lines of a task. Raises ``NotPossibleError`` where it has no lines of its own."""
    part = _item_part(source, index)
    text = source.text
    start, end, column = _own_lines(source, index)
    lowest = _own_lines(source, index - 1)[1] if _follows(source, index) else source.part_base(part - 1)
    lead = start
    while lead > lowest:
        above = line_start(text, lead - 2 if text.startswith("\r\n", lead - 2) else lead - 1)
        match = _BLANK_OR_COMMENT.match(text, above)
        if above < lowest or match is None or match[2] is None:
            break
        lead = above
    return TaskLines(lead, start, end, column)


def block_text_at_end(source: PlanSource, index: int) -> Scalar | None:
    """The text in block style (``|`` or ``>``) that a task ends with: the line break behind it is part of its value."""
    node: AnyNode = source.task_node(index)
    while isinstance(node, (Mapping, Sequence)) and not node.flow:
        below = node.entries[-1].value if isinstance(node, Mapping) and node.entries else None
        if isinstance(node, Sequence) and node.items:
            below = node.items[-1]
        if below is None:
            return None
        node = below
    return node if isinstance(node, Scalar) and node.style in ("|", ">") else None


def ends_with_open_text(source: PlanSource, index: int) -> bool:
    """Whether a task ends with a text that keeps the blank lines below it (``|+``), or that the file's end cuts off."""
    node = block_text_at_end(source, index)
    if node is None:
        return False
    base, text = source.base(index), source.text
    header = text[base + node.start : next_line(text, base + node.start)]
    return "+" in header.partition("#")[0] or base + node.end >= len(text)


def entries_before(source: PlanSource, index: int, usual: tuple[str, ...]) -> tuple[str, ...]:
    """Behind which of a task's entries a new one goes: the usual ones, but never behind a text that it would change."""
    has_id = source.plan.tasks[index].id is not None
    return ("id",) if has_id and ends_with_open_text(source, index) else usual


def _follows(source: PlanSource, index: int) -> bool:
    """Whether the task before a task is the part before its part."""
    return index > 0 and source.task_parts[index - 1] == source.task_parts[index] - 1


def _item_part(source: PlanSource, index: int) -> int:
    part = source.task_parts[index]
    if part == 0 or source.parts[part].kind is not Kind.ITEM or len(source.parts[part].items) != 1:
        raise NotPossibleError(_NO_LIST)
    if source.parts[part].broken:
        raise NotPossibleError("the task has syntax errors; mend them first")
    return part


def _own_lines(source: PlanSource, index: int) -> tuple[int, int, int]:
    part = _item_part(source, index)
    text, base = source.text, source.part_base(part)
    bound = base + len(source.parts[part].text)
    column = len(source.parts[part].text) - len(source.parts[part].text.lstrip(" "))
    if text[base + column : base + column + 1] != "-":
        raise NotPossibleError(_NO_LIST)
    written = max(base + column + 1, written_end(text, base, source.task_node(index)))
    end = at = min(bound, next_line(text, written))
    while at < bound:
        match = _BLANK_OR_COMMENT.match(text, at)
        if match is None:
            break
        at = min(bound, next_line(text, at))
        if match[2] is not None:
            if len(match[1]) <= column:
                break
            end = at
    return base, end, column
