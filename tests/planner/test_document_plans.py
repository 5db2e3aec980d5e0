"""Plans made from documents: exactly the stated tasks, or the catalogue's with the stated facts."""

from orchestrate_ls.planner.offline import plan_document, plan_offline
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from tests.planner.plan_reading import load

STEPS = """\
# Move house

1. Pack (2 days)
2. Rent a van (half an hour)
3. Load the van (3 to 5 hours, after steps 1 and 2)
4. Drive (2h)
Step 4 can only start after step 3 is done. Anna does step 2.
"""


def test_the_tasks_are_exactly_the_steps():
    planned = plan_document(STEPS)
    assert planned.text is not None
    plan = load(planned.text)
    assert plan["goal"] == "Move house"
    assert [(t["id"], t["name"], t["dependencies"]) for t in plan["tasks"]] == [
        ("T1", "Pack", []),
        ("T2", "Rent a van", []),
        ("T3", "Load the van", ["T1", "T2"]),
        ("T4", "Drive", ["T3"]),
    ]
    assert [t["estimated_time"] for t in plan["tasks"]] == [
        "2d",
        "30m",
        {"optimistic": "3h", "likely": "4h", "pessimistic": "5h"},
        "2h",
    ]
    assert plan["tasks"][1]["agent"] == "anna"
    assert "concurrent_capacity" not in plan
    assert verify(planned.text).faults == ()


def test_steps_that_may_run_side_by_side_do():
    text = (
        "".join(f"{n}. Thing number {n} (1h)\n" for n in range(1, 9))
        + "\nThe steps can be done in any order.\n"
    )
    planned = plan_document(text)
    assert planned.text is not None
    assert schedule_plan(verify(planned.text).check.plans[0].source.plan).makespan == 3600
    alone = plan_document(text + "I work alone.\n")
    assert alone.text is not None
    assert schedule_plan(verify(alone.text).check.plans[0].source.plan).makespan == 8 * 3600


def test_what_is_ticked_off_is_left_out_and_stepped_over():
    planned = plan_document(
        "- [x] Dig (1h)\n- [x] Plant (1h)\n- [ ] Water (1h)\n\nPlant after dig. Water after plant.\n"
    )
    assert planned.draft is not None
    assert [task.name for task in planned.draft.tasks] == ["Water"]
    assert planned.draft.tasks[0].dependencies == ()
    assert "done" in [remark.code for remark in planned.remarks]


def test_a_contradiction_leaves_no_plan():
    planned = plan_document("1. aa (1h)\n2. bb (1h)\n1 before 2. 2 before 1.\n")
    assert planned.text is None
    assert [remark.code for remark in planned.remarks] == ["circle"]


def test_each_task_says_where_it_comes_from():
    planned = plan_document(STEPS)
    assert planned.draft is not None
    facts = planned.draft.tasks[2].facts
    assert any(fact.startswith("time, line 5:") for fact in facts)
    assert any(fact.startswith("after T1, line 5:") for fact in facts)
    assert any("Anna does step 2." in fact for fact in planned.draft.tasks[1].facts)


GOAL = "Build a web shop with search, payments and reviews."


def test_stated_facts_hold_over_the_catalogue():
    planned = plan_offline(
        f"{GOAL} Payments must be finished before search can start. Search takes about 2 days. Anna does the reviews."
        " A day has 6 hours. Three engineers."
    )
    by_name = {task.name: task for task in planned.draft.tasks}
    search = by_name["Search"]
    payment = next(task for task in planned.draft.tasks if task.covers == ("payments",))
    assert payment.id in search.dependencies
    assert search.stated_time == ("2d",)
    assert by_name["Reviews"].agent == "anna"
    assert planned.draft.calendar == (6.0, 5.0)
    assert planned.draft.concurrent_capacity == 3
    assert verify(planned.text).faults == ()
    assert not [feature for feature in planned.brief.features if "days" in feature.name]


def test_a_goal_without_facts_is_planned_by_the_catalogue_alone():
    assert all(task.facts == () for task in plan_offline(f"{GOAL} It should look modern.").draft.tasks)


def test_a_requirements_document_is_planned_by_the_catalogue():
    planned = plan_document(
        "# PRD: Team calendar\n\n## Goal\nBuild a web app where teams share calendars.\n\n"
        "## Features\n- Email reminders\n- Search\n"
        "- OAuth2 login\n\n## Out of scope\n- Mobile app\n\n## Notes\nWe are three engineers.\n"
    )
    assert planned.draft is not None
    covered = {name.lower() for task in planned.draft.tasks for name in task.covers}
    assert {"email reminders", "search"} <= covered
    assert planned.draft.concurrent_capacity == 3


def test_inch_marks_are_no_quotation_marks() -> None:
    document = """How to build a horn

1. Buy a length of 1-1/2" pipe. (30 min)
2. Buy a 1-1/2" coupler, and a 1-1/2" to 1" bushing. (10 min)
3. Clean the cut edges of the pipe. (10 min)
4. Assemble the horn. (20 min)

Do not start to assemble the horn until you have finished to buy a 1-1/2" coupler, and a 1-1/2" to 1" bushing and to \
clean the cut edges of the pipe.
"""
    draft = plan_document(document).draft
    assert draft is not None
    assert {task.id: task.dependencies for task in draft.tasks}["T4"] == ("T2", "T3")


def test_one_more_step_under_a_heading_of_its_own_is_a_step():
    document = """Here is my plan:

## Phase 1: Fix
1. Rotate tokens on login
2. Add an index on `sessions.token`

## Phase 2: Verification
3. Run the tests after 1 and 2
"""
    draft = plan_document(document).draft
    assert draft is not None
    assert [task.name for task in draft.tasks][:2] == [
        "Rotate tokens on login",
        "Add an index on `sessions.token`",
    ]
    assert draft.tasks[2].name.startswith("Run the tests")
    assert "T2" in draft.tasks[2].dependencies


def test_the_problem_of_a_requirements_document_is_no_bug():
    document = """# PRD: Team invoices

Author: Mia, Status: draft

## Problem
Freelancers send invoices by hand.

## Goals
- Recurring invoices
- SEPA direct debit

## Non-goals
- Payroll

## Open questions
- Who pays for the bank?
"""
    brief = plan_document(document).brief
    assert brief is not None
    assert (brief.kind, brief.primary_goal) == ("feature_development", "Team invoices")
    assert [feature.name for feature in brief.features] == ["Recurring invoices", "SEPA direct debit"]
    assert [each.text for each in brief.exclusions] == ["Payroll"]
