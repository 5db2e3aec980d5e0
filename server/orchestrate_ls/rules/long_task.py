"""A task that takes longer than a day of work."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.base import Facet, Finding, Severity, TaskRule
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.task_names import called
from orchestrate_ls.rules.wording import quoted


class LongTask(TaskRule):
    """See the page."""

    code = "long-task"
    group = "time"
    severity = Severity.INFORMATION
    reads = frozenset({Facet.NAMES, Facet.ESTIMATES})
    summary = "A task takes longer than one working day"
    page = """\
## What it finds

A task's expected time is over one working day of the plan's calendar (8 hours by default). The limit is a setting.

## Why it matters

Long tasks hide their progress: that they are late is seen only when they should be done. Smaller ones can be given to
several agents, and estimates of them are nearer the truth.

## Wrong

```yaml
tasks:
  - id: build
    agent: developer
    estimated_time: 3d  # information: [long-task]
```

## Right

```yaml
tasks:
  - id: build-api
    agent: developer
    estimated_time: 6h
  - id: build-pages
    agent: web-developer
    estimated_time: 8h
```

## Fix

Split the task into parts that each have a result of their own.
"""

    def check_task(self, context: RuleContext, index: int) -> Iterator[Finding]:
        longest = context.thresholds.long_task_seconds
        limit = context.plan.header.calendar.day_seconds if longest is None else longest
        seconds = context.analysis.network.durations[index]
        if seconds <= limit:
            return
        what = "one working day" if longest is None else "the limit"
        yield Finding(
            self.code,
            f"{quoted(called(context.plan.tasks[index], index))} takes {format_duration(seconds)}, more than"
            f" {what} ({format_duration(limit)}); split it, so that progress shows",
            Spot(index, ("estimated_time",)),
        )
