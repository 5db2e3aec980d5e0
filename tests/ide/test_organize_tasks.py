"""Tasks in the order of their dependencies."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from orchestrate_ls.ide.code_actions import action_named
from orchestrate_ls.ide.draft import NotPossibleError
from orchestrate_ls.text.edits import apply_edits
from tests.ide.actions import check, check_disabled, find, load
from tests.ide.random_plans import comments, plans
from tests.rules.fixtures import checked

NAME = "organize-tasks"


def test_comments_travel_and_blank_lines_stay():
    check(
        """
        tasks:
          # all of them

          # needs the schema
          - id: B   # second
            dependencies: [A]
            # inside B

          - id: A

          # last
          - {id: C, dependencies: [B]}
        start: 2026-11-23
        """,
        """
        tasks:
          # all of them

          - id: A

          # needs the schema
          - id: B   # second
            dependencies: [A]
            # inside B

          # last
          - {id: C, dependencies: [B]}
        start: 2026-11-23
        """,
        NAME,
    )


def test_the_last_line_may_have_no_line_break():
    check(
        "tasks:\n- id: B\n  dependencies: [A]\n- id: A",
        "tasks:\n- id: A\n- id: B\n  dependencies: [A]",
        NAME,
        ending="\r\n",
    )


def test_waves_come_one_after_the_other_and_keep_their_order():
    check(
        """
        tasks:
          - id: A
          - id: D
            dependencies: [C]
          - id: C
          - id: B
            dependencies: [A]
        """,
        """
        tasks:
          - id: A
          - id: C
          - id: D
            dependencies: [C]
          - id: B
            dependencies: [A]
        """,
        NAME,
    )


def test_a_reason_where_it_cannot_be():
    check_disabled(
        "tasks:\n  - id: A\n    dependencies: [B]\n  - id: B\n    dependencies: [A]\n", NAME, "in a circle"
    )
    check_disabled("tasks: [{id: B, dependencies: [A]}, {id: A}]\n", NAME, "not a plain list")
    check_disabled("tasks:\n  - id: A\n  - id: B\n    dependencies: [A]\n", NAME, "in order already")
    check_disabled("tasks:\n  - id: B\n    dependencies: [A]\n  - id: A\n  - id: A\n", NAME, "several tasks")
    check_disabled("goal: x\n", NAME, "no tasks")


def test_texts_that_go_on_below_their_task_stay_where_they_are():
    for text, reason in (
        (
            "tasks:\n  - id: B\n    dependencies: [A]\n    name: |+\n      x\n\n  - id: A\n",
            "ends with a text",
        ),
        (
            "tasks:\n  - id: B\n    dependencies: &d [A]\n  - id: A\n  - id: C\n    dependencies: *d\n",
            "an anchor",
        ),
    ):
        _, action = find(text, NAME)
        with pytest.raises(NotPossibleError, match=reason):
            action.edits()


@settings(max_examples=40)
@given(plans())
@example(
    "# orchestrate: plan\nagents: [{id: builder}]\ntasks:\n  - id: T2\n    name: Write 1\n    dependencies: [T1]\n"
    "    description: |\n      Two lines, # no comment\n      of text 1\n  - id: T1\n    name: Write 0"
)
def test_the_plan_stays_the_same_but_for_the_order(text: str):
    before = checked(text)
    action = action_named(before, 0, 0, NAME)
    assert action is not None
    if action.disabled is not None:
        assert "already" in action.disabled
        return
    try:
        after = apply_edits(text, action.edits())
    except NotPossibleError as error:
        assert "ends with a text" in str(error)  # noqa: PT017
        assert not text.endswith("\n")
        return
    assert comments(after) == comments(text)
    # A text in block style that comes to the end of the file keeps the line break that is part of it.
    assert sorted(after) in (sorted(text), sorted(text + "\n"))
    old, new = load(text), load(after)
    assert sorted(old.pop("tasks"), key=repr) == sorted(new["tasks"], key=repr)
    seen: set[str] = set()
    for task in new.pop("tasks"):
        for each in task.get("dependencies") or []:
            assert (each if isinstance(each, str) else each["task"]) in seen
        seen.add(task["id"])
    assert old == new
    again = action_named(checked(after), 0, 0, NAME)
    assert again is not None
    assert again.disabled == "the tasks are in order already"
