"""A task or a plan that will be finished later than its own schedule says, or too late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.progress.plan_progress import about
from orchestrate_ls.progress.status import AlertKind, Risk
from orchestrate_ls.rules.base import Finding, ProgressRule, Severity
from orchestrate_ls.rules.wording import quoted

if TYPE_CHECKING:
    from orchestrate_ls.progress.plan_progress import PlanProgress
    from orchestrate_ls.rules.context import RuleContext


class BehindSchedule(ProgressRule):
    """See the page."""

    code = "behind-schedule"
    group = "progress"
    severity = Severity.WARNING
    summary = "Work is behind the plan's own schedule, or a deadline is at risk"
    page = """\
## What it finds

A task in progress that will be finished later than in the plan's own schedule, a plan that will end later than that,
and a deadline that will be missed at this pace. It speaks only of plans with a journal (`orchestrate task` writes it).

The plan's own schedule is the one by its estimates, from its `start` or the first event. What is left is scheduled from
now on: of a task in progress, what its percentage and pace leave of it. The risk says what the delay threatens: high
where it exceeds the task's slack, so that the whole plan ends later; medium above half of it. Of low risk it is
information. `orchestrate status` shows all figures.

## Why it matters

A delay on the critical path is a delay of everything. Known early, work can be split, given to somebody else, or put
off.

## Wrong

```yaml
plan_id: release
tasks:  # information: [behind-schedule]
  - id: build  # warning: [behind-schedule]
    agent: developer
    estimated_time: 4h
```

```sh
orchestrate task start release.plan.yaml build --now 2026-11-23T09:00:00Z
orchestrate task progress release.plan.yaml build --percent 25 --now 2026-11-23T12:00:00Z
orchestrate check release.plan.yaml --now 2026-11-23T12:00:00Z
```

## Right

```yaml
plan_id: release
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
```

```sh
orchestrate task start release.plan.yaml build --now 2026-11-23T09:00:00Z
orchestrate task progress release.plan.yaml build --percent 80 --now 2026-11-23T12:00:00Z
orchestrate check release.plan.yaml --now 2026-11-23T12:00:00Z
```

## Fix

Split the task, give a part of it to somebody else, or correct the estimates of what is left.
"""

    def check_progress(self, context: RuleContext, progress: PlanProgress) -> Iterator[Finding]:
        for alert, task in progress.alerts(context.plan):
            name = quoted(context.names[task]) if task is not None else ""
            late = about(alert.by)
            if alert.kind is AlertKind.BEHIND and task is not None:
                yield Finding(
                    self.code,
                    f"{name} is {late} behind schedule (risk: {alert.risk}); split it, or give a part of it to"
                    " somebody else",
                    Spot(task, ("id",)),
                    severity=Severity.INFORMATION if alert.risk is Risk.LOW else None,
                )
            elif alert.kind is AlertKind.DEADLINE and task is not None:
                yield Finding(
                    self.code,
                    f"{name} will miss its deadline by {late} at this pace",
                    Spot(task, ("deadline",)),
                )
            elif alert.kind is AlertKind.PLAN_BEHIND:
                planned = progress.status.planned
                of = f" of {about(planned)}" if planned is not None else ""
                finish = progress.status.finish
                end = f"; it ends about {finish:%Y-%m-%d %H:%M} UTC" if finish is not None else ""
                yield Finding(
                    self.code,
                    f"the plan is {late} behind its schedule{of}{end}",
                    Spot(None, ("tasks",), "key"),
                    severity=Severity.INFORMATION,
                )
