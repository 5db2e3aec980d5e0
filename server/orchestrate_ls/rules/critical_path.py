"""The chain of tasks that decides how long the plan takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.base import Facet, Finding, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import chain, counted, quoted, shown

MOST_RELATED: Final = 50


class CriticalPath(PlanRule):
    """See the page."""

    code = "critical-path"
    group = "time"
    severity = Severity.INFORMATION
    reads = frozenset({Facet.NAMES, Facet.LINKS, Facet.ESTIMATES})
    summary = "The chain of tasks that decides how long the plan takes"
    page = """\
## What it finds

Tells the critical path: the longest chain of tasks that wait for each other.

The finding stands at the first task of the path. Related information gives each task with its earliest start and
finish (in working time from the plan's start) and what could be won by shortening that task alone, before another
path becomes critical. A plan with a cycle or without any estimate has none.

## Why it matters

The plan cannot be done in less time, with however many agents, and a delay of any task on this path delays the whole
plan. This is information, nothing is wrong.

## Wrong

```yaml
tasks:
  - id: design  # information: [critical-path]
    agent: architect
    estimated_time: 2h
  - id: api
    agent: developer
    estimated_time: 4h
    dependencies: [design]
  - id: pages
    agent: web-developer
    estimated_time: 3h
    dependencies: [design]
```

## Right

```yaml
tasks:
  - id: design
    agent: architect
  - id: api
    agent: developer
    dependencies: [design]
```

## Fix

To make the plan shorter, shorten or split tasks on the path, or drop dependencies between them. To turn this
information off, set the severity of `critical-path` to `off`.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        tasks = context.plan.tasks
        if not any(task.estimate is not None for task in tasks):
            return
        times = context.analysis.times
        path = times.path
        if not times.complete or not path:
            return
        names, gains = context.names, context.analysis.gains
        total = sum(context.analysis.network.durations)
        best = max(path, key=lambda index: gains.get(index, 0))
        winning = ""
        if gains.get(best, 0) > 0:
            winning = f"; shortening {shown(names[best])} wins up to {format_duration(gains[best])}"
        related: list[Related] = []
        for index in path[:MOST_RELATED]:
            span = f"{format_duration(times.earliest_start[index])} to {format_duration(times.earliest_finish[index])}"
            gain = (
                f"shortening it wins up to {format_duration(gains[index])}"
                if gains.get(index, 0) > 0
                else ("shortening it alone wins nothing")
            )
            related.append(Related(Spot(index, ("id",)), f"{quoted(names[index])}, {span}: {gain}"))
        length = f" ({counted(len(path), 'task')})" if len(path) > MOST_RELATED else ""
        yield Finding(
            self.code,
            f"critical path {chain([names[index] for index in path])}{length},"
            f" {format_duration(times.makespan)} of {format_duration(total)} in total{winning}",
            Spot(path[0], ("id",)),
            related=tuple(related),
        )
