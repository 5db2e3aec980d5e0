"""Which replan triggers hold: the seed's four, and once for each cause."""

from __future__ import annotations

from datetime import datetime, timedelta

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import Event, EventKind, make_event
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.state import PlanState
from orchestrate_ls.progress.status import AlertKind, StatusReporter
from orchestrate_ls.progress.triggers import FiredTrigger, fired, triggered_event
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from tests.progress.events import BEGIN, PLAN

TEXT = """\
agents:
  - {id: ann, backup: bob}
  - {id: bob}
  - {id: cleo, availability: false}
  - {id: dan, away: [2026-11-23]}
replan_triggers:
  - {condition: task_duration > estimated * 1.5, action: reassign_or_split_task, severity: high}
  - {condition: critical_task_blocked > 2h, action: escalate_blocker_resolution, severity: critical}
  - {condition: agent_unavailable, action: reassign_to_backup_agent}
  - {condition: quality_score < 0.7, action: trigger_code_review, severity: high}
tasks:
  - {id: T1, estimated_time: 2h, agent: ann}
  - {id: T2, estimated_time: 4h, agent: bob, dependencies: [T1]}
  - {id: T3, estimated_time: 1h, agent: bob, dependencies: [T1]}
"""


def plan_of(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


def event(hours: float, kind: EventKind, task: str, **details: object) -> Event:
    return make_event(PLAN, BEGIN + timedelta(hours=hours), kind, task, task, **details)


def state_of(*events: Event) -> PlanState:
    fold = ProgressFold(PLAN)
    fold.add(events)
    return fold.state()


def at(hours: float) -> datetime:
    return BEGIN + timedelta(hours=hours)


def found(text: str, hours: float, *events: Event) -> list[FiredTrigger]:
    plan = plan_of(text)
    board = ProgressBoard(plan, state_of(*events))
    return list(fired(plan, board, None, at(hours)))


def told(text: str, hours: float, *events: Event) -> list[tuple[int | None, str | None]]:
    return [(each.task, each.action) for each in found(text, hours, *events)]


START = event(0, EventKind.STARTED, "T1")


def test_a_task_that_takes_too_long():
    assert told(TEXT, 3, START) == []
    one = found(TEXT, 3.5, START)[0]
    assert (one.task, one.action, one.severity, one.attempt) == (0, "reassign_or_split_task", "high", 1)
    assert one.reason == "task_duration > estimated * 1.5: task_duration is 3h30m, estimated 2h"


def test_a_finished_task_needs_nobody_else():
    done = event(4, EventKind.DONE, "T1")
    assert told(TEXT, 5, START, done) == []


def test_a_critical_task_that_is_blocked():
    blocked = event(1, EventKind.BLOCKED, "T1")
    assert told(TEXT, 3, START, blocked) == []
    assert told(TEXT, 3.1, START, blocked) == [(0, "escalate_blocker_resolution")]


def test_a_blocked_task_that_is_not_critical_may_wait():
    done = event(2, EventKind.DONE, "T1")
    other = event(2, EventKind.BLOCKED, "T3")
    assert told(TEXT, 9, START, done, other) == []


def test_an_agent_that_is_not_available():
    text = TEXT.replace("agent: ann", "agent: cleo")
    assert told(text, 0, START) == [(0, "reassign_to_backup_agent")]
    assert told(text, 3, START, event(1, EventKind.DONE, "T1")) == []


def test_an_agent_that_has_the_day_off_counts_where_it_is_needed_now():
    later = TEXT.replace("agent: bob", "agent: dan")
    assert told(later, 0, START) == []
    done = event(2, EventKind.DONE, "T1")
    assert told(later, 2, START, done) == [(1, "reassign_to_backup_agent"), (2, "reassign_to_backup_agent")]
    assert told(later, 26, START, done) == []


def test_work_of_poor_quality_even_when_it_is_done():
    done = event(2, EventKind.DONE, "T1", score=0.5)
    one = found(TEXT, 3, START, done)[0]
    assert (one.task, one.action) == (0, "trigger_code_review")
    assert one.reason == "quality_score < 0.7: quality_score is 0.5"


def test_once_for_each_cause():
    plan = plan_of(TEXT)
    done = event(2, EventKind.DONE, "T1", score=0.5)
    board = ProgressBoard(plan, state_of(START, done))
    one = fired(plan, board, None, at(3))[0]
    acted = triggered_event(board, one, PLAN, at(3))
    assert told(TEXT, 4, START, done, acted) == []
    again = ProgressBoard(plan, state_of(START, done, acted))
    assert [each.recorded for each in fired(plan, again, None, at(4), with_recorded=True)] == [at(3)]
    # The next attempt is another cause.
    reopened = event(5, EventKind.REOPENED, "T1")
    second = event(6, EventKind.DONE, "T1", score=0.4, attempt=2)
    assert told(TEXT, 7, START, done, acted, reopened, second) == [(0, "trigger_code_review")]


def test_the_severest_comes_first():
    blocked = event(1, EventKind.BLOCKED, "T1", score=0.2)
    assert told(TEXT, 9, START, blocked) == [
        (0, "escalate_blocker_resolution"),
        (0, "trigger_code_review"),
    ]


def test_a_condition_of_the_plan_is_asked_once():
    text = "replan_triggers: [{condition: plan_elapsed > 1h, action: notify}]\n" + TEXT.partition("tasks:")[
        2
    ].join(["tasks:", ""])
    assert told(text, 2, START) == [(None, "notify")]


def test_delays_are_those_of_the_status():
    text = TEXT.replace("task_duration > estimated * 1.5", "task_behind > 30m or plan_behind > 10h")
    plan = plan_of(text)
    reporter = StatusReporter(plan, NetworkAnalysis(network_of(plan)))
    early = reporter.report(state_of(START), at(1))
    assert early.triggered == ()
    late = reporter.report(state_of(START), at(3))
    assert [each.task for each in late.triggered] == [0]
    alert = next(each for each in late.alerts if each.kind is AlertKind.TRIGGERED)
    assert (alert.task, alert.action, alert.severity) == (0, "reassign_or_split_task", "high")


def test_a_condition_that_makes_no_sense_never_holds():
    text = TEXT.replace("agent_unavailable", "agent_unavailabel")
    assert told(text.replace("agent: ann", "agent: cleo"), 0, START) == []
