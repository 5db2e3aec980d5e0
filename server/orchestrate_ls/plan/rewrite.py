"""Edits on a plan's text by places in the plan: take an item out, write a value, add an entry.

Each function answers with one edit in code points of the whole file, or None where there is no safe one: the place
is not there, comes from an alias or a merge key (the text stands elsewhere and others use it too), or would take an
anchor away that is still needed. Every byte outside the edit stays as it was. How YAML is cut and joined is known by
``syntax.splice``; this file only finds the nodes.
"""

from __future__ import annotations

from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrate_ls.plan.model import Path, Spot
from orchestrate_ls.syntax import splice
from orchestrate_ls.syntax.tree import Alias, AnyNode, Entry, Mapping, Scalar, Sequence
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.edits import TextEdit

if TYPE_CHECKING:
    from orchestrate_ls.plan.source import PlanSource


def item_path(path: Path) -> Path:
    """The list item that holds a place: the path up to its last index; the whole path where it has none."""
    for length in range(len(path), 0, -1):
        if isinstance(path[length - 1], int):
            return path[:length]
    return path


def remove_item(source: PlanSource, spot: Spot) -> TextEdit | None:
    """Remove a list item, with its line and the comment behind it; the only item leaves ``[]``."""
    place = _find(source, spot)
    if place is None or not isinstance(place.parent, Sequence):
        return None
    return splice.remove_item(source.text, place.base, place.parent, place.position, place.owner)


def remove_entry(source: PlanSource, spot: Spot) -> TextEdit | None:
    """Remove a key with its value (of equal keys the first), with its line and the comment behind it."""
    place = _find(source, spot)
    if place is None:
        return None
    if not isinstance(place.parent, Mapping):
        return None
    if spot.task is None and len(spot.path) == 1 and not place.in_flow:
        return splice.remove_lines_of_entry(source.text, place.base, place.parent.entries[place.position])
    return splice.remove_entry(source.text, place.base, place.parent, place.position, place.owner)


def replace_scalar(source: PlanSource, spot: Spot, text: str, *, verbatim: bool = False) -> TextEdit | None:
    """Write another text for a scalar value; it keeps its quotes, and gets some where the new text needs them.

    With ``verbatim`` the text is YAML as it stands, such as ``true`` or ``4``, and replaces the quotes too.
    """
    place = _find(source, spot)
    if place is None:
        return None
    if isinstance(place.node, Scalar) and place.node.is_missing and place.entry is not None:
        written = text if verbatim else write_scalar(text, in_flow=place.in_flow)
        return splice.fill_value(source.text, place.base, place.entry, written)
    return splice.replace_scalar(
        source.text, place.base, place.node, text, in_flow=place.in_flow, verbatim=verbatim
    )


def replace_key(source: PlanSource, spot: Spot, text: str) -> TextEdit | None:
    """Write another name for the key at the end of the spot's path (of equal keys the first)."""
    place = _find(source, spot)
    if place is None or place.entry is None:
        return None
    return splice.replace_scalar(source.text, place.base, place.entry.key, text, in_flow=place.in_flow)


def insert_entry(
    source: PlanSource,
    where: int | Spot | None,
    key: str,
    value: str,
    after: SequenceOf[str] = (),
    *,
    first: bool = False,
) -> TextEdit | None:
    """Add ``key: value`` to a task (by index), to the plan's top level (None) or to any mapping (by spot).

    ``value`` is YAML text, quoted so that it may stand in a flow collection; further lines of it are indented below
    the key, and one that begins with a line break starts below it. The entry comes behind the last of those named in
    ``after``, else at the end (of the top level: before ``tasks``), and with ``first`` in front of all entries of a
    task or mapping. A key that is there without a value gets the value. None where the key has one already.
    """
    if where is None:
        return _insert_top_entry(source, key, value, after)
    spot = Spot(where) if isinstance(where, int) else where
    place = _find(source, spot)
    if place is None or not isinstance(place.node, Mapping):
        return None
    mapping = place.node
    if (existing := mapping.entry(key)) is not None:
        return splice.fill_value(source.text, place.base, existing, value)
    position = max(
        (number for number, entry in enumerate(mapping.entries) if entry.name in after),
        default=len(mapping.entries) - 1,
    )
    if first:
        position = -1
    return splice.insert_entry(
        source.text, place.base, mapping, write_scalar(key, in_flow=True), value, position
    )


def append_item(source: PlanSource, spot: Spot, text: str) -> TextEdit | None:
    """Add an item (YAML text; its further lines are indented to fit) to a list, also to one without a value yet."""
    return append_items(source, spot, (text,))


def append_items(source: PlanSource, spot: Spot, texts: SequenceOf[str]) -> TextEdit | None:
    """Add several items; see ``append_item``."""
    place = _find(source, spot)
    if place is None or not texts:
        return None
    if isinstance(place.node, Sequence):
        return splice.append_items(source.text, place.base, place.node, texts)
    if place.entry is None or any("\n" in text for text in texts):
        return None
    return splice.fill_value(source.text, place.base, place.entry, f"[{', '.join(texts)}]")


@dataclass(frozen=True, slots=True)
class _Place:
    """A node with what stands directly around it. Node offsets plus ``base`` are offsets in the file."""

    base: int
    node: AnyNode
    in_flow: bool
    parent: Mapping | Sequence | None = None
    position: int = 0
    entry: Entry | None = None
    """The entry whose value the node is."""
    owner: Entry | None = None
    """The entry whose value the parent is."""


def _find(source: PlanSource, spot: Spot) -> _Place | None:
    """The node exactly at a spot, without following aliases and merge keys."""
    path = spot.path
    if spot.task is not None:
        if not 0 <= spot.task < len(source.plan.tasks):
            return None
        place = _Place(source.base(spot.task), source.task_node(spot.task), in_flow=False)
    else:
        top = _top_place(source, str(path[0])) if path else None
        if top is None:
            return None
        place = top
        path = path[1:]
    for step in path:
        below = _step(place, step)
        if below is None:
            return None
        place = below
    return place


def _top_place(source: PlanSource, name: str) -> _Place | None:
    entry = source.header_entry(name)
    if entry is None or entry.name != name:  # the latter where a merge key brought it
        return None
    part = source.part_index(Spot(None, (name,)))
    root = source.parts[part].parsed.root
    if not isinstance(root, Mapping):
        return None
    position = next((number for number, each in enumerate(root.entries) if each is entry), None)
    if position is None:
        return None
    return _Place(source.part_base(part), entry.value, root.flow, root, position, entry)


def _step(place: _Place, step: str | int) -> _Place | None:
    node = place.node
    if isinstance(node, Alias | Scalar):
        return None
    in_flow = place.in_flow or node.flow
    if isinstance(node, Sequence):
        if not isinstance(step, int) or not 0 <= step < len(node.items):
            return None
        return _Place(place.base, node.items[step], in_flow, node, step, None, place.entry)
    for position, entry in enumerate(node.entries):
        if entry.name == str(step):
            return _Place(place.base, entry.value, in_flow, node, position, entry, place.entry)
    return None


def _insert_top_entry(source: PlanSource, key: str, value: str, after: SequenceOf[str]) -> TextEdit | None:
    places = {
        name: place for name in (*source.plan.header.keys, "tasks") if (place := _top_place(source, name))
    }
    text = source.text
    if (existing := places.get(key)) is not None:
        return splice.fill_value(text, existing.base, existing.entry, value) if existing.entry else None
    tasks = places.pop("tasks", None)
    named = [place for name, place in places.items() if name in after]
    if not named and tasks is not None:
        named = [place for place in places.values() if _start(place) < _start(tasks)]
    behind = max(named or places.values(), key=_start, default=None)
    if behind is not None and (named or tasks is None) and isinstance(behind.parent, Mapping):
        return splice.insert_entry(
            text, behind.base, behind.parent, write_scalar(key, in_flow=True), value, behind.position
        )
    if tasks is None:
        return None
    if tasks.in_flow:
        if not isinstance(tasks.parent, Mapping):
            return None
        return splice.insert_entry(
            text, tasks.base, tasks.parent, write_scalar(key, in_flow=True), value, tasks.position - 1
        )
    at = _start(tasks)
    if splice.line_start(text, at) != at:
        return None
    ending = splice.line_break(text)
    lines = splice.entry_lines(write_scalar(key, in_flow=True), value, 0)
    return TextEdit(at, at, "".join(line + ending for line in lines))


def _start(place: _Place) -> int:
    return place.base + (place.entry.key.start if place.entry is not None else place.node.start)
