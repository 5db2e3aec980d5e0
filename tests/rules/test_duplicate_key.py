"""`duplicate-key`: the same key twice in a mapping."""

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, codes

ONLY = {"duplicate-key"}


def test_in_tasks_and_below() -> None:
    check(
        """
        tasks:
          - id: T1
        #   ~~ `id` is given here first
            agent: x
            'id': T2 # again
        #   ^^^^ error[duplicate-key] `id` is already given further up 💡
          - {id: T2, agent: a, agent: b}
        #            ~~~~~ `agent` is given here first
        #                      ^^^^^ error[duplicate-key] 💡
          - id: T3
            budget:
              tokens: 1
        #     ~~~~~~ given here first
              tokens: 2
        #     ^^^^^^ error[duplicate-key] 💡
        """,
        only=ONLY,
    )


def test_in_the_plan() -> None:
    found = codes("goal: a\ntasks: []\ngoal: b\n")
    assert found["duplicate-key"] == 1
    assert codes("{goal: a, tasks: [], goal: b}\n")["duplicate-key"] == 1
    assert codes("goal: a\ntasks: []\n---\ngoal: b\ntasks: []\n")["duplicate-key"] == 0


def test_equal_keys_of_different_mappings_and_merge_keys_are_fine() -> None:
    assert (
        codes("x-a: &a {id: T1}\nx-b: &b {name: n}\ntasks:\n  - <<: *a\n    <<: *b\n    id: T1\n")[
            "duplicate-key"
        ]
        == 0
    )


def test_the_fix_deletes_the_later_one() -> None:
    fix = check_fix(
        "tasks:\n  - id: T1\n    agent: x # first\n    name: n\n    agent: y # second\n    # own line\n",
        "tasks:\n  - id: T1\n    agent: x # first\n    name: n\n    # own line\n",
        "duplicate-key",
    )
    assert not fix.preferred
    fix = check_fix(
        "tasks:\n  - id: T0\n  - {id: T1, agent: x, agent: x}\n",
        "tasks:\n  - id: T0\n  - {id: T1, agent: x}\n",
        "duplicate-key",
    )
    assert fix.preferred


def test_many_keys_take_no_quadratic_time() -> None:
    text = "x-a:\n" + "  k: 1\n" * 20_000 + "tasks: []\n"
    assert codes(text)["duplicate-key"] == 19_999


def test_keys_behind_a_place_that_is_not_yaml_are_left_alone() -> None:
    check(
        """
        tasks:
          - id: T1
            name: one
          - id: T2
            name: two
           - id: T3
        #  ^^^^^^^^ error[syntax] this line does not fit
            name: three
        """,
        only={"syntax", "duplicate-key"},
    )
