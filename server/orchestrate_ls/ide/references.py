"""All places of the name at a place."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.ide.cursor import cursor_at
from orchestrate_ls.ide.names import Occurrence, Role, in_order, name_at, occurring
from orchestrate_ls.plan.file import PlanFile


def references(file: PlanFile, offset: int, *, with_declarations: bool) -> list[Occurrence]:
    """The places of the name at an offset in its plan, in document order; none where there is no name."""
    found = in_order(places_of_name_at(file, offset))
    return [each for each in found if with_declarations or each.role is Role.USE]


def places_of_name_at(file: PlanFile, offset: int) -> Iterator[Occurrence]:
    """The same one by one, in no order and with the declarations, for whoever cannot do it all in one go."""
    cursor = cursor_at(file, offset)
    at = name_at(cursor) if cursor is not None else None
    if cursor is not None and at is not None:
        yield from occurring(cursor.source, at.name)
