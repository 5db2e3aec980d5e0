"""The same over the real server and the real command line: after the pause both say the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.process import COMMAND, EXIT, INITIALIZED, SHUTDOWN, environment, framed, initialize, started
from tests.lsp.test_schedule_refining import KEPT, plan_text, quick

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the pipes here are read in the POSIX way")
ABILITIES = {
    "textDocument": {"publishDiagnostics": {"versionSupport": True}},
    "workspace": {"inlayHint": {"refreshSupport": True}},
}


def command_line(folder: Path, *arguments: str) -> Any:
    done = subprocess.run(
        [*COMMAND[:-1], *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    return json.loads(done.stdout)


def test_the_editor_and_the_command_line_agree_after_the_pause(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    path = tmp_path / "x.plan.yaml"
    text = plan_text(deadline=KEPT)
    path.write_text(text)
    uri = path.as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 200, "character": 0}}
    with started() as process:
        reader = process.reader()
        process.write(
            framed(
                initialize(capabilities=ABILITIES),
                INITIALIZED,
                {"method": "textDocument/didOpen", "params": {"textDocument": document}},
            )
        )
        first = reader.until("textDocument/publishDiagnostics")["params"]["diagnostics"]
        assert sum(each["code"] == "deadline-missed" for each in first) == len(quick(text).missed) > 0
        last = reader.until("textDocument/publishDiagnostics")["params"]["diagnostics"]
        asked = reader.until("workspace/inlayHint/refresh")
        process.write(
            framed(
                {"id": asked["id"], "result": None},
                {
                    "id": 5,
                    "method": "workspace/executeCommand",
                    "params": {"command": "orchestrate.schedule", "arguments": [uri]},
                },
                {
                    "id": 6,
                    "method": "textDocument/inlayHint",
                    "params": {"textDocument": {"uri": uri}, "range": whole},
                },
            )
        )
        schedule = reader.until(msg_id=5)["result"]
        hints = reader.until(msg_id=6)["result"]
        process.write(framed(SHUTDOWN))
        reader.until(msg_id=1)
        process.write(framed(EXIT))
        assert process.wait(60) == 0
    searched = command_line(tmp_path, "schedule", path.name, "--format", "json")
    for key in (
        "makespan_seconds",
        "tasks",
        "capacity_curve",
        "critical_chain",
        "missed_deadlines",
        "agents",
    ):
        assert schedule[key] == searched[key]
    assert searched["makespan_seconds"] != quick(text).makespan
    finish = searched["tasks"]["T59"]["scheduled_finish"]
    line = next(number for number, each in enumerate(text.splitlines()) if "id: T59," in each)
    (times,) = [
        each["label"] for each in hints if each["position"]["line"] == line and " to " in each["label"]
    ]
    assert finish % 3600 == 0
    assert times.endswith(f" {finish // 3600}h") or f"{finish // 3600}h" in times
    checked = command_line(tmp_path, "check", path.name, "--format", "json")
    assert [(each["code"], each["message"]) for each in last] == [
        (each["code"], each["message"]) for each in checked
    ]
    assert "deadline-missed" not in {each["code"] for each in last}
