"""`syntax`: one finding for each place, and all that stands around it is still checked."""

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, codes

ONLY = {"syntax"}


def test_a_missing_colon() -> None:
    check(
        """
        tasks:
          - id: T1
            agent x
        #   ^^^^^^^ error[syntax] 💡
          - id: T2
        """,
        only=ONLY,
    )
    check_fix(
        "tasks:\n  - id: T1\n    agent x # who\n  - id: T2\n",
        "tasks:\n  - id: T1\n    agent: x # who\n  - id: T2\n",
        "syntax",
    )


def test_an_open_bracket() -> None:
    check_fix(
        "tasks:\n  - id: T1\n    dependencies: [T2, T3\n    agent: x\n  - id: T2\n  - id: T3\n",
        "tasks:\n  - id: T1\n    dependencies: [T2, T3]\n    agent: x\n  - id: T2\n  - id: T3\n",
        "syntax",
    )


def test_what_is_around_a_broken_task_is_checked() -> None:
    found = codes(
        """
tasks:
  - id: T1
    dependencies: [T9]
  - id: T2
    agent x
    dependencies: [T8]
  - id: T3
    dependencies: [T7]
"""
    )
    assert found["syntax"] == 1
    assert found["unknown-dependency"] == 3
    assert found["schema"] == 0


def test_the_seed_s_recovery_block_gives_one_finding() -> None:
    check(
        """
        error_recovery_strategies:
          agent_failure:
            - retry_with_same_agent: max_attempts: 2
        #                                        ^ error[syntax] a second `:` on this line 💡
            - reassign_to_backup_agent: if_available
        tasks:
          - id: T1
            dependencies: [T9]
        #                  ^^ error[unknown-dependency] 💡
        """,
        only={"syntax", "schema", "unknown-key", "unknown-dependency"},
    )


def test_a_repair_counts_from_its_own_chunk() -> None:
    check_fix(
        "goal: é\r\ntasks:\r\n  - id: T0\r\n  - id: T1\r\n    agent x\r\n",
        "goal: é\r\ntasks:\r\n  - id: T0\r\n  - id: T1\r\n    agent: x\r\n",
        "syntax",
    )
