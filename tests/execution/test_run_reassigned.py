"""A task given to somebody else while it is worked on in a run: who was at it is stopped, the other begins anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestrate_ls.cli.app import run as orchestrate
from orchestrate_ls.execution.runner_dbos import LocalDbosEngine
from orchestrate_ls.progress.event import Event, EventKind, RunAction, make_event
from orchestrate_ls.progress.fold import ProgressFold
from tests.execution.running import Field
from tests.execution.test_runner import started, wait_until

PLAN = """\
tasks:
  - {id: A, estimated_time: 1h, agent: ann}
  - {id: B, estimated_time: 1h, agent: ann, dependencies: [A]}
"""


@pytest.fixture(autouse=True)
def nothing_of_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "own"))


def told_of(field: Field, task: str) -> list[tuple[str, int, str | None]]:
    """Kind, attempt and agent of what was recorded of a task."""
    return [(str(each.kind), each.attempt, each.agent) for each in field.events() if each.task == task]


def test_the_new_agent_begins_anew(tmp_path: Path) -> None:
    field = Field(tmp_path, PLAN, {"A": "until go"})
    run = field.start()
    wait_until(lambda: started(field) == ["A"])
    assert orchestrate(["task", "reassign", str(field.path), "A", "--agent", "bob"]) == 0
    wait_until(lambda: started(field) == ["A", "A"])
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    assert told_of(field, "A") == [
        ("started", 1, "ann"),
        ("reassigned", 1, "bob"),
        ("progress", 1, None),
        ("started", 2, "bob"),
        ("done", 2, None),
    ]
    assert "A was given to bob; ann is stopped" in field.said()
    # Nobody failed, and the attempts are two.
    assert field.journal().state.by_task()["A"].failures == 0
    keys = [entry[3] for entry in field.log() if entry[0] == "start" and entry[1] == "A"]
    assert len(set(keys)) == 2
    handoffs = sorted((tmp_path / ".orchestrate" / "runs").glob("A-2-*/handoff.md"))
    assert "ann has begun it and was stopped" in handoffs[0].read_text()


@pytest.mark.slow
def test_what_was_stopped_at_the_same_time_is_taken_over_by_the_next_run(tmp_path: Path) -> None:
    pytest.importorskip("dbos")
    field = Field(tmp_path, PLAN, {"A": "until go"})

    def engine() -> LocalDbosEngine:
        return LocalDbosEngine(tmp_path / "run.sqlite", field.plan_id, "r", capacity=4)

    run = field.start(engine=engine())
    wait_until(lambda: started(field) == ["A"])
    run.coordinator.stop_at_once()
    assert run.end().action is RunAction.STOPPED
    assert orchestrate(["task", "reassign", str(field.path), "A", "--agent", "bob"]) == 0
    (tmp_path / "go").touch()
    assert field.run(engine=engine()).action is RunAction.FINISHED
    assert ("started", 2, "bob") in told_of(field, "A")
    assert started(field) == ["A", "A", "B"]


def test_a_person_takes_over(tmp_path: Path) -> None:
    field = Field(tmp_path, PLAN, {"A": "until go"})
    settings = tmp_path / "orchestrate.toml"
    settings.write_text(settings.read_text() + '[agents.bob]\nuse = "person"\n')
    run = field.start()
    wait_until(lambda: started(field) == ["A"])
    assert orchestrate(["task", "reassign", str(field.path), "A", "--agent", "bob"]) == 0
    wait_until(lambda: "A is for bob to go on with" in field.said())
    assert orchestrate(["task", "done", str(field.path), "A"]) == 0
    assert run.end().action is RunAction.FINISHED
    assert started(field) == ["A", "B"]


def test_nobody_is_stopped_for_one_that_has_no_command(tmp_path: Path) -> None:
    field = Field(tmp_path, PLAN, {"A": "until go"})
    settings = tmp_path / "orchestrate.toml"
    settings.write_text(settings.read_text().replace('"*"', "ann"))
    run = field.start()
    wait_until(lambda: started(field) == ["A"])
    assert orchestrate(["task", "reassign", str(field.path), "A", "--agent", "bob"]) == 0
    wait_until(lambda: "for whom the settings have no command; ann goes on" in field.said())
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    (done,) = [each for each in field.events() if each.kind == "done" and each.task == "A"]
    assert done.agent == "ann"


def test_an_edit_of_the_plan_gives_a_task_that_failed_to_somebody_else(tmp_path: Path) -> None:
    recovery = (
        "error_recovery:\n  agent_failure:\n    - retry_with_same_agent: {max_attempts: 2, delay: 1s}\n"
    )
    field = Field(tmp_path, PLAN + recovery, {"A": "fail 1"})
    run = field.start()
    wait_until(lambda: "tries again" in field.said())
    field.path.write_text(field.path.read_text().replace("1h, agent: ann}", "1h, agent: bob}"))
    assert run.end().action is RunAction.FINISHED
    assert ("started", 2, "bob") in told_of(field, "A")


def test_an_edit_of_the_plan_stops_nobody(tmp_path: Path) -> None:
    field = Field(tmp_path, PLAN, {"A": "until go"})
    run = field.start()
    wait_until(lambda: started(field) == ["A"])
    field.path.write_text(field.path.read_text().replace("1h, agent: ann}", "1h, agent: bob}"))
    wait_until(lambda: "the plan gives A to bob now; ann goes on with it" in field.said())
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    assert started(field) == ["A", "B"]


def test_the_state_knows_from_whom_it_was_taken() -> None:
    def state(*events: Event) -> str | None:
        fold = ProgressFold("p")
        fold.add(events)
        return fold.state().tasks["A"].taken_from

    def event(second: int, kind: EventKind, agent: str | None, attempt: int = 1) -> Event:
        moment = datetime(2026, 11, 23, 9, 0, second, tzinfo=UTC)
        return make_event("p", moment, kind, "A", "A", agent=agent, attempt=attempt, run="r")

    begun = event(0, EventKind.STARTED, "ann")
    given = event(1, EventKind.REASSIGNED, "bob")
    assert state(begun) is None
    assert state(event(0, EventKind.REASSIGNED, "bob")) is None
    assert state(begun, given) == "ann"
    assert state(begun, given, event(2, EventKind.REASSIGNED, "eve")) == "ann"
    assert state(begun, given, event(2, EventKind.REASSIGNED, "ann")) is None
    assert state(begun, given, event(2, EventKind.STARTED, "bob", attempt=2)) is None
    # Somebody who only reports takes nothing away.
    assert state(begun, event(1, EventKind.PROGRESS, "bob")) is None
