"""`long-task`."""

from __future__ import annotations

from orchestrate_ls.rules.context import Thresholds
from tests.rules.fixtures import check

ONLY = {"long-task"}


def test_longer_than_a_working_day() -> None:
    check(
        """
        tasks:
          - {id: T1, estimated_time: 8h}
          - id: T2
            estimated_time: '8h1m' # phew
        #                   ^^^^^^ information[long-task] `T2` takes 8h1m, more than one working day (8h)
          - id: T3
            estimated_time: {optimistic: 1h, likely: 8h, pessimistic: 40h}
        #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[long-task] `T3` takes 12h10m
          - id: T4
            estimated_time: 1d
        """,
        only=ONLY,
    )


def test_the_day_is_that_of_the_calendar() -> None:
    check(
        """
        calendar: {hours_per_day: 6}
        tasks:
          - {id: T1, estimated_time: 1d}
          - {id: T2, estimated_time: 7h}
        #                            ^^ information[long-task] more than one working day (6h)
        """,
        only=ONLY,
    )


def test_the_limit_is_a_setting() -> None:
    check(
        """
        tasks:
          - {id: T1, estimated_time: 2h}
          - {id: T2, estimated_time: 3h}
        #                            ^^ information[long-task] more than the limit (2h)
        """,
        only=ONLY,
        thresholds=Thresholds(long_task_seconds=7200),
    )
