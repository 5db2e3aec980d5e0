"""A plan file: its text, the trees of its parts, and the plans they add up to.

``PlanFile`` is one immutable version of a file. ``edit`` gives the next, for which only the chunks that the edit
touched are parsed again. One document of the file (between ``---`` lines) is one ``PlanSource``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Final, NamedTuple

from orchestrate_ls.plan.build_header import build_header
from orchestrate_ls.plan.duration import Calendar
from orchestrate_ls.plan.model import IndexById, Path, Plan, Spot
from orchestrate_ls.plan.parts import Part, part_of, whole_part, without_end_marker
from orchestrate_ls.plan.reading import MERGE_KEY
from orchestrate_ls.syntax.characters import make_readable
from orchestrate_ls.syntax.cutting import (
    Kind,
    PlanCutter,
    YamlChunk,
    YamlText,
    has_directives,
    starts_document,
)
from orchestrate_ls.syntax.events import EventSource, accepts, default_events
from orchestrate_ls.syntax.parser import Target
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.syntax.tree import Alias, AnyNode, Entry, Mapping, Scalar, Sequence, resolved
from orchestrate_ls.text.chunks import Splice
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit

_CUTTER: Final = PlanCutter()
_DEFAULT_CALENDAR: Final = Calendar()


class Found(NamedTuple):
    """Where a spot leads: the node, the entry it is the value (or key) of, and whether the whole path was there."""

    node: AnyNode
    entry: Entry | None
    exact: bool


@dataclass(frozen=True, slots=True)
class PartProblem:
    """A syntax problem and the part it is in (its index in ``PlanSource.parts``)."""

    part: int
    problem: SyntaxProblem


class PlanSource:
    """One plan with where its values stand. Offsets count code points of the whole file."""

    def __init__(
        self,
        chunks: YamlText,
        first: int,
        parts: list[Part],
        problems: list[PartProblem],
        changed: tuple[PlanSource, int] | None = None,
    ) -> None:
        """``changed`` is given where all is as it was in an earlier source but one part, which holds one task."""
        self.chunks: Final = chunks
        """The text of the whole file."""
        self.first: Final = first
        """Index of the document's first chunk in the file."""
        self.parts: Final = parts
        self.problems: Final = problems
        """What is wrong beyond the parts' own problems."""
        self._task_parts: list[int] | None = None
        if changed is None:
            self.header_parts = [index for index, part in enumerate(parts) if part.entries]
            """Indices of the parts with top-level entries."""
            fields = {name: entry.value for name, (_, entry) in self._header_places.items()}
            has_tasks = fields.pop("tasks", None) is not None
            header = build_header(fields)
            tasks = tuple(chain.from_iterable([part.tasks for part in parts]))
        else:
            previous, part = changed
            self.header_parts = previous.header_parts
            self._task_parts = previous.task_parts
            header, has_tasks = previous.plan.header, previous.plan.has_tasks
            task = bisect_left(previous.task_parts, part)
            old = previous.plan.tasks
            tasks = (*old[:task], *parts[part].tasks, *old[task + 1 :])
        self.plan: Final = Plan(header, tasks, has_tasks, IndexById(tasks))

    @property
    def text(self) -> str:
        """The text of the whole file."""
        return self.chunks.text

    @cached_property
    def _header_places(self) -> dict[str, tuple[int, Entry]]:
        """Top-level entries by name with the index of their part; of equal names the first."""
        places: dict[str, tuple[int, Entry]] = {}
        merged: list[tuple[int, Entry]] = []
        for index in self.header_parts:
            for entry in self.parts[index].entries:
                name = entry.name
                if name == MERGE_KEY:
                    merged.append((index, entry))
                elif name is not None:
                    places.setdefault(name, (index, entry))
        for index, entry in merged:
            target = resolved(entry.value)
            if isinstance(target, Mapping):
                for inherited in target.entries:
                    if inherited.name is not None:
                        # The value is what the alias stands for; the place is that of the merge itself.
                        places.setdefault(inherited.name, (index, Entry(entry.key, inherited.value)))
        return places

    @property
    def task_parts(self) -> list[int]:
        """For each task the index of its part."""
        if self._task_parts is None:
            self._task_parts = [index for index, part in enumerate(self.parts) for _ in part.tasks]
        return self._task_parts

    def task_node(self, index: int) -> AnyNode:
        """The node of a task's list item; its offsets count from ``base(index)``."""
        part = self.task_parts[index]
        items = self.parts[part].items
        if len(items) == 1:
            return items[0]
        return items[index - bisect_left(self.task_parts, part)]

    def header_entry(self, name: str) -> Entry | None:
        """The top-level entry of a name."""
        place = self._header_places.get(name)
        return place[1] if place is not None else None

    def is_task_list(self, entry: Entry) -> bool:
        """Whether a ``tasks`` entry holds tasks that are checked one by one, or nothing but the items cut from it."""
        value = resolved(entry.value)
        return isinstance(value, Sequence) or (
            isinstance(value, Scalar) and value.is_missing and bool(self.plan.tasks)
        )

    def part_index(self, place: Spot | int) -> int:
        """The index of the part that holds a task (by index) or a spot."""
        task = place if isinstance(place, int) else place.task
        if task is not None:
            return self.task_parts[task]
        if isinstance(place, Spot) and place.path:
            found = self._header_places.get(str(place.path[0]))
            if found is not None:
                return found[0]
        return self.header_parts[0] if self.header_parts else 0

    def part_base(self, part: int) -> int:
        """The offset in the file at which a part starts."""
        return self.chunks.offsets[self.first + part] if self.chunks.chunks else 0

    def base(self, place: Spot | int) -> int:
        """The offset in the file from which the offsets of a task's (or a spot's) nodes count."""
        return self.part_base(self.part_index(place))

    def find(self, spot: Spot) -> Found | None:
        """The node of a spot, or the deepest one on the way there. None in a plan without any text for it."""
        if spot.task is not None:
            if not 0 <= spot.task < len(self.plan.tasks):
                return None
            return _follow(Found(self.task_node(spot.task), None, True), spot.path)
        if not spot.path:
            return None
        place = self._header_places.get(str(spot.path[0]))
        if place is None:
            return None
        entry = place[1]
        return _follow(Found(entry.value, entry, True), spot.path[1:])

    def node(self, spot: Spot) -> AnyNode | None:
        """The node at a spot, its key where ``part`` is "key"; None where the exact place does not exist."""
        found = self.find(spot)
        if found is None or not found.exact:
            return None
        if spot.part == "key":
            return found.entry.key if found.entry is not None else None
        return found.node

    def locate(self, spot: Spot) -> tuple[int, int]:
        """The range in the file that stands for a spot, for a person to look at: never empty if it can be helped,
        never over more than one line. A missing value is shown at its key, a missing place at what should hold it.
        """
        found = self.find(spot)
        if found is None:
            return self._start_of_plan()
        node: AnyNode = found.node
        missing = isinstance(node, Scalar) and node.is_missing
        holder = not found.exact and not isinstance(node, Scalar | Alias)
        if found.entry is not None and (spot.part == "key" or missing or holder):
            node = found.entry.key
        base = self.base(spot)
        return self.chunks.clip_to_line(base + node.start, base + node.end)

    def _start_of_plan(self) -> tuple[int, int]:
        for index in self.header_parts:
            entry = self.parts[index].entries[0]
            base = self.part_base(index)
            return self.chunks.clip_to_line(base + entry.key.start, base + entry.key.end)
        base = self.part_base(0)
        return base, base


def _follow(start: Found, path: Path) -> Found:
    """Walk down from a node by keys and indices, as far as it goes. An alias ends the walk: its place is its own."""
    found = start
    for step in path:
        node = found.node
        if isinstance(node, Mapping) and isinstance(step, str):
            entry = node.entry(step)
            if entry is not None:
                found = Found(entry.value, entry, True)
                continue
            merge = node.entry(MERGE_KEY)
            if merge is not None:
                return Found(merge.value, merge, False)
        elif isinstance(node, Mapping):
            # Keys that are no text in Python (1: ...) still are text here.
            entry = node.entry(str(step))
            if entry is not None:
                found = Found(entry.value, entry, True)
                continue
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            found = Found(node.items[step], None, True)
            continue
        return Found(found.node, found.entry, False)
    return found


class PlanFile:
    """One version of a plan file."""

    def __init__(
        self, chunks: YamlText, parts: list[Part], sources: tuple[PlanSource, ...], events: EventSource
    ) -> None:
        self.chunks: Final = chunks
        self.parts: Final = parts
        """One part for each chunk. A document that had to be read whole has a part of its own in its source."""
        self.sources: Final = sources
        """The plans in the file: one for each YAML document with any content, at least one."""
        self._events: Final = events

    @property
    def text(self) -> str:
        return self.chunks.text

    @classmethod
    def parse(cls, text: str, event_source: EventSource | None = None) -> PlanFile:
        """Read a text. Any text gives a plan file; what is wrong is in the parts' problems."""
        source = event_source or default_events()
        chunks = YamlText.of(text, _CUTTER)
        parts = [part_of(chunk, _DEFAULT_CALENDAR, source) for chunk in chunks.chunks]
        return _assemble(chunks, parts, source)

    def edit(self, start: int, end: int, new_text: str) -> PlanFile:
        """The file with the code points ``[start, end)`` replaced. Raises ``ValueError`` for a range outside."""
        chunks, splice = self.chunks.edit(start, end, new_text)
        calendar = self._calendar_at(splice)
        added = [
            part_of(chunk, calendar, self._events)
            for chunk in chunks.chunks[splice.first : splice.first + splice.added]
        ]
        fast = self._edit_one_task(chunks, splice, added)
        if fast is not None:
            return fast
        parts = self.parts[: splice.first] + added + self.parts[splice.first + splice.removed :]
        return _assemble(chunks, parts, self._events)

    def _calendar_at(self, splice: Splice) -> Calendar:
        for source in reversed(self.sources):
            if source.first <= splice.first:
                return source.plan.header.calendar
        return _DEFAULT_CALENDAR

    def _edit_one_task(self, chunks: YamlText, splice: Splice, added: list[Part]) -> PlanFile | None:
        """The next version where only one task's text changed in an ordinary plan; None where more must be done."""
        if splice.added != splice.removed or len(self.sources) != 1:
            return None
        changed = [index for index, part in enumerate(added) if part is not self.parts[splice.first + index]]
        if len(changed) != 1:
            return None
        source, index = self.sources[0], splice.first + changed[0]
        old, new = self.parts[index], added[changed[0]]
        if source.first != 0 or source.parts is not self.parts:
            return None
        if old.special or new.special or source.problems:
            return None
        if old.kind is not Kind.ITEM or new.kind is not Kind.ITEM:
            return None
        if len(old.tasks) != 1 or len(new.tasks) != 1:
            return None
        parts = self.parts.copy()
        parts[index] = new
        fresh = PlanSource(chunks, 0, parts, [], changed=(source, index))
        return PlanFile(chunks, parts, (fresh,), self._events)


def _assemble(chunks: YamlText, parts: list[Part], events: EventSource) -> PlanFile:
    """Group parts into documents, and settle what needs more than one part to know."""
    starts = [
        index
        for index, part in enumerate(parts)
        if index
        and part.kind is Kind.HEAD
        and starts_document(chunks.chunks[index])
        and not has_directives(chunks.chunks[index - 1])
    ]
    sources: list[PlanSource] = []
    for first, last in pairwise([0, *starts, len(parts)]):
        source = _document(chunks, first, parts[first:last] if starts else parts, events)
        if source.header_parts or any(part.broken or part.tasks for part in source.parts):
            sources.append(source)
    if not sources:
        sources.append(PlanSource(chunks, 0, parts, []))
    plain = len(sources) == 1 and not starts and not any([part.special for part in parts])
    return PlanFile(chunks, sources[0].parts if plain else parts, tuple(sources), events)


def _document(chunks: YamlText, first: int, parts: list[Part], events: EventSource) -> PlanSource:
    """The source of one document from its parts as each chunk gave them."""
    own = chunks.chunks[first : first + len(parts)]
    problems: list[PartProblem] = []
    layout = _layout_problems(parts)
    special = bool(layout) or any([part.special for part in parts])
    if special:
        odd = [index for index, part in enumerate(parts) if part.broken] + [each.part for each in layout]
        if odd and _reads_whole(own, parts, min(odd), events):
            return _whole(chunks, first, "".join([chunk.text for chunk in own]), events)
        problems.extend(layout)
        parts = _linked(own, parts, events, None)
    source = PlanSource(chunks, first, parts, problems)
    calendar = source.plan.header.calendar
    if any([part.tasks and part.calendar != calendar for part in parts]):
        parts = [
            part_of(chunk, calendar, events) if part.tasks else part
            for chunk, part in zip(own, parts, strict=True)
        ]
        source = PlanSource(
            chunks, first, _linked(own, parts, events, calendar) if special else parts, problems
        )
    if special:
        for index, part in enumerate(source.parts):
            problems.extend(_loose(index, part))
    return source


def _whole(chunks: YamlText, first: int, text: str, events: EventSource) -> PlanSource:
    text = without_end_marker(text)
    part = whole_part(text, _DEFAULT_CALENDAR, events)
    source = PlanSource(chunks, first, [part], _loose(0, part))
    calendar = source.plan.header.calendar
    if calendar != _DEFAULT_CALENDAR:
        part = whole_part(text, calendar, events)
        source = PlanSource(chunks, first, [part], _loose(0, part))
    return source


def _loose(index: int, part: Part) -> list[PartProblem]:
    return [
        PartProblem(
            index,
            SyntaxProblem(
                alias.start,
                alias.end,
                f"there is no anchor {quoted('&' + alias.name)} before this alias; define it,"
                " or quote the value if `*` belongs to it",
            ),
        )
        for alias in part.parsed.loose
    ]


def _linked(
    chunks: list[YamlChunk], parts: list[Part], events: EventSource, calendar: Calendar | None
) -> list[Part]:
    """The parts with aliases given the anchors of earlier chunks, in document order."""
    anchors: dict[str, Target] = {}
    linked: list[Part] | None = None
    for index, part in enumerate(parts):
        if not part.special:
            continue
        if any(alias.name in anchors for alias in part.parsed.loose):
            linked = linked or parts.copy()
            part = part_of(chunks[index], calendar or part.calendar, events, dict(anchors))  # noqa: PLW2901
            linked[index] = part
        anchors.update(part.parsed.anchors)
    return linked or parts


def _layout_problems(parts: list[Part]) -> list[PartProblem]:
    """What only shows between parts: items of ``tasks`` behind something that cannot come before them."""
    found: list[PartProblem] = []
    for index, (part, following) in enumerate(pairwise(parts)):
        if following.kind is not Kind.ITEM or part.kind is not Kind.SECTION:
            continue
        tasks = next((entry for entry in part.entries if entry.name == "tasks"), None)
        if tasks is None:
            if not part.broken:
                found.append(PartProblem(index, _interruption(part)))
        elif not (isinstance(tasks.value, Scalar) and tasks.value.is_missing):
            found.append(PartProblem(index, _dash_problem(part)))
    return found


def _interruption(part: Part) -> SyntaxProblem:
    end = len(part.text.splitlines()[0].rstrip()) if part.text.strip() else 0
    return SyntaxProblem(
        0,
        end,
        "this line breaks the list of tasks in two; indent it to where it belongs, or move it below the tasks",
    )


def _dash_problem(part: Part) -> SyntaxProblem:
    entry = next(entry for entry in part.entries if entry.name == "tasks")
    at = entry.value.start
    line = part.text.rfind("\n", 0, at) + 1
    indent = at - line
    repair = TextEdit(at - 2, at, "- ") if indent >= 2 else TextEdit(at, at, "- ")
    return SyntaxProblem(
        at,
        min(at + 1, len(part.text)),
        "the first task is no list item; start it with `- ` like the others",
        repair,
        "Add the dash",
    )


def _reads_whole(chunks: list[YamlChunk], parts: list[Part], broken: int, events: EventSource) -> bool:
    """Whether the document reads well when it is not cut, from its first odd part on.

    Everything before that part parsed well by itself, so only the context is put in front of the rest.
    """
    prefix = "tasks:\n" if parts[broken].kind is Kind.ITEM else ""
    text = prefix + "".join([chunk.text for chunk in chunks[broken:]])
    readable = make_readable(without_end_marker(text.removeprefix("\ufeff")))
    return not readable.problems and accepts(readable.text, events)
