"""A task that cannot be finished by its deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.working_time import moment_after
from orchestrate_ls.rules.base import Facet, Finding, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import quoted


class DeadlineMissed(PlanRule):
    """See the page."""

    code = "deadline-missed"
    group = "time"
    severity = Severity.WARNING
    reads = frozenset({Facet.NAMES, Facet.LINKS, Facet.ESTIMATES, Facet.CLAIMS, Facet.DEADLINES})
    summary = "A task cannot be finished by its deadline"
    page = """\
## What it finds

A task's earliest finish is after its `deadline`, even if every task starts as soon as its dependencies allow and agents
are never busy. It needs the plan's `start`; without one nothing is known about dates.

Working time is turned into dates by the plan's calendar: every working day begins at the time of day of `start` and
lasts `hours_per_day`, and the first `days_per_week` days of a week from Monday on are working days. A date without a
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
        calendar = context.plan.header.calendar
        earliest = context.analysis.times.earliest_finish
        for index, task in enumerate(context.plan.tasks):
            if task.deadline is None:
                continue
            try:
                finish = moment_after(start, earliest[index], calendar)
            except OverflowError:
                finish = None
            if finish is not None and finish <= task.deadline:
                continue
            reached = "after the year 9999" if finish is None else f"on {_written(finish)}"
            yield Finding(
                self.code,
                f"{quoted(context.names[index])} can be finished {reached} at the earliest, after its deadline"
                f" ({_written(task.deadline)}); start earlier, shorten what it waits for, or move the deadline",
                Spot(index, ("deadline",)),
                related=(Related(Spot(None, ("start",)), "the plan starts here"),),
            )


def _written(moment: datetime) -> str:
    """To the minute; the offset from UTC as ISO 8601 writes it."""
    text = moment.isoformat(" ", "minutes")
    return text.removesuffix("+00:00") + " UTC" if text.endswith("+00:00") else text
