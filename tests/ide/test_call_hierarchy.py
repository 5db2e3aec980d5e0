"""What depends on a task, and what it depends on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.ide.call_hierarchy import HierarchyCall, TaskKey, incoming, outgoing, prepare
from orchestrate_ls.plan.file import PlanFile
from tests.ide.checks import checked
from tests.ide.fixtures import marked
from tests.plans import plan_like

PLAN = """\
tasks:
  - id: T1
  - id: T2
    dependencies: [T1, T1]
  - id: T3
    dependencies:
      - {task: T1, lag: 1h}
      - 'T2'
      - T9
      - T3
"""


def check(text: str, item: str | None, calls_in: str = "", calls_out: str = "") -> None:
    """The task at the cursor, and its calls as ``task:text,text`` with the texts that name it."""
    plain, offset, _ = marked(text)
    found = prepare(PlanFile.parse(plain), offset)
    assert (found.symbol.name if found is not None else None) == item
    if found is None:
        return

    def shown(calls: list[HierarchyCall]) -> str:
        return " ".join(
            f"{call.item.symbol.name}:{','.join(plain[start:end] for start, end in call.ranges)}"
            for call in calls
        )

    check_of = checked(plain)
    assert shown(incoming(check_of, found.key)) == calls_in
    assert shown(outgoing(check_of, found.key)) == calls_out


def test_calls_go_both_ways():
    check(PLAN.replace("id: T1", "id: T$01"), "T1", "T2:T1,T1 T3:T1", "")
    check(PLAN.replace("id: T2", "id: T$02"), "T2", "T3:T2", "T1:T1,T1")
    check(PLAN.replace("id: T3", "id: T$03"), "T3", "", "T1:T1 T2:T2")


def test_a_dependency_stands_for_its_task_and_a_task_for_all_in_it():
    check(PLAN.replace("'T2'", "'T$02'"), "T2", "T3:T2", "T1:T1,T1")
    check(PLAN.replace("lag:", "l$0ag:"), "T3", "", "T1:T1 T2:T2")
    check(PLAN.replace("T9", "T$09"), None)
    check(PLAN.replace("tasks:", "ta$0sks:"), None)


def test_circles_and_repeated_ids_are_no_trouble():
    check("tasks:\n  - {id: a$0, dependencies: [b]}\n  - {id: b, dependencies: [a]}\n", "a", "b:a", "b:b")
    check("tasks:\n  - {id: a}\n  - {id: a$0}\n  - {id: b, dependencies: [a]}\n", "a", "", "")


def test_an_item_outlives_an_edit_further_up():
    found = prepare(PlanFile.parse(PLAN), PLAN.index("T2"))
    assert found is not None
    moved = checked(PLAN.replace("tasks:\n", "tasks:\n  - id: T0\n"))
    (call,) = outgoing(moved, found.key)
    assert call.item.symbol.name == "T1"


def test_items_of_other_times_find_nothing():
    check_of = checked(PLAN)
    for key in (TaskKey(9, "T1", 0), TaskKey(-1, "T1", 0), TaskKey(0, "gone", 0), TaskKey(0, None, -5)):
        assert incoming(check_of, key) == outgoing(check_of, key) == []


@given(plan_like, st.integers(0, 400))
def test_any_place_of_any_text_can_be_asked_about(text: str, place: int):
    check_of = checked(text)
    found = prepare(check_of.file, place % (len(text) + 1))
    if found is None:
        return
    for call in incoming(check_of, found.key):
        assert call.ranges
        assert found.key.index in [back.item.key.index for back in outgoing(check_of, call.item.key)]
