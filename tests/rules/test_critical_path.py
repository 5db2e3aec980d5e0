"""`critical-path`: one for each plan."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, checked, codes

ONLY = {"critical-path"}


def test_the_path_with_times_and_gains() -> None:
    check(
        """
        tasks:
          - id: T1
        #       ^^ information[critical-path] critical path T1 → T3 → T4, 7h30m of 10h in total; shortening T3 wins up to 3h30m
        #       ~~ `T1`, 0h to 2h: shortening it wins up to 2h
            estimated_time: 2h
          - id: T2
            estimated_time: 2h30m
            dependencies: [T0]
          - id: T3
        #       ~~ `T3`, 2h to 6h: shortening it wins up to 3h30m
            estimated_time: 4h
            dependencies: [T1]
          - id: 'T4'
        #       ~~~~ `T4`, 6h to 7h30m: shortening it wins up to 1h30m
            estimated_time: 1h30m
            dependencies: [T2, T3]
        """,
        only=ONLY,
    )


def test_a_parallel_path_of_the_same_length_wins_nothing() -> None:
    text = "tasks:\n  - {id: T1, estimated_time: 2h}\n  - {id: T2, estimated_time: 2h}\n"
    (found,) = [each for each in checked(text).diagnostics if each.code == "critical-path"]
    assert found.message == "critical path T1, 2h of 4h in total"
    assert [related.message for related in found.related] == [
        "`T1`, 0h to 2h: shortening it alone wins nothing"
    ]


def test_none_with_a_cycle_or_without_an_estimate() -> None:
    assert codes("tasks:\n  - id: T1\n  - id: T2\n    dependencies: [T1]\n")["critical-path"] == 0
    assert (
        codes(
            "tasks:\n  - {id: T1, estimated_time: 1h, dependencies: [T2]}\n  - {id: T2, dependencies: [T1]}\n"
        )["critical-path"]
        == 0
    )
    assert codes("tasks: []\n")["critical-path"] == 0


def test_unknown_dependencies_do_not_hide_it() -> None:
    assert codes("tasks:\n  - {id: T1, estimated_time: 1h, dependencies: [T9]}\n")["critical-path"] == 1


def test_one_for_each_document() -> None:
    assert (
        codes("tasks:\n  - {id: T1, estimated_time: 1h}\n---\ntasks:\n  - {id: T1, estimated_time: 1h}\n")[
            "critical-path"
        ]
        == 2
    )


def test_a_task_without_an_id() -> None:
    check(
        "tasks:\n  - name: Build\n#   ^^^^^^^^^^^ information[critical-path] critical path Build, 1h\n    estimated_time: 1h\n",
        only=ONLY,
    )


def test_a_path_of_5000_tasks() -> None:
    tasks = "".join(
        f"  - {{id: T{n}, estimated_time: 1h, dependencies: [T{n - 1}]}}\n" for n in range(1, 5_000)
    )
    (found,) = [
        each
        for each in checked(f"tasks:\n  - {{id: T0, estimated_time: 1h}}\n{tasks}").diagnostics
        if each.code == "critical-path"
    ]
    assert " → … → " in found.message
    assert "(5000 tasks), 5000h of 5000h" in found.message
    assert len(found.message) < 1_000
    assert len(found.related) == 50
