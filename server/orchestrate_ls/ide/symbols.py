"""The outline of a plan file: top-level keys, agents, and tasks by group. Ranges in code points of the file.

A group's tasks are put together where they stand together; a group that is scattered over the file shows at each
place, as a symbol's range has to hold those of its children.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from itertools import groupby
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from orchestrate_ls.ide.places import whole_of
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Agent, Task
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.cutting import YamlChunk
from orchestrate_ls.syntax.splice import content_start
from orchestrate_ls.syntax.tree import AnyNode, Entry, Mapping, Scalar
from orchestrate_ls.text.display import shown


class SymbolKind(Enum):
    """What a symbol stands for."""

    PLAN = "plan"
    FIELD = "field"
    AGENT = "agent"
    GATE = "gate"
    GROUP = "group"
    TASK = "task"


class LocalSymbol:
    """The symbol of a task with offsets that count from its chunk's start, so that it outlives edits elsewhere."""

    __slots__ = ("symbol", "task", "wire")

    def __init__(self, task: Task, symbol: Symbol) -> None:
        self.task: Final = task
        self.symbol: Final = symbol
        self.wire: object | None = None
        """What whoever sends outlines keeps with it."""


class Symbol(NamedTuple):
    """One line of the outline. ``selection_start`` to ``selection_end`` lies inside ``start`` to ``end``.

    There may be tens of thousands, hence a tuple.
    """

    name: str
    detail: str
    kind: SymbolKind
    start: int
    end: int
    selection_start: int
    selection_end: int
    children: tuple[Symbol, ...] = ()
    chunk: int | None = None
    """The chunk of the file that holds all of it, where that is known."""
    local: LocalSymbol | None = None
    """The same counted from that chunk's start."""


def document_symbols(file: PlanFile) -> list[Symbol]:
    """The outline, in document order. A file of several plans has one symbol for each."""
    outlines = [(source, _outline(source)) for source in file.sources]
    if len(outlines) == 1:
        return outlines[0][1]
    return [
        Symbol(
            _goal(source) or f"plan {number}",
            "",
            SymbolKind.PLAN,
            symbols[0].start,
            max(each.end for each in symbols),
            symbols[0].selection_start,
            symbols[0].selection_end,
            tuple(symbols),
        )
        for number, (source, symbols) in enumerate(outlines, 1)
        if symbols
    ]


def preparing(file: PlanFile) -> Iterator[None]:
    """Look at the tasks that were not looked at before, a few at a time, so that others may have their turn between."""
    looked_at = 0
    for source in file.sources:
        chunks, parts = source.chunks.chunks, source.task_parts
        for index in range(len(source.plan.tasks)):
            if chunks[source.first + parts[index]] in _known:
                continue
            task_symbol(source, index)
            looked_at += 1
            if looked_at % _AT_ONCE == 0:
                yield


def task_symbols(source: PlanSource) -> Iterator[Symbol]:
    """The tasks of a plan, in document order."""
    for index in range(len(source.plan.tasks)):
        yield task_symbol(source, index)


def task_symbol(source: PlanSource, index: int) -> Symbol:
    """One task, by its index."""
    part = source.task_parts[index]
    task = source.plan.tasks[index]
    place = source.first + part
    chunk = source.chunks.chunks[place]
    if chunk.text is not source.parts[part].text or task.id is None:
        return _task(source, index)
    known = _known.get(chunk)
    base = source.chunks.offsets[place]
    if known is None or known.task is not task:
        symbol = _task(source, index)
        _known[chunk] = known = LocalSymbol(
            task,
            symbol._replace(
                start=symbol.start - base,
                end=symbol.end - base,
                selection_start=symbol.selection_start - base,
                selection_end=symbol.selection_end - base,
            ),
        )
    name, detail, kind, start, end, selection_start, selection_end, _, _, _ = known.symbol
    return Symbol(
        name,
        detail,
        kind,
        start + base,
        end + base,
        selection_start + base,
        selection_end + base,
        (),
        place,
        known,
    )


_AT_ONCE: Final = 200
_known: Final[WeakKeyDictionary[YamlChunk, LocalSymbol]] = WeakKeyDictionary()
"""The symbols of tasks that an edit left as they were. Editors ask for all of them after every edit."""


def _task(source: PlanSource, index: int) -> Symbol:
    task = source.plan.tasks[index]
    part = source.task_parts[index]
    node = source.task_node(index)
    start, end = whole_of(source, part, node)
    name = task.id or task.name or f"task {index + 1}"
    details = [task.name] if task.name and task.name != name else []
    if task.estimate is not None:
        details.append(format_duration(task.estimate.expected, source.plan.header.calendar))
    selection = _selection(source, part, node, ("id", "name"))
    return Symbol(shown(name), shown(" · ".join(details)), SymbolKind.TASK, start, end, *selection)


def agent_symbols(source: PlanSource) -> Iterator[Symbol]:
    """The agents that a plan declares."""
    for agent in source.plan.header.agents:
        symbol = _agent(source, agent)
        if symbol is not None:
            yield symbol


def _goal(source: PlanSource) -> str:
    return shown(source.plan.header.goal.text or "")


def _outline(source: PlanSource) -> list[Symbol]:
    symbols: list[Symbol] = []
    seen: set[str] = set()
    for index in source.header_parts:
        for entry in source.parts[index].entries:
            name = entry.name
            if name is None or not name.strip():
                continue
            children: list[Symbol] = []
            if name not in seen:
                if name == "tasks":
                    children = list(_groups(source))
                elif name == "agents":
                    children = list(agent_symbols(source))
                elif name == "quality_gates":
                    children = _keys_below(source, index, entry)
            seen.add(name)
            symbols.append(_entry(source, index, entry, children))
    if "tasks" not in seen:
        symbols += _groups(source)
    return symbols


def _entry(source: PlanSource, part: int, entry: Entry, children: list[Symbol]) -> Symbol:
    base = source.part_base(part)
    start, key_end = base + entry.key.start, base + entry.key.end
    end = max(key_end, whole_of(source, part, entry.value)[1])
    kept = tuple(each for each in children if each.start >= start)
    end = max([end, *(each.end for each in kept)])
    detail = ""
    if isinstance(entry.value, Scalar) and not entry.value.is_missing:
        detail = shown(" ".join(entry.value.text.split()))
    elif entry.name == "tasks":
        count = len(source.plan.tasks)
        detail = "1 task" if count == 1 else f"{count} tasks"
    name = shown((entry.name or "").strip())
    return Symbol(name, detail, SymbolKind.FIELD, start, end, start, key_end, kept)


def _keys_below(source: PlanSource, part: int, entry: Entry) -> list[Symbol]:
    if not isinstance(entry.value, Mapping):
        return []
    return [
        _entry(source, part, each, [])._replace(kind=SymbolKind.GATE)
        for each in entry.value.entries
        if each.name is not None and each.name.strip()
    ]


def _groups(source: PlanSource) -> Iterator[Symbol]:
    tasks = source.plan.tasks
    for group, members in groupby(range(len(tasks)), [each.parallel_group for each in tasks].__getitem__):
        symbols = _in_order([task_symbol(source, index) for index in members])
        if group is None:
            yield from symbols
            continue
        first = symbols[0]
        count = len(symbols)
        end = first.end if count == 1 else max([each.end for each in symbols])
        yield Symbol(
            shown(group),
            "1 task" if count == 1 else f"{count} tasks",
            SymbolKind.GROUP,
            first.start,
            end,
            first.selection_start,
            first.selection_end,
            tuple(symbols),
        )


def _in_order(symbols: list[Symbol]) -> list[Symbol]:
    return sorted(symbols, key=lambda each: (each.start, each.end)) if len(symbols) > 1 else symbols


def _selection(source: PlanSource, part: int, node: AnyNode, names: tuple[str, ...]) -> tuple[int, int]:
    """The range of the first of some fields that has a text, else the first line."""
    base, text = source.part_base(part), source.parts[part].text
    if isinstance(node, Mapping):
        for name in names:
            entry = node.entry(name)
            value = entry.value if entry is not None else None
            if isinstance(value, Scalar) and not value.is_missing and value.style not in ("|", ">"):
                return base + content_start(text, 0, value), base + value.end
    start, end = whole_of(source, part, node)
    return source.chunks.clip_to_line(start, end)


def _agent(source: PlanSource, agent: Agent) -> Symbol | None:
    found = source.find(agent.spot)
    if found is None or not found.exact:
        return None
    part = source.part_index(agent.spot)
    base = source.part_base(part)
    node: AnyNode = found.node
    detail = ", ".join(agent.skills)
    if agent.spot.part == "key" and found.entry is not None:
        start = base + found.entry.key.start
        selection = (start, base + found.entry.key.end)
        end = max(selection[1], whole_of(source, part, found.entry.value)[1])
        return Symbol(shown(agent.id), shown(detail), SymbolKind.AGENT, start, end, *selection)
    start, end = whole_of(source, part, node)
    selection = source.chunks.clip_to_line(start, end)
    holder = source.node(replace(agent.spot, path=agent.details)) if agent.details else None
    if isinstance(holder, Mapping):
        whole = whole_of(source, part, holder)
        if whole[0] <= selection[0] and selection[1] <= whole[1]:
            start, end = whole
    return Symbol(shown(agent.id), shown(detail), SymbolKind.AGENT, start, end, *selection)
