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


STEPS = """# Import of statements

1. Parse MT940 files (4 hours) @anna
2. Parse CAMT.053 files (6 hours)
5. Match payments with invoices (1 day)
6. Write tests for the parsers (3 hours)

Step 5 needs steps 1 and 2. Step 6 comes before step 2.
"""


def with_steps(flow: Workflow | str, document: str = STEPS) -> Draft:
    name = flow if isinstance(flow, str) else flow.name
    own = {} if isinstance(flow, str) else {flow.name: flow}
    result = plan_document(document, flows=WorkflowChoice(name, own))
    assert result.text is not None
    assert result.draft is not None
    assert verify(result.text).faults == ()
    return result.draft


def test_listed_steps_stay_as_stated_within_the_phases_of_a_template() -> None:
    alone = plan_document(STEPS).draft
    assert alone is not None
    draft = with_steps(PATCH)
    tasks = {task.id: task for task in draft.tasks}
    for step in alone.tasks:
        kept = tasks[step.id]
        assert (kept.name, kept.stated_time) == (step.name, step.stated_time)
        assert set(step.dependencies) <= set(kept.dependencies)
    added = [
        task.name.partition(":")[0] for task in draft.tasks if task.id not in {t.id for t in alone.tasks}
    ]
    assert added == ["Triage", "Legal sign off", "Announcement"]
    assert tasks["T1"].agent == "anna"
    assert {tasks[key].agent for key in ("T2", "T5")} == {"dev"}
    assert "security" in tasks["T2"].quality_gates
    assert draft.templates["security_patch"]["default_agents"] == ["support", "dev"]


def test_an_added_phase_waits_for_the_one_before_it_and_gives_way_to_stated_orders() -> None:
    draft = with_steps(PATCH)
    order = graph(
        load(plan_document(STEPS, flows=WorkflowChoice(PATCH.name, {PATCH.name: PATCH})).text or "")
    )
    ids = {task.name.partition(":")[0]: task.id for task in draft.tasks}
    assert nx.has_path(order, ids["Triage"], "T1")
    assert nx.has_path(order, "T5", ids["Legal sign off"])
    # Tests come after the fix in the template; the document has step 6 before step 2, and says so.
    assert nx.has_path(order, "T6", "T2")
    assert nx.has_path(order, ids["Legal sign off"], ids["Announcement"])


def test_a_step_that_is_a_phase_takes_its_place() -> None:
    document = (
        "# Release\n\n1. Gather the requirements (1 day)\n2. Build it (2 days)\n3. Documentation (1 day)\n"
    )
    draft = with_steps("feature_development", document)
    assert sorted(task.name.partition(":")[0] for task in draft.tasks) == [
        "Architecture design",
        "Build it",
        "Documentation",
        "Gather the requirements",
        "Testing",
    ]


def test_it_is_said_which_phases_were_added_to_listed_steps() -> None:
    planned = plan_document(STEPS, flows=WorkflowChoice("bug_fix"))
    (said,) = [remark for remark in planned.remarks if remark.code == "phases-added"]
    assert "bug reproduction, root cause analysis and deployment" in said.message


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
