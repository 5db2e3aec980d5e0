"""CP-SAT, simulation and what-if where agents have working hours of their own and tasks have deadlines."""

from __future__ import annotations

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.plan_project import PlanProject
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from orchestrate_ls.schedule.plan_simulation import simulate_plan
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.simulation import simulate
from orchestrate_ls.schedule.solved import Improvement, SolvedProject, Solver
from orchestrate_ls.schedule.what_if import ChangeKind, what_if
from orchestrate_ls.workspace import cp_sat

HOUR = 3600
HOURS = (
    "start: 2026-11-23T09:00:00Z\ncalendar: {hours: 09:00-17:00}\n"
    "agents:\n  - {id: bot, calendar: round-the-clock}\n  - {id: ann, away: [2026-11-24]}\n"
    "tasks:\n"
    "  - {id: A, estimated_time: 10h, agent: ann}\n"
    "  - {id: B, estimated_time: 10h, agent: bot}\n"
    "  - {id: C, estimated_time: 1h, agent: bot, dependencies: [{task: A, lag: 1h}]}\n"
    "  - {id: D, estimated_time: 3h, agent: ann, dependencies: [{task: B, type: finish-to-finish}]}\n"
)
DEADLINE = (
    "start: 2026-11-23T09:00:00Z\ntasks:\n"
    + "".join(f"  - {{id: T{n}, estimated_time: {1 + n % 4}h, agent: a{n % 2}}}\n" for n in range(7))
    + "  - {id: U, estimated_time: 2h, agent: a0, deadline: 2026-11-23T11:00:00Z}\n"
)


def read(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


def improve(project: ResourceProject, known: SolvedProject) -> Improvement:
    return cp_sat.improve(project, known, time_limit=60.0)


def unproven(project: ResourceProject, known: SolvedProject) -> Improvement:
    same = Improvement.none_needed(known)
    return improve(project, Improvement(same.starts, same.makespan, 0, same.stop_reason, same.solver))


def test_certain_durations_give_the_schedule_with_its_pauses() -> None:
    plan = read(HOURS)
    schedule = schedule_plan(plan)
    outcome = simulate(PlanProject(plan).project(None), schedule.starts, [None] * 4, samples=2)
    assert outcome.finishes == [schedule.makespan] * 2
    critical = {task for task, share in enumerate(outcome.criticality) if share}
    assert {link.task for link in schedule.chain} <= critical


def test_durations_vary_in_working_time() -> None:
    plan = read(
        HOURS.replace("10h, agent: ann", "{optimistic: 1h, likely: 2h, pessimistic: 12h}, agent: ann")
    )
    schedule = schedule_plan(plan)
    found = simulate_plan(plan, schedule, samples=50)
    assert found is not None
    assert schedule.time is not None
    assert found == simulate_plan(plan, schedule, samples=50)
    # Nobody works on the day that ann is away, so no sample that is not done by then ends before the day after.
    assert all(finish <= 24 * HOUR or finish > 48 * HOUR for finish in found.outcome.finishes)


def test_what_if_tries_plans_with_hours_and_deadlines() -> None:
    for text in (HOURS, DEADLINE):
        plan = read(text)
        schedule = schedule_plan(plan)
        found = what_if(plan, schedule)
        assert found.tried == found.candidates > 0
        assert all(effect.makespan < schedule.makespan for effect in found.effects)
    assert ChangeKind.AGENT in {effect.change.kind for effect in found.effects}


def test_cp_sat_says_that_it_does_not_know_hours_of_agents() -> None:
    plan = read(HOURS)
    schedule = schedule_plan(plan, improve=unproven)
    assert schedule.solver is Solver.HEURISTIC
    assert "CP-SAT does not know agents with working hours of their own" in schedule.notes[-1]
    assert schedule.starts == schedule_plan(plan).starts


def test_cp_sat_keeps_deadlines() -> None:
    plan = read(DEADLINE)
    schedule = schedule_plan(plan, improve=unproven)
    assert (schedule.solver, schedule.missed) == (Solver.CP_SAT, ())
    assert schedule.proven
    assert schedule.makespan == schedule_plan(plan).makespan
