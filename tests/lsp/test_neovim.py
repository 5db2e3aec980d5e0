"""Neovim itself, without a screen, set up by the snippet that the documentation gives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.process import COMMAND, environment
from tests.plans import SEED

ROOT = Path(__file__).resolve().parents[2]
SNIPPET = ROOT / "docs/editors/neovim.lua"
GOAL = "Build a booking API with search and email reminders"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("nvim") is None, reason="there is no nvim; on Debian: apt-get install -y neovim"
    ),
]


def run(script: str, tmp_path: Path) -> dict[str, Any]:
    """Run Neovim with a script in a folder with the seed's plan; what the script has seen."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(SEED / "phase1_tasks.yaml", folder / "seed.plan.yaml")
    seen_file = tmp_path / "seen.json"
    command = "{" + ", ".join(json.dumps(word) for word in COMMAND) + "}"
    done = subprocess.run(
        [
            "nvim",
            "--headless",
            "--clean",
            "-c", f"lua vim.g.orchestrate_command = {command}",
            "-c", f"luafile {SNIPPET}",
            "-c", f"luafile {Path(__file__).with_name(script)}",
        ],
        cwd=folder,
        env={
            **environment(), "SEEN": str(seen_file), "GOAL": GOAL, "HOME": str(tmp_path),
            "XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CACHE_HOME": str(tmp_path / "cache"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip
    assert seen_file.exists(), done.stderr
    seen = json.loads(seen_file.read_text(encoding="utf-8"))
    assert "failure" not in seen, seen["failure"]
    return seen


def test_a_plan_is_checked_while_it_is_edited_and_a_goal_planned(tmp_path: Path):
    seen = run("neovim_session.lua", tmp_path)
    assert seen["opened"]
    assert seen["before"].count("redundant-dependency") == 6
    assert "group-not-parallel" in seen["before"]
    assert seen["broken"]
    assert "T1" in seen["error"]["message"]
    assert seen["repaired"]
    assert seen["after"] == seen["before"]

    assert seen["planned"]
    assert Path(seen["name"]).parent == Path(os.path.realpath(tmp_path / "project"))
    assert seen["first"] == "# orchestrate: plan"
    assert seen["plan"] == ["critical-path"]
    assert seen["refused"]
    assert "critical path" in seen["told"][0]
    assert "for example" in seen["told"][1]


def test_a_dependency_is_completed_a_task_renamed_and_a_cycle_repaired(tmp_path: Path):
    seen = run("neovim_editing.lua", tmp_path)
    # All tasks but T6 itself, T2, which is there, and T8 and T10, which wait for T6; the nearest first.
    assert seen["offered"] == ["T5", "T4", "T3", "T1", "T7", "T9"]
    assert seen["completed"].strip() == "dependencies: [T2, T5]"

    assert seen["uses"] > 3
    assert seen["left"] == 0
    assert seen["renamed"] == seen["uses"]

    assert "T8" in seen["actions"][0]
    assert seen["repaired"].strip() == "dependencies: []"
    assert seen["errors"] == []
