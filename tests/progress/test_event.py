"""Events and their lines; the schema and the reader agree."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from orchestrate_ls.progress.event import EventError, EventKind, line_of, make_event, read_event, read_line
from orchestrate_ls.workspace.shipped import schema_text
from tests.progress.events import BEGIN, PLAN, one_event

DEFINITION = json.loads(schema_text("event.schema.json"))
SCHEMA = Draft202012Validator(DEFINITION)
GOOD = {"v": 1, "id": "a", "plan": "p", "time": "2026-11-23T09:00:00Z", "type": "done", "task": "T1"}
ODD_VALUES = [
    None, True, False, 0, 1, -1, 1.0, 1.5, 0.5, 100, 101, 10**13, 1e300, "", "x", "x" * 1_001, "x" * 100_001,
    [], ["a"], [1], ["x"] * 1_001, {}, {"a": 1}, "2026-11-23T09:00:00Z", "2026-11-23", "2026-11-23T09:00:00",
    "2026-11-23T09:00:00.123456+01:00", "renamed", "USD", "usd", "EURO", 10**15, 10**15 + 1, 10**12,
]  # fmt: skip


@given(one_event())
def test_a_line_reads_back_and_fits_the_schema(event):
    line = line_of(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert read_line(line) == event
    SCHEMA.validate(json.loads(line))


@given(st.sampled_from([*DEFINITION["properties"], "other"]), st.sampled_from(ODD_VALUES), st.booleans())
def test_the_reader_accepts_what_the_schema_allows(name, value, remove):
    data = {**GOOD, name: value}
    if remove:
        data.pop(name)
    try:
        read_event(data)
    except EventError:
        accepted = False
    else:
        accepted = True
    assert accepted == SCHEMA.is_valid(data), data


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b'{"v":1,"id":"a', "cut off"),
        (b"[" * 200_000, "deep"),
        (b"1" * 5_000, "JSON"),
        (
            b'{"v":1,"id":"a","plan":"p","time":"2026-11-23T09:00:00Z","type":"x","task":"T","score":NaN}',
            "JSON",
        ),
        (b"<<<<<<< HEAD", "conflict marker"),
        (b"[]", "object"),
        (b'{"v":0}', "`v`"),
        (json.dumps({**GOOD, "time": "0001-01-01T00:00:00+14:00"}).encode(), "time"),
        (json.dumps({**GOOD, "time": "2026-02-31T00:00:00Z"}).encode(), "time"),
    ],
)
def test_what_is_no_event_says_why(line, reason):
    with pytest.raises(EventError, match=reason):
        read_line(line)


def test_later_versions_are_read_as_far_as_they_are_known():
    event = read_event({**GOOD, "v": 7, "type": "teleported", "beam": [1]})
    assert (event.kind, event.task) == ("teleported", "T1")


def test_an_id_says_what_happened_and_not_when_it_was_written():
    started = make_event(PLAN, BEGIN, EventKind.STARTED, "T1", "T1")
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert make_event(PLAN, later, EventKind.STARTED, "T1", "T1").id == started.id
    others = [
        make_event(PLAN, BEGIN, EventKind.STARTED, "T1", "T1", attempt=2),
        make_event(PLAN, BEGIN, EventKind.STARTED, "T1", "T1", run="r2"),
        make_event(PLAN, BEGIN, EventKind.STARTED, "T2", "T2"),
        make_event(PLAN, BEGIN, EventKind.DONE, "T1", "T1"),
        make_event("p2", BEGIN, EventKind.STARTED, "T1", "T1"),
    ]
    assert len({started.id, *(each.id for each in others)}) == 6
    progress = [make_event(PLAN, BEGIN, EventKind.PROGRESS, "T1", "T1", percent=each) for each in (1, 2, 1)]
    assert progress[0].id == progress[2].id != progress[1].id
    assert replace(progress[0]) == progress[2]
