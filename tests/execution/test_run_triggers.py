"""Replan triggers while a plan is run: they are told of, and answered where the settings allow that."""

from __future__ import annotations

from pathlib import Path

from orchestrate_ls.progress.event import RunAction
from tests.execution.running import Field
from tests.execution.test_runner import started, wait_until

PLAN = """\
agents:
  - {id: a, backup: b}
  - {id: b}
replan_triggers:
  - {condition: task_duration > estimated and task == "A", action: reassign_to_backup_agent, severity: high}
tasks:
  - {id: A, estimated_time: 1s, agent: a}
  - {id: B, estimated_time: 1h, agent: b, dependencies: [A]}
"""


def test_it_is_told_once_and_the_plan_stays_as_it_is(tmp_path: Path) -> None:
    field = Field(tmp_path, PLAN, {"A": "until go"})
    before = field.path.read_text()
    run = field.start()
    wait_until(lambda: "the plan asks for reassign_to_backup_agent" in field.said())
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    assert field.said().count("the plan asks for") == 1
    assert field.path.read_text() == before
    assert "triggered" not in {each.kind for each in field.events()}


def test_it_is_done_where_the_settings_say_so(tmp_path: Path) -> None:
    field = Field(tmp_path, PLAN, {"A": "until go"})
    settings = tmp_path / "orchestrate.toml"
    settings.write_text(settings.read_text() + '[run]\napply-triggers = ["reassign_to_backup_agent"]\n')
    run = field.start()
    wait_until(lambda: "is given to `b` instead of `a`" in field.said())
    assert "{id: A, estimated_time: 1s, agent: b}" in field.path.read_text()
    # Who was at it is stopped, and the backup begins anew.
    wait_until(lambda: started(field) == ["A", "A"])
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    assert started(field) == ["A", "A", "B"]
    assert "A was given to b; a is stopped" in field.said()
    (one,) = [each for each in field.events() if each.kind == "triggered"]
    assert (one.task, one.action) == ("A", "reassign_to_backup_agent")
    assert field.states() == {"A": "completed", "B": "completed"}
