"""Where a cursor is in a plan file: what may be written there, and what of it is there already.

Looks at the text around the cursor, which may be half typed; the plan itself only says which task that is. Knows
neither the schema nor what could be offered.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.ide.completion_levels import IN_FLOW, Level, Path, Sort, Spotted, Word
from orchestrate_ls.ide.completion_lines import LineReader
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.cutting import Kind, kind_of

__all__ = ["Path", "Place", "Sort", "place_at"]

_LONGEST: Final = 500_000
"""Characters of one chunk that are looked through; a flow collection of that size was not typed by hand."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a cursor. Offsets count code points of the file.

    Attributes
    ----------
    sort:
        What may stand here; never nothing.
    path:
        From the plan's root, with the task's index in the plan where it is known: of the mapping for a key, of the
        value for a value.
    list_path:
        Of the list where a new item may begin.
    start, end:
        What an offer replaces, on one line and around the cursor.
    word, prefix:
        The word at the cursor, and the part of it before the cursor.
    present, list_present:
        The keys of the mapping, and the scalar items of the list, without the word at the cursor.
    fields:
        The scalar values of the mapping that the word is in.
    document:
        Which of the file's plans it is in.
    task:
        The index of the task it is in; None outside of tasks and in one that cannot be read.
    task_before:
        The index of the last task that begins before the cursor; None for no task.
    """

    sort: Sort
    path: Path
    list_path: Path
    start: int
    end: int
    cursor: int
    word: str
    prefix: str
    present: frozenset[str]
    list_present: frozenset[str]
    fields: dict[str, str]
    document: int
    source: PlanSource
    task: int | None
    task_before: int | None
    quote: str
    open_quote: bool
    in_flow: bool
    has_colon: bool
    needs_space: bool
    key_indent: int
    """The column at which the mapping's keys stand."""
    item_indent: int
    column: int
    """The column of ``start``."""
    line_indent: int
    """How many spaces the line begins with, up to ``start``."""
    line_ending: str
    blank: bool


def place_at(file: PlanFile, offset: int) -> Place | None:
    """Where an offset is; None where nothing can be offered, as in a comment or a block of text."""
    chunks = file.chunks
    offset = min(max(0, offset), len(chunks))
    index = chunks.chunk_at(offset)
    document = max(0, bisect_right([source.first for source in file.sources], index) - 1)
    source = file.sources[document]
    base = chunks.offsets[index] if index >= 0 else 0
    text = chunks.chunks[index].text if index >= 0 else ""
    if len(text) > _LONGEST:
        return None
    in_item = index >= 0 and kind_of(chunks.chunks[index]) is Kind.ITEM
    root = Level(0, is_list=False, path=())
    outer = [root]
    if in_item:
        root.key = "tasks"
        outer.append(Level(max(0, chunks.chunks[index].state.indent), is_list=True, path=("tasks",)))
    reader = LineReader(text, offset - base, outer)
    spotted = reader.read()
    if in_item:
        spotted = _between_tasks(file, index, offset - base, text, spotted)
    if spotted.sort is Sort.NOTHING:
        return None
    return _place(file, source, document, index, in_item, reader, spotted)


def _between_tasks(file: PlanFile, index: int, cursor: int, text: str, spotted: Spotted) -> Spotted:
    """On a blank line at the margin below a task another task may come; in front of another one, nothing else."""
    if not spotted.blank or spotted.path or Sort.KEY not in spotted.sort:
        return spotted
    chunks = file.chunks.chunks
    follows = (
        index + 1 < len(chunks) and kind_of(chunks[index + 1]) is Kind.ITEM and not text[cursor:].strip()
    )
    return replace(
        spotted,
        sort=Sort.ITEM if follows else Sort.ITEM | Sort.KEY,
        list_path=("tasks",),
        item_indent=max(0, chunks[index].state.indent),
    )


def _place(
    file: PlanFile,
    source: PlanSource,
    document: int,
    index: int,
    in_item: bool,
    reader: LineReader,
    spotted: Spotted,
) -> Place | None:
    base = file.chunks.offsets[index] if index >= 0 else 0
    text, cursor = reader.text, reader.cursor
    line = max(text.rfind("\n", 0, cursor), text.rfind("\r", 0, cursor)) + 1
    first = text[line : spotted.start]
    sort = spotted.sort
    holder = spotted.path[:-1] if Sort.VALUE in sort and Sort.KEY not in sort else spotted.path
    own = (spotted.start, spotted.end)
    if Sort.VALUE in sort and spotted.start == spotted.end and _has_children(reader, spotted.path):
        sort &= ~Sort.VALUE
    if sort is Sort.NOTHING:
        return None
    words = reader.words_at(holder)
    if Sort.RULE in sort:
        words = spotted.level.words if spotted.level is not None else []
    in_list = bool(spotted.path) and isinstance(spotted.path[-1], int)
    siblings = reader.words_at(spotted.path[:-1]) if Sort.VALUE in sort and in_list else []
    siblings += reader.words_at(spotted.list_path) if spotted.list_path else []
    part = index - source.first
    is_cut = len(source.parts) > 1 or index <= 0
    task_before = _task_before(source, base + reader.cursor)
    shift, task = 0, None
    inside = spotted.path or spotted.list_path
    if inside[:1] == ("tasks",) and len(inside) > 1:
        if in_item and is_cut and 0 <= part < len(source.parts):
            shift = bisect_left(source.task_parts, part)
        elif in_item:
            shift = task_before or 0
        number = inside[1]
        task = number + shift if isinstance(number, int) else None
        known = task is not None and 0 <= task < len(source.plan.tasks) and task_before is not None
        if not known or (in_item and is_cut and source.task_parts[task or 0] != part):
            task = None
    present = _others(words, own)
    if not spotted.path and Sort.KEY in sort:
        present |= _top_level(source, base, spotted)
    return Place(
        sort=sort,
        path=_shifted(spotted.path, shift),
        list_path=_shifted(spotted.list_path, shift),
        start=base + spotted.start,
        end=base + spotted.end,
        cursor=base + cursor,
        word="" if spotted.blank else text[spotted.start : spotted.end],
        prefix="" if spotted.blank else text[spotted.start : cursor],
        present=present,
        list_present=_others(siblings, own),
        fields=reader.scalars_at(holder),
        document=document,
        source=source,
        task=task,
        task_before=task_before,
        quote=spotted.quote,
        open_quote=spotted.open_quote,
        in_flow=spotted.in_flow,
        has_colon=spotted.has_colon,
        needs_space=spotted.needs_space,
        key_indent=spotted.key_indent,
        item_indent=spotted.item_indent,
        column=len(first.removeprefix("\ufeff")),
        line_indent=len(first) - len(first.lstrip(" ")),
        line_ending="\r\n" if "\r\n" in text else "\n",
        blank=spotted.blank,
    )


def _has_children(reader: LineReader, path: Path) -> bool:
    return any(level.path == path and level.indent < IN_FLOW for level in reader.levels)


def _others(words: list[Word], own: tuple[int, int]) -> frozenset[str]:
    start, end = own
    return frozenset(word.text for word in words if not (word.start <= start and end <= word.end))


def _top_level(source: PlanSource, base: int, spotted: Spotted) -> frozenset[str]:
    """The top-level keys in the other chunks, and in this one."""
    return frozenset(
        entry.name
        for part in source.header_parts
        for entry in source.parts[part].entries
        if entry.name is not None
        and not (
            source.part_base(part) + entry.key.start
            <= base + spotted.start
            <= source.part_base(part) + entry.key.end
        )
    )


def _shifted(path: Path, shift: int) -> Path:
    if not shift or len(path) < 2 or not isinstance(path[1], int):
        return path
    return (path[0], path[1] + shift, *path[2:])


def _task_before(source: PlanSource, offset: int) -> int | None:
    """The last task that begins at or before an offset."""
    low, high = 0, len(source.plan.tasks)
    while low < high:
        middle = (low + high) // 2
        if source.base(middle) + source.task_node(middle).start <= offset:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low else None
