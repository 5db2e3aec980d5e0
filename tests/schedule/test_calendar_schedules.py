"""Schedules of plans with calendars and deadlines, held against the calendars by definition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.feasibility import BrokenLink, OverusedResource, StartOffDuty, check_feasible
from orchestrate_ls.schedule.plan_project import PlanProject
from orchestrate_ls.schedule.plan_schedule import PlanSchedule, schedule_plan
from orchestrate_ls.schedule.quick_schedule import quick_schedule

HOUR = 3600
OFFICE = "start: 2026-11-23T09:00:00Z\ncalendar: {hours: 09:00-17:00}\n"


def read(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


def finish_of(schedule: PlanSchedule, task: int) -> str:
    assert schedule.time is not None
    return schedule.time.finish_moment(schedule.finishes[task]).strftime("%a %d %H:%M")


def test_a_plans_hours_make_dates_and_change_no_schedule() -> None:
    tasks = "tasks:\n  - {id: A, estimated_time: 6h}\n  - {id: B, estimated_time: 1d, dependencies: [A]}\n"
    plain, dated = schedule_plan(read(tasks)), schedule_plan(read(OFFICE + tasks))
    assert plain.starts == dated.starts
    assert not dated.is_elapsed
    assert finish_of(dated, 1) == "Tue 24 15:00"
    holiday = schedule_plan(read(OFFICE.replace("}", ", holidays: [2026-11-24/2026-11-25]}") + tasks))
    assert finish_of(holiday, 1) == "Thu 26 15:00"


def test_tasks_pause_while_their_agent_does_not_work() -> None:
    text = (
        OFFICE + "agents:\n  - {id: bot, calendar: round-the-clock}\n  - {id: ann, away: [2026-11-24]}\n"
        "tasks:\n  - {id: A, estimated_time: 10h, agent: ann}\n  - {id: B, estimated_time: 10h, agent: bot}\n"
        "  - {id: C, estimated_time: 1h, agent: bot, dependencies: [A]}\n"
    )
    schedule = schedule_plan(read(text))
    assert schedule.is_elapsed
    assert [finish_of(schedule, task) for task in range(3)] == [
        "Wed 25 11:00",
        "Mon 23 19:00",
        "Wed 25 12:00",
    ]
    assert schedule.proven
    assert [link.task for link in schedule.chain] == [0, 2]
    assert schedule.working_makespan == (8 + 8 + 3) * HOUR


def test_calendars_without_a_start_only_give_lengths() -> None:
    agents = (
        "agents:\n  - {id: a, calendar: round-the-clock}\ntasks:\n  - {id: A, estimated_time: 2d, agent: a}\n"
    )
    assert schedule_plan(read(agents)).makespan == 16 * HOUR
    assert schedule_plan(read("calendar: {hours: 09:00-13:00}\n" + agents)).makespan == 8 * HOUR


def test_deadlines_come_before_the_makespan() -> None:
    tasks = "".join(f"  - {{id: T{n}, estimated_time: 2h, agent: a}}\n" for n in range(6))
    urgent = "  - {id: U, estimated_time: 2h, agent: a, deadline: 2026-11-23T11:00:00Z}\n"
    schedule = schedule_plan(read("start: 2026-11-23T09:00:00Z\ntasks:\n" + tasks + urgent))
    assert (schedule.missed, schedule.finishes[6], schedule.proven) == ((), 2 * HOUR, True)
    late = schedule_plan(
        read("start: 2026-11-23T09:00:00Z\ntasks:\n" + tasks + urgent.replace("11:00", "10:00"))
    )
    assert [(each.task, each.late) for each in late.missed] == [(6, HOUR)]


def test_a_deadline_further_on_pulls_what_it_waits_for() -> None:
    text = (
        "start: 2026-11-23T09:00:00Z\ntasks:\n"
        "  - {id: A, estimated_time: 4h, agent: a}\n  - {id: B, estimated_time: 4h, agent: a}\n"
        "  - {id: C, estimated_time: 4h, dependencies: [A]}\n"
        "  - {id: D, estimated_time: 1h, agent: b, dependencies: [B], deadline: 2026-11-23T14:00:00Z}\n"
    )
    assert schedule_plan(read(text)).missed == ()
    assert quick_schedule(read(text)).missed == ()


def test_the_checker_sees_what_is_wrong() -> None:
    text = (
        OFFICE
        + "agents:\n  - {id: a, away: [2026-12-24]}\ntasks:\n  - {id: A, estimated_time: 10h, agent: a}\n"
        "  - {id: B, estimated_time: 1h, agent: a}\n"
        "  - {id: C, estimated_time: 1h, dependencies: [{task: A, lag: 1h}]}\n"
    )
    project = PlanProject(read(text)).project(None)
    day = 24 * HOUR
    assert check_feasible(project, [0, day + 2 * HOUR, day + 3 * HOUR]) == []
    assert [type(each) for each in check_feasible(project, [0, 10 * HOUR, day + 3 * HOUR])] == [
        StartOffDuty,
        OverusedResource,
    ]
    assert [type(each) for each in check_feasible(project, [0, day + 2 * HOUR, day + 2 * HOUR])] == [
        BrokenLink
    ]


HOURS = (
    "",
    "hours: 09:00-17:00",
    "hours: [06:00-10:00, 12:00-13:30], days: [mon, thu, sun]",
    "hours: 22:00-06:00",
)
OWN = (
    "",
    ", calendar: round-the-clock",
    ", away: [2026-11-24/2026-11-29]",
    ", calendar: {hours: 20:00-04:00, days: mon-sun, time_zone: America/New_York}, away: [2026-11-23]",
)


@st.composite
def plans(draw: st.DrawFn) -> str:
    hours = draw(st.sampled_from(HOURS))
    lines = ["start: 2026-11-2" + draw(st.sampled_from(["3T09:00:00Z", "8T20:30:00+02:00"]))]
    if hours:
        lines.append(f"calendar: {{{hours}}}")
    lines.append("agents:")
    lines += [
        f"  - {{id: a{number}, capacity: {draw(st.integers(1, 2))}{draw(st.sampled_from(OWN))}}}"
        for number in range(3)
    ]
    lines.append("tasks:")
    for number in range(draw(st.integers(1, 8))):
        fields = [f"id: T{number}", f"estimated_time: {draw(st.sampled_from([0, 30, 90, 600, 3000]))}m"]
        if draw(st.booleans()):
            fields.append(f"agent: a{draw(st.integers(0, 3))}")
        if draw(st.integers(0, 3)) == 0:
            fields.append(
                f"deadline: 2026-{draw(st.sampled_from(['11-23T12:00:00Z', '12-01', '01-01', '12-24']))}"
            )
        if draw(st.integers(0, 3)) == 0:
            fields.append("files: [src/x.py]")
        before = draw(st.lists(st.integers(0, max(0, number - 1)), max_size=2 if number else 0, unique=True))
        kinds = st.sampled_from(["finish-to-start", "start-to-start", "finish-to-finish", "start-to-finish"])
        lags = st.sampled_from(["0m", "10m", "-10m", "9h"])
        links = [f"{{task: T{each}, type: {draw(kinds)}, lag: {draw(lags)}}}" for each in before]
        fields.append(f"dependencies: [{', '.join(links)}]")
        lines.append("  - {" + ", ".join(fields) + "}")
    return "\n".join(lines) + "\n"


@settings(max_examples=40, deadline=None)
@given(plans(), st.integers(0, 3))
def test_any_plan_with_calendars(text: str, seed: int) -> None:
    plan = read(text)
    late = None
    for capacity in (1, 2, None):
        schedule = schedule_plan(plan, capacity, budget=10, seed=seed)
        project = PlanProject(plan)
        assert check_feasible(project.project(capacity), schedule.starts) == []
        assert schedule.lower_bound <= schedule.makespan == max(schedule.finishes)
        assert schedule_plan(plan, capacity, budget=10, seed=seed) == schedule
        # Less late first, then shorter: more capacity makes neither worse.
        cost = (sum(each.late for each in schedule.missed), schedule.makespan)
        assert late is None or cost <= late
        late = cost
        assert schedule.time is not None
        for task, (start, finish) in enumerate(zip(schedule.starts, schedule.finishes, strict=True)):
            deadline = plan.tasks[task].deadline
            if deadline is not None and finish and deadline > datetime(2026, 11, 30, tzinfo=UTC):
                missed = any(each.task == task for each in schedule.missed)
                assert missed == (schedule.time.finish_moment(finish) > deadline)
            begin = schedule.time.start_moment(start, finish)
            assert begin <= schedule.time.finish_moment(finish) + timedelta(seconds=1)
    quick = quick_schedule(plan)
    assert check_feasible(PlanProject(plan).project(None), quick.starts) == []
    assert quick == quick_schedule(plan)


@pytest.mark.parametrize("own", OWN)
def test_many_tasks_of_one_agent_are_scheduled_in_bounded_time(own: str) -> None:
    tasks = "".join(f"  - {{id: T{n}, estimated_time: {1 + n % 9}h, agent: a}}\n" for n in range(2_000))
    schedule = quick_schedule(read(OFFICE + f"agents:\n  - {{id: a{own}}}\ntasks:\n" + tasks))
    assert schedule.proven
