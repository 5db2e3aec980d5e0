"""An agent that is declared and has nothing to do."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Agent, Plan, Spot
from orchestrate_ls.plan.rewrite import item_path, remove_entry, remove_item
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.tree import Mapping


class UnusedAgent(PlanRule):
    """See the page."""

    code = "unused-agent"
    group = "agents"
    severity = Severity.HINT
    reads = frozenset({Facet.NAMES, Facet.ASSIGNMENTS, Facet.DECLARED_AGENTS})
    summary = "A declared agent has no task"
    page = """\
## What it finds

An agent is declared, but no task names it, no allocation gives it a task of the plan, and it is nobody's backup.

## Why it matters

It may be left over from an earlier version, or a task that was meant for it names another agent.

## Wrong

```yaml
agents:
  - id: architect
  - id: developer  # hint: [unused-agent]
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
```

## Right

```yaml
agents:
  - id: architect
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
```

## Fix

Removes the agent from the plan.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        plan = context.plan
        if not plan.tasks:
            return
        used = _used(plan)
        for agent in plan.header.agents:
            if agent.id in used:
                continue
            yield Finding(
                self.code,
                f"the agent {quoted(agent.id)} has no task; give it one, or remove it",
                agent.spot,
                unnecessary=True,
                fixable=True,
            )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        agent = next((each for each in context.plan.header.agents if each.spot == finding.at), None)
        if agent is None:
            return
        spot = _whole(context, agent)
        is_item = isinstance(spot.path[-1], int)
        edit = remove_item(context.source, spot) if is_item else remove_entry(context.source, spot)
        if edit is not None:
            yield Fix(f"Remove the agent {quoted(agent.id)}", (edit,))


def _used(plan: Plan) -> set[str]:
    used = {task.agent for task in plan.tasks if task.agent is not None}
    used |= {agent.backup for agent in plan.header.agents if agent.backup is not None}
    for allocation in plan.header.allocations:
        if any(task in plan.index_of for task in allocation.tasks):
            used.add(allocation.agent)
    return used


def _whole(context: RuleContext, agent: Agent) -> Spot:
    """All that is written for an agent: its list item, or its entry where the item or mapping has others too."""
    item = Spot(None, item_path(agent.spot.path))
    node = context.source.node(item)
    if agent.spot.part == "key" and isinstance(node, Mapping) and len(node.entries) > 1:
        return Spot(None, agent.spot.path)
    return item
