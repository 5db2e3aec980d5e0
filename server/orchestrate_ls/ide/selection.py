"""What surrounds a place, from the innermost outwards, for "expand selection"."""

from __future__ import annotations

from orchestrate_ls.ide.cursor import Cursor, On, cursor_at
from orchestrate_ls.ide.names import name_at
from orchestrate_ls.ide.places import whole_of
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.syntax.splice import content_start, written_end
from orchestrate_ls.syntax.tree import Entry, Scalar
from orchestrate_ls.text.lines import line_end, line_start


def selection_ranges(file: PlanFile, offset: int) -> list[tuple[int, int]]:
    """Ranges in code points of the file that hold an offset, each inside the next; at least one."""
    length = len(file.chunks)
    cursor = cursor_at(file, offset)
    found = _around(cursor) if cursor is not None else []
    chosen: list[tuple[int, int]] = []
    for start, end in [*sorted(found, key=lambda each: each[1] - each[0]), (0, length)]:
        if not start <= offset <= end or start == end:
            continue
        if not chosen or (start <= chosen[-1][0] and chosen[-1][1] <= end and (start, end) != chosen[-1]):
            chosen.append((start, end))
    return chosen or [(offset, offset)]


def _around(cursor: Cursor) -> list[tuple[int, int]]:
    base, text = cursor.base, cursor.text
    found: list[tuple[int, int]] = []
    occurrence = name_at(cursor)
    if occurrence is not None:
        found.append((occurrence.start, occurrence.end))
    node = cursor.node
    if isinstance(node, Scalar) and cursor.on is not On.BETWEEN:
        word = _word(text, cursor.offset - base, node)
        found.append((base + word[0], base + word[1]))
        if node.style in ("'", '"') and node.end - node.start >= 2:
            found.append((base + content_start(text, 0, node) + 1, base + node.end - 1))
    elif cursor.on is On.BETWEEN:
        at = cursor.offset - base
        first, last = line_start(text, at), line_end(text, at)
        stripped = text[first:last]
        first += len(stripped) - len(stripped.lstrip())
        found.append((base + first, base + first + len(stripped.strip())))
    for each in [*cursor.around, *([node] if node is not None else [])]:
        if isinstance(each, Entry):
            end = max(each.key.end, written_end(text, 0, each.value))
            found.append((base + each.key.start, base + end))
        else:
            found.append(whole_of(cursor.source, cursor.part, each))
    source = cursor.source
    if cursor.task is not None:
        tasks = source.header_entry("tasks")
        if tasks is not None:
            first = source.base(Spot(None, ("tasks",))) + tasks.key.start
            last = len(source.plan.tasks) - 1
            end = whole_of(source, source.task_parts[last], source.task_node(last))[1]
            found.append((first, end))
    start = source.chunks.offsets[source.first]
    behind = source.first + len(source.parts) if len(source.parts) > 1 else None
    if behind is not None:
        found.append((start, source.chunks.offsets[min(behind, len(source.chunks.chunks))]))
    return found


def _word(text: str, at: int, node: Scalar) -> tuple[int, int]:
    start = end = min(max(at, node.start), node.end)
    while start > node.start and _is_word(text[start - 1]):
        start -= 1
    while end < node.end and _is_word(text[end]):
        end += 1
    return start, end


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_-"
