"""One piece of YAML text to one tree, from parser events. Never fails: what stopped the parser comes back beside
the part of the tree that stood by then. Mending broken text so that more of it can be read is done in
``syntax.recovery``, which calls this.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Final

from orchestrate_ls.syntax.events import KIND_OF, EventKind, EventSource, YamlError
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.syntax.tree import Alias, AnyNode, Entry, Mapping, Scalar, Sequence, walk

DEEPEST: Final = 100
"""How deep collections may nest. Plans need four or five levels; parsers and validators crash at some thousands."""

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
    except YamlError as error:
        parsed.error = error
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
        keys: list[AnyNode | None] = []  # for each open mapping the key that waits for its value
        top: Mapping | Sequence | None = None
        documents = 0
        try:
            for event in source(text):
                kind = kinds[event.__class__]
                node: AnyNode
                if kind is scalar_kind:
                    style = event.style or ""
                    end = event.end_mark.index
                    start = event.start_mark.index
                    if style in {"|", ">"}:
                        end = start + len(text[start:end].rstrip())
                    elif not style and start == end and event.anchor is None and event.tag is None:
                        start = end = _missing_place(text, top, keys, start)
                    node = Scalar(start, end, event.value, style, event.tag, event.anchor)
                    if event.anchor is not None:
                        parsed.anchors[event.anchor] = node
                elif kind is end_kind:
                    closed = stack.pop()
                    keys.pop()
                    if isinstance(closed, Mapping) and len(closed.entries) > 1:
                        names = {entry.key.text for entry in closed.entries if isinstance(entry.key, Scalar)}
                        if len(names) < len(closed.entries):
                            parsed.repeating.append(closed)
                    if closed.flow:
                        closed.end = event.end_mark.index
                    elif isinstance(closed, Mapping):
                        closed.end = max(closed.start, closed.entries[-1].end if closed.entries else 0)
                    else:
                        closed.end = max(closed.start, closed.items[-1].end if closed.items else 0)
                    top = stack[-1] if stack else None
                    continue
                elif kind is mapping_kind:
                    node = Mapping(
                        event.start_mark.index,
                        event.end_mark.index,
                        bool(event.flow_style),
                        event.tag,
                        event.anchor,
                    )
                elif kind is sequence_kind:
                    node = Sequence(
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

                if top is None:
                    parsed.root = node
                elif isinstance(top, Mapping):
                    key = keys[-1]
                    if key is None:
                        keys[-1] = node
                    else:
                        top.entries.append(Entry(key, node))
                        keys[-1] = None
                else:
                    top.items.append(node)
                if isinstance(node, Mapping | Sequence):
                    if node.anchor is not None:
                        parsed.anchors[node.anchor] = node
                    if len(stack) >= DEEPEST:
                        parsed.problems.append(
                            SyntaxProblem(
                                node.start,
                                min(node.start + 1, len(text)),
                                f"nested deeper than {DEEPEST} levels; what is deeper is not read",
                            )
                        )
                        return
                    stack.append(node)
                    keys.append(None)
                    top = node
        finally:
            _close_open(text, stack, keys)

    def alias(self, start: int, end: int, name: str, stack: list[Mapping | Sequence]) -> Alias:
        """An alias with its target, if it has one and may have it."""
        target = self.parsed.anchors.get(name) or self.outside.get(name)
        if target is None:
            alias = Alias(start, end, name, None, 1)
            self.parsed.loose.append(alias)
            return alias
        if any(target is container for container in stack):
            problem = f"`*{name}` stands inside the very thing it refers to; write out what is meant"
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
                    f" `*{name}` and those after it are not followed"
                )
                self.parsed.problems.append(SyntaxProblem(start, end, problem))
            self.reported = True
            return Alias(start, end, name, None, 1)
        return Alias(start, end, name, target, size)


def _missing_place(
    text: str, top: Mapping | Sequence | None, keys: list[AnyNode | None], reported: int
) -> int:
    """Where a value that was left out would stand: right behind the colon or dash, not where the next token is."""
    if isinstance(top, Mapping) and not top.flow:
        key = keys[-1]
        if key is not None:
            colon = text.find(":", key.end, reported + 1)
            return colon + 1 if colon >= 0 else reported
    return reported


def _close_open(text: str, stack: list[Mapping | Sequence], keys: list[AnyNode | None]) -> None:
    """Give the collections that an error left open an end, and a half-written key a missing value."""
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
