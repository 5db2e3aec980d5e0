"""Where the name at a place is declared, and what the alias at a place stands for."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.ide.cursor import Cursor, cursor_at
from orchestrate_ls.ide.names import NameKind, declarations, name_at
from orchestrate_ls.ide.places import Target, target_of, whole_of
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.tree import Alias, walk


@dataclass(frozen=True, slots=True)
class Definition:
    """``start`` to ``end`` is what was asked about; ``targets`` is where it leads, in document order."""

    start: int
    end: int
    targets: tuple[Target, ...]
    agent: str | None = None
    """The agent that was asked about, which definition files may describe as well."""


def definition(file: PlanFile, offset: int) -> Definition | None:
    """What the name or alias at an offset refers to; None where there is neither, or nothing declares it."""
    cursor = cursor_at(file, offset)
    if cursor is None:
        return None
    occurrence = name_at(cursor)
    if occurrence is None:
        return _anchor(cursor)
    targets = tuple(target_of(cursor.source, each) for each in declarations(cursor.source, occurrence.name))
    agent = occurrence.name.text if occurrence.name.kind is NameKind.AGENT else None
    if not targets and agent is None:
        return None
    return Definition(occurrence.start, occurrence.end, targets, agent)


def _anchor(cursor: Cursor) -> Definition | None:
    alias = cursor.node
    if not isinstance(alias, Alias) or alias.target is None:
        return None
    source = cursor.source
    for index, part in enumerate(source.parts):
        if not part.parsed.anchors or part.parsed.root is None:
            continue
        if any(node is alias.target for node in walk(part.parsed.root)):
            start, end = whole_of(source, index, alias.target)
            at = part.text.find(f"&{alias.name}", alias.target.start, alias.target.end)
            if at >= 0:
                first = source.part_base(index) + at
                named = first + 1 + len(alias.name)
                target = Target(first, named, min(start, first), max(end, named))
            else:
                target = Target(start, start, start, end)
            return Definition(cursor.base + alias.start, cursor.base + alias.end, (target,))
    return None
