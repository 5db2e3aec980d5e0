"""`group-not-parallel`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, codes

ONLY = {"group-not-parallel"}


def test_direct_and_indirect() -> None:
    check(
        """
        tasks:
          - {id: T1, parallel_group: tests}
        #                            ~~~~~ `T1` is in the group too
          - {id: T2, dependencies: [T1], parallel_group: other}
          - {id: T3, dependencies: [T2], parallel_group: tests}
        #                                                ^^^^^ information[group-not-parallel] `T3` waits for `T1`, and 1 more 💡
          - id: T4
            dependencies: [T3]
            parallel_group: "tests" # last
        #                   ~~~~~~~ `T4` waits for `T1`
          - {id: T5, dependencies: [T1], parallel_group: free}
          - {id: T6, dependencies: [T1], parallel_group: free}
        """,
        only=ONLY,
    )


def test_links_that_let_tasks_overlap_are_fine() -> None:
    text = "tasks:\n  - {id: T1, parallel_group: g}\n  - {id: T2, parallel_group: g, dependencies: [{task: T1, type: %s, lag: %s}]}\n"
    assert codes(text % ("start-to-start", "0h"))["group-not-parallel"] == 0
    assert codes(text % ("finish-to-finish", "0h"))["group-not-parallel"] == 0
    assert codes(text % ("finish-to-start", "1h"))["group-not-parallel"] == 1
    assert codes(text % ("finish-to-start", "-1h"))["group-not-parallel"] == 0


def test_a_start_to_start_link_behind_a_finish_still_means_one_after_the_other() -> None:
    text = (
        "tasks:\n  - {id: T1, parallel_group: g}\n  - {id: T2, dependencies: [T1]}\n"
        "  - {id: T3, parallel_group: g, dependencies: [{task: T2, type: start-to-start}]}\n"
    )
    assert codes(text)["group-not-parallel"] == 1


def test_the_fix_takes_the_task_out_of_the_group() -> None:
    before = "tasks:\n  - id: T1\n    parallel_group: g\n  - id: T2\n    parallel_group: g # too\n    dependencies: [T1]\n"
    check_fix(before, before.replace("    parallel_group: g # too\n", ""), "group-not-parallel")


def test_a_change_of_groups_is_seen_by_the_next_check() -> None:
    from orchestrate_ls.rules.engine import FileCheck, check_file
    from tests.rules.fixtures import checked

    text = "tasks:\n  - id: T1\n    parallel_group: g\n  - id: T2\n    parallel_group: h\n    dependencies: [T1]\n"
    first = checked(text)
    at = text.index(": h") + 2
    second: FileCheck = check_file(
        first.file.edit(at, at + 1, "g"), first.given.settings, first.given.schema, previous=first
    )
    assert [each.code for each in second.diagnostics if each.code in ONLY] == ["group-not-parallel"]
