"""All places of the name at a place."""

from __future__ import annotations

from orchestrate_ls.ide.cursor import cursor_at
from orchestrate_ls.ide.names import Occurrence, Role, name_at, occurrences
from orchestrate_ls.plan.file import PlanFile


def references(file: PlanFile, offset: int, *, with_declarations: bool) -> list[Occurrence]:
    """The places of the name at an offset in its plan, in document order; none where there is no name."""
    cursor = cursor_at(file, offset)
    at = name_at(cursor) if cursor is not None else None
    if cursor is None or at is None:
        return []
    found = occurrences(cursor.source, at.name)
    return [each for each in found if with_declarations or each.role is Role.USE]
