"""Changes of the plan after failures: a task is split, or somebody else tries it; proposed, or made by policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrate_ls.cli.app import run as orchestrate
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.progress.event import RunAction
from tests.execution.running import Field
from tests.execution.test_runner import started, wait_until

SPLIT = """\
agents:
  - {id: ann}
tasks:
  - id: A
    name: Build the import of customers from CSV files
    estimated_time: 8h
    agent: ann
    files: [src/import/**]
  - id: B
    estimated_time: 1h
    dependencies: [A]  # needs the customers
    agent: ann
error_recovery:
  agent_failure:
    - split_task_into_smaller_units: if_complex
"""
ADJUST = """\
agents:
  - {id: ann, skills: [python]}
  - {id: bob, skills: [cooking]}
  - {id: eve, skills: [python], availability: false}
  - {id: cleo, skills: [python]}
tasks:
  - {id: A, estimated_time: 1h, agent: ann, required_skills: [python]}
  - {id: B, estimated_time: 1h, dependencies: [A], agent: bob}
error_recovery:
  agent_failure:
    - escalate_to_human: always
"""


@pytest.fixture(autouse=True)
def nothing_of_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "own"))


def allow(field: Field, *changes: str) -> None:
    toml = field.folder / "orchestrate.toml"
    listed = ", ".join(f'"{each}"' for each in changes)
    toml.write_text(toml.read_text() + f"[run]\napply-recovery = [{listed}]\n")


def told_of(field: Field, task: str) -> list[tuple[str, int, str | None]]:
    """Kind, attempt and action or agent of what was recorded of a task."""
    return [
        (str(each.kind), each.attempt, each.action or each.agent)
        for each in field.events()
        if each.task == task
    ]


def parts_of(field: Field) -> list[str]:
    plan = PlanFile.parse(field.path.read_text()).sources[0].plan
    return [each.id or "" for each in plan.tasks if (each.id or "").startswith("A-")]


def test_a_task_that_is_too_much_is_split_by_policy_while_the_run_goes_on(tmp_path: Path) -> None:
    field = Field(tmp_path, SPLIT, {"A": "fail 1"})
    allow(field, "split")
    assert field.run().action is RunAction.FINISHED
    parts = parts_of(field)
    assert len(parts) > 1
    assert f"added {parts[0]}" in field.said()
    order = started(field)
    assert sorted(order) == sorted(["A", *parts, "A", "B"])
    assert order[-2:] == ["A", "B"]
    kinds = [each[:2] for each in told_of(field, "A")]
    assert [each for each in kinds if each[0] in ("started", "failed", "reopened", "done")] == [
        ("started", 1),
        ("failed", 1),
        ("reopened", 1),
        ("started", 2),
        ("done", 2),
    ]
    text = field.path.read_text()
    # What it does not concern stays, and the parts have the task's files.
    assert "dependencies: [A]  # needs the customers" in text
    plan = PlanFile.parse(text).sources[0].plan
    assert all(plan.tasks[plan.index_of[each]].files == ("src/import/**",) for each in parts)
    whole = sum((each.estimate.expected for each in plan.tasks if each.estimate and each.id != "B"), 0.0)
    assert whole == pytest.approx(8 * 3600, rel=0.15)
    assert "is split into `A-1`" in field.said()


def test_a_split_is_proposed_shown_and_made_with_consent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    field = Field(tmp_path, SPLIT, {"A": "fail 1"})
    before = field.path.read_text()
    assert field.run().action is RunAction.STOPPED
    assert "proposed: A is split into `A-1`, `A-2`" in field.said()
    assert "`orchestrate replan a.plan.yaml --triggered` shows that as a diff" in field.said()
    assert field.path.read_text() == before
    capsys.readouterr()
    assert orchestrate(["replan", str(field.path), "--triggered"]) == 1
    shown = capsys.readouterr().out
    assert "+  - id: A-1" in shown
    assert "A is split into" in shown
    assert field.path.read_text() == before
    assert orchestrate(["replan", str(field.path), "--triggered", "--yes"]) == 0
    # It is proposed once.
    assert orchestrate(["replan", str(field.path), "--triggered", "--yes"]) != 1
    assert field.run().action is RunAction.FINISHED
    assert started(field)[-2:] == ["A", "B"]


def test_consent_is_followed_by_a_run_that_goes_on(tmp_path: Path) -> None:
    other = "  - {id: C, estimated_time: 1h, agent: cleo}\nerror_recovery:"
    field = Field(tmp_path, SPLIT.replace("error_recovery:", other), {"A": "fail 1", "C": "until go"})
    run = field.start()
    wait_until(lambda: "proposed: A is split" in field.said())
    assert orchestrate(["replan", str(field.path), "--triggered", "--yes"]) == 0
    wait_until(lambda: field.states().get("B") == "completed")
    (tmp_path / "go").touch()
    assert run.end().action is RunAction.FINISHED
    order = [each for each in started(field) if each != "C"]
    assert order == ["A", *parts_of(field), "A", "B"]


def test_a_dependency_that_failed_for_good_goes_to_another_agent_by_policy(tmp_path: Path) -> None:
    field = Field(tmp_path, ADJUST, {"A": "fail 1"})
    allow(field, "adjust")
    assert field.run().action is RunAction.FINISHED
    assert "agent: cleo, required_skills: [python]" in field.path.read_text()
    assert ("reassigned", 1, "cleo") in told_of(field, "A")
    assert ("started", 2, "cleo") in told_of(field, "A")
    assert "A is given to `cleo`, who has not had it" in field.said()


def test_who_could_do_it_has_had_it_in_the_end(tmp_path: Path) -> None:
    field = Field(tmp_path, ADJUST, {"A": "fail 99"})
    allow(field, "adjust")
    assert field.run().action is RunAction.STOPPED
    assert "every agent of the plan that could do it has had it" in field.said()
    agents = [each.agent for each in field.events() if each.kind == "started"]
    assert agents[:2] == ["ann", "cleo"]
    assert len(agents) == len(set(agents)) <= 3


def test_what_comes_to_nothing_is_not_proposed(tmp_path: Path) -> None:
    field = Field(
        tmp_path, ADJUST.replace("cleo, skills: [python]", "cleo, availability: false"), {"A": "fail 9"}
    )
    field.run()
    assert "proposed" not in field.said()
    assert "`orchestrate task reopen a.plan.yaml A` lets the next run try again" in field.run().note
