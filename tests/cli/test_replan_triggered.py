"""`orchestrate replan --triggered`: what replan triggers ask for, as a diff, and made when it is agreed to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.running import CommandLine

PLAN = "a.plan.yaml"
TEXT = """\
# Kept
agents:
  - {id: ann, backup: cleo, skills: [python]}
  - {id: bob, skills: [python, review]}
  - {id: cleo, availability: false, backup: dan}
  - {id: dan}
replan_triggers:
  - {condition: task_duration > estimated * 1.5, action: reassign_or_split_task, severity: high}
  - {condition: critical_task_blocked > 2h, action: escalate_blocker_resolution, severity: critical}
  - {condition: agent_unavailable, action: reassign_to_backup_agent}
  - {condition: quality_score < 0.7, action: trigger_code_review, severity: high}
  - {condition: plan_elapsed > 30h, action: notify, severity: low}
tasks:
  - id: T1
    name: Build the import
    estimated_time: 2h
    agent: ann  # who knows it
  - id: T2
    name: Build the export
    estimated_time: 2h
    dependencies: [T1]
    agent: bob
"""


@pytest.fixture
def plan(orchestrate: CommandLine) -> CommandLine:
    orchestrate.write(PLAN, TEXT)
    return orchestrate


def play(plan: CommandLine, *commands: str) -> None:
    for each in commands:
        words, hour = each.rsplit(" ", 1)
        verb, task, *options = words.split()
        outcome = plan("task", verb, PLAN, task, *options, "--now", f"2026-11-23T{hour}:00Z")
        assert outcome.code == 0, outcome.err


def triggered(plan: CommandLine, *options: str, now: str = "14:00", day: int = 23) -> Any:
    return plan("replan", PLAN, "--triggered", "--now", f"2026-11-{day}T{now}:00Z", *options)


def read(plan: CommandLine) -> str:
    return (plan.folder / PLAN).read_text("utf-8")


def events(plan: CommandLine) -> list[dict[str, Any]]:
    journal = plan.folder / ".orchestrate" / "a.events.jsonl"
    return [json.loads(line) for line in journal.read_text("utf-8").splitlines()]


def test_a_task_that_takes_too_long_goes_to_the_next_backup(plan: CommandLine):
    play(plan, "start T1 09:00")
    before = read(plan)
    shown = triggered(plan)
    assert shown.code == 1
    assert "-    agent: ann  # who knows it\n+    agent: dan  # who knows it" in shown.out
    assert "because task_duration > estimated * 1.5: task_duration is 5h, estimated 2h" in shown.out
    assert read(plan) == before
    made = triggered(plan, "--yes")
    assert made.code == 0, made.err
    assert read(plan) == before.replace("agent: ann  #", "agent: dan  #")
    kinds = [(each["type"], each.get("agent")) for each in events(plan)]
    assert kinds == [("started", None), ("triggered", None), ("reassigned", "dan")]
    assert "No replan trigger holds now" in triggered(plan).out
    status = plan("status", PLAN, "-f", "json", "--now", "2026-11-23T14:01:00Z").json
    assert status["tasks"][0]["agent"] == "dan"
    assert "replan_triggered" not in {each["kind"] for each in status["alerts"]}


def test_a_blocked_critical_task_becomes_critical(plan: CommandLine):
    play(plan, "start T1 09:00", "block T1 09:30")
    made = triggered(plan, "--yes")
    assert made.code == 0, made.err
    assert "    priority: critical\n" in read(plan)
    assert "needs a person" in made.out


def test_work_under_way_has_to_pass_a_review_and_finished_work_is_reviewed(plan: CommandLine):
    play(plan, "start T1 09:00", "progress T1 --score 0.5 10:00")
    made = triggered(plan, "--yes", now="10:30")
    assert made.code == 0, made.err
    text = read(plan)
    assert "    quality_gates: [code_review]\n" in text
    assert "quality_gates:\n  code_review:\n    required: true\n    min_approvals: 1\n" in text
    found = plan("check", PLAN, "-f", "json", "--now", "2026-11-23T10:31:00Z").json
    assert "error" not in {each["severity"] for each in found}


def test_finished_work_is_reviewed_in_a_task_of_its_own(plan: CommandLine):
    play(plan, "start T1 09:00", "done T1 --score 0.5 10:00")
    made = triggered(plan, "--yes", now="10:30")
    assert made.code == 0, made.err
    text = read(plan)
    assert "  - id: T1-review\n    name: Review Build the import\n" in text
    assert "    estimated_time: 30m\n    dependencies: [T1]\n    agent: bob\n" in text
    assert "    dependencies: [T1, T1-review]\n" in text
    assert text.startswith("# Kept\n")
    found = plan("check", PLAN, "-f", "json", "--now", "2026-11-23T10:31:00Z").json
    assert "error" not in {each["severity"] for each in found}


def test_what_cannot_be_done_is_said_and_goes_on_holding(plan: CommandLine):
    plan.write(
        PLAN, TEXT.replace("agent: bob", "agent: dan").replace("{id: dan}", "{id: dan, availability: false}")
    )
    play(plan, "start T1 09:00")
    outcome = triggered(plan, "--yes", now="09:30")
    assert outcome.code == 0
    assert "T2 stays as it is: `dan` has no `backup` that is available" in outcome.out
    assert [each["type"] for each in events(plan)] == ["started"]
    assert "T2 stays as it is" in triggered(plan, now="09:40").out


def test_what_is_only_to_be_known_is_recorded(plan: CommandLine):
    play(plan, "start T1 09:00", "done T1 10:00")
    outcome = triggered(plan, "--yes", day=24, now="18:00")
    assert outcome.code == 0, outcome.err
    last = events(plan)[-1]
    assert (last["type"], last["task"], last["action"]) == ("triggered", "*", "notify")
    assert "No replan trigger holds now" in triggered(plan, day=24, now="19:00").out


def test_the_policy_applies_actions_without_asking(plan: CommandLine):
    plan.write("orchestrate.toml", '[run]\napply-triggers = ["escalate"]\n')
    play(plan, "start T1 09:00", "block T1 09:30")
    outcome = triggered(plan)
    assert outcome.code == 0, outcome.err
    assert "    priority: critical\n" in read(plan)
    plan.write("orchestrate.toml", '[run]\napply-triggers = ["escalat"]\n')
    assert "orchestrate.toml:2:19: there is no action `escalat`; there are" in plan("check", PLAN).err


def test_json(plan: CommandLine):
    play(plan, "start T1 09:00")
    outcome = triggered(plan, "-f", "json")
    assert outcome.code == 1
    (one,) = outcome.json["triggers"]
    assert (one["task"], one["action"], one["agent"]) == ("T1", "reassign_or_split_task", "dan")
    assert one["values"] == {"task_duration": "5h", "estimated": "2h"}
    assert "+    agent: dan" in one["diff"]


def test_it_takes_nothing_else_and_needs_triggers(plan: CommandLine):
    assert "does what the plan itself asks for" in triggered(plan, "--missing").err
    plan.write(PLAN, "tasks:\n  - id: T1\n")
    assert "has no `replan_triggers`" in triggered(plan).err


def test_a_plan_without_a_journal_gets_one(plan: CommandLine):
    plan.write(PLAN, TEXT.replace("agent: bob", "agent: cleo"))
    outcome = triggered(plan, "--yes", now="09:30")
    assert outcome.code == 0, outcome.err
    assert "plan_id: p" in read(plan)
    assert "    agent: dan\n" in read(plan)
    assert [each["type"] for each in events(plan)] == ["triggered"]


def test_what_the_journal_knows_to_be_under_way_is_not_split(plan: CommandLine):
    play(plan, "start T1 09:00")
    assert "is done or under way" in plan("replan", PLAN, "--split", "T1").err


def test_a_task_that_nobody_else_can_do_gets_a_plan_of_its_own(plan: CommandLine):
    text = (
        "replan_triggers: [{condition: task_duration > estimated, action: reassign_or_split_task}]\n"
        "tasks:\n"
        "  - id: T1\n"
        "    name: Build user accounts\n"
        "    description: Registration, password reset, email verification and OAuth2 login.\n"
        "    estimated_time: 2h\n"
        "    agent: ann\n"
    )
    plan.write(PLAN, text)
    play(plan, "start T1 09:00")
    made = triggered(plan, "--yes")
    assert made.code == 0, made.err
    assert "T1 gets a plan of its own" in made.out
    assert "    plan: a.T1.plan.yaml\n" in read(plan)
    assert (plan.folder / "a.T1.plan.yaml").is_file()
