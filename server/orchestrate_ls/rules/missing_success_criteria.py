"""A task that does not say what success is."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.base import Facet, Finding, Severity, TaskRule
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.task_names import called, is_blank
from orchestrate_ls.rules.wording import quoted


class MissingSuccessCriteria(TaskRule):
    """See the page."""

    code = "missing-success-criteria"
    group = "quality"
    severity = Severity.WARNING
    on_by_default = False
    reads = frozenset({Facet.NAMES, Facet.CRITERIA})
    summary = "A task has no success criteria"
    page = """\
## What it finds

A task has no `success_criteria`. This rule is off until its severity is set.

## Why it matters

An agent that is handed the task cannot tell when its result is good enough, and neither can a reviewer.

## Wrong

```yaml
tasks:
  - id: oauth  # warning: [missing-success-criteria]
    agent: developer
    estimated_time: 6h
```

## Right

```yaml
tasks:
  - id: oauth
    agent: developer
    estimated_time: 6h
    success_criteria:
      - Users can sign in with GitHub
      - A failed sign-in shows why
```

## Fix

Write down what can be observed when the task has succeeded, one line for each point.
"""

    def check_task(self, context: RuleContext, index: int) -> Iterator[Finding]:
        task = context.plan.tasks[index]
        if task.success_criteria or is_blank(task):
            return
        yield Finding(
            self.code,
            f"{quoted(called(task, index))} has no success criteria; say in `success_criteria` how one can see that it"
            " succeeded",
            Spot(index, ("id",)),
        )
