"""`duplicate-dependency`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, checked, codes

ONLY = {"duplicate-dependency"}


def test_the_later_one_is_found() -> None:
    check(
        """
        tasks:
          - id: T1
          - id: T2
            dependencies: [T1, 'T1', {task: T1, lag: 1h}]
        #                  ~~ listed here first
        #                      ^^^^ warning[duplicate-dependency] the dependency on `T1` is listed twice 💡
        #                            ^^^^^^^^^^^^^^^^^^^ warning[duplicate-dependency] 💡
        #                  ~~ listed here first
        """,
        only=ONLY,
    )


def test_it_is_faded() -> None:
    (found,) = [
        each
        for each in checked("tasks:\n  - id: T1\n  - id: T2\n    dependencies: [T1, T1]\n").diagnostics
        if each.code == "duplicate-dependency"
    ]
    assert found.unnecessary


def test_different_types_on_one_task_are_fine() -> None:
    text = "tasks:\n  - id: T1\n  - id: T2\n    dependencies: [{task: T1, type: %s}, {task: T1, type: finish-to-finish}]\n"
    assert codes(text % "start-to-start")["duplicate-dependency"] == 0
    assert codes(text % "finish-to-finish")["duplicate-dependency"] == 1


def test_what_is_unknown_or_itself_is_not_reported_twice() -> None:
    assert codes("tasks:\n  - id: T2\n    dependencies: [T1, T1, T2, T2]\n")["duplicate-dependency"] == 0


def test_the_fix_removes_the_later_one() -> None:
    fix = check_fix(
        "tasks:\n  - id: T1\n  - id: T2\n    dependencies:\n      - T1 # one\n      - task: T1 # two\n        lag: 1h\n",
        "tasks:\n  - id: T1\n  - id: T2\n    dependencies:\n      - T1 # one\n",
        "duplicate-dependency",
    )
    assert fix.preferred
