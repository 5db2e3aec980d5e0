"""The server as a process: over stdio and over streamable HTTP, driven by the SDK's client."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import anyio
import pytest
from mcp import Client

from tests.mcp.clients import (
    PLAN,
    Answers,
    call,
    environment,
    over_http,
    over_stdio,
    refused,
    roots_named,
    use_every_tool,
)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_every_tool_works_over_stdio(tmp_path: Path, mode: str):
    folder = tmp_path / "a folder, mit ä"
    folder.mkdir()
    named = roots_named(folder)
    async with over_stdio(
        tmp_path, mode=mode, list_roots_callback=named, elicitation_callback=Answers()
    ) as client:
        assert await use_every_tool(client) == {tool.name for tool in (await client.list_tools()).tools}
        assert "leads upwards" in await refused(client, "check_plan", path="../x.plan.yaml")
        with anyio.move_on_after(0.05):
            await client.call_tool(
                "plan_goal", {"goal": "Build a shop with payments, search and mobile apps"}
            )
        assert (await call(client, "check_plan"))["errors"] == 0
    assert list(folder.glob("*.plan.yaml"))


@pytest.mark.slow
async def test_clients_over_http_work_side_by_side(tmp_path: Path):
    (tmp_path / "ship.plan.yaml").write_text(PLAN, encoding="utf-8")
    outside = tmp_path.parent
    with over_http(tmp_path, "--root", str(tmp_path)) as address:
        async with Client(address) as client:
            assert await use_every_tool(client) == {tool.name for tool in (await client.list_tools()).tools}
        # Of what many report at once nothing is lost, and nothing is recorded twice.
        refusals: list[str] = []

        async def report(task: str, mode: str) -> None:
            wide = roots_named(outside)
            async with Client(address, mode=mode, list_roots_callback=wide) as one:
                assert "outside of the workspace" in await refused(
                    one, "check_plan", path=str(outside / "x.plan.yaml")
                )
                result = await one.call_tool(
                    "update_task", {"path": "ship.plan.yaml", "task": task, "action": "start"}
                )
                if result.is_error:
                    refusals.append(task)

        async with anyio.create_task_group() as group:
            for mode in ("auto", "legacy"):
                group.start_soon(report, "T1", mode)
                group.start_soon(report, "T2", mode)
    lines = (tmp_path / ".orchestrate/ship.events.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines if '"started"' in line]
    assert len(events) == 1
    assert sorted(refusals) == ["T1", "T2", "T2"]


def _status(address: str, **headers: str) -> int:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
    given = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, given), timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
def test_web_pages_and_other_names_are_refused(tmp_path: Path):
    with over_http(tmp_path, "--allow-host", "plans.example") as address:
        port = address.rpartition(":")[2].partition("/")[0]
        assert address.startswith("http://127.0.0.1:")
        refused_ones = (421, 403)
        assert _status(address, Host="evil.example") == 421
        assert _status(address, Host=f"evil.example:{port}") == 421
        assert _status(address, Origin="https://evil.example") == 403
        assert _status(address, Origin="null") == 403
        assert _status(address, Origin=f"http://127.0.0.1:{port}") not in refused_ones
        assert _status(address, Host="plans.example", Origin="https://plans.example") not in refused_ones
        assert _status(address, Content_Length=str(10**9)) == 413


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "orchestrate_ls", "mcp", *arguments]
    return subprocess.run(
        command,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
def test_an_interrupt_ends_it(tmp_path: Path):
    command = [sys.executable, "-m", "orchestrate_ls", "mcp", "--http", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a shell ignore interrupts, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        try:
            assert process.stderr is not None
            assert "http://127.0.0.1:" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (out, err) == ("", "")
    assert process.returncode in (0, 130)


@pytest.mark.slow
def test_the_end_of_the_input_ends_it_and_wrong_options_are_told(tmp_path: Path):
    ended = _run("--root", str(tmp_path))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    wrong = _run("--root", str(tmp_path / "nowhere"))
    assert wrong.returncode == 2
    assert "there is no folder" in wrong.stderr


def test_without_the_sdk_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    import importlib.util

    from orchestrate_ls.cli.app import run

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "mcp" else found(name, *rest)
    )
    assert run(["mcp"]) == 2
    assert run(["mcp", "--check"]) == 2
    assert "pip install 'orchestrate-ls[mcp]'" in capsys.readouterr().err


def test_whether_it_could_be_started_is_said_at_once(capsys: pytest.CaptureFixture[str]):
    from orchestrate_ls.cli.app import run

    assert run(["mcp", "--check"]) == 0
    assert "can be started" in capsys.readouterr().err
