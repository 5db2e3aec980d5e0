"""Networks that the tests of this folder share: the seed's plan, and hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.resources import ResourceProject

HOUR = 3600
SEED_NAMES = [f"T{number}" for number in range(1, 11)]
SEED_HOURS = [2, 4, 6, 3, 3, 5, 4, 3, 2, 3]
SEED_DEPENDENCIES = {
    "T2": ["T1"],
    "T3": ["T1", "T2"],
    "T4": ["T1", "T2"],
    "T5": ["T1", "T2"],
    "T6": ["T2"],
    "T7": ["T2", "T3", "T4", "T5"],
    "T8": ["T6", "T7"],
    "T9": ["T2", "T3", "T4", "T5"],
    "T10": ["T2", "T3", "T4", "T5", "T6"],
}
FOUR_TYPES = list(LinkType)


def seed_network() -> Network:
    """The ten tasks of the seed's authentication plan."""
    number = {name: position for position, name in enumerate(SEED_NAMES)}
    links = [
        Link(number[before], number[after])
        for after, befores in SEED_DEPENDENCIES.items()
        for before in befores
    ]
    return Network([hours * HOUR for hours in SEED_HOURS], links)


def names(activities: list[int]) -> list[str]:
    """The seed's task ids of these activities."""
    return [SEED_NAMES[activity] for activity in activities]


@st.composite
def networks(
    draw: st.DrawFn,
    *,
    cyclic: bool = False,
    general: bool = False,
    shuffled: bool = True,
    max_size: int = 9,
    max_lag: int = 4,
) -> Network:
    """Random networks; acyclic ones in a random document order, general ones with all link types and lags."""
    size = draw(st.integers(0, max_size))
    durations = draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    rank = draw(st.permutations(range(size))) if shuffled else list(range(size))
    links: list[Link] = []
    for _ in range(draw(st.integers(0, 3 * size)) if size else 0):
        before, after = draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))
        if not cyclic:
            if before == after:
                continue
            if rank[before] > rank[after]:
                before, after = after, before
        kind = draw(st.sampled_from(FOUR_TYPES)) if general else LinkType.FINISH_TO_START
        lag = draw(st.integers(-max_lag, max_lag)) if general else 0
        links.append(Link(before, after, kind, lag))
    return Network(durations, links)


SEED_AGENTS = [
    "database-architect",
    "api-developer",
    "api-integration-specialist",
    "api-developer",
    "api-developer",
    "frontend-developer",
    "test-engineer",
    "test-engineer",
    "security-specialist",
    "technical-writer",
]


def seed_project(capacity: int) -> ResourceProject:
    """The seed's plan with `capacity` tasks at once, each agent doing one task at a time."""
    agents = sorted(set(SEED_AGENTS))
    demands = [{0: 1, 1 + agents.index(agent): 1} for agent in SEED_AGENTS]
    return ResourceProject(seed_network(), [capacity, *[1] * len(agents)], demands)


@st.composite
def projects(
    draw: st.DrawFn, *, general: bool = False, max_size: int = 9, releases: bool = True
) -> ResourceProject:
    """Random resource-constrained projects that have a schedule."""
    network = draw(networks(general=general, max_size=max_size))
    capacities = draw(st.lists(st.integers(0, 4), max_size=3))
    demands = [
        {resource: draw(st.integers(0, capacity)) for resource, capacity in enumerate(capacities)}
        for _ in range(len(network))
    ]
    earliest = (
        draw(st.lists(st.integers(0, 9), min_size=len(network), max_size=len(network))) if releases else None
    )
    return ResourceProject(network, capacities, demands, earliest)
