"""What is edited together: `«…»` is linked, `$0` the cursor."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from orchestrate_ls.ide.linked_editing import NAME_PATTERN, TASK_PATTERN, linked_ranges
from orchestrate_ls.plan.file import PlanFile
from tests.ide.fixtures import marked, shown


def check(text: str) -> None:
    plain, offset, ranges = marked(dedent(text))
    linked = linked_ranges(PlanFile.parse(plain), offset)
    found = [] if linked is None else [(start, end, False) for start, end in linked.ranges]
    assert shown(plain, found) == shown(plain, ranges)


def test_a_task_and_what_waits_for_it():
    check(
        """
        tasks:
          - id: «T$01»
          - id: T10
            dependencies: [«T1», {task: «T1»}]
        agents: [{builder: "T1, T10"}]
        """.replace(', {builder: "T1, T10"}', "").replace('[{builder: "T1, T10"}]', "[]")
    )


def test_an_agent():
    check(
        "agents:\n  - id: «a$0»\n    backup: b\n  - id: b\n    backup: «a»\ntasks:\n  - id: T1\n    agent: «a»\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        # A use: whoever types there means another task.
        "tasks:\n  - id: T1\n  - id: T2\n    dependencies: [T$01]\n",
        # Nothing else to change.
        "tasks:\n  - id: T$01\n",
        # Quotes are different.
        "tasks:\n  - id: T$01\n  - id: T2\n    dependencies: ['T1']\n",
        # Two of the name: one of them is to become another.
        "tasks:\n  - id: T1\n  - id: T$01\n  - id: T2\n    dependencies: [T1]\n",
        # Anchors.
        "tasks:\n  - id: &a T$01\n  - id: T2\n    dependencies: [*a]\n",
        "x-a: &a {id: T1}\ntasks:\n  - <<: *a\n  - id: T2\n    dependencies: [T$01]\n",
        # No name.
        "goal: $0x\ntasks: []\n",
        "tasks:\n  - id: A\n    parallel_group: g$0\n  - id: B\n    parallel_group: g\n",
    ],
)
def test_nothing_is_linked(text: str):
    check(text)


def test_quotes_that_are_the_same():
    check("tasks:\n  - id: '«T$01»'\n  - id: T2\n    dependencies: ['«T1»']\n")


def test_what_may_be_typed():
    for name in ("T1", "login-api", "é"):
        assert re.fullmatch(TASK_PATTERN, name)
        assert re.fullmatch(NAME_PATTERN, name)
    assert re.fullmatch(NAME_PATTERN, "two words")
    for name in ("a b", "a,b", "[a", "a#"):
        assert not re.fullmatch(TASK_PATTERN, name)
    for name in ("a,b", "a: b", " a"):
        assert not re.fullmatch(NAME_PATTERN, name)
