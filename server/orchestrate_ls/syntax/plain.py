"""A tree as plain data (dict, list, str, int, float, bool, None), as schema validators want it.

Keys are text as written. Of equal keys the first counts, merge keys (``<<``) are applied, and aliases stand for what
they name; what several aliases name is one shared object, so that the result is never larger than the text.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

from orchestrate_ls.syntax.tree import Alias, AnyNode, Mapping, Scalar, Sequence, resolved

PlainData: TypeAlias = None | bool | int | float | str | list["PlainData"] | dict[str, "PlainData"]

DEEPEST: Final = 150
"""How deep the data may nest; what is deeper comes out as an empty list. The parser alone stops at 100, aliases of
aliases may lead further."""

MOST_MERGED: Final = 100_000
"""How many entries merge keys may bring into one tree; the rest is left out."""

COMPLEX_KEY: Final = "?"
"""How a key is called that is a list or a mapping."""

_MERGE_KEY: Final = "<<"


def to_plain(node: AnyNode | None) -> PlainData:
    """The data that a tree stands for. None for no tree, and for an alias without a target.

    Infinite numbers and those that are none (``.inf``, ``.nan``) come out as their text: no field of a plan wants
    one, and most code that compares numbers does not expect them.
    """
    return _Conversion().value(node, 0)


class _Conversion:
    def __init__(self) -> None:
        self._shared: dict[int, PlainData] = {}
        self._merged = 0

    def value(self, node: AnyNode | None, depth: int) -> PlainData:
        if isinstance(node, Scalar):
            value = node.value
            return node.text if isinstance(value, float) and not math.isfinite(value) else value
        if isinstance(node, Alias):
            return self._target(node, depth)
        if node is None:
            return None
        if depth >= DEEPEST:
            return []
        if isinstance(node, Sequence):
            return [self.value(item, depth + 1) for item in node.items]
        return self._mapping(node, depth)

    def _target(self, alias: Alias, depth: int) -> PlainData:
        target = alias.target
        if target is None:
            return None
        known = id(target)
        if known not in self._shared:
            self._shared[known] = None  # an alias inside of what it names stands for nothing
            self._shared[known] = self.value(target, depth)
        return self._shared[known]

    def _mapping(self, mapping: Mapping, depth: int) -> dict[str, PlainData]:
        data: dict[str, PlainData] = {}
        merged: list[AnyNode] = []
        for entry in mapping.entries:
            key = entry.key if entry.key.__class__ is Scalar else resolved(entry.key)
            name = key.text if isinstance(key, Scalar) else COMPLEX_KEY
            if name == _MERGE_KEY and isinstance(key, Scalar) and not key.style:
                merged.append(entry.value)
            elif name not in data:
                data[name] = self.value(entry.value, depth + 1)
        for node in merged:
            self._merge(data, node, depth)
        return data

    def _merge(self, data: dict[str, PlainData], node: AnyNode, depth: int) -> None:
        target = resolved(node)
        for source in target.items if isinstance(target, Sequence) else [node]:
            inherited = self.value(source, depth)
            if not isinstance(inherited, dict):
                continue
            self._merged += len(inherited)
            if self._merged > MOST_MERGED:
                return
            for key, value in inherited.items():
                data.setdefault(key, value)
