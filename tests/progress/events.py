"""Hypothesis strategies for events of a small plan."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from orchestrate_ls.progress.event import WHOLE_PLAN, Event, EventKind, make_event

PLAN = "p1"
BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)


@st.composite
def one_event(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(list(EventKind)))
    task = draw(st.sampled_from(["T1", "T2", "T3", WHOLE_PLAN]))
    details = {
        "attempt": draw(st.integers(1, 3)),
        "agent": draw(st.sampled_from([None, None, "ann", "bob"])),
        "percent": draw(st.sampled_from([None, 0, 12.5, 100])),
        "actual": draw(st.sampled_from([None, 0, 3600])),
        "note": draw(st.sampled_from([None, "", "line\nbreak \u2028 \x1b[31m", "\ud800"])),
        "artefacts": draw(st.sampled_from([None, ("a",), ("b", "a")])),
        "score": draw(st.sampled_from([None, 0, 0.5])),
        "tokens": draw(st.sampled_from([None, None, 0, 1200])),
        "cost": draw(st.sampled_from([None, None, 0, 1.25])),
        "currency": draw(st.sampled_from([None, "USD", "EUR"])),
        "model": draw(st.sampled_from([None, "small"])),
        "action": draw(st.sampled_from([None, "retry", "paused", "resumed"])),
        "gate": draw(st.sampled_from([None, "code_review", "tests"])),
        "check": draw(st.sampled_from([None, "coverage", "lint"])),
        "verdict": draw(st.sampled_from([None, "passed", "failed", "unverified", "guessed"])),
        "to": draw(st.sampled_from(["T2", "X"])) if kind is EventKind.RENAMED else None,
    }
    time = BEGIN + timedelta(minutes=draw(st.integers(0, 20)))
    return make_event(PLAN, time, kind, task, task, **details)


events = st.lists(one_event(), max_size=25)
