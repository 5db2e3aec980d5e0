"""Quality gates in a run: real commands check the work, failures go back to the agent with what was wrong."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import pytest

from orchestrate_ls.cli.app import run
from tests.execution.running import QUICK, Field

PLAN = """version: 1
quality_gates:
  code_review:
    automated_checks:
      - linting: must_pass
tasks:
  - {id: A, estimated_time: 1h, agent: a, quality_gates: [code_review]}
  - {id: B, estimated_time: 1h, agent: b, dependencies: [A]}
"""
# The check passes from its second time on, and says why it does not before.
CHECK = """
import pathlib, sys
seen = pathlib.Path("seen")
if not seen.exists():
    seen.touch(); print("line 7 is too long"); sys.exit(1)
"""


@pytest.fixture
def field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Field:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "own"))
    monkeypatch.setenv("ORCHESTRATE_ENGINE", "local")
    (tmp_path / "work").mkdir()
    return Field(tmp_path / "work", PLAN + QUICK)


def check_with(field: Field, name: str, code: str) -> None:
    (field.folder / f"{name}.py").write_text(code)
    settings = field.folder / "orchestrate.toml"
    command = json.dumps([sys.executable, f"{name}.py"])
    settings.write_text(f"{settings.read_text()}[gates.{name}]\ncommand = {command}\n")


def test_failed_checks_go_back_to_the_agent(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    check_with(field, "linting", CHECK)
    assert run(["run", str(field.path), "--yes"]) == 0
    printed = capsys.readouterr().out
    assert f"to check quality gates: {sys.executable} linting.py" in printed
    assert "A failed, attempt 1: it did not pass its quality gates" in printed
    recorded = field.journal().state.tasks["A"]
    assert (recorded.attempt, [str(each.verdict) for each in recorded.checks]) == (2, ["passed"])
    handoff = next(field.folder.glob(".orchestrate/runs/*/A-2-*/handoff.md")).read_text()
    assert "line 7 is too long" in handoff
    lessons = (field.folder / ".orchestrate" / "checklist.md").read_text()
    assert "linting" in lessons
    assert "linting" in next(field.folder.glob(".orchestrate/runs/*/B-1-*/handoff.md")).read_text()
    # B began after A had passed.
    events = [(each.kind, each.task) for each in field.events()]
    assert events.index(("started", "B")) > events.index(("done", "A"))


def test_a_check_without_a_command_is_never_passed(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", str(field.path), "--yes"]) == 1
    assert "A is held open" in capsys.readouterr().out
    assert field.states() == {"A": "in_progress"}
    # With a command the next run goes on from the work that is done.
    check_with(field, "linting", "")
    assert run(["run", str(field.path), "--yes"]) == 0
    assert [task for what, task, *_ in field.log() if what == "start"] == ["A", "B"]


def test_a_run_waits_for_an_approval(field: Field, capsys: pytest.CaptureFixture[str]) -> None:
    text = field.path.read_text()
    field.path.write_text(
        text.replace(
            "    automated_checks:\n      - linting: must_pass\n",
            "    required: true\n    min_approvals: 1\n",
        )
    )
    assert run(["run", str(field.path), "--yes", "--no-wait"]) == 1
    assert "A waits for people" in capsys.readouterr().out
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(_run_quietly(field)))
    thread.start()
    end = time.monotonic() + 60
    while not any(each.action == "started" and each.run != _first_run(field) for each in field.events()):
        assert time.monotonic() < end
        time.sleep(0.02)
    from datetime import UTC, datetime

    from orchestrate_ls.progress.event import EventKind, make_event

    journal = field.journal()
    journal.record(
        lambda _: make_event(field.plan_id, datetime.now(UTC), EventKind.APPROVED, "A", "A", agent="ann")
    )
    thread.join(60)
    assert codes == [0]


def _first_run(field: Field) -> str:
    return field.events()[0].run


def _run_quietly(field: Field) -> int:
    from orchestrate_ls.progress.event import RunAction
    from tests.execution.running import Field as Again

    assert isinstance(field, Again)
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.run_help import run_help
    from orchestrate_ls.cli.run_preview import RunPreview

    preview = RunPreview(open_plan(str(field.path)), None)
    helpers = run_help(preview, field.plan_id, field.path, field.journal().path)
    return 0 if field.run(review=helpers.review).action is RunAction.FINISHED else 1


def test_the_gates_of_the_plan_are_checked_at_the_end(
    field: Field, capsys: pytest.CaptureFixture[str]
) -> None:
    text = field.path.read_text().replace(", quality_gates: [code_review]", "")
    field.path.write_text(text)
    check_with(field, "linting", CHECK)
    assert run(["run", str(field.path), "--yes"]) == 1
    assert "the plan's quality gates are not passed" in capsys.readouterr().out
    assert run(["run", str(field.path), "--yes"]) == 0
    assert "the plan's quality gates are passed" in capsys.readouterr().out
