"""An agent whose own work takes longer than the dependencies ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.agent_choice import allocated_agents
from orchestrate_ls.rules.base import Facet, Finding, Related, ScheduleRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import counted, quoted
from orchestrate_ls.schedule.bounds import energy_bound

_THRESHOLDS: Final = 4_000
_MOST_RELATED: Final = 5
_MOST_AGENTS: Final = 3
"""How many agents are named, the worst first; a plan whose work is badly spread would otherwise drown in them."""


class AgentBottleneck(ScheduleRule):
    """See the page."""

    code = "agent-bottleneck"
    group = "agents"
    severity = Severity.INFORMATION
    reads = frozenset({Facet.NAMES, Facet.LINKS, Facet.ESTIMATES, Facet.ASSIGNMENTS, Facet.DECLARED_AGENTS})
    summary = "One agent's work holds the whole plan up"
    page = """\
## What it finds

An agent that has so much to do, at its `capacity` of tasks at once (1 by default), that the plan must take longer than
its critical path. What has to be done before the agent's tasks can begin and after they are finished is counted.

## Why it matters

Other agents wait for this one. No dependency asks for that, so another agent, or another share of the tasks, makes the
plan shorter.

## Wrong

```yaml
agents:
  - id: developer  # information: [agent-bottleneck]
tasks:
  - id: login
    agent: developer
    estimated_time: 3h
  - id: reset
    agent: developer
    estimated_time: 3h
```

## Right

```yaml
agents:
  - id: developer
  - id: backend-developer
tasks:
  - id: login
    agent: developer
    estimated_time: 3h
  - id: reset
    agent: backend-developer
    estimated_time: 3h
```

## Fix

Give some of the tasks to another agent with the skills for them, or raise the agent's `capacity` where it can do
several tasks at once. `orchestrate schedule` shows each agent's load.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        times = context.analysis.times
        if not times.complete:
            return
        durations = context.analysis.network.durations
        declared = {agent.id: agent for agent in reversed(context.plan.header.agents)}
        users = _tasks_by_agent(context)
        held_up: list[tuple[int, str, list[int], int]] = []
        affordable = max(1, _THRESHOLDS // max(1, len(context.plan.tasks)))
        for name, tasks in users.items():
            agent = declared.get(name)
            capacity = max(1, agent.capacity or 1) if agent is not None else 1
            if len(tasks) <= capacity:
                continue
            entries = [
                (
                    max(0, times.earliest_start[task]),
                    max(0, times.makespan - times.latest_finish[task]),
                    durations[task],
                )
                for task in tasks
                if durations[task]
            ]
            bound = energy_bound(entries, capacity, affordable) if len(entries) > capacity else 0
            if bound <= times.makespan:
                continue
            held_up.append((bound, name, tasks, capacity))
        # The worst first: relieving another agent would not make the plan any shorter.
        held_up.sort(key=lambda each: -each[0])
        for bound, name, tasks, capacity in held_up[:_MOST_AGENTS]:
            agent = declared.get(name)
            work = format_duration(sum(durations[task] for task in tasks))
            at_once = "one at a time" if capacity == 1 else f"{capacity} at a time"
            yield Finding(
                self.code,
                f"{quoted(name)} holds the plan up: its {counted(len(tasks), 'task')} take {work}, {at_once}, so the"
                f" plan needs at least {format_duration(bound)} instead of the"
                f" {format_duration(times.makespan)} of its critical path; give some of them to another agent, or let"
                " this one do more at once",
                agent.spot if agent is not None else Spot(tasks[0], ("agent",)),
                related=tuple(
                    Related(
                        Spot(task, ("agent",)),
                        f"{quoted(context.names[task])} takes {format_duration(durations[task])}",
                    )
                    for task in sorted(tasks, key=lambda task: -durations[task])[:_MOST_RELATED]
                ),
            )


def _tasks_by_agent(context: RuleContext) -> dict[str, list[int]]:
    allocated = allocated_agents(context)
    users: dict[str, list[int]] = {}
    for index, task in enumerate(context.plan.tasks):
        agent = task.agent
        if agent is None and task.id is not None:
            agent = allocated.get(task.id)
        if agent is not None:
            users.setdefault(agent, []).append(index)
    return users
