"""Where the tasks of a dependency graph are drawn: columns by waves, few crossings, short lines.

Layers, dummies for long links and ordering by barycentres follow K. Sugiyama, S. Tagawa and M. Toda, "Methods for
visual understanding of hierarchical system structures", IEEE Transactions SMC-11(2), 1981, pages 109-125. Knows
integers only; the same graph is always drawn the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_SWEEPS: Final = 8
_MOST_DUMMIES: Final = 20_000
_STRAIGHTENINGS: Final = 6


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """For each node its column and its row (a fraction; rows next to each other are 1 apart), and for each link the
    points it leads through, in columns and rows.
    """

    columns: list[int]
    rows: list[float]
    routes: list[list[tuple[int, float]]]
    width: int
    height: float


def laid_out(size: int, links: Sequence[tuple[int, int]], waves: Sequence[Sequence[int]]) -> GraphLayout:
    """Lay out an acyclic graph; every link leads from an earlier wave to a later one. Nodes in no wave come first."""
    column = [0] * size
    for place, wave in enumerate(waves):
        for node in wave:
            column[node] = place
    count = max(column, default=0) + 1
    spans = sum(max(0, column[after] - column[before] - 1) for before, after in links)
    columns = list(column)
    layers: list[list[int]] = [[] for _ in range(count)]
    for node in range(size):
        layers[column[node]].append(node)
    chains: list[list[int]] = []
    for before, after in links:
        chain = [before]
        if spans <= _MOST_DUMMIES:
            for at in range(column[before] + 1, column[after]):
                chain.append(len(columns))
                layers[at].append(len(columns))
                columns.append(at)
        chains.append([*chain, after])
    left: list[list[int]] = [[] for _ in columns]
    right: list[list[int]] = [[] for _ in columns]
    for chain in chains:
        for one, other in pairwise(chain):
            right[one].append(other)
            left[other].append(one)
    _order(layers, left, right)
    rows = _rows(layers, left, right, size)
    routes = [[(columns[node], rows[node]) for node in chain] for chain in chains]
    return GraphLayout(column, rows[:size], routes, count, max(rows, default=0.0) + 1)


def _order(layers: list[list[int]], left: list[list[int]], right: list[list[int]]) -> None:
    """Sort each layer by the mean place of its neighbours, to and fro."""
    place: dict[int, float] = {}
    for layer in layers:
        place |= {node: float(number) for number, node in enumerate(layer)}
    best, fewest = [list(layer) for layer in layers], _crossings(layers, right, place)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        neighbours = left if forward else right
        for layer in layers if forward else reversed(layers):
            means = {
                node: sum(place[each] for each in own) / len(own)
                if (own := neighbours[node])
                else place[node]
                for node in layer
            }
            layer.sort(key=lambda node: (means[node], place[node]))
            for number, node in enumerate(layer):
                place[node] = float(number)
        now = _crossings(layers, right, place)
        if now < fewest:
            best, fewest = [list(layer) for layer in layers], now
    for layer, kept in zip(layers, best, strict=True):
        layer[:] = kept


def _crossings(layers: list[list[int]], right: list[list[int]], place: dict[int, float]) -> int:
    """How often links between neighbouring layers cross: inversions, counted in a Fenwick tree."""
    total = 0
    for layer in layers:
        ends = [int(end) for node in layer for end in sorted(place[each] for each in right[node])]
        size = max(ends, default=0) + 1
        tree = [0] * (size + 1)
        for seen, end in enumerate(ends):
            not_above, index = 0, end + 1
            while index > 0:
                not_above += tree[index]
                index -= index & -index
            total += seen - not_above
            index = end + 1
            while index <= size:
                tree[index] += 1
                index += index & -index
    return total


def _rows(layers: list[list[int]], left: list[list[int]], right: list[list[int]], size: int) -> list[float]:
    """Rows near those of the neighbours, in the order of each layer, at least 1 apart (less between dummies)."""
    rows = [0.0] * len(left)
    tallest = max((_tall(layer, size) for layer in layers), default=0.0)
    for layer in layers:
        at = (tallest - _tall(layer, size)) / 2
        for node in layer:
            rows[node] = at
            at += _room(node, size)
    for turn in range(_STRAIGHTENINGS):
        neighbours = left if turn % 2 == 0 else right
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wanted = [
                sum(rows[each] for each in own) / len(own) if (own := neighbours[node]) else rows[node]
                for node in layer
            ]
            for node, row in zip(layer, _apart(layer, wanted, size), strict=True):
                rows[node] = row
    lowest = min(rows, default=0.0)
    return [row - lowest for row in rows]


def _room(node: int, size: int) -> float:
    return 1.0 if node < size else 0.4


def _tall(layer: list[int], size: int) -> float:
    return sum(_room(node, size) for node in layer)


def _apart(layer: list[int], wanted: list[float], size: int) -> list[float]:
    """The rows nearest to the wanted ones (least squares) that keep order and distance: pooling of adjacent violators,
    after distances are taken off.
    """
    offset, offsets = 0.0, list[float]()
    for number, node in enumerate(layer):
        if number:
            offset += (_room(layer[number - 1], size) + _room(node, size)) / 2
        offsets.append(offset)
    blocks: list[tuple[float, int]] = []
    for want, off in zip(wanted, offsets, strict=True):
        total, count = want - off, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            before, more = blocks.pop()
            total, count = total + before, count + more
        blocks.append((total, count))
    levels = [total / count for total, count in blocks for _ in range(count)]
    return [level + off for level, off in zip(levels, offsets, strict=True)]
