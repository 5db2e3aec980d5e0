"""The places of the name under the cursor, to be marked while it stays there."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.ide.names import Occurrence, Role
from orchestrate_ls.ide.references import references
from orchestrate_ls.plan.file import PlanFile


@dataclass(frozen=True, slots=True)
class Highlight:
    """A range in code points of the file, and whether it declares the name."""

    start: int
    end: int
    declares: bool


def highlights(file: PlanFile, offset: int) -> list[Highlight]:
    """What to mark for a cursor at an offset, in document order."""
    return [highlight_of(each) for each in references(file, offset, with_declarations=True)]


def highlight_of(place: Occurrence) -> Highlight:
    """How to mark one place of the name."""
    return Highlight(place.start, place.end, place.role is Role.DECLARATION)
