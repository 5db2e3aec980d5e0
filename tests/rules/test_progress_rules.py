"""`behind-schedule`, `blocked` and `replan-triggered`: places, messages, and what edits do to them."""
# ruff: noqa: E501 (a finding is one line)

from __future__ import annotations

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from tests.rules.fixtures import shipped_schema
from tests.rules.journals import played

CODES = {"behind-schedule", "blocked", "replan-triggered"}
PLAN = """\
plan_id: p
replan_triggers:
  - {condition: critical_task_blocked > 2h, action: escalate, severity: critical}
  - {condition: plan_elapsed > 4h, action: notify, severity: low}
tasks:
  - {id: T1, estimated_time: 2h, agent: ann}
  - {id: T2, estimated_time: 4h, agent: bob, dependencies: [T1], deadline: 2026-11-23T16:00:00Z}
  - {id: T3, estimated_time: 1h, agent: bob, dependencies: [T1]}
"""
BLOCKED = """\
orchestrate task start p.plan.yaml T1 --now 2026-11-23T09:00:00Z
orchestrate task block p.plan.yaml T1 --note 'no `keys`' --now 2026-11-23T10:00:00Z
orchestrate check p.plan.yaml --now 2026-11-23T14:00:00Z
"""


def check(text: str, severities: dict[str, Severity] | None = None) -> FileCheck:
    return check_file(PlanFile.parse(text), RuleSettings(severities or {}), shipped_schema())


def told(found: FileCheck) -> list[tuple[str, str, str, str]]:
    text = found.file.text
    return [
        (each.code, str(each.severity), text[each.start : each.end], each.message)
        for each in found.diagnostics
        if each.code in CODES
    ]


def test_nothing_is_said_without_a_journal():
    assert told(check(PLAN)) == []


def test_places_and_messages():
    found = played(check(PLAN), BLOCKED)
    assert told(found) == [
        ("replan-triggered", "information", "plan_elapsed > 4h", "`plan_elapsed > 4h` holds now (plan_elapsed is 5h); the plan asks for `notify`"),
        ("behind-schedule", "information", "tasks", "the plan is 4h behind its schedule of 7h; it ends about 2026-11-23 20:00 UTC"),
        ("blocked", "warning", "T1", "`T1` has been blocked since 2026-11-23 10:00 UTC: `no 'keys'`; `T2` and `T3` cannot go on"),
        ("replan-triggered", "warning", "T1", "`critical_task_blocked > 2h` holds for `T1` now (critical_task_blocked is 4h); the plan asks for `escalate_blocker_resolution`"),
        ("behind-schedule", "warning", "2026-11-23T16:00:00Z", "`T2` will miss its deadline by 3h at this pace"),
    ]  # fmt: skip
    related = {
        each.code: [other.message for other in each.related]
        for each in found.diagnostics
        if each.start == PLAN.index("T1,")
    }
    assert related["blocked"] == ["this waits for it", "this waits for it"]
    assert related["replan-triggered"] == ["by this condition"]


def test_they_follow_their_tasks_through_edits():
    found = played(check(PLAN), BLOCKED)
    longer = PLAN.replace("tasks:\n", "tasks:\n  - {id: T0, estimated_time: 1h, agent: ann}\n")
    edited = check_file(PlanFile.parse(longer), RuleSettings(), shipped_schema(), previous=found)
    assert [each[2] for each in told(edited) if each[0] == "blocked"] == ["T1"]
    gone = PLAN.replace("id: T1", "id: T9")
    edited = check_file(PlanFile.parse(gone), RuleSettings(), shipped_schema(), previous=found)
    assert [each for each in told(edited) if each[0] == "blocked"] == []


def test_they_can_be_switched_off_and_suppressed():
    off = played(check(PLAN, dict.fromkeys(CODES, Severity.OFF)), BLOCKED)
    assert told(off) == []
    silenced = PLAN.replace("agent: ann}", "agent: ann} # orchestrate: ignore[blocked]")
    assert "blocked" not in {each[0] for each in told(played(check(silenced), BLOCKED))}


def test_a_condition_that_was_edited_is_not_shown_as_holding():
    found = played(check(PLAN), BLOCKED)
    other = PLAN.replace("critical_task_blocked > 2h", "critical_task_blocked > 200h")
    edited = check_file(PlanFile.parse(other), RuleSettings(), shipped_schema(), previous=found)
    assert [each[2] for each in told(edited) if each[0] == "replan-triggered"] == ["plan_elapsed > 4h"]
