"""The goals that plans are measured with: enough of them, well-formed, and no plan with a fault in its graph."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

import pytest
import yaml

from tests.benchmarks.goals import GOALS, measure

ENTRIES = yaml.safe_load(GOALS.read_text(encoding="utf-8"))["goals"]


def test_there_are_goals_of_both_sets_and_all_are_well_formed() -> None:
    sets = Counter(entry.get("set", "base") for entry in ENTRIES)
    assert sets["base"] >= 60
    assert sets["held-out"] >= 30
    assert len({entry["goal"] for entry in ENTRIES}) == len(ENTRIES)
    for entry in ENTRIES:
        assert entry["features"]
        for pattern in [*entry["features"], *entry.get("absent", []), *chain(*entry.get("orders", []))]:
            re.compile(pattern)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, len(ENTRIES) + 1))
def test_no_plan_is_redundant_or_faulty_and_exclusions_are_kept(number: int) -> None:
    one = measure(number, ENTRIES[number - 1])
    assert (one.redundant, one.faults, one.present) == (0, 0, 0), one.wrong
