"""Sharing tasks out: choices are kept, nothing gets longer, the same comes out each time."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.agents.balance import Agents, balance
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import solve
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.resources import ResourceProject

AGENTS = ("a", "b", "c")


def makespan(network: Network, agents: Agents, capacities: dict[str, int], at_once: int | None) -> int:
    """By the real solver, whose schedules are checked."""
    demands = [{0: 1} | ({1 + AGENTS.index(agent): 1} if agent is not None else {}) for agent in agents]
    limits = [at_once or len(agents), *(capacities.get(name, 1) for name in AGENTS)]
    project = ResourceProject(network, limits, demands)
    found = solve(project, budget=5)
    assert not check_feasible(project, found.starts)
    return found.makespan


@st.composite
def cases(draw: st.DrawFn):
    size = draw(st.integers(1, 9))
    durations = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    links = draw(
        st.lists(
            st.tuples(
                st.integers(0, size - 1),
                st.integers(0, size - 1),
                st.sampled_from(LinkType),
                st.integers(-5, 5),
            ),
            max_size=8,
        )
    )
    network = Network(
        durations, [Link(min(a, b), max(a, b), kind, lag) for a, b, kind, lag in links if a != b]
    )
    choices = draw(
        st.lists(st.lists(st.sampled_from(AGENTS), unique=True, max_size=3), min_size=size, max_size=size)
    )
    capacities = draw(st.dictionaries(st.sampled_from(AGENTS), st.integers(1, 10**9)))
    return network, choices, capacities, draw(st.none() | st.integers(1, 4))


@settings(max_examples=60)
@given(cases())
def test_no_worse_than_what_is_known_and_only_by_choices(case):
    network, choices, capacities, at_once = case
    first: Agents = [each[0] if each else None for each in choices]

    def makespan_of(agents: Agents) -> int:
        return makespan(network, agents, capacities, at_once)

    found = balance(network, choices, capacities, at_once, [first], makespan_of)
    assert all(
        (agent is None and not each) or agent in each for agent, each in zip(found, choices, strict=True)
    )
    assert makespan_of(found) <= makespan_of(first)
    assert balance(network, choices, capacities, at_once, [first], makespan_of) == found


def test_two_agents_share_what_one_would_take_twice_as_long_for():
    network = Network([3, 3, 3, 3], [])
    first: Agents = ["a"] * 4
    found = balance(
        network, [["a", "b"]] * 4, {}, None, [first], lambda agents: makespan(network, agents, {}, None)
    )
    assert sorted(each or "" for each in found) == ["a", "a", "b", "b"]


def test_what_wins_nothing_is_left_with_the_preferred_agent():
    network = Network([3, 3], [Link(0, 1)])
    found = balance(
        network,
        [["b", "a"], ["b", "a"]],
        {},
        None,
        [["b", "b"]],
        lambda agents: makespan(network, agents, {}, None),
    )
    assert found == ["b", "b"]
