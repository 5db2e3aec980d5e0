"""Two tasks with one id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.model import Plan, Spot
from orchestrate_ls.plan.rewrite import replace_scalar
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import quoted

_MOST_DIGITS: Final = 9
_NUMBERED: Final = re.compile(rf"(.*?)([0-9]{{1,{_MOST_DIGITS}}})", re.DOTALL)


class DuplicateTaskId(PlanRule):
    """See the page."""

    code = "duplicate-task-id"
    group = "identity"
    severity = Severity.ERROR
    reads = frozenset({Facet.NAMES})
    summary = "Two tasks have the same id"
    page = """\
## What it finds

Two tasks of one plan have the same id. The finding is at the later one, and names the earlier one.

## Why it matters

Dependencies, the event journal and hand-offs name tasks by their id. With two of one id, every dependency on it means
the first, and the second can never be waited for.

## Wrong

```yaml
tasks:
  - id: T1
    name: Design the schema
    agent: architect
    estimated_time: 2h
  - id: T1  # error: [duplicate-task-id]
    name: Write the API
    agent: developer
    estimated_time: 4h
```

## Right

```yaml
tasks:
  - id: T1
    name: Design the schema
    agent: architect
    estimated_time: 2h
  - id: T2
    name: Write the API
    agent: developer
    estimated_time: 4h
```

## Fix

Gives the later task the next free id. Dependencies that meant the later task have to be changed by hand.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        first_with = context.plan.index_of.known
        if len(first_with) == len(context.plan.tasks):
            return  # all have an id of their own
        for index, task in enumerate(context.plan.tasks):
            first = index if task.id is None else first_with[task.id]
            if task.id is None or first == index:
                continue
            yield Finding(
                self.code,
                f"the id {quoted(task.id)} is taken by an earlier task; give this one an id of its own",
                Spot(index, ("id",)),
                related=(Related(Spot(first, ("id",)), f"the first task with the id {quoted(task.id)}"),),
                fixable=True,
            )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        spot = finding.at
        if not isinstance(spot, Spot) or spot.task is None:
            return
        taken = context.plan.tasks[spot.task].id
        if taken is None:
            return
        free = next_free_id(context.plan, taken)
        if (edit := replace_scalar(context.source, spot, free)) is not None:
            yield Fix(f"Change the id to {quoted(free)}", (edit,))


def next_free_id(plan: Plan, like: str) -> str:
    """An id in the manner of another one that no task has: behind ``T3`` the one after the highest ``T``."""
    match = _NUMBERED.fullmatch(like)
    if match is None:
        number = 2
        while f"{like}-{number}" in plan.index_of:
            number += 1
        return f"{like}-{number}"
    prefix, digits = match[1], match[2]
    # Plans have thousands of tasks, and completion asks for this at a keystroke.
    longest = len(prefix) + _MOST_DIGITS
    known = [
        each[len(prefix) :]
        for each in plan.index_of.known
        if len(each) <= longest and each.startswith(prefix)
    ]
    highest = max(map(int, filter(str.isdecimal, [digits, *known])))
    return f"{prefix}{highest + 1:0{len(digits)}d}"
