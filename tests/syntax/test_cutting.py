"""Cutting: incremental equals fresh, and ordinary plans are cut at every task."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.syntax import cutting
from orchestrate_ls.syntax.cutting import Kind, PlanCutter, YamlText, kind_of
from orchestrate_ls.text.positions import Encoding, Position, line_starts
from tests.plans import edited, edits, plan, plan_like, task


def cut(text: str) -> YamlText:
    return YamlText.of(text, PlanCutter())


def described(text: YamlText) -> list[tuple[Kind, str]]:
    return [(kind_of(chunk), chunk.text) for chunk in text.chunks]


def same(left: YamlText, right: YamlText) -> bool:
    return [(chunk.text, chunk.state) for chunk in left.chunks] == [
        (chunk.text, chunk.state) for chunk in right.chunks
    ]


@given(plan_like, st.lists(edits, max_size=8), st.sampled_from([8192, 40]))
def test_editing_equals_cutting_anew(text: str, changes: list[tuple[int, int, str]], window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_WINDOW", window)
        chunked = cut(text)
        for change in changes:
            start, end, new_text, text = edited(text, change)
            chunked, _ = chunked.edit(start, end, new_text)
            assert chunked.text == text
            assert same(chunked, cut(text))


@given(plan_like)
def test_chunks_are_whole_lines_and_add_up(text: str) -> None:
    chunked = cut(text)
    assert "".join(chunk.text for chunk in chunked.chunks) == text
    assert all(chunk.text for chunk in chunked.chunks)
    assert all(chunk.text.endswith("\n") for chunk in chunked.chunks[:-1])


@given(plan_like, st.sampled_from(Encoding))
def test_positions_and_offsets_are_inverse(text: str, encoding: Encoding) -> None:
    chunked = cut(text)
    starts = line_starts(text)
    for offset in range(len(text) + 1):
        position = chunked.position_at(offset, encoding)
        line = max(index for index, start in enumerate(starts) if start <= offset)
        if offset and text[offset - 1 : offset + 1] == "\r\n":
            continue  # between CR and LF there is no position
        assert position.line == line
        assert chunked.offset_at(position, encoding) == offset


def test_positions_outside_are_moved_to_the_nearest_end() -> None:
    chunked = cut("a: 1\nb: 2\n")
    assert chunked.offset_at(Position(0, 99)) == 4
    assert chunked.offset_at(Position(99, 0)) == 10
    assert chunked.offset_at(Position(-1, 5)) == 0
    assert chunked.position_at(99) == Position(2, 0)
    assert chunked.offset_at(Position(2, 0)) == 10


def test_each_task_and_each_section_is_a_chunk() -> None:
    text = plan(task(1), task(2, 1), "    # about the third\n" + task(3)) + "replan_triggers: []\n"
    assert [kind.name for kind, _ in described(cut(text))] == [
        *["HEAD", "SECTION", "SECTION", "SECTION", "SECTION"],
        *["ITEM", "ITEM", "ITEM", "SECTION"],
    ]


@pytest.mark.parametrize("indent", ["", "  ", "      "])
def test_items_may_stand_at_any_indentation(indent: str) -> None:
    text = f"tasks:\n{indent}- id: T1\n{indent}  dependencies:\n{indent}    - T0\n{indent}- id: T2\n"
    assert [kind.name for kind, _ in described(cut(text))] == ["SECTION", "ITEM", "ITEM"]


def test_lists_inside_a_task_at_the_indentation_of_its_keys_are_no_tasks() -> None:
    text = "tasks:\n- id: T1\n  dependencies:\n  - T0\n- id: T2\n"
    assert [chunk for _, chunk in described(cut(text))] == [
        "tasks:\n",
        "- id: T1\n  dependencies:\n  - T0\n",
        "- id: T2\n",
    ]


def test_an_item_that_lost_a_space_keeps_the_others_apart() -> None:
    text = plan(task(1).replace("  - id", " - id"), task(2), task(3))
    assert [kind.name for kind, _ in described(cut(text))].count("ITEM") == 3


@pytest.mark.parametrize(
    "line",
    [
        "id: T2",
        "4",
        "[T2]",
        "'x'",
        "x: [a,",
        "{a: b",
        "dependencies: [T1]",
        "d: {a: 1} # c",
        "name: 'x'",
        "k:\n      - T1",
        "k: |\n    text",
    ],
)
def test_a_line_that_slipped_to_the_margin_ends_no_list_of_tasks(line: str) -> None:
    kinds = [
        kind.name for kind, _ in described(cut(plan(task(1), f"{line}\n    name: x\n", task(3), task(4))))
    ]
    assert kinds[-4:] == ["ITEM", "SECTION", "ITEM", "ITEM"]


@pytest.mark.parametrize("line", ["agents:", "x: |2", "x: 'a", "'a", "x: &a", "agents: # c\n  # d"])
def test_items_that_may_belong_to_a_key_below_the_tasks_stay_with_it(line: str) -> None:
    kinds = [kind.name for kind, _ in described(cut(plan(task(1), f"{line}\n", task(3))))]
    assert kinds[-2:] == ["ITEM", "SECTION"]


def test_an_edit_renews_one_chunk_and_keeps_the_others() -> None:
    text = plan(*[task(number) for number in range(1, 400)])
    before = cut(text)
    place = text.index("Task 200")
    after, splice = before.edit(place, place, "My ")
    kept = [chunk for chunk in after.chunks if any(chunk is other for other in before.chunks)]
    assert len(kept) == len(after.chunks) - 1
    assert splice.added <= 3
