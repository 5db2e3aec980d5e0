"""What the line that Enter has begun should start with: its indentation, and the dash of the next item in a list.

Editors indent a new line like the one above, which is wrong below a key without a value and below the first key of an
item. Only a line without any text is touched, and only where the line above says what belongs there. Enter on an item
without text ends the list, as in other editors for lists.
"""

from __future__ import annotations

import re
from typing import Final

from orchestrate_ls.ide.completion_place import Path, place_at
from orchestrate_ls.ide.format_layout import Style
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.positions import Position

_LINE: Final = re.compile(r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)(?P<rest>.*)")
_TAIL: Final = re.compile(r"(?:^|(?<=[ \t]))#.*$")
_KEY: Final = re.compile(
    r"(?:\"(?P<double>[^\"\\]*)\"|'(?P<single>[^']*)'|(?P<plain>[^\s\"'\[\]{}#&*!|>%@`,][^#]*?))"
    r"[ \t]*:(?P<value>[ \t].*|)"
)
_BLOCK: Final = re.compile(r"[|>][-+0-9]*")
_SIMPLE: Final = frozenset({"string", "number", "integer", "boolean", "null"})


def after_enter(file: PlanFile, offset: int, style: Style, schema: PlanSchema) -> tuple[TextEdit, ...]:
    """The edit of the line at an offset, which Enter has just begun; none where it is right or cannot be known."""
    chunks = file.chunks
    line = chunks.position_at(offset).line
    if line == 0 or chunks.line_text(line).strip(" \t"):
        return ()
    start = offset - _column(file, offset)
    end = start + len(chunks.line_text(line))
    above = chunks.line_text(line - 1)
    found = _LINE.fullmatch(_TAIL.sub("", above).rstrip(" \t"))
    if found is None or not found[0]:
        return ()
    above_start = _line_offset(file, line - 1)
    column = found.start("rest")
    dash = len(found["indent"]) + len(found["dashes"].rstrip(" ")) - 1 if found["dashes"] else None
    if not found["rest"]:
        return _ended(file, line, above_start, end, dash)
    place = place_at(file, above_start + column)
    if place is None or place.in_flow:
        return ()
    wanted = _wanted(found["rest"], column, dash, place.path, style, schema)
    if wanted is None or wanted == chunks.line_text(line):
        return ()
    return (TextEdit(start, end, wanted),)


def _wanted(
    rest: str, column: int, dash: int | None, path: Path, style: Style, schema: PlanSchema
) -> str | None:
    """What the new line should hold below a line with some text; None where nothing can be said."""
    if rest[-1] in "[{,\\" or (rest[0] in "[{\"'|>?" and _KEY.fullmatch(rest) is None):
        return None
    key = _KEY.fullmatch(rest)
    if key is None:
        return f"{' ' * dash}- " if dash is not None else None
    value = key["value"].strip(" \t")
    if _BLOCK.fullmatch(value):
        return " " * (column + style.indent)
    if value and not value.startswith(("&", "!")):
        return None if value[0] in "[{\"'" and not _is_closed(value) else " " * column
    name = key["double"] or key["single"] or key["plain"] or ""
    types = schema.types_at((*path, name))
    if types == frozenset({"array"}):
        return " " * (column + (style.indent if style.indent_sequences else 0)) + "- "
    if types and types <= _SIMPLE:
        return " " * column
    return " " * (column + style.indent)


def _is_closed(value: str) -> bool:
    if value[0] in "\"'":
        return len(value) > 1 and value[-1] == value[0]
    return value.count("[") == value.count("]") and value.count("{") == value.count("}")


def _ended(file: PlanFile, line: int, start: int, end: int, dash: int | None) -> tuple[TextEdit, ...]:
    """An item without text below another one, and a new line: the list is at its end."""
    if dash is None or line < 2:
        return ()
    before = file.chunks.line_text(line - 2)
    if not re.match(rf" {{{dash}}}- +\S", before):
        return ()
    holder = _holder(file, line - 2, dash)
    return () if holder is None else (TextEdit(start, end, " " * holder),)


def _holder(file: PlanFile, line: int, dash: int) -> int | None:
    """The column of the key that a list with dashes at a column belongs to, looking up from a line."""
    for above in range(line, max(-1, line - 1_000), -1):
        text = file.chunks.line_text(above)
        stripped = text.lstrip(" ")
        if not stripped or stripped.startswith("#"):
            continue
        found = _LINE.fullmatch(text)
        if found is None:
            return None
        if len(found["indent"]) < dash or (len(found["indent"]) == dash and not found["dashes"]):
            return found.start("rest")
    return None


def _column(file: PlanFile, offset: int) -> int:
    return offset - _line_offset(file, file.chunks.position_at(offset).line)


def _line_offset(file: PlanFile, line: int) -> int:
    return file.chunks.offset_at(Position(line, 0))
