"""Dynamic priorities and which tasks can start, by the seed's formula."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from orchestrate_ls.schedule.priorities import next_tasks, task_priorities, tasks_that_can_start
from tests.plans import SEED

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def read(text: str) -> tuple[Plan, NetworkAnalysis]:
    plan = PlanFile.parse(text).sources[0].plan
    return plan, NetworkAnalysis(network_of(plan))


def test_the_seeds_plan() -> None:
    plan, analysis = read((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    values = {plan.tasks[each.task].id: each.value for each in task_priorities(plan, analysis)}
    # T1: critical 40 + nine tasks blocked 90 + critical path 20; T9: critical 40 alone.
    assert values["T1"] == 150
    assert values["T2"] == 30 + 80 + 20
    assert values["T3"] == 30 + 40 + 20
    assert values["T4"] == 20 + 40
    assert values["T8"] == 30 + 20
    assert values["T9"] == 40
    assert values["T10"] == 20


def test_what_can_start_changes_with_what_is_done() -> None:
    plan, analysis = read((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    assert [each.task for each in next_tasks(plan, analysis)] == [0]
    ready = next_tasks(plan, analysis, done=[0, 1])
    assert [plan.tasks[each.task].id for each in ready] == ["T3", "T4", "T5", "T6"]
    assert [each.value for each in ready] == [90, 60, 60, 40]
    assert next_tasks(plan, analysis, done=range(10)) == []


@pytest.mark.parametrize(
    ("deadline", "urgent"),
    [
        (timedelta(hours=4), False),
        (timedelta(hours=4, seconds=-1), True),
        (timedelta(0), True),
        (timedelta(days=-9), True),
        (None, False),
    ],
)
def test_deadlines(deadline: timedelta | None, urgent: bool) -> None:
    written = f", deadline: '{(NOW + deadline).isoformat()}'" if deadline is not None else ""
    plan, analysis = read(f"tasks:\n  - {{id: T1, estimated_time: 1h{written}}}\n")
    (priority,) = task_priorities(plan, analysis, NOW)
    assert (priority.urgent, priority.value) == (urgent, 20 + 20 + 30 * urgent)
    assert not task_priorities(plan, analysis)[0].urgent


@pytest.mark.parametrize(
    ("written", "base"),
    [("critical", 40), ("high", 30), ("medium", 20), ("low", 10), ("35", 35), ("-1.5", -1.5)],
)
def test_base_priorities(written: str, base: float) -> None:
    plan, analysis = read(f"tasks:\n  - {{id: T1, priority: {written}}}\n")
    assert task_priorities(plan, analysis)[0].base == base


def test_a_template_gives_the_priority_of_tasks_without_one() -> None:
    text = "template: bug\ntemplates: {bug: {phases: [a], priority: low%s}}\ntasks:\n  - id: T1\n"
    plan, analysis = read(text % "")
    assert task_priorities(plan, analysis)[0].base == 10
    plan, analysis = read(text % ", fast_track: true")
    assert task_priorities(plan, analysis)[0].base == 20


def test_links_that_do_not_hold_the_start_back() -> None:
    text = (
        "tasks:\n  - {id: T1}\n"
        "  - {id: T2, dependencies: [{task: T1, type: finish-to-finish}]}\n"
        "  - {id: T3, dependencies: [{task: T1, type: start-to-start}]}\n"
    )
    assert tasks_that_can_start(read(text)[1]) == [0, 1]


def test_tasks_on_a_cycle_cannot_start() -> None:
    text = (
        "tasks:\n  - {id: T1, dependencies: [T2]}\n"
        "  - {id: T2, dependencies: [{task: T1, type: finish-to-finish}]}\n  - id: T3\n"
    )
    assert tasks_that_can_start(read(text)[1]) == [2]
