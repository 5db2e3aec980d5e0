"""A task of which nobody has said how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median_low
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import insert_entry
from orchestrate_ls.rules.base import Finding, Fix, PartRule, Severity
from orchestrate_ls.rules.context import PartContext, RuleContext
from orchestrate_ls.rules.task_names import called, is_blank
from orchestrate_ls.rules.wording import quoted

_HALF_A_DAY: Final = "4h"


class MissingEstimate(PartRule):
    """See the page."""

    code = "missing-estimate"
    group = "time"
    severity = Severity.INFORMATION
    summary = "A task has no estimate"
    page = """\
## What it finds

A task has no `estimated_time`.

## Why it matters

It counts as taking no time, so that the critical path and all totals come out too short.

## Wrong

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build  # information: [missing-estimate]
    agent: developer
    dependencies: [design]
```

## Right

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    agent: developer
    estimated_time: {optimistic: 3h, likely: 4h, pessimistic: 8h}
    dependencies: [design]
```

## Fix

Adds the median of the plan's other estimates, or half a day where there is none; to be corrected.
"""

    def check_part(self, part: PartContext) -> Iterator[Finding]:
        task = part.task
        if task is None or task.estimate is not None or is_blank(task):
            return
        if any(value.path[:1] == ("estimated_time",) for value in part.unreadable):
            return  # what is written there is reported as it is
        yield Finding(
            self.code,
            f"{quoted(called(task, 0))} has no estimate and counts as taking no time;"
            " add one, for example `estimated_time: 4h`",
            Spot(None, ("id",)),
            fixable=True,
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        if not isinstance(finding.at, Spot) or finding.at.task is None:
            return
        known = [task.estimate.expected for task in context.plan.tasks if task.estimate is not None]
        usual = format_duration(median_low(known)) if known else _HALF_A_DAY
        edit = insert_entry(
            context.source, finding.at.task, "estimated_time", usual, after=("id", "name", "description")
        )
        if edit is not None:
            origin = "the median of this plan's estimates" if known else "half a day"
            yield Fix(f"Add `estimated_time: {usual}`, {origin}", (edit,))
