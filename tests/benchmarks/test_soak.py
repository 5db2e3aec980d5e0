"""A few minutes' typing leave the server no larger than it was. An hour's: `soak.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.soak import SAMPLES, Sample, growth, leaks, soak


def _sample(number: int, **more: float) -> Sample:
    fields = {"resident": 50.0, "objects": 1000, "blocks": 2000, "handles": 9, "threads": 4, **more}
    return Sample(float(number), number, **fields)


def test_what_grows_is_told():
    assert leaks([_sample(number) for number in range(30)]) == []
    assert leaks([_sample(number, resident=50.0 + number) for number in range(30)])
    assert leaks([_sample(number, objects=1000 + 10 * number) for number in range(30)])
    assert leaks([_sample(number, handles=9 + number // 20) for number in range(30)])
    assert growth([_sample(number) for number in range(30)], lambda each: each.resident) == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")
def test_a_session_leaves_no_traces(tmp_path: Path):
    samples = soak(tmp_path, keys=2000, tasks=200, plans=200, seed=3, say=lambda _: None)
    assert len(samples) >= SAMPLES
    assert leaks(samples) == []
