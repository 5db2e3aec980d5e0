"""Tables that fit the terminal: what has to be read whole keeps its width, what can be cut or wrapped shares the rest.

Rich narrows every column alike and then cuts off what is at the right. Knows nothing of plans; cells are texts that are
safe to show already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from orchestrate_ls.cli.terminal import width

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Column:
    """How one column may be made to fit."""

    title: str
    justify: Literal["left", "right"] = "left"
    least: int | None = None
    """Cells that it keeps at least; None for a column that is never narrower than what it holds."""
    most: int | None = None
    """Cells that it has at most."""
    wraps: bool = False
    """Whether a longer text goes on in the next line; else it ends in an ellipsis."""
    may_go: bool = False
    """Whether the column is left out where not all of them fit, the leftmost such first."""


def fitting_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str | Text]], available: int, *, header: bool = True
) -> Table:
    """A table of at most so many cells, or of the least that its columns need."""
    from rich.table import Table

    natural = [_natural(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    widths = column_widths(columns, natural, available)
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0), show_header=header)
    for place, cells in widths.items():
        column = columns[place]
        table.add_column(
            column.title,
            justify=column.justify,
            width=cells,
            no_wrap=not column.wraps,
            overflow="fold" if column.wraps else "ellipsis",
        )
    for row in rows:
        table.add_row(*(row[place] for place in widths))
    return table


def column_widths(columns: Sequence[Column], natural: Sequence[int], available: int) -> dict[int, int]:
    """The width of each column that is shown, by its place.

    The widest of those that may shrink shrink first, to a common width, as water finds its level.
    """
    shown = list(range(len(columns)))
    while True:
        floors = {place: _floor(columns[place], natural[place]) for place in shown}
        # Older releases of rich count the gap behind the last column, too.
        room = available - _GAP * len(shown)
        going = [place for place in shown if columns[place].may_go]
        if sum(floors.values()) <= room or not going:
            break
        shown.remove(going[0])
    # Nobody gets more than all the room, however long the texts are.
    level = min(max((natural[place] for place in shown), default=0), max(room, 0))
    while sum(_at(level, floors[each], natural[each]) for each in shown) > room and level > 0:
        level -= 1
    widths = {place: _at(level, floors[place], natural[place]) for place in shown}
    spare = room - sum(widths.values())
    for place in shown:
        # What the level leaves over, less than a cell for each column, is not wasted.
        if spare > 0 and widths[place] == level < natural[place]:
            widths[place] += 1
            spare -= 1
    return widths


def _at(level: int, floor: int, wanted: int) -> int:
    return min(wanted, max(floor, level))


def _floor(column: Column, natural: int) -> int:
    return natural if column.least is None else min(column.least, natural)


def _natural(column: Column, cells: Sequence[str | Text]) -> int:
    widest = max((width(cell if isinstance(cell, str) else cell.plain) for cell in cells), default=0)
    widest = max(widest, width(column.title))
    return widest if column.most is None else min(column.most, widest)
