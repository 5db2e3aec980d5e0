"""Workflow templates: which one a goal means, and what its phases, agents, priority and focus do to a plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.planner.catalogue import Workflow, load_catalogue
from orchestrate_ls.planner.draft import Draft
from orchestrate_ls.planner.offline import plan_document, plan_offline
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.planner.workflow_choice import WorkflowChoice
from orchestrate_ls.planner.workflows import WorkflowError, lifted
from tests.planner.plan_reading import graph, load, named

GOAL = "Add single sign-on and audit logging to our shop"
PATCH = Workflow(
    "security_patch",
    ("triage", "fix_implementation", "legal_sign_off", "regression_testing", "announcement"),
    frozenset({"announcement"}),
    ("support", "dev"),
    "medium",
    quality_focus="security",
)


def planned(goal: str, flow: Workflow, name: str | None = None) -> Draft:
    result = plan_offline(goal, flows=WorkflowChoice(name, {flow.name: flow}))
    assert verify(result.text).faults == ()
    return result.draft


def names(draft: Draft) -> list[str]:
    return [task.name for task in draft.tasks]


def test_phases_of_a_template_of_ones_own_come_in_its_order() -> None:
    draft = planned(GOAL, PATCH, "security_patch")
    plan = load(plan_offline(GOAL, flows=WorkflowChoice("security_patch", {PATCH.name: PATCH})).text)
    order = graph(plan)
    steps = ["triage", "single sign-on$", "legal sign off", "unit tests", "announcement"]
    for earlier, later in pairwise(steps):
        (before,), (after,) = named(plan, earlier), named(plan, later)
        assert nx.has_path(order, before, after), (earlier, later)
    assert draft.template == "security_patch"
    assert plan["templates"]["security_patch"]["phases"][-1] == {"name": "announcement", "optional": True}


def test_default_agents_do_the_phases_they_stand_beside() -> None:
    draft = planned(GOAL, PATCH, "security_patch")
    agents = {task.name: task.agent for task in draft.tasks}
    assert agents["Single sign-on"] == agents["Audit logging"] == "dev"
    assert {agent for name, agent in agents.items() if name.startswith("Triage")} == {"support"}
    assert agents["Unit tests"] == "test-engineer"


def test_a_fast_track_leaves_out_optional_phases_and_lifts_the_priority() -> None:
    slow = planned(GOAL, PATCH, "security_patch")
    fast = planned(GOAL, replace(PATCH, fast_track=True), "security_patch")
    assert any(name.startswith("Announcement") for name in names(slow))
    assert not any(name.startswith("Announcement") for name in names(fast))
    assert {task.priority for task in slow.tasks} == {"medium"}
    assert {task.priority for task in fast.tasks} == {"high"}


@pytest.mark.parametrize(
    ("priority", "higher"), [("low", "medium"), ("high", "critical"), ("critical", "critical"), ("15", "25")]
)
def test_priorities_are_lifted_by_one_step(priority: str, higher: str) -> None:
    assert lifted(priority) == higher


def test_a_number_as_priority_stays_a_number() -> None:
    text = plan_offline(
        GOAL, flows=WorkflowChoice(PATCH.name, {PATCH.name: replace(PATCH, priority="15", fast_track=True)})
    ).text
    assert {task["priority"] for task in load(text)["tasks"]} == {25}


def test_the_quality_focus_adds_its_gate_to_what_changes_the_product() -> None:
    plan = load(plan_offline("Refactor the billing module").text)
    gates = {task["name"]: task.get("quality_gates", []) for task in plan["tasks"]}
    assert gates["Refactor the billing module"] == ["code_review", "maintainability"]
    assert "maintainability" not in gates["Code analysis"]
    assert plan["quality_gates"]["maintainability"]["complexity"] == "not_increased"


def test_a_template_is_chosen_by_its_name_in_the_goal() -> None:
    own = {PATCH.name: PATCH}
    assert plan_offline(
        "Apply the security patch for sessions", flows=WorkflowChoice(None, own)
    ).draft.template == ("security_patch")
    assert (
        plan_offline("Refactor the sessions", flows=WorkflowChoice(None, own)).draft.template == "refactoring"
    )


def test_a_template_asked_for_decides_the_kind_of_work() -> None:
    bug = plan_offline("Totals on invoices", flows=WorkflowChoice("Bug-Fix"))
    assert bug.draft.template == "bug_fix"
    assert len(bug.draft.tasks) == 5
    feature = plan_offline(GOAL, flows=WorkflowChoice("feature_development"))
    assert names(feature.draft)[0].startswith("Requirements analysis")
    order = graph(load(feature.text))
    first = feature.draft.tasks[0].id
    assert nx.descendants(order, first) == set(order) - {first}


def test_an_unknown_template_names_those_there_are() -> None:
    with pytest.raises(WorkflowError, match="bug_fix, refactoring, security_patch"):
        plan_offline(GOAL, flows=WorkflowChoice("nope", {PATCH.name: PATCH}))


def test_stated_times_and_orders_hold_under_a_template() -> None:
    goal = "Build a shop with search and reviews. Search takes 2 days. Reviews must come after search."
    draft = planned(goal, PATCH, "security_patch")
    tasks = {task.name: task for task in draft.tasks}
    assert tasks["Search"].stated_time
    assert tasks["Search"].id in tasks["Reviews"].dependencies
    assert any(f"after {tasks['Search'].id}," in fact for fact in tasks["Reviews"].facts)


def test_listed_steps_and_a_template_do_not_go_together() -> None:
    from orchestrate_ls.planner.intelligible import GoalError

    with pytest.raises(GoalError, match="lists its steps"):
        plan_document("1. Measure\n2. Cut\n3. Sew\n", flows=WorkflowChoice("bug_fix"))


WORDS = [
    "testing",
    "design",
    "triage",
    "build",
    "documentation",
    "release",
    "sign off",
    "root cause",
    "build it",
]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=7, unique=True),
    st.booleans(),
    st.sampled_from(
        [
            GOAL,
            "Fix the login bug",
            "Recipe app with search, photos, lists and sharing",
            "Upgrade Django to 5",
        ]
    ),
)
def test_any_template_gives_a_plan_without_faults(phases: list[str], fast: bool, goal: str) -> None:
    flow = Workflow("mine", tuple(phases), frozenset(phases[1:2]), ("ann", "bob"), None, fast, "care")
    result = plan_offline(goal, flows=WorkflowChoice("mine", {"mine": flow}))
    assert verify(result.text).faults == ()
    order = graph(load(result.text))
    assert nx.is_directed_acyclic_graph(order)
    assert nx.transitive_reduction(order).edges == order.edges
    covered = {name for task in result.draft.tasks for name in task.covers}
    assert covered == {name for task in plan_offline(goal).draft.tasks for name in task.covers}


def test_built_in_phases_have_their_sorts() -> None:
    catalogue = load_catalogue()
    assert list(catalogue.workflows) == ["feature_development", "bug_fix", "refactoring"]
