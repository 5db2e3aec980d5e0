"""A resource-constrained project: activities that need amounts of renewable resources while they run.

Knows integers only: activities and resources are numbers, times are seconds (or any other unit) from the
project's start. Whoever builds a project decides what is a resource: an agent, the number of tasks at once, a
file that only one task may write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from operator import add

from orchestrate_ls.plan.working_time import WorkingTime
from orchestrate_ls.schedule.network import Network


class ResourceProject:
    """Activities with durations, links, and demands on renewable resources.

    Parameters
    ----------
    network
        Durations and links; it must not have cycles.
    capacities
        For each resource, how much of it there is at any time.
    demands
        For each activity, the resources it takes and how much of each, from its start to its finish.
        Resources that are not mentioned are not needed. An activity of duration 0 takes nothing.
    releases
        For each activity the earliest start allowed; 0 for all if left out.
    calendars
        For each activity when it can be worked on, None for always. Its duration is working time then: it starts at
        a working moment, pauses while its calendar does, and keeps what it takes until it finishes. Left out if all
        are always worked on.
    lag_calendar
        The calendar in which lags pass; None for always.
    deadlines
        For each activity when it should be finished, None for whenever; left out if none has one. They are wishes: a
        schedule that misses one is feasible, and judged by the sum of what is missed before its makespan.

    Raises
    ------
    ValueError
        If the network has a cycle, a list has the wrong length, a number is negative, or an activity needs
        more of a resource than there is (so that no schedule exists).
    """

    __slots__ = ("calendars", "capacities", "deadlines", "demands", "lag_calendar", "network", "releases")

    def __init__(
        self,
        network: Network,
        capacities: Sequence[int],
        demands: Sequence[Mapping[int, int]],
        releases: Sequence[int] | None = None,
        *,
        calendars: Sequence[WorkingTime | None] | None = None,
        lag_calendar: WorkingTime | None = None,
        deadlines: Sequence[int | None] | None = None,
    ) -> None:
        self.network: Network = network
        self.capacities: tuple[int, ...] = tuple(capacities)
        self.demands: tuple[dict[int, int], ...] = tuple(
            dict(demand)
            if len(demand) < 2 and all(demand.values())
            else {resource: amount for resource, amount in sorted(demand.items()) if amount}
            for demand in demands
        )
        self.releases: tuple[int, ...] = tuple(releases) if releases is not None else (0,) * len(network)
        self.calendars: tuple[WorkingTime | None, ...] | None = (
            tuple(calendars) if calendars is not None else None
        )
        self.lag_calendar: WorkingTime | None = lag_calendar
        self.deadlines: tuple[int | None, ...] | None = tuple(deadlines) if deadlines is not None else None
        self._refuse_the_impossible()

    @property
    def has_calendars(self) -> bool:
        """Whether some activity is not worked on all the time, so that finish = start + duration does not hold."""
        return self.calendars is not None

    @property
    def has_deadlines(self) -> bool:
        """Whether some activity should be finished by a certain time."""
        return self.deadlines is not None

    def finish(self, activity: int, start: int) -> int:
        """When an activity that starts at a working moment is finished."""
        calendar = self.calendars[activity] if self.calendars is not None else None
        duration = self.network.durations[activity]
        return start + duration if calendar is None else calendar.finish(start, duration)

    def finishes(self, starts: Sequence[int]) -> list[int]:
        """All finishes, from all starts."""
        if self.calendars is None:
            return list(map(add, starts, self.network.durations))
        return [self.finish(activity, start) for activity, start in enumerate(starts)]

    def lateness(self, finishes: Sequence[int]) -> int:
        """By how much deadlines are missed, added up."""
        if self.deadlines is None:
            return 0
        return sum(
            finish - deadline
            for finish, deadline in zip(finishes, self.deadlines, strict=True)
            if deadline is not None and finish > deadline
        )

    def _refuse_the_impossible(self) -> None:
        if not self.network.is_acyclic:
            raise ValueError("a project with a dependency cycle has no schedule")
        lists = [self.demands, self.releases, self.calendars, self.deadlines]
        if any(each is not None and len(each) != len(self.network) for each in lists):
            raise ValueError("demands, releases, calendars and deadlines need one entry for each activity")
        if min(self.capacities, default=0) < 0 or min(self.releases, default=0) < 0:
            raise ValueError("capacities and releases must not be negative")
        for activity, demand in enumerate(self.demands):
            for resource, amount in demand.items():
                if not 0 <= resource < len(self.capacities):
                    raise ValueError(f"activity {activity} needs resource {resource}, which does not exist")
                if amount < 0:
                    raise ValueError(f"activity {activity} has a negative demand on resource {resource}")
                if amount > self.capacities[resource] and self.network.durations[activity]:
                    raise ValueError(
                        f"activity {activity} needs {amount} of resource {resource}, "
                        f"of which there are {self.capacities[resource]}"
                    )

    def with_capacity(self, resource: int, capacity: int) -> ResourceProject:
        """The same project with another capacity of one resource.

        Raises ``ValueError`` if an activity needs more than that.
        """
        if any(
            demand.get(resource, 0) > capacity
            for demand, duration in zip(self.demands, self.network.durations, strict=True)
            if duration
        ):
            raise ValueError(f"an activity needs more of resource {resource} than {capacity}")
        other = copy(self)
        other.capacities = (*self.capacities[:resource], capacity, *self.capacities[resource + 1 :])
        return other

    def without_deadlines(self) -> ResourceProject:
        """The same project with all the time in the world."""
        other = copy(self)
        other.deadlines = None
        return other

    def replaced(
        self,
        *,
        network: Network | None = None,
        capacities: Sequence[int] | None = None,
        demands: Sequence[Mapping[int, int]] | None = None,
    ) -> ResourceProject:
        """The same project with something else instead; it must have as many activities."""
        return ResourceProject(
            network if network is not None else self.network,
            capacities if capacities is not None else self.capacities,
            demands if demands is not None else self.demands,
            self.releases,
            calendars=self.calendars,
            lag_calendar=self.lag_calendar,
            deadlines=self.deadlines,
        )

    def with_twin(self, activity: int, network: Network, demand: Mapping[int, int]) -> ResourceProject:
        """The same project with one more activity, the last in `network`, that may be done when `activity` may and
        should be finished when that should.
        """
        calendars, deadlines = self.calendars, self.deadlines
        return ResourceProject(
            network,
            self.capacities,
            [*self.demands, demand],
            [*self.releases, self.releases[activity]],
            calendars=[*calendars, calendars[activity]] if calendars is not None else None,
            lag_calendar=self.lag_calendar,
            deadlines=[*deadlines, deadlines[activity]] if deadlines is not None else None,
        )

    def __len__(self) -> int:
        """The number of activities."""
        return len(self.network)
