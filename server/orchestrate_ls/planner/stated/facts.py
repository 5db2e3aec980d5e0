"""The facts that a document can state, each with the words it came from. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from orchestrate_ls.planner.stated.calendars import SaidCalendar
from orchestrate_ls.planner.stated.durations import Length
from orchestrate_ls.planner.stated.quotes import Quote


@dataclass(frozen=True, slots=True)
class StatedTime:
    """How long a step takes: one length, or a range, or optimistic, likely and pessimistic."""

    lengths: tuple[Length, ...]
    quote: Quote


@dataclass(frozen=True, slots=True)
class StatedOwner:
    """Who does a step, as the document calls them."""

    name: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class StatedDeadline:
    """By when: a date (year may be missing), or a length from the start. `step` None: all the work."""

    text: str
    quote: Quote
    step: int | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    within: Length | None = None
    vague: str = ""
    """The words of a date that is none without today's: "Friday", "end of the month"."""


@dataclass(frozen=True, slots=True)
class StatedOrder:
    """Step `before` is finished before step `after` starts; `lag` is the time between them."""

    before: int
    after: int
    quote: Quote
    lag: Length | None = None


@dataclass(frozen=True, slots=True)
class StatedParallel:
    """Two steps of which the document says that they may run at the same time or do not wait for each other."""

    first: int
    second: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class StatedCapacity:
    """How many tasks may run at once; None for no limit."""

    most: int | None
    quote: Quote


@dataclass(slots=True)
class Step:
    """One step that the document lists. `label` is its number as written; `details` are the lines below it."""

    name: str
    label: str | None
    quote: Quote
    text: str
    heading: str = ""
    details: list[str] = field(default_factory=list[str])
    done: bool = False
    times: list[StatedTime] = field(default_factory=list[StatedTime])
    owners: list[StatedOwner] = field(default_factory=list[StatedOwner])


class Gravity(StrEnum):
    """How bad a remark is: an error leaves no plan."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader of the document should know: what, where (quotes), and what to do."""

    gravity: Gravity
    code: str
    message: str
    quotes: tuple[Quote, ...]
    hint: str


@dataclass(slots=True)
class Facts:
    """All that a document states. `steps` is empty when it does not list the steps itself.

    `spans` are the stretches of the document that facts took up, so that nobody reads them for features.
    """

    title: str = ""
    steps: list[Step] = field(default_factory=list[Step])
    orders: list[StatedOrder] = field(default_factory=list[StatedOrder])
    parallels: list[StatedParallel] = field(default_factory=list[StatedParallel])
    deadlines: list[StatedDeadline] = field(default_factory=list[StatedDeadline])
    capacity: StatedCapacity | None = None
    calendar: SaidCalendar = field(default_factory=SaidCalendar)
    start: str | None = None
    remarks: list[Remark] = field(default_factory=list[Remark])
    spans: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
