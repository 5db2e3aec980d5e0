"""The syntax tree of a piece of YAML: every key and value with its range.

Offsets count code points from the start of the *chunk* the tree was parsed from, so that a tree stays valid when text
before its chunk changes. This file knows nothing of plans, and nothing of how a tree is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from orchestrate_ls.syntax.scalars import CoreValue, resolve_plain

PLAIN: Final = ""


class Node:
    """What all nodes share: the half-open range ``[start, end)`` in code points, tag and anchor as written."""

    __slots__ = ("anchor", "end", "start", "tag")

    def __init__(self, start: int, end: int, tag: str | None = None, anchor: str | None = None) -> None:
        self.start = start
        self.end = end
        self.tag = tag
        self.anchor = anchor


class Scalar(Node):
    """A scalar. ``text`` is its content after unquoting and folding; ``style`` is '' (plain), "'", '"', '|' or '>'.

    A value left out (``key:``) is an empty plain scalar whose range is empty and stands behind the colon.
    """

    __slots__ = ("style", "text")

    def __init__(
        self, start: int, end: int, text: str, style: str, tag: str | None = None, anchor: str | None = None
    ) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.style = style
        self.tag = tag
        self.anchor = anchor

    @property
    def value(self) -> CoreValue:
        """The value by the YAML 1.2 core schema: quoted and block scalars are text, plain ones are resolved."""
        if self.tag is not None:
            return resolve_tagged(self.text, self.tag)
        if self.style != PLAIN:
            return self.text
        return resolve_plain(self.text)

    @property
    def is_missing(self) -> bool:
        """True where no value was written at all."""
        return self.style == PLAIN and self.start == self.end

    def __repr__(self) -> str:
        return f"Scalar({self.text!r}, {self.start}:{self.end})"


def resolve_tagged(text: str, tag: str) -> CoreValue:
    """The value of a scalar with an explicit tag; an unknown tag leaves the text as it is."""
    if tag in ("!", "tag:yaml.org,2002:str"):
        return text
    if tag.startswith("tag:yaml.org,2002:"):
        value = resolve_plain(text)
        return float(value) if tag.endswith(":float") and isinstance(value, int) else value
    return text


class Entry:
    """One ``key: value`` pair of a mapping."""

    __slots__ = ("key", "value")

    def __init__(self, key: AnyNode, value: AnyNode) -> None:
        self.key = key
        self.value = value

    @property
    def name(self) -> str | None:
        """The key as text; None where the key is no scalar."""
        return self.key.text if isinstance(self.key, Scalar) else None

    @property
    def start(self) -> int:
        return self.key.start

    @property
    def end(self) -> int:
        return max(self.key.end, self.value.end)

    def __repr__(self) -> str:
        return f"{self.key!r}: {self.value!r}"


class Mapping(Node):
    """A mapping; its entries in document order, duplicates included."""

    __slots__ = ("entries", "flow")

    def __init__(
        self, start: int, end: int, flow: bool, tag: str | None = None, anchor: str | None = None
    ) -> None:
        self.start = start
        self.end = end
        self.entries: list[Entry] = []
        self.flow = flow
        self.tag = tag
        self.anchor = anchor

    def entry(self, name: str) -> Entry | None:
        """The first entry of that name."""
        for entry in self.entries:
            if isinstance(entry.key, Scalar) and entry.key.text == name:
                return entry
        return None

    def __repr__(self) -> str:
        return f"Mapping({self.entries!r})"


class Sequence(Node):
    """A sequence."""

    __slots__ = ("flow", "items")

    def __init__(
        self, start: int, end: int, flow: bool, tag: str | None = None, anchor: str | None = None
    ) -> None:
        self.start = start
        self.end = end
        self.items: list[AnyNode] = []
        self.flow = flow
        self.tag = tag
        self.anchor = anchor

    def __repr__(self) -> str:
        return f"Sequence({self.items!r})"


class Alias(Node):
    """``*name``. ``target`` is the anchored node, possibly in another chunk; None where there is none to be had."""

    __slots__ = ("name", "size", "target")

    def __init__(
        self, start: int, end: int, name: str, target: Scalar | Mapping | Sequence | None, size: int
    ) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.target = target
        self.size = size
        """How many nodes the target stands for when every alias below it is written out."""
        self.tag = None
        self.anchor = None

    def __repr__(self) -> str:
        return f"Alias({self.name!r})"


AnyNode: TypeAlias = Scalar | Mapping | Sequence | Alias


def resolved(node: AnyNode) -> Scalar | Mapping | Sequence | None:
    """The node itself, or what an alias stands for; None for an alias without a target."""
    return node.target if isinstance(node, Alias) else node


def children(node: AnyNode) -> Iterator[AnyNode]:
    """The nodes directly below a node, in document order."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key
            yield entry.value
    elif isinstance(node, Sequence):
        yield from node.items


def walk(root: AnyNode) -> Iterator[AnyNode]:
    """A node and everything below it, in document order. Aliases are not followed."""
    stack: list[AnyNode] = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(children(node))))
