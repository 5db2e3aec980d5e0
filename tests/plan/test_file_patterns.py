"""Overlaps of file patterns, against spelled-out cases and against Python's own matching of paths."""

from __future__ import annotations

import fnmatch
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.plan.file_patterns import may_overlap, overlapping, read_patterns


def overlap(one: str, other: str) -> bool:
    answer = may_overlap(read_patterns((one,)), read_patterns((other,)))
    assert answer == may_overlap(read_patterns((other,)), read_patterns((one,)))
    return answer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("src/a.py", "src/a.py"),
        ("src/**", "src/a.py"),
        ("src/**", "src/b/c/a.py"),
        ("src/**/a.py", "src/a.py"),
        ("src/**/a.py", "**/a.py"),
        ("**", "README.md"),
        ("*.py", "setup.py"),
        ("src/*.py", "src/te*.py"),
        ("src/*_test.py", "src/a*.py"),
        ("src/?.py", "src/a.py"),
        ("src/[ab].py", "src/a.py"),
        ("src/{a,b}.py", "src/b.py"),
        ("{src,lib}/**", "lib/x"),
        ("src/{a,b{1,2}}.py", "src/b2.py"),
        ("./src/a.py", "src//a.py"),
        ("src/./a.py", "src/b/../a.py"),
        ("/src/a.py", "src/a.py"),
        ("src\\a.py", "src/a.py"),
        ("SRC/A.py", "src/a.PY"),
        ("src/u\u0308.py", "src/\u00fc.py"),
        ("src", "src/a.py"),
        ("src/", "src/a.py"),
        (".", "anything/at/all"),
        ("a/**/b/**/c", "a/**/c"),
        ("src/*", "src/sub/a.py"),
        ("src/*/models", "src/users/models/a.py"),
    ],
)
def test_these_may_meet(one: str, other: str) -> None:
    assert overlap(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("src/a.py", "src/b.py"),
        ("src/a.py", "a.py"),
        ("src/**", "tests/a.py"),
        ("src/*.py", "src/sub/a.py"),
        ("*.py", "*.ts"),
        ("src/*.py", "src/*.ts"),
        ("src/{a,b}.py", "src/c.py"),
        ("src/a?.py", "src/a.py"),
        ("src/abc", "src/ab"),
        ("src", "srcs/a.py"),
        ("../a.py", "a.py"),
        ("", "**"),
        ("!src/**", "src/a.py"),
        ("a{b}c", "abc"),
        ("src/**/a.py", "src/**/b.ts"),
        ("**/*.py", "**/*.ts"),
    ],
)
def test_these_cannot_meet(one: str, other: str) -> None:
    assert not overlap(one, other)


NAMES = ["a", "b", "ab"]
PATHS = [path for depth in (1, 2, 3) for path in itertools.product(NAMES, repeat=depth)]
names = st.sampled_from(["a", "b", "ab", "*", "?", "a*", "*b", "**"])
globs = st.lists(names, min_size=1, max_size=4).map("/".join)


def matches(glob: str, path: tuple[str, ...]) -> bool:
    """By definition: the glob matches the path or a folder that it lies in."""
    parts = [r"(?:[^/]+/)*" if name == "**" else fnmatch.translate(name)[4:-3].replace(".", "[^/]") + "/"
             for name in glob.split("/")]  # fmt: skip
    return re.match("".join(parts), "/".join(path) + "/") is not None


@given(globs, globs)
def test_whatever_two_globs_match_in_common_is_an_overlap(one: str, other: str) -> None:
    common = [path for path in PATHS if matches(one, path) and matches(other, path)]
    # Names of the small world are enough to see every overlap but those that need longer names or paths.
    if common:
        assert overlap(one, other), common[0]


literal = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)


@given(globs, literal)
def test_a_path_overlaps_a_glob_exactly_when_one_is_in_the_other(glob: str, path: str) -> None:
    here = tuple(path.split("/"))
    below = [(*here, *more) for depth in range(5) for more in itertools.product(NAMES, repeat=depth)]
    assert overlap(glob, path) == any(matches(glob, each) for each in below)


@given(st.lists(st.lists(globs | literal, max_size=2), max_size=8))
def test_the_index_finds_what_comparing_all_finds(lists: list[list[str]]) -> None:
    writers = [read_patterns(tuple(each)) for each in lists]
    every = [
        (first, second)
        for first, second in itertools.combinations(range(len(writers)), 2)
        if may_overlap(writers[first], writers[second])
    ]
    assert overlapping(writers, 1_000) == (every, True)


@pytest.mark.parametrize(
    "text",
    [
        "{a,b}" * 40,
        "*" * 2_000,
        "*a" * 500,
        "a/" * 500,
        "{" * 900,
        "{a,{b,{c,{d,",
        "[" * 100,
        "**/" * 300,
        "\0",
        "\ud800",
    ],
)
def test_hostile_patterns_get_an_answer(text: str) -> None:
    assert overlap(text, text)
    assert overlap("prefix/" + text, "prefix/**")


def test_a_limit_is_said() -> None:
    writers = [read_patterns((f"*{number}*",)) for number in range(100)]
    assert overlapping(writers, 50).complete is False
    assert len(overlapping(writers, 10_000).pairs) == 4_950
