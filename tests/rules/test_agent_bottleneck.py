"""`agent-bottleneck`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from tests.rules.fixtures import check, checked, codes

ONLY = {"agent-bottleneck"}


def test_an_agent_with_more_work_than_the_critical_path_is_long() -> None:
    check(
        """
        agents:
          - id: dev
        #       ^^^ information[agent-bottleneck] `dev` holds the plan up: its 3 tasks take 7h, one at a time, so the plan needs at least 8h instead of the 5h of its critical path
          - {id: two, capacity: 2}
        tasks:
          - {id: T0, agent: two, estimated_time: 1h}
          - {id: T1, agent: dev, estimated_time: 4h, dependencies: [T0]}
        #                   ~~~ `T1` takes 4h
          - {id: T2, agent: dev, estimated_time: 2h, dependencies: [T0]}
        #                   ~~~ `T2` takes 2h
          - {id: T3, agent: dev, estimated_time: 1h, dependencies: [T0]}
        #                   ~~~ `T3` takes 1h
          - {id: T4, agent: two, estimated_time: 2h}
        """,
        only=ONLY,
    )


def test_an_undeclared_agent_is_reported_at_its_first_task() -> None:
    check(
        """
        tasks:
          - {id: T1, agent: dev, estimated_time: 1h}
        #                   ^^^ information[agent-bottleneck] its 2 tasks take 2h
          - {id: T2, agent: dev, estimated_time: 1h}
        """,
        only=ONLY,
    )


def test_capacity_and_allocations_count() -> None:
    text = "agents:\n  - {id: dev, capacity: 2}\ntasks:\n  - {id: T1, agent: dev, estimated_time: 1h}\n  - {id: T2, agent: dev, estimated_time: 1h}\n"
    assert codes(text)["agent-bottleneck"] == 0
    assert codes(text.replace("capacity: 2", "capacity: 1"))["agent-bottleneck"] == 1
    text = "agents:\n  - dev: T1, T2\ntasks:\n  - {id: T1, estimated_time: 1h}\n  - {id: T2, estimated_time: 1h}\n"
    assert codes(text)["agent-bottleneck"] == 1


def test_a_cycle_leaves_nothing_to_say() -> None:
    text = "tasks:\n  - {id: T1, agent: a, estimated_time: 1h, dependencies: [T2]}\n  - {id: T2, agent: a, estimated_time: 1h, dependencies: [T1]}\n"
    assert codes(text)["agent-bottleneck"] == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 1), st.integers(0, 3)), min_size=1, max_size=7))
def test_no_schedule_beats_what_it_says(tasks: list[tuple[int, int, int]]) -> None:
    text = "tasks:\n" + "".join(
        f"  - {{id: T{n}, estimated_time: {hours}h, agent: a{agent}, dependencies: {[f'T{n - back}'] if 0 < back <= n else []}}}\n"
        for n, (hours, agent, back) in enumerate(tasks)
    )
    found = [each for each in checked(text).diagnostics if each.code == "agent-bottleneck"]
    critical = checked(text).plans[0].analysis.times.makespan
    if found:
        assert schedule_plan(PlanFile.parse(text).sources[0].plan).makespan > critical
