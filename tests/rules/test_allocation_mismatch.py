"""`allocation-mismatch`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, fix_titles

ONLY = {"allocation-mismatch"}


def test_the_three_ways_to_disagree() -> None:
    check(
        """
        agents:
          - architect: T1
        #              ~~ `T1` is allocated to `architect` here
          - developer: T2, T1, T33 # all
        #              ^^^^^^^^^^^ warning[allocation-mismatch] `T1` is allocated to `architect` already 💡
        #              ^^^^^^^^^^^ warning[allocation-mismatch] `T33`, allocated here, is no task of this plan; did you mean `T3`? 💡
        #              ~~~~~~~~~~~ the allocation to `developer`
        tasks:
          - id: T1
            agent: architect
          - id: T2
            agent: architect # who
        #          ^^^^^^^^^ warning[allocation-mismatch] `T2` names `architect` here, but the allocation list gives it to `developer` 💡
          - id: T3
        """,
        only=ONLY,
    )


def test_a_list_that_agrees() -> None:
    check(
        "agents:\n  - a: T1, T2\n  - b: [T3]\ntasks:\n  - {id: T1, agent: a}\n  - id: T2\n  - {id: T3, agent: b}\n",
        only=ONLY,
    )


def test_the_fixes() -> None:
    tasks = "tasks:\n  - {id: T1, agent: a}\n  - {id: T2, agent: b}\n"
    before = "agents:\n  - a: T1 # one\n  - b: T2, T1 # two\n" + tasks
    check_fix(before, before.replace("T2, T1 #", "T2 #"), "allocation-mismatch", "out of this list")
    before = "agents:\n  - a: T1, T22\n" + tasks
    check_fix(before, before.replace("T22", "T2"), "allocation-mismatch", "Replace `T22` by `T2`", stays=True)
    before = "agents:\n  - a: [T1, T22]\n" + tasks
    check_fix(before, before.replace("T22", "T2"), "allocation-mismatch", "Replace `T22` by `T2`", stays=True)
    check_fix(before, before.replace(", T22", ""), "allocation-mismatch", "out of this list")
    before = "agents:\n  - b: T1\n" + tasks
    check_fix(before, before.replace("agent: a", "agent: b"), "allocation-mismatch")
    before = "agents:\n  - a: X9 # gone\n" + tasks
    check_fix(before, before.replace("X9", "[]"), "allocation-mismatch")


def test_no_task_that_is_allocated_already_is_offered() -> None:
    text = "agents:\n  - a: T1, T11\ntasks:\n  - id: T1\n"
    assert fix_titles(text, "allocation-mismatch") == ["Take `T11` out of this list"]
