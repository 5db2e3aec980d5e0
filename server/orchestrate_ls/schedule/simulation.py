"""Monte Carlo: how long a project takes when durations vary, and how often each activity is what it waits for.

Knows integers and one seed, no plans. The order of a schedule is kept: in each sample every activity starts as soon as
its links and the activities whose resources it takes over allow. Deciding anew in each sample who goes first would
assume that nobody has to know the order before; keeping it keeps each sample feasible, and the figures are those of
the schedule that is shown. Pure Python, so that they do not depend on what is installed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from orchestrate_ls.plan.working_time import WorkingTime
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.resource_flow import order_links
from orchestrate_ls.schedule.resources import ResourceProject

# The weight that PERT gives to the likeliest duration.
_LIKELIEST: Final = 4
# A distribution is tabulated as so many durations of equal probability, from sums of its density in so many steps, and
# shared by all activities whose likeliest duration lies at the same place between the others, rounded to 1/500.
_PARTS, _STEPS, _SHAPES = 1_024, 2_048, 500
# Samples are drawn this many at a time.
_BATCH: Final = 200


class ThreePoints(NamedTuple):
    """The least, the likeliest and the greatest duration of an activity."""

    optimistic: int
    likely: int
    pessimistic: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """What many samples of a project's durations gave; times in the unit of the durations.

    Attributes
    ----------
    samples
        How many were drawn.
    finishes
        The makespan of each, ascending.
    criticality
        For each activity the share of samples in which it was critical: in which the end would have been later, had
        it taken longer (Martin 1965; the criticality index).
    stopped
        Whether fewer samples were drawn than asked for, because ``should_stop`` said so.
    """

    samples: int
    finishes: list[int]
    criticality: list[float]
    stopped: bool

    @property
    def mean(self) -> float:
        """The expected makespan."""
        return sum(self.finishes) / self.samples

    @property
    def deviation(self) -> float:
        """The standard deviation of the makespan (of the sample, n - 1); 0 for a single one."""
        if self.samples == 1:
            return 0.0
        mean = self.mean
        return (sum((finish - mean) ** 2 for finish in self.finishes) / (self.samples - 1)) ** 0.5

    def percentile(self, percent: int) -> int:
        """The least makespan that at least so many percent of the samples kept to."""
        return self.finishes[max(0, -(-percent * self.samples // 100) - 1)]

    def share_within(self, makespan: int) -> float:
        """The share of samples that took no longer than a makespan."""
        return sum(finish <= makespan for finish in self.finishes) / self.samples


def simulate(
    project: ResourceProject,
    starts: Sequence[int],
    estimates: Sequence[ThreePoints | None],
    *,
    samples: int = 1_000,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
) -> Simulation:
    """Draw durations, and run the project through in the order of a schedule.

    Parameters
    ----------
    project, starts
        A project and a feasible schedule of it.
    estimates
        For each activity its three points, in the unit of the durations; None where the duration is certain.
    samples, seed
        How many samples, at least 1, and the seed of the random numbers: the same give the same result.
    should_stop
        Asked before each sample but the first.

    Raises
    ------
    ValueError
        If there is not one estimate for each activity, or no sample is asked for.

    Notes
    -----
    Durations are independent and have the beta distribution of PERT on [o, p] with alpha = 1 + 4 (m - o) / (p - o) and
    beta = 1 + 4 (p - m) / (p - o), whose mean is the (o + 4 m + p) / 6 that the schedule counts with (Malcolm et al.
    1959, "Application of a technique for research and development program evaluation"; the shape is that of Vose
    2008, "Risk analysis", section on the PERT distribution). They are drawn from a table of 1,024 quantiles, in which
    m is rounded to 1/500 of p - o.
    """
    if len(estimates) != len(project):
        raise ValueError("a simulation needs one estimate, or None, for each activity")
    if samples < 1:
        raise ValueError("a simulation needs at least one sample")
    run = _Run(project, starts)
    choose = random.Random(seed).choices  # noqa: S311 (not for secrets)
    tables: dict[int, list[float]] = {}
    draws = [
        _draw(project.network.durations[activity], estimates[activity], tables) for activity in run.order
    ]
    finishes: list[int] = []
    while len(finishes) < samples:
        size = min(_BATCH, samples - len(finishes))
        columns = [
            [least + int(spread * share + 0.5) for share in choose(table, k=size)]
            if table
            else [least] * size
            for least, spread, table in draws
        ]
        for row in zip(*columns, strict=True) if columns else [()] * size:
            if finishes and should_stop is not None and should_stop():
                return run.result(finishes, samples)
            finishes.append(run.through(row))
    return run.result(finishes, samples)


class _Draw(NamedTuple):
    """A duration is ``least`` plus a share of ``spread`` that is drawn from ``table``."""

    least: int
    spread: int
    table: list[float]


def _draw(certain: int, points: ThreePoints | None, tables: dict[int, list[float]]) -> _Draw:
    if points is None or points.pessimistic <= points.optimistic:
        return _Draw(certain if points is None else points.optimistic, 0, [])
    spread = points.pessimistic - points.optimistic
    shape = (2 * _SHAPES * (points.likely - points.optimistic) + spread) // (2 * spread)
    if shape not in tables:
        tables[shape] = pert_quantiles(shape / _SHAPES)
    return _Draw(points.optimistic, spread, tables[shape])


def pert_quantiles(mode: float) -> list[float]:
    """1,024 values of equal probability of the PERT distribution on [0, 1] with its mode there."""
    before, after = _LIKELIEST * mode, _LIKELIEST * (1 - mode)
    # The density at the middle of each step, up to a factor, and its sums.
    middles = [(step + 0.5) / _STEPS for step in range(_STEPS)]
    sums = list(accumulate(middle**before * (1 - middle) ** after for middle in middles))
    quantiles: list[float] = []
    step = 0
    for part in range(_PARTS):
        wanted = sums[-1] * (part + 0.5) / _PARTS
        while sums[step] < wanted:
            step += 1
        below = sums[step - 1] if step else 0.0
        quantiles.append((step + (wanted - below) / (sums[step] - below)) / _STEPS)
    return quantiles


class _Run:
    """The links of a project and of the resource flow, ready to be walked through many times.

    Activities are renumbered by ``order``, which is topological: place i is activity ``order[i]``.
    """

    def __init__(self, project: ResourceProject, starts: Sequence[int]) -> None:
        links = order_links(project, starts)
        self.order = Network(project.network.durations, links).topological_order
        place = {activity: number for number, activity in enumerate(self.order)}
        # Who must have finished (without a lag), and all other links.
        befores: list[set[int]] = [set() for _ in self.order]
        self._special: dict[int, list[Link]] = {}
        for before, after, kind, lag in links:
            if kind is LinkType.FINISH_TO_START and not lag:
                befores[place[after]].add(place[before])
            else:
                link = Link(place[before], place[after], kind, lag)
                self._special.setdefault(place[after], []).append(link)
        self._befores = [sorted(each) for each in befores]
        self._releases = [project.releases[activity] for activity in self.order]
        calendars = project.calendars
        self._calendars = [calendars[activity] if calendars is not None else None for activity in self.order]
        self._lag_calendar = project.lag_calendar
        self._is_plain = not self._special and not any(self._releases) and calendars is None
        # Of the sample at hand: when activities start, and when links, releases and resources would let them.
        self._starts: list[int] = []
        self._ready: list[int] = []
        self._counts = [0] * len(self.order)

    def through(self, durations: Sequence[int]) -> int:
        """The makespan with these durations, which come by places; keeps count of what was critical."""
        finishes = self._plain_pass(durations) if self._is_plain else self._general_pass(durations)
        makespan = max(finishes, default=0)
        self._count_critical(durations, finishes, makespan)
        return makespan

    def _plain_pass(self, durations: Sequence[int]) -> list[int]:
        finishes: list[int] = []
        add = finishes.append
        for befores, duration in zip(self._befores, durations, strict=True):
            start = 0
            for before in befores:
                finish = finishes[before]
                if finish > start:  # noqa: PLR1730 (`max` takes twice the time)
                    start = finish
            add(start + duration)
        return finishes

    def _general_pass(self, durations: Sequence[int]) -> list[int]:
        finishes: list[int] = []
        self._starts, self._ready = [], []
        for activity, duration in enumerate(durations):
            start = self._releases[activity]
            for before in self._befores[activity]:
                start = max(start, finishes[before])
            for link in self._special.get(activity, ()):
                start = max(start, self._allowed(link, duration, finishes))
            self._ready.append(start)
            calendar = self._calendars[activity]
            if calendar is not None and duration:
                start = calendar.next_working(start)
            self._starts.append(start)
            finishes.append(start + duration if calendar is None else calendar.finish(start, duration))
        return finishes

    def _allowed(self, link: Link, duration: int, finishes: Sequence[int]) -> int:
        """The earliest start that a link leaves to its successor, which takes so long."""
        from_start = link.type in (LinkType.START_TO_START, LinkType.START_TO_FINISH)
        since = self._starts[link.predecessor] if from_start else finishes[link.predecessor]
        until = _later(since, link.lag, self._lag_calendar)
        if link.type in (LinkType.START_TO_START, LinkType.FINISH_TO_START):
            return until
        calendar = self._calendars[link.successor]
        if calendar is None or not duration:
            return until - duration
        return calendar.latest_start(until, duration) if until > 0 else 0

    def _count_critical(self, durations: Sequence[int], finishes: Sequence[int], makespan: int) -> None:
        """Back from what finishes last to what that waited for, and so on."""
        reached = [activity for activity, finish in enumerate(finishes) if finish == makespan]
        seen = set(reached)
        while reached:
            activity = reached.pop()
            self._counts[activity] += 1
            ready = finishes[activity] - durations[activity] if self._is_plain else self._ready[activity]
            drivers = [before for before in self._befores[activity] if finishes[before] == ready]
            drivers += [
                link.predecessor
                for link in self._special.get(activity, ())
                if self._allowed(link, durations[activity], finishes) == ready
            ]
            for before in drivers:
                if before not in seen:
                    seen.add(before)
                    reached.append(before)

    def result(self, finishes: list[int], wanted: int) -> Simulation:
        """What the samples so far gave, with the activities numbered as in the project."""
        drawn = len(finishes)
        shares = [0.0] * len(self.order)
        for activity, count in zip(self.order, self._counts, strict=True):
            shares[activity] = count / drawn
        return Simulation(drawn, sorted(finishes), shares, drawn < wanted)


def _later(time: int, lag: int, calendar: WorkingTime | None) -> int:
    """A time that is so much later (or earlier) in the calendar in which lags pass."""
    if not lag or calendar is None:
        return time + lag
    return calendar.finish(time, lag) if lag > 0 else calendar.moment(calendar.work_before(time) + lag)
