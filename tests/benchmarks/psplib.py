"""Schedules of PSPLIB instances against the best known makespans.

    python tests/benchmarks/psplib.py DIR [--solver heuristic|cp-sat] [--time-limit S] [--budget N] [--json]

DIR holds folders of single-mode `.sm` files (j30, j60, j120 ...) and `best_known.csv` with the columns set,
instance, lower_bound and upper_bound. Each schedule is checked by separate code. For each set it prints the
average and worst deviation from the upper bound, how often that was reached, and seconds for each instance.
With --json the last line is one JSON object with the same figures.

The solver cp-sat needs the extra `solver`. It starts from a schedule that the heuristic finds in a fifth of the time
limit, so that the limit holds for both together; the start of its process counts.

Instances: Kolisch and Sprecher 1996, "PSPLIB - A project scheduling problem library".
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))

from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import solve
from orchestrate_ls.schedule.network import Link, Network
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.workspace import cp_sat

HEURISTIC_SHARE = 0.2


@dataclass(frozen=True)
class Known:
    """What is known of an instance's makespan."""

    lower_bound: int
    upper_bound: int


@dataclass(frozen=True)
class Outcome:
    """What a solver did on one instance."""

    makespan: int
    feasible: bool
    proven: bool
    schedules: int
    seconds: float


def read_instance(text: str) -> ResourceProject:
    """A project from a single-mode PSPLIB file; the dummy source and sink are activities of duration 0."""
    rows: dict[str, list[list[str]]] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith(("PRECEDENCE RELATIONS", "REQUESTS/DURATIONS", "RESOURCEAVAILABILITIES")):
            section = line.split(":")[0]
        elif line.split() and line.split()[0].isdigit():
            rows.setdefault(section, []).append(line.split())
    capacities = [int(amount) for amount in rows["RESOURCEAVAILABILITIES"][0]]
    requests = rows["REQUESTS/DURATIONS"]
    links = [
        Link(int(row[0]) - 1, int(after) - 1) for row in rows["PRECEDENCE RELATIONS"] for after in row[3:]
    ]
    demands = [dict(enumerate(int(amount) for amount in row[3:])) for row in requests]
    return ResourceProject(Network([int(row[2]) for row in requests], links), capacities, demands)


def read_best_known(path: Path) -> dict[str, dict[str, Known]]:
    """For each set and instance the bounds of `best_known.csv`."""
    known: dict[str, dict[str, Known]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            bounds = Known(int(row["lower_bound"]), int(row["upper_bound"]))
            known.setdefault(row["set"], {})[row["instance"]] = bounds
    return known


def run_heuristic(project: ResourceProject, arguments: argparse.Namespace) -> Outcome:
    """One instance with the default solver; the time limit is a cap on top of the budget."""
    start = time.perf_counter()
    deadline = start + arguments.time_limit
    result = solve(
        project,
        budget=arguments.budget,
        seed=arguments.seed,
        should_stop=lambda: time.perf_counter() > deadline,
    )
    seconds = time.perf_counter() - start
    feasible = not check_feasible(project, result.starts)
    return Outcome(result.makespan, feasible, result.proven_optimal, result.schedules_built, seconds)


def run_cp_sat(project: ResourceProject, arguments: argparse.Namespace) -> Outcome:
    """One instance with the heuristic first, then CP-SAT in its own process."""
    start = time.perf_counter()
    first = start + HEURISTIC_SHARE * arguments.time_limit
    known = solve(
        project,
        budget=arguments.budget,
        seed=arguments.seed,
        should_stop=lambda: time.perf_counter() > first,
    )
    left = arguments.time_limit - (time.perf_counter() - start)
    result = cp_sat.improve(
        project, known, time_limit=left, seed=arguments.seed, workers=arguments.workers or None
    )
    seconds = time.perf_counter() - start
    if result.failure is not None:
        raise SystemExit(result.failure)
    feasible = not check_feasible(project, result.starts)
    return Outcome(result.makespan, feasible, result.proven_optimal, known.schedules_built, seconds)


SOLVERS = {"heuristic": run_heuristic, "cp-sat": run_cp_sat}


def measure(folder: Path, known: dict[str, Known], arguments: argparse.Namespace) -> dict[str, float]:
    """The figures of one set."""
    outcomes: list[Outcome] = []
    deviations: list[float] = []
    for name, bounds in list(known.items())[arguments.first :: arguments.every]:
        project = read_instance((folder / f"{name}.sm").read_text(encoding="utf-8"))
        outcome = SOLVERS[arguments.solver](project, arguments)
        if outcome.feasible and outcome.makespan < bounds.lower_bound:
            raise SystemExit(
                f"{name}: {outcome.makespan} is below the known lower bound {bounds.lower_bound}"
            )
        outcomes.append(outcome)
        deviations.append(100 * (outcome.makespan - bounds.upper_bound) / bounds.upper_bound)
    return {
        "n": len(outcomes),
        "average_percent": round(statistics.fmean(deviations), 4),
        "worst_percent": round(max(deviations), 4),
        "hits": sum(deviation <= 0 for deviation in deviations),
        "seconds_per_instance": round(statistics.fmean(outcome.seconds for outcome in outcomes), 4),
        "infeasible": sum(not outcome.feasible for outcome in outcomes),
        "proven": sum(outcome.proven for outcome in outcomes),
        "schedules_per_instance": round(statistics.fmean(outcome.schedules for outcome in outcomes)),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--solver", choices=sorted(SOLVERS), default="heuristic")
    parser.add_argument(
        "--time-limit", type=float, default=1.0, metavar="S", help="seconds for each instance"
    )
    parser.add_argument(
        "--budget", type=int, default=1_000_000, help="schedules for each instance (heuristic)"
    )
    parser.add_argument(
        "--workers", type=int, default=0, help="threads (cp-sat); by default one for each processor"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth instance")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="where --every starts counting")
    parser.add_argument("--sets", default="", help="only these sets, separated by commas")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.solver == "cp-sat":
        if not cp_sat.is_installed():
            raise SystemExit(f"cp-sat needs OR-Tools: {cp_sat.INSTALL}")
        print(f"{arguments.workers or cp_sat.default_workers()} workers on {os.cpu_count()} processors")
    known = read_best_known(arguments.folder / "best_known.csv")
    chosen = arguments.sets.split(",") if arguments.sets else list(known)
    figures: dict[str, dict[str, float]] = {}
    for name in chosen:
        figures[name] = row = measure(arguments.folder / name, known[name], arguments)
        print(
            f"{name:6} {row['n']:4} instances   average {row['average_percent']:7.3f} %   "
            f"worst {row['worst_percent']:6.2f} %   hits {row['hits']:3}   "
            f"{row['seconds_per_instance']:6.3f} s   {row['schedules_per_instance']:6} schedules   "
            f"proven {row['proven']:3}   infeasible {row['infeasible']}",
            flush=True,
        )
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
