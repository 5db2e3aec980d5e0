"""A claimed wall time that no schedule can keep."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.rules.base import SCHEDULE_FACETS, Finding, Fix, ScheduleRule, Severity
from orchestrate_ls.rules.claim_figures import WALL_TIME, Figures, figures_of, rewrite_wall_time
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import chain, counted

_LONGEST_PATH = 12


class InfeasibleWallTime(ScheduleRule):
    """See the page."""

    code = "infeasible-wall-time"
    group = "time"
    severity = Severity.WARNING
    reads = SCHEDULE_FACETS
    summary = "The claimed wall time is shorter than any schedule can be"
    page = """\
## What it finds

`estimated_wall_time` is below the length of the critical path, below the total divided by `concurrent_capacity`, or
below what the agents need. Each of them is a bound that no schedule can beat, however long one searches; that no
schedule so short was found would be no reason. So a claim that is not reported may still be hard to keep:
`orchestrate schedule` shows how short a schedule was found.

## Why it matters

A promise that cannot be kept: whoever waits for the plan's result plans with the wrong day.

## Wrong

```yaml
estimated_wall_time: 4h  # warning: [infeasible-wall-time]
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    agent: developer
    estimated_time: 4h
    dependencies: [design]
```

## Right

```yaml
estimated_wall_time: 6h
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    agent: developer
    estimated_time: 4h
    dependencies: [design]
```

## Fix

Writes the bound: the least time that is not refuted.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        claim = context.plan.header.wall_time_claim
        found = _shortest(context, claim.wall) if claim is not None else None
        if claim is None or found is None:
            return
        figures, least = found
        shortest = format_duration(least)
        if least == figures.critical:
            names = [context.names[index] for index in context.analysis.times.path]
            reason = f"its critical path {chain(names, _LONGEST_PATH)} takes {shortest}"
        elif least == figures.shortest:
            at_once = counted(context.plan.header.concurrent_capacity or 1, "task")
            reason = (
                f"{format_duration(figures.total)} of work, {at_once} at a time, take at least {shortest}"
            )
        else:
            reason = f"its agents, and the files that only one task may write, need at least {shortest}"
        yield Finding(
            self.code,
            f"the plan cannot be done in {format_duration(claim.wall)}: {reason};"
            f" claim {shortest} or more, or shorten the plan",
            WALL_TIME,
            fixable=True,
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        claim = context.plan.header.wall_time_claim
        found = _shortest(context, claim.wall) if claim is not None else None
        edit = rewrite_wall_time(context, found[1]) if found is not None else None
        if found is not None and edit is not None:
            yield Fix(
                f"Claim {format_duration(found[1])}, as no schedule can be shorter",
                (edit,),
                preferred=True,
            )


def _shortest(context: RuleContext, claimed: int) -> tuple[Figures, int] | None:
    """The plan's figures and a time that no schedule can beat, if more than is claimed."""
    figures = figures_of(context)
    if figures is None:
        return None
    least = figures.shortest
    schedule = context.schedule
    if schedule is not None:
        least = max(least, schedule.working_lower_bound)
    return (figures, least) if claimed < least else None
