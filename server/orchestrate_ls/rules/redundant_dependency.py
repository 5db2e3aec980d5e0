"""A dependency that other dependencies already imply."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Dependency, LinkKind, Plan, Spot
from orchestrate_ls.plan.rewrite import item_path
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.dependency_edits import dependency_at, remove_dependency
from orchestrate_ls.rules.wording import chain, quoted


class RedundantDependency(PlanRule):
    """See the page."""

    code = "redundant-dependency"
    group = "graph"
    severity = Severity.HINT
    reads = frozenset({Facet.NAMES, Facet.LINKS})
    summary = "A dependency that other dependencies already imply"
    page = """\
## What it finds

A task names a dependency that it has anyway, through others. The message names the path.

## Why it matters

Such a dependency changes nothing in the schedule, but it hides the real structure and has to be kept up to date.
Removing all of them at once leaves every start as it was (the transitive reduction of the graph). Only finish-to-start
dependencies without a lag are reported.

## Wrong

```yaml
tasks:
  - id: schema
    agent: architect
    estimated_time: 2h
  - id: api
    dependencies: [schema]
    agent: developer
    estimated_time: 4h
  - id: login
    dependencies:
      - schema  # hint: [redundant-dependency]
      - api
    agent: developer
    estimated_time: 3h
```

## Right

```yaml
tasks:
  - id: schema
    agent: architect
    estimated_time: 2h
  - id: api
    dependencies: [schema]
    agent: developer
    estimated_time: 4h
  - id: login
    dependencies:
      - api
    agent: developer
    estimated_time: 3h
```

## Fix

Removes the dependency.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        names = context.names
        for before, after, witness in context.analysis.redundant:
            dependency = _plain_link(context.plan, before, after)
            if dependency is None:
                continue
            via = witness[-2]
            waits = _plain_link(context.plan, via, after)
            related = (
                () if waits is None else (Related(Spot(after, waits.path), "this dependency implies it"),)
            )
            yield Finding(
                self.code,
                f"{quoted(names[after])} waits for {quoted(names[before])} anyway,"
                f" by {chain([names[index] for index in witness])}; this dependency can go",
                Spot(after, item_path(dependency.path)),
                related=related,
                unnecessary=True,
                fixable=True,
            )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        found = dependency_at(context.plan, finding.at)
        if found is None:
            return
        edit = remove_dependency(context.source, *found)
        if edit is not None:
            yield Fix(f"Remove the redundant dependency on {quoted(found[1].task)}", (edit,), preferred=True)


def _plain_link(plan: Plan, before: int, after: int) -> Dependency | None:
    """The finish-to-start dependency without a lag of one task on another."""
    for each in plan.tasks[after].dependencies:
        if each.lag == 0 and each.kind is LinkKind.FINISH_TO_START and plan.index_of.get(each.task) == before:
            return each
    return None
