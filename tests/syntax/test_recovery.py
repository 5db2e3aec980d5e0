"""Broken text: what is kept, what is said, and that the repair mends it."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.syntax import recovery
from orchestrate_ls.syntax.events import Event, EventSource, c_events, reference_events
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.tree import Scalar, walk
from orchestrate_ls.syntax.yaml12 import yaml12_events
from orchestrate_ls.text.edits import apply_edits
from tests.plans import SEED
from tests.syntax.trees import data

BEFORE = "- id: T1\n  name: Foo\n"
AFTER = "\n  agent: x\n  deps: [T1, T2]\n  sub:\n    a: 1\n"
KEPT = {"id": "T1", "name": "Foo", "agent": "x", "deps": ["T1", "T2"], "sub": {"a": 1}}
SOURCES = pytest.mark.parametrize("source", [c_events, reference_events])


@SOURCES
@pytest.mark.parametrize(
    ("line", "more", "token", "message"),
    [
        ("  dep", {}, "dep", "`dep` is no `key: value` pair"),
        ("  name foo", {}, "name foo", "has no `:` after its key"),
        ('  q: "abc', {"q": "abc"}, '"abc', 'not closed; add "'),
        ("  q: 'abc # c", {"q": "abc"}, "'abc", "not closed; add '"),
        ("  q: [T1, T2", {"q": ["T1", "T2"]}, "[T1, T2", "this list is not closed; add `]`"),
        ("  q: [T1, # c", {"q": ["T1"]}, "[T1,", "this list is not closed"),
        ("  q: {a: 1", {"q": {"a": 1}}, "{a: 1", "this mapping is not closed; add `}`"),
        ("  q: b: c", {"q": None}, ":", "a second `:` on this line: write `{b: c}`"),
        ("  q: @x", {"q": None}, "@x", "cannot start with `@`"),
        ("  q: %x", {"q": None}, "%x", "cannot start with `%`"),
        ("\tq: x", {}, "\t", "a tab cannot indent"),
        (" q: 1", {}, "q: 1", "this line does not fit"),
        ("  - q", {}, "- q", "this line does not fit"),
        ("  q: 'a' b", {}, "q: 'a' b", "this line does not fit"),
        ("  q: [a, b]]", {}, "q: [a, b]]", "this line does not fit"),
        ("  q: !e!x 1", {}, "!e!x", "unknown tag"),
        ("   q: 1", {}, "q: 1", "check the indentation"),
    ],
)
def test_one_broken_line_costs_that_line(
    source: EventSource, line: str, more: dict[str, object], token: str, message: str
) -> None:
    text = BEFORE + line + AFTER
    parsed = parse(text, source)
    assert data(parsed.root) == [KEPT | more]
    assert [text[problem.start : problem.end] for problem in parsed.problems] == [token]
    assert message in parsed.problems[0].message
    for node in walk(parsed.root) if parsed.root is not None else ():
        if isinstance(node, Scalar) and not node.style:
            assert text[node.start : node.end] == node.text


@pytest.mark.parametrize(
    "line",
    ["  dep", "  name foo", '  q: "abc', "  q: [T1, T2", "  q: {a: 1", "  q: b: c", "  q: @x", "  q: `x"],
)
def test_the_repair_makes_it_yaml(line: str) -> None:
    text = BEFORE + line + AFTER
    (problem,) = parse(text, c_events).problems
    assert problem.repair is not None
    assert problem.repair_title
    assert not parse(apply_edits(text, [problem.repair]), c_events).problems


def test_several_broken_lines_are_each_reported() -> None:
    text = "- id: T1\n  name foo\n  agent: x\n  q: [a\n  deps: [b]\n  r: 'c\n"
    parsed = parse(text, c_events)
    assert [text[problem.start : problem.end] for problem in parsed.problems] == ["name foo", "[a", "'c"]
    assert data(parsed.root) == [{"id": "T1", "agent": "x", "q": ["a"], "deps": ["b"], "r": "c"}]


def test_the_seeds_recovery_block_has_one_problem_and_a_repair() -> None:
    text = (SEED / "advanced_error_recovery_as_written.yaml").read_text(encoding="utf-8")
    parsed = parse(text, c_events)
    line = "    - retry_with_same_agent: max_attempts: 2"
    at = text.index(line) + line.rindex(":")
    assert [(problem.start, problem.end) for problem in parsed.problems] == [(at, at + 1)]
    assert parsed.problems[0].repair is not None
    assert not parse(apply_edits(text, [parsed.problems[0].repair]), c_events).problems


@pytest.mark.parametrize(
    ("character", "named"),
    [
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x7f", "U+007F"),
        ("\ud800", "surrogate U+D800"),
        ("\ufeff", "byte order"),
    ],
)
def test_forbidden_characters_are_named_and_the_rest_is_read(character: str, named: str) -> None:
    text = f"a: x{character}y\nb: 2\n"
    parsed = parse(text, c_events)
    assert [(problem.start, problem.end) for problem in parsed.problems] == [(4, 5)]
    assert named in parsed.problems[0].message
    assert data(parsed.root) == {"a": "x\ufffdy", "b": 2}


def test_a_binary_text_gives_few_problems() -> None:
    assert len(parse("\x00\x01" * 5000, c_events).problems) <= 30


def test_a_byte_order_mark_shifts_nothing() -> None:
    text = "\ufeffa: 1\nb: x: y\n"
    parsed = parse(text, c_events)
    assert [text[problem.start : problem.end] for problem in parsed.problems] == [":"]
    assert parsed.root is not None
    assert [text[node.start : node.end] for node in walk(parsed.root)][1:3] == ["a", "1"]


@given(st.integers(0, 200), st.integers(1, 6))
def test_deleting_a_little_keeps_the_pairs_on_other_lines(start: int, count: int) -> None:
    lines = ["- id: T1", "  name: Draw it", "  description: Design tables", "  estimated_time: 2h"]
    lines += ["  dependencies: [T2, T3]", "  agent: builder", "  priority: high", "  model: large"]
    text = "\n".join(lines) + "\n"
    start %= len(text) - 1
    end = min(len(text) - 1, start + count)
    touched = {text.count("\n", 0, start), text.count("\n", 0, end)}
    parsed = parse(text[:start] + text[end:], c_events)
    values = data(parsed.root)
    found = values[0] if isinstance(values, list) and values and isinstance(values[0], dict) else {}
    keys = [line.strip("- ").split(":")[0] for line in lines]
    lost = [key for number, key in enumerate(keys) if key not in found and number not in touched]
    assert len(lost) <= (8 if 0 in touched else 1), (text[:start] + text[end:], lost)


@pytest.mark.parametrize("text", ["- id: T1\n  name foo\n", "- id: T1\n  name foo\n  deps: [?x]\n"])
def test_what_no_parser_reads_is_asked_of_the_slow_one_once(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def slow_events(read: str) -> Iterator[Event]:
        asked.append(read)
        return yaml12_events(read)

    monkeypatch.setattr(recovery, "yaml12_events", slow_events)
    assert parse(text, c_events).problems
    assert asked == [text]
