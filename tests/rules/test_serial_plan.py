"""`serial-plan`."""

from __future__ import annotations

from orchestrate_ls.rules.context import Thresholds
from tests.rules.fixtures import check, codes

ONLY = {"serial-plan"}


def plan(*hours: int, last: str) -> str:
    tasks = "".join(
        f"  - id: T{n}\n    estimated_time: {h}h\n    dependencies: [{f'T{n - 1}' if n else ''}]\n"
        for n, h in enumerate(hours)
    )
    return f"tasks:\n{tasks}  - id: last\n    {last}\n"


def test_a_chain() -> None:
    check(
        """
        goal: g
        "tasks": # one after the other
        #^^^^^^ information[serial-plan] the critical path of 8h is 100% of the 8h in total
          - {id: T1, estimated_time: 2h}
          - {id: T2, estimated_time: 2h, dependencies: [T1]}
          - {id: T3, estimated_time: 2h, dependencies: [T2]}
          - {id: T4, estimated_time: 2h, dependencies: [T3]}
        """,
        only=ONLY,
    )


def test_the_share_and_the_number_of_tasks() -> None:
    ninety = plan(3, 3, 3, last="estimated_time: 1h")
    assert codes(ninety)["serial-plan"] == 0
    assert codes(plan(3, 3, 4, last="estimated_time: 1h"))["serial-plan"] == 1
    assert codes(plan(3, 3, last="dependencies: [T1]"))["serial-plan"] == 0
    check(
        "tasks:\n#^^^^ information[serial-plan]\n" + ninety.removeprefix("tasks:\n"),
        only=ONLY,
        thresholds=Thresholds(serial_share=0.8),
    )
    check(
        "tasks:\n#^^^^ information[serial-plan]\n"
        + plan(1, 1, last="dependencies: [T1]").removeprefix("tasks:\n"),
        only=ONLY,
        thresholds=Thresholds(serial_tasks=3),
    )


def test_nothing_is_said_without_estimates_or_with_a_cycle() -> None:
    assert codes(plan(0, 0, 0, last="dependencies: [T2]"))["serial-plan"] == 0
    cycle = plan(1, 1, 1, last="dependencies: [T2]").replace("dependencies: []", "dependencies: [last]")
    assert codes(cycle)["serial-plan"] == 0
