"""`orchestrate plan` in a folder with code."""

import os
from pathlib import Path

import pytest

from tests.cli.running import GOAL, CommandLine
from tests.workspace.repository import folders

FIX = "Fix the wrong total of orders"


def test_tasks_name_files_and_commands(orchestrate: CommandLine):
    folders.write(orchestrate.folder, folders.PYTHON)
    assert orchestrate("plan", FIX, "-o", "fix.plan.yaml").code == 0
    text = (orchestrate.folder / "fix.plan.yaml").read_text(encoding="utf-8")
    assert "      - src/shop/orders.py\n" in text
    assert "`uv run pytest` passes" in text
    assert orchestrate("check", "fix.plan.yaml", "--fail-on", "warning").code == 0


def test_no_context_plans_as_in_an_empty_folder(orchestrate: CommandLine):
    empty = orchestrate("plan", FIX, "-o", "-").out
    folders.write(orchestrate.folder, folders.PYTHON)
    assert orchestrate("plan", FIX, "-o", "-", "--no-context").out == empty
    assert orchestrate("plan", FIX, "-o", "-").out != empty


def test_explain_says_what_was_used(orchestrate: CommandLine):
    folders.write(orchestrate.folder, folders.PYTHON)
    out = orchestrate("plan", FIX, "--explain").out
    assert "What was used of this folder" in out
    assert "test command: `uv run pytest`, from pyproject.toml" in out
    assert "src/shop/orders.py fits the words orders" in out
    made = orchestrate("plan", FIX, "--explain", "--force", "--format", "json").json
    assert any("`uv run pytest`" in line for line in made["context"])


def test_what_is_there_already_is_said(orchestrate: CommandLine):
    folders.write(orchestrate.folder, folders.PYTHON)
    outcome = orchestrate("plan", "Add gift vouchers, a CI pipeline and linting")
    assert 'note: "Linting" is not planned' in outcome.err
    assert "--no-context" in outcome.err


def test_from_a_folder_further_down_paths_count_from_the_repository(
    orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    folders.write(orchestrate.folder, folders.PYTHON)
    monkeypatch.chdir(orchestrate.folder / "src")
    assert "- src/shop/orders.py" in orchestrate("plan", FIX, "-o", "-").out


def test_home_is_not_looked_at(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    folders.write(orchestrate.folder, folders.PYTHON)
    monkeypatch.setenv("HOME", str(orchestrate.folder))
    monkeypatch.setenv("USERPROFILE", str(orchestrate.folder))
    assert "src/shop" not in orchestrate("plan", FIX, "-o", "-").out


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
def test_nothing_of_the_folder_is_executed(orchestrate: CommandLine, tmp_path: Path):
    marker = tmp_path / "executed"
    folders.write(orchestrate.folder, {**folders.PYTHON, "setup.py": f"open({str(marker)!r}, 'w')\n"})
    for name in ("git", "python", "node", "make", "uv"):
        program = orchestrate.folder / name
        program.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
        program.chmod(0o755)
    assert orchestrate("plan", GOAL).code == 0
    assert not marker.exists()
