"""Whole runs with real programs as agents: order, failures, edits, interruptions."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrate_ls.execution.journal import find_journal
from orchestrate_ls.execution.run_plan import UnfitPlanError
from orchestrate_ls.execution.runner import STOPPED_NOTE
from orchestrate_ls.progress.event import WHOLE_PLAN, RunAction
from tests.execution.running import QUICK, Field

DIAMOND = """version: 1
tasks:
  - {id: A, estimated_time: 1h, agent: a}
  - {id: B, estimated_time: 1h, agent: b, dependencies: [A]}
  - {id: C, estimated_time: 1h, agent: c, dependencies: [A]}
  - {id: D, estimated_time: 1h, agent: d, dependencies: [B, C]}
"""


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def started(field: Field) -> list[str]:
    return [task for what, task, *_ in field.log() if what == "start"]


def test_a_plan_is_run_in_the_order_of_its_dependencies(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND)
    end = field.run()
    assert end.action is RunAction.FINISHED
    log = [(what, task) for what, task, *_ in field.log()]
    assert sorted(log) == sorted((what, task) for what in ("start", "end") for task in "ABCD")
    assert log[:2] == [("start", "A"), ("end", "A")]
    assert log[-2:] == [("start", "D"), ("end", "D")]
    state = field.journal().state
    assert {each.note for each in state.tasks.values()} == {f"did {task}" for task in "ABCD"}
    assert [each.tokens for each in state.tasks.values()] == [10] * 4
    assert [each.action for each in state.plan.runs] == ["finished"]
    runs = [each.action for each in field.events() if each.key == WHOLE_PLAN]
    assert runs == ["started", "finished"]
    assert {each.run for each in field.events()} == {state.plan.runs[0].run}


def test_what_is_done_is_not_run_again(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND)
    field.run()
    before = field.log()
    assert field.run().action is RunAction.FINISHED
    assert field.log() == before


def test_failures_are_retried_and_then_succeed(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND + QUICK, {"B": "fail 2"})
    assert field.run().action is RunAction.FINISHED
    attempts = [(attempt, key) for what, task, attempt, key in field.log() if task == "B" and what == "start"]
    assert [attempt for attempt, _ in attempts] == [1, 2, 3]
    assert len({key for _, key in attempts}) == 3
    recorded = field.journal().state.tasks["B"]
    assert recorded.failures == 2
    assert [each.action for each in recorded.decisions] == ["retry", "retry"]
    handoffs = sorted(tmp_path.glob(".orchestrate/runs/B-2-*/handoff.md"))
    assert "no luck with B" in handoffs[0].read_text()


def test_what_fails_for_good_holds_back_only_what_depends_on_it(tmp_path: Path) -> None:
    plan = DIAMOND + QUICK
    field = Field(tmp_path, plan, {"B": "fail 9"})
    end = field.run()
    assert end.action is RunAction.STOPPED
    assert (end.failed, end.left) == (("B",), ("B", "D"))
    assert field.states() == {"A": "completed", "B": "failed", "C": "completed"}
    decisions = field.journal().state.tasks["B"].decisions
    assert [each.action for each in decisions][-1] == "pause_dependants"
    # A person opens it again, and the next run goes on from there.
    from orchestrate_ls.cli.app import run

    field.kinds({})
    assert run(["task", "reopen", str(field.path), "B"]) == 0
    assert field.run().action is RunAction.FINISHED
    assert started(field).count("A") == 1


def test_a_backup_takes_over(tmp_path: Path) -> None:
    plan = (
        DIAMOND
        + QUICK.replace("max_attempts: 2", "max_attempts: 0")
        + ("    - reassign_to_backup_agent: if_available\nagents:\n  - {id: b, backup: e}\n  - {id: e}\n")
    )
    field = Field(tmp_path, plan, {"B": "fail 1"})
    assert field.run().action is RunAction.FINISHED
    recorded = field.journal().state.tasks["B"]
    assert (recorded.agent, recorded.attempt) == ("e", 2)


@pytest.mark.parametrize("limit", ["concurrent_capacity: 1\n", "agents: [{id: a}]\n", "files"])
def test_limits_are_kept(tmp_path: Path, limit: str) -> None:
    files = ", files: [src/**]" if limit == "files" else ""
    agents = "a" if limit.startswith("agents") else "abcd"
    tasks = "".join(
        f"  - {{id: T{number}, estimated_time: 1h, agent: {agents[number % len(agents)]}{files}}}\n"
        for number in range(4)
    )
    field = Field(tmp_path, f"version: 1\n{limit if ':' in limit else ''}tasks:\n{tasks}")
    assert field.run().action is RunAction.FINISHED
    log = [what for what, *_ in field.log()]
    assert log == ["start", "end"] * 4


def test_independent_tasks_run_at_the_same_time(tmp_path: Path) -> None:
    tasks = "".join(f"  - {{id: T{number}, estimated_time: 1h, agent: a{number}}}\n" for number in range(3))
    field = Field(tmp_path, f"version: 1\ntasks:\n{tasks}", {f"T{number}": "until go" for number in range(3)})
    run = field.start()
    wait_until(lambda: len(started(field)) == 3)
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED


def test_a_finish_waits_for_the_tasks_that_hold_it_back(tmp_path: Path) -> None:
    plan = """version: 1
tasks:
  - {id: A, estimated_time: 1h, agent: a}
  - id: B
    estimated_time: 1h
    agent: b
    dependencies: [{task: A, type: finish-to-finish}]
"""
    field = Field(tmp_path, plan, {"A": "until go"})
    run = field.start()
    wait_until(lambda: ["end", "B", 1, ""] in field.log() and field.journal().state.tasks["B"].percent == 100)
    assert field.states()["B"] == "in_progress"
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    ended = [each.task for each in field.events() if each.kind == "done"]
    assert ended == ["A", "B"]


def test_a_plan_edited_while_it_runs_is_followed(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND, {"A": "until go"})
    run = field.start()
    wait_until(lambda: started(field) == ["A"])
    text = field.path.read_text()
    # E is new, C is gone, and B waits for E.
    lines = [line for line in text.splitlines() if "id: C" not in line]
    edited = (
        "\n".join(lines).replace("[B, C]", "[B]").replace("b, dependencies: [A]", "b, dependencies: [A, E]")
    )
    field.path.write_text(edited + "\n  - {id: E, estimated_time: 1h, agent: e}\n")
    wait_until(lambda: "E" in started(field))
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    assert set(field.states()) == {"A", "B", "D", "E"}
    assert started(field).index("E") < started(field).index("B")
    assert "added E, removed C" in field.said()


def test_an_edit_that_breaks_the_plan_pauses_new_starts(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND, {"A": "until go"})
    run = field.start()
    wait_until(lambda: started(field) == ["A"])
    text = field.path.read_text()
    field.path.write_text(text.replace("agent: b", "agent: b, dependencies: [Z]"))
    wait_until(lambda: "nothing more is started" in field.said())
    (tmp_path / "go").touch()
    wait_until(lambda: field.states()["A"] == "completed")
    time.sleep(0.3)
    assert started(field) == ["A"]
    field.path.write_text(text)
    assert run.end().action is RunAction.FINISHED


def test_a_running_task_that_is_removed_is_left_to_end(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND, {"B": "until go"})
    run = field.start()
    wait_until(lambda: "B" in started(field))
    text = "\n".join(line for line in field.path.read_text().splitlines() if "id: B" not in line)
    field.path.write_text(text.replace("[B, C]", "[C]") + "\n")
    wait_until(lambda: "D" in field.states())
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    assert field.states()["B"] == "completed"


def test_a_stop_lets_what_runs_end(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND, {"A": "until go"})
    run = field.start()
    wait_until(lambda: started(field) == ["A"])
    run.coordinator.stop()
    (tmp_path / "go").touch()
    end = run.end()
    assert (end.action, end.left) == (RunAction.STOPPED, ("B", "C", "D"))
    assert field.states() == {"A": "completed"}
    assert field.run().action is RunAction.FINISHED


def test_a_stop_at_once_is_recorded_and_the_next_run_goes_on(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND, {"A": "until go"})
    run = field.start()
    wait_until(lambda: started(field) == ["A"])
    run.coordinator.stop_at_once()
    assert run.end().action is RunAction.STOPPED
    recorded = field.journal().state.tasks["A"]
    assert (str(recorded.state), recorded.blocked_by) == ("blocked", STOPPED_NOTE)
    (tmp_path / "go").touch()
    assert field.run().action is RunAction.FINISHED
    # The same attempt, under the same key.
    keys = [(attempt, key) for what, task, attempt, key in field.log() if (what, task) == ("start", "A")]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_run_can_be_paused_from_elsewhere(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from orchestrate_ls.execution.run_events import run_event

    field = Field(tmp_path, DIAMOND, {"A": "until go"})
    run = field.start()
    wait_until(lambda: started(field) == ["A"])

    def record(action: RunAction) -> None:
        journal = find_journal(field.path, field.plan_id)
        journal.refresh()
        own = journal.state.plan.runs[-1].run
        journal.record(lambda state: run_event(field.plan_id, own, datetime.now(UTC), action, state.plan))

    record(RunAction.PAUSED)
    (tmp_path / "go").touch()
    wait_until(lambda: field.states()["A"] == "completed")
    time.sleep(0.3)
    assert started(field) == ["A"]
    record(RunAction.RESUMED)
    assert run.end().action is RunAction.FINISHED


def test_tasks_of_people_are_left_to_them(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND)
    settings = (tmp_path / "orchestrate.toml").read_text()
    (tmp_path / "orchestrate.toml").write_text(settings + '[agents.b]\nuse = "person"\n')
    end = field.run(waits_for_people=False)
    assert (end.action, end.left) == (RunAction.STOPPED, ("B", "D"))
    assert "B is for b to do" in field.said()
    run = field.start()
    from orchestrate_ls.cli.app import run as command

    assert command(["task", "start", str(field.path), "B"]) == 0
    assert command(["task", "done", str(field.path), "B"]) == 0
    assert run.end().action is RunAction.FINISHED


def test_a_task_without_a_command_is_said(tmp_path: Path) -> None:
    field = Field(tmp_path, DIAMOND)
    settings = (tmp_path / "orchestrate.toml").read_text()
    (tmp_path / "orchestrate.toml").write_text(settings.replace('"*"', "a"))
    end = field.run()
    assert end.left == ("B", "C", "D")
    assert "no command for agent `b`" in field.said()


HOSTILE = [";touch\u00a0pwned", "$(touch$IFS-pwned)", "../../pwned", "`id`", "<script>", "--help", "x" * 180]


def test_hostile_ids_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    refused = Field(
        tmp_path / "inner", 'version: 1\ntasks:\n  - {id: "a\\nb", estimated_time: 1h, agent: "; x"}\n'
    )
    with pytest.raises(UnfitPlanError, match="must be a name without spaces"):
        refused.run()
    tasks = "".join(
        f'  - {{id: "{name}", name: "\\e[2J $(touch pwned)", estimated_time: 1h, agent: "{name}"}}\n'
        for name in HOSTILE
        if "\u00a0" not in name
    )
    field = Field(tmp_path / "inner", f"version: 1\ntasks:\n{tasks}")
    assert field.run().action is RunAction.FINISHED
    assert {each.name for each in tmp_path.iterdir()} == {"inner"}
    assert not list(tmp_path.rglob("pwned"))
    assert set(field.states()) == set(HOSTILE[1:])
