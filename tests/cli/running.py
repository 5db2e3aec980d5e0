"""Runs the command line: inside this process where that is enough, as a process of its own where it matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.plans import SEED

ROOT = Path(__file__).parents[2]
GOAL = "Build a user authentication system with OAuth2, email verification, and password reset"
SEED_PLAN = "".join(
    (SEED / name).read_text(encoding="utf-8")
    for name in ("phase1_tasks.yaml", "phase2_resource_allocation.yaml")
)
CLEAN_PLAN = """\
tasks:
  - id: T1
    name: Draw the schema
    estimated_time: 2h
    agent: architect
agents:
  - id: architect
"""


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """The command line in a folder, in this process."""

    def __init__(self, folder: Path, capsys: Any) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Outcome:
        from orchestrate_ls.cli.app import run

        self._capsys.readouterr()
        code = run(arguments)
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def names(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*"))


def environment(**extra: str) -> dict[str, str]:
    """The environment of a process: no colours or widths from outside, and the sources of this checkout."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name
        not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ORCHESTRATE_DEBUG", "PYTHONIOENCODING", "PYTHONUTF8")
    }
    return {**kept, "PYTHONPATH": str(ROOT / "server"), **extra}


def run_process(folder: Path, *arguments: str, stdin: bytes = b"", **extra: str) -> Outcome:
    """Run `orchestrate` as a process."""
    finished = subprocess.run(
        [sys.executable, "-m", "orchestrate_ls", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env=environment(**{"PYTHONUTF8": "1", **extra}),
        check=False,
        timeout=120,
    )
    out, err = (stream.decode("utf-8").replace("\r\n", "\n") for stream in (finished.stdout, finished.stderr))
    return Outcome(finished.returncode, out, err)
