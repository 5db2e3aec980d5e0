"""`wrong-total`: the sequential total and the gain."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

import pytest

from orchestrate_ls.rules.context import Thresholds
from orchestrate_ls.text.edits import apply_edits
from tests.rules.fixtures import check, check_fix, checked, codes, plain

ONLY = {"wrong-total"}
# 10h in total, 6h at best.
TASKS = "tasks:\n  - {id: T1, estimated_time: 2h}\n  - {id: T2, estimated_time: 4h, dependencies: [T1]}\n  - {id: T3, estimated_time: 4h}\n"


def found(*claims: str, tasks: str = TASKS) -> int:
    return codes("".join(f"{claim}\n" for claim in claims) + tasks)["wrong-total"]


def test_the_sequential_total() -> None:
    check(
        "estimated_wall_time: 6h (vs 12h sequential) # sure\n"
        "#                    ^^^^^^^^^^^^^^^^^^^^^^ warning[wrong-total] one after another the tasks take 10h, not 12h 💡\n"
        + TASKS,
        only=ONLY,
    )
    assert found("estimated_wall_time: 6h (vs 10h sequential)") == 0
    assert found("estimated_wall_time: 6h") == 0


def test_the_tolerance_is_a_setting() -> None:
    text = "estimated_wall_time: 6h (vs 10h10m sequential)\n" + TASKS
    assert codes(text)["wrong-total"] == 0
    check(
        text.replace("\n", "\n#                    ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wrong-total] 💡\n", 1),
        only=ONLY,
        thresholds=Thresholds(claim_tolerance=0.001),
    )


def test_with_tasks_that_have_no_estimate_only_a_total_too_small_is_wrong() -> None:
    tasks = TASKS + "  - {id: T4}\n"
    assert found("estimated_wall_time: 8h (vs 14h sequential)", "efficiency_gain: 43%", tasks=tasks) == 0
    assert found("estimated_wall_time: 8h (vs 9h sequential)", tasks=tasks) == 1


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        (["efficiency_gain: 40%"], None),
        (["efficiency_gain: 0.4"], None),
        (["efficiency_gain: 50%"], "a gain of 50% is more than is possible: 6h at best instead of 10h is a gain of 40%"),
        (["efficiency_gain: 20%"], None),
        (["efficiency_gain: 40%", "concurrent_capacity: 1"], "more than is possible: 10h at best instead of 10h is a gain of 0%"),
        (["efficiency_gain: 30%", "estimated_wall_time: 7h"], None),
        (["efficiency_gain: 40%", "estimated_wall_time: 7h"], "does not follow: 7h instead of 10h is a gain of 30%"),
        (["efficiency_gain: 20%", "estimated_wall_time: 7h"], "does not follow: 7h instead of 10h is a gain of 30%"),
        (["efficiency_gain: 40%", "estimated_wall_time: 5h"], None),
        (["efficiency_gain: 35%", "estimated_wall_time: 5h"], "rests on a wall time that is impossible: 6h at best instead of 10h is a gain of 40%"),
        (["efficiency_gain: -10%", "estimated_wall_time: 11h"], None),
        (["efficiency_gain: 40.4%"], None),
        (["efficiency_gain: 42%"], "more than is possible"),
    ],
)  # fmt: skip
def test_the_gain(claims: list[str], message: str | None) -> None:
    text = "".join(f"{claim}\n" for claim in claims) + TASKS
    messages = [each.message for each in checked(text).diagnostics if each.code == "wrong-total"]
    assert len(messages) == (message is not None)
    assert message is None or message in messages[0]


def test_nothing_is_said_of_a_cycle() -> None:
    tasks = TASKS.replace("{id: T1,", "{id: T1, dependencies: [T2],")
    assert found("estimated_wall_time: 6h (vs 99h sequential)", "efficiency_gain: 99%", tasks=tasks) == 0


def test_the_fixes() -> None:
    before = "estimated_wall_time: 6h (vs 12h sequential) # sure\n" + TASKS
    assert check_fix(before, before.replace("12h", "10h"), "wrong-total").preferred
    before = "estimated_wall_time: '6h vs PT12H'\n" + TASKS
    check_fix(before, before.replace("PT12H", "10h"), "wrong-total")
    before = "efficiency_gain: '50%' # wow\n" + TASKS
    check_fix(before, before.replace("50%", "40%"), "wrong-total")
    before = "efficiency_gain: 0.5\n" + TASKS
    check_fix(before, before.replace("0.5", "0.4"), "wrong-total")


def test_both_figures_of_one_text_can_be_corrected_at_once() -> None:
    text = plain("estimated_wall_time: 5h (vs 12h sequential)\n" + TASKS)
    result = checked(text)
    edits = [
        edit
        for each in result.diagnostics
        if each.code in ("wrong-total", "infeasible-wall-time")
        for edit in result.fixes(each)[0].edits
    ]
    assert len(edits) == 2
    assert apply_edits(text, edits) == text.replace("5h (vs 12h", "6h (vs 10h")
