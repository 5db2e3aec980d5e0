"""`invalid-trigger`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, check_fix

ONLY = {"invalid-trigger"}


def test_conditions_and_actions() -> None:
    check(
        """
        replan_triggers:
          - condition: task_duraton > estimated * 1.5
        #              ^^^^^^^^^^^^ warning[invalid-trigger] `task_duraton` is no name that conditions know; did you mean `task_duration`? 💡
            action: reassign_or_split_tasks
        #           ^^^^^^^^^^^^^^^^^^^^^^^ warning[invalid-trigger] nothing carries out the action `reassign_or_split_tasks`; did you mean `reassign_or_split_task`? 💡
          - {condition: "critical_task_blocked > 2 and quality_score < 'x'", action: escalate}
        #                                        ^ warning[invalid-trigger] write the unit, for example `2h` 💡
        #                                              ^^^^^^^^^^^^^^^^^^^ warning[invalid-trigger] a number is compared with a text
          - condition: >-
              percent > 50 and
              banana > 1
        #     ^^^^^^ warning[invalid-trigger] `banana` is no name that conditions know; completion lists those that there are
            action: notify
          - condition: quality_score = 0.7
        #                            ^ warning[invalid-trigger] `=` has no meaning in a condition; write `==` 💡
            action: dance
        #           ^^^^^ warning[invalid-trigger] name one of
        tasks:
          - id: T1
        """,
        only=ONLY,
    )


def test_the_seed_s_triggers_are_clean() -> None:
    check(
        """
        replan_triggers:
          - {condition: task_duration > estimated * 1.5, action: reassign_or_split_task, severity: high}
          - {condition: critical_task_blocked > 2h, action: escalate_blocker_resolution, severity: critical}
          - {condition: agent_unavailable, action: reassign_to_backup_agent, severity: medium}
          - {condition: quality_score < 0.7, action: trigger_code_review, severity: high}
        tasks:
          - id: T1
        """,
        only=ONLY,
    )


def test_fixes() -> None:
    for wrong, right in (
        ("task_duraton > 2h", "task_duration > 2h"),
        ("'task_blocked > 2'", "'task_blocked > 2h'"),
        ("percent = 2", "percent == 2"),
    ):
        before = f"replan_triggers:\n  - condition: {wrong}\n    action: notify\ntasks:\n  - id: T1\n"
        check_fix(before, before.replace(wrong, right), "invalid-trigger")
    before = "replan_triggers:\n  - {condition: critical, action: notfy}\ntasks:\n  - id: T1\n"
    check_fix(before, before.replace("notfy", "notify"), "invalid-trigger")
