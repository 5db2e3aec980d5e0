"""Source lines with marks below them, as compilers show them. Knows places in a text and nothing of rules.

```
12 |     dependencies: [T8]
   |                    ^^
...
52 |     dependencies: [T1, T7]
   |                    -- `T8` waits for `T1`
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.text import Text

from orchestrate_ls.cli.terminal import glyphs, laid_out, safe, width

_GUTTER_STYLE: Final = "bold blue"
_NARROWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A range on one line: zero-based, columns in code points. ``label`` is written behind its carets."""

    line: int
    start: int
    end: int
    label: str = ""
    primary: bool = False


def gutter_width(marks: Sequence[Mark]) -> int:
    """How many columns the line numbers take."""
    return max(len(str(mark.line + 1)) for mark in marks)


def gutter(width_of_numbers: int, number: str = "", bar: str = "|") -> Text:
    """What stands left of a line."""
    return Text(f"{number:>{width_of_numbers}} {bar}", style=_GUTTER_STYLE)


def snippet(
    lines: Sequence[tuple[int, str]], marks: Sequence[Mark], style: str, columns: int
) -> Iterator[Text]:
    """The lines with their marks, in ``columns`` columns.

    ``lines`` are the numbers and texts of all lines that have a mark; ``style`` is that of the primary mark.
    """
    texts = dict(lines)
    numbers = gutter_width(marks)
    room = max(_NARROWEST, columns - numbers - 4)
    ordered = sorted(marks, key=lambda mark: (mark.line, not mark.primary, mark.start, mark.end))
    previous: int | None = None
    yield gutter(numbers)
    for line, on_line in groupby(ordered, key=lambda mark: mark.line):
        if previous is not None and line > previous + 1:
            yield Text("...", style=_GUTTER_STYLE)
        previous = line
        shown: str | None = None
        for mark in on_line:
            view = _view(texts[line], mark.start, mark.end, room)
            if view.text != shown:
                # A line too long for the terminal is shown once for each part of it that has a mark.
                shown = view.text
                yield Text.assemble(gutter(numbers, str(line + 1)), " ", shown)
            sign = "^" if mark.primary else "-"
            yield Text.assemble(
                gutter(numbers),
                " " * (view.before + 1),
                (sign * view.length, style if mark.primary else _GUTTER_STYLE),
                (" " + safe(mark.label) if mark.label else "", style if mark.primary else _GUTTER_STYLE),
            )


@dataclass(frozen=True, slots=True)
class _View:
    """The part of a line that is shown; ``before`` and ``length`` place the mark, in terminal columns."""

    text: str
    before: int
    length: int


def _view(line: str, start: int, end: int, room: int) -> _View:
    cut_left = cut_right = False
    if len(line) > room * 4:
        # Laying out a line of megabytes for each mark on it would take for ever.
        first = max(0, start - room)
        last = first + room * 3
        cut_left, cut_right = first > 0, last < len(line)
        line, start, end = line[first:last], start - first, min(end, last) - first
    shown, offsets = laid_out(line)
    begin = offsets[min(start, len(line))]
    stop = max(offsets[min(end, len(line))], begin)
    if width(shown) > room or cut_left or cut_right:
        shown, begin, stop = _window(shown, begin, stop, room, cut_left, cut_right)
    return _View(shown, width(shown[:begin]), max(1, width(shown[begin:stop])))


def _window(
    shown: str, begin: int, stop: int, room: int, cut_left: bool, cut_right: bool
) -> tuple[str, int, int]:
    """The part of a line around a mark that fits, with signs where it goes on, and where the mark is in
    it.
    """
    more = glyphs().ellipsis
    first = 0
    if cut_left or width(shown[:stop]) > room - len(more):
        # Start of the mark at about a third of the room, so that what leads up to it can be read.
        first = begin
        left = min(room // 3, max(0, room - len(more) * 2 - width(shown[begin:stop])))
        left = max(left, room // 6)
        while first > 0 and width(shown[first - 1 : begin]) <= left:
            first -= 1
    prefix = more if first > 0 or cut_left else ""
    last = first
    taken = width(prefix)
    while last < len(shown) and taken + width(shown[last]) <= room - len(more):
        taken += width(shown[last])
        last += 1
    suffix = more if last < len(shown) or cut_right else ""
    text = prefix + shown[first:last] + suffix
    shift = len(prefix) - first
    return text, begin + shift, min(stop, last) + shift
