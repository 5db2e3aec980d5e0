"""One piece of YAML text to one tree, from parser events. Never fails: what stopped the parser comes back beside
the part of the tree that stood by then. Mending broken text so that more of it can be read is done in
``syntax.recovery``, which calls this.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Final

from orchestrate_ls.syntax.events import DEEPEST, KIND_OF, EventKind, EventSource, YamlError, as_yaml_error
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.syntax.tree import Alias, AnyNode, Entry, Mapping, Scalar, Sequence, walk
from orchestrate_ls.text.display import quoted

LARGEST_EXPANSION: Final = 100_000
"""How many nodes all aliases of one text may stand for together (the "billion laughs" defence)."""

Target = Scalar | Mapping | Sequence
Anchors = AnyMapping[str, Target]


@dataclass(slots=True)
class Parsed:
    """A tree and what was wrong. ``error`` is where the parser stopped, as it said it."""

    root: AnyNode | None = None
    error: YamlError | None = None
    problems: list[SyntaxProblem] = field(default_factory=list[SyntaxProblem])
    anchors: dict[str, Target] = field(default_factory=dict[str, Target])
    """Anchors defined in this text; of equal ones the last."""
    repeating: list[Mapping] = field(default_factory=list[Mapping])
    """Mappings in which a key may occur twice (or is no text): the few that are worth a closer look."""
    loose: list[Alias] = field(default_factory=list[Alias])
    """Aliases to anchors that were known neither in this text nor from outside."""


def parse_events(text: str, source: EventSource, outside: Anchors | None = None) -> Parsed:
    """Build the tree of a text. ``outside`` are the anchors defined in the document before this text.

    Only the first document is read; the range of a block collection ends with its last child.
    """
    parsed = Parsed()
    try:
        _Builder(text, parsed, outside or {}).build(source)
    except Exception as error:
        known = as_yaml_error(error, text)
        if known is None:
            raise
        parsed.error = known
    return parsed


class _Builder:
    def __init__(self, text: str, parsed: Parsed, outside: Anchors) -> None:
        self.text = text
        self.parsed = parsed
        self.outside = outside
        self.expanded = 0
        self.reported = False
        self.sizes: dict[int, int] = {}

    def build(self, source: EventSource) -> None:  # noqa: C901
        """Read all events. The hot loop of the whole project: it is one function, and looks names up once."""
        parsed, kinds, text = self.parsed, KIND_OF, self.text
        scalar_kind, end_kind, mapping_kind = EventKind.SCALAR, EventKind.END, EventKind.MAPPING_START
        sequence_kind, alias_kind = EventKind.SEQUENCE_START, EventKind.ALIAS
        stack: list[Mapping | Sequence] = []
        keys: list[AnyNode | None] = []  # for each open collection but the innermost the key that waits
        key: AnyNode | None = None  # the key of the innermost mapping that waits for its value
        entries: list[Entry] | None = (
            None  # where the innermost collection keeps what comes: one of these two
        )
        items: list[AnyNode] | None = None
        documents = 0
        try:
            for event in source(text):
                kind = kinds[event.__class__]
                node: AnyNode
                opened: Mapping | Sequence | None = None
                if kind is scalar_kind:
                    style = event.style or ""
                    start = event.start_mark.index
                    end = event.end_mark.index
                    anchor = event.anchor
                    if style:
                        if style in {"|", ">"}:
                            end = start + len(text[start:end].rstrip())
                    elif start == end and key is not None and anchor is None and event.tag is None:
                        start = end = _missing_place(text, stack[-1], key, start)
                    node = Scalar(start, end, event.value, style, event.tag, anchor)
                    if anchor is not None:
                        parsed.anchors[anchor] = node
                elif kind is end_kind:
                    self.close(stack.pop(), event.end_mark.index)
                    key = keys.pop()
                    entries = items = None
                    if stack:
                        inner = stack[-1]
                        if isinstance(inner, Mapping):
                            entries = inner.entries
                        else:
                            items = inner.items
                    continue
                elif kind is mapping_kind:
                    node = opened = Mapping(
                        event.start_mark.index,
                        event.end_mark.index,
                        bool(event.flow_style),
                        event.tag,
                        event.anchor,
                    )
                elif kind is sequence_kind:
                    node = opened = Sequence(
                        event.start_mark.index,
                        event.end_mark.index,
                        bool(event.flow_style),
                        event.tag,
                        event.anchor,
                    )
                elif kind is alias_kind:
                    node = self.alias(event.start_mark.index, event.end_mark.index, event.anchor, stack)
                elif kind is EventKind.DOCUMENT_START:
                    documents += 1
                    if documents > 1:
                        return
                    continue
                else:
                    continue

                if entries is not None:
                    if key is None:
                        key = node
                    else:
                        entries.append(Entry(key, node))
                        key = None
                elif items is not None:
                    items.append(node)
                else:
                    parsed.root = node
                if opened is not None:
                    if opened.anchor is not None:
                        parsed.anchors[opened.anchor] = opened
                    if len(stack) >= DEEPEST:
                        parsed.problems.append(
                            SyntaxProblem(
                                opened.start,
                                min(opened.start + 1, len(text)),
                                f"nested deeper than {DEEPEST} levels; what is deeper is not read",
                            )
                        )
                        return
                    stack.append(opened)
                    keys.append(key)
                    key = None
                    if isinstance(opened, Mapping):
                        entries, items = opened.entries, None
                    else:
                        entries, items = None, opened.items
        finally:
            if stack:
                _close_open(text, stack, [*keys, key])

    def close(self, node: Mapping | Sequence, end: int) -> None:
        """Give a collection its end; for a block collection that of its last child (the parser's is the next token)."""
        if isinstance(node, Mapping):
            entries = node.entries
            if len(entries) > 1:
                names = {key.text for entry in entries if isinstance(key := entry.key, Scalar)}
                if len(names) < len(entries):
                    self.parsed.repeating.append(node)
            last_end = entries[-1].end if entries else 0
        else:
            last_end = node.items[-1].end if node.items else 0
        node.end = end if node.flow else max(node.start, last_end)

    def alias(self, start: int, end: int, name: str, stack: list[Mapping | Sequence]) -> Alias:
        """An alias with its target, if it has one and may have it."""
        target = self.parsed.anchors.get(name) or self.outside.get(name)
        if target is None:
            alias = Alias(start, end, name, None, 1)
            self.parsed.loose.append(alias)
            return alias
        if any(target is container for container in stack):
            problem = (
                f"{quoted('*' + name)} stands inside the very thing it refers to; write out what is meant"
            )
            self.parsed.problems.append(SyntaxProblem(start, end, problem))
            return Alias(start, end, name, None, 1)
        size = self.sizes.get(id(target)) or sum(
            node.size if isinstance(node, Alias) else 1 for node in walk(target)
        )
        self.sizes[id(target)] = size
        self.expanded += size
        if self.expanded > LARGEST_EXPANSION:
            if not self.reported:
                problem = (
                    f"the aliases up to here stand for more than {LARGEST_EXPANSION:,} values;"
                    f" {quoted('*' + name)} and those after it are not followed"
                )
                self.parsed.problems.append(SyntaxProblem(start, end, problem))
            self.reported = True
            return Alias(start, end, name, None, 1)
        return Alias(start, end, name, target, size)


def _missing_place(text: str, holder: Mapping | Sequence, key: AnyNode, reported: int) -> int:
    """Where a value that was left out would stand: right behind the colon, not where the next token is."""
    if holder.flow:
        return reported
    colon = text.find(":", key.end, reported + 1)
    return colon + 1 if colon >= 0 else reported


def _close_open(text: str, stack: list[Mapping | Sequence], keys: list[AnyNode | None]) -> None:
    """Give the collections that an error left open an end, and a half-written key a missing value.

    ``keys`` are the waiting keys: one below the outermost collection, then one for each on the stack.
    """
    while stack:
        node, key = stack.pop(), keys.pop()
        if isinstance(node, Mapping):
            if key is not None:
                colon = text.find(":", key.end)
                place = colon + 1 if 0 <= colon <= key.end + 1 else key.end
                node.entries.append(Entry(key, Scalar(place, place, "", "")))
            node.end = max(node.start, node.entries[-1].end if node.entries else node.end)
        else:
            node.end = max(node.start, node.items[-1].end if node.items else node.end)
