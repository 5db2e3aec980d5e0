"""Measured values and how they are summed up. Knows neither servers nor plans."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Figure:
    """All values of one quantity of one server at one size of plan.

    Attributes
    ----------
    server : str
    tasks : int
        The size of the plan.
    quantity : str
        What was measured, as tables call it.
    unit : str
        "ms" or "MiB".
    values : list of float
        In the order in which they were measured.
    """

    server: str
    tasks: int
    quantity: str
    unit: str
    values: list[float] = field(default_factory=list[float])

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def percentile(self, percent: float) -> float:
        """The smallest value that at least `percent` per cent of the values do not exceed (nearest rank)."""
        return percentile(self.values, percent)


class Figures:
    """The figures of a run, each made when its first value comes, in that order."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, int, str], Figure] = {}

    def add(self, server: str, tasks: int, quantity: str, unit: str, value: float) -> None:
        """Put one value to those of its quantity."""
        key = (server, tasks, quantity)
        if key not in self._by_key:
            self._by_key[key] = Figure(server, tasks, quantity, unit)
        self._by_key[key].values.append(value)

    def get(self, server: str, tasks: int, quantity: str) -> Figure | None:
        """The figure, or None if nothing was measured."""
        return self._by_key.get((server, tasks, quantity))

    def rows(self) -> list[tuple[int, str]]:
        """Sizes and quantities that have a figure of any server: sizes ascending, quantities as they came."""
        quantities = list(dict.fromkeys(quantity for _, _, quantity in self._by_key))
        present = {(tasks, quantity) for _, tasks, quantity in self._by_key}
        return sorted(present, key=lambda row: (row[0], quantities.index(row[1])))

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._by_key.values())

    def __bool__(self) -> bool:
        return bool(self._by_key)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of the values that at least `percent` per cent of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]
