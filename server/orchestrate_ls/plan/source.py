"""One plan with where its values stand: the way from a place in a plan to its node and its range in the text.

A source is immutable; ``plan.file`` makes them. Offsets count code points of the whole file unless said otherwise.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from orchestrate_ls.plan.build_header import build_header
from orchestrate_ls.plan.model import IndexById, Path, Plan, Spot
from orchestrate_ls.plan.parts import Part
from orchestrate_ls.plan.reading import MERGE_KEY
from orchestrate_ls.syntax.cutting import (
    YamlText,
)
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.syntax.scalar_places import place_in_scalar
from orchestrate_ls.syntax.tree import Alias, AnyNode, Entry, Mapping, Scalar, Sequence, resolved


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
        start, end = base + node.start, base + node.end
        if spot.within is not None and found.exact and isinstance(node, Scalar):
            written = self.parts[self.part_index(spot)].text[node.start : node.end]
            inner = place_in_scalar(node, written, *spot.within)
            if inner is not None and inner[0] < inner[1]:
                start, end = start + inner[0], start + inner[1]
        return self.chunks.clip_to_line(start, end)

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
