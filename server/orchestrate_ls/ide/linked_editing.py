"""The places that change together while someone types at a name: what declares it, and everything that uses it.

Only from the place that declares the name: whoever types at a use wants to name another task, not to rename this one.
Nothing is linked where typing would not give the same name everywhere: with two declarations, with different quotes,
and where an anchor or alias stands for the name. Groups have no declaration, so they are left to rename.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orchestrate_ls.ide.cursor import cursor_at
from orchestrate_ls.ide.names import NameKind, Occurrence, Role, name_at, occurrences
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.tree import Scalar

TASK_PATTERN: Final = r"[^\s,\[\]{}\"'#:&*!|>%@`]+"
NAME_PATTERN: Final = r"[^\s,\[\]{}\"'#:&*!|>%@`](?:[^,\[\]{}\"'#:\r\n]*[^\s,\[\]{}\"'#:])?"
"""As JavaScript reads them; what they leave out would end the name, or need quotes, in one of the places."""

_LINKED: Final = frozenset({NameKind.TASK, NameKind.AGENT, NameKind.SKILL, NameKind.GATE})


@dataclass(frozen=True, slots=True)
class Linked:
    """Ranges in code points of the file that hold the same text, and what may be typed there."""

    ranges: tuple[tuple[int, int], ...]
    word_pattern: str


def linked_ranges(file: PlanFile, offset: int) -> Linked | None:
    """The places that change with the one at an offset; None where there are no others, or it would not be safe."""
    cursor = cursor_at(file, offset)
    at = name_at(cursor) if cursor is not None else None
    if cursor is None or at is None or at.role is not Role.DECLARATION or at.name.kind not in _LINKED:
        return None
    found = occurrences(cursor.source, at.name)
    if len(found) < 2 or sum(each.role is Role.DECLARATION for each in found) > 1:
        return None
    if any(not _is_plain_text(each, at) for each in found):
        return None
    text = file.chunks
    if any(text.text[each.start : each.end] != at.name.text for each in found):
        return None
    pattern = TASK_PATTERN if at.name.kind is NameKind.TASK else NAME_PATTERN
    return Linked(tuple((each.start, each.end) for each in found), pattern)


def _is_plain_text(each: Occurrence, at: Occurrence) -> bool:
    node = each.node
    return (
        each.direct
        and isinstance(node, Scalar)
        and node.anchor is None
        and node.tag is None
        and node.style not in ("|", ">")
        and isinstance(at.node, Scalar)
        and node.style == at.node.style
    )
