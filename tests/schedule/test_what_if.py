"""Which one change would shorten a plan: each kind is found where it helps, and none where nothing does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from orchestrate_ls.schedule.what_if import Change, ChangeKind, Effect, WhatIf, what_if
from tests.schedule.test_plan_schedule import plans
from tests.schedule.test_plan_schedule import read as read_plan

HOUR = 3600


def read(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


def tried(text: str, capacity: int | None = None) -> WhatIf:
    plan = read(text)
    return what_if(plan, schedule_plan(plan, capacity))


def gains(found: WhatIf) -> dict[Change, float]:
    return {effect.change: effect.gain / HOUR for effect in found.effects}


def test_an_agent_that_everybody_waits_for() -> None:
    found = tried("tasks:\n" + "".join(f"  - {{id: T{n}, estimated_time: 2h, agent: a}}\n" for n in range(4)))
    best = found.effects[0]
    assert best == Effect(Change(ChangeKind.AGENT, "a"), 4 * HOUR, 4 * HOUR, certain=True)


def test_one_more_task_at_once() -> None:
    text = "tasks:\n" + "".join(f"  - {{id: T{n}, estimated_time: 2h, agent: a{n}}}\n" for n in range(2))
    assert gains(tried(text, 1))[Change(ChangeKind.CAPACITY)] == 2
    assert Change(ChangeKind.CAPACITY) not in gains(tried(text, 2))


def test_files_that_keep_tasks_apart() -> None:
    text = (
        "tasks:\n"
        "  - {id: T1, estimated_time: 2h, agent: a, files: [src/**]}\n"
        "  - {id: T2, estimated_time: 2h, agent: b, files: [src/a.py]}\n"
    )
    assert gains(tried(text))[Change(ChangeKind.FILES, "src/**")] == 2


def test_a_long_task_split_and_a_dependency_done_without() -> None:
    text = (
        "tasks:\n"
        "  - {id: T1, estimated_time: 1h, agent: a}\n"
        "  - {id: T2, estimated_time: 8h, agent: b, dependencies: [T1]}\n"
    )
    found = gains(tried(text))
    assert found[Change(ChangeKind.SPLIT, task=1)] == 4
    assert found[Change(ChangeKind.DEPENDENCY, task=1, before=0)] == 1
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_the_halves_of_an_odd_task_take_as_long_as_the_whole() -> None:
    found = tried("tasks:\n  - {id: T1, estimated_time: 7s, agent: a}\n")
    assert [(effect.makespan, effect.gain) for effect in found.effects] == [(4, 3)]


def test_one_at_a_time_nothing_but_more_at_once_helps() -> None:
    text = "tasks:\n" + "".join(f"  - {{id: T{n}, estimated_time: 2h, agent: a{n}}}\n" for n in range(3))
    assert {change.kind for change in gains(tried(text, 1))} == {ChangeKind.CAPACITY}


def test_a_plan_that_takes_no_time() -> None:
    assert tried("tasks:\n  - {id: T1}\n") == WhatIf([], 0, 0)


def test_a_stop_is_seen_in_what_was_tried() -> None:
    plan = read("tasks:\n" + "".join(f"  - {{id: T{n}, estimated_time: 2h, agent: a}}\n" for n in range(4)))
    found = what_if(plan, schedule_plan(plan), should_stop=lambda: True)
    assert (found.effects, found.tried) == ([], 0)
    assert found.candidates > 0


@pytest.mark.parametrize("size", [300, 2_500])
def test_large_plans_try_fewer_changes(size: int) -> None:
    text = "tasks:\n" + "".join(
        f"  - {{id: T{n}, estimated_time: {1 + n % 3}h, agent: a{n % 9}, dependencies: [T{max(0, n - 2)}]}}\n"
        for n in range(1, size)
    )
    found = tried(text, 4)
    assert 0 < found.tried < found.candidates
    assert found.tried <= 30


@settings(max_examples=25)
@given(plans())
def test_what_is_said_to_be_shorter_is_certain_only_below_the_bound(text: str) -> None:
    plan = read_plan(text)
    schedule = schedule_plan(plan, 2, budget=20)
    found = what_if(plan, schedule)
    assert found == what_if(plan, schedule)
    for effect in found.effects:
        assert 0 < effect.gain == schedule.makespan - effect.makespan
        assert effect.certain == (effect.makespan < schedule.lower_bound)
    assert found.tried == found.candidates
