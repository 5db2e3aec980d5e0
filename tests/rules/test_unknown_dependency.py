"""`unknown-dependency`."""

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, codes, fix_titles

ONLY = {"unknown-dependency"}


def test_all_forms() -> None:
    check(
        """
        tasks:
          - id: design
          - id: build
            dependencies: [desing, design] # why
        #                  ^^^^^^ error[unknown-dependency] no task has the id `desing`; did you mean `design`? 💡
          - id: test
            dependencies:
              - task: "biuld"
        #             ^^^^^^^ error[unknown-dependency] did you mean `build`? 💡
                lag: 1h
              - zzz
        #       ^^^ error[unknown-dependency] correct it, or remove the dependency 💡
          - id: ship
            dependencies: tset
        #                 ^^^^ error[unknown-dependency] did you mean `test`? 💡
        """,
        only=ONLY,
    )


def test_ids_are_compared_as_written() -> None:
    assert codes('tasks:\n  - id: 1\n  - id: 2\n    dependencies: ["1"]\n')["unknown-dependency"] == 0
    assert codes("tasks:\n  - id: T1\n  - id: T2\n    dependencies: [t1]\n")["unknown-dependency"] == 1


def test_a_task_of_another_document_is_unknown() -> None:
    assert (
        codes("tasks:\n  - id: T1\n---\ntasks:\n  - id: T2\n    dependencies: [T1]\n")["unknown-dependency"]
        == 1
    )


def test_the_fixes() -> None:
    before = "tasks:\n  - id: design\n  - id: build\n    dependencies: [desing] # why\n"
    check_fix(before, before.replace("desing", "design"), "unknown-dependency")
    check_fix(before, before.replace("[desing]", "[]"), "unknown-dependency", "Remove")


def test_a_task_is_found_by_its_name() -> None:
    before = (
        "tasks:\n  - id: T1\n    name: Database schema\n  - id: T2\n    dependencies: [Database schema]\n"
    )
    check_fix(before, before.replace("[Database schema]", "[T1]"), "unknown-dependency", "(Database schema)")


def test_neither_the_task_itself_nor_a_dependency_it_has_is_offered() -> None:
    text = "tasks:\n  - id: T1\n  - id: T2\n  - id: T3\n    dependencies: [T1, T22]\n"
    titles = fix_titles(text, "unknown-dependency")
    assert titles == ["Replace `T22` by `T2`", "Remove the dependency on `T22`"]
    check(
        text.replace("T22]\n", "T22]\n    #                  ^^^ error[unknown-dependency] 💡\n"), only=ONLY
    )


def test_an_id_that_needs_quotes() -> None:
    before = "tasks:\n  - id: 'a, b'\n  - id: c\n    dependencies: [a b]\n"
    check_fix(before, before.replace("[a b]", "['a, b']"), "unknown-dependency")


def test_in_an_alias_the_alias_is_replaced() -> None:
    before = "x-dep: &dep desing\ntasks:\n  - id: design\n  - id: build\n    dependencies: [*dep]\n"
    check_fix(before, before.replace("[*dep]", "[design]"), "unknown-dependency")


def test_odd_names_are_safe_to_show() -> None:
    text = 'tasks:\n  - id: T1\n    dependencies: ["a`b\\e[31m", "' + "x" * 500 + '"]\n'
    from tests.rules.fixtures import checked

    messages = [each.message for each in checked(text).diagnostics if each.code == "unknown-dependency"]
    assert len(messages) == 2
    assert all(message.isprintable() and len(message) < 200 for message in messages)


def test_thousands_of_unknown_ids_do_not_stall() -> None:
    tasks = "".join(f"  - id: T{number}\n    dependencies: [X{number}]\n" for number in range(3_000))
    assert codes(f"tasks:\n{tasks}")["unknown-dependency"] == 3_000
