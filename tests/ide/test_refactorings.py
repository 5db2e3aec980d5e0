"""Each refactoring on a small plan, and all of them on random ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.ide.code_actions import ActionKind, actions_at
from orchestrate_ls.ide.draft import NotPossibleError
from orchestrate_ls.text.edits import apply_edits
from tests.ide.actions import check, check_disabled, errors, find, load
from tests.ide.random_plans import comments, plans
from tests.plans import plan_like
from tests.rules.fixtures import checked


def test_extract_a_parallel_group():
    check(
        """
        tasks:
          - id: A$0
            agent: x  # who
            files: [a]
          - {id: B$0, parallel_group: old}
        """,
        """
        tasks:
          - id: A
            agent: x  # who
            parallel_group: group-1
            files: [a]
          - {id: B, parallel_group: group-1}
        """,
        "extract-group",
        title="Extract a parallel group of 2 tasks",
    )


def test_no_group_of_tasks_that_wait_for_each_other():
    _, action = find(
        "tasks:\n  - id: A$0\n  - id: B\n    dependencies: [A]\n  - id: C$0\n    dependencies: [B]\n",
        "extract-group",
    )
    with pytest.raises(NotPossibleError, match="waits for `A`"):
        action.edits()
    check_disabled("tasks:\n  - id: A$0\n  - id: B\n", "extract-group", "two tasks or more")


def test_split_a_task():
    check(
        """
        agents:
          - x: A, B
        tasks:
          - id: A$0   # first
            name: "Draw"
            estimated_time: 3h
            agent: x
            # the end of A

          - id: B
            dependencies:
              - A  # because
              - {task: A, type: start-to-start}
        """,
        """
        agents:
          - x: A, A-2, B
        tasks:
          - id: A   # first
            name: "Draw (part 1)"
            estimated_time: 1h30m
            agent: x
            # the end of A

          - id: A-2
            name: Draw (part 2)
            estimated_time: 1h30m
            dependencies: [A]
            agent: x

          - id: B
            dependencies:
              - A-2  # because
              - {task: A, type: start-to-start}
        """,
        "split-task",
        title="Split `A` in two",
    )


def test_inline_a_task():
    check(
        """
        agents: {x: "A, B, C"}
        tasks:
          - id: A
          # gone with it
          - id: B$0
            dependencies: [A]

          - id: C
            dependencies:
              - "B"   # why
          - id: D
            dependencies: B
          - id: E
            dependencies: [{task: B, type: start-to-start, lag: 1h}]
          - id: F
            dependencies: [A, B, C]
        """,
        """
        agents: {x: "A, C"}
        tasks:
          - id: A

          - id: C
            dependencies:
              - A   # why
          - id: D
            dependencies: [A]
          - id: E
            dependencies: [{task: A, lag: 1h}]
          - id: F
            dependencies: [A, C]
        """,
        "inline-task",
    )


def test_inline_a_task_that_waits_for_several():
    check(
        """
        tasks:
          - id: A
          - id: B
          - id: X$0
            dependencies: [A, {task: B, lag: 2h}]
          - id: C
            dependencies:
              - X
              - A
          - id: D
            dependencies: [X]
        """,
        """
        tasks:
          - id: A
          - id: B
          - id: C
            dependencies:
              - {task: B, lag: 2h}
              - A
          - id: D
            dependencies: [A, {task: B, lag: 2h}]
        """,
        "inline-task",
    )


def test_merge_tasks():
    check(
        """
        tasks:
          - id: A$0
            name: Draw
            estimated_time: 1h
            files:
              - a
          # about B
          - id: B$0
            name: Paint
            description: |
              Lines # no comment
            estimated_time: 2h
            dependencies: [A, Z]  # both
            priority: high
            files: [a, b]
          - id: C
            dependencies: [B]
          - id: D
            dependencies: [A, B]
          - id: Z
        """,
        """
        tasks:
          # about B
          # both
          - id: A
            name: Draw and Paint
            description: 'Lines # no comment'
            estimated_time: 3h
            dependencies: [Z]
            priority: high
            files:
              - a
              - b
          - id: C
            dependencies: [A]
          - id: D
            dependencies: [A]
          - id: Z
        """,
        "merge-tasks",
        title="Merge `B` into `A`",
    )


def test_merging_around_a_task_in_between_is_refused():
    _, action = find(
        "tasks:\n  - id: A$0\n  - id: C$0\n    dependencies: [B]\n  - id: B\n    dependencies: [A]\n",
        "merge-tasks",
    )
    with pytest.raises(NotPossibleError, match="`B` waits for one of them"):
        action.edits()


def test_number_all_tasks():
    check(
        """
        agents:
          - x: one, T1
        tasks:
          - id: 'one'
          - id: T1
            dependencies: [ "one" ]
          - id: third
            dependencies:
              - {task: T1, lag: 1h}  # later
        execution_status:
          tasks:
            one: completed
        """,
        """
        agents:
          - x: T1, T2
        tasks:
          - id: 'T1'
          - id: T2
            dependencies: [ "T1" ]
          - id: T3
            dependencies:
              - {task: T2, lag: 1h}  # later
        execution_status:
          tasks:
            T1: completed
        """,
        "number-tasks",
    )
    check_disabled("tasks:\n  - id: T1\n", "number-tasks", "already")


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("90m", "duration-in-hours", "1h30m"),
        ("90m  # about", "duration-as-iso", "PT1H30M  # about"),
        ('"1d"', "duration-as-iso", '"PT8H"'),
        ("2h", "duration-three-points", "{optimistic: 2h, likely: 2h, pessimistic: 2h}"),
        ("{optimistic: 1h, likely: 2h, pessimistic: 3h}", "duration-in-hours", "2h"),
        (
            "\n      optimistic: 1h\n      likely: 2h\n      pessimistic: 3h",
            "duration-in-hours",
            "2h",
        ),
    ],
)
def test_convert_a_duration(before: str, name: str, after: str):
    text = "tasks:\n  - id: A\n    estimated_time$0: {}\n    agent: x\n"
    check(text.format(before), text.replace("$0", "").format(after), name)


def test_insert_a_task():
    check(
        """
        tasks:
          - id: T1$0
            agent: x
            # of T1

          # above T2
          - id: T2
        """,
        """
        tasks:
          - id: T1
            agent: x
            # of T1

          - id: T3
            name: New task
            dependencies: [T1]
            agent: x

          # above T2
          - id: T2
        """,
        "insert-task",
    )
    check(
        "tasks:\n-   id: a1$0",
        "tasks:\n-   id: a1\n-   id: a2\n    name: New task\n    dependencies: [a1]",
        "insert-task",
        ending="\r\n",
    )
    check_disabled("tasks: [{id: T1$0}]\n", "insert-task", "not a plain list")


def _is_refactoring(kind: ActionKind) -> bool:
    return kind.value.startswith("refactor")


@settings(max_examples=40)
@given(plans(2), st.data())
def test_every_refactoring_keeps_the_plan_a_plan(text: str, data: st.DataObject):
    before = checked(text)
    assert errors(before) == 0
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    if data.draw(st.booleans()):
        end = start
    if data.draw(st.booleans()) and "estimated_time" in text:
        start = end = text.index("estimated_time", start if "estimated_time" in text[start:] else 0)
    for action in actions_at(before, start, end, _is_refactoring):
        if action.replan is not None:
            # Planned elsewhere, and tried with the planner.
            continue
        try:
            edits = action.edits()
        except NotPossibleError as error:
            assert str(error)  # noqa: PT017
            continue
        after = apply_edits(text, edits)
        assert after != text
        assert errors(checked(after)) == 0
        _compare(action.name, text, after)


def _waits(tasks: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Which task waits for which, directly or not."""
    before: dict[str, set[str]] = {}
    for task in tasks:
        named = task.get("dependencies") or []
        before[task["id"]] = {each if isinstance(each, str) else each["task"] for each in named}
    found: set[tuple[str, str]] = set()
    for task, direct in before.items():
        stack, seen = list(direct), set[str]()
        while stack:
            other = stack.pop()
            if other not in seen:
                seen.add(other)
                stack.extend(before[other])
        found |= {(task, other) for other in seen}
    return found


def _without_reasons(text: str) -> list[str]:
    return [each for each in comments(text) if each != "# why"]


def _compare(name: str, before: str, after: str) -> None:
    old, new = load(before), load(after)
    was: list[dict[str, Any]] = old.pop("tasks")
    now: list[dict[str, Any]] = new.pop("tasks")
    assert old == new
    if name == "inline-task":
        assert len(now) == len(was) - 1
        left = {task["id"] for task in now}
        assert _waits(now) == {(one, other) for one, other in _waits(was) if {one, other} <= left}
        assert set(comments(after)) <= set(comments(before))
        return
    if name == "merge-tasks":
        # The comment on the line of a dependency goes where the dependency does.
        assert _without_reasons(after) == _without_reasons(before)
    else:
        assert comments(after) == comments(before)
    if name == "merge-tasks":
        assert len(now) < len(was)
    elif name in ("split-task", "insert-task"):
        assert len(now) == len(was) + 1
        assert _waits(was) <= _waits(now)
    else:
        ours = {
            "extract-group": {"parallel_group"},
            "number-tasks": {"id", "dependencies"},
            "assign-agents": {"agent"},
            "balance-agents": {"agent"},
        }
        fields = ours.get(name, {"estimated_time"})
        for one, other in zip(was, now, strict=True):
            assert {k: v for k, v in one.items() if k not in fields} == {
                k: v for k, v in other.items() if k not in fields
            }


@settings(max_examples=60)
@given(plan_like, st.integers(0, 500), st.integers(0, 500))
def test_in_any_text_an_action_has_edits_or_a_reason(text: str, start: int, end: int):
    start, end = start % (len(text) + 1), end % (len(text) + 1)
    for action in actions_at(checked(text), start, end):
        try:
            apply_edits(text, action.edits())
        except NotPossibleError as error:
            assert str(error)  # noqa: PT017
