"""Agents for a whole plan: who gets what, the edits, and what must hold for any plan."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.ide.assign_agents import (
    AssignmentPlan,
    assign_agents,
    assignment_edits,
    with_agents,
)
from orchestrate_ls.ide.code_actions import ActionKind, actions_at
from orchestrate_ls.ide.draft import NotPossibleError, Selection
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.agent_choice import Need, agent_of, need_of
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from orchestrate_ls.text.edits import apply_edits
from orchestrate_ls.workspace.checking import shipped_schema
from tests.cli.running import SEED_PLAN


def checked(text: str, *known: KnownAgent) -> FileCheck:
    return check_file(
        PlanFile.parse(text), RuleSettings(), shipped_schema(), {each.id: each for each in known}
    )


def assigned(
    text: str, *known: KnownAgent, everything: bool = False, balanced: bool = False
) -> AssignmentPlan:
    return assign_agents(checked(text, *known).plans[0].context, everything=everything, balanced=balanced)


def applied(text: str, *known: KnownAgent, everything: bool = False, balanced: bool = False) -> str:
    check = checked(text, *known)
    found = assign_agents(check.plans[0].context, everything=everything, balanced=balanced)
    return apply_edits(text, assignment_edits(Selection(check, 0, 0, 0, ()), found.changes))


def agents_in(text: str) -> list[str | None]:
    context = checked(text).plans[0].context
    return [agent_of(context, task) for task in context.plan.tasks]


PLAN = """\
agents:
  - {id: dev, skills: [go, sql]}
  - {id: pro, skills: [go], recent_performance: 0.9}
  - {id: writer, skills: [docs]}
tasks:
  # the first
  - id: T1 # nobody
    required_skills: [go]   # that
    priority: low
  - {id: T2, agent: 'devv', required_skills: [sql]}
  - {id: T3, agent: dev, required_skills: [docs]}
  - {id: T4, agent: dev, required_skills: [go]}
  - {id: T5, required_skills: [rust]}
  - {name: Write the docs, agent: }
"""


def test_only_what_needs_an_agent_is_looked_at():
    found = assigned(PLAN)
    assert [(each.task, each.need, each.before, each.after) for each in found.assignments] == [
        (0, Need.MISSING, None, "pro"),
        (1, Need.UNKNOWN, "devv", "dev"),
        (2, Need.MISMATCH, "dev", "writer"),
        (4, Need.MISSING, None, None),
        (5, Need.MISSING, None, "writer"),
    ]
    assert found.unable[0].reason.startswith("no agent has `rust`; nearest: `pro`")


def test_the_edits_leave_everything_else_as_it_was():
    assert applied(PLAN) == (
        PLAN.replace("nobody\n", "nobody\n    agent: pro\n")
        .replace("'devv'", "'dev'")
        .replace("T3, agent: dev", "T3, agent: writer")
        .replace("agent: }", "agent: writer }")
    )


def test_everything_reconsiders_what_fits_but_changes_nothing_for_nothing():
    found = assigned(PLAN, everything=True)
    assert [(each.task, each.after) for each in found.changes if each.need is None] == [(3, "pro")]
    same = "agents:\n  - {id: a}\n  - {id: b}\ntasks:\n  - {id: T1, agent: b}\n"
    assert assigned(same, everything=True).changes == ()


def test_an_allocation_list_follows():
    text = (
        "agents:\n  - {id: pro, skills: [go]}\n  - dev: T1, T2\n"
        "tasks:\n  - {id: T1, name: x}\n  - {id: T2, agent: devv, required_skills: [go]}\n"
    )
    after = applied(text)
    assert "  - dev: T1\n" in after
    assert agents_in(after)[0] == "dev"
    assert need_of(checked(after).plans[0].context, checked(after).plans[0].source.plan.tasks[1]) is None


def test_where_nothing_is_declared_only_missing_agents_are_filled_in():
    text = "tasks:\n  - {id: T1, name: Build the api, agent: api-developer}\n  - {id: T2, name: Improve the api}\n"
    assert [(each.task, each.after) for each in assigned(text).assignments] == [(1, "api-developer")]
    assert assigned("tasks:\n  - id: T1\n").assignments[0].reason == "there are no agents to choose from"


def test_an_agent_that_a_merge_key_brings_is_overridden():
    text = (
        "agents: [{id: dev}]\nx-base: &base {agent: nobody}\n"
        "tasks:\n  - <<: *base\n    id: T1\n  - &t {id: T2, agent: dev}\n"
    )
    after = applied(text)
    assert agents_in(after) == ["dev", "dev"]
    assert "&base {agent: nobody}" in after


def test_what_cannot_be_written_is_refused_with_what_to_do():
    text = "agents: [{id: dev}]\ntasks:\n  - {id: T1, agent: [nobody]}\n"
    with pytest.raises(NotPossibleError, match=r"the agent of `T1` .* write `agent: dev` there yourself"):
        applied(text)


def test_a_task_that_stands_for_another_gets_its_agent_with_it():
    text = "agents: [{id: dev}]\ntasks:\n  - &t {name: x}\n  - *t\n"
    after = applied(text)
    assert agents_in(after) == ["dev", "dev"]
    assert after.count("dev") == 2


def test_a_text_that_the_end_of_the_file_cuts_off_stays_as_it_is():
    text = "agents: [{id: dev}]\ntasks:\n  - id: T1\n    description: |\n      open"
    assert applied(text) == text.replace("id: T1\n", "id: T1\n    agent: dev\n")


def test_balancing_shares_the_work():
    text = (
        "agents:\n  - {id: a, skills: [go], recent_performance: 0.9}\n  - {id: b, skills: [go]}\n  - {id: c}\ntasks:\n"
        + "".join(f"  - {{id: T{i}, estimated_time: 2h, required_skills: [go]}}\n" for i in range(4))
    )
    found = assigned(text, balanced=True)
    assert sorted(each.after or "" for each in found.assignments) == ["a", "a", "b", "b"]
    assert (found.makespan_unbalanced, found.makespan) == (8 * 3600, 4 * 3600)
    moved = next(each for each in found.assignments if each.after == "b")
    assert moved.reason == (
        "`b` scores 0.80, against 0.96 of `a`, which has enough to do; so the plan takes 4h instead of 8h"
    )


def test_the_seeds_plan_cannot_be_made_shorter_than_its_critical_path():
    found = assigned(SEED_PLAN, balanced=True, everything=True)
    assert found.makespan == 19 * 3600 <= (found.makespan_before or 0)


def test_a_circle_cannot_be_balanced():
    text = "agents: [{id: a}]\ntasks:\n  - {id: A, dependencies: [B]}\n  - {id: B, dependencies: [A]}\n"
    with pytest.raises(NotPossibleError, match="circle"):
        assigned(text, balanced=True)
    assert len(assigned(text).changes) == 2


def titles(text: str, kind: ActionKind, at: str) -> list[str]:
    check = checked(text)
    place = text.index(at)
    return [
        each.title for each in actions_at(check, place, place, lambda each: each is kind) if not each.disabled
    ]


def test_the_editor_offers_it_as_a_fix_and_as_a_rewrite():
    assert "Assign agents to all tasks that need one" in titles(PLAN, ActionKind.QUICK_FIX, "T1 #")
    offered = titles(PLAN, ActionKind.REWRITE, "T4")
    assert "Assign agents to all tasks that need one" in offered
    assert "Balance the agents so that the plan takes the least time" in offered
    fine = "agents: [{id: dev}]\ntasks:\n  - {id: T1, agent: dev}\n"
    assert not any("agents" in each for each in titles(fine, ActionKind.REWRITE, "T1"))


def test_the_action_writes_the_same_as_the_command():
    check = checked(PLAN)
    place = PLAN.index("T4")
    for name in ("assign-agents", "fix-agents"):
        place = PLAN.index("T1 #")
        action = next(each for each in actions_at(check, place, place) if each.name == name)
        assert apply_edits(PLAN, action.edits()) == applied(PLAN)


SKILLS = ["go", "sql", "docs"]
agent_names = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def plans(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A plan's tasks, and the lines of its agents."""
    agents = [
        f"  - {{id: {name}, skills: [{', '.join(draw(st.lists(st.sampled_from(SKILLS), max_size=2, unique=True)))}],"
        f" recent_performance: {draw(st.sampled_from([0, 0.5, 1]))}, capacity: {draw(st.integers(1, 2))},"
        f" availability: {draw(st.sampled_from(['true', 'true', 'false']))}}}\n"
        for name in draw(st.lists(agent_names, min_size=1, max_size=4, unique=True))
    ]
    if draw(st.booleans()):
        agents.append(f"  - e: T{draw(st.integers(0, 3))}, T{draw(st.integers(0, 5))}\n")
    lines: list[str] = []
    for number in range(draw(st.integers(1, 7))):
        fields = [f"id: T{number}", f"estimated_time: {draw(st.integers(0, 5))}h"]
        before = draw(st.lists(st.integers(0, number), max_size=2, unique=True))
        fields.append(f"dependencies: [{', '.join(f'T{each}' for each in before if each < number)}]")
        if draw(st.booleans()):
            fields.append(f"agent: {draw(st.sampled_from(['a', 'b', 'nobody', chr(39) + 'c' + chr(39)]))}")
        if draw(st.booleans()):
            fields.append(f"required_skills: [{draw(st.sampled_from(SKILLS))}]")
        if draw(st.booleans()):
            lines.append(f"  - {{{', '.join(fields)}}} # c\n")
        else:
            lines.append("  - " + "\n    ".join(fields) + "\n")
    return "tasks:\n" + "".join(lines) + f"concurrent_capacity: {draw(st.integers(1, 4))}\n", agents


@settings(max_examples=40, deadline=None)
@given(plans(), st.booleans(), st.booleans())
def test_what_holds_for_any_plan(given_plan: tuple[str, list[str]], everything: bool, balanced: bool):
    tasks, agents = given_plan
    text = "agents:\n" + "".join(agents) + tasks
    check = checked(text)
    plan = check.plans[0].source.plan
    found = assign_agents(check.plans[0].context, everything=everything, balanced=balanced)
    after = apply_edits(text, assignment_edits(Selection(check, 0, 0, 0, ()), found.changes))
    again = checked(after)
    context = again.plans[0].context
    # It says what it does, brings no error, and leaves nothing to do.
    assert not [each for each in again.diagnostics if each.severity is Severity.ERROR]
    for each in found.assignments:
        assert agent_of(context, context.plan.tasks[each.task]) == each.after
        assert each.reason
        if each.able:
            assert need_of(context, context.plan.tasks[each.task]) is None
    if not balanced:
        assert applied(after, everything=everything) == after
    else:
        assert applied(after, balanced=True) == after
        plain = [agent_of(check.plans[0].context, task) for task in plan.tasks]
        for each in assign_agents(check.plans[0].context, everything=everything).assignments:
            plain[each.task] = each.after
        assert schedule_plan(context.plan).makespan <= schedule_plan(with_agents(plan, plain)).makespan


@settings(max_examples=25, deadline=None)
@given(plans())
def test_the_order_of_agents_does_not_matter(given_plan: tuple[str, list[str]]):
    tasks, agents = given_plan
    results = {
        tuple(
            (each.task, each.after, each.reason)
            for each in assigned("agents:\n" + "".join(order) + tasks).assignments
        )
        for order in list(permutations(agents))[:6]
    }
    assert len(results) == 1
