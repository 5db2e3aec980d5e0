"""`file-conflict`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

import pytest

from tests.rules.fixtures import check, check_fix, checked, codes

ONLY = {"file-conflict"}


def test_tasks_that_may_run_together_and_write_the_same_files() -> None:
    check(
        """
        tasks:
          - id: T1
            files: [src/**] # all of it
          - id: T2
            files: [docs/x.md, ./src/a.py]
        #                      ^^^^^^^^^^ warning[file-conflict] `T2` may run at the same time as `T1` and write the same files (`./src/a.py` and `src/**`) 💡
          - {id: T3, files: [docs/y.md], dependencies: [T1]}
          - id: T4
            dependencies: [T3]
            files:
              - src/b.py
          - id: T5
            files: docs/y.md
        #          ^^^^^^^^^ warning[file-conflict] as `T3` and write the same files (`docs/y.md`); let one wait 💡
        """,
        only=ONLY,
    )


def test_the_other_tasks_are_related() -> None:
    check(
        """
        tasks:
          - id: T1
            files: [a]
        #          ~~~ `T1` writes `a`
          - id: T2
            files: [b]
        #          ~~~ `T2` writes `b`
          - id: T3
            files: ["{a,b}"]
        #           ^^^^^^^ warning[file-conflict] as `T1` and `T2` 💡
        """,
        only=ONLY,
    )


@pytest.mark.parametrize(
    ("kind", "lag", "found"),
    [
        ("finish-to-start", "0h", 0),
        ("finish-to-start", "1h", 0),
        ("finish-to-start", "-1h", 1),
        ("start-to-start", "0h", 1),
        ("finish-to-finish", "0h", 1),
    ],
)
def test_a_dependency_counts_where_it_keeps_the_tasks_apart(kind: str, lag: str, found: int) -> None:
    text = (
        "tasks:\n  - {id: T1, files: [a], estimated_time: 2h}\n"
        f"  - {{id: T2, files: [a], estimated_time: 2h, dependencies: [{{task: T1, type: {kind}, lag: {lag}}}]}}\n"
    )
    assert codes(text)["file-conflict"] == found


def test_tasks_that_wait_through_others_are_apart() -> None:
    text = "tasks:\n  - {id: T3, files: [a], dependencies: [T2]}\n  - {id: T2, dependencies: [T1]}\n  - {id: T1, files: [a]}\n"
    assert codes(text)["file-conflict"] == 0


def test_one_task_does_not_get_in_its_own_way() -> None:
    assert codes("tasks:\n  - {id: T1, files: [a, 'a', '*']}\n")["file-conflict"] == 0


def test_the_fix() -> None:
    before = "tasks:\n  - {id: T1, files: [a]}\n  - id: T2\n    name: n # x\n    files: [a]\n"
    check_fix(before, before.replace("n # x\n", "n # x\n    dependencies: [T1]\n"), "file-conflict")
    before = "tasks:\n  - {id: T1, files: [a]}\n  - {id: T0}\n  - {id: T2, dependencies: [T0], files: [a]}\n"
    check_fix(before, before.replace("[T0]", "[T0, T1]"), "file-conflict")


def test_very_many_tasks_with_the_same_files_get_an_answer() -> None:
    tasks = "".join(f"  - {{id: T{n}, files: ['**/x{n % 300}*', src]}}\n" for n in range(600))
    found = checked("tasks:\n" + tasks).diagnostics
    assert sum(each.code == "file-conflict" for each in found) == 599


def test_an_edit_of_files_is_seen() -> None:
    text = "tasks:\n  - {id: T1, files: [a]}\n  - {id: T2, files: [b]}\n"
    for _ in range(2):
        assert codes(text)["file-conflict"] == 0
        assert codes(text.replace("[b]", "[a]"))["file-conflict"] == 1
