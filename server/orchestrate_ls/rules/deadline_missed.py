"""A task that cannot be finished by its deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.base import SCHEDULE_FACETS, Finding, Related, ScheduleRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.schedule.plan_time import PlanTime


class DeadlineMissed(ScheduleRule):
    """See the page."""

    code = "deadline-missed"
    group = "time"
    severity = Severity.WARNING
    reads = SCHEDULE_FACETS
    summary = "A task cannot be finished by its deadline"
    page = """\
## What it finds

A task that cannot be finished by its `deadline`, even if every task starts as soon as its dependencies allow and agents
are never busy; or that is finished too late in the plan's schedule, where agents, capacity and files count and
deadlines are kept as far as they can be. It needs the plan's `start`; without one nothing is known about dates.

Working time is turned into dates by the plan's `calendar`: by its hours, days and holidays, and those of each agent.
Where it gives no hours, every working day begins at the time of day of `start` and lasts `hours_per_day`, and the first
`days_per_week` days of a week from Monday on are working days. A date without a
time of day is a deadline at the end of that day, and times without an offset are UTC.

## Why it matters

It is better known before the work begins than when the deadline is there.

## Wrong

```yaml
start: 2026-11-23T09:00:00Z
tasks:
  - id: design
    agent: architect
    estimated_time: 6h
  - id: build
    agent: developer
    estimated_time: 8h
    dependencies: [design]
    deadline: 2026-11-23  # warning: [deadline-missed]
```

## Right

```yaml
start: 2026-11-23T09:00:00Z
tasks:
  - id: design
    agent: architect
    estimated_time: 6h
  - id: build
    agent: developer
    estimated_time: 8h
    dependencies: [design]
    deadline: 2026-11-24
```

## Fix

Start earlier, shorten what the task waits for, or move the deadline.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        start = context.plan.header.start
        if start is None or all(task.deadline is None for task in context.plan.tasks):
            return
        schedule = context.schedule
        time = schedule.time if schedule is not None else None
        if time is None:
            time = PlanTime(context.plan, ())
        earliest = context.analysis.times.earliest_finish
        late = {each.task for each in schedule.missed} if schedule is not None else set[int]()
        for index, task in enumerate(context.plan.tasks):
            if task.deadline is None:
                continue
            at_best = None if time.is_elapsed else _moment(time, earliest[index])
            if at_best is not None and at_best > task.deadline:
                reached = f"can be finished {_on(at_best)} at the earliest"
                advice = "start earlier, shorten what it waits for, or move the deadline"
            elif schedule is not None and index in late:
                reached = f"is finished {_on(_moment(time, schedule.finishes[index]))} in the schedule"
                advice = "give its agent less to do before it, start earlier, or move the deadline"
            else:
                continue
            yield Finding(
                self.code,
                f"{quoted(context.names[index])} {reached}, after its deadline ({_written(task.deadline)}); {advice}",
                Spot(index, ("deadline",)),
                related=(Related(Spot(None, ("start",)), "the plan starts here"),),
            )


_LAST: Final = datetime.max.replace(tzinfo=UTC)


def _moment(time: PlanTime, seconds: int) -> datetime:
    try:
        return time.finish_moment(seconds)
    except OverflowError:
        return _LAST


def _on(moment: datetime) -> str:
    return "after the year 9999" if moment == _LAST else f"on {_written(moment)}"


def _written(moment: datetime) -> str:
    """To the minute; the offset from UTC as ISO 8601 writes it."""
    text = moment.isoformat(" ", "minutes")
    return text.removesuffix("+00:00") + " UTC" if text.endswith("+00:00") else text
