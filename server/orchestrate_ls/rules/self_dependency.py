"""A task that depends on itself."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.base import Finding, Fix, PartRule, Severity
from orchestrate_ls.rules.context import PartContext, RuleContext
from orchestrate_ls.rules.dependency_edits import dependency_at, remove_dependency
from orchestrate_ls.rules.wording import quoted


class SelfDependency(PartRule):
    """See the page."""

    code = "self-dependency"
    group = "identity"
    severity = Severity.ERROR
    summary = "A task depends on itself"
    page = """\
## What it finds

A task lists its own id among its dependencies.

## Why it matters

It would have to be finished before it can start. Scheduling leaves such a dependency out, so that the rest of the plan
can still be looked at.

## Wrong

```yaml
tasks:
  - id: deploy
    dependencies: [deploy]  # error: [self-dependency]
    agent: operator
    estimated_time: 1h
```

## Right

```yaml
tasks:
  - id: deploy
    dependencies: []
    agent: operator
    estimated_time: 1h
```

## Fix

Removes the dependency.
"""

    def check_part(self, part: PartContext) -> Iterator[Finding]:
        task = part.task
        if task is None or task.id is None:
            return
        for dependency in task.dependencies:
            if dependency.task == task.id:
                yield Finding(
                    self.code,
                    f"{quoted(task.id)} depends on itself, so it could never start; remove the dependency",
                    Spot(None, dependency.path),
                    fixable=True,
                )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        found = dependency_at(context.plan, finding.at)
        if found is None:
            return
        edit = remove_dependency(context.source, *found)
        if edit is not None:
            yield Fix("Remove the dependency of the task on itself", (edit,), preferred=True)
