"""`self-dependency`."""

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, codes


def test_all_forms() -> None:
    check(
        """
        tasks:
          - id: T1
            dependencies: [T1] # oops
        #                  ^^ error[self-dependency] `T1` depends on itself 💡
          - id: T2
            dependencies:
              - T1
              - {task: T2, type: start-to-start}
        #              ^^ error[self-dependency] 💡
        """,
        only={"self-dependency", "dependency-cycle", "unknown-dependency"},
    )


def test_the_fix_removes_it() -> None:
    fix = check_fix(
        "tasks:\n  - id: T1\n    dependencies:\n      - T1 # oops\n    agent: x\n",
        "tasks:\n  - id: T1\n    dependencies: []\n    agent: x\n",
        "self-dependency",
    )
    assert fix.preferred
    check_fix(
        "tasks:\n  - id: T0\n  - id: T1\n    dependencies:\n      - task: T1\n        lag: 1h\n      - T0\n",
        "tasks:\n  - id: T0\n  - id: T1\n    dependencies:\n      - T0\n",
        "self-dependency",
    )
    check_fix("tasks:\n  - id: T1\n    dependencies: T1\n", "tasks:\n  - id: T1\n", "self-dependency")


def test_it_is_no_cycle_besides() -> None:
    found = codes("tasks:\n  - id: T1\n    dependencies: [T1]\n")
    assert found["self-dependency"] == 1
    assert found["dependency-cycle"] == 0
