"""Folding and selection ranges."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.ide.folding import folding_ranges
from orchestrate_ls.ide.selection import selection_ranges
from orchestrate_ls.plan.file import PlanFile
from tests.ide.fixtures import marked
from tests.plans import edited, edits, plan_like


def check_folds(text: str) -> None:
    """Each line that can be folded says up to which line, as ``>3`` at its end (``#>3`` for comments)."""
    plain, wanted = "", []
    for number, line in enumerate(text.splitlines(keepends=True)):
        content, mark, fold = line.rstrip("\n").partition(" >")
        if mark:
            wanted.append((number, int(fold), content.lstrip().startswith("#")))
        plain += content + "\n"
    found = [(each.start, each.end, each.is_comment) for each in folding_ranges(PlanFile.parse(plain))]
    assert found == wanted


def test_folds():
    check_folds(
        """\
# one >1
# two
goal: x
agents: >6
  - id: dev >6
    skills: >6
      - python
x: [ >9
  a
  ]
tasks: >19
  - id: T1 >15
    description: | >15
      # not a comment
      # nor this

  - id: T2 >19
    # a comment >18
    # and another
    agent: dev
""".replace("      # nor this\n\n", "      # nor this\n      end\n")
    )


def test_several_plans_and_flow_fold():
    check_folds("goal: x\ntasks: >2\n  - id: a\n---\ntasks: >6\n  - id: b >6\n    agent: c\n")
    check_folds("{tasks: [ >2\n  {id: a},\n  {id: b}]}\n")


def test_too_many_folds_leave_the_outermost():
    text = "tasks:\n" + "".join(f"  - id: T{number}\n    x:\n      - a\n" for number in range(9))
    kept = folding_ranges(PlanFile.parse(text), 10)
    assert [each.start for each in kept] == [0, *range(1, 28, 3)]
    assert folding_ranges(PlanFile.parse(text), 0) == []


@given(plan_like, st.lists(edits, max_size=3))
def test_folds_of_any_text_are_the_same_after_edits_and_fresh(text: str, changes: list[tuple[int, int, str]]):
    file = PlanFile.parse(text)
    folding_ranges(file)
    for change in changes:
        start, end, new, text = edited(text, change)
        file = file.edit(start, end, new)
        found = folding_ranges(file)
        assert found == folding_ranges(PlanFile.parse(text))
        last = file.chunks.lines[-1]
        assert all(0 <= each.start < each.end <= last for each in found)


def check_selection(text: str, *wanted: str) -> None:
    """What is selected step by step."""
    plain, offset, _ = marked(text)
    found = selection_ranges(PlanFile.parse(plain), offset)
    assert [plain[start:end] for start, end in found] == [*wanted, plain]


def test_selections():
    check_selection(
        "goal: x\ntasks:\n  - id: T1\n    dependencies: ['a b$0', c]\n  - id: T2\n",
        "b",
        "a b",
        "'a b'",
        "['a b', c]",
        "dependencies: ['a b', c]",
        "id: T1\n    dependencies: ['a b', c]",
        "- id: T1\n    dependencies: ['a b', c]",
        "tasks:\n  - id: T1\n    dependencies: ['a b', c]\n  - id: T2",
    )


def test_the_innermost_name_comes_first():
    text = "agents:\n  - dev: T1, T-2\n"
    found = selection_ranges(PlanFile.parse(text), text.index("-2"))
    assert [text[start:end] for start, end in found][:3] == ["T-2", "T1, T-2", "dev: T1, T-2"]


@pytest.mark.parametrize("text", ["", "\n", "# x\n", "tasks:\n"])
def test_empty_files_have_a_selection(text: str):
    assert selection_ranges(PlanFile.parse(text), len(text))[-1] in ((0, len(text)), (len(text), len(text)))


@given(plan_like, st.integers(0, 400))
def test_selections_of_any_text_grow(text: str, place: int):
    offset = place % (len(text) + 1)
    found = selection_ranges(PlanFile.parse(text), offset)
    assert found
    for start, end in found:
        assert 0 <= start <= offset <= end <= len(text)
    for (start, end), (outer_start, outer_end) in pairwise(found):
        assert outer_start <= start
        assert end <= outer_end
        assert (start, end) != (outer_start, outer_end)
