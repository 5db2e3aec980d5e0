"""`infeasible-wall-time`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

import pytest

from tests.rules.fixtures import check, check_fix, codes

ONLY = {"infeasible-wall-time"}
CHAIN = "tasks:\n  - {id: T1, estimated_time: 2h}\n  - {id: T2, estimated_time: 4h, dependencies: [T1]}\n  - {id: T3, estimated_time: 6h}\n"


def test_below_the_critical_path() -> None:
    check(
        "estimated_wall_time: 5h # sure\n"
        "#                    ^^ warning[infeasible-wall-time] the plan cannot be done in 5h: its critical path T1 → T2 takes 6h; claim 6h or more 💡\n"
        + CHAIN,
        only=ONLY,
    )
    assert codes("estimated_wall_time: 6h\n" + CHAIN)["infeasible-wall-time"] == 0


def test_below_what_the_capacity_allows() -> None:
    check(
        'estimated_wall_time: "7h"\n'
        "#                    ^^^^ warning[infeasible-wall-time] 12h of work, 1 task at a time, take at least 12h 💡\n"
        "concurrent_capacity: 1 agents\n" + CHAIN,
        only=ONLY,
    )
    assert codes("estimated_wall_time: 6h\nconcurrent_capacity: 2\n" + CHAIN)["infeasible-wall-time"] == 0


def test_nothing_is_said_of_a_cycle_or_without_estimates() -> None:
    assert (
        codes("estimated_wall_time: 1h\n" + CHAIN.replace("{id: T1,", "{id: T1, dependencies: [T2],"))[
            "infeasible-wall-time"
        ]
        == 0
    )
    assert codes("estimated_wall_time: 1h\ntasks:\n  - id: T1\n")["infeasible-wall-time"] == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("5h", "6h"),
        ("5h (vs 12h sequential) # sure", "6h (vs 12h sequential) # sure"),
        ("'5h vs 12h sequential'", "'6h vs 12h sequential'"),
        ("PT5H", "6h"),
        ("5 hours", "6h"),
    ],
)
def test_the_fix_writes_the_shortest_time(before: str, after: str) -> None:
    fix = check_fix(
        f"goal: g\nestimated_wall_time: {before}\n{CHAIN}",
        f"goal: g\nestimated_wall_time: {after}\n{CHAIN}",
        "infeasible-wall-time",
    )
    assert fix.preferred
