"""Edits by places: what they leave, what they refuse, and that ruamel.yaml reads what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import (
    append_item,
    append_items,
    insert_entry,
    item_path,
    remove_entry,
    remove_item,
    replace_key,
    replace_scalar,
)
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.edits import TextEdit, apply_edits

Operation = Callable[[PlanSource], TextEdit | None]


def source_of(text: str) -> PlanSource:
    return PlanFile.parse(text).sources[0]


def rewritten(text: str, operation: Operation) -> str:
    edit = operation(source_of(text))
    assert edit is not None, "no edit was found"
    return apply_edits(text, [edit])


def judged(text: str) -> Any:
    """What ruamel.yaml reads."""
    return YAML(typ="safe", pure=True).load(text)


def task(lines: str) -> str:
    """A plan whose second task has these lines, with a task on either side."""
    body = "\n".join(f"    {line}" if line else "" for line in lines.strip("\n").split("\n"))
    return f"# plan\ngoal: g  # why\ntasks:\n  - id: T1\n  - id: T2\n{body}\n  - id: T3 # last\n"


DEPENDENCIES = ("dependencies",)


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("dependencies: [a, b, c]", 0, "dependencies: [b, c]"),
        ("dependencies: [a, b, c]", 1, "dependencies: [a, c]"),
        ("dependencies: [a, b, c]", 2, "dependencies: [a, b]"),
        ("dependencies: [ a , b ]  # why", 1, "dependencies: [ a ]  # why"),
        ("dependencies: [a]  # why", 0, "dependencies: []  # why"),
        ("dependencies: [ a, ]", 0, "dependencies: []"),
        ("dependencies: ['a,b', \"c\"]", 0, 'dependencies: ["c"]'),
        ("dependencies: [{task: a, lag: 1h}, b]", 0, "dependencies: [b]"),
        ("dependencies: [\n  a, # first\n  b, # second\n]", 0, "dependencies: [\n  b, # second\n]"),
        ("dependencies: [\n  a, # first\n  b # second\n]", 1, "dependencies: [\n  a, # first\n]"),
        ("dependencies: [\n  a\n]", 0, "dependencies: []"),
        ("dependencies: [\n  # keep\n  a # go\n]", 0, "dependencies: [\n  # keep\n]"),
        ("dependencies: [a, # first\n  b]", 0, "dependencies: [ # first\n  b]"),
        ("dependencies: [a, # first\n  b]", 1, "dependencies: [a, # first\n  ]"),
        ("dependencies: [a,\n  b]", 1, "dependencies: [a]"),
        ("dependencies: [a, b,\n  c, d]", 2, "dependencies: [a, b,\n  d]"),
        ("dependencies:\n  - a\n  - b # second\n  - c", 1, "dependencies:\n  - a\n  - c"),
        ("dependencies:\n- a\n- b", 0, "dependencies:\n- b"),
        ("dependencies:\n  - a\n  # about b\n  - b\n  - c", 2, "dependencies:\n  - a\n  # about b\n  - b"),
        ("dependencies:\n  - a # only\nagent: x", 0, "dependencies: []\nagent: x"),
        (
            "dependencies: # deps\n  # own\n\n  - a\nagent: x",
            0,
            "dependencies: [] # deps\n  # own\n\nagent: x",
        ),
        ("dependencies: !!seq\n  - a\nagent: x", 0, "dependencies: !!seq []\nagent: x"),
        ("dependencies:\n- a\nagent: x", 0, "dependencies: []\nagent: x"),
        (
            "dependencies:\n  - task: a\n    lag: 1h # why\n\n    type: start-to-start\n  - b",
            0,
            "dependencies:\n  - b",
        ),
        ("dependencies:\n  -\n    a\n  - b", 0, "dependencies:\n  - b"),
        ("dependencies:\n  - # none\n    a\n  - b", 0, "dependencies:\n  - b"),
        ("dependencies:\n  - a\n  - >-\n    b\n    c\n  - d", 1, "dependencies:\n  - a\n  - d"),
        ("dependencies:\n  -\n  - b", 0, "dependencies:\n  - b"),
    ],
)
def test_remove_item(before: str, index: int, after: str) -> None:
    found = rewritten(task(before), lambda source: remove_item(source, Spot(1, (*DEPENDENCIES, index))))
    assert found == task(after)
    expected = judged(task(before))
    del expected["tasks"][1]["dependencies"][index]
    assert judged(found) == expected


@pytest.mark.parametrize(
    ("before", "path"),
    [
        ("dependencies: [a]", ("dependencies", 1)),
        ("dependencies: a", ("dependencies", 0)),
        ("name: x", ("dependencies", 0)),
        ("x-list: &list [a, b]\ndependencies: *list", ("dependencies", 0)),
        ("dependencies: [&here a, b]\nagent: *here", ("dependencies", 0)),
        ("dependencies:\n  - - a\n  -\n    - b", ("dependencies", 7)),
        ("dependencies: [a, b", ("dependencies", 1)),
    ],
)
def test_no_item_is_removed_where_that_is_not_safe(before: str, path: tuple[str | int, ...]) -> None:
    assert remove_item(source_of(task(before)), Spot(1, path)) is None


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("agent: x # who", "y", "agent: y # who"),
        ("agent: 'x'", "it's", "agent: 'it''s'"),
        ('agent: "x"', 'say "a\\b"', 'agent: "say \\"a\\\\b\\""'),
        ("agent: x", "a: b", "agent: 'a: b'"),
        ("agent: x", "a #b", "agent: 'a #b'"),
        ("agent: x", "a#b:c", "agent: a#b:c"),
        ("agent: x", "- a", "agent: '- a'"),
        ("agent: x", "-a", "agent: -a"),
        ("agent: x", "true", "agent: 'true'"),
        ("agent: x", "yes", "agent: yes"),
        ("agent: x", "12", "agent: '12'"),
        ("agent: x", "", "agent: ''"),
        ("agent: x", " x", "agent: ' x'"),
        ("agent: x", "@x", "agent: '@x'"),
        ("agent: x", "a, b", "agent: a, b"),
        ("agent: x", "a\nb", 'agent: "a\\nb"'),
        ("agent: x", "a\u2028b", 'agent: "a\\u2028b"'),
        ("agent: >-\n  x\n  y\nname: n", "z", "agent: z\nname: n"),
        ("agent: &a x\nname: *a", "z", "agent: &a z\nname: *a"),
        ("agent: !!str x", "12", "agent: !!str '12'"),
        ("agent:", "z", "agent: z"),
        ("agent: # none", "z", "agent: z # none"),
        ("x: &a q\nagent: *a", "z", "x: &a q\nagent: z"),
    ],
)
def test_replace_scalar(before: str, text: str, after: str) -> None:
    found = rewritten(task(before), lambda source: replace_scalar(source, Spot(1, ("agent",)), text))
    assert found == task(after)
    assert judged(found)["tasks"][1]["agent"] == text


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("dependencies: [a, b]", "x,y", "dependencies: [a, 'x,y']"),
        ("dependencies: [a, b]", "x:y", "dependencies: [a, x:y]"),
        ("dependencies: [1, 2]", "3", "dependencies: [1, 3]"),
        ("dependencies: [1, 2]", "x", "dependencies: [1, x]"),
        ("dependencies: [a, 'b']", "c", "dependencies: [a, 'c']"),
        ("dependencies:\n  - a\n  - b", "x,y", "dependencies:\n  - a\n  - x,y"),
        ("dependencies:\n  - a\n  -", "x", "dependencies:\n  - a\n  - x"),
    ],
)
def test_replace_item(before: str, text: str, after: str) -> None:
    found = rewritten(task(before), lambda source: replace_scalar(source, Spot(1, ("dependencies", 1)), text))
    assert found == task(after)
    assert str(judged(found)["tasks"][1]["dependencies"][1]) == text


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("name: n\nagnt: x # who", ("agnt",), "name: n\nagent: x # who"),
        ("'agnt': x", ("agnt",), "'agent': x"),
        ("budget: {agnt: 1}", ("budget", "agnt"), "budget: {agent: 1}"),
    ],
)
def test_replace_key(before: str, path: tuple[str, ...], after: str) -> None:
    assert rewritten(task(before), lambda source: replace_key(source, Spot(1, path), "agent")) == task(after)


def test_replace_key_of_the_plan() -> None:
    assert rewritten(
        "gaol: x\ntasks: []\n", lambda source: replace_key(source, Spot(None, ("gaol",)), "goal")
    ) == ("goal: x\ntasks: []\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: n\nagent: x # who\npriority: low", "name: n\npriority: low"),
        ("name: n\nagent:\n  - x\n  - y # z\n\n# about\npriority: low", "name: n\n\n# about\npriority: low"),
        ("name: n\nagent: x", "name: n"),
        ("agent: |\n  x\n\n  y\nname: n", "name: n"),
    ],
)
def test_remove_entry(before: str, after: str) -> None:
    found = rewritten(task(before), lambda source: remove_entry(source, Spot(1, ("agent",))))
    assert found == task(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tasks:\n- agent: x # who\n  id: T1\n", "tasks:\n- id: T1\n"),
        ("tasks:\n- agent: x # who\n  # about\n  id: T1\n", "tasks:\n-\n  # about\n  id: T1\n"),
        ("tasks:\n- agent: x # who\n", "tasks:\n- {} # who\n"),
        ("tasks:\n- {agent: x, id: T1}\n", "tasks:\n- {id: T1}\n"),
        ("tasks:\n- {id: T1, agent: x}\n", "tasks:\n- {id: T1}\n"),
        ("tasks:\n- {id: T1, agent: x,}\n", "tasks:\n- {id: T1, }\n"),
        ("tasks: [{agent: x}]\n", "tasks: [{}]\n"),
        ("{tasks: [{id: T1,\n  agent: x}]}\n", "{tasks: [{id: T1}]}\n"),
    ],
)
def test_remove_the_first_entry_of_a_task_or_one_in_braces(before: str, after: str) -> None:
    found = rewritten(before, lambda source: remove_entry(source, Spot(0, ("agent",))))
    assert found == after
    expected = judged(before)
    del expected["tasks"][0]["agent"]
    assert judged(found) == expected


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("goal: g\nstart: 2026-01-01 # then\ntasks: []\n", ("start",), "goal: g\ntasks: []\n"),
        ("{goal: g, start: x, tasks: []}\n", ("start",), "{goal: g, tasks: []}\n"),
        ("calendar:\n  hours_per_day: 7\n# about\ntasks: []\n", ("calendar",), "# about\ntasks: []\n"),
        (
            "calendar:\n  hours_per_day: 7\ntasks: []\n",
            ("calendar", "hours_per_day"),
            "calendar: {}\ntasks: []\n",
        ),
    ],
)
def test_remove_entry_of_the_plan(before: str, path: tuple[str, ...], after: str) -> None:
    assert rewritten(before, lambda source: remove_entry(source, Spot(None, path))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: n # x\npriority: low", "name: n # x\nagent: dev\npriority: low"),
        ("name: >\n  n\n  m\n\npriority: low", "name: >\n  n\n  m\nagent: dev\n\npriority: low"),
        ("priority: low", "agent: dev\npriority: low"),
        ("name: |+\n  n\n\npriority: low", "name: |+\n  n\n\nagent: dev\npriority: low"),
        ("agent: # who?\npriority: low", "agent: dev # who?\npriority: low"),
        ("name:\npriority: low", "name:\nagent: dev\npriority: low"),
    ],
)
def test_insert_entry(before: str, after: str) -> None:
    found = rewritten(
        task(before), lambda source: insert_entry(source, 1, "agent", "dev", after=("id", "name"))
    )
    assert found == task(after)
    assert judged(found)["tasks"][1]["agent"] == "dev"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tasks:\r\n- id: T1\r\n  x-a: 1\r\n", "tasks:\r\n- id: T1\r\n  agent: dev\r\n  x-a: 1\r\n"),
        ("tasks:\n  -   id: T1", "tasks:\n  -   id: T1\n      agent: dev"),
        ("tasks:\n- {id: T1, x-a: 1}\n", "tasks:\n- {id: T1, agent: dev, x-a: 1}\n"),
        ("tasks:\n- {id: }\n", "tasks:\n- {id: , agent: dev}\n"),
        ("tasks:\n- {}\n", "tasks:\n- {agent: dev}\n"),
        ("tasks: [{id: T1, # one\n  x-a: 1}]\n", "tasks: [{id: T1, agent: dev, # one\n  x-a: 1}]\n"),
    ],
)
def test_insert_entry_in_other_layouts(before: str, after: str) -> None:
    found = rewritten(before, lambda source: insert_entry(source, 0, "agent", "dev", after=("id",)))
    assert found == after
    assert judged(found)["tasks"][0]["agent"] == "dev"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("goal: g # why\n\ntasks: []\n", "goal: g # why\nagents:\n  - id: dev\n\ntasks: []\n"),
        ("# plan\n\ntasks:\n- id: T1\n", "# plan\n\nagents:\n  - id: dev\ntasks:\n- id: T1\n"),
        ("version: 1\nx-a: b\ntasks: []\n", "version: 1\nx-a: b\nagents:\n  - id: dev\ntasks: []\n"),
        ("goal: g\nx-a: b\ntasks: []\n", "goal: g\nagents:\n  - id: dev\nx-a: b\ntasks: []\n"),
        ("tasks: []\ngoal: g", "tasks: []\ngoal: g\nagents:\n  - id: dev"),
        ("goal: g\nagents: # none\ntasks: []\n", "goal: g\nagents:\n  - id: dev # none\ntasks: []\n"),
        ("goal: g\r\ntasks: []\r\n", "goal: g\r\nagents:\r\n  - id: dev\r\ntasks: []\r\n"),
    ],
)
def test_insert_entry_into_the_plan(before: str, after: str) -> None:
    found = rewritten(
        before, lambda source: insert_entry(source, None, "agents", "\n- id: dev", after=("goal",))
    )
    assert found == after
    assert judged(found)["agents"] == [{"id": "dev"}]


def test_insert_entry_into_a_plan_in_braces() -> None:
    text = "{goal: g, tasks: []}\n"
    found = rewritten(text, lambda source: insert_entry(source, None, "agents", "[dev]", after=("goal",)))
    assert found == "{goal: g, agents: [dev], tasks: []}\n"
    assert insert_entry(source_of(text), None, "agents", "\n- dev", after=("goal",)) is None


def test_a_key_in_braces_is_quoted_where_readers_differ() -> None:
    text = "tasks: [{id: T1}]"
    assert rewritten(text, lambda source: insert_entry(source, 0, "?x", "1")) == "tasks: [{id: T1, '?x': 1}]"


def test_insert_entry_into_a_mapping_below() -> None:
    text = "quality_gates:\n  tests: all_pass # yes\ntasks: []\n"
    found = rewritten(
        text,
        lambda source: insert_entry(source, Spot(None, ("quality_gates",)), "review", "\nrequired: true"),
    )
    assert found == "quality_gates:\n  tests: all_pass # yes\n  review:\n    required: true\ntasks: []\n"


def test_an_entry_that_is_there_is_not_inserted() -> None:
    assert insert_entry(source_of("tasks:\n- id: T1\n  agent: x\n"), 0, "agent", "dev") is None
    assert insert_entry(source_of("goal: x\ntasks:\n- id: T1\n"), None, "goal", "dev") is None
    assert insert_entry(source_of("tasks:\n- T1\n"), 0, "agent", "dev") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("dependencies: [a, b] # x", "dependencies: [a, b, new] # x"),
        ("dependencies: []", "dependencies: [new]"),
        ("dependencies:", "dependencies: [new]"),
        ("dependencies: # none", "dependencies: [new] # none"),
        ("dependencies: [a, ]", "dependencies: [a, new, ]"),
        ("dependencies: [\n  a,\n  b\n]", "dependencies: [\n  a,\n  b,\n  new\n]"),
        ("dependencies: [\n  a,\n  b # x\n]", "dependencies: [\n  a,\n  b, new # x\n]"),
        ("dependencies:\n  - a # x\n\nname: n", "dependencies:\n  - a # x\n  - new\n\nname: n"),
        ("dependencies:\n- a", "dependencies:\n- a\n- new"),
    ],
)
def test_append_item(before: str, after: str) -> None:
    found = rewritten(task(before), lambda source: append_item(source, Spot(1, DEPENDENCIES), "new"))
    assert found == task(after)
    assert judged(found)["tasks"][1]["dependencies"] == [
        *(judged(task(before))["tasks"][1]["dependencies"] or []),
        "new",
    ]


def test_append_several_items_and_one_of_several_lines() -> None:
    text = "agents:\n- id: a\n  skills: [x]\ntasks: []"
    agents = Spot(None, ("agents",))
    assert rewritten(text, lambda source: append_item(source, agents, "id: b\nskills: [y]")) == (
        "agents:\n- id: a\n  skills: [x]\n- id: b\n  skills: [y]\ntasks: []"
    )
    skills = Spot(None, ("agents", 0, "skills"))
    assert "[x, y, z]" in rewritten(text, lambda source: append_items(source, skills, ["y", "z"]))
    assert append_item(source_of("agents: [a]\ntasks: []"), agents, "id: b\nskills: [y]") is None


def test_item_path() -> None:
    assert item_path(("dependencies", 2, "task")) == ("dependencies", 2)
    assert item_path(("dependencies", 2)) == ("dependencies", 2)
    assert item_path(("dependencies",)) == ("dependencies",)


# --- properties -----------------------------------------------------------------------------------------------------

WORDS = st.one_of(
    st.sampled_from(
        ["T1", "T2", "a b", "yes", "null", "12", "-", "?x", "x:y", "a: b", "#x", "a #b", "é", "it's", 'say "hi"', "[x]",
         "x, y", "", " x", "-a", "&a", "*a", "!a", "~", "0x1f", "1e3", "<<", "%x", "x:", "---", "a\tb", "😀", "\\n"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
)  # fmt: skip


def quotable(text: str) -> bool:
    return text.isprintable()


def double_quoted(text: str) -> str:
    escaped = (each if each.isalnum() and each.isascii() else f"\\U{ord(each):08x}" for each in text)
    return f'"{"".join(escaped)}"'


@st.composite
def written_scalars(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and one way to write it that does not come from the code under test."""
    text = draw(WORDS)
    is_word = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) is not None
    if is_word and text.casefold() not in ("null", "true", "false") and draw(st.booleans()):
        return text, text
    if quotable(text) and draw(st.booleans()):
        return text, "'" + text.replace("'", "''") + "'"
    return text, double_quoted(text)


class Comments:
    """Hands out comments that are all different."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0

    def trailing(self) -> str:
        if not self.draw(st.booleans()):
            return ""
        self.count += 1
        return f"  # c{self.count};"

    def lines(self, indent: str) -> list[str]:
        kind = self.draw(st.sampled_from(["none", "none", "comment", "blank"]))
        if kind == "comment":
            self.count += 1
            return [f"{indent}# c{self.count};"]
        return [""] if kind == "blank" else []


@st.composite
def plans(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A plan whose one task has ``dependencies`` with these items, in any layout, and entries around them."""
    comments = Comments(draw)
    items = draw(st.lists(written_scalars(), max_size=4))
    written = [text for _, text in items]
    layout = draw(
        st.sampled_from(["flow", "lines", "block", "aligned", "braces"] if items else ["flow", "braces"])
    )
    lines = ["goal: g" + comments.trailing(), "tasks:" + comments.trailing()]
    if layout == "braces":
        trailing_comma = draw(st.sampled_from(["", ",", " , "])) if written else ""
        lines.append(
            f"- {{id: T1, dependencies: [{', '.join(written)}{trailing_comma}], agent: x}}{comments.trailing()}"
        )
    else:
        lines += [f"- id: T1{comments.trailing()}", *comments.lines("  ")]
        if layout == "flow":
            separator = draw(st.sampled_from([", ", ",", " , "]))
            comma = draw(st.sampled_from(["", ",", ", "])) if written else ""
            lines.append(f"  dependencies: [{separator.join(written)}{comma}]{comments.trailing()}")
        elif layout == "lines":
            lines.append(f"  dependencies: [{comments.trailing()}")
            for number, text in enumerate(written):
                lines += comments.lines("    ")
                comma = "," if number < len(written) - 1 or draw(st.booleans()) else ""
                lines.append(f"    {text}{comma}{comments.trailing()}")
            lines.append(f"  ]{comments.trailing()}")
        else:
            indent = "    " if layout == "block" else "  "
            lines.append(f"  dependencies:{comments.trailing()}")
            for text in written:
                lines += [*comments.lines(indent), f"{indent}- {text}{comments.trailing()}"]
        lines += [*comments.lines("  "), f"  agent: x{comments.trailing()}"]
    lines += [*comments.lines(""), "- id: T2" + comments.trailing()]
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    return ending.join(lines) + draw(st.sampled_from(["", ending])), [text for text, _ in items]


def comments_in(text: str) -> set[str]:
    return set(re.findall(r"# c\d+;", text))


def comments_beside(text: str, spot: Spot) -> set[str]:
    """Those on the line on which a value ends."""
    end = source_of(text).locate(spot)[1]
    return comments_in(text[end:].splitlines()[0] if text[end:] else "")


@settings(max_examples=100)
@given(plans(), st.data())
def test_removing_an_item_leaves_all_else(plan: tuple[str, list[str]], data: st.DataObject) -> None:
    text, items = plan
    if not items:
        return
    index = data.draw(st.integers(0, len(items) - 1))
    spot = Spot(0, ("dependencies", index))
    edit = remove_item(source_of(text), spot)
    assert edit is not None
    after = apply_edits(text, [edit])
    expected = judged(text)
    assert expected["tasks"][0]["dependencies"] == items
    del expected["tasks"][0]["dependencies"][index]
    assert judged(after) == expected
    assert comments_in(text) - comments_in(after) <= comments_beside(text, spot)


@settings(max_examples=100)
@given(plans(), WORDS, st.data())
def test_replacing_an_item_leaves_all_else(
    plan: tuple[str, list[str]], new: str, data: st.DataObject
) -> None:
    text, items = plan
    if not items:
        return
    index = data.draw(st.integers(0, len(items) - 1))
    after = rewritten(text, lambda source: replace_scalar(source, Spot(0, ("dependencies", index)), new))
    expected = judged(text)
    expected["tasks"][0]["dependencies"][index] = new
    assert judged(after) == expected
    assert comments_in(after) == comments_in(text)


@settings(max_examples=100)
@given(plans(), st.lists(WORDS, min_size=1, max_size=3))
def test_appending_items_leaves_all_else(plan: tuple[str, list[str]], new: list[str]) -> None:
    text, _ = plan
    written = [write_scalar(each, in_flow=True) for each in new]
    after = rewritten(text, lambda source: append_items(source, Spot(0, ("dependencies",)), written))
    expected = judged(text)
    expected["tasks"][0]["dependencies"] += new
    assert judged(after) == expected
    assert comments_in(after) == comments_in(text)


@settings(max_examples=100)
@given(
    plans(), WORDS, WORDS, st.sampled_from([(), ("id",), ("dependencies",), ("agent", "id"), ("nothing",)])
)
def test_inserting_an_entry_leaves_all_else(
    plan: tuple[str, list[str]], key: str, value: str, after_keys: tuple[str, ...]
) -> None:
    text, _ = plan
    if key in ("id", "dependencies", "agent"):
        return
    after = rewritten(
        text, lambda source: insert_entry(source, 0, key, write_scalar(value, in_flow=True), after=after_keys)
    )
    expected = judged(text)
    expected["tasks"][0][key] = value
    assert judged(after) == expected
    assert comments_in(after) == comments_in(text)


@settings(max_examples=100)
@given(plans(), st.sampled_from(["id", "dependencies", "agent"]))
def test_removing_an_entry_leaves_all_else(plan: tuple[str, list[str]], key: str) -> None:
    text, _ = plan
    edit = remove_entry(source_of(text), Spot(0, (key,)))
    assert edit is not None
    after = apply_edits(text, [edit])
    expected = judged(text)
    del expected["tasks"][0][key]
    assert judged(after) == expected
    gone = comments_in(text) - comments_in(after)
    assert gone <= comments_in(text[edit.start : edit.end])


@settings(max_examples=100)
@given(plans(), st.sampled_from(["id", "dependencies", "agent"]), WORDS)
def test_renaming_a_key_leaves_all_else(plan: tuple[str, list[str]], key: str, new: str) -> None:
    text, _ = plan
    if new in ("id", "dependencies", "agent"):
        return
    after = rewritten(text, lambda source: replace_key(source, Spot(0, (key,)), new))
    expected = judged(text)
    expected["tasks"][0] = {
        new if each == key else each: value for each, value in expected["tasks"][0].items()
    }
    assert judged(after) == expected
    assert comments_in(after) == comments_in(text)
