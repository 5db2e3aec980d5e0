"""`deadline-missed`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, codes

ONLY = {"deadline-missed"}


def test_deadlines_in_working_time() -> None:
    check(
        """
        start: 2026-11-27T09:00:00Z # a Friday
        #      ~~~~~~~~~~~~~~~~~~~~ the plan starts here
        tasks:
          - id: T1
            estimated_time: 8h
            deadline: 2026-11-27T17:00:00Z
          - id: T2
            estimated_time: 1h
            dependencies: [T1]
            deadline: "2026-11-29" # Sunday
        #             ^^^^^^^^^^^^ warning[deadline-missed] `T2` can be finished on 2026-11-30 10:00 UTC at the earliest, after its deadline (2026-11-29 23:59 UTC)
          - id: T3
            estimated_time: 1h
            dependencies: [T1]
            deadline: 2026-11-30T11:00:00+01:00
        """,
        only=ONLY,
    )


def test_without_a_start_nothing_is_known() -> None:
    assert codes("tasks:\n  - {id: T1, estimated_time: 9h, deadline: 2001-01-01}\n")["deadline-missed"] == 0
    assert (
        codes("start: soon\ntasks:\n  - {id: T1, estimated_time: 9h, deadline: 2001-01-01}\n")[
            "deadline-missed"
        ]
        == 0
    )


def test_the_calendar_counts() -> None:
    tasks = "start: 2026-11-23\ntasks:\n  - {id: T1, estimated_time: 20h, deadline: 2026-11-23}\n"
    assert codes(tasks)["deadline-missed"] == 1
    assert codes("calendar: {hours_per_day: 24}\n" + tasks)["deadline-missed"] == 0


def test_the_earliest_finish_beside_a_cycle() -> None:
    text = (
        "start: 2026-11-23\ntasks:\n  - {id: T1, estimated_time: 20h, deadline: 2026-11-23}\n"
        "  - {id: T2, dependencies: [T3]}\n  - {id: T3, dependencies: [T2]}\n"
    )
    assert codes(text)["deadline-missed"] == 1


def test_times_far_away_do_no_harm() -> None:
    tasks = "tasks:\n  - {id: T1, estimated_time: 200000d, deadline: 9999-12-31}\n"
    text = "start: 9999-01-01\n" + tasks
    check(
        text.replace(
            tasks,
            tasks
            + "#                                               ^^^^^^^^^^ warning[deadline-missed] after the year 9999\n",
        ),
        only=ONLY,
    )
    assert (
        codes(
            "start: 9999-12-31T23:59:59-12:00\ntasks:\n  - {id: T1, estimated_time: 1w, deadline: 0001-01-01T00:00:00+12:00}\n"
        )["deadline-missed"]
        == 1
    )
