"""A dependency that a task lists twice."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Dependency, LinkKind, Spot
from orchestrate_ls.plan.rewrite import item_path
from orchestrate_ls.rules.base import Facet, Finding, Fix, Related, Severity, TaskRule
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.dependency_edits import dependency_at, remove_dependency
from orchestrate_ls.rules.wording import quoted


class DuplicateDependency(TaskRule):
    """See the page."""

    code = "duplicate-dependency"
    group = "identity"
    severity = Severity.WARNING
    reads = frozenset({Facet.NAMES, Facet.LINKS})
    shares = frozenset({Facet.NAMES})
    summary = "A task lists the same dependency twice"
    page = """\
## What it finds

A task names the same task twice among its dependencies, with the same type of dependency.

## Why it matters

The second adds nothing. Often it was meant to be another id. Two dependencies of different types on one task (say,
start-to-start and finish-to-finish) are not reported: together they mean more than each alone.

## Wrong

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    dependencies:
      - design
      - design  # warning: [duplicate-dependency]
    agent: developer
    estimated_time: 4h
```

## Right

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    dependencies:
      - design
    agent: developer
    estimated_time: 4h
```

## Fix

Removes the later of the two.
"""

    def check_task(self, context: RuleContext, index: int) -> Iterator[Finding]:
        task = context.plan.tasks[index]
        dependencies = task.dependencies
        if len(dependencies) < 2 or len({each.task for each in dependencies}) == len(dependencies):
            return
        known = context.plan.index_of.known
        seen: dict[tuple[str, LinkKind], Dependency] = {}
        for dependency in dependencies:
            first = seen.setdefault((dependency.task, dependency.kind), dependency)
            if first is dependency or dependency.task not in known or dependency.task == task.id:
                continue
            yield Finding(
                self.code,
                f"the dependency on {quoted(dependency.task)} is listed twice; remove one",
                Spot(index, item_path(dependency.path)),
                related=(Related(Spot(index, item_path(first.path)), "it is listed here first"),),
                unnecessary=True,
                fixable=True,
            )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        found = dependency_at(context.plan, finding.at)
        if found is None:
            return
        edit = remove_dependency(context.source, *found)
        if edit is not None:
            yield Fix(f"Remove the second dependency on {quoted(found[1].task)}", (edit,), preferred=True)
