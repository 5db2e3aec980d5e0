"""`duplicate-task-id`."""

from __future__ import annotations

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.duplicate_task_id import next_free_id
from tests.rules.fixtures import check, check_fix, codes

ONLY = {"duplicate-task-id"}


def test_later_tasks_are_reported_with_the_first() -> None:
    check(
        """
        tasks:
          - id: T1
        #       ~~ the first task with the id `T1`
          - id: T2
        #       ~~ the first task with the id `T2`
          - {id: "T1", name: again}
        #        ^^^^ error[duplicate-task-id] the id `T1` is taken 💡
          - id: 'T2' # again
        #       ^^^^ error[duplicate-task-id] the id `T2` is taken 💡
        """,
        only=ONLY,
    )


def test_numbers_and_texts_are_one_id() -> None:
    assert codes('tasks:\n  - id: 1\n  - id: "1"\n')["duplicate-task-id"] == 1
    assert codes("tasks:\n  - name: a\n  - name: a\n")["duplicate-task-id"] == 0
    assert codes("tasks:\n  - id: t1\n  - id: T1\n")["duplicate-task-id"] == 0


def test_documents_are_plans_of_their_own() -> None:
    assert codes("tasks:\n  - id: T1\n---\ntasks:\n  - id: T1\n")["duplicate-task-id"] == 0


def test_the_fix_gives_the_next_free_id() -> None:
    check_fix(
        "tasks:\n  - id: T1\n  - id: T7\n  - id: 'T1' # again\n",
        "tasks:\n  - id: T1\n  - id: T7\n  - id: 'T8' # again\n",
        "duplicate-task-id",
    )


@pytest.mark.parametrize(
    ("ids", "like", "free"),
    [
        (["T1", "T2"], "T1", "T3"),
        (["T01", "T09"], "T01", "T10"),
        (["a", "a-2"], "a", "a-3"),
        (["T1", "U9"], "T1", "T2"),
        (["1", "2"], "1", "3"),
        (["v1.2", "v1.10"], "v1.2", "v1.11"),
    ],
)
def test_next_free_id(ids: list[str], like: str, free: str) -> None:
    text = "tasks:\n" + "".join(f"  - id: '{each}'\n" for each in ids)
    assert next_free_id(PlanFile.parse(text).sources[0].plan, like) == free


def test_thousands_of_one_id() -> None:
    assert codes("tasks:\n" + "  - id: T1\n" * 5_000)["duplicate-task-id"] == 4_999
