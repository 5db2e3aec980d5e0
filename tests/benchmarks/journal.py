"""How long a journal of 100,000 events takes, in processor time: to be read, read on in, and for its plan's status.

PYTHONPATH=server:. python tests/benchmarks/journal.py [EVENTS] [TASKS]
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestrate_ls.execution.journal import PlanJournal
from orchestrate_ls.execution.plan_progress import ProgressReader, ReadProgress
from orchestrate_ls.lsp.background import in_background
from orchestrate_ls.lsp.plan_progress import stamp_of
from orchestrate_ls.lsp.session import Session
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.progress.event import EventKind, line_of, make_event
from orchestrate_ls.progress.status import StatusReporter
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from orchestrate_ls.workspace.checking import shipped_schema

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)


def main() -> None:
    """Print the figures."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    tasks = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    text = plan_text(tasks)
    plan = PlanFile.parse(text).sources[0].plan
    analysis = NetworkAnalysis(network_of(plan))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.events.jsonl"
        with path.open("wb") as file:
            for number in range(events):
                file.write(journal_line(number, tasks, events))
        print(f"{events:,} events, {path.stat().st_size / 1e6:.1f} MB, {tasks:,} tasks")
        journal = PlanJournal(path, "p")
        _timed("read and fold all of it", journal.refresh)
        _timed("ask whether it has grown", journal.refresh)
        with path.open("ab") as file:
            file.write(journal_line(events, tasks, events))
        _timed("read and fold one more event", journal.refresh)
        reporter = StatusReporter(plan, analysis)
        now = BEGIN + timedelta(seconds=events + 10)
        status = _timed(
            "first status, with the plan's own schedule", lambda: reporter.report(journal.state, now)
        )
        _timed("each further status", lambda: reporter.report(journal.state, now))
        print(f"  ({status.by_task:.1%} of tasks)")
        _editor(path, text)
        merged = b"".join(sorted(path.read_bytes().splitlines(keepends=True)))
        path.write_bytes(merged)
        _timed("read it again after a merge, lines in any order", journal.refresh)


def _editor(journal: Path, text: str) -> None:
    """What an editor does: the plan's file beside the journal, findings and all, read in a thread beside the loop."""
    folder = journal.parent.parent / "editor"
    (folder / ".orchestrate").mkdir(parents=True, exist_ok=True)
    (folder / ".orchestrate" / "a.events.jsonl").write_bytes(journal.read_bytes())
    file = PlanFile.parse(f"plan_id: p\n{text}")
    check = check_file(file, RuleSettings(), shipped_schema())
    reader, now = ProgressReader(folder / "a.plan.yaml"), BEGIN + timedelta(days=2)

    def read() -> ReadProgress:
        with Session.many_new_objects():
            return reader.read(check, now)

    found = asyncio.run(_held_up(read))
    _timed("editor: look whether it has grown", lambda: stamp_of(reader.paths))
    _timed("editor: read on and work out how the plan stands", lambda: reader.read(check, now))
    _timed("editor: findings of that", lambda: check.with_progress(found.plans).diagnostics)


async def _held_up(work: Callable[[], ReadProgress]) -> ReadProgress:
    """Do some work in the background; says how long the loop was held up meanwhile at the most, and for how long."""
    done, start = asyncio.create_task(in_background(work)), time.perf_counter()
    worst, last = 0.0, start
    while not done.done():
        await asyncio.sleep(0.001)
        last, before = time.perf_counter(), last
        worst = max(worst, last - before)
    took = (time.perf_counter() - start) * 1000
    print(
        f"  editor: first reading, beside the loop: {took:.1f} ms, which held it up by {worst * 1000:.1f} ms at most"
    )
    return done.result()


def plan_text(tasks: int) -> str:
    """A plan of so many tasks in seven columns."""
    return "concurrent_capacity: 8\ntasks:\n" + "".join(
        f"  - id: T{n}\n    estimated_time: 2h\n    agent: a{n % 20}\n"
        f"    dependencies: [{f'T{n - 7}' if n >= 7 else ''}]\n"
        for n in range(tasks)
    )


def journal_line(number: int, tasks: int, events: int) -> bytes:
    task, step = divmod(number, max(3, events // tasks))
    name, time = f"T{task % tasks}", BEGIN + timedelta(seconds=number)
    if step == 0:
        return line_of(make_event("p", time, EventKind.STARTED, name, name))
    kind = EventKind.DONE if step == events // tasks - 1 and task < tasks // 2 else EventKind.PROGRESS
    return line_of(make_event("p", time, kind, name, name, percent=step % 100))


def _timed(what: str, work: Callable[[], Any]) -> Any:
    start = time.process_time()
    result = work()
    print(f"  {what}: {(time.process_time() - start) * 1000:.1f} ms")
    return result


if __name__ == "__main__":
    main()
