"""`invalid-duration`: durations that cannot be read."""

from __future__ import annotations

import pytest

from tests.rules.fixtures import check, check_fix, check_no_fix, codes

ONLY = {"invalid-duration", "schema"}


def test_durations_of_all_kinds() -> None:
    check(
        """
        estimated_wall_time: 14h
        tasks:
          - id: T1
            estimated_time: 4 # hours
        #                   ^ error[invalid-duration] `4` has no unit 💡
          - id: T2
            estimated_time: "4 fortnights"
        #                   ^^^^^^^^^^^^^^ error[invalid-duration] is no unit of time
          - id: T3
            estimated_time: {optimistic: 3h, likely: 2, pessimistic: 8h}
        #                                            ^ error[invalid-duration] has no unit 💡
            dependencies: [{task: T1, lag: 3}]
        #                                  ^ error[invalid-duration] has no unit 💡
          - id: T4
            estimated_time: 1h30
        #                   ^^^^ error[invalid-duration] has no unit 💡
          - id: T5
            estimated_time: {optimistic: 3h, pessimistic: 8h}
        #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-duration] no `likely`
        """,
        only={"invalid-duration"},
    )


@pytest.mark.parametrize("value", ["6h", "1h30m", "1.5h", "2d", "1w", "PT6H", "90m", "2 hours"])
def test_what_can_be_read_is_fine(value: str) -> None:
    assert codes(f"tasks:\n  - id: T1\n    estimated_time: {value}\n")["invalid-duration"] == 0


def test_the_unit_is_offered() -> None:
    before = "tasks:\n  - id: T1\n    estimated_time: 4 # a guess\n"
    check_fix(before, before.replace("4 #", "4h #"), "invalid-duration")
    check_fix(before, before.replace("4 #", "4m #"), "invalid-duration", "minutes")
    check_fix(
        "tasks: [{id: T1, estimated_time: '4'}]",
        "tasks: [{id: T1, estimated_time: '4h'}]",
        "invalid-duration",
    )


def test_what_was_meant_is_offered() -> None:
    before = "tasks:\n  - id: T1\n    estimated_time: 1h30\n"
    check_fix(before, before.replace("1h30", "1h30m"), "invalid-duration")
    before = "tasks:\n  - id: T1\n    estimated_time: 1:30\n"
    check_fix(before, before.replace("1:30", "1h30m"), "invalid-duration")
    check_no_fix("tasks:\n  - id: T1\n    estimated_time: a while\n", "invalid-duration")


def test_the_estimate_is_not_reported_as_missing_besides() -> None:
    assert codes("tasks:\n  - id: T1\n    estimated_time: 4\n")["missing-estimate"] == 0
