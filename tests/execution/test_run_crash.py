"""A run that is killed goes on: what was done is not done again, what was cut off keeps its key, nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.execution.running import Field

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="needs POSIX processes")]
KILLS = 3


def test_a_killed_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    (tmp_path / "work").mkdir()
    tasks = "".join(
        f"  - {{id: T{number}, estimated_time: 1h, agent: a{number % 2}"
        + (f", dependencies: [T{number - 2}]" if number > 1 else "")
        + "}\n"
        for number in range(8)
    )
    field = Field(
        tmp_path / "work", f"version: 1\ntasks:\n{tasks}", {f"T{number}": "sleep 0.3" for number in range(8)}
    )
    command = [sys.executable, "-m", "orchestrate_ls", "run", str(field.path), "--yes", "--engine", "local"]
    settled: dict[str, list[list[object]]] = {}
    for number in range(KILLS):
        before = len(field.log())
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 60
        # Killed while agents are at work, a little later each time.
        while len(field.log()) <= before and run.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.01)
        time.sleep(0.13 * number)
        run.kill()
        run.wait()
        recorded = {name for name, state in field.states().items() if state == "completed"}
        settled |= {name: [each for each in field.log() if each[1] == name] for name in recorded}
    assert subprocess.run(command, stdout=subprocess.DEVNULL, check=False, timeout=120).returncode == 0
    assert set(field.states().values()) == {"completed"}
    log = field.log()
    keys = {(task, key) for what, task, _, key in log if what == "start"}
    assert len(keys) == 8
    for name, before in settled.items():
        assert [each for each in log if each[1] == name] == before
    started = [task for what, task, *_ in log if what == "start"]
    print(f"{KILLS} kills, {len(started) - 8} attempts made again under their keys")
    assert len(started) > 8
    done = [each for each in field.events() if each.kind == "done"]
    assert len(done) == 8
    assert (
        str(field.folder)
        not in subprocess.run(["ps", "ax"], capture_output=True, text=True, check=True).stdout
    )
