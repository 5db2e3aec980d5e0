"""One event of a plan's journal, and its line of JSON.

``schema/event.schema.json`` describes the lines for others; ``read_event`` accepts exactly what it allows. Knows
nothing of files, and nothing of what events lead to.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, cast

VERSION: Final = 1
"""Of the form of events. A later form keeps the fields of this one and adds to them."""
BY_HAND: Final = "hand"
"""The run of events that no runner recorded."""
LONGEST_NAME: Final = 1_000
LONGEST_TEXT: Final = 100_000
MOST_ITEMS: Final = 1_000
MOST_SECONDS: Final = 10**12
MOST_ATTEMPTS: Final = 10**9
MOST_TOKENS: Final = 10**15
MOST_COST: Final = 10**12
WHOLE_PLAN: Final = "*"
"""Task and key of events that are of no one task."""
DEFAULT_CURRENCY: Final = "USD"
"""Of a cost without one."""

CURRENCY: Final = re.compile(r"[A-Z]{3}")
"""All of a currency's code."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


class EventKind(StrEnum):
    """What happened. A journal may hold others, of later versions of the program."""

    STARTED = "started"
    PROGRESS = "progress"
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    REASSIGNED = "reassigned"
    SKIPPED = "skipped"
    REOPENED = "reopened"
    RENAMED = "renamed"
    DECIDED = "decided"
    CHECKED = "checked"
    APPROVED = "approved"
    REJECTED = "rejected"
    TRIGGERED = "triggered"
    RUN = "run"


class Verdict(StrEnum):
    """What came of one check of a quality gate. A check without evidence is unverified, which is not passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNVERIFIED = "unverified"


class RunAction(StrEnum):
    """What happened to a run of the plan."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    FINISHED = "finished"


ONCE: Final = frozenset(
    (EventKind.STARTED, EventKind.DONE, EventKind.FAILED, EventKind.SKIPPED, EventKind.REOPENED)
)
"""What can happen once in an attempt at most."""
OF_TASKS: Final = frozenset(
    (
        *ONCE,
        EventKind.PROGRESS,
        EventKind.BLOCKED,
        EventKind.UNBLOCKED,
        EventKind.REASSIGNED,
        EventKind.RENAMED,
    )
)
"""What can happen to a task only: with the key ``*`` these speak of a task that is called so."""


class EventError(ValueError):
    """A line that is no event; the message says why."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a task, or to the whole plan.

    Attributes
    ----------
    id
        Derived from run, task, attempt and kind, so that the same event written twice is one.
    plan
        The ``plan_id`` of the plan.
    time
        With a time zone.
    kind
        One of ``EventKind``, or of a later version.
    task
        The task's id when it was written; ``WHOLE_PLAN`` for what is of no one task.
    key
        What the task is known by whatever its id becomes; usually its first id.
    run
        Which run of the plan it belongs to.
    attempt
        From 1; a task that failed or was reopened starts its next.
    agent
        Who does it from now on; of an approval or rejection who said it, of a decision who is to do it.
    percent
        0 to 100, of the task's work.
    actual
        Seconds that the work has taken so far, by whoever did it.
    note, artefacts, score
        What came of it: in words, files and links, and a quality from 0 to 1.
    forced
        Why it should have been refused; empty where nothing spoke against it.
    to
        The new id of a renamed task.
    action
        What was decided, what a trigger asks for, or what happened to a run (``RunAction``).
    gate, check, verdict
        Of a check: the quality gate, which of its checks, and what came of it (``Verdict``); the note has the evidence
        in words. Of an approval or rejection the gate, where it is for one only.
    tokens, cost, currency, model
        What this attempt has used so far, as the agent tells it: tokens of a language model, money in an ISO 4217
        currency, and the model's name.
    """

    id: str
    plan: str
    time: datetime
    kind: str
    task: str
    key: str
    run: str = BY_HAND
    attempt: int = 1
    agent: str | None = None
    percent: float | None = None
    actual: int | None = None
    note: str | None = None
    artefacts: tuple[str, ...] = ()
    score: float | None = None
    forced: tuple[str, ...] = ()
    to: str | None = None
    action: str | None = None
    gate: str | None = None
    check: str | None = None
    verdict: str | None = None
    tokens: int | None = None
    cost: float | None = None
    currency: str | None = None
    model: str | None = None

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Journals are read in this order, whatever the order of their lines: by time, then by id."""
        return self.time, self.id, self.kind

    @property
    def is_of_plan(self) -> bool:
        """Whether it is of no one task."""
        return self.key == WHOLE_PLAN and self.kind not in OF_TASKS


def event_id(plan: str, run: str, key: str, attempt: int, kind: str, occasion: str = "") -> str:
    """The id of an event: a digest of what makes it this one.

    ``occasion`` tells events apart that may happen several times in an attempt, such as progress.
    """
    parts = json.dumps([plan, run, key, attempt, kind, occasion], ensure_ascii=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:24]


def make_event(plan: str, time: datetime, kind: EventKind, task: str, key: str, **details: Any) -> Event:
    """An event with the id that belongs to it; ``details`` are further fields of ``Event``."""
    details = {name: value for name, value in details.items() if value is not None}
    run, attempt = details.get("run", BY_HAND), details.get("attempt", 1)
    occasion = ""
    if kind not in ONCE:
        occasion = json.dumps([text_of(time), details], ensure_ascii=True, sort_keys=True)
    return Event(event_id(plan, run, key, attempt, kind, occasion), plan, time, kind, task, key, **details)


def text_of(time: datetime) -> str:
    """A time as events have it: in UTC, with microseconds where there are some."""
    moment = time.astimezone(UTC).replace(tzinfo=None)
    return f"{moment.isoformat()}Z"


def line_of(event: Event) -> bytes:
    """The event as a line: ASCII, so that nothing in it can end the line or upset a terminal."""
    fields: dict[str, object] = {
        "v": VERSION,
        "id": event.id,
        "plan": event.plan,
        "time": text_of(event.time),
        "type": event.kind,
        "task": event.task,
    }
    if event.key != event.task:
        fields["key"] = event.key
    fields |= {"run": event.run, "attempt": event.attempt}
    for name in _DETAILS:
        value = getattr(event, name)
        if value is not None and value != ():
            fields[name] = value
    return json.dumps(fields, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def read_line(line: bytes) -> Event:
    """Read a line. Raises ``EventError`` where it is no event."""
    try:
        text = line.decode("utf-8").strip()
        found = _AS_WRITTEN.fullmatch(text)
        if found is not None:
            event = _read_as_written(found)
            if event is not None:
                return event
        data: object = _DECODER.decode(text)
    except UnicodeDecodeError:
        raise EventError("it is not UTF-8 text") from None
    except RecursionError:
        raise EventError("it is nested too deeply") from None
    except ValueError:
        raise EventError(_not_json(line)) from None
    return read_event(data)


def read_event(data: object) -> Event:
    """Read an event from JSON data. Raises ``EventError`` where the schema does not allow it."""
    if not isinstance(data, dict):
        raise EventError("it is no JSON object")
    fields = cast("Mapping[str, object]", data)
    version = fields.get("v")
    if not _is_whole(version, 1, MOST_ATTEMPTS):
        raise EventError("`v`, the version of its form, is missing or no number of 1 or more")
    for name in _REQUIRED:
        if name not in fields:
            raise EventError(f"`{name}` is missing")
    values: dict[str, Any] = {}
    for name, value in fields.items():
        known = _FIELDS.get(name)
        if known is None:
            continue
        found = known[0](value)
        if found is None:
            raise EventError(f"`{name}` is not {known[1]}")
        values[name] = found
    values["kind"] = values.pop("type")
    values.setdefault("key", values["task"])
    if values["kind"] == EventKind.RENAMED and "to" not in values:
        raise EventError("`to` is missing")
    return Event(**values)


def _read_as_written(found: re.Match[str]) -> Event | None:
    """Read a line of the form that ``line_of`` gives it, in a third of the time that any line takes; None where only
    the long way can tell what it says, or what is wrong with it.
    """
    identity, plan, time, kind, task, key, run, attempt, agent, percent, actual, rest = found.groups()
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    event = _Blank(identity, plan, moment, kind, task, key or task, run, int(attempt), agent)
    if percent is not None:
        event.percent = int(percent)
    if actual is not None:
        event.actual = int(actual)
    if rest != "}":
        details: dict[str, object] = _DECODER.decode(f"{{{rest[1:]}")
        for name, value in details.items():
            known = _FIELDS.get(name)
            if known is None:
                continue
            read = known[0](value) if name in _DETAIL_NAMES else None
            if read is None:
                return None
            setattr(event, name, read)
    if kind == EventKind.RENAMED and event.to is None:
        return None
    return event.filled()


class _Blank:
    """An event that is being filled in. It becomes one by changing its class, which has the same slots: setting the
    fields of a frozen data class takes several times as long as reading the line.
    """

    __slots__ = tuple(each.name for each in fields(Event))

    def __init__(
        self,
        identity: str,
        plan: str,
        time: datetime,
        kind: str,
        task: str,
        key: str,
        run: str,
        attempt: int,
        agent: str | None,
    ) -> None:
        self.id = identity
        self.plan = plan
        self.time = time
        self.kind = kind
        self.task = task
        self.key = key
        self.run = run
        self.attempt = attempt
        self.agent = agent
        self.percent: float | None = None
        self.actual: int | None = None
        self.note: str | None = None
        self.artefacts: tuple[str, ...] = ()
        self.score: float | None = None
        self.forced: tuple[str, ...] = ()
        self.to: str | None = None
        self.action: str | None = None
        self.gate: str | None = None
        self.check: str | None = None
        self.verdict: str | None = None
        self.tokens: int | None = None
        self.cost: float | None = None
        self.currency: str | None = None
        self.model: str | None = None

    def filled(self) -> Event:
        """The event."""
        itself = cast("Any", self)
        itself.__class__ = Event
        return itself


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _not_json(line: bytes) -> str:
    start = line.lstrip()[:7]
    if start in (b"<<<<<<<", b"=======", b">>>>>>>"):
        return "it is a conflict marker of git, which can be deleted"
    return "it is not JSON; was it cut off?"


def _is_whole(value: object, least: int, most: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return least <= value <= most and value == int(value)


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    items = cast("list[object]", value)
    if len(items) > MOST_ITEMS or any(_text(item) is None for item in items):
        return None
    return tuple(cast("list[str]", items))


def _whole(least: int, most: int) -> Callable[[object], int | None]:
    return lambda value: int(cast("float", value)) if _is_whole(value, least, most) else None


def _number(most: float) -> Callable[[object], float | None]:
    def read(value: object) -> float | None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return value if 0 <= value <= most else None

    return read


def _currency(value: object) -> str | None:
    return value if isinstance(value, str) and CURRENCY.fullmatch(value) else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > 40 or not value.isascii() or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)
_DETAILS: Final = (
    "agent",
    "percent",
    "actual",
    "note",
    "artefacts",
    "score",
    "forced",
    "to",
    "action",
    "gate",
    "check",
    "verdict",
    "tokens",
    "cost",
    "currency",
    "model",
)
_DETAIL_NAMES: Final = frozenset(_DETAILS)
_REQUIRED: Final = ("id", "plan", "time", "type", "task")
_PLAIN: Final = rf'"([ !#-\[\]-~]{{1,{LONGEST_NAME}}})"'
"""A name without anything that JSON escapes."""
_AS_WRITTEN: Final = re.compile(
    rf'\{{"v":1,"id":{_PLAIN},"plan":{_PLAIN},"time":"(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{{1,6}})?Z)"'
    rf',"type":{_PLAIN},"task":{_PLAIN}(?:,"key":{_PLAIN})?,"run":{_PLAIN},"attempt":([1-9]\d{{0,8}})'
    rf'(?:,"agent":{_PLAIN})?(?:,"percent":([1-9]?\d|100))?(?:,"actual":(\d|[1-9]\d{{1,8}}))?'
    r'(\}|,".*\})',
    re.ASCII | re.DOTALL,
)
_NAME: Final = (_name, f"a text of 1 to {LONGEST_NAME:,} characters")
_TEXTS: Final = (_texts, f"a list of at most {MOST_ITEMS:,} texts")
_FIELDS: Final[Mapping[str, tuple[Callable[[object], Any], str]]] = {
    "id": _NAME,
    "plan": _NAME,
    "time": (_moment, "a time such as 2026-11-23T09:00:00Z"),
    "type": _NAME,
    "task": _NAME,
    "key": _NAME,
    "run": _NAME,
    "attempt": (_whole(1, MOST_ATTEMPTS), "a whole number of 1 or more"),
    "agent": _NAME,
    "percent": (_number(100), "a number from 0 to 100"),
    "actual": (_whole(0, MOST_SECONDS), "a whole number of seconds"),
    "note": (_text, f"a text of at most {LONGEST_TEXT:,} characters"),
    "artefacts": _TEXTS,
    "score": (_number(1), "a number from 0 to 1"),
    "forced": _TEXTS,
    "to": _NAME,
    "action": _NAME,
    "gate": _NAME,
    "check": _NAME,
    "verdict": _NAME,
    "tokens": (_whole(0, MOST_TOKENS), f"a whole number from 0 to {MOST_TOKENS:,}"),
    "cost": (_number(MOST_COST), f"a number from 0 to {MOST_COST:,}"),
    "currency": (_currency, "a currency such as USD"),
    "model": _NAME,
}
