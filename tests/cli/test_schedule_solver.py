"""`orchestrate schedule` with its solvers, simulation and what-if, and what Ctrl-C does."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestrate_ls.cli.schedule_search import Interrupt
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from orchestrate_ls.schedule.solved import Solver
from orchestrate_ls.workspace import cp_sat
from tests.cli.running import SEED_PLAN, CommandLine, environment

UNCERTAIN_PLAN = """\
start: 2026-11-23T09:00:00Z
tasks:
  - {id: T1, agent: a, estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 9h}}
  - {id: T2, agent: b, estimated_time: 30m}
  - {id: T3, agent: a, estimated_time: {optimistic: 1h, likely: 1h, pessimistic: 2h}, dependencies: [T2]}
"""


def hard_plan(size: int = 90) -> str:
    """A plan that nobody proves the shortest schedule of in a minute."""
    lines = [
        f"  - {{id: T{n}, estimated_time: {37 + n * 7919 % 400}m, agent: a{n * 31 % 7},"
        f" dependencies: [{', '.join(sorted({f'T{n * 13 % n}', f'T{n * 7 % n}', f'T{n // 2}'})) if n else ''}]}}"
        for n in range(size)
    ]
    return "concurrent_capacity: 5\ntasks:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(("capacity", "hours"), [("1", 35), ("2", 21), ("3", 19), ("4", 19)])
def test_the_seed_plan_is_proven_by_cp_sat(orchestrate: CommandLine, capacity: str, hours: int) -> None:
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    plan = orchestrate(
        "schedule",
        "seed.plan.yaml",
        "-f",
        "json",
        "--capacity",
        capacity,
        "--solver",
        "cp-sat",
        "--time-limit",
        "99",
    ).json
    assert (plan["makespan_seconds"], plan["lower_bound_seconds"]) == (hours * 3600, hours * 3600)
    assert (plan["proven_optimal"], plan["solver"], plan["time_limit_hit"]) == (True, "cp-sat", False)
    assert (plan["interrupted"], plan["notes"]) == (False, [])
    assert [point["makespan_seconds"] // 3600 for point in plan["capacity_curve"][:4]] == [35, 21, 19, 19]


def test_auto_needs_no_second_solver_for_what_is_proven(orchestrate: CommandLine) -> None:
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    plan = orchestrate("schedule", "seed.plan.yaml", "-f", "json", "--solver", "auto").json
    assert (plan["solver"], plan["proven_optimal"]) == ("heuristic", True)


@pytest.mark.parametrize("capacity", [None, 2, 5])
def test_cp_sat_is_never_worse_and_the_curve_knows_it(capacity: int | None) -> None:
    plan = PlanFile.parse(hard_plan(40).partition("\n")[2]).sources[0].plan
    before = schedule_plan(plan, capacity, budget=3)
    after = schedule_plan(
        plan,
        capacity,
        budget=3,
        improve=lambda project, known: cp_sat.improve(project, known, time_limit=3.0),
    )
    assert after.solver is Solver.CP_SAT or before.proven
    assert before.lower_bound <= after.lower_bound <= after.makespan <= before.makespan
    assert after.proven or after.stopped
    makespans = [point.makespan for point in after.curve]
    assert makespans == sorted(makespans, reverse=True)
    assert makespans[-1] <= after.makespan
    assert all(point.lower_bound <= point.makespan for point in after.curve)
    if capacity is not None:
        own = next(point for point in after.curve if point.capacity == capacity)
        assert (own.makespan, own.lower_bound) == (after.makespan, after.lower_bound)


def test_without_or_tools(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_sat, "is_installed", lambda: False)
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("schedule", "seed.plan.yaml", "--solver", "cp-sat")
    assert (outcome.code, outcome.out) == (2, "")
    assert "error: the solver cp-sat needs OR-Tools, which is not installed" in outcome.err
    assert "pip install 'orchestrate-ls[solver]'" in outcome.err
    assert orchestrate("schedule", "seed.plan.yaml", "--solver", "auto").code == 0


def test_a_solver_that_nobody_knows(orchestrate: CommandLine) -> None:
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("schedule", "seed.plan.yaml", "--solver", "gurobi")
    assert outcome.code == 2
    assert "cp-sat" in outcome.err


def test_a_crash_of_the_solver_is_a_note(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_sat, "_WORKER", "orchestrate_ls.workspace.no_such_module")
    orchestrate.write("a.plan.yaml", hard_plan(30))
    plan = orchestrate("schedule", "a.plan.yaml", "-f", "json", "--solver", "cp-sat").json
    assert (plan["solver"], plan["time_limit_hit"]) == ("heuristic", False)
    assert "the process of CP-SAT ended early" in plan["notes"][-1]
    assert plan["notes"][-1].endswith("; the heuristic's is kept")


def test_a_simulation_repeats_itself(orchestrate: CommandLine) -> None:
    orchestrate.write("a.plan.yaml", UNCERTAIN_PLAN)
    arguments = ("schedule", "a.plan.yaml", "-f", "json", "--simulate", "--samples", "400")
    first, again = orchestrate(*arguments).json, orchestrate(*arguments).json
    other = orchestrate(*arguments, "--seed", "5").json
    assert first == again
    assert first["simulation"] != other["simulation"]
    simulation = first["simulation"]
    assert (simulation["samples"], simulation["seed"], simulation["uncertain_tasks"]) == (400, 0, 2)
    assert 0 < simulation["p50_seconds"] <= simulation["p80_seconds"] <= simulation["p95_seconds"]
    assert simulation["least_seconds"] <= simulation["expected_seconds"] <= simulation["greatest_seconds"]
    assert 0 <= simulation["within_makespan"] <= 1
    assert first["tasks"]["T1"]["criticality"] == 1.0
    assert "1 task of 3 has no three-point estimate, and always take" in first["notes"][-1]


def test_a_simulation_in_words_and_in_csv(orchestrate: CommandLine) -> None:
    orchestrate.write("a.plan.yaml", UNCERTAIN_PLAN)
    table = orchestrate("schedule", "a.plan.yaml", "--simulate").out
    lines = [" ".join(line.split()) for line in table.splitlines()]
    assert any(line.startswith("Expected finish 4h") and "1,000 samples" in line for line in lines)
    assert any(line.startswith("Done by P50") for line in lines)
    assert "Expected finish" in orchestrate("schedule", "a.plan.yaml", "--simulate", "-f", "gantt").out
    rows = orchestrate("schedule", "a.plan.yaml", "--simulate", "-f", "csv").out.splitlines()
    assert rows[0].endswith(",start,finish,criticality")
    assert rows[1].startswith("T1,") or rows[1].startswith("T2,")
    assert "criticality" not in orchestrate("schedule", "a.plan.yaml", "-f", "csv").out


def test_nothing_to_simulate_is_said(orchestrate: CommandLine) -> None:
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("schedule", "seed.plan.yaml", "--simulate")
    assert outcome.code == 0
    assert "note: no task has a three-point estimate, so there is nothing to simulate" in outcome.err
    plan = orchestrate("schedule", "seed.plan.yaml", "--simulate", "-f", "json").json
    assert plan["simulation"] is None
    assert "simulation" not in orchestrate("schedule", "seed.plan.yaml", "-f", "json").json


def test_what_would_shorten_the_plan(orchestrate: CommandLine) -> None:
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    lines = [" ".join(line.split()) for line in orchestrate("schedule", "seed.plan.yaml").out.splitlines()]
    assert "What if 17h, 2h less: T2 split in two halves side by side, the second by another agent" in lines
    plan = orchestrate("schedule", "seed.plan.yaml", "-f", "json", "--capacity", "2").json
    assert plan["changes"][0] == {
        "change": "capacity",
        "task": None,
        "dependency": None,
        "name": None,
        "description": "one more task at once",
        "makespan_seconds": 19 * 3600,
        "gain_seconds": 2 * 3600,
        "certain": True,
    }
    assert plan["changes_tried"] == plan["changes_possible"] > len(plan["changes"])


def test_the_first_interrupt_is_noted_and_the_second_obeyed() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt().watched() as interrupt:
        assert not interrupt.came
        signal.raise_signal(signal.SIGINT)
        assert interrupt.came
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def children(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="needs /proc to see when the solver has started"
)
def test_ctrl_c_gives_the_best_so_far_and_leaves_no_process(orchestrate: CommandLine) -> None:
    import json

    plan = orchestrate.write("a.plan.yaml", hard_plan())
    command = [sys.executable, "-m", "orchestrate_ls", "schedule", str(plan), "-f", "json"]
    with subprocess.Popen(
        [*command, "--solver", "cp-sat", "--time-limit", "600"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        while not (found := children(process.pid)):
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()
    data = json.loads(out)
    assert (data["interrupted"], data["time_limit_hit"], data["proven_optimal"]) == (True, False, False)
    assert max(task["scheduled_finish"] for task in data["tasks"].values()) == data["makespan_seconds"]
    for child in found:
        assert not Path(f"/proc/{child}").exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see the solver's process")
def test_the_solver_ends_when_the_command_is_killed(orchestrate: CommandLine) -> None:
    plan = orchestrate.write("a.plan.yaml", hard_plan())
    command = [sys.executable, "-m", "orchestrate_ls", "schedule", str(plan), "--solver", "cp-sat"]
    with subprocess.Popen(
        [*command, "--time-limit", "600"],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while not (found := children(process.pid)):
            assert process.poll() is None
            time.sleep(0.1)
        process.kill()
    ended = time.monotonic() + 60
    while any(Path(f"/proc/{child}/cmdline").exists() and runs(child) for child in found):
        assert time.monotonic() < ended
        time.sleep(0.1)


def runs(process: str) -> bool:
    """Whether a process runs still: nobody may wait for an orphan, which stays as a zombie then."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
