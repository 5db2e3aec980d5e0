"""`orchestrate run` as its users meet it: what is shown, asked, refused and printed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from orchestrate_ls.cli.app import run
from tests.execution.running import QUICK, Field

PLAN = """version: 1
tasks:
  - {id: A, estimated_time: 1h, agent: a}
  - {id: B, estimated_time: 1h, agent: b, dependencies: [A]}
"""


@pytest.fixture
def field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Field:
    """A plan with settings, and nothing of the user's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "own"))
    monkeypatch.setenv("ORCHESTRATE_ENGINE", "local")
    (tmp_path / "work").mkdir()
    return Field(tmp_path / "work", PLAN + QUICK)


def test_a_run_prints_what_happens(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    field.kinds({"B": "fail 1"})
    assert run(["run", str(field.path), "--yes"]) == 0
    printed = capsys.readouterr().out
    for part in (
        "A is started by a",
        "A is done in",
        "B failed, attempt 1",
        "b tries again",
        "all tasks are done",
    ):
        assert part in printed
    assert run(["run", str(field.path), "--yes"]) == 0
    assert "0 tasks (2 done already)" in capsys.readouterr().out


def test_a_run_that_ends_with_tasks_left_says_so(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    field.kinds({"A": "fail 9"})
    assert run(["run", str(field.path), "--yes"]) == 1
    assert "nothing more can be started: A failed; B is left" in capsys.readouterr().out


def test_nothing_is_run_before_somebody_agreed(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", str(field.path)]) == 2
    captured = capsys.readouterr()
    assert "nobody can be asked" in captured.err
    assert "agent.py" in captured.out
    assert field.log() == []


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_an_agreement_is_to_one_content(
    field: Field, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda *_: asked.append("?") or answer)
    assert run(["run", str(field.path)]) == code
    assert bool(field.log()) is (code == 0)
    run(["run", str(field.path)])
    assert len(asked) == (1 if code == 0 else 2)
    settings = field.folder / "orchestrate.toml"
    settings.write_text(settings.read_text() + "# changed\n")
    run(["run", str(field.path)])
    assert len(asked) == (2 if code == 0 else 3)


def test_a_dry_run_shows_everything_and_runs_nothing(
    field: Field, capsys: pytest.CaptureFixture[str]
) -> None:
    before = field.path.read_bytes()
    assert run(["run", str(field.path), "--dry-run", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(each["task"], each["after"]) for each in shown["tasks"]] == [("A", []), ("B", ["A"])]
    assert shown["tasks"][0]["command"] == [sys.executable, str(field.folder / "agent.py")]
    assert run(["run", str(field.path), "--dry-run"]) == 0
    assert "agent.py" in capsys.readouterr().out
    assert field.log() == []
    assert field.path.read_bytes() == before


def test_an_agent_without_a_command_is_refused_before_anything_runs(
    field: Field, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = field.folder / "orchestrate.toml"
    settings.write_text(settings.read_text().replace('"*"', "a"))
    assert run(["run", str(field.path), "--yes"]) == 2
    assert "what is started for b" in capsys.readouterr().err
    assert field.log() == []


@pytest.mark.parametrize(
    ("program", "message", "help_text"),
    [
        ("./no such.sh", "is not there", "correct `command`"),
        ("./plain.txt", "may not be executed", "chmod +x"),
        ("no-such-agent", "is not on the PATH", "install no-such-agent"),
    ],
)
def test_a_program_that_is_not_there_is_refused_before_anything_runs(
    field: Field, capsys: pytest.CaptureFixture[str], program: str, message: str, help_text: str
) -> None:
    if program.endswith(".txt") and sys.platform == "win32":
        pytest.skip("by its name")
    (field.folder / "plain.txt").write_text("")
    (field.folder / "orchestrate.toml").write_text(f'[agents."*"]\ncommand = ["{program}"]\n')
    assert run(["run", str(field.path), "--yes"]) == 2
    error = capsys.readouterr().err
    assert f"which is started for a, b, {message}" in error
    assert help_text in error
    assert field.events() == []


def test_checks_that_no_command_makes_are_told_before_the_run(
    field: Field, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = "automated_checks: [{tests: all_pass}, {lint: no_errors}]"
    gates = f"quality_gates:\n  review:\n    {checks}\n    for_tasks: [A]\n"
    field.path.write_text(field.path.read_text() + gates)
    assert run(["run", str(field.path), "--yes"]) == 1
    captured = capsys.readouterr()
    assert (
        "no command makes the checks tests, lint of quality gates, which will hold tasks open" in captured.err
    )
    assert "A is held open; B is left (`orchestrate status a.plan.yaml` says more)" in captured.out
    assert "tests and lint are unverified (no command is set; write `[gates." in captured.out


def test_the_users_own_commands_count_first(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    own = field.folder.parent / "own" / "orchestrate"
    own.mkdir(parents=True)
    (own / "run.toml").write_text('[agents.a]\nuse = "claude"\narguments = ["--max-turns", "5"]\n')
    assert run(["run", str(field.path), "--dry-run", "--format", "json"]) == 0
    tasks = json.loads(capsys.readouterr().out)["tasks"]
    assert tasks[0]["tool"] == "claude"
    assert tasks[0]["command"][:2] == ["claude", "-p"]
    assert tasks[0]["command"][-2:] == ["--max-turns", "5"]
    assert tasks[1]["tool"] is None


def test_a_plan_is_never_asked_for_commands(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    settings = field.folder / "orchestrate.toml"
    settings.unlink()
    text = field.path.read_text()
    field.path.write_text(text + "agents:\n  - {id: a, command: [touch, pwned]}\n  - {id: b, use: claude}\n")
    assert run(["run", str(field.path), "--yes"]) == 2
    assert not (field.folder / "pwned").exists()


def test_two_runs_of_one_plan_exclude_each_other(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    from orchestrate_ls.execution.run_lock import run_lock

    with run_lock(field.journal().path):
        assert run(["run", str(field.path), "--yes"]) == 2
    assert "is being run already" in capsys.readouterr().err


def test_a_run_that_is_not_there_cannot_be_paused(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", str(field.path), "--pause"]) == 2
    assert "is not being run" in capsys.readouterr().err
    assert run(["run", str(field.path), "--pause", "--stop"]) == 2
