"""Tasks that wait for each other in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from orchestrate_ls.plan.model import Dependency, Plan, Spot
from orchestrate_ls.rules.base import ChunkRange, Facet, Finding, Fix, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.dependency_edits import remove_dependency
from orchestrate_ls.rules.wording import chain, quoted

_MOST_RELATED: Final = 50
_MOST_FIXES: Final = 5


class DependencyCycle(PlanRule):
    """See the page."""

    code = "dependency-cycle"
    group = "graph"
    severity = Severity.ERROR
    reads = frozenset({Facet.NAMES, Facet.LINKS})
    summary = "Tasks wait for each other in a circle"
    page = """\
## What it finds

Some tasks depend on each other in a circle: each waits for the one before it.

There is one finding for each knot of cycles (each strongly connected component of the graph), never one for a task
that only waits for such a knot. The message gives the shortest cycle, in the order in which the tasks would run. It
stands at the dependency that closes the circle: what the first task of the cycle, as the file has them, waits for.
Related information names each dependency of the cycle.

## Why it matters

None of these tasks can ever start, and nothing that waits for one of them. There is no schedule for such a plan.

## Wrong

```yaml
tasks:
  - id: T1
    dependencies: [T2]  # error: [dependency-cycle]
    agent: architect
    estimated_time: 2h
  - id: T2
    dependencies: [T1]
    agent: developer
    estimated_time: 4h
  - id: T3
    dependencies: [T2]
    agent: developer
    estimated_time: 1h
```

## Right

```yaml
tasks:
  - id: T1
    dependencies: []
    agent: architect
    estimated_time: 2h
  - id: T2
    dependencies: [T1]
    agent: developer
    estimated_time: 4h
  - id: T3
    dependencies: [T2]
    agent: developer
    estimated_time: 1h
```

## Fix

Removes one dependency of the cycle. The first offer is the one whose removal leaves the fewest cycles, and of such the
one that leaves the shortest plan.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        analysis, names = context.analysis, context.names
        for component, cycle in zip(analysis.components, analysis.cycles, strict=True):
            circle = [*cycle, cycle[0]]
            closing = _links(context.plan, cycle[-1], cycle[0])
            knot = f" ({len(component)} tasks in all depend on each other)"
            yield Finding(
                self.code,
                f"dependency cycle {chain([names[index] for index in circle])}"
                f"{knot if len(component) > len(cycle) else ''}:"
                " each waits for the one before it, so none can start; remove one of these dependencies",
                Spot(cycle[0], closing[0].path if closing else ("id",)),
                related=_edges(context, circle),
                fixable=True,
            )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        component_number = _component_of(context, finding.at)
        if component_number is None:
            return
        names = context.names
        for before, after in context.analysis.breaking_links[component_number][:_MOST_FIXES]:
            links = _links(context.plan, before, after)
            edit = remove_dependency(context.source, after, links[0]) if len(links) == 1 else None
            if edit is not None:
                yield Fix(
                    f"Remove the dependency of {quoted(names[after])} on {quoted(names[before])}", (edit,)
                )


def _component_of(context: RuleContext, at: Spot | ChunkRange) -> int | None:
    if not isinstance(at, Spot):
        return None
    firsts = (cycle[0] for cycle in context.analysis.cycles)
    return next((number for number, first in enumerate(firsts) if first == at.task), None)


def _edges(context: RuleContext, circle: Sequence[int]) -> tuple[Related, ...]:
    names = context.names
    related: list[Related] = []
    for before, after in list(pairwise(circle))[:_MOST_RELATED]:
        for link in _links(context.plan, before, after)[:1]:
            message = f"{quoted(names[after])} waits for {quoted(names[before])}"
            related.append(Related(Spot(after, link.path), message))
    return tuple(related)


def _links(plan: Plan, before: int, after: int) -> list[Dependency]:
    """The dependencies of one task on another."""
    return [each for each in plan.tasks[after].dependencies if plan.index_of.get(each.task) == before]
