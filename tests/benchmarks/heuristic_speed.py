"""The scheduling heuristic at editor speed: milliseconds at 100, 1,000 and 10,000 tasks, and how they grow.

    python tests/benchmarks/heuristic_speed.py [--sizes 100,1000,10000] [--repeat 5]

Plans as in `graph.py`: two dependencies for each task, agents that do one task at a time, and a limit of half
as many tasks at once. Measured from durations, links and demands to the schedule, bound included, with the
budget that an editor uses; and whole plans, from their tasks to a checked schedule, as editors need them, without and
with working calendars. Prints the best of several runs in milliseconds of the processor (others may use it, too), and
how far the makespan is above the bound.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from graph import random_plan  # its folder is not a package

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import HeuristicSchedule, quick_steps
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.schedule.plan_schedule import PlanSchedule
from orchestrate_ls.schedule.quick_schedule import quick_schedule
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.sgs import finished
from tests.benchmarks.plans import generate

ALLOWED = {100: 5.0, 1_000: 60.0, 10_000: 1_000.0}  # milliseconds


def _best_of(repeat: int, run: Callable[[], object]) -> float:
    """Milliseconds of the processor that the fastest run took."""
    best = float("inf")
    for _ in range(repeat):
        gc.collect()
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best * 1000


def measure(size: int, agents: int, repeat: int) -> tuple[float, HeuristicSchedule]:
    """Milliseconds and the schedule."""
    durations, links = random_plan(size)
    draw = random.Random(3)
    demands = [{0: 1, 1 + draw.randrange(agents): 1} for _ in range(size)]
    capacities = [max(4, agents // 2), *[1] * agents]

    def run() -> tuple[ResourceProject, HeuristicSchedule]:
        project = ResourceProject(Network(durations, links), capacities, demands)
        return project, finished(quick_steps(project))

    project, result = run()
    if check_feasible(project, result.starts):
        raise SystemExit(f"the schedule of {size} tasks is not feasible")
    return _best_of(repeat * max(1, 1_000 // size), run), result


def measure_plan(size: int, header: str, repeat: int) -> tuple[float, PlanSchedule]:
    """Milliseconds and the schedule of a generated plan with more in its header."""
    text = generate(size).text
    if header:
        # An agent that is away makes the schedule one of calendars.
        text = text.replace(
            "\nagents:\n  - id: ", f"\n{header}agents:\n  - away: [2026-12-24/2026-12-31]\n    id: ", 1
        )
    plan = PlanFile.parse(text).sources[0].plan
    gc.collect()
    gc.freeze()  # as the server does once a plan is open
    return _best_of(repeat * max(1, 1_000 // size), lambda: quick_schedule(plan)), quick_schedule(plan)


HEADERS = {
    "whole plans": "",
    "whole plans with calendars": "start: 2026-11-23T09:00:00Z\ncalendar: {hours: 09:00-17:00}\n",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--repeat", type=int, default=7)
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    for name, agents_for in (
        ("8 agents", lambda _: 8),
        ("an agent for 20 tasks", lambda size: max(2, size // 20)),
    ):
        print(name)
        times: dict[int, float] = {}
        for size in sizes:
            times[size], result = measure(size, agents_for(size), arguments.repeat)
            above = 100 * (result.makespan / result.lower_bound - 1)
            allowed = f"(aim {ALLOWED[size]:,.0f})" if size in ALLOWED else ""
            print(
                f"  {size:7,} tasks {times[size]:10.2f} ms {allowed:12} "
                f"{result.schedules_built:3} schedules, {above:5.2f} % above the bound"
            )
        _growth(sizes, times)
    for name, header in HEADERS.items():
        print(name)
        times = {}
        for size in sizes:
            times[size], schedule = measure_plan(size, header, arguments.repeat)
            above = 100 * (schedule.makespan / schedule.lower_bound - 1)
            allowed = f"(aim {ALLOWED[size]:,.0f})" if size in ALLOWED and not header else ""
            print(f"  {size:7,} tasks {times[size]:10.2f} ms {allowed:12} {above:5.2f} % above the bound")
        _growth(sizes, times)


def _growth(sizes: list[int], times: dict[int, float]) -> None:
    for small, large in pairwise(sizes):
        print(f"  growth {small:,} to {large:,}: {times[large] / times[small]:.1f}x")


if __name__ == "__main__":
    main()
