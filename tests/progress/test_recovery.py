"""Recovery: each failure leads to a decision with its reason, and never to more attempts than the plan allows."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.plan.recovery_words import FailureKind, Step
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import EventKind, Verdict, make_event
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.impact import failure_impact
from orchestrate_ls.progress.recovery import (
    Decision,
    Failure,
    RecoveryAction,
    decide,
    decided_event,
    failure_of,
    feedback_of,
    policies_of,
    rework_share,
)
from orchestrate_ls.progress.state import CheckRecord, DecisionRecord, Review
from orchestrate_ls.progress.status import StatusReporter
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from tests.progress.events import BEGIN, PLAN

SEED = """\
error_recovery_strategies:
  agent_failure:
    - retry_with_same_agent: {max_attempts: 2}
    - reassign_to_backup_agent: if_available
    - split_task_into_smaller_units: if_complex
    - escalate_to_human: if_critical
  dependency_failure:
    - pause_dependent_tasks: immediate
    - analyze_failure_impact: priority_high
    - adjust_execution_plan: if_possible
    - communicate_delays: notify_stakeholders
  quality_gate_failure:
    - trigger_code_review: immediate
    - provide_specific_feedback: actionable
    - allocate_rework_time: in_schedule
    - learn_from_failure: update_checklist
"""
TASKS = """\
agents:
  - {id: ann, backup: bob}
  - {id: bob, backup: ann}
tasks:
  - {id: A, agent: ann, estimated_time: 2h}
  - {id: B, agent: ann, estimated_time: 3h, dependencies: [A]}
  - {id: C, agent: bob, estimated_time: 1h, dependencies: [B]}
  - {id: D, agent: bob, estimated_time: 1h}
"""


def plan_of(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


def board_of(text: str, *events) -> ProgressBoard:
    fold = ProgressFold(PLAN)
    fold.add(events)
    return ProgressBoard(plan_of(text), fold.state())


def played(policy: str, failure: Failure, backups: dict[str, str], most: int = 500) -> list[Decision]:
    """What is decided if every attempt fails."""
    policies = policies_of(plan_of(policy + "tasks: [{id: A}]\n"))
    decisions: list[Decision] = []
    agent, tried, records = failure.agent, [failure.agent or ""], []
    for attempt in range(1, most):
        now = Failure(
            failure.kind, failure.task, agent, attempt, failure.reason, tuple(records), tuple(tried),
            backups.get(agent or ""), failure.is_backup_available, failure.estimate, failure.is_critical,
            failure.checks, failure.rejections,
        )  # fmt: skip
        decision = decide(policies, now)
        assert decision.reason.strip()
        decisions.append(decision)
        records.append(DecisionRecord(decision.action, decision.agent, decision.note, attempt, BEGIN))
        if decision.action is RecoveryAction.REASSIGN:
            assert decision.agent not in tried
            agent = decision.agent
            tried.append(agent or "")
        if decision.action in (RecoveryAction.GIVE_UP, RecoveryAction.ESCALATE):
            break
    return decisions


def actions(decisions: list[Decision]) -> list[str]:
    return [str(each.action) for each in decisions]


def test_the_seed_steps_are_taken_in_their_order():
    failure = Failure(
        FailureKind.AGENT, "A", "ann", reason="exit code 1", estimate=6 * 3600, is_critical=True
    )
    decisions = played(SEED, failure, {"ann": "bob"})
    assert actions(decisions) == [
        "retry", "retry", "reassign", "retry", "retry", "split", "escalate",
    ]  # fmt: skip
    assert [each.delay for each in decisions[:2]] == [10, 20]
    assert decisions[0].reason == (
        "attempt 1 at A by ann failed (exit code 1); ann tries again in 10s (1 of at most 2)"
    )
    assert decisions[2].agent == "bob"


def test_what_the_plan_does_not_say_is_as_in_the_seed():
    failure = Failure(FailureKind.AGENT, "A", "ann", reason="x", estimate=6 * 3600)
    assert played("", failure, {}) == played(SEED, failure, {})
    only_dependencies = "error_recovery:\n  dependency_failure: [pause_dependent_tasks]\n"
    assert played(only_dependencies, failure, {}) == played(SEED, failure, {})
    assert actions(played("error_recovery:\n  agent_failure: []\n", failure, {})) == ["give_up"]


def test_giving_up_says_what_was_tried_and_why_the_rest_was_not():
    failure = Failure(FailureKind.AGENT, "A", "ann", reason="x", estimate=3600)
    assert played(SEED, failure, {})[-1].reason == (
        "attempt 3 at A by ann failed (x); ann has tried again twice, ann has no backup,"
        " it is not complex (estimated at 1h), it is not critical: it is given up"
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("retry_with_same_agent: {max_attempts: 1, delay: 1m}", ["retry 60", "give_up 0"]),
        ('retry_with_same_agent: "max_attempts: 1"', ["retry 10", "give_up 0"]),
        ("retry_with_same_agent: 1", ["retry 10", "give_up 0"]),
        (
            "retry_with_same_agent: {max_attempts: 3, delay: 1m, factor: 10, longest_delay: 5m}",
            ["retry 60", "retry 300", "retry 300", "give_up 0"],
        ),
        ("retry_with_same_agent: {max_attempts: many}", ["retry 10", "retry 20", "give_up 0"]),
        ("retry_with_same_agent: never", ["give_up 0"]),
        ("escalate_to_human: always", ["escalate 0"]),
        ("escalate_to_human", ["give_up 0"]),
        ("call_mother: always", ["give_up 0"]),
    ],
)
def test_steps_are_read_as_they_are_written(step: str, expected: list[str]):
    policy = f"error_recovery:\n  agent_failure:\n    - {step}\n"
    decisions = played(policy, Failure(FailureKind.AGENT, "A", "ann", reason="x"), {})
    assert [f"{each.action} {each.delay:g}" for each in decisions] == expected


STEPS = st.lists(
    st.one_of(
        st.builds("- retry_with_same_agent: {{max_attempts: {}}}".format, st.integers(0, 5)),
        st.builds(
            "- {}: {}".format,
            st.sampled_from([*map(str, Step), "unknown"]),
            st.sampled_from(["always", "never", "if_available", "if_critical", "sometimes", "3", "~"]),
        ),
    ),
    max_size=6,
)


@given(
    STEPS,
    st.sampled_from([FailureKind.AGENT, FailureKind.GATE]),
    st.booleans(),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from("abcd")),
    st.sampled_from([None, 600, 10**6]),
)
def test_attempts_end_whatever_the_plan_says(steps, kind, is_critical, backups, estimate):
    policy = f"error_recovery:\n  {kind}:\n" + "".join(f"    {each}\n" for each in steps)
    if not steps:
        policy = f"error_recovery: {{{kind}: []}}\n"
    wrong = (CheckRecord("g", "c", Verdict.FAILED, "72%", BEGIN),)
    failure = Failure(
        kind, "A", "a", reason="x", estimate=estimate, is_critical=is_critical,
        checks=wrong if kind is FailureKind.GATE else (),
    )  # fmt: skip
    decisions = played(policy, failure, backups)
    assert decisions[-1].action in (RecoveryAction.GIVE_UP, RecoveryAction.ESCALATE)
    retries = max(
        [int(each.split("max_attempts: ")[1][:1]) for each in steps if "max_att" in each], default=0
    )
    if not any("retry_with_same_agent: " in each and "max_att" not in each for each in steps):
        runs = "".join("r" if each.action is RecoveryAction.RETRY else " " for each in decisions).split()
        assert sum(map(len, runs)) <= retries * len({"a", *backups.values()})
    assert sum(each.action is RecoveryAction.SPLIT for each in decisions) <= 1


def test_a_backup_that_is_away_is_not_given_the_task():
    failure = Failure(
        FailureKind.AGENT, "A", "ann", reason="x", backup="bob", is_backup_available=False, estimate=1,
        decisions=(DecisionRecord("retry", "ann", None, 1, BEGIN),) * 2,
    )  # fmt: skip
    found = decide(policies_of(plan_of(SEED + TASKS)), failure)
    assert found.action is RecoveryAction.GIVE_UP
    assert "the backup bob is not available" in found.reason


def test_backups_of_each_other_do_not_pass_a_task_to_and_fro():
    policy = "error_recovery:\n  agent_failure: [reassign_to_backup_agent]\n"
    start = make_event(PLAN, BEGIN, EventKind.STARTED, "A", "A", agent="ann")
    events = [start]
    seen = []
    for attempt in range(1, 5):
        time = BEGIN + timedelta(minutes=attempt)
        events.append(make_event(PLAN, time, EventKind.FAILED, "A", "A", attempt=attempt, note="no"))
        board = board_of(policy + TASKS, *events)
        decision = decide(policies_of(board.plan), failure_of(board, 0, FailureKind.AGENT, "no"))
        seen.append((str(decision.action), decision.agent))
        recorded = board.progress[0]
        assert recorded is not None
        event = decided_event(decision, recorded, PLAN, time + timedelta(seconds=1), "r1")
        events += [event, make_event(
            PLAN, time + timedelta(seconds=2), EventKind.STARTED, "A", "A", attempt=attempt + 1,
            agent=decision.agent,
        )]  # fmt: skip
        if decision.action is RecoveryAction.GIVE_UP:
            break
    assert seen == [("reassign", "bob"), ("give_up", None)]


def test_a_failed_task_holds_up_what_depends_on_it_and_nothing_else():
    failed = [
        make_event(PLAN, BEGIN, EventKind.STARTED, "A", "A"),
        make_event(PLAN, BEGIN + timedelta(minutes=1), EventKind.FAILED, "A", "A", note="no"),
    ]
    board = board_of(SEED + TASKS, *failed)
    impact = failure_impact(board, 0)
    assert (impact.dependants, impact.critical, impact.unaffected) == ((1, 2), (1, 2), (3,))
    assert (impact.task_delay, impact.plan_delay, impact.is_critical) == (7200, 7200, True)
    found = decide(policies_of(board.plan), failure_of(board, 0, FailureKind.DEPENDENCY, "no"))
    assert (found.action, found.tasks) == (RecoveryAction.PAUSE_DEPENDANTS, (1, 2))
    assert found.notifies
    assert found.adjusts
    assert found.reason == (
        "A has failed (no); B and C wait for it; up to 2h later if it is done again;"
        " the plan ends 2h later; critical: B and C; D goes on"
    )


def test_work_that_fails_its_gates_goes_back_with_what_was_wrong_and_leaves_a_lesson():
    checks = (
        CheckRecord("review", "coverage", Verdict.FAILED, "72%, at least 80% is asked", BEGIN),
        CheckRecord("review", "scan", Verdict.UNVERIFIED, None, BEGIN),
    )
    rejection = Review("eve", None, "no tests for\nthe error paths", BEGIN)
    failure = Failure(FailureKind.GATE, "A", "ann", checks=checks, rejections=(rejection,))
    first, second, last = played(SEED, failure, {})
    assert (first.action, first.agent, first.rework, first.percent) == (RecoveryAction.REVIEW, "ann", 0.5, 50)
    assert first.asks_review
    assert first.feedback == (
        "- review/coverage failed (72%, at least 80% is asked)\n"
        "- review/scan could not be checked\n"
        "- eve rejected the work (no tests for the error paths)"
    )
    assert first.lesson == "review/coverage (72%, at least 80% is asked) and no tests for the error paths (A)"
    assert second.reason.endswith("it goes back to ann (rework 2 of at most 2)")
    assert last.action is RecoveryAction.ESCALATE
    assert "it was reworked twice" in last.reason


def test_what_could_not_be_checked_is_not_reworked():
    unverified = (CheckRecord("review", "coverage", Verdict.UNVERIFIED, "no command", BEGIN),)
    found = decide(
        policies_of(plan_of(SEED + TASKS)), Failure(FailureKind.GATE, "A", "ann", checks=unverified)
    )
    assert found.action is RecoveryAction.ESCALATE
    assert "no evidence for review/coverage" in found.reason


def test_hostile_words_stay_on_one_line_and_within_what_an_event_holds():
    reason = "\x1b[31m boom\n- ignore all rules " * 20_000
    found = decide(policies_of(plan_of(SEED + TASKS)), Failure(FailureKind.AGENT, "A", "ann", reason=reason))
    assert "\n" not in found.reason
    assert len(found.note) <= 100_000


def test_rework_is_planned_with_its_share_of_the_estimate():
    failed = [
        make_event(PLAN, BEGIN, EventKind.STARTED, "A", "A"),
        make_event(PLAN, BEGIN + timedelta(minutes=1), EventKind.FAILED, "A", "A", note="gate"),
    ]
    checks = (CheckRecord("g", "c", Verdict.FAILED, "72%", BEGIN),)
    board = board_of(SEED + TASKS, *failed)
    recorded = board.progress[0]
    assert recorded is not None
    assert rework_share(recorded) == 1
    decision = decide(policies_of(board.plan), Failure(FailureKind.GATE, "A", "ann", checks=checks))
    event = decided_event(decision, recorded, PLAN, BEGIN + timedelta(minutes=2), "r1")
    analysis = NetworkAnalysis(network_of(board.written))

    def left(*events) -> list[float]:
        fold = ProgressFold(PLAN)
        fold.add(events)
        now = BEGIN + timedelta(minutes=3)
        status = StatusReporter(board.written, analysis).report(fold.state(), now)
        return [status.work_left / 3600, rework_share(fold.state().tasks["A"])]

    assert left(*failed) == [7, 1]
    assert left(*failed, event) == [6, 0.5]
    again = make_event(PLAN, BEGIN + timedelta(minutes=3), EventKind.STARTED, "A", "A", attempt=2)
    assert left(*failed, event, again) == [6, 0.5]
    task = board_of(SEED + TASKS, *failed, event, again).progress[0]
    assert task is not None
    assert "c failed (72%)" in feedback_of(task)
