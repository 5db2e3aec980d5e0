"""Trees as plain data, with ruamel.yaml as the judge."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.plain import COMPLEX_KEY, DEEPEST, MOST_MERGED, to_plain
from orchestrate_ls.syntax.tree import Alias, Entry, Mapping, Scalar, Sequence


def plain_of(value: str) -> object:
    entry = PlanFile.parse(f"x-value:\n{value}\n").sources[0].header_entry("x-value")
    assert entry is not None
    return to_plain(entry.value)


@pytest.mark.parametrize(
    "value",
    [
        "  - 1\n  - 0x10\n  - 1.5\n  - true\n  - yes\n  - ~\n  - ''\n  - '1'\n  - 1:30\n  - 2026-01-01x",
        "  a: {b: [c, {d: e}]}\n  f:\n  g: |\n    text\n",
        "  a: &x [1, 2]\n  b: *x\n  c: [*x, *x]",
        "  a: &x {k: 1, l: 2}\n  b:\n    <<: *x\n    l: 3",
        "  a: &x {k: 1}\n  b: &y {k: 2, m: 3}\n  c:\n    <<: [*x, *y]",
    ],
)
def test_it_is_what_ruamel_reads(value: str) -> None:
    assert plain_of(value) == YAML(typ="safe", pure=True).load(f"x-value:\n{value}\n")["x-value"]


def test_of_equal_keys_the_first_counts() -> None:
    assert plain_of("  a: 1\n  'a': 2\n  1: 3") == {"a": 1, "1": 3}
    assert plain_of("  <<: {a: 1}\n  a: 2") == {"a": 2}
    assert plain_of("  '<<': {a: 1}") == {"<<": {"a": 1}}


def test_what_is_no_number_comes_out_as_text() -> None:
    assert plain_of("  [.inf, -.INF, .nan]") == [".inf", "-.INF", ".nan"]


def test_keys_that_are_collections() -> None:
    assert plain_of("  ? [a]\n  : b") == {COMPLEX_KEY: "b"}


def test_aliases_share_what_they_name() -> None:
    data = plain_of("  a: &x [1]\n  b: [*x, *x]")
    assert isinstance(data, dict)
    assert data["b"][0] is data["b"][1]


def test_an_alias_bomb_stays_small() -> None:
    lines = ["  a0: &a0 [x, x]"] + [f"  a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    data = plain_of("\n".join(lines))
    assert isinstance(data, dict)
    assert len(data) == 60


def test_aliases_that_never_end() -> None:
    inner = Sequence(0, 1, flow=True, anchor="a")
    inner.items.append(Alias(0, 1, "a", inner, 2))
    assert to_plain(Alias(0, 1, "a", inner, 2)) == [None]
    assert to_plain(Alias(0, 1, "gone", None, 0)) is None


def test_chains_of_aliases_are_cut_where_they_get_too_deep() -> None:
    node = Sequence(0, 1, flow=True)
    for _ in range(5_000):
        outer = Sequence(0, 1, flow=True)
        outer.items.append(Alias(0, 1, "a", node, 2))
        node = outer
    depth, data = 0, to_plain(node)
    while isinstance(data, list) and data:
        depth, data = depth + 1, data[0]
    assert depth == DEEPEST


def test_merges_are_bounded() -> None:
    big = Mapping(0, 1, flow=True)
    big.entries += [Entry(Scalar(0, 1, f"k{n}", ""), Scalar(0, 1, "v", "")) for n in range(MOST_MERGED // 10)]
    many = Sequence(0, 1, flow=True)
    for _ in range(100):
        merging = Mapping(0, 1, flow=True)
        merging.entries.append(Entry(Scalar(0, 2, "<<", ""), Alias(0, 1, "big", big, 2)))
        many.items.append(merging)
    data = to_plain(many)
    assert isinstance(data, list)
    assert sum(len(each) for each in data if isinstance(each, dict)) == MOST_MERGED
