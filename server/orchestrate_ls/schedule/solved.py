"""What every solver of resource-constrained projects hands back, and how one solver goes on from another's result.

Knows integers only, and no solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from orchestrate_ls.schedule.heuristic import StopReason
from orchestrate_ls.schedule.resources import ResourceProject


class Solver(StrEnum):
    """The solvers there are, by the names that users give."""

    HEURISTIC = "heuristic"
    CP_SAT = "cp-sat"


class SolvedProject(Protocol):
    """A feasible schedule and what is known of how good it is; times in the unit of the durations."""

    @property
    def starts(self) -> Sequence[int]:
        """For each activity."""
        ...

    @property
    def makespan(self) -> int:
        """The latest finish."""
        ...

    @property
    def lower_bound(self) -> int:
        """A makespan that no schedule can beat."""
        ...

    @property
    def stop_reason(self) -> StopReason:
        """Why the search ended."""
        ...


@dataclass(frozen=True, slots=True)
class Improvement:
    """A schedule that a second solver made of a first one's, never longer than that.

    ``failure`` says why the solver ended before its time, in words for the user; None if it did not.
    """

    starts: list[int]
    makespan: int
    lower_bound: int
    stop_reason: StopReason
    solver: Solver
    failure: str | None = None

    @classmethod
    def none_needed(cls, known: SolvedProject) -> Improvement:
        """A schedule as the heuristic left it."""
        return cls(list(known.starts), known.makespan, known.lower_bound, known.stop_reason, Solver.HEURISTIC)

    @property
    def proven_optimal(self) -> bool:
        """Whether no schedule can be shorter."""
        return self.makespan == self.lower_bound


Improve: TypeAlias = Callable[[ResourceProject, SolvedProject], Improvement]
"""Goes on from a feasible schedule of a project. The result is feasible, not longer, and its bound not lower."""
