"""Calendars: how long days and weeks are, when work is done, and on which days it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from orchestrate_ls.plan.duration import Calendar, DurationError
from orchestrate_ls.plan.model import Path, Unreadable
from orchestrate_ls.plan.reading import Reader, fields_of, items_of, number_of, text_of
from orchestrate_ls.plan.working_hours import (
    ALWAYS,
    ROUND_THE_CLOCK,
    DaysOff,
    Window,
    WorkingHours,
    apart,
    parse_days,
    parse_days_off,
    parse_hours,
    week_of,
    zone_named,
)
from orchestrate_ls.syntax.tree import AnyNode

Value = TypeVar("Value")
_FIVE_DAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class PlanCalendar:
    """What a plan's `calendar` says: lengths always, working hours and holidays where they are given."""

    lengths: Calendar = Calendar()
    working: WorkingHours | None = None
    holidays: tuple[DaysOff, ...] = ()


def plan_calendar(node: AnyNode | None, reader: Reader) -> PlanCalendar:
    """The plan's calendar. Lengths that are not given follow from the hours, or are those of a usual week."""
    path: Path = ("calendar",)
    holidays = _days_off(fields_of(node).get("holidays"), (*path, "holidays"), reader)
    working = working_hours(node, path, reader)
    fields = fields_of(node)
    if working is None:
        return PlanCalendar(_lengths(fields.get, reader, Calendar()), None, holidays)
    usual = Calendar(min(24.0, max(0.1, working.hours_per_day)), float(working.days_per_week))
    if working == ALWAYS:
        usual = Calendar(24, 7)
    return PlanCalendar(_lengths(fields.get, reader, usual), working, holidays)


def _lengths(get: Callable[[str], AnyNode | None], reader: Reader, usual: Calendar) -> Calendar:
    figures = {"hours_per_day": usual.hours_per_day, "days_per_week": usual.days_per_week}
    for name in figures:
        number = number_of(get(name))
        if number is None:
            continue
        try:
            Calendar(**{name: number})
        except DurationError as error:
            path: Path = ("calendar", name)
            reader.unreadable.append(Unreadable("schema", path, error.message, error.hint))
        else:
            figures[name] = number
    return Calendar(**figures)


def working_hours(node: AnyNode | None, path: Path, reader: Reader) -> WorkingHours | None:
    """The working hours of a plan's or an agent's calendar; None where it gives none."""
    if text_of(node) == ROUND_THE_CLOCK:
        return ALWAYS
    fields = fields_of(node)
    zone = _one(fields.get("time_zone"), (*path, "time_zone"), reader, _zone)
    spans = _all(fields.get("hours"), (*path, "hours"), reader, parse_hours)
    days = _all(fields.get("days"), (*path, "days"), reader, parse_days)
    if not spans and not days and zone is None:
        return None
    if not apart(spans):
        message = "the working hours overlap"
        reader.unreadable.append(
            Unreadable(
                "schema",
                (*path, "hours"),
                message,
                "write them one after the other, for example `[09:00-12:00, 13:00-17:00]`",
            )
        )
        spans = []
    hours: list[Window] = spans or [(9 * 3600, 17 * 3600)]
    numbers = [day for group in days for day in group] or _FIVE_DAYS
    return WorkingHours(week_of(hours, numbers), zone)


def days_off(node: AnyNode | None, path: Path, reader: Reader) -> tuple[DaysOff, ...]:
    """Days on which somebody is not there."""
    return _days_off(node, path, reader)


def _days_off(node: AnyNode | None, path: Path, reader: Reader) -> tuple[DaysOff, ...]:
    return tuple(sorted(_all(node, path, reader, parse_days_off)))


def _zone(text: str) -> str:
    zone_named(text)
    return text


def _all(node: AnyNode | None, path: Path, reader: Reader, parse: Callable[[str], Value]) -> list[Value]:
    found = [_one(item, place, reader, parse) for item, place in items_of(node, path)]
    return [value for value in found if value is not None]


def _one(node: AnyNode | None, path: Path, reader: Reader, parse: Callable[[str], Value]) -> Value | None:
    text = text_of(node)
    if text is None:
        return None
    try:
        return parse(text.strip())
    except DurationError as error:
        reader.unreadable.append(Unreadable("schema", path, error.message, error.hint))
        return None
