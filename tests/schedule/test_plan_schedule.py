"""Schedules of plans: the seed's figures, what limits tasks, and what holds for any plan."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.file_patterns import may_overlap, read_patterns
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from orchestrate_ls.schedule.plan_project import PlanProject
from orchestrate_ls.schedule.plan_schedule import Cause, PlanSchedule, capacities_to_try, schedule_plan
from tests.plans import SEED

HOUR = 3600
SEED_PLAN = "".join(
    (SEED / name).read_text(encoding="utf-8")
    for name in ("phase1_tasks.yaml", "phase2_resource_allocation.yaml")
)


def read(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


def hours(schedule: PlanSchedule) -> list[float]:
    return [start / HOUR for start in schedule.starts]


@pytest.mark.parametrize(
    ("capacity", "makespan"), [(1, 35), (2, 21), (3, 19), (4, 19), (None, 19), (10**9, 19)]
)
def test_the_seeds_plan(capacity: int | None, makespan: int) -> None:
    schedule = schedule_plan(read(SEED_PLAN), capacity)
    assert schedule.makespan == makespan * HOUR
    assert schedule.proven
    assert [point.makespan // HOUR for point in schedule.curve][:4] == [35, 21, 19, 19]
    assert schedule.useful_capacity == 3
    assert schedule.total == 35 * HOUR
    assert schedule.notes == []


def test_what_the_seeds_schedule_tells() -> None:
    plan = read(SEED_PLAN)
    schedule = schedule_plan(plan)
    assert schedule.capacity == 4
    assert [plan.tasks[link.task].id for link in schedule.chain] == ["T1", "T2", "T3", "T7", "T8"]
    assert [link.cause for link in schedule.chain] == [Cause.START, *[Cause.DEPENDENCY] * 4]
    assert round(schedule.gain, 3) == 0.457
    developer = next(load for load in schedule.loads if load.agent == "api-developer")
    assert (developer.tasks, developer.work, developer.idle) == (3, 10 * HOUR, 9 * HOUR)
    assert developer.utilisation == pytest.approx(10 / 19)
    assert schedule.waves[:2] == [[0], [1]]


def test_one_agent_does_one_task_at_a_time_unless_it_says_otherwise() -> None:
    text = "agents:\n  - {id: a, capacity: %s}\ntasks:\n" + "".join(
        f"  - {{id: T{n}, estimated_time: 1h, agent: a}}\n" for n in range(4)
    )
    assert schedule_plan(read(text % 1)).makespan == 4 * HOUR
    assert schedule_plan(read(text % 2)).makespan == 2 * HOUR
    chain = schedule_plan(read(text % 1)).chain
    assert [(link.cause, link.name) for link in chain[1:]] == [(Cause.AGENT, "a")] * 3


def test_allocations_give_agents() -> None:
    text = (
        "agents:\n  - a: T1, T2\ntasks:\n  - {id: T1, estimated_time: 1h}\n  - {id: T2, estimated_time: 1h}\n"
    )
    schedule = schedule_plan(read(text))
    assert schedule.agents == ["a", "a"]
    assert schedule.makespan == 2 * HOUR


def test_backups_step_in() -> None:
    text = (
        "agents:\n  - {id: a, availability: false, backup: b}\n  - {id: b, availability: false, backup: c}\n"
        "  - {id: c}\n"
        "  - {id: x, availability: false, backup: y}\n  - {id: y, availability: false, backup: x}\n"
        "tasks:\n  - {id: T1, agent: a}\n  - {id: T2, agent: x}\n  - {id: T3, agent: z}\n  - {id: T4}\n"
    )
    schedule = schedule_plan(read(text))
    assert schedule.agents == ["c", "x", "z", None]
    assert schedule.notes == [
        "`a` is not available; its backup `c` does its tasks",
        "`x` is not available and has no backup that is; its tasks are scheduled as if it were",
        "`z` is not among the plan's agents, and counted as doing one task at a time",
        "`T4` has no agent; only dependencies, files and the number of tasks at once hold such tasks back",
    ]


def test_files_keep_tasks_apart_and_only_those_that_meet() -> None:
    text = (
        "tasks:\n"
        "  - {id: T1, estimated_time: 1h, files: [src/**]}\n"
        "  - {id: T2, estimated_time: 1h, files: [src/a.py]}\n"
        "  - {id: T3, estimated_time: 1h, files: [src/b.py, docs/x.md]}\n"
        "  - {id: T4, estimated_time: 1h, files: [docs/**]}\n"
    )
    schedule = schedule_plan(read(text))
    assert schedule.makespan == 2 * HOUR
    # T1 excludes T2 and T3, T4 excludes T3: two resources are enough.
    assert len(PlanProject(read(text)).resources) == 2


def test_broad_files_beside_many_small_ones_are_one_resource() -> None:
    tasks = "".join(f"  - {{id: T{n}, estimated_time: 1h, files: [src/{n}.py]}}\n" for n in range(50))
    text = f"tasks:\n  - {{id: A, estimated_time: 1h, files: [src]}}\n{tasks}"
    assert len(PlanProject(read(text)).resources) == 1
    assert schedule_plan(read(text)).makespan == 2 * HOUR


def test_the_unit_rounds_bounds_up() -> None:
    plan = read(SEED_PLAN)
    assert PlanProject(plan).unit == HOUR
    assert schedule_plan(plan, 2).lower_bound == 21 * HOUR


@pytest.mark.parametrize("text", ["tasks: []\n", "tasks:\n  - id: T1\n  - {id: T2, dependencies: [T1]}\n"])
def test_plans_that_take_no_time(text: str) -> None:
    schedule = schedule_plan(read(text), 1)
    assert (schedule.makespan, schedule.gain, schedule.proven) == (0, 0.0, True)


def test_huge_estimates() -> None:
    text = "".join(f"  - {{id: T{n}, estimated_time: 8000000h, agent: a}}\n" for n in range(5))
    assert schedule_plan(read("tasks:\n" + text), 10**9).makespan == 5 * 8_000_000 * HOUR


def test_what_is_impossible_is_refused() -> None:
    cyclic = read("tasks:\n  - {id: T1, dependencies: [T2]}\n  - {id: T2, dependencies: [T1]}\n")
    with pytest.raises(ValueError, match="cycle"):
        schedule_plan(cyclic)
    with pytest.raises(ValueError, match="capacity"):
        schedule_plan(read(SEED_PLAN), 0)
    with pytest.raises(ValueError, match="budget"):
        schedule_plan(read(SEED_PLAN), budget=0)


def test_a_stop_is_said_and_leaves_a_schedule() -> None:
    text = "".join(f"  - {{id: T{n}, estimated_time: {1 + n % 3}h, agent: a{n % 4}}}\n" for n in range(30))
    schedule = schedule_plan(read("tasks:\n" + text), 3, should_stop=lambda: True)
    assert (schedule.stopped, schedule.makespan >= schedule.lower_bound) == (True, True)


def test_the_capacities_tried_grow_with_the_plan_but_not_in_number() -> None:
    assert capacities_to_try(5, 10) == [1, 2, 3, 4, 5]
    assert capacities_to_try(1, 10_000) == [1]
    assert len(capacities_to_try(10_000, 10_000)) < 10


LINKS = ["finish-to-start", "start-to-start", "finish-to-finish", "start-to-finish"]
FILES = ["src/**", "src/a.py", "docs/*", "docs/x.md", "'**/*.py'"]


@st.composite
def plans(draw: st.DrawFn) -> str:
    lines = [
        "agents:",
        "  - {id: a0, capacity: 2}",
        "  - {id: a1, availability: false, backup: a0}",
        "tasks:",
    ]
    for number in range(draw(st.integers(1, 9))):
        fields = [f"id: T{number}", f"estimated_time: {draw(st.sampled_from([0, 20, 30, 60, 90]))}m"]
        if draw(st.booleans()):
            fields.append(f"agent: a{draw(st.integers(0, 3))}")
        if draw(st.booleans()):
            fields.append(f"files: [{draw(st.sampled_from(FILES))}]")
        before = draw(st.lists(st.integers(0, max(0, number - 1)), max_size=2 if number else 0, unique=True))
        kinds, lags = st.sampled_from(LINKS), st.sampled_from(["0m", "10m", "-10m"])
        links = [f"{{task: T{each}, type: {draw(kinds)}, lag: {draw(lags)}}}" for each in before]
        fields.append(f"dependencies: [{', '.join(links)}]")
        lines.append("  - {" + ", ".join(fields) + "}")
    return "\n".join(lines) + "\n"


def assert_keeps_to_the_plan(plan: Plan, schedule: PlanSchedule) -> None:
    """By the definitions, from the plan itself and nothing that scheduling uses but the network."""
    starts, finishes = schedule.starts, schedule.finishes
    size = len(plan.tasks)
    moments = {start for start, finish in zip(starts, finishes, strict=True) if finish > start}
    limits = {agent.id: agent.capacity or 1 for agent in plan.header.agents}
    for moment in moments:
        running = [task for task in range(size) if starts[task] <= moment < finishes[task]]
        assert schedule.capacity is None or len(running) <= schedule.capacity
        for agent in {schedule.agents[task] for task in running}:
            assert agent is None or sum(schedule.agents[task] == agent for task in running) <= limits.get(
                agent, 1
            )
        for one, other in itertools.combinations(running, 2):
            patterns = (read_patterns(plan.tasks[one].files), read_patterns(plan.tasks[other].files))
            assert not may_overlap(*patterns)
    ends = {"start": starts, "finish": finishes}
    for task, each in enumerate(plan.tasks):
        for link in each.dependencies:
            since, _, until = link.kind.value.split("-")
            before = plan.index_of[link.task]
            assert ends[until][task] >= ends[since][before] + link.lag


@settings(max_examples=40, deadline=None)
@given(plans(), st.integers(0, 3))
def test_any_plan_at_any_capacity(text: str, seed: int) -> None:
    plan = read(text)
    last = None
    for capacity in (1, 2, 3, 5, 10**9, None):
        schedule = schedule_plan(plan, capacity, budget=20, seed=seed)
        assert_keeps_to_the_plan(plan, schedule)
        assert schedule.makespan == max(schedule.finishes)
        assert NetworkAnalysis(network_of(plan)).times.makespan <= schedule.lower_bound <= schedule.makespan
        assert last is None or schedule.makespan <= last.makespan
        assert [point.makespan for point in schedule.curve] == sorted(
            (point.makespan for point in schedule.curve), reverse=True
        )
        known = {point.capacity: point.makespan for point in schedule.curve}
        assert schedule.makespan == known.get(capacity or 0, schedule.curve[-1].makespan)
        assert sorted(task for wave in schedule.waves for task in wave) == list(range(len(plan.tasks)))
        assert schedule.finishes[schedule.chain[-1].task] == schedule.makespan
        assert schedule_plan(plan, capacity, budget=20, seed=seed) == schedule
        last = schedule


def test_agents_that_work_all_the_time_are_fully_used() -> None:
    schedule = schedule_plan(read("tasks:\n  - {id: T1, estimated_time: 1h, agent: a}\n"))
    assert [(load.idle, load.utilisation) for load in schedule.loads] == [(0, 1.0)]
