"""What may start: equal to what the board says of the plan as a whole, and the same step by step as afresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.dispatch import Dispatcher
from orchestrate_ls.progress.event import Event, EventKind, make_event
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.schedule.plan_network import network_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KINDS = (
    EventKind.STARTED,
    EventKind.DONE,
    EventKind.FAILED,
    EventKind.BLOCKED,
    EventKind.SKIPPED,
    EventKind.REOPENED,
)
LINKS = ("finish-to-start", "start-to-start")


@st.composite
def plans(draw: st.DrawFn, links: tuple[str, ...] = LINKS) -> Plan:
    size = draw(st.integers(1, 7))
    lines = ["version: 1", f"concurrent_capacity: {draw(st.integers(1, 3))}"]
    lines += ["agents:", "  - {id: a, capacity: 2}", "  - {id: b}", "tasks:"]
    for number in range(size):
        before = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        kinds = [draw(st.sampled_from(links)) for _ in before]
        depends = ", ".join(
            f"{{task: T{each}, type: {kind}}}" for each, kind in zip(before, kinds, strict=True)
        )
        agent = draw(st.sampled_from(["", ", agent: a", ", agent: b"]))
        files = draw(st.sampled_from(["", ", files: [src/x.py]", ", files: ['src/**']"]))
        lines.append(f"  - {{id: T{number}, estimated_time: 1h{agent}{files}, dependencies: [{depends}]}}")
    return PlanFile.parse("\n".join(lines) + "\n").sources[0].plan


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    steps = draw(
        st.lists(st.tuples(st.integers(0, 6), st.sampled_from(KINDS), st.integers(1, 2)), max_size=14)
    )
    return [
        make_event("p", NOW + timedelta(minutes=number), kind, f"T{task}", f"T{task}", attempt=attempt)
        for number, (task, kind, attempt) in enumerate(steps)
    ]


def board_of(plan: Plan, events: list[Event]) -> ProgressBoard:
    fold = ProgressFold("p")
    fold.add(events)
    return ProgressBoard(plan, fold.state())


@settings(max_examples=60, deadline=None)
@given(plans(), histories())
def test_it_agrees_with_the_board(plan: Plan, events: list[Event]) -> None:
    board = board_of(plan, events)
    dispatcher = Dispatcher(plan, network_of(plan), board.progress, 8)
    later = NOW + timedelta(days=9)
    assert dispatcher.openings(later) == [task for task in range(len(plan.tasks)) if board.is_open(task)]
    for task in dispatcher.openings(later):
        can_start = dispatcher.choose([task], board.running) == [task]
        assert can_start is (board.wait_of(task) is None)


@settings(max_examples=60, deadline=None)
@given(plans((*LINKS, "finish-to-finish", "start-to-finish")), histories())
def test_step_by_step_is_as_afresh(plan: Plan, events: list[Event]) -> None:
    known = board_of(plan, []).progress
    dispatcher = Dispatcher(plan, network_of(plan), known, 8)
    for number in range(len(events)):
        board = board_of(plan, events[: number + 1])
        for task, each in enumerate(board.progress):
            if each != known[task]:
                dispatcher.update(task, each)
        known = board.progress
    fresh = Dispatcher(plan, network_of(plan), known, 8)
    later = NOW + timedelta(days=9)
    assert dispatcher.openings(later) == fresh.openings(later)
    assert dispatcher.finished == fresh.finished
    tasks = range(len(plan.tasks))
    assert [dispatcher.may_finish(task) for task in tasks] == [fresh.may_finish(task) for task in tasks]
    # What is chosen together keeps to the limits together.
    chosen = dispatcher.choose(dispatcher.openings(later), ())
    assert len(chosen) <= (plan.header.concurrent_capacity or 8)
    for agent, most in (("a", 2), ("b", 1)):
        assert sum(dispatcher.agents[task] == agent for task in chosen) <= most


@pytest.mark.parametrize(
    ("header", "done", "opens"),
    [
        # Without a start nobody said when work rests.
        ("", "2026-11-27T16:30:00Z", "2026-11-27T18:30:00Z"),
        # Friday evening, half an hour before work ends.
        ("start: 2026-11-23T09:00:00Z", "2026-11-27T16:30:00Z", "2026-11-30T10:30:00Z"),
        ("start: 2026-11-23T09:00:00Z", "2026-11-28T12:00:00Z", "2026-11-30T11:00:00Z"),
        ("start: 2026-11-23T09:00:00Z", "2026-11-25T10:00:00Z", "2026-11-25T12:00:00Z"),
        (
            "start: 2026-11-23T09:00:00Z\ncalendar: {hours_per_day: 24, days_per_week: 7}",
            "2026-11-27T16:30:00Z",
            "2026-11-27T18:30:00Z",
        ),
        # As far as dates go.
        (
            "calendar: {hours_per_day: 24, days_per_week: 7}",
            "9999-12-31T23:00:00Z",
            "9999-12-31T23:59:59.999999Z",
        ),
    ],
)
def test_lags_are_working_time_of_the_calendar(header: str, done: str, opens: str) -> None:
    text = f"""version: 1
{header}
tasks:
  - {{id: A, estimated_time: 1h}}
  - {{id: B, estimated_time: 1h, dependencies: [{{task: A, lag: 2h}}]}}
"""
    plan = PlanFile.parse(text).sources[0].plan
    ended, expected = datetime.fromisoformat(done), datetime.fromisoformat(opens)
    events = [
        make_event("p", ended - timedelta(hours=1), EventKind.STARTED, "A", "A"),
        make_event("p", ended, EventKind.DONE, "A", "A"),
    ]
    dispatcher = Dispatcher(plan, network_of(plan), board_of(plan, events).progress, 8)
    assert dispatcher.openings(ended) == []
    assert dispatcher.next_opening(ended) == expected
    assert dispatcher.openings(expected) == [1]


def test_lags_are_waited_for_by_the_clock() -> None:
    text = """version: 1
tasks:
  - {id: A, estimated_time: 1h}
  - {id: B, estimated_time: 1h, dependencies: [{task: A, lag: 2h}]}
"""
    plan = PlanFile.parse(text).sources[0].plan
    events = [
        make_event("p", NOW, EventKind.STARTED, "A", "A"),
        make_event("p", NOW + timedelta(hours=1), EventKind.DONE, "A", "A"),
    ]
    dispatcher = Dispatcher(plan, network_of(plan), board_of(plan, events).progress, 8)
    assert dispatcher.openings(NOW + timedelta(hours=2)) == []
    assert dispatcher.next_opening(NOW + timedelta(hours=2)) == NOW + timedelta(hours=3)
    assert dispatcher.openings(NOW + timedelta(hours=3)) == [1]
