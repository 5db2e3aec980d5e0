"""Runs plans while what runs them is killed with SIGKILL at random moments, and counts what came of it.

PYTHONPATH=server:. python tests/benchmarks/crash.py [--store sqlite|postgres] [--kills N] [--tasks N] [--workers N]
    [--seed N] [--longest SECONDS] [--minutes N]

With PostgreSQL (a server of its own, from Debian's package) each kill hits one of the workers, and every fifth the
coordinator as well. Plans follow each other until there were enough kills, or the minutes are over; the last one is run
to its end. How far it is is printed after every tenth kill. Exits with 1 unless there were as many kills as wanted,
every task of every plan is done, none whose completion was recorded ran again, and nothing is left over.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from orchestrate_ls.execution.journal import PlanJournal, find_journal, keep_journals_in, plan_id_of
from orchestrate_ls.execution.run_events import idempotency_key
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.progress.event import EventKind
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.state import TaskState
from tests.postgres import PostgresServer

SERVER = Path(__file__).parents[2] / "server"
MARK = "ORCHESTRATE_CRASH_TEST"
ORPHAN_SECONDS = 10.0
_LONGEST_START = 60.0
AGENT = textwrap.dedent(
    """\
    import os, random, sys, time
    log, longest = sys.argv[1], float(sys.argv[2])
    def note(what):
        key = os.environ["ORCHESTRATE_IDEMPOTENCY_KEY"]
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{what} {key} {os.getpid()} {time.time_ns()}\\n".encode())
        os.close(descriptor)
    note("begin")
    time.sleep(random.uniform(longest / 5, longest))
    note("end")
    print('{"orchestrate": {"status": "done", "note": "worked"}}')
    """
)


@dataclass
class Figures:
    """What is counted, over all plans."""

    plans: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    tasks: int = 0
    done: int = 0
    attempts: int = 0
    performances: int = 0
    cut_off: int = 0
    again_under_their_key: int = 0
    ended_and_performed_again: int = 0
    ran_after_recorded: int = 0
    finished_twice: int = 0
    left_over: int = 0
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        wrong = self.ran_after_recorded + self.finished_twice + self.left_over
        return wrong == 0 and self.done == self.tasks and self.cut_off <= self.again_under_their_key

    def lines(self) -> list[str]:
        kills = ", ".join(f"{many} of a {what}" for what, many in sorted(self.kills.items()))
        return [
            f"{self.plans} plans, {self.tasks} tasks, {sum(self.kills.values())} kills ({kills}), {self.seconds:.0f} s",
            f"tasks done: {self.done} of {self.tasks}",
            f"attempts: {self.attempts}, performed {self.performances} times",
            f"cut off by a kill: {self.cut_off}, performed again under the same key: {self.again_under_their_key}",
            f"ended, killed before that was kept, and performed again: {self.ended_and_performed_again}",
            f"ran again after their completion was recorded: {self.ran_after_recorded} (must be 0)",
            f"finished twice in the journal: {self.finished_twice} (must be 0)",
            f"processes left over: {self.left_over} (must be 0)",
        ]


class CrashTest:
    """Plans in one folder, run and killed."""

    def __init__(self, folder: Path, server: PostgresServer | None, options: argparse.Namespace) -> None:
        self.folder, self.server, self.options = folder, server, options
        self.random = random.Random(options.seed)
        self.figures = Figures()
        self.log = folder / "log"
        (folder / "agent.py").write_text(AGENT)
        command = [sys.executable, "-S", str(folder / "agent.py"), str(self.log), str(options.longest)]
        (folder / "orchestrate.toml").write_text(f'[agents."*"]\ncommand = {command!r}\n'.replace("'", '"'))
        (folder / "home").mkdir()
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(SERVER),
            "HOME": str(folder / "home"),
            MARK: str(folder),
            "ORCHESTRATE_ENGINE": "durable",
            "ORCHESTRATE_DATABASE": server.url if server is not None else "",
        }
        self.output = (folder / "output").open("ab")
        self.workers: list[subprocess.Popen[bytes]] = []
        self.started = time.monotonic()

    @property
    def _has_enough(self) -> bool:
        is_late = time.monotonic() - self.started > self.options.minutes * 60
        return is_late or self.figures.kills.total() >= self.options.kills

    def run(self) -> Figures:
        try:
            while not self._has_enough or not self.figures.plans:
                self._run_plan()
        finally:
            for each in self.workers:
                each.send_signal(signal.SIGTERM)
            for each in self.workers:
                _wait(each, 60)
        self.figures.left_over += len(self._left(patience=ORPHAN_SECONDS))
        self.figures.seconds = time.monotonic() - self.started
        return self.figures

    def _run_plan(self) -> None:
        path = self.folder / f"p{self.figures.plans}.plan.yaml"
        path.write_text(self._plan())
        self.figures.plans += 1
        if self.server is not None:
            while len(self.workers) < self.options.workers:
                self.workers.append(self._worker())
        runner = self._runner(path)
        while True:
            if self._has_enough:
                _wait(runner, 600)
            elif self._sleep(runner):
                if self.server is None or self.random.randrange(5) == 0:
                    self._kill(runner, "runner")
                    runner = self._runner(path)
                if self.server is not None:
                    number = self.random.randrange(len(self.workers))
                    self._kill(self.workers[number], "worker")
                    self.workers[number] = self._worker()
                continue
            if runner.returncode not in (0, None):
                raise RuntimeError(f"the run ended with {runner.returncode}; see {self.folder / 'output'}")
            break
        self._count(path)

    def _sleep(self, runner: subprocess.Popen[bytes]) -> bool:
        """Wait for a random moment: mostly one in which tasks are worked on, else any. Whether the run goes on then."""
        if self.random.randrange(5) == 0:
            return _sleep_beside(runner, self.random.uniform(0.1, self.options.window))
        size = self.log.stat().st_size if self.log.exists() else 0
        end = time.monotonic() + _LONGEST_START
        while not self.log.exists() or self.log.stat().st_size == size:
            if time.monotonic() > end or not _sleep_beside(runner, 0.02):
                break
        return _sleep_beside(runner, self.random.uniform(0.0, self.options.longest))

    def _kill(self, process: subprocess.Popen[bytes], what: str) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.figures.kills[what] += 1
        self.figures.left_over += len(self._left(patience=ORPHAN_SECONDS))
        if self.figures.kills.total() % 10 == 0:
            print(
                f"  {time.monotonic() - self.started:4.0f} s: {self.figures.kills.total()} kills of"
                f" {self.options.kills}, plan {self.figures.plans}",
                file=sys.stderr,
                flush=True,
            )

    def _left(self, patience: float) -> list[int]:
        """Processes of this test whose forebears are gone, when they had time to end."""
        end = time.monotonic() + patience
        while True:
            found = _orphans(str(self.folder))
            if not found or time.monotonic() > end:
                return found
            time.sleep(0.05)

    def _runner(self, path: Path) -> subprocess.Popen[bytes]:
        more = ["--here", "0"] if self.server is not None else []
        return self._start("run", str(path), "--yes", *more)

    def _worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "--yes", "--capacity", "2", "--lease", "3", "--folder", str(self.folder))

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "orchestrate_ls", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
        )

    def _plan(self) -> str:
        lines = ["version: 1", "concurrent_capacity: 6", "tasks:"]
        for number in range(self.options.tasks):
            before = self.random.sample(range(number), min(number, self.random.randrange(3)))
            after = ", ".join(f"T{each}" for each in sorted(before))
            lines.append(f"  - {{id: T{number}, name: Task {number}, dependencies: [{after}], agent: ann}}")
        return "\n".join([*lines, "agents:", "  - {id: ann, capacity: 6}", ""])

    def _count(self, path: Path) -> None:
        journal = self._journal(path)
        events, _ = journal.file.read_on()
        own, done_at = set(), {}
        finished: Counter[tuple[str, str]] = Counter()
        for event in {each.id: each for each in events}.values():
            key = idempotency_key(journal.plan_id, event.run, event.key, event.attempt)
            if event.kind == EventKind.STARTED:
                own.add(key)
            if event.kind == EventKind.DONE:
                finished[event.run, event.key] += 1
                done_at[key] = event.time
        fold = ProgressFold(journal.plan_id)
        fold.add(events)
        states = fold.state().by_task()
        figures = self.figures
        figures.tasks += self.options.tasks
        figures.done += sum(each.state is TaskState.DONE for each in states.values())
        figures.finished_twice += sum(many - 1 for many in finished.values())
        figures.attempts += len(own)
        begun: dict[str, list[int]] = {}
        ended: dict[str, list[int]] = {}
        for line in self.log.read_text().splitlines():
            what, key, _, moment = line.split()
            if key in own:
                (begun if what == "begin" else ended).setdefault(key, []).append(int(moment))
        for key, moments in begun.items():
            ends = ended.get(key, [])
            figures.performances += len(moments)
            figures.cut_off += len(moments) - len(ends)
            if ends:
                figures.again_under_their_key += min(len(moments) - len(ends), len(moments) - 1)
            figures.ended_and_performed_again += max(0, len(ends) - 1)
            recorded = done_at.get(key)
            if recorded is not None:
                late = [each for each in moments if datetime.fromtimestamp(each / 1e9, UTC) > recorded]
                figures.ran_after_recorded += len(late)

    def _journal(self, path: Path) -> PlanJournal:
        plan_id = plan_id_of(PlanFile.parse(path.read_text()).sources[0])
        if plan_id is None:
            raise RuntimeError("nothing was recorded")
        if self.server is not None:
            from orchestrate_ls.execution.database import DatabaseAddress

            keep_journals_in(DatabaseAddress.parse(self.server.url))
        found = find_journal(path, plan_id)
        keep_journals_in(None)
        if self.server is None:
            return found
        from orchestrate_ls.execution.journal_postgres import PostgresJournal

        # Of which nothing was read yet.
        return PlanJournal(found.path, plan_id, PostgresJournal(found.file.database, plan_id))  # type: ignore[attr-defined]


def _sleep_beside(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait; whether the process is still there then."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def _orphans(mark: str) -> list[int]:
    """Processes with the mark in their command or environment that do not descend from this one any more."""
    parents: dict[int, int] = {}
    marked: set[int] = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            command = (entry / "cmdline").read_bytes()
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        state, parent = stat.rpartition(")")[2].split()[:2]
        if state == "Z":
            continue
        number = int(entry.name)
        parents[number] = int(parent)
        if mark.encode() in command or f"{MARK}={mark}".encode() in environment:
            marked.add(number)
    return [each for each in sorted(marked) if not _descends(each, os.getpid(), parents)]


def _descends(number: int, ancestor: int, parents: dict[int, int]) -> bool:
    while number in parents:
        if number == ancestor:
            return True
        number = parents[number]
    return False


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--tasks", type=int, default=30)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--longest", type=float, default=1.5, help="seconds that a task takes at most")
    parser.add_argument("--window", type=float, default=8.0, help="seconds between kills at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=23, help="no more kills after so many")
    options = parser.parse_args()
    server = PostgresServer(durable=True) if options.store == "postgres" else None
    try:
        with tempfile.TemporaryDirectory(prefix="orchestrate-crash-") as folder:
            test = CrashTest(Path(folder), server, options)
            try:
                figures = test.run()
            except BaseException:
                sys.stderr.write((Path(folder) / "output").read_text()[-4000:])
                raise
    finally:
        if server is not None:
            server.close()
    print(f"{options.store}:")
    for line in figures.lines():
        print(f"  {line}")
    if figures.kills.total() < options.kills:
        print(f"  only {figures.kills.total()} of {options.kills} kills in {options.minutes:g} minutes")
        return 1
    return 0 if figures.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
