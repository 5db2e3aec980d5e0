"""The anchors that an alias at a place may name: those that stand before it in its document, the nearest first."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide.completion_offers import Kind, Offer
from orchestrate_ls.ide.completion_place import Place
from orchestrate_ls.syntax.tree import Mapping, Scalar, Sequence
from orchestrate_ls.text.display import shown

_MOST: Final = 100


def alias_offers(place: Place) -> list[Offer]:
    """The names of anchors; of equal ones the last counts, as it does for the alias."""
    found: dict[str, Offer] = {}
    source = place.source
    for index, part in enumerate(source.parts):
        base = source.part_base(index)
        if base > place.cursor:
            break
        for name, node in part.parsed.anchors.items():
            if base + node.start < place.start - 1:
                found.pop(name, None)
                found[name] = Offer(name, Kind.NAME, name, detail=_told(node))
    return list(reversed(found.values()))[:_MOST]


def _told(node: Scalar | Mapping | Sequence) -> str:
    if isinstance(node, Scalar):
        return shown(" ".join(node.text.split()))
    if isinstance(node, Mapping):
        return shown(", ".join(entry.name for entry in node.entries if entry.name is not None))
    return f"a list of {len(node.items)}"
