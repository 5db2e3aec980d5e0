"""Dates that suit a place: those of the plan, and what its start and its length lead to. Reads no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter

from orchestrate_ls.ide.completion_offers import Choice, Kind
from orchestrate_ls.plan.model import Path, Plan
from orchestrate_ls.plan.working_time import moment_after
from orchestrate_ls.rules.engine import PlanCheck


def moments(plan: Plan, path: Path, earlier: PlanCheck | None) -> list[Choice]:
    """Dates for ``start`` or a deadline, each once: from the time that checks were given, the plan, and its times."""
    found: dict[str, Choice] = {}
    offered = _starts(earlier) if path == ("start",) else _deadlines(plan, path, earlier)
    for moment, said in offered:
        text = _written(moment)
        found.setdefault(text, Choice(text, Kind.CHOICE, said, as_is=True))
    return list(found.values())


def _starts(earlier: PlanCheck | None) -> Iterator[tuple[datetime, str]]:
    now = earlier.given.now if earlier is not None else None
    if now is not None:
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        yield today, "today"
        yield today + timedelta(days=7 - today.weekday()), "next Monday"


def _deadlines(plan: Plan, path: Path, earlier: PlanCheck | None) -> Iterator[tuple[datetime, str]]:
    start, calendar = plan.header.start, plan.header.calendar
    task = path[1] if len(path) > 1 and isinstance(path[1], int) else None
    if start is not None and earlier is not None:
        times = earlier.analysis.times
        if task is not None and task < len(times.earliest_finish) and times.earliest_finish[task]:
            yield from _after(start, times.earliest_finish[task], "when it can be done at the earliest", plan)
        if times.makespan:
            yield from _after(start, times.makespan, "when the plan can be done at the earliest", plan)
    used = Counter(map(attrgetter("deadline"), plan.tasks))
    used.pop(None, None)
    for moment, count in used.most_common(10):
        yield moment, f"of {count} {'task' if count == 1 else 'tasks'}"
    if start is not None:
        yield from _after(start, calendar.week_seconds, "one week after the start", plan)
        yield from _after(start, 2 * calendar.week_seconds, "two weeks after the start", plan)


def _after(start: datetime, seconds: int, said: str, plan: Plan) -> Iterator[tuple[datetime, str]]:
    try:
        yield moment_after(start, seconds, plan.header.calendar), said
    except OverflowError:
        return


def _written(moment: datetime) -> str:
    """As plans write it: a date where it is midnight or the very end of a day."""
    if (moment.hour, moment.minute, moment.second) in ((0, 0, 0), (23, 59, 59)):
        return moment.date().isoformat()
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
