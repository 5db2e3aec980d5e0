"""A plan in which hardly anything can run at the same time."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.base import Facet, Finding, PlanRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import percent


class SerialPlan(PlanRule):
    """See the page."""

    code = "serial-plan"
    group = "graph"
    severity = Severity.INFORMATION
    reads = frozenset({Facet.NAMES, Facet.LINKS, Facet.ESTIMATES})
    summary = "Hardly anything in the plan can run at the same time"
    page = """\
## What it finds

The critical path takes nearly all of the plan's total time, so that more agents cannot make it shorter. By default the
rule speaks up for plans of 4 tasks or more whose critical path is over 90% of the total; both figures are settings
(`serial_tasks`, `serial_share`).

## Why it matters

Often dependencies were written down because tasks were thought of in that order, not because one needs the other's
result.

## Wrong

```yaml
tasks:  # information: [serial-plan]
  - id: schema
    agent: architect
    estimated_time: 2h
  - id: api
    agent: developer
    estimated_time: 4h
    dependencies: [schema]
  - id: login
    agent: developer
    estimated_time: 3h
    dependencies: [api]
  - id: reset
    agent: developer
    estimated_time: 3h
    dependencies: [login]
```

## Right

```yaml
tasks:
  - id: schema
    agent: architect
    estimated_time: 2h
  - id: api
    agent: developer
    estimated_time: 4h
    dependencies: [schema]
  - id: login
    agent: developer
    estimated_time: 3h
    dependencies: [api]
  - id: reset
    agent: developer
    estimated_time: 3h
    dependencies: [api]
```

## Fix

Look at each dependency on the critical path: drop those that need no result of the task before, or split a task so
that others wait only for its first part.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        tasks = context.plan.tasks
        if len(tasks) < max(2, context.thresholds.serial_tasks):
            return
        times = context.analysis.times
        total = sum(context.analysis.network.durations)
        if not times.complete or total == 0 or times.makespan <= context.thresholds.serial_share * total:
            return
        yield Finding(
            self.code,
            f"hardly anything can run in parallel: the critical path of {format_duration(times.makespan)} is"
            f" {percent(times.makespan / total)} of the {format_duration(total)} in total; look for dependencies to"
            " drop and tasks to split",
            Spot(None, ("tasks",), part="key"),
        )
