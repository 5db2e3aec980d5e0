"""What a run costs besides its agents: time for each task and memory, with tasks that take no time at all.

PYTHONPATH=server:. python tests/benchmarks/run_load.py [--tasks N] [--capacity N] [--stores local,sqlite,postgres]
    [--parts engine,run]

`engine` hands orders to the engine, which does nothing about them; `run` has the coordinator run a plan on it, with
every event in the journal and on the disk. Each is a process of its own. PostgreSQL is a server of its own that syncs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from orchestrate_ls.execution.engine import AgentCommand, Ending, Engine, Order, Outcome
from tests.postgres import PostgresServer

SERVER = Path(__file__).parents[2] / "server"
NOTHING = AgentCommand(("true",))


def at_once(order: Order, _cancelled: threading.Event) -> Outcome:
    """The work of a task of no length."""
    return Outcome(order.key, Ending.DONE)


def engine_of(store: str, folder: Path, plan_id: str) -> Callable[[str, int], Engine]:
    """Makes the engine that is measured."""

    def make(run: str, capacity: int) -> Engine:
        if store == "local":
            from orchestrate_ls.execution.local_engine import LocalEngine

            return LocalEngine(at_once)
        from orchestrate_ls.execution.runner_dbos import LocalDbosEngine, SharedDbosEngine

        if store == "sqlite":
            return LocalDbosEngine(folder / "a.run.sqlite", plan_id, run, capacity=capacity, work=at_once)
        from orchestrate_ls.execution.database import DatabaseAddress

        return SharedDbosEngine(
            DatabaseAddress.parse(store),
            plan_id,
            run,
            root=folder,
            capacity=capacity,
            commands=lambda _: NOTHING,
            work=at_once,
        )

    return make


def measure_engine(store: str, folder: Path, tasks: int, capacity: int) -> dict[str, float]:
    """Orders in and outcomes out, `capacity` of them under way at a time."""
    engine = engine_of(store, folder, "p")("r", capacity)
    started, worked = time.perf_counter(), time.process_time()
    submitted = ended = 0
    while ended < tasks:
        while submitted < tasks and submitted - ended < capacity:
            engine.submit(
                Order(f"k{submitted}", "p", "r", f"T{submitted}", 1, "a", NOTHING, str(folder), "Do it.")
            )
            submitted += 1
        ended += len(engine.outcomes(1.0))
    figures = {"seconds": time.perf_counter() - started, "processor": time.process_time() - worked}
    engine.close()
    return figures


def measure_run(store: str, folder: Path, tasks: int, capacity: int) -> dict[str, float]:
    """A plan of tasks in columns of `capacity`, each after the one before it."""
    from orchestrate_ls.execution.database import DatabaseAddress
    from orchestrate_ls.execution.journal import find_journal, identified, keep_journals_in
    from orchestrate_ls.execution.run_plan import PlanFollower
    from orchestrate_ls.execution.runner import Coordinator, RunOptions
    from orchestrate_ls.progress.event import RunAction
    from orchestrate_ls.workspace.own_run import AgentCommands
    from orchestrate_ls.workspace.settings_files import SettingsFiles, load_settings

    path = folder / "a.plan.yaml"
    lines = [
        f"  - {{id: T{number}, name: Task {number}, estimated_time: 1h, agent: a"
        f"{f', dependencies: [T{number - capacity}]' if number >= capacity else ''}}}"
        for number in range(tasks)
    ]
    head = f"version: 1\nconcurrent_capacity: {capacity}\nagents: [{{id: a, capacity: {capacity}}}]\ntasks:\n"
    path.write_text(head + "\n".join(lines) + "\n")
    (folder / "orchestrate.toml").write_text('[agents."*"]\ncommand = ["true"]\n')
    if store.startswith("postgres"):
        keep_journals_in(DatabaseAddress.parse(store))
    plan_id = identified(path, 0)
    commands = AgentCommands(load_settings(folder / "none.toml"), SettingsFiles().of(path))
    coordinator = Coordinator(
        PlanFollower(path, plan_id),
        find_journal(path, plan_id),
        engine_of(store, folder, plan_id),
        commands,
        RunOptions(folder, folder / "kept", capacity),
        lambda _: None,
    )
    started, worked = time.perf_counter(), time.process_time()
    end = coordinator.run()
    if end.action is not RunAction.FINISHED:
        raise RuntimeError(end.note)
    return {"seconds": time.perf_counter() - started, "processor": time.process_time() - worked}


def measure_here(part: str, store: str, tasks: int, capacity: int) -> None:
    """In this process, and print what was found as JSON."""
    with tempfile.TemporaryDirectory(prefix="orchestrate-load-") as folder:
        measure = measure_engine if part == "engine" else measure_run
        figures = measure(store, Path(folder), tasks, capacity)
    peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    figures["megabytes"] = int(peak[1]) / 1024 if peak is not None else float("nan")
    print(json.dumps(figures))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", type=int, default=5_000)
    parser.add_argument("--capacity", type=int, default=64)
    parser.add_argument("--stores", default="local,sqlite,postgres")
    parser.add_argument("--parts", default="engine,run")
    parser.add_argument("--here", nargs=2, metavar=("PART", "STORE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here is not None:
        part, store = options.here
        measure_here(part, store, options.tasks, options.capacity)
        return
    print(f"{options.tasks:,} tasks of no length, {options.capacity} at once")
    for part in options.parts.split(","):
        for store in options.stores.split(","):
            server = PostgresServer(durable=True) if store == "postgres" else None
            try:
                figures = _measured(part, server.url if server is not None else store, options)
            finally:
                if server is not None:
                    server.close()
            per_task = figures["seconds"] / options.tasks * 1000
            processor = figures["processor"] / options.tasks * 1000
            print(
                f"  {part:6} {store:8} {per_task:6.2f} ms a task ({processor:.2f} ms of processor time),"
                f" {figures['seconds']:.1f} s in all, {figures['megabytes']:.0f} MB at most",
                flush=True,
            )


def _measured(part: str, store: str, options: argparse.Namespace) -> dict[str, float]:
    sizes = ["--tasks", str(options.tasks), "--capacity", str(options.capacity)]
    done = subprocess.run(
        [sys.executable, __file__, *sizes, "--here", part, store],
        env={**os.environ, "PYTHONPATH": f"{SERVER}{os.pathsep}{SERVER.parent}"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
