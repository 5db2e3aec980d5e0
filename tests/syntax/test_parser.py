"""The tree builder: both event sources give one tree, ranges are right, nothing gets out of hand."""

import math
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from orchestrate_ls.syntax.events import DEEPEST, c_events, default_events, reference_events
from orchestrate_ls.syntax.parser import LARGEST_EXPANSION, parse_events
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.scalars import resolve_plain
from orchestrate_ls.syntax.tree import Alias, Scalar, Sequence, walk
from tests.plans import plan_like
from tests.syntax.trees import data, shape


def test_the_fast_parser_is_the_default_where_there_is_one() -> None:
    assert default_events() is c_events


# Where the two differ: libyaml ends an alias or anchor at a colon, which the specification does not; ruamel.yaml before
# 0.19 lets a node with a tag and an anchor begin at the anchor.
DIFFERENT = re.compile(r"[*&]\w*:|!\S*\s+&")


@given(plan_like)
def test_where_both_parsers_accept_a_text_they_give_one_tree(text: str) -> None:
    assume(not DIFFERENT.search(text))
    fast, reference = parse(text, c_events), parse(text, reference_events)
    assume(not fast.problems and not reference.problems)
    # Of a whole document that is one empty or block scalar ruamel.yaml tells other ranges, and before 0.19 other text.
    assume(not (isinstance(fast.root, Scalar) and (not fast.root.text or fast.root.style in ("|", ">"))))
    assert shape(fast.root) == shape(reference.root)


@given(st.text(max_size=200) | plan_like)
@example("\ufeff")
@example("[" * 3000)
@example("- " * 3000)
@example("{a: " * 3000)
@example("&a [*a]")
@example("!<")
@example('"\\')
@example("a: |9\n")
def test_any_text_gives_a_tree_whose_ranges_lie_inside(text: str) -> None:
    for source in (c_events, reference_events):
        parsed = parse(text, source)
        assert parsed.problems or parsed.error is None
        for problem in parsed.problems:
            assert 0 <= problem.start <= problem.end <= len(text)
        for node in walk(parsed.root) if parsed.root is not None else ():
            assert 0 <= node.start <= node.end <= len(text)


@given(plan_like)
def test_a_plain_or_quoted_scalar_is_found_at_its_range(text: str) -> None:
    parsed = parse(text, c_events)
    assume(not parsed.problems and parsed.root is not None)
    assert parsed.root is not None
    for node in walk(parsed.root):
        token = text[node.start : node.end]
        if isinstance(node, Alias):
            assert token == f"*{node.name}"
        elif isinstance(node, Scalar) and node.anchor is None and node.tag is None:
            if node.style in ("'", '"'):
                assert token[0] == token[-1] == node.style
            elif node.style:
                assert token.startswith(node.style)
            elif "\n" not in token and "\r" not in token:
                assert token == node.text


def test_ranges() -> None:
    text = "a: |+\n  text\n\n# c\nb:\nc:\n  - x\n  -\n  - [p, q]\nd: 'quoted'\n"
    root = parse(text, c_events).root
    assert root is not None
    tokens = [text[node.start : node.end] for node in walk(root)][1:]
    assert tokens == [
        "a", "|+\n  text", "b", "", "c", "- x\n  -\n  - [p, q]", "x", "", "[p, q]", "p", "q", "d", "'quoted'",
    ]  # fmt: skip


def test_a_value_left_out_stands_right_behind_its_colon() -> None:
    text = "a:\n\n# comment\nb: 1\n"
    root = parse(text, c_events).root
    assert root is not None
    missing = next(node for node in walk(root) if isinstance(node, Scalar) and node.is_missing)
    assert (missing.start, missing.end) == (2, 2)


@pytest.mark.parametrize("source", [c_events, reference_events])
@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_nesting_is_capped(source: object, opening: str) -> None:
    parsed = parse(opening * 5000, source)  # type: ignore[arg-type]
    assert [problem.message for problem in parsed.problems] == [
        f"nested deeper than {DEEPEST} levels; what is deeper is not read"
    ]


def test_laughs_are_not_multiplied() -> None:
    lines = ["l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    parsed = parse("\n".join(lines), c_events)
    assert parsed.root is not None
    assert len(parsed.problems) == 1
    assert f"{LARGEST_EXPANSION:,}" in parsed.problems[0].message
    followed = [node for node in walk(parsed.root) if isinstance(node, Alias) and node.target is not None]
    assert sum(alias.size for alias in followed) <= LARGEST_EXPANSION


def test_an_alias_inside_its_own_anchor_is_reported_and_leads_nowhere() -> None:
    parsed = parse("a: &x [1, *x]\n", c_events)
    assert "inside the very thing" in parsed.problems[0].message
    assert data(parsed.root) == {"a": [1, None]}


def test_aliases_find_the_latest_anchor_before_them_and_those_from_outside() -> None:
    parsed = parse("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", c_events)
    assert data(parsed.root) == {"a": 1, "b": 1, "c": 2, "d": 2}
    outside = parse("&y [3]", c_events).root
    assert isinstance(outside, Sequence)
    assert data(parse("e: *y", c_events, {"y": outside}).root) == {"e": [3]}
    assert [alias.name for alias in parse("e: *y", c_events).loose] == ["y"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("nULL", "nULL"),
        ("true", True), ("False", False), ("yes", "yes"), ("on", "on"),
        ("12", 12), ("-7", -7), ("+3", 3), ("0o17", 15), ("0x1F", 31), ("017", 17), ("1_000", "1_000"),
        ("1.5", 1.5), ("-.5", -0.5), ("1e3", 1000.0), ("1.", 1.0), (".", "."), ("1:30", "1:30"),
        (".inf", math.inf), ("-.INF", -math.inf), ("2026-11-23", "2026-11-23"), ("0b1", "0b1"), ("-", "-"),
        ("9" * 5000, "9" * 5000), ("٣", "٣"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    resolved = resolve_plain(text)
    assert resolved == value
    assert type(resolved) is type(value)


def test_not_a_number_is_one() -> None:
    assert math.isnan(resolve_plain(".nan"))  # type: ignore[arg-type]


def test_line_breaks_of_yaml_1_1_are_ordinary_characters() -> None:
    text = "a: x\u2028y\nb: 'p\x85q'\nc: \"\\L\"\n# \u2029\nd: 1\n"
    parsed = parse(text, c_events)
    assert not parsed.problems
    assert data(parsed.root) == {"a": "x\u2028y", "b": "p\x85q", "c": "\u2028", "d": 1}
    assert shape(parsed.root) == shape(parse(text, reference_events).root)


def test_only_the_first_document_is_read() -> None:
    assert data(parse_events("a: 1\n---\nb: 2\n", c_events).root) == {"a": 1}
