"""Corrections of estimates and recent performance: formulas by hand, and what must hold for any samples."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.progress.task_kind import KINDS, OTHER, kind_of
from orchestrate_ls.progress.track_record import AttemptSample, EstimateSample, TrackRecord


def sample(ratio: float, agent: str = "ann", kind: str = "testing") -> EstimateSample:
    return EstimateSample("p", "t", agent, kind, 1_000_000, max(1, round(ratio * 1_000_000)))


ratios = st.floats(0.05, 20)
samples = st.lists(
    st.builds(sample, ratios, st.sampled_from(["ann", "bob", ""]), st.sampled_from(["testing", "data"])),
    max_size=30,
).map(tuple)


def test_without_samples_nothing_is_corrected():
    assert TrackRecord().correction("ann", "testing").factor == 1
    assert TrackRecord().performances == {}


def test_four_samples_are_half_believed():
    record = TrackRecord(tuple(sample(2.0) for _ in range(4)))
    assert record.correction(None, None).factor == pytest.approx(math.sqrt(2), abs=1e-4)
    # Overall ln 2 / 2; of the kind half of the other half; of the agent half of what is left then.
    assert record.correction("ann", "testing").factor == pytest.approx(2 ** (1 / 2 + 1 / 4 + 1 / 8), abs=1e-4)


def test_one_kind_takes_longer_than_another():
    record = TrackRecord((*(sample(1.5, kind="integration"),) * 10, *(sample(1.0, kind="data"),) * 10))
    integration, data = (record.correction(None, each).factor for each in ("integration", "data"))
    assert 1.25 < integration < 1.5
    assert 0.95 < data < 1.1


@given(
    samples,
    st.sampled_from(["ann", "bob", "eve", None]),
    st.sampled_from(["testing", "data", "design", None]),
)
def test_a_correction_lies_between_what_was_seen_and_none(own, agent, kind):
    found = TrackRecord(own).correction(agent, kind)
    assert 0.1 <= found.factor <= 10
    assert (found.samples, found.of_kind) == (len(own), sum(each.kind == kind for each in own))


@given(st.lists(ratios, min_size=1, max_size=20), st.floats(0.2, 5))
def test_the_same_ratio_everywhere_is_approached_and_never_passed(many, ratio):
    factors = [
        TrackRecord((sample(ratio),) * count).correction("ann", "testing").factor
        for count in range(len(many) + 1)
    ]
    assert factors == sorted(factors, reverse=ratio < 1) or abs(ratio - 1) < 1e-3
    assert all(min(1, ratio) - 1e-3 <= each <= max(1, ratio) + 1e-3 for each in factors)


@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_estimates_does_not_matter(own, chance):
    shuffled = list(own)
    chance.shuffle(shuffled)
    one, other = TrackRecord(own), TrackRecord(tuple(shuffled))
    assert one.correction("ann", "data").factor == pytest.approx(
        other.correction("ann", "data").factor, abs=2e-4
    )


def test_recent_performance_by_hand():
    record = TrackRecord(attempts=(AttemptSample("ann", 0.0), AttemptSample("ann", 1.0)))
    assert record.performances == {"ann": round((0.8 * 0 + 1 + 2 * 0.5) / (1.8 + 2), 4)}


@given(st.lists(st.floats(0, 1), max_size=30))
def test_performance_is_a_ratio_and_the_last_attempt_counts_most(values):
    def after(*more: float) -> float:
        return TrackRecord(
            attempts=tuple(AttemptSample("ann", each) for each in (*values, *more))
        ).performances["ann"]

    assert 0 <= after(0.0) <= after(1.0) <= 1
    assert after(0.0, 1.0) >= after(1.0, 0.0)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Integration Tests", "testing"), ("OAuth2 Integration", "integration"), ("Security Audit", "security"),
        ("Documentation", "documentation"), ("Database Schema Design", "data"), ("Unit Tests", "testing"),
        ("Authentication UI Components", "interface"), ("Password Reset Flow", OTHER), ("", OTHER),
        ("Fix the login", "fixing"), ("Email Verification System", OTHER),
    ],
)  # fmt: skip
def test_kinds_of_tasks(name: str, kind: str):
    assert kind_of(name) == kind


@given(st.text(max_size=50))
def test_any_name_has_a_kind(name: str):
    assert kind_of(name) in KINDS
