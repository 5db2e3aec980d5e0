"""Published instances: read right, scheduled feasibly, close to the best known makespan."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrate_ls.schedule.bounds import makespan_lower_bound
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import solve
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import CompiledProject
from tests.benchmarks.psplib import read_best_known, read_instance

DATA = Path(__file__).resolve().parents[1] / "data" / "psplib"
BENCHMARK = Path(__file__).resolve().parents[1] / "benchmarks" / "psplib.py"
KNOWN = read_best_known(DATA / "best_known.csv")


def instance(group: str, name: str) -> ResourceProject:
    return read_instance((DATA / group / f"{name}.sm").read_text(encoding="utf-8"))


def test_instances_are_read_whole() -> None:
    project = instance("j120", "j1208_4")
    assert len(project) == 122
    assert len(project.capacities) == 4
    assert project.network.durations[0] == project.network.durations[-1] == 0
    assert not project.network.successors[-1]
    assert all(project.network.successors[:-1])


@pytest.mark.parametrize(("group", "name"), [(group, name) for group in KNOWN for name in KNOWN[group]])
def test_makespans_are_close_to_the_best_known(group: str, name: str) -> None:
    project, known = instance(group, name), KNOWN[group][name]
    result = solve(project, budget=400)
    assert check_feasible(project, result.starts) == []
    assert known.lower_bound <= result.makespan <= 1.07 * known.upper_bound
    assert makespan_lower_bound(project, CompiledProject(project)) <= known.upper_bound
    assert result.lower_bound <= known.upper_bound
    assert solve(project, budget=400) == result


@pytest.mark.slow
def test_the_benchmark_prints_figures_a_machine_can_read() -> None:
    run = subprocess.run(
        [sys.executable, str(BENCHMARK), str(DATA), "--budget", "50", "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    figures = json.loads(run.stdout.splitlines()[-1])
    assert {group: row["n"] for group, row in figures.items()} == {"j30": 2, "j120": 2}
    assert all(row["infeasible"] == 0 and row["average_percent"] >= 0 for row in figures.values())
