"""`unknown-key`: keys that the schema does not know."""

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, fix_titles

ONLY = {"unknown-key"}


def test_unknown_keys() -> None:
    check(
        """
        gaol: x
        #^^^ warning[unknown-key] did you mean `goal`? 💡
        x-mine: 1
        tasks:
          - id: T1
            estimatedTime: 4h
        #   ^^^^^^^^^^^^^ warning[unknown-key] did you mean `estimated_time`? 💡
            "colour": red
        #   ^^^^^^^^ warning[unknown-key] is not a field of a task 💡
            x-ticket: 3
            dependencies:
              - {task: T2, lagg: 1h}
        #                  ^^^^ warning[unknown-key] did you mean `lag`? 💡
          - {id: T2, agnt: y}
        #            ^^^^ warning[unknown-key] did you mean `agent`? 💡
        """,
        only=ONLY,
    )


def test_the_fixes() -> None:
    before = "tasks:\n  - id: T1\n    estimatedTime: 4h # long\n    agent: x\n"
    fix = check_fix(before, before.replace("estimatedTime", "estimated_time"), "unknown-key")
    assert fix.preferred
    check_fix(before, before.replace("estimatedTime", "x-estimatedTime"), "unknown-key", "your own")
    check_fix(before, "tasks:\n  - id: T1\n    agent: x\n", "unknown-key", "Remove")


def test_a_guess_is_not_preferred() -> None:
    text = "tasks:\n  - id: T1\n    agnt: x\n"
    assert not check_fix(text, text.replace("agnt", "agent"), "unknown-key").preferred


def test_keys_from_elsewhere_have_no_fix() -> None:
    text = "x-base: &base {agnt: x}\ntasks:\n  - <<: *base\n    id: T1\n"
    assert fix_titles(text, "unknown-key") == []


def test_a_key_that_is_no_scalar() -> None:
    assert fix_titles("tasks:\n  - id: T1\n    ? [a]\n    : b\n", "unknown-key") == []
