"""The goal that the project's own description uses, in detail."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest

from orchestrate_ls.planner.offline import OfflinePlan, plan_offline
from tests.planner.plan_reading import assert_sound, critical_path_hours, expected, graph, load, named

GOAL = "Build a user authentication system with OAuth2, email verification, and password reset"


@pytest.fixture(scope="module")
def result() -> OfflinePlan:
    return plan_offline(GOAL)


@pytest.fixture(scope="module")
def plan(result: OfflinePlan) -> dict[str, Any]:
    return load(result.text)


def one(plan: dict[str, Any], pattern: str) -> dict[str, Any]:
    (found,) = named(plan, pattern)
    return next(task for task in plan["tasks"] if task["id"] == found)


def test_brief_names_the_features_with_their_words(result: OfflinePlan) -> None:
    brief = result.brief
    assert [feature.name for feature in brief.features] == ["OAuth2", "email verification", "password reset"]
    assert [GOAL[f.start : f.end] for f in brief.features] == [
        "OAuth2",
        "email verification",
        "password reset",
    ]
    assert brief.primary_goal == "Build a user authentication system"
    assert brief.kind == "feature_development"
    assert brief.complexity == "large"
    assert {"Security", "Testing", "Documentation"} <= set(brief.implied_requirements)
    assert {"Backend API", "Database", "Email service", "Frontend UI"} <= set(brief.technical_scope)


def test_plan_is_sound(plan: dict[str, Any]) -> None:
    assert_sound(plan)
    assert plan["goal"] == GOAL
    assert plan["template"] == "feature_development"
    assert plan["analysis"]["estimated_complexity"] == "large"


def test_schema_is_first_and_the_api_next(plan: dict[str, Any]) -> None:
    schema, api = one(plan, "schema"), one(plan, "api endpoints")
    assert schema["id"] == "T1"
    assert schema["dependencies"] == []
    assert api["dependencies"] == [schema["id"]]


def test_features_run_at_once_after_the_api(plan: dict[str, Any]) -> None:
    order = graph(plan)
    api = one(plan, "api endpoints")["id"]
    features = [one(plan, pattern) for pattern in ("oauth2", "email verification", "password reset")]
    for feature in features:
        assert api in feature["dependencies"]
        assert not nx.descendants(order, feature["id"]) & {other["id"] for other in features}
    assert len({feature["parallel_group"] for feature in features}) == 1


def test_a_shared_foundation_appears_once_and_only_its_users_wait_for_it(plan: dict[str, Any]) -> None:
    email = one(plan, "email delivery")
    assert email["dependencies"] == []
    assert email["id"] in one(plan, "email verification")["dependencies"]
    assert email["id"] in one(plan, "password reset")["dependencies"]
    assert email["id"] not in one(plan, "oauth2")["dependencies"]


def test_what_follows_the_features(plan: dict[str, Any]) -> None:
    order = graph(plan)
    features = {one(plan, pattern)["id"] for pattern in ("oauth2", "email verification", "password reset")}
    for pattern in ("unit tests", "integration tests", "security audit", "documentation"):
        assert features <= nx.ancestors(order, one(plan, pattern)["id"])
    ui = one(plan, r"\bui\b")
    assert not features & nx.ancestors(order, ui["id"])
    assert ui["id"] in nx.ancestors(order, one(plan, "integration tests")["id"])
    assert not nx.has_path(order, one(plan, "security")["id"], one(plan, "integration tests")["id"])


def test_agents_fit(plan: dict[str, Any]) -> None:
    fitting = {
        "schema": "database-architect",
        "api endpoints": "api-developer",
        "oauth2": "api-integration-specialist",
        r"\bui\b": "frontend-developer",
        "unit tests": "test-engineer",
        "integration tests": "test-engineer",
        "security audit": "security-specialist",
        "documentation": "technical-writer",
    }
    assert {pattern: one(plan, pattern)["agent"] for pattern in fitting} == fitting


def test_the_critical_path_is_clearly_shorter_than_the_total(plan: dict[str, Any]) -> None:
    total = sum(expected(task) for task in plan["tasks"])
    assert critical_path_hours(plan) < 0.6 * total


def test_criteria_are_the_tasks_own(plan: dict[str, Any]) -> None:
    criteria = [tuple(task["success_criteria"]) for task in plan["tasks"]]
    assert len(set(criteria)) == len(criteria)
    assert all(len(lines) >= 2 for lines in criteria)


def test_nothing_is_claimed_that_a_schedule_would_have_to_prove(plan: dict[str, Any]) -> None:
    assert not {"estimated_wall_time", "efficiency_gain"} & set(plan)
