"""Puts the keys of mappings in the schema's order; the lines of a key travel with it, and the comments above it.

A mapping with an anchor, an alias or a key that stands twice keeps its order: there it means something. Keys that the
schema does not know come last, in the order they had.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from orchestrate_ls.plan.model import Path
from orchestrate_ls.plan.reading import MERGE_KEY
from orchestrate_ls.syntax.events import default_events
from orchestrate_ls.syntax.parser import parse_events
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import Alias, AnyNode, Mapping, Scalar, walk
from orchestrate_ls.syntax.tree import Sequence as SequenceNode
from orchestrate_ls.text.lines import line_break, line_start, next_line

KeysAt = Callable[[Path], Sequence[str]]
"""The keys that a mapping at a path (from the plan's root) may have, in their order."""

_MOST_ROUNDS: Final = 20
"""Each round puts the outermost mappings in order that are not yet, so there are as many as collections are deep."""


class _Mapping(NamedTuple):
    node: Mapping
    path: Path


def in_order(text: str, root: AnyNode | None, path: Path, keys_at: KeysAt) -> str:
    """A part's text with the keys of its mappings in order. ``path`` is that of its outermost collection."""
    for _ in range(_MOST_ROUNDS):
        before = text
        outermost: list[_Mapping] = []
        for found in _mappings(root, path) if root is not None else ():
            inside = outermost and found.node.start < outermost[-1].node.end
            if not inside and _ordered(before, found.node, keys_at(found.path)) is not None:
                outermost.append(found)
        # From the last to the first, so that the places of those above stay what they are.
        for found in reversed(outermost):
            text = _ordered(text, found.node, keys_at(found.path)) or text
        if text == before:
            return text
        parsed = parse_events(text, default_events())
        if parsed.error is not None or parsed.problems:
            return before
        root = parsed.root
    return text


def _mappings(root: AnyNode, path: Path) -> list[_Mapping]:
    """The block mappings, outermost first."""
    found: list[_Mapping] = []
    stack: list[tuple[AnyNode, Path]] = [(root, path)]
    while stack:
        node, here = stack.pop()
        if isinstance(node, Mapping) and not node.flow:
            if here:
                found.append(_Mapping(node, here))
            stack += [(entry.value, (*here, entry.name or "")) for entry in reversed(node.entries)]
        elif isinstance(node, SequenceNode) and not node.flow:
            stack += [(item, (*here, 0)) for item in reversed(node.items)]
    return found


def _ordered(text: str, mapping: Mapping, keys: Sequence[str]) -> str | None:
    """The text with the entries of one mapping in order; None where they are, or have to stay as they are."""
    names = [entry.name for entry in mapping.entries]
    if len(names) < 2 or None in names or len(set(names)) < len(names) or MERGE_KEY in names:
        return None
    rank = {name: number for number, name in enumerate(keys)}
    order = sorted(range(len(names)), key=lambda each: (rank.get(names[each] or "", len(rank)), each))
    if order == list(range(len(names))):
        return None
    if any(isinstance(node, Alias) or node.anchor is not None for node in walk(mapping)):
        return None
    column = mapping.entries[0].key.start - line_start(text, mapping.entries[0].key.start)
    blocks: list[_Block] = []
    last = len(names) - 1
    bounds = [mapping.entries[0].key.start]
    for entry, before in zip(mapping.entries[1:], mapping.entries, strict=False):
        start = line_start(text, entry.key.start)
        if text[start : entry.key.start].strip(" ") or entry.key.start - start != column:
            return None
        bounds.append(_with_comments(text, start, written_end(text, 0, before.value), column))
    end = _own_end(text, written_end(text, 0, mapping.entries[last].value), column)
    bounds.append(end)
    newline = line_break(text)
    for number, (entry, start) in enumerate(zip(mapping.entries, bounds, strict=False)):
        begin = line_start(text, entry.key.start)
        lead = "" if number == 0 else text[start:begin]
        body = text[entry.key.start : bounds[number + 1]]
        if not body.endswith(("\n", "\r")):
            body += newline
        blocks.append(_Block(lead, body))
    return _put_together(text, mapping.entries[0].key.start, end, [blocks[each] for each in order], column)


class _Block(NamedTuple):
    lead: str
    """The comments above, whole lines."""
    body: str
    """From the key on, with the line break at the end."""


def _put_together(text: str, start: int, end: int, blocks: list[_Block], column: int) -> str | None:
    indent = " " * column
    first, *others = blocks
    line = line_start(text, start)
    dash = text[line:start]
    before = text[:start]
    if first.lead:
        # Above the line of the dash, if the key stands behind one.
        dashes = len(dash) - len(dash.lstrip(" "))
        moved = "".join(
            " " * dashes + each.lstrip(" ") for each in first.lead.splitlines(keepends=True) if each.strip()
        )
        before = text[:line] + moved + dash
    rest = "".join(block.lead + indent + block.body for block in others)
    return before + first.body + rest + text[end:]


def _with_comments(text: str, start: int, lowest: int, column: int) -> int:
    """Where the comments begin that stand directly above a key, in its column."""
    while start > lowest:
        above = line_start(text, start - 2 if text.startswith("\r\n", start - 2) else start - 1)
        line = text[above:start]
        if (
            above <= lowest
            or not line.lstrip(" ").startswith("#")
            or len(line) - len(line.lstrip(" ")) != column
        ):
            break
        start = above
    return start


def _own_end(text: str, end: int, column: int) -> int:
    """Where the last entry's lines end: behind the comments below it that are indented deeper than its key."""
    end = next_line(text, end) if end == 0 or text[end - 1] not in "\r\n" else end
    while end < len(text):
        following = next_line(text, end)
        line = text[end:following]
        deep = len(line) - len(line.lstrip(" "))
        if not line.lstrip(" ").startswith("#") or deep <= column:
            break
        end = following
    return end


def same_but_for_order(one: AnyNode | None, other: AnyNode | None) -> bool:
    """Whether two trees say the same, the order of keys aside."""
    return _compared(one, other, ordered=False)


def same(one: AnyNode | None, other: AnyNode | None) -> bool:
    """Whether two trees say the same in the same way: styles, anchors, tags and order."""
    return _compared(one, other, ordered=True)


def _compared(one: AnyNode | None, other: AnyNode | None, *, ordered: bool) -> bool:
    stack: list[tuple[AnyNode | None, AnyNode | None]] = [(one, other)]
    while stack:
        mine, theirs = stack.pop()
        if mine is None or theirs is None:
            if mine is not theirs:
                return False
            continue
        if type(mine) is not type(theirs) or mine.tag != theirs.tag or mine.anchor != theirs.anchor:
            return False
        if isinstance(mine, Scalar) and isinstance(theirs, Scalar):
            if mine.text != theirs.text or mine.style != theirs.style:
                return False
        elif isinstance(mine, Alias) and isinstance(theirs, Alias):
            if mine.name != theirs.name:
                return False
        elif isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            mine_entries, their_entries = mine.entries, theirs.entries
            if mine.flow != theirs.flow or len(mine_entries) != len(their_entries):
                return False
            if not ordered:
                mine_entries = sorted(mine_entries, key=lambda each: each.name or "")
                their_entries = sorted(their_entries, key=lambda each: each.name or "")
            for left, right in zip(mine_entries, their_entries, strict=True):
                stack += [(left.key, right.key), (left.value, right.value)]
        elif isinstance(mine, SequenceNode) and isinstance(theirs, SequenceNode):
            if mine.flow != theirs.flow or len(mine.items) != len(theirs.items):
                return False
            stack += zip(mine.items, theirs.items, strict=True)
    return True
