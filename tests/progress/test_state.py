"""The fold: whatever the order and however often, the same events give the same state."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.progress.event import WHOLE_PLAN, Event, EventKind, Verdict, make_event, read_event
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.state import Cost, TaskState
from tests.progress.events import BEGIN, PLAN, events


def folded(*batches):
    fold = ProgressFold(PLAN)
    for batch in batches:
        fold.add(batch)
    return fold.state()


def event(minute: int, kind: EventKind, task: str = "T1", **details) -> Event:
    return make_event(
        PLAN, BEGIN + timedelta(minutes=minute), kind, task, details.pop("key", task), **details
    )


@given(events, st.data())
def test_incremental_equals_fresh(all_events, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(all_events)), max_size=4)))
    edges = [0, *cuts, len(all_events)]
    batches = [all_events[one:other] for one, other in pairwise(edges)]
    assert folded(*batches) == folded(all_events)


@given(events, st.randoms())
def test_the_order_of_lines_does_not_matter(all_events, random):
    shuffled = list(all_events)
    random.shuffle(shuffled)
    assert folded(*[[each] for each in shuffled]) == folded(all_events)


@given(events, st.randoms())
def test_repeated_events_change_nothing(all_events, random):
    again = [random.choice(all_events) for _ in range(10)] if all_events else []
    fold = ProgressFold(PLAN)
    fold.add(all_events)
    before = fold.state()
    assert not fold.add(again)
    assert fold.state() == before


def test_events_of_another_plan_are_passed_over():
    assert folded([make_event("other", BEGIN, EventKind.DONE, "T1", "T1")]).events == 0


def test_an_attempt_from_start_to_end_with_a_pause():
    state = folded(
        [
            event(0, EventKind.STARTED, agent="ann"),
            event(10, EventKind.PROGRESS, percent=40, artefacts=("a",)),
            event(20, EventKind.BLOCKED, note="no key"),
        ]
    ).tasks["T1"]
    assert (state.state, state.blocked_by, state.percent) == (TaskState.BLOCKED, "no key", 40)
    state = folded(
        [
            event(0, EventKind.STARTED, agent="ann"),
            event(20, EventKind.BLOCKED, note="no key"),
            event(50, EventKind.UNBLOCKED),
            event(60, EventKind.DONE, score=0.9, artefacts=("b",)),
        ]
    ).tasks["T1"]
    assert (state.state, state.agent, state.score, state.blocked_since) == (TaskState.DONE, "ann", 0.9, None)
    (pause,) = state.pauses
    assert pause.end is not None
    assert pause.end - pause.start == timedelta(minutes=30)


def test_what_came_of_an_attempt_does_not_speak_for_the_next():
    fold = ProgressFold(PLAN)
    fold.add([event(0, EventKind.STARTED), event(5, EventKind.FAILED, percent=50, score=0.1)])
    assert fold.state().tasks["T1"].state is TaskState.FAILED
    fold.add([event(6, EventKind.STARTED, attempt=2)])
    state = fold.state().tasks["T1"]
    assert (state.state, state.attempt, state.percent, state.score, state.failures) == (
        TaskState.IN_PROGRESS,
        2,
        None,
        None,
        1,
    )


def test_late_reports_of_an_ended_attempt_are_stray():
    state = folded(
        [event(0, EventKind.STARTED), event(5, EventKind.DONE), event(9, EventKind.PROGRESS, percent=10)]
    ).tasks["T1"]
    assert (state.state, state.percent, state.stray) == (TaskState.DONE, None, 1)


def test_a_renamed_task_keeps_its_history_also_what_was_recorded_elsewhere_under_the_old_id():
    here = [event(0, EventKind.STARTED), event(5, EventKind.RENAMED, to="X")]
    elsewhere = [event(8, EventKind.DONE)]
    for order in ((here, elsewhere), (elsewhere, here)):
        state = folded(*order)
        assert state.by_task()["X"].state is TaskState.DONE
        assert "T1" not in state.by_task()


def test_two_people_who_end_one_attempt_agree_on_the_first():
    first, second = event(5, EventKind.DONE, actual=60), event(6, EventKind.DONE, actual=90)
    for order in ([first, second], [second, first]):
        state = folded(order)
        assert state.tasks["T1"].actual == 60
        assert (state.events, state.conflicts) == (1, 1)


def test_kinds_of_later_versions_are_counted_and_change_nothing():
    later = Event("z", PLAN, BEGIN, "teleported", "T1", "T1")
    state = folded([event(1, EventKind.STARTED), later])
    assert state.unknown == {"teleported": 1}
    assert state.tasks["T1"].state is TaskState.IN_PROGRESS


@given(events)
def test_what_is_of_the_whole_plan_is_no_task_unless_it_can_happen_to_tasks_only(all_events):
    state = folded(all_events)
    of_tasks = {each.key for each in all_events if not each.is_of_plan}
    assert set(state.tasks) == of_tasks
    assert state.plan.key == WHOLE_PLAN
    assert state.plan.state is TaskState.NOT_STARTED


@given(events)
def test_each_check_and_each_voice_counts_once_in_an_attempt(all_events):
    state = folded(all_events)
    for task in (state.plan, *state.tasks.values()):
        checks = [(each.gate, each.check) for each in task.checks]
        assert checks == sorted(set(checks))
        voices = [(each.who, each.gate) for each in (*task.approvals, *task.rejections)]
        assert len(voices) == len(set(voices))
        mine = [each for each in all_events if each.id and (each.key == task.key)]
        assert {each.note for each in task.checks} <= {each.note for each in mine}


@given(events)
def test_decisions_of_all_attempts_are_kept(all_events):
    state = folded(all_events)
    known = {each.id for each in all_events if each.kind == EventKind.DECIDED}
    assert sum(len(each.decisions) for each in (state.plan, *state.tasks.values())) == len(known)


def test_a_journal_of_before_there_were_plan_wide_events_reads_as_it_did():
    line = {"v": 1, "id": "a", "plan": PLAN, "time": "2026-11-23T09:00:00Z", "type": "started", "task": "*"}
    state = folded([read_event(line)])
    assert state.tasks["*"].state is TaskState.IN_PROGRESS


def test_the_last_verdict_on_a_check_counts_and_none_that_is_not_known_passes():
    def checked(minute, check, verdict, **more):
        return event(minute, EventKind.CHECKED, gate="review", check=check, verdict=verdict, **more)

    state = folded(
        [
            event(0, EventKind.STARTED, agent="ann"),
            checked(5, "coverage", "failed", note="72%", agent="ci"),
            checked(6, "lint", "very good"),
            checked(9, "coverage", "passed", note="81%"),
            event(10, EventKind.CHECKED, gate="review", verdict="passed"),
        ]
    ).tasks["T1"]
    assert [(each.check, each.verdict, each.note) for each in state.checks] == [
        ("coverage", Verdict.PASSED, "81%"),
        ("lint", Verdict.UNVERIFIED, None),
    ]
    assert (state.agent, state.stray, state.state) == ("ann", 1, TaskState.IN_PROGRESS)


def test_checks_and_approvals_speak_for_their_attempt_only():
    of_first = [
        event(0, EventKind.STARTED, agent="ann"),
        event(1, EventKind.CHECKED, gate="g", check="c", verdict="passed"),
        event(2, EventKind.APPROVED, agent="bob"),
        event(3, EventKind.TRIGGERED, action="split"),
        event(4, EventKind.DECIDED, action="retry", note="once more"),
        event(5, EventKind.FAILED),
    ]
    task = folded(of_first).tasks["T1"]
    assert [each.who for each in task.approvals] == ["bob"]
    assert task.agent == "ann"
    again = [*of_first, event(6, EventKind.STARTED, attempt=2)]
    task = folded(again).tasks["T1"]
    assert (task.checks, task.approvals, task.triggered) == ((), (), ())
    assert [(each.action, each.attempt) for each in task.decisions] == [("retry", 1)]
    late = event(7, EventKind.CHECKED, gate="g", check="c", verdict="passed")
    assert folded([*again, late]).tasks["T1"].checks == ()


def test_who_changes_their_mind_is_heard_once():
    said = [
        event(1, EventKind.APPROVED, agent="bob", gate="review"),
        event(2, EventKind.REJECTED, agent="bob", gate="review", note="no tests"),
        event(3, EventKind.APPROVED, agent="eve"),
    ]
    task = folded(said).tasks["T1"]
    assert [(each.who, each.gate) for each in task.approvals] == [("eve", None)]
    assert [(each.who, each.note) for each in task.rejections] == [("bob", "no tests")]


def test_what_attempts_have_used_is_added_up_by_currency():
    task = folded(
        [
            event(0, EventKind.STARTED, model="large"),
            event(1, EventKind.PROGRESS, tokens=500, cost=1),
            event(2, EventKind.FAILED, tokens=800, cost=1.5),
            event(3, EventKind.STARTED, attempt=2),
            event(4, EventKind.PROGRESS, attempt=2, tokens=100, cost=2, currency="EUR"),
        ]
    ).tasks["T1"]
    assert (task.tokens, task.cost, task.currency, task.model) == (100, 2, "EUR", None)
    assert (task.all_tokens, task.all_costs) == (900, (Cost(2, "EUR"), Cost(1.5, "USD")))


def test_runs_are_of_the_plan_and_the_last_heard_of_says_whether_it_is_paused():
    def ran(minute, action, run="r1"):
        return event(minute, EventKind.RUN, WHOLE_PLAN, action=action, run=run)

    state = folded([ran(0, "started"), ran(5, "paused")])
    assert state.paused
    assert state.tasks == {}
    assert [(each.run, each.action, each.began) for each in state.plan.runs] == [("r1", "paused", BEGIN)]
    assert not folded([ran(0, "started"), ran(5, "paused"), ran(6, "resumed")]).paused
    assert not folded([ran(0, "started"), ran(5, "paused"), ran(6, "started", "r2")]).paused


def test_triggers_of_tasks_and_of_the_plan_are_listed_in_time():
    state = folded(
        [
            event(3, EventKind.TRIGGERED, action="review", note="score < 0.7"),
            event(1, EventKind.TRIGGERED, WHOLE_PLAN, action="replan"),
        ]
    )
    assert [(key, each.action) for key, each in state.triggered] == [("*", "replan"), ("T1", "review")]
