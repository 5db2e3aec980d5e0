"""`dependency-cycle`: one finding for each knot of cycles."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

import pytest

from tests.rules.fixtures import check, check_fix, checked, codes, fix_titles

ONLY = {"dependency-cycle", "unknown-dependency", "self-dependency"}


def test_two_tasks() -> None:
    check(
        """
        tasks:
          - id: T1
            dependencies: [T2] # oops
        #                  ^^ error[dependency-cycle] dependency cycle T1 → T2 → T1: each waits 💡
        #                  ~~ `T1` waits for `T2`
          - id: T2
            dependencies: ['T1']
        #                  ~~~~ `T2` waits for `T1`
          - id: T3
            dependencies: [T2, T9]
        #                      ^^ error[unknown-dependency] 💡
        """,
        only=ONLY,
    )


def test_the_shortest_cycle_of_a_knot_in_order() -> None:
    check(
        """
        tasks:
          - id: T1
            dependencies: [T3]
        #                  ~~ `T1` waits for `T3`
        #                  ^^ error[dependency-cycle] T1 → T3 → T1 (3 tasks in all depend on each other) 💡
          - id: T2
            dependencies: [T1]
          - id: T3
            dependencies:
              - T2
              - task: T1
        #             ~~ `T3` waits for `T1`
                type: start-to-start
        """,
        only=ONLY,
    )


def test_three_separate_cycles_give_three() -> None:
    text = "tasks:\n" + "".join(
        f"  - id: A{n}\n    dependencies: [B{n}]\n  - id: B{n}\n    dependencies: [A{n}]\n  - id: C{n}\n    dependencies: [B{n}]\n"
        for n in (1, 2, 3)
    )
    messages = [each.message for each in checked(text).diagnostics if each.code == "dependency-cycle"]
    assert [message.split(":")[0] for message in messages] == [
        f"dependency cycle A{n} → B{n} → A{n}" for n in (1, 2, 3)
    ]


def test_a_plan_without_a_cycle() -> None:
    assert codes("tasks:\n  - id: T1\n  - id: T2\n    dependencies: [T1]\n")["dependency-cycle"] == 0


def test_the_fix_takes_the_link_that_leaves_the_fewest_cycles() -> None:
    # Both cycles go through T1 -> T2.
    before = (
        "tasks:\n"
        "  - id: T1\n    dependencies: [T3, T4]\n"
        "  - id: T2\n    dependencies: [T1] # both\n"
        "  - id: T3\n    dependencies: [T2]\n"
        "  - id: T4\n    dependencies: [T2]\n"
    )
    check_fix(before, before.replace("[T1] # both", "[] # both"), "dependency-cycle")
    assert fix_titles(before, "dependency-cycle")[0] == "Remove the dependency of `T2` on `T1`"


def test_a_link_that_stands_twice_is_not_offered() -> None:
    text = "tasks:\n  - id: T1\n    dependencies: [T2, T2]\n  - id: T2\n    dependencies: [T1]\n"
    assert fix_titles(text, "dependency-cycle") == ["Remove the dependency of `T2` on `T1`"]


@pytest.mark.parametrize("length", [100, 3_000])
def test_a_long_cycle_has_a_message_of_sensible_length(length: int) -> None:
    tasks = "".join(f"  - id: T{n}\n    dependencies: [T{(n - 1) % length}]\n" for n in range(length))
    (found,) = [each for each in checked(f"tasks:\n{tasks}").diagnostics if each.code == "dependency-cycle"]
    assert "T0 → T1 → " in found.message
    assert " → … → " in found.message
    assert len(found.message) < 1_000
    assert len(found.related) == 50
