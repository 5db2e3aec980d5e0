"""The benchmark's plans are what they say: the same each time, acyclic, with no redundant dependency."""

from __future__ import annotations

import networkx
import pytest
import yaml

from tests.benchmarks.plans import GeneratedPlan, generate

SIZES = [4, 5, 10, 33, 100, 257]


def _graph(plan: GeneratedPlan) -> networkx.DiGraph:
    tasks = yaml.safe_load(plan.text)["tasks"]
    graph = networkx.DiGraph()
    graph.add_nodes_from(task["id"] for task in tasks)
    graph.add_edges_from((required, task["id"]) for task in tasks for required in task["dependencies"])
    return graph


@pytest.mark.parametrize("count", SIZES)
def test_same_plan_every_time(count: int) -> None:
    assert generate(count).text == generate(count).text
    assert generate(count, seed=1).text != generate(count, seed=2).text


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("seed", range(5))
def test_no_cycle_and_no_redundant_dependency(count: int, seed: int) -> None:
    plan = generate(count, seed)
    graph = _graph(plan)
    assert sorted(graph, key=lambda task: int(task[1:])) == [f"T{number}" for number in range(1, count + 1)]
    assert networkx.is_directed_acyclic_graph(graph)
    assert set(graph.edges) == set(networkx.transitive_reduction(graph).edges)

    edited = f"T{plan.edited.number}"
    assert not graph.has_edge(plan.spare_dependency, edited)
    graph.add_edge(plan.spare_dependency, edited)
    assert networkx.is_directed_acyclic_graph(graph)
    assert set(graph.edges) == set(networkx.transitive_reduction(graph).edges)


@pytest.mark.parametrize("count", SIZES)
def test_agents_fit_and_groups_are_parallel(count: int) -> None:
    plan = generate(count)
    content = yaml.safe_load(plan.text)
    skills = {agent["id"]: set(agent["skills"]) for agent in content["agents"]}
    assert set(skills) == {task["agent"] for task in content["tasks"]}
    assert all(set(task["required_skills"]) <= skills[task["agent"]] for task in content["tasks"])

    groups: dict[str, set[str]] = {}
    for task in content["tasks"]:
        groups.setdefault(task["parallel_group"], set()).add(task["id"])
    graph = _graph(plan)
    for members in groups.values():
        assert not any(networkx.ancestors(graph, member) & members for member in members)

    written = [pattern for task in content["tasks"] for pattern in task["files"]]
    assert len(set(written)) == len(written)


@pytest.mark.parametrize("count", SIZES)
def test_the_edited_lines_are_where_it_says(count: int) -> None:
    plan = generate(count)
    lines = plan.text.split("\n")
    assert lines[plan.first_line] == f"  - id: T{plan.edited.number}"
    assert lines[plan.line_of("description")].startswith("    description: Write the ")
    assert lines[plan.line_of("dependencies")].startswith("    dependencies: [T")
    assert lines[plan.line_of("dependencies")].endswith("]")


def test_too_small_a_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 4 tasks, not 3"):
        generate(3)
