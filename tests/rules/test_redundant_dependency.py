"""`redundant-dependency`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, checked, codes

ONLY = {"redundant-dependency"}
CHAIN = (
    "tasks:\n  - id: T1\n  - id: T2\n    dependencies: [T1]\n  - id: T3\n    dependencies: [T2]\n  - id: T4\n"
)


def test_it_names_the_path() -> None:
    check(
        """
        tasks:
          - id: T1
          - id: T2
            dependencies: [T1]
          - id: T3
            dependencies: [T2]
          - id: T4
            dependencies: [T1, T3] # all
        #                  ^^ hint[redundant-dependency] `T4` waits for `T1` anyway, by T1 → T2 → T3 → T4 💡
        #                      ~~ this dependency implies it
          - id: T5
            dependencies:
              - 'T2'
        #       ^^^^ hint[redundant-dependency] T2 → T3 → T5 💡
              - task: T3
        #             ~~ this dependency implies it
        """,
        only=ONLY,
    )


def test_it_is_faded_and_its_fix_is_preferred() -> None:
    text = CHAIN + "    dependencies: [T1, T3] # all\n"
    assert all(each.unnecessary for each in checked(text).diagnostics if each.code == "redundant-dependency")
    assert check_fix(text, text.replace("[T1, T3]", "[T3]"), "redundant-dependency").preferred
    block = CHAIN + "    dependencies:\n      - T3 # keep\n      - T1 # go\n"
    check_fix(block, block.replace("      - T1 # go\n", ""), "redundant-dependency")


def test_links_of_other_types_and_lags_are_not_redundant() -> None:
    for link in ("{task: T1, lag: 8h}", "{task: T1, type: start-to-start}"):
        assert codes(CHAIN + f"    dependencies: [{link}, T3]\n")["redundant-dependency"] == 0
    assert codes(CHAIN + "    dependencies: [T1, {task: T3, lag: 1h}]\n")["redundant-dependency"] == 1
    assert (
        codes(CHAIN + "    dependencies: [T1, {task: T3, type: start-to-start}]\n")["redundant-dependency"]
        == 0
    )


def test_cycles_do_not_make_redundant() -> None:
    text = "tasks:\n  - id: T1\n    dependencies: [T2]\n  - id: T2\n    dependencies: [T1]\n  - id: T3\n    dependencies: [T1, T2]\n"
    assert codes(text)["redundant-dependency"] == 0
