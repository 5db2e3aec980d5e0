"""The database that settings name: followed where it is the user's own, asked about where it is a folder's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

from orchestrate_ls.execution.journal import chosen_database
from tests.cli.running import CLEAN_PLAN, CommandLine

# Nobody listens there.
ADDRESS: Final = "postgresql://ann@127.0.0.1:1/plans"
FAILED: Final = 2


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "own"))
    monkeypatch.delenv("ORCHESTRATE_DATABASE", raising=False)
    (tmp_path / "own" / "orchestrate").mkdir(parents=True)
    return tmp_path / "own" / "orchestrate" / "run.toml"


@pytest.fixture
def plan(orchestrate: CommandLine, own: Path) -> Path:
    pytest.importorskip("psycopg")
    return orchestrate.write("a.plan.yaml", CLEAN_PLAN)


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda: text)


def test_the_users_own_database_is_used_by_every_command(
    orchestrate: CommandLine, plan: Path, own: Path
) -> None:
    own.write_text(f'[run]\ndatabase = "{ADDRESS}"\n')
    started = orchestrate("task", "start", str(plan), "T1")
    assert started.code == FAILED
    assert "127.0.0.1" in started.err
    # The option counts more, an empty one too.
    assert orchestrate("task", "start", str(plan), "T1", "--database", "").code == 0
    assert chosen_database() is None


def test_a_folders_database_is_asked_about_and_not_used_before(
    orchestrate: CommandLine, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orchestrate.write("orchestrate.toml", f'[run]\ndatabase = "{ADDRESS}"\n')
    refused = orchestrate("task", "start", str(plan), "T1")
    assert refused.code == FAILED
    assert "nobody can be asked" in refused.err
    assert "--database ''" in refused.err
    answer(monkeypatch, "n")
    assert orchestrate("status", str(plan)).code == 1
    assert not (plan.parent / ".orchestrate").exists()
    # Nothing of it concerns what reads no journal.
    assert orchestrate("check", str(plan)).code == 0


def test_an_agreement_is_to_one_address(
    orchestrate: CommandLine, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orchestrate.write("orchestrate.toml", f'[run]\ndatabase = "{ADDRESS}"\n')
    answer(monkeypatch, "yes")
    asked = orchestrate("task", "start", str(plan), "T1")
    assert "Send it there?" in asked.err
    assert "cannot be" in asked.err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    again = orchestrate("task", "start", str(plan), "T1")
    assert "Send it there?" not in again.err
    assert "cannot be" in again.err
    orchestrate.write("orchestrate.toml", f'[run]\ndatabase = "{ADDRESS}2"\n')
    assert "nobody can be asked" in orchestrate("task", "start", str(plan), "T1").err
