"""A replan trigger that holds now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.progress.status import AlertKind
from orchestrate_ls.rules.base import Finding, ProgressRule, Related, Severity
from orchestrate_ls.rules.wording import quoted, shown

if TYPE_CHECKING:
    from orchestrate_ls.progress.plan_progress import PlanProgress
    from orchestrate_ls.rules.context import RuleContext

_LONGEST: Final = 200


class ReplanTriggered(ProgressRule):
    """See the page."""

    code = "replan-triggered"
    group = "progress"
    severity = Severity.WARNING
    summary = "A replan trigger of the plan holds"
    page = """\
## What it finds

A condition below `replan_triggers` that holds for a task, or for the plan, and was not acted upon yet: which, by which
values, and what the plan asks for then. A trigger of severity `low` is information. It speaks only of plans with a
journal.

## Why it matters

The plan says itself that it should be changed then.

## Wrong

```yaml
plan_id: release
agents:
  - {id: developer, backup: other-developer}
  - {id: other-developer}
replan_triggers:
  - condition: task_duration > estimated * 1.5
    action: reassign_or_split_task
    severity: high
tasks:
  - id: build  # warning: [replan-triggered]
    agent: developer
    estimated_time: 4h
```

```sh
orchestrate task start release.plan.yaml build --now 2026-11-23T09:00:00Z
orchestrate check release.plan.yaml --now 2026-11-23T16:00:00Z
```

## Right

```yaml
plan_id: release
agents:
  - {id: developer, backup: other-developer}
  - {id: other-developer}
replan_triggers:
  - condition: task_duration > estimated * 1.5
    action: reassign_or_split_task
    severity: high
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
```

```sh
orchestrate task start release.plan.yaml build --now 2026-11-23T09:00:00Z
orchestrate check release.plan.yaml --now 2026-11-23T11:00:00Z
```

## Fix

The editor's fix, and `orchestrate replan --triggered`, show what would change in the plan, change it when you agree,
and record what was done.
"""

    def check_progress(self, context: RuleContext, progress: PlanProgress) -> Iterator[Finding]:
        written = {each.condition: each for each in context.plan.header.triggers}
        alerts = [each for each in progress.alerts(context.plan) if each[0].kind is AlertKind.TRIGGERED]
        for alert, task in alerts:
            trigger = written.get(alert.condition or "")
            if trigger is None:
                continue
            values = f" ({shown(alert.values, _LONGEST)})" if alert.values else ""
            asked = f"; the plan asks for {quoted(alert.action)}" if alert.action else ""
            about = f"for {quoted(context.names[task])} " if task is not None else ""
            yield Finding(
                self.code,
                f"{quoted(trigger.condition, _LONGEST)} holds {about}now{values}{asked}",
                Spot(task, ("id",)) if task is not None else trigger.spot,
                related=(Related(trigger.spot, "by this condition"),) if task is not None else (),
                severity=Severity.INFORMATION if alert.severity == "low" else None,
                data={"condition": trigger.condition},
            )
