"""A task that somebody reported to be blocked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.progress.status import AlertKind, Stand
from orchestrate_ls.rules.base import Finding, ProgressRule, Related, Severity
from orchestrate_ls.rules.wording import listed, quoted

if TYPE_CHECKING:
    from orchestrate_ls.progress.plan_progress import PlanProgress
    from orchestrate_ls.rules.context import RuleContext

_MOST_RELATED: Final = 10
_LONGEST_REASON: Final = 200


class Blocked(ProgressRule):
    """See the page."""

    code = "blocked"
    group = "progress"
    severity = Severity.WARNING
    summary = "A task is blocked"
    page = """\
## What it finds

A task of which the journal says that it is blocked (`orchestrate task block`), since when and why, with the tasks that
wait for it as related places. It speaks only of plans with a journal.

## Why it matters

Nobody works on a blocked task, and nothing behind it can start.

## Wrong

```yaml
plan_id: release
tasks:
  - id: build  # warning: [blocked]
    agent: developer
    estimated_time: 4h
```

```sh
orchestrate task start release.plan.yaml build --now 2026-11-23T09:00:00Z
orchestrate task block release.plan.yaml build --note "no access" --now 2026-11-23T10:00:00Z
orchestrate check release.plan.yaml --now 2026-11-23T11:00:00Z
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
orchestrate task block release.plan.yaml build --note "no access" --now 2026-11-23T10:00:00Z
orchestrate task unblock release.plan.yaml build --now 2026-11-23T10:30:00Z
orchestrate check release.plan.yaml --now 2026-11-23T11:00:00Z
```

## Fix

Remove what blocks it and record that with `orchestrate task unblock`, or let other work come first.
"""

    def check_progress(self, context: RuleContext, progress: PlanProgress) -> Iterator[Finding]:
        for alert, task in progress.alerts(context.plan):
            if alert.kind is not AlertKind.BLOCKED or task is None:
                continue
            name = context.plan.tasks[task].id or ""
            recorded = progress.tasks[name].recorded
            since = recorded.blocked_since if recorded is not None else None
            when = f" since {since:%Y-%m-%d %H:%M} UTC" if since is not None else ""
            why = f": {quoted(alert.reason, _LONGEST_REASON)}" if alert.reason else ""
            waiting = [
                each
                for each in dict.fromkeys(context.analysis.network.successors[task])
                if not _is_finished(progress, context.plan.tasks[each].id)
            ]
            held = f"; {listed([context.names[each] for each in waiting])} cannot go on" if waiting else ""
            yield Finding(
                self.code,
                f"{quoted(name)} has been blocked{when}{why}{held}",
                Spot(task, ("id",)),
                related=tuple(
                    Related(Spot(each, ("id",)), "this waits for it") for each in waiting[:_MOST_RELATED]
                ),
            )


def _is_finished(progress: PlanProgress, name: str | None) -> bool:
    status = progress.tasks.get(name) if name is not None else None
    return status is not None and status.stand in (Stand.DONE, Stand.SKIPPED)
