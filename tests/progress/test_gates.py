"""How quality gates stand by what was recorded."""

from datetime import timedelta

from hypothesis import given

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.progress.event import EventKind, make_event
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.gates import GateStand, gate_states, held_by
from tests.progress.events import BEGIN, PLAN, events

TEXT = """\
quality_gates:
  review: {min_approvals: 2, automated_checks: [lint, {coverage: min_80_percent}]}
  look: {required: false, min_approvals: 1}
tasks:
  - {id: T1, quality_gates: [review, look]}
  - {id: T2, quality_gates: [tests]}
  - {id: T3}
"""
MODEL = PlanFile.parse(TEXT).sources[0].plan


def states_of(*said, task="T1", index=0):
    fold = ProgressFold(PLAN)
    fold.add(
        make_event(PLAN, BEGIN + timedelta(minutes=minute), kind, task, task, **details)
        for minute, (kind, details) in enumerate(said)
    )
    return gate_states(MODEL, index, fold.state().tasks.get(task))


def checked(check, verdict, gate="review", **more):
    return EventKind.CHECKED, {"gate": gate, "check": check, "verdict": verdict, **more}


def said(kind, who, gate=None, note=None):
    return kind, {"agent": who, "gate": gate, "note": note}


YES, NO = EventKind.APPROVED, EventKind.REJECTED


def test_a_gate_is_passed_when_all_checks_are_and_enough_people_approve():
    review, look = states_of()
    assert (review.stand, look.stand) == (GateStand.OPEN, GateStand.OPEN)
    assert review.holds
    assert not look.holds
    assert review.why == (
        "lint was not checked yet", "coverage was not checked yet", "2 approvals missing",
    )  # fmt: skip
    done = [checked("lint", "passed"), checked("coverage", "passed"), said(YES, "ann")]
    assert states_of(*done)[0].why == ("1 approval missing, 1 of 2 so far",)
    assert states_of(*done, said(YES, "ann", "review"))[0].stand is GateStand.OPEN
    review, look = states_of(*done, said(YES, "bob"))
    assert (review.stand, review.why, review.holds) == (GateStand.PASSED, (), False)
    assert look.stand is GateStand.PASSED


def test_what_has_no_evidence_does_not_pass_and_a_failed_check_fails_the_gate():
    everybody = [said(YES, "ann"), said(YES, "bob")]
    unverified = [checked("lint", "passed"), checked("coverage", "unverified"), *everybody]
    assert states_of(*unverified)[0].stand is GateStand.UNVERIFIED
    failed = [*unverified, checked("lint", "failed", note="3 errors")]
    assert states_of(*failed)[0].stand is GateStand.FAILED
    assert states_of(*failed)[0].why[0] == "lint failed (3 errors)"
    assert states_of(*failed, checked("lint", "passed", gate="other"))[0].stand is GateStand.FAILED


def test_a_rejection_stands_until_the_same_person_approves():
    done = [checked("lint", "passed"), checked("coverage", "passed"), said(YES, "ann"), said(YES, "bob")]
    rejected = [*done, said(NO, "ann", "review", "no tests")]
    assert states_of(*rejected)[0].stand is GateStand.FAILED
    assert states_of(*rejected, said(YES, "eve"))[0].stand is GateStand.FAILED
    assert states_of(*rejected, said(YES, "ann"))[0].stand is GateStand.PASSED


def test_a_gate_that_nothing_declares_asks_for_a_person():
    (tests,) = states_of(task="T2", index=1)
    assert (tests.stand, tests.approvals_needed) == (GateStand.OPEN, 1)
    assert held_by(MODEL, 2, None) == ()


@given(events)
def test_only_what_is_passed_in_every_part_does_not_hold(all_events):
    fold = ProgressFold(PLAN)
    fold.add(all_events)
    state = fold.state()
    for index, name in enumerate(("T1", "T2", "T3")):
        for each in gate_states(MODEL, index, state.tasks.get(name)):
            is_whole = all(check.verdict == "passed" for check in each.checks)
            enough = len(set(each.approved)) == len(each.approved) >= each.approvals_needed
            assert (each.stand is GateStand.PASSED) == (is_whole and enough and not each.rejected)
            assert bool(each.why) == (each.stand is not GateStand.PASSED)
