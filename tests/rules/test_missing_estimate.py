"""`missing-estimate`."""

from __future__ import annotations

from orchestrate_ls.rules.engine import check_file
from tests.rules.fixtures import check, check_fix, checked, codes

ONLY = {"missing-estimate"}


def test_tasks_without_an_estimate() -> None:
    check(
        """
        tasks:
          - id: T1
            estimated_time: 0h
          - id: "T2" # soon
        #       ^^^^ information[missing-estimate] `T2` has no estimate 💡
          - {id: T3, estimated_time: }
        #        ^^ information[missing-estimate] 💡
          - id: T4
            estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 4h}
        """,
        only=ONLY,
    )


def test_the_median_of_the_others_is_offered() -> None:
    others = "".join(f"  - {{id: A{n}, estimated_time: {n}h}}\n" for n in (1, 3, 20))
    check_fix(
        f"tasks:\n{others}  - id: T2\n    name: n # x\n    agent: a\n",
        f"tasks:\n{others}  - id: T2\n    name: n # x\n    estimated_time: 3h\n    agent: a\n",
        "missing-estimate",
    )
    check_fix("tasks:\n  - id: T1\n", "tasks:\n  - id: T1\n    estimated_time: 4h\n", "missing-estimate")


def test_an_estimate_that_cannot_be_read_is_not_missing() -> None:
    text = "tasks:\n  - id: T1\n    agent: a\n"
    assert codes(text)["missing-estimate"] == 1
    first = checked(text)
    edited = first.file.edit(len(text), len(text), "    estimated_time: 4\n")
    second = check_file(edited, first.given.settings, first.given.schema, previous=first)
    assert [
        each.code for each in second.diagnostics if each.code in ("missing-estimate", "invalid-duration")
    ] == ["invalid-duration"]
