"""An allocation list that does not fit the tasks."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Allocation, Spot
from orchestrate_ls.plan.rewrite import remove_item, replace_scalar
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.spelling import SpellingGuide, did_you_mean
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.tree import Scalar, Sequence
from orchestrate_ls.text.edits import TextEdit


class AllocationMismatch(PlanRule):
    """See the page."""

    code = "allocation-mismatch"
    group = "agents"
    severity = Severity.WARNING
    reads = frozenset({Facet.NAMES, Facet.ASSIGNMENTS, Facet.DECLARED_AGENTS})
    summary = "The allocation list does not fit the tasks"
    page = """\
## What it finds

The allocation list (`agents: [{developer: "T1, T2"}]`) and the tasks do not agree: a task names another agent than the
list gives it, the list gives a task away twice, or it names a task that does not exist.

## Why it matters

Who reads the list and who reads the tasks would wait for different agents.

## Wrong

```yaml
agents:
  - architect: T1
  - developer: T2
tasks:
  - id: T1
    agent: architect
    estimated_time: 2h
  - id: T2
    agent: architect  # warning: [allocation-mismatch]
    estimated_time: 4h
```

## Right

```yaml
agents:
  - architect: T1
  - developer: T2
tasks:
  - id: T1
    agent: architect
    estimated_time: 2h
  - id: T2
    agent: developer
    estimated_time: 4h
```

## Fix

Gives the task the agent of the list; takes a task out of the list that is there twice or does not exist; or replaces
the id by one that it resembles.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        plan = context.plan
        if not plan.header.allocations:
            return
        guide = SpellingGuide(plan.index_of)
        given: dict[str, Allocation] = {}
        for allocation in plan.header.allocations:
            for position, task_id in enumerate(allocation.tasks):
                if task_id not in plan.index_of:
                    advice = did_you_mean(guide.best(task_id)) or "; correct it, or take it out of the list"
                    yield self._in_list(
                        allocation,
                        position,
                        f"{quoted(task_id)}, allocated here, is no task of this plan{advice}",
                    )
                elif task_id in given:
                    first = given[task_id]
                    yield self._in_list(
                        allocation,
                        position,
                        f"{quoted(task_id)} is allocated to {quoted(first.agent)} already; take it out of one list",
                        Related(first.spot, f"{quoted(task_id)} is allocated to {quoted(first.agent)} here"),
                    )
                else:
                    given[task_id] = allocation
        for index, task in enumerate(plan.tasks):
            allocation = given.get(task.id) if task.id is not None else None
            if allocation is None or task.agent is None or task.agent == allocation.agent:
                continue
            yield Finding(
                self.code,
                f"{quoted(context.names[index])} names {quoted(task.agent)} here, but the allocation list gives it to"
                f" {quoted(allocation.agent)}; make the two agree",
                Spot(index, ("agent",)),
                related=(Related(allocation.spot, f"the allocation to {quoted(allocation.agent)}"),),
                fixable=True,
                data={"agent": allocation.agent},
            )

    def _in_list(self, allocation: Allocation, position: int, message: str, *related: Related) -> Finding:
        return Finding(
            self.code, message, allocation.spot, related, fixable=True,
            data={"position": position, "task": allocation.tasks[position]},
        )  # fmt: skip

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        spot = finding.at
        if not isinstance(spot, Spot):
            return
        agent = finding.data.get("agent")
        if isinstance(agent, str):
            if (edit := replace_scalar(context.source, spot, agent)) is not None:
                yield Fix(f"Give the task to {quoted(agent)}", (edit,))
            return
        position, task_id = finding.data.get("position"), finding.data.get("task")
        if not isinstance(position, int) or not isinstance(task_id, str):
            return
        if task_id not in context.plan.index_of:
            allocated = {task for allocation in context.plan.header.allocations for task in allocation.tasks}
            for offer in SpellingGuide(context.plan.index_of).closest(task_id):
                if offer in allocated:
                    continue
                if (edit := _rewrite_list(context.source, spot, position, offer)) is not None:
                    yield Fix(f"Replace {quoted(task_id)} by {quoted(offer)}", (edit,))
        if (edit := _rewrite_list(context.source, spot, position, None)) is not None:
            yield Fix(f"Take {quoted(task_id)} out of this list", (edit,))


def _rewrite_list(source: PlanSource, spot: Spot, position: int, new: str | None) -> TextEdit | None:
    """Replace or remove one id in an allocation, which is a list or one text with commas."""
    node = source.node(spot)
    if isinstance(node, Sequence):
        item = Spot(spot.task, (*spot.path, position))
        return remove_item(source, item) if new is None else replace_scalar(source, item, new)
    if not isinstance(node, Scalar):
        return None
    parts = [part.strip() for part in node.text.split(",") if part.strip()]
    parts[position : position + 1] = [] if new is None else [new]
    if not parts:
        return replace_scalar(source, spot, "[]", verbatim=True)
    return replace_scalar(source, spot, ", ".join(parts))
