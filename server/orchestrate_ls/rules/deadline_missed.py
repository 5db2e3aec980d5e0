"""A task that is not finished by its deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.base import SCHEDULE_FACETS, Finding, Related, ScheduleRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.schedule.plan_time import PlanTime

if TYPE_CHECKING:
    from orchestrate_ls.schedule.plan_schedule import PlanSchedule


class DeadlineMissed(ScheduleRule):
    """See the page."""

    code = "deadline-missed"
    group = "time"
    severity = Severity.WARNING
    reads = SCHEDULE_FACETS
    searches = True
    summary = "A task is not finished by its deadline"
    page = """\
## What it finds

A task that cannot be finished by its `deadline`, even if every task starts as soon as its dependencies allow and agents
are never busy: no schedule can keep it. Or one that is finished too late in the best schedule found, where agents,
capacity and files count and deadlines come before everything else: the schedule that `orchestrate schedule` shows. That
is no proof; `orchestrate schedule --solver cp-sat` searches further. Which of the two it is, the message says.
It needs the plan's `start`; without one nothing is known about dates.

A deadline that a quick schedule misses is only reported once the full search has missed it too. An editor makes that
search when nothing has been typed for a second, and shows what the quick schedule misses until then. In plans of more
than 2,000 tasks, and with `refine-schedules = false`, the quick schedule decides.

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
        at_best_of = {
            index: _moment(time, earliest[index]) if not time.is_elapsed else None
            for index, task in enumerate(context.plan.tasks)
            if task.deadline is not None
        }
        late = _late(schedule)
        if any(not _is_after(at_best_of[index], context.plan.tasks[index].deadline) for index in late):
            # Nothing says that it has to be late, so it is worth a longer look.
            schedule = context.searched_schedule
            late = _late(schedule)
        for index, at_best in at_best_of.items():
            task = context.plan.tasks[index]
            if task.deadline is None:
                continue
            if at_best is not None and at_best > task.deadline:
                reached = f"can be finished {_on(at_best)} at the earliest"
                advice = "start earlier, shorten what it waits for, or move the deadline"
            elif schedule is not None and index in late:
                reached = (
                    f"is finished {_on(_moment(time, schedule.finishes[index]))} in the best schedule found"
                )
                advice = "give its agent less to do before it, start earlier, or move the deadline"
            else:
                continue
            yield Finding(
                self.code,
                f"{quoted(context.names[index])} {reached}, after its deadline ({_written(task.deadline)}); {advice}",
                Spot(index, ("deadline",)),
                related=(Related(Spot(None, ("start",)), "the plan starts here"),),
            )


def _late(schedule: PlanSchedule | None) -> set[int]:
    return {each.task for each in schedule.missed} if schedule is not None else set()


def _is_after(moment: datetime | None, deadline: datetime | None) -> bool:
    return moment is not None and deadline is not None and moment > deadline


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
