"""The SDK's real client against our server: in this process, over stdio, or over HTTP; and what calls should give."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult, ListRootsResult, Root

from orchestrate_ls.mcp.roots import Workspace
from orchestrate_ls.mcp.server import build_server

ROOT = Path(__file__).parents[2]
PLAN = """\
# orchestrate: plan
version: 1
goal: Ship the importer
agents:
  - id: dev
  - id: tester
tasks:
  - id: T1
    name: Write it
    estimated_time: 4h
    dependencies: []
    agent: dev
  - id: T2
    name: Test it
    estimated_time: 2h
    dependencies: [T1]
    agent: tester
  - id: T3
    name: Document it
    estimated_time: 1h
    dependencies: [T1]
    agent: dev
"""


class Answers:
    """Answers elicitations with yes or no, and keeps what was asked."""

    def __init__(self, *, approve: bool = True, action: str = "accept") -> None:
        self.asked: list[str] = []
        self._approve, self._action = approve, action

    async def __call__(self, context: Any, params: Any) -> ElicitResult:
        self.asked.append(params.message)
        content = {"approve": self._approve} if self._action == "accept" else None
        return ElicitResult(action=self._action, content=content)  # pyright: ignore[reportArgumentType]


def roots_named(*folders: Path) -> Any:
    """A callback that names these folders as the client's roots."""

    async def name(_context: Any) -> ListRootsResult:
        return ListRootsResult(roots=[Root.model_validate({"uri": each.as_uri()}) for each in folders])

    return name


@asynccontextmanager
async def inside(folder: Path, mode: str = "auto", **options: Any) -> AsyncIterator[Client]:
    """A client of a server in this process, for one root."""
    async with Client(build_server(Workspace((folder,))), mode=mode, **options) as client:
        yield client


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "server"), "PYTHONUTF8": "1"}


def over_stdio(folder: Path, *arguments: str, **options: Any) -> Client:
    """A client of a process of its own."""
    command = ["-m", "orchestrate_ls", "mcp", *arguments]
    server = StdioServerParameters(command=sys.executable, args=command, env=environment(), cwd=folder)
    return Client(server, **options)


@contextmanager
def over_http(folder: Path, *arguments: str) -> Iterator[str]:
    """The address of a server process on HTTP."""
    command = [sys.executable, "-m", "orchestrate_ls", "mcp", "--http", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, cwd=folder, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    try:
        found = None
        said: list[str] = []
        for line in process.stderr:
            said.append(line)
            found = re.search(r"http://\S+", line)
            if found:
                break
        assert found, "".join(said)
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield found.group()
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()
        with contextlib.suppress(ValueError, OSError):
            process.stderr.close()


async def call(client: Client, tool: str, /, **arguments: Any) -> Any:
    """What a tool answers; it must have done it."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def refused(client: Client, tool: str, /, **arguments: Any) -> str:
    """How a tool says that it could not do something."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result.structured_content
    return result.content[0].text  # pyright: ignore[reportAttributeAccessIssue]


async def use_every_tool(client: Client) -> set[str]:
    """Plan, check, schedule and work a plan to its end with nothing but the tools; which were used."""
    used: set[str] = set()

    async def use(tool: str, **arguments: Any) -> Any:
        used.add(tool)
        return await call(client, tool, **arguments)

    planned = await use("plan_goal", goal="Build a URL shortener with click analytics")
    path = planned["path"]
    checked = await use("check_plan", path=path)
    assert (checked["files"], checked["errors"], checked["warnings"]) == ([path], 0, 0)
    submitted = await use("submit_plan", draft=planned["plan"])
    assert submitted["accepted"]
    assert submitted["plan"] == planned["plan"]
    schedule = await use("schedule_plan", path=path, time_limit=5)
    assert schedule["makespan_seconds"] >= schedule["critical_path_seconds"] > 0
    assert "Silence" in (await use("explain_rule", rule="dependency-cycle"))["page"]
    # One without quality gates, whose checks are commands, which no tool runs.
    path = (await use("submit_plan", draft=PLAN, path="work.plan.yaml"))["path"]
    while (ready := (await use("next_tasks", path=path))["tasks"]) != []:
        task = ready[0]["task"]
        await use("update_task", path=path, task=task, action="start")
        assert task in (await use("handoff", path=path, task=task))["prompt"]
        await use("update_task", path=path, task=task, action="done", actual="1h", note="it works")
    status = await use("status", path=path)
    assert status["overall_progress"] == {"by_task": 1.0, "by_effort": 1.0}
    report = await use("report", path=path)
    assert report["data"]["status"] in report["markdown"].lower().replace(" ", "_")
    assert len(report["data"]["tasks"]) == len(status["tasks"])
    return used


async def error_of(reading: Any) -> str:
    """How a request that is no tool call is refused."""
    try:
        await reading
    except MCPError as error:
        return str(error)
    raise AssertionError("it was not refused")
