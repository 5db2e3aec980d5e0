"""Formatting: what a plan looks like afterwards, and that it says the same as before."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from orchestrate_ls.ide.formatting import Formatting, Style, formatted
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.text.edits import apply_edits
from orchestrate_ls.workspace.checking import shipped_schema
from tests.plans import SEED, edited, edits, plan_like

USUAL = Style()
STYLES = [USUAL, Style(indent_sequences=False), Style(4), Style(3, indent_sequences=False)]


def form(text: str, style: Style = USUAL, *, ordered: bool = False) -> str:
    result = formatted(PlanFile.parse(text), style, shipped_schema() if ordered else None)
    return apply_edits(text, result.edits)


def check(before: str, after: str, style: Style = USUAL, *, ordered: bool = False) -> None:
    before, after = dedent(before).lstrip("\n"), dedent(after).lstrip("\n")
    assert form(before, style, ordered=ordered) == after
    assert form(after, style, ordered=ordered) == after
    assert data(before) == data(after)


def data(text: str) -> Any:
    return list(YAML(typ="safe", pure=True).load_all(text))


def test_indentation_spaces_and_blank_lines():
    check(
        """


        # orchestrate: plan

        version :   1
        goal:    "x"
        agents: [{id: a,skills: [x,y]},   {id: b}]


        calendar:
              # hours
              hours_per_day:   8
        tasks:
        # first
        - id:   T1   # one
          files:
          - a
          # - b
          -   b


          agent: x
        """,
        """
        # orchestrate: plan

        version: 1
        goal: "x"
        agents: [{id: a, skills: [x, y]}, {id: b}]

        calendar:
          # hours
          hours_per_day: 8
        tasks:
          # first
          - id: T1   # one
            files:
              - a
              # - b
              - b

            agent: x
        """,
    )


def test_lists_at_the_column_of_their_key():
    check(
        "tasks:\n   - id: T1\n     files:\n       - a\n",
        "tasks:\n- id: T1\n  files:\n  - a\n",
        Style(indent_sequences=False),
    )


def test_four_columns():
    check(
        "calendar:\n  hours_per_day: 8\ntasks:\n  - id: T1\n    budget:\n      tokens: 1\n",
        "calendar:\n    hours_per_day: 8\ntasks:\n    - id: T1\n      budget:\n          tokens: 1\n",
        Style(4),
    )


def test_blank_lines_between_tasks_where_most_tasks_have_one():
    check(
        "tasks:\n- id: A\n\n- id: B\n# of C\n- id: C\n\n\n- id: D\n",
        "tasks:\n  - id: A\n\n  - id: B\n\n  # of C\n  - id: C\n\n  - id: D\n",
    )


def test_blank_lines_that_group_tasks_stay():
    check(
        "tasks:\n- id: A\n- id: B\n- id: C\n\n\n- id: D\n",
        "tasks:\n  - id: A\n  - id: B\n  - id: C\n\n  - id: D\n",
    )


def test_texts_in_blocks_keep_what_they_say():
    check(
        """
        tasks:
        - id: T1
          description: |
               one
                 two

               three
          name: >-
           folded
        - id: T2
          description: |2
              deep
        - id: T3
          description: |+
            kept


        - id: T4
        """,
        """
        tasks:
          - id: T1
            description: |
              one
                two

              three
            name: >-
              folded
          - id: T2
            description: |2
                deep
          - id: T3
            description: |+
              kept


          - id: T4
        """,
    )


def test_spaces_at_line_ends_go_except_where_they_are_text():
    text = "goal: x   \n# c  \ntasks:  \n  - id: T1   \n    description: |\n      a  \n        \n      b\n"
    assert form(text) == (
        "goal: x\n# c\ntasks:\n  - id: T1\n    description: |\n      a  \n        \n      b\n"
    )
    assert data(form(text)) == data(text)


def test_texts_and_lists_over_several_lines():
    check(
        """
        goal: several
            words
        tasks:
        - id: T1
          name: "a
               b"
          files: [a,
            b   ,c
          ]
          dependencies:
                 [A]
        """,
        """
        goal: several
          words
        tasks:
          - id: T1
            name: "a
              b"
            files: [a,
              b, c
            ]
            dependencies:
              [A]
        """,
    )


def test_comments_stay_with_what_they_are_about():
    check(
        """
        # file
        tasks:
        - id: T1
          files:
          - a
          # of the list
          # of agent?
          agent: x
          # end of T1
        # of T2
        - id: T2
          #deep
        # margin
        goal: x
        # end
        """,
        """
        # file
        tasks:
          - id: T1
            files:
              - a
            # of the list
            # of agent?
            agent: x
            # end of T1
          # of T2
          - id: T2
            #deep
        # margin
        goal: x
        # end
        """,
    )


def test_anchors_merge_keys_and_several_documents():
    check(
        """
        base:   &base
            agent: x
        tasks:
        -   <<:   *base
            id: T1
        -   id: T2
            files: &files
            - a
        ---
        tasks:
        -   id: T1
        """,
        """
        base: &base
          agent: x
        tasks:
          - <<: *base
            id: T1
          - id: T2
            files: &files
              - a
        ---
        tasks:
          - id: T1
        """,
    )


def test_line_breaks_stay_and_the_last_one_is_there():
    assert form("goal:  x\r\ntasks:\r\n- id: T1") == "goal: x\r\ntasks:\r\n  - id: T1\r\n"
    assert form("goal: x\n\n\n") == "goal: x\n"
    assert form("") == ""
    # A break at the end would belong to the text.
    assert form("goal: |\n   x") == "goal: |\n  x"


def test_the_order_of_keys_when_asked_for():
    check(
        """
        tasks:
        - agent: x   # who
          # the time
          estimated_time: 1h
          x-own: 1
          id: T1
          dependencies:
          - task: A
            lag: 1h
          - lag: 1h
            task: B

        - id: T2
          budget: {cost: 1 USD, tokens: 2}
        agents:
        - skills: [a]
          id: a
        """,
        """
        tasks:
          - id: T1
            # the time
            estimated_time: 1h
            dependencies:
              - task: A
                lag: 1h
              - task: B
                lag: 1h
            agent: x   # who
            x-own: 1

          - id: T2
            budget: {cost: 1 USD, tokens: 2}
        agents:
          - id: a
            skills: [a]
        """,
        ordered=True,
    )


def test_a_mapping_with_anchors_keeps_its_order():
    text = "tasks:\n  - agent: &a x\n    id: T1\n    x-same: *a\n"
    assert form(text, ordered=True) == text


def test_what_cannot_be_read_stays_as_it_is_and_all_else_is_formatted():
    text = "goal:   x\ntasks:\n- id:   T1\n  name: [a\n- id:   T2\n"
    result = formatted(PlanFile.parse(text))
    assert apply_edits(text, result.edits) == "goal: x\ntasks:\n- id:   T1\n  name: [a\n- id: T2\n"
    ((start, end),) = result.refused
    assert text[start:end] == "- id:   T1\n  name: [a\n"


def test_a_range_changes_its_lines():
    text = "goal:   x\ntasks:\n- id:   T1\n  agent:   x\n- id:   T2\n"
    at = text.index("agent")
    formatting = Formatting(PlanFile.parse(text), ranges=[(at, at + 3)])
    for _ in formatting.steps():
        pass
    assert apply_edits(text, formatting.edits) == text.replace("agent:   x", "agent: x")


def test_a_range_takes_in_what_it_cannot_leave_out():
    text = "tasks:\n- id: T1\n  budget:\n       tokens: 1\n       cost: 1 USD\n"
    at = text.index("tokens")
    formatting = Formatting(PlanFile.parse(text), ranges=[(at, at)])
    for _ in formatting.steps():
        pass
    assert apply_edits(text, formatting.edits) == (
        "tasks:\n- id: T1\n  budget:\n    tokens: 1\n    cost: 1 USD\n"
    )


def test_edits_are_no_larger_than_they_need_to_be():
    text = "goal:   x\ntasks:\n  - id: T1\n    name: y  \n"
    result = formatted(PlanFile.parse(text))
    assert [(text[each.start : each.end], each.new_text) for each in result.edits] == [
        ("   ", " "),
        ("  ", ""),
    ]


@pytest.mark.parametrize("path", sorted(SEED.glob("*.yaml")), ids=lambda path: path.name)
@pytest.mark.parametrize("style", STYLES)
def test_plans_as_people_write_them(path: Any, style: Style):
    text = path.read_text(encoding="utf-8")
    says_the_same(text, style, ordered=False)
    says_the_same(text, style, ordered=True)


COMMENT = re.compile(r"#.*")


def says_the_same(text: str, style: Style, *, ordered: bool) -> None:
    after = form(text, style, ordered=ordered)
    assert form(after, style, ordered=ordered) == after
    if not ordered:
        assert "".join(after.split()) == "".join(text.split())
    else:
        assert sorted("".join(after.split())) == sorted("".join(text.split()))
    before_plans = [source.plan for source in PlanFile.parse(text).sources]
    assert [source.plan.tasks for source in PlanFile.parse(after).sources] == [
        each.tasks for each in before_plans
    ]
    try:
        expected = list(yaml.load_all(text, Loader=yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError, ValueError, AttributeError):
        return
    assert list(yaml.load_all(after, Loader=yaml.BaseLoader)) == expected


@settings(max_examples=400, deadline=None)
@given(plan_like, st.sampled_from(STYLES), st.booleans())
@example("tasks:\n- id: q\nx: |\n    deep\n", Style(), False)
def test_any_text_says_the_same_afterwards(text: str, style: Style, ordered: bool):
    says_the_same(text, style, ordered=ordered)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SEED.glob("*.yaml"))), st.lists(edits, max_size=6), st.sampled_from(STYLES))
def test_half_typed_plans_say_the_same_afterwards(path: Any, typed: list[Any], style: Style):
    text = path.read_text(encoding="utf-8")
    for edit in typed:
        text = edited(text, edit)[3]
    says_the_same(text, style, ordered=False)


@settings(max_examples=100, deadline=None)
@given(plan_like, st.integers(0, 400), st.integers(0, 200), st.sampled_from(STYLES))
def test_any_range_says_the_same_afterwards(text: str, start: int, length: int, style: Style):
    file = PlanFile.parse(text)
    formatting = Formatting(file, style, ranges=[(start, start + length)])
    for _ in formatting.steps():
        pass
    after = apply_edits(text, formatting.edits)
    assert [source.plan.tasks for source in PlanFile.parse(after).sources] == [
        source.plan.tasks for source in file.sources
    ]
