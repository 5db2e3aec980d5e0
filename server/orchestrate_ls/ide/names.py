"""The names in a plan: task ids, agents, groups, skills and gates, with every place where each of them stands.

A name may be reached through an alias or a merge key; then both the alias and the text that it stands for are places
of the name. Knows which fields hold which names, nothing of what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, NamedTuple

from orchestrate_ls.ide.cursor import Cursor
from orchestrate_ls.plan.build_gates import APPLIES_TO
from orchestrate_ls.plan.model import Spot, Task
from orchestrate_ls.plan.reading import MERGE_KEY, text_of
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.splice import content_start, written_end
from orchestrate_ls.syntax.tree import Alias, AnyNode, Mapping, Scalar, Sequence, resolved


class NameKind(StrEnum):
    """What a name names; the values are words for messages."""

    TASK = "task"
    AGENT = "agent"
    GROUP = "group"
    SKILL = "skill"
    GATE = "quality gate"


class Role(Enum):
    """What a name is written for."""

    DECLARATION = "it says that there is such a thing"
    USE = "it refers to it"


class Name(NamedTuple):
    """A name of one kind. Names of different kinds have nothing to do with each other."""

    kind: NameKind
    text: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a name stands: ``start`` to ``end`` in code points of the file, without quotes."""

    name: Name
    role: Role
    start: int
    end: int
    task: int | None
    """The task in whose text (or for whom, through an alias) it stands; None in the header."""
    part: int
    """The index of the part that holds the text."""
    node: Scalar | Alias
    """What is written there; its offsets count from the part's start."""
    in_flow: bool
    """Whether it stands inside brackets or braces, where less can be written without quotes."""
    is_key: bool
    piece: int | None
    """Which of the names in a text like ``T1, T2`` it is; None where the whole text is the name."""
    direct: bool
    """Whether the plan's own field holds the text, rather than an alias or merge key leading to it."""


def name_at(cursor: Cursor) -> Occurrence | None:
    """The name that a cursor is on or right behind."""
    table = NameTable(cursor.source)
    if cursor.task is not None:
        found = _covering(table.in_task(cursor.task), cursor)
    else:
        found = _covering(table.in_header(str(cursor.path[0]) if cursor.path else ""), cursor)
    if found is None and cursor.source.parts[cursor.part].parsed.anchors:
        # Text that is a name only where an alias or merge key brings it.
        found = _covering(table.everywhere(), cursor)
    return found


def occurrences(source: PlanSource, name: Name) -> list[Occurrence]:
    """All places of a name in a plan, in document order. Goes through the tasks' data, and the trees of few."""
    return in_order(occurring(source, name))


def occurring(source: PlanSource, name: Name) -> Iterator[Occurrence]:
    """The places of a name as they are found, to be put ``in_order``; there may be thousands."""
    table = NameTable(source)
    for key in _HEADER_FIELDS:
        yield from table.in_header(key, name)
    for index in _mentioning(source.plan.tasks, name):
        yield from table.in_task(index, name)


def names_in_header(source: PlanSource, key: str) -> Iterator[Occurrence]:
    """The names below one top-level key."""
    return NameTable(source).in_header(key)


def names_in_task(source: PlanSource, index: int) -> Iterator[Occurrence]:
    """The names in one task."""
    return NameTable(source).in_task(index)


def declarations(source: PlanSource, name: Name) -> list[Occurrence]:
    """The places that declare a name, in document order."""
    if name.kind is NameKind.TASK:
        index = source.plan.index_of.known.get(name.text)
        table = NameTable(source)
        found = [] if index is None else list(table.in_task(index, name))
    elif name.kind is NameKind.GROUP:
        return []
    else:
        table = NameTable(source)
        found = [each for key in _HEADER_FIELDS for each in table.in_header(key, name)]
    declared = [each for each in in_order(found) if each.role is Role.DECLARATION]
    # Behind an alias the place that holds the text, and the alias as the place that declares it, are both known.
    return [each for each in declared if each.direct] or declared


def exists(source: PlanSource, name: Name) -> bool:
    """Whether a name stands anywhere in a plan."""
    if any(True for _ in _mentioning(source.plan.tasks, name)):
        return True
    table = NameTable(source)
    return any(True for key in _HEADER_FIELDS for _ in table.in_header(key, name))


def _mentioning(tasks: tuple[Task, ...], name: Name) -> Iterator[int]:
    """The indices of the tasks that hold a name. One loop for each kind, as ten thousand tasks are gone through."""
    text = name.text
    match name.kind:
        case NameKind.TASK:
            for index, task in enumerate(tasks):
                if task.id == text:
                    yield index
                    continue
                for each in task.dependencies:
                    if each.task == text:
                        yield index
                        break
        case NameKind.AGENT:
            yield from (index for index, task in enumerate(tasks) if task.agent == text)
        case NameKind.GROUP:
            yield from (index for index, task in enumerate(tasks) if task.parallel_group == text)
        case NameKind.SKILL:
            yield from (index for index, task in enumerate(tasks) if text in task.required_skills)
        case NameKind.GATE:
            for index, task in enumerate(tasks):
                if task.quality_gates and any(gate == text for gate, _ in task.quality_gates):
                    yield index


def _covering(found: Iterator[Occurrence], cursor: Cursor) -> Occurrence | None:
    best: Occurrence | None = None
    for each in found:
        # With the quotes, so that a cursor on them is on the name.
        base = cursor.source.part_base(each.part)
        start, end = each.start, each.end
        if each.piece is None:
            start, end = base + each.node.start, base + each.node.end
        if not start <= cursor.offset <= end:
            continue
        if best is None or each.end - each.start < best.end - best.start:
            best = each
    return best


def in_order(found: Iterable[Occurrence]) -> list[Occurrence]:
    """In document order; of those at the same place the one in a field of its own, else the first."""
    places: dict[tuple[int, int], Occurrence] = {}
    for each in found:
        place = (each.start, each.end)
        known = places.get(place)
        if known is None or (each.direct and not known.direct):
            places[place] = each
    return [places[place] for place in sorted(places)]


@dataclass(frozen=True, slots=True)
class _At:
    """A node, whether it stands in a flow collection, and the anchored node through which it was reached.

    ``in_flow`` counts from ``home`` where there is one, else from the part's root.
    """

    node: AnyNode
    in_flow: bool = False
    home: AnyNode | None = None

    def target(self) -> _At | None:
        """The same, with an alias followed."""
        if not isinstance(self.node, Alias):
            return self
        target = self.node.target
        return None if target is None else _At(target, False, target)

    def inside(self, node: AnyNode) -> _At:
        flow = self.in_flow or (isinstance(self.node, Mapping | Sequence) and self.node.flow)
        return _At(node, flow, self.home)

    def entries(self) -> list[tuple[str, _At, _At]]:
        """Name, key and value of a mapping's own entries."""
        at = self.target()
        if at is None or not isinstance(at.node, Mapping):
            return []
        found: list[tuple[str, _At, _At]] = []
        for entry in at.node.entries:
            key = resolved(entry.key)
            if isinstance(key, Scalar):
                found.append((key.text, at.inside(entry.key), at.inside(entry.value)))
        return found

    def fields(self, depth: int = 0) -> dict[str, tuple[_At, _At]]:
        """Key and value by name, as ``plan.reading.fields_of`` has them: of equal keys the first, then merged ones."""
        fields: dict[str, tuple[_At, _At]] = {}
        merged: list[_At] = []
        for name, key, value in self.entries():
            if name == MERGE_KEY and isinstance(key.node, Scalar) and not key.node.style:
                merged.append(value)
            else:
                fields.setdefault(name, (key, value))
        for value in merged if depth < _DEEPEST_MERGE else ():
            target = value.target()
            if target is None:
                continue
            sources = (
                [target.inside(item) for item in target.node.items]
                if isinstance(target.node, Sequence)
                else [value]
            )
            for source in sources:
                for name, inherited in source.fields(depth + 1).items():
                    fields.setdefault(name, inherited)
        return fields

    def values(self, names: frozenset[str]) -> dict[str, _At]:
        """The values of some fields. Quick for a mapping without merge keys, as nearly all are."""
        at = self.target()
        if at is None or not isinstance(at.node, Mapping):
            return {}
        found: dict[str, _At] = {}
        for entry in at.node.entries:
            key = entry.key
            if not isinstance(key, Scalar) or key.text == MERGE_KEY:
                return {name: value for name, (_, value) in self.fields().items() if name in names}
            if key.text in names and key.text not in found:
                found[key.text] = at.inside(entry.value)
        return found

    def value(self, name: str) -> _At | None:
        """The value of a field."""
        return self.values(frozenset((name,))).get(name)

    def items(self) -> list[_At]:
        """The items of a list; a scalar counts as a list of one."""
        at = self.target()
        if at is None:
            return []
        if isinstance(at.node, Sequence):
            return [at.inside(item) for item in at.node.items]
        return [self] if isinstance(at.node, Scalar) else []


_DEEPEST_MERGE: Final = 20


class _Place(NamedTuple):
    kind: NameKind
    role: Role
    at: _At
    is_key: bool = False
    is_list: bool = False


_USE, _DECLARATION = Role.USE, Role.DECLARATION


_FIELDS: Final = {
    NameKind.TASK: frozenset(("id", "dependencies")),
    NameKind.AGENT: frozenset(("agent",)),
    NameKind.GROUP: frozenset(("parallel_group",)),
    NameKind.SKILL: frozenset(("required_skills",)),
    NameKind.GATE: frozenset(("quality_gates",)),
}
_ALL_FIELDS: Final = frozenset[str]().union(*_FIELDS.values())
_LISTS: Final = (("required_skills", NameKind.SKILL), ("quality_gates", NameKind.GATE))
_SINGLE: Final = (
    ("id", NameKind.TASK, _DECLARATION),
    ("agent", NameKind.AGENT, _USE),
    ("parallel_group", NameKind.GROUP, _USE),
)


def _places_in_task(root: _At, kind: NameKind | None) -> Iterator[_Place]:
    """The places of names in a task, of one kind or of all."""
    fields = root.values(_ALL_FIELDS if kind is None else _FIELDS[kind])
    for name, single, role in _SINGLE:
        if (at := fields.get(name)) is not None:
            yield _Place(single, role, at)
    if (at := fields.get("dependencies")) is not None:
        for item in at.items():
            if isinstance(resolved(item.node), Mapping):
                task = item.value("task")
                if task is not None:
                    yield _Place(NameKind.TASK, _USE, task)
            else:
                yield _Place(NameKind.TASK, _USE, item)
    for name, listed in _LISTS:
        if (at := fields.get(name)) is not None:
            yield from [_Place(listed, _USE, item) for item in at.items()]


def _places_in_agents(root: _At) -> Iterator[_Place]:
    at = root.target()
    if at is None:
        return
    if isinstance(at.node, Mapping):
        yield from _agents_by_name(at)
    elif isinstance(at.node, Sequence):
        for item in at.items():
            if not isinstance(resolved(item.node), Mapping):
                yield _Place(NameKind.AGENT, _DECLARATION, item)
                continue
            name = item.value("id")
            if name is not None:
                yield _Place(NameKind.AGENT, _DECLARATION, name)
                yield from _places_in_agent(item)
            else:
                yield from _agents_by_name(item)


def _agents_by_name(root: _At) -> Iterator[_Place]:
    for name, key, value in root.entries():
        if name == MERGE_KEY:
            continue
        yield _Place(NameKind.AGENT, _DECLARATION, key, is_key=True)
        target = resolved(value.node)
        if isinstance(target, Mapping):
            yield from _places_in_agent(value)
        elif isinstance(target, Sequence):
            yield from (_Place(NameKind.TASK, _USE, item) for item in value.items())
        elif target is not None:
            yield _Place(NameKind.TASK, _USE, value, is_list=True)


def _places_in_agent(root: _At) -> Iterator[_Place]:
    fields = root.fields()
    if "skills" in fields:
        yield from (_Place(NameKind.SKILL, _DECLARATION, item) for item in fields["skills"][1].items())
    if "backup" in fields:
        yield _Place(NameKind.AGENT, _USE, fields["backup"][1])


def _places_in_gates(root: _At) -> Iterator[_Place]:
    """Gates, and the checks inside them; the same that ``plan.build_header`` reads."""
    at = root.target()
    if at is None:
        return
    if not isinstance(at.node, Mapping):
        yield from (_Place(NameKind.GATE, _DECLARATION, item) for item in root.items())
        return
    for gate, value in at.fields().values():
        yield _Place(NameKind.GATE, _DECLARATION, gate, is_key=True)
        for name, (check, inner) in value.fields().items():
            if name in APPLIES_TO:
                if name in _HOLDING:
                    yield from (_Place(_HOLDING[name], _USE, item) for item in inner.items())
                continue
            yield _Place(NameKind.GATE, _DECLARATION, check, is_key=True)
            for item in inner.items():
                if isinstance(resolved(item.node), Mapping):
                    for key, _ in item.fields().values():
                        yield _Place(NameKind.GATE, _DECLARATION, key, is_key=True)
                elif isinstance(resolved(inner.node), Sequence):
                    yield _Place(NameKind.GATE, _DECLARATION, item)


def _places_in_templates(root: _At) -> Iterator[_Place]:
    for _, template in root.fields().values():
        agents = template.value("default_agents")
        if agents is not None:
            yield from (_Place(NameKind.AGENT, _USE, item) for item in agents.items())
        focus = template.value("quality_focus")
        if focus is not None:
            yield _Place(NameKind.GATE, _USE, focus)


_HOLDING: Final = {"for_tasks": NameKind.TASK, "for_groups": NameKind.GROUP}
_HEADER_FIELDS: Final = {
    "agents": _places_in_agents,
    "quality_gates": _places_in_gates,
    "templates": _places_in_templates,
}


class NameTable:
    """Reads the names out of one plan's trees."""

    def __init__(self, source: PlanSource) -> None:
        self._source = source
        self._homes: dict[int, tuple[int, bool]] | None = None

    def in_task(self, index: int, wanted: Name | None = None) -> Iterator[Occurrence]:
        """The names in one task: all, or the places of one."""
        part = self._source.task_parts[index]
        root = self._source.task_node(index)
        at = _At(root, self._is_in_flow(part, root))
        for place in _places_in_task(at, None if wanted is None else wanted.kind):
            if wanted is None or text_of(place.at.node) == wanted.text:
                yield from self._occurrences(place, part, index)

    def in_header(self, key: str, wanted: Name | None = None) -> Iterator[Occurrence]:
        """The names in one top-level entry: all, or the places of one."""
        read = _HEADER_FIELDS.get(key)
        entry = self._source.header_entry(key) if read is not None else None
        if read is None or entry is None or entry.name != key:  # the latter where a merge key brought it
            return
        part = self._source.part_index(Spot(None, (key,)))
        root = self._source.parts[part].parsed.root
        for place in read(_At(entry.value, isinstance(root, Mapping) and root.flow)):
            if wanted is None or place.kind is wanted.kind:
                for each in self._occurrences(place, part, None):
                    if wanted is None or each.name == wanted:
                        yield each

    def everywhere(self) -> Iterator[Occurrence]:
        """The names in the whole plan."""
        for key in _HEADER_FIELDS:
            yield from self.in_header(key)
        for index in range(len(self._source.plan.tasks)):
            yield from self.in_task(index)

    def _is_in_flow(self, part: int, node: AnyNode) -> bool:
        """Whether a task stands in a flow list, or in a plan in braces."""
        root = self._source.parts[part].parsed.root
        if isinstance(root, Sequence) or root is None or isinstance(root, Scalar | Alias):
            return root is not None and not isinstance(root, Scalar | Alias) and root.flow
        if root.flow:
            return True
        for entry in root.entries:
            value = entry.value
            if isinstance(value, Sequence) and value.start <= node.start and node.end <= value.end:
                return value.flow
        return False

    def _occurrences(self, place: _Place, part: int, task: int | None) -> Iterator[Occurrence]:
        node = place.at.node
        text = text_of(node)
        if text is None or not isinstance(node, Scalar | Alias):
            return
        in_flow, direct = place.at.in_flow, place.at.home is None
        if place.at.home is not None:
            home = self._home_of(place.at.home)
            if home is None:
                return
            part, in_flow = home[0], in_flow or home[1]
        base = self._source.part_base(part)
        kind, role, is_key = place.kind, place.role, place.is_key
        if place.is_list:
            for number, (name, start, end) in enumerate(_pieces(self._source.parts[part].text, node)):
                yield Occurrence(
                    Name(kind, name),
                    role,
                    base + start,
                    base + end,
                    task,
                    part,
                    node,
                    in_flow,
                    is_key,
                    number,
                    direct,
                )
        else:
            start, end = _inner_range(self._source.parts[part].text, node)
            yield Occurrence(
                Name(kind, text),
                role,
                base + start,
                base + end,
                task,
                part,
                node,
                in_flow,
                is_key,
                None,
                direct,
            )
        if isinstance(node, Alias) and node.target is not None:
            held = _At(node.target, False, node.target)
            yield from self._occurrences(place._replace(at=held), part, task)

    def _home_of(self, node: AnyNode) -> tuple[int, bool] | None:
        """The part in which an anchored node stands, and whether in a flow collection."""
        if self._homes is None:
            self._homes = {}
            for index, part in enumerate(self._source.parts):
                if part.parsed.anchors and part.parsed.root is not None:
                    for each, in_flow in _with_flow(part.parsed.root):
                        if each.anchor is not None:
                            self._homes[id(each)] = (index, in_flow)
        return self._homes.get(id(node))


def _with_flow(root: AnyNode) -> Iterator[tuple[AnyNode, bool]]:
    stack = [(root, False)]
    while stack:
        node, in_flow = stack.pop()
        yield node, in_flow
        if isinstance(node, Mapping):
            flow = in_flow or node.flow
            stack += [(below, flow) for entry in node.entries for below in (entry.key, entry.value)]
        elif isinstance(node, Sequence):
            flow = in_flow or node.flow
            stack += [(item, flow) for item in node.items]


def _inner_range(text: str, node: Scalar | Alias) -> tuple[int, int]:
    """The range of a scalar's text without anchor, tag and quotes; offsets from the part's start."""
    if isinstance(node, Alias):
        return node.start, node.end
    start, end = content_start(text, 0, node), node.end
    if node.style in ("|", ">"):
        return start, written_end(text, 0, node)
    if node.style and end - start >= 2 and text[end - 1] == node.style:
        return start + 1, end - 1
    return start, max(start, end)


def _pieces(text: str, node: Scalar | Alias) -> list[tuple[str, int, int]]:
    """The names in a text like ``T1, T2`` with their ranges; the range of all where it cannot be told apart."""
    start, end = _inner_range(text, node)
    names = [each.strip() for each in (text_of(node) or "").split(",") if each.strip()]
    found: list[tuple[str, int, int]] = []
    at = start
    if isinstance(node, Scalar) and node.style not in ("|", ">"):
        for raw in text[start:end].split(","):
            name = raw.strip()
            if name:
                first = at + len(raw) - len(raw.lstrip())
                found.append((name, first, first + len(name)))
            at += len(raw) + 1
    if [each[0] for each in found] == names:
        return found
    return [(name, start, end) for name in names]
