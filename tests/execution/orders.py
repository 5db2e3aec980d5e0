"""Orders for tests of engines, and agents that keep a log of when they began and ended."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from orchestrate_ls.execution.engine import AgentCommand, Order

PLAN, RUN = "p1", "r1"
AGENT = textwrap.dedent(
    """\
    import os, sys, time
    log, seconds = sys.argv[1], float(sys.argv[2])
    def note(what):
        line = f"{what} {os.environ['ORCHESTRATE_IDEMPOTENCY_KEY']} {os.getpid()} {time.time_ns()}\\n"
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line.encode())
        os.close(descriptor)
    note("begin")
    time.sleep(seconds)
    note("end")
    """
)


def logging_agent(folder: Path, seconds: float) -> AgentCommand:
    """An agent that takes some time; `log` in the folder says when it began and ended."""
    script = folder / "agent.py"
    script.write_text(AGENT)
    return AgentCommand((sys.executable, "-S", str(script), str(folder / "log"), str(seconds)), time_out=120)


def order(key: str, folder: Path, command: AgentCommand, **more: object) -> Order:
    fields: dict = {"task": "T1", "attempt": 1, "agent": "ann", "handoff": "Do it.", **more}
    return Order(key, PLAN, RUN, command=command, folder=str(folder), **fields)


def logged(folder: Path, what: str) -> list[str]:
    """The keys that began, or ended, in order."""
    try:
        lines = (folder / "log").read_text().splitlines()
    except FileNotFoundError:
        return []
    return [line.split()[1] for line in lines if line.startswith(f"{what} ")]
