"""What the program and the process of the CP-SAT solver say to each other: one JSON object for each line.

Plain data only, so that neither side can make the other run anything. Knows no solver and no process.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.resources import ResourceProject

_TYPES: Final = list(LinkType)


class Status(StrEnum):
    """How the solver's search ended."""

    OPTIMAL = "optimal"
    TIME_LIMIT = "time limit"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Request:
    """What to solve: the first line that the solver's process reads; all that follows is that the input ends.

    ``known`` are starts of a feasible schedule, ``time_limit`` is in seconds, ``workers`` are threads.
    """

    project: ResourceProject
    known: list[int]
    lower_bound: int
    time_limit: float
    workers: int
    seed: int


def request_as_data(request: Request) -> dict[str, Any]:
    """A request as JSON can hold it."""
    project = request.project
    return {
        "durations": project.network.durations,
        "links": [
            (before, after, _TYPES.index(kind), lag) for before, after, kind, lag in project.network.links
        ],
        "capacities": project.capacities,
        "demands": [list(demand.items()) for demand in project.demands],
        "releases": project.releases,
        "deadlines": project.deadlines,
        "known": request.known,
        "lower_bound": request.lower_bound,
        "time_limit": request.time_limit,
        "workers": request.workers,
        "seed": request.seed,
    }


def request_of_data(data: dict[str, Any]) -> Request:
    """The request that ``request_as_data`` wrote."""
    links = [Link(before, after, _TYPES[kind], lag) for before, after, kind, lag in data["links"]]
    project = ResourceProject(
        Network(data["durations"], links),
        data["capacities"],
        [dict(demand) for demand in data["demands"]],
        data["releases"],
        deadlines=data["deadlines"],
    )
    return Request(
        project, data["known"], data["lower_bound"], data["time_limit"], data["workers"], data["seed"]
    )


# Answers are objects with one or more of these keys.
STARTS: Final = "starts"
BOUND: Final = "bound"
STATUS: Final = "status"
MESSAGE: Final = "message"
