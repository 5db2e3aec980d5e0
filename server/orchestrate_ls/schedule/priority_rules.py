"""Priority rules: static figures by which a scheme chooses what goes first; the least value wins.

Knows integers only.
"""

from __future__ import annotations

from collections.abc import Callable

from orchestrate_ls.schedule.bounds import heads, tails
from orchestrate_ls.schedule.sgs import CompiledProject, Direction

PriorityRule = Callable[[CompiledProject], list[int]]


def latest_finish(project: CompiledProject) -> list[int]:
    """LFT: the latest finish that the links allow; relative to the end of the project, so 0 or less."""
    return [-wait for wait in tails(project)]


def latest_start(project: CompiledProject) -> list[int]:
    """LST: the latest start that the links allow, relative to the end of the project."""
    return [-wait - duration for wait, duration in zip(tails(project), project.durations, strict=True)]


def least_slack(project: CompiledProject) -> list[int]:
    """SLK: latest start minus earliest start, up to a constant."""
    return [latest - head for latest, head in zip(latest_start(project), heads(project), strict=True)]


def greatest_rank_positional_weight(project: CompiledProject) -> list[int]:
    """GRPW: the activity's duration and those of its direct successors, greatest first."""
    followers = project.arcs[Direction.BACKWARD]
    durations = project.durations
    return [
        -durations[activity] - sum(durations[after] for after in {after for after, _ in followers[activity]})
        for activity in range(project.size)
    ]


# In the order in which a search tries them; Kolisch 1996, "Efficient priority rules for the
# resource-constrained project scheduling problem", finds the latest times best for both schemes.
PRIORITY_RULES: tuple[PriorityRule, ...] = (
    latest_finish,
    latest_start,
    least_slack,
    greatest_rank_positional_weight,
)
