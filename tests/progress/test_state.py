"""The fold: whatever the order and however often, the same events give the same state."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.progress.event import Event, EventKind, make_event
from orchestrate_ls.progress.state import ProgressFold, TaskState
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
