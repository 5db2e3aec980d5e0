"""Reads a plan's text the way another program would, with networkx as the judge of its graph."""

from __future__ import annotations

import re
from typing import Any

import networkx as nx
import yaml
from ruamel.yaml import YAML

PRIORITIES = {"critical", "high", "medium", "low"}
LEVELS = {"junior", "mid", "senior", "expert"}
KEYS = ["version", "goal", "template", "analysis", "concurrent_capacity", "agents", "tasks", "quality_gates"]
TASK_KEYS = [
    "id",
    "name",
    "description",
    "estimated_time",
    "dependencies",
    "agent",
    "priority",
    "parallel_group",
    "required_skills",
    "success_criteria",
    "definition_of_done",
    "quality_gates",
]


def load(text: str) -> dict[str, Any]:
    """The plan as PyYAML reads it; ruamel.yaml, a hundred times slower, must read the same."""
    plan = load_fast(text)
    assert YAML(typ="safe", pure=True).load(text) == plan
    return plan


def load_fast(text: str) -> dict[str, Any]:
    """The plan as PyYAML reads it."""
    plan: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return plan


def graph(plan: dict[str, Any]) -> nx.DiGraph[str]:
    """Edges from a task to those that wait for it."""
    result: nx.DiGraph[str] = nx.DiGraph()
    result.add_nodes_from(task["id"] for task in plan["tasks"])
    result.add_edges_from((before, task["id"]) for task in plan["tasks"] for before in task["dependencies"])
    return result


def hours(text: str) -> float:
    """A duration such as 1h30m in hours."""
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?", text)
    assert match, text
    assert text
    return int(match[1] or 0) + int(match[2] or 0) / 60


def expected(task: dict[str, Any]) -> float:
    """PERT expectation of a task in hours."""
    low, likely, high = (
        hours(task["estimated_time"][key]) for key in ("optimistic", "likely", "pessimistic")
    )
    assert 0 < low <= likely <= high
    return (low + 4 * likely + high) / 6


def critical_path_hours(plan: dict[str, Any]) -> float:
    """The longest chain of expected estimates."""
    length = {task["id"]: expected(task) for task in plan["tasks"]}
    finish: dict[str, float] = {}
    result = graph(plan)
    for node in nx.topological_sort(result):
        finish[node] = length[node] + max(
            (finish[before] for before in result.predecessors(node)), default=0.0
        )
    return max(finish.values())


def named(plan: dict[str, Any], pattern: str) -> list[str]:
    """Ids of the tasks whose lower-case name matches."""
    return [task["id"] for task in plan["tasks"] if re.search(pattern, task["name"].lower())]


def assert_sound(plan: dict[str, Any]) -> None:
    """What must hold for every plan that the planner writes, whatever the goal."""
    assert [key for key in KEYS if key in plan] == list(plan)
    assert plan["version"] == 1
    tasks, agents = plan["tasks"], plan["agents"]
    ids = [task["id"] for task in tasks]
    assert ids == [f"T{number}" for number in range(1, len(ids) + 1)]
    skills = {agent["id"]: set(agent["skills"]) for agent in agents}
    assert len(skills) == len(agents)
    assert set(skills) == {task["agent"] for task in tasks}, "an agent is unknown or unused"
    for agent in agents:
        assert agent["experience_level"] in LEVELS
        assert agent.get("capacity", 1) <= plan["concurrent_capacity"]
    gates = set(plan.get("quality_gates", {}))
    for task in tasks:
        assert [key for key in TASK_KEYS if key in task] == list(task)
        assert task["name"].strip()
        assert task["description"].strip()
        assert len(task["dependencies"]) == len(set(task["dependencies"]))
        assert set(task["dependencies"]) <= set(ids) - {task["id"]}
        assert task["required_skills"]
        assert set(task["required_skills"]) <= skills[task["agent"]]
        assert task["priority"] in PRIORITIES
        assert task["success_criteria"]
        assert task["definition_of_done"]
        assert 0.75 <= expected(task) <= 8
        assert set(task.get("quality_gates", [])) <= gates
    assert gates == {gate for task in tasks for gate in task.get("quality_gates", [])}
    order = graph(plan)
    assert nx.is_directed_acyclic_graph(order)
    assert set(nx.transitive_reduction(order).edges) == set(order.edges), "a dependency is redundant"
    groups: dict[str, list[str]] = {}
    for task in tasks:
        if "parallel_group" in task:
            groups.setdefault(task["parallel_group"], []).append(task["id"])
    for members in groups.values():
        assert len(members) > 1
        for member in members:
            assert not nx.descendants(order, member) & set(members), "a group is not parallel"
