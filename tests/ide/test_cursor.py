"""What stands at a place is found, whatever the file looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.ide.cursor import On, cursor_at
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.tree import Entry
from tests.ide.fixtures import marked
from tests.plans import plan_like


def check(text: str, task: int | None, path: tuple[str | int, ...], on: On = On.VALUE, plan: int = 0) -> None:
    plain, offset, _ = marked(text)
    cursor = cursor_at(PlanFile.parse(plain), offset)
    assert cursor is not None
    assert (cursor.plan, cursor.task, cursor.path, cursor.on) == (plan, task, path, on)


@pytest.mark.parametrize(
    ("text", "task", "path", "on"),
    [
        ("go$0al: x\n", None, ("goal",), On.KEY),
        ("goal$0: x\n", None, ("goal",), On.KEY),
        ("goal: x$0\n", None, ("goal",), On.VALUE),
        ("goal:$0\n", None, ("goal",), On.VALUE),
        ("tasks:\n  - id: a\n  - id: b$0\n", 1, ("id",), On.VALUE),
        ("tasks:\n  - id: a\n  - i$0d: b\n", 1, ("id",), On.KEY),
        ("tasks:\n  - id: b\n    dependencies: [x, y$0]\n", 0, ("dependencies", 1), On.VALUE),
        ("tasks:\n  - id: b\n    dependencies: [x,$0 y]\n", 0, ("dependencies",), On.BETWEEN),
        (
            "tasks:\n  - id: b\n    dependencies:\n      - {task: y$0}\n",
            0,
            ("dependencies", 0, "task"),
            On.VALUE,
        ),
        ("tasks: [{id: a}, {id: b$0}]\n", 1, ("id",), On.VALUE),
        ("{tasks: [{id: a}, {id: b$0}]}\n", 1, ("id",), On.VALUE),
        ("ta$0sks:\n  - id: a\n", None, ("tasks",), On.KEY),
        ("agents:\n  - id: a\n    skills: [x$0]\n", None, ("agents", 0, "skills", 0), On.VALUE),
        ("tasks:\n  - id: a\n    x: &n {id: b$0}\n", 0, ("x", "id"), On.VALUE),
        ("tasks:\n  - id: a\ntasks:\n  - id: b$0\n", 1, ("id",), On.VALUE),
    ],
)
def test_places(text: str, task: int | None, path: tuple[str | int, ...], on: On):
    check(text, task, path, on)


def test_the_second_plan_of_a_file():
    check("goal: x\ntasks:\n  - id: a\n---\ntasks:\n  - id: b$0\n", 0, ("id",), plan=1)


def test_an_empty_file_has_no_places():
    assert cursor_at(PlanFile.parse(""), 0) is None
    assert cursor_at(PlanFile.parse("goal: x\n"), 99) is None


@given(plan_like, st.integers(0, 400))
def test_any_text_has_places_that_hold_the_cursor(text: str, place: int):
    offset = place % (len(text) + 1)
    cursor = cursor_at(PlanFile.parse(text), offset)
    if cursor is None:
        return
    at = offset - cursor.base
    for each in cursor.around:
        assert each.start <= at or isinstance(each, Entry)
    if cursor.on is not On.BETWEEN:
        assert cursor.node is not None
        assert cursor.node.start <= at <= cursor.node.end
    if cursor.task is not None:
        assert cursor.source.task_parts[cursor.task] == cursor.part
