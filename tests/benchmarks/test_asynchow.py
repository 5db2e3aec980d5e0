"""The AsyncHow benchmark on a small sample: every phrasing gives the known time."""

from pathlib import Path

import pytest

from tests.benchmarks.asynchow import PHRASINGS, read_items, run, shortest_time

SAMPLE = Path(__file__).parents[1] / "data" / "asynchow" / "sample.json"
ITEMS = read_items(SAMPLE.read_text(encoding="utf-8"))
CONSISTENT = [item for item in ITEMS if shortest_time(item) == item.optimal_seconds]


def test_inconsistent_items_are_told_by_the_data_alone():
    assert sorted({item.id for item in ITEMS} - {item.id for item in CONSISTENT}) == [594, 829]


@pytest.mark.slow
@pytest.mark.parametrize("phrasing", list(PHRASINGS))
def test_a_phrasing(phrasing: str):
    assert run(CONSISTENT, phrasing)["wrong"] == []
