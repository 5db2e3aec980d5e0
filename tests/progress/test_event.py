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


def read_the_long_way(line: bytes):
    """As any line is read, whoever wrote it."""
    try:
        return read_event(json.loads(line.decode(), parse_constant=lambda _: 1 / 0))
    except EventError as error:
        return str(error)
    except (ValueError, ZeroDivisionError):
        return "it is not JSON"


def read_as_it_is(line: bytes):
    try:
        return read_line(line)
    except EventError as error:
        return "it is not JSON" if "JSON;" in str(error) or "marker" in str(error) else str(error)


PIECES = [
    *(f',"{name}":{json.dumps(value)}' for name in DEFINITION["properties"] for value in ("x", 1, 0.5, [])),
    ',"a":{}', "}", ",", ' ,"note":"x"', ',"note":"\\u00e9\\ud800"', ',"score":NaN', ',"percent":007', ',"percent":100',
    ',"actual":-1', ',"actual":1e3', ',"time":"2026-02-31T00:00:00Z"', '"', "\\", "\x00", "é", ":", "{", "\n", " ",
]  # fmt: skip


@given(
    one_event(),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 8), st.sampled_from(PIECES)), max_size=3),
)
def test_the_short_way_of_reading_a_line_says_what_the_long_way_does(event, changes):
    text = line_of(event).decode().rstrip("\n")
    for place, cut, piece in changes:
        start = min(place, len(text) - 1)
        text = text[:start] + piece + text[start + cut :]
    line = text.encode()
    assert read_as_it_is(line) == read_the_long_way(line)
    end = text[:-1] + "".join(piece for _, _, piece in changes) + "}"
    assert read_as_it_is(end.encode()) == read_the_long_way(end.encode())


def test_an_event_that_was_read_is_like_any_other():
    event = make_event(
        PLAN, BEGIN, EventKind.PROGRESS, "T1", "T1", agent="ann", percent=5, actual=60, note="x"
    )
    read, other = read_line(line_of(event)), read_the_long_way(line_of(event))
    assert (type(read), hash(read), repr(read)) == (type(other), hash(other), repr(other))
    assert replace(read, percent=6) == replace(event, percent=6)
    with pytest.raises(AttributeError):
        setattr(read, "percent", 7)  # noqa: B010 - the type checker knows better


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
