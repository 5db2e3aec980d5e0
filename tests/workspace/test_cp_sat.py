"""CP-SAT in its own process: what it finds and proves, and what is left when it is stopped, killed or lies."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import HeuristicSchedule, StopReason, solve
from orchestrate_ls.schedule.network import Link, Network
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.solved import Improvement, Solver
from orchestrate_ls.workspace import cp_sat
from orchestrate_ls.workspace.cp_sat_protocol import Request, request_as_data, request_of_data
from tests.benchmarks.psplib import read_instance
from tests.schedule.networks import seed_project

HOUR = 3600
DATA = Path(__file__).parents[1] / "data" / "psplib"
# Long enough on any machine; what has to end by itself ends long before.
PLENTY = 120.0


def hard_project() -> ResourceProject:
    """Nobody proves this one in seconds."""
    return read_instance((DATA / "j120" / "j1208_4.sm").read_text(encoding="utf-8"))


def without_a_bound(known: HeuristicSchedule) -> HeuristicSchedule:
    return replace(known, lower_bound=0)


@pytest.mark.parametrize(("capacity", "hours"), [(1, 35), (2, 21), (3, 19), (4, 19)])
def test_the_seeds_plan_is_proven_at_each_capacity(capacity: int, hours: int) -> None:
    project = seed_project(capacity)
    known = solve(project, budget=1)
    found = cp_sat.improve(project, without_a_bound(known), time_limit=PLENTY)
    assert (found.makespan, found.lower_bound) == (hours * HOUR, hours * HOUR)
    assert (found.stop_reason, found.solver, found.failure) == (StopReason.PROVEN, Solver.CP_SAT, None)
    assert found.proven_optimal
    assert check_feasible(project, found.starts) == []


def test_it_finds_what_the_heuristic_does_not() -> None:
    project = read_instance((DATA / "j30" / "j3029_10.sm").read_text(encoding="utf-8"))
    known = solve(project, budget=1)
    news: list[tuple[int, int]] = []
    found = cp_sat.improve(
        project, known, time_limit=PLENTY, report=lambda makespan, bound: news.append((makespan, bound))
    )
    assert check_feasible(project, found.starts) == []
    assert known.lower_bound <= found.lower_bound <= found.makespan < known.makespan
    makespans, bounds = [each for each, _ in news], [bound for _, bound in news]
    assert makespans == sorted(makespans, reverse=True)
    assert bounds == sorted(bounds)
    assert news[-1] == (found.makespan, found.lower_bound)


def test_what_is_proven_already_needs_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_sat, "is_installed", lambda: False)
    project = seed_project(1)
    found = cp_sat.improve(project, solve(project), time_limit=0.0)
    assert (found.stop_reason, found.solver) == (StopReason.PROVEN, Solver.HEURISTIC)


def test_no_time_is_no_failure() -> None:
    project = seed_project(2)
    known = without_a_bound(solve(project))
    found = cp_sat.improve(project, known, time_limit=-1.0)
    assert (found.starts, found.stop_reason) == (known.starts, StopReason.STOPPED)
    assert (found.failure, found.solver) == (None, Solver.HEURISTIC)


def test_a_limit_ends_the_search_with_a_schedule() -> None:
    project = hard_project()
    known = solve(project, budget=1)
    found = cp_sat.improve(project, known, time_limit=1.0)
    assert (found.stop_reason, found.failure) == (StopReason.STOPPED, None)
    assert check_feasible(project, found.starts) == []
    assert found.makespan <= known.makespan


class Watched(cp_sat._SolverProcess):
    """The real process, with its number kept."""

    processes: list[subprocess.Popen[bytes]]

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.processes.append(self._process)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    monkeypatch.setattr(Watched, "processes", [], raising=False)
    monkeypatch.setattr(cp_sat, "_SolverProcess", Watched)
    return Watched.processes


def test_a_stop_ends_the_process_and_keeps_the_best(processes: list[subprocess.Popen[bytes]]) -> None:
    project = hard_project()
    known = solve(project, budget=1)
    news: list[int] = []
    found = cp_sat.improve(
        project,
        known,
        time_limit=PLENTY,
        report=lambda makespan, _: news.append(makespan),
        should_stop=lambda: bool(news) and news[-1] < known.makespan,
    )
    assert (found.stop_reason, found.failure, found.solver) == (StopReason.STOPPED, None, Solver.CP_SAT)
    assert found.makespan <= news[-1] < known.makespan
    assert check_feasible(project, found.starts) == []
    assert processes[0].poll() is not None


def test_a_killed_process_costs_nothing_but_what_it_had_not_found(
    processes: list[subprocess.Popen[bytes]],
) -> None:
    project = hard_project()
    known = solve(project, budget=1)
    news: list[int] = []

    def kill(makespan: int, _bound: int) -> None:
        news.append(makespan)
        processes[0].kill()

    found = cp_sat.improve(project, known, time_limit=PLENTY, report=kill)
    assert found.failure is not None
    assert "ended early" in found.failure
    assert check_feasible(project, found.starts) == []
    assert found.makespan <= news[-1]


def test_a_process_that_dies_at_once_leaves_the_heuristics_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_sat, "_WORKER", "orchestrate_ls.workspace.no_such_module")
    project = seed_project(2)
    known = without_a_bound(solve(project))
    found = cp_sat.improve(project, known, time_limit=PLENTY)
    assert found.failure is not None
    assert "exit code 1: ModuleNotFoundError" in found.failure
    assert (found.starts, found.solver, found.stop_reason) == (
        known.starts,
        Solver.HEURISTIC,
        StopReason.STOPPED,
    )


def test_a_python_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(DATA / "no-python"))
    project = seed_project(2)
    found = cp_sat.improve(project, without_a_bound(solve(project)), time_limit=PLENTY)
    assert found.failure is not None
    assert "could not be started" in found.failure


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ({"starts": [0] * 10}, "not feasible"),
        ({"starts": [0, 1]}, "one start for each activity"),
        ({"starts": ["x"] * 10}, "not feasible"),
        ({"starts": 5}, "not iterable"),
        ({"bound": 1 << 60}, "no schedule under"),
        ({"bound": "many"}, "no schedule under"),
    ],
)
def test_answers_that_cannot_be_are_not_believed(answer: dict[str, Any], part: str) -> None:
    project = seed_project(2)
    best = cp_sat._Best(project, without_a_bound(solve(project)))
    with pytest.raises((ValueError, TypeError), match=part):
        best.take(answer)


def test_too_large_numbers_are_said() -> None:
    project = ResourceProject(Network([1 << 50] * 3, []), [1], [{0: 1}] * 3)
    found = cp_sat.improve(project, without_a_bound(solve(project, budget=1)), time_limit=PLENTY)
    assert found.failure == "CP-SAT gave up: the times or amounts of this plan are too large for CP-SAT"
    assert found.makespan == 3 << 50


def test_a_known_schedule_has_to_be_one() -> None:
    project = seed_project(2)
    with pytest.raises(ValueError, match="not feasible"):
        cp_sat.improve(project, replace(solve(project), starts=[0] * 10), time_limit=1.0)


def test_without_or_tools_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_sat, "is_installed", lambda: False)
    project = seed_project(2)
    with pytest.raises(cp_sat.SolverNotInstalledError) as caught:
        cp_sat.improve(project, without_a_bound(solve(project)), time_limit=1.0)
    assert "pip install 'orchestrate-ls[solver]'" in caught.value.hint


def test_a_folder_cannot_give_the_process_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started in a folder with modules of the same names, the process takes its own."""
    for name in ("ortools", "json", "orchestrate_ls"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w')\nraise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    project = seed_project(2)
    found = cp_sat.improve(project, without_a_bound(solve(project)), time_limit=PLENTY)
    assert (found.failure, found.stop_reason) == (None, StopReason.PROVEN)
    assert not (tmp_path / "executed").exists()


@pytest.mark.skipif(os.name == "nt", reason="interrupts of a group are sent another way there")
def test_an_interrupt_of_the_process_itself_does_not_end_it(
    processes: list[subprocess.Popen[bytes]],
) -> None:
    project = hard_project()
    interrupted: list[int] = []

    def interrupt(_makespan: int, _bound: int) -> None:
        if not interrupted:
            processes[0].send_signal(signal.SIGINT)
        interrupted.append(1)

    found = cp_sat.improve(project, solve(project, budget=1), time_limit=6.0, report=interrupt)
    assert (found.failure, found.stop_reason) == (None, StopReason.STOPPED)


def test_requests_survive_the_way() -> None:
    request = Request(hard_project(), list(range(122)), 3, 1.5, 2, 7)
    again = request_of_data(request_as_data(request))
    assert request_as_data(again) == request_as_data(request)


def test_nothing_needed_is_as_it_was() -> None:
    known = solve(seed_project(2))
    same = Improvement.none_needed(known)
    assert (same.starts, same.makespan, same.solver) == (known.starts, known.makespan, Solver.HEURISTIC)


@pytest.mark.slow
@pytest.mark.parametrize("capacity", [1, 20])
def test_ten_thousand_tasks_get_an_answer(capacity: int) -> None:
    durations = [1 + number % 7 for number in range(10_000)]
    links = [Link(number // 3, number) for number in range(3, 10_000)]
    project = ResourceProject(
        Network(durations, links), [10**9, capacity], [{0: 10**5, 1: 1}] * len(durations)
    )
    known = solve(project, budget=1)
    found = cp_sat.improve(project, without_a_bound(known), time_limit=3.0)
    assert found.failure is None
    assert check_feasible(project, found.starts) == []
    assert found.lower_bound <= found.makespan <= known.makespan
