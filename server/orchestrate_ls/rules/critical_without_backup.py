"""An agent that critical tasks hang on, and nobody to take over from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.model import Priority, Spot, Task
from orchestrate_ls.plan.rewrite import insert_entry
from orchestrate_ls.rules.agent_choice import agent_of, best_backup, known_ids
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.unknown_agent import declare_agent
from orchestrate_ls.rules.wording import listed, quoted
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.edits import TextEdit

_MOST_RELATED: Final = 5
_MOST_NAMED: Final = 3
_ENTRIES_BEFORE_BACKUP: Final = (
    "id", "description", "skills", "experience_level", "capacity", "availability", "current_load",
    "recent_performance",
)  # fmt: skip


class CriticalWithoutBackup(PlanRule):
    """See the page."""

    code = "critical-without-backup"
    group = "agents"
    severity = Severity.WARNING
    on_by_default = False
    reads = frozenset(
        {
            Facet.NAMES,
            Facet.LINKS,
            Facet.ESTIMATES,
            Facet.ASSIGNMENTS,
            Facet.DECLARED_AGENTS,
            Facet.DEADLINES,
        }
    )
    summary = "An agent with critical tasks has no backup"
    page = """\
## What it finds

An agent that does tasks on the critical path, or tasks of critical priority, and has no `backup`. Off unless a severity
is set for it.

## Why it matters

When that agent fails or is not there, the whole plan waits. With a backup the schedule goes on with it at once, and the
trigger `agent_unavailable` has somebody to hand the tasks to.

## Wrong

```yaml
agents:
  - id: architect
    skills: [sql]
    backup: developer
  - id: developer  # warning: [critical-without-backup]
    skills: [sql, python]
  - id: helper
    skills: [python]
tasks:
  - id: design
    agent: architect
    required_skills: [sql]
    estimated_time: 2h
  - id: build
    agent: developer
    required_skills: [python]
    estimated_time: 4h
    dependencies: [design]
```

## Right

```yaml
agents:
  - id: architect
    skills: [sql]
    backup: developer
  - id: developer
    skills: [sql, python]
    backup: helper
  - id: helper
    skills: [python]
tasks:
  - id: design
    agent: architect
    required_skills: [sql]
    estimated_time: 2h
  - id: build
    agent: developer
    required_skills: [python]
    estimated_time: 4h
    dependencies: [design]
```

## Fix

Writes the `backup`: of the plan's other agents that have the skills for all these tasks, the one with the best score.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        declared = {agent.id: agent for agent in reversed(context.plan.header.agents)}
        for name, tasks in _critical_tasks(context).items():
            agent = declared.get(name)
            if (agent is not None and agent.backup is not None) or name not in known_ids(context):
                continue  # an unknown agent is reported as such
            names = [context.names[task] for task in tasks]
            does = f"{listed(names, _MOST_NAMED)}, which {'is' if len(names) == 1 else 'are'} critical"
            advice = (
                "name one with `backup`"
                if agent is not None
                else "declare it under `agents`, and name one with `backup`"
            )
            yield Finding(
                self.code,
                f"{quoted(name)} has no backup for {does}; {advice}",
                agent.spot if agent is not None else Spot(tasks[0], ("agent",)),
                related=tuple(
                    Related(Spot(task, ("id",)), f"{quoted(context.names[task])} hangs on {quoted(name)}")
                    for task in tasks[:_MOST_RELATED]
                ),
                fixable=self._edit(context, name, tasks) is not None,
                data={"agent": name},
            )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        name = finding.data.get("agent")
        if not isinstance(name, str):
            return
        found = self._edit(context, name, _critical_tasks(context).get(name, []))
        if found is not None:
            backup, edit = found
            yield Fix(f"Make {quoted(backup)} the backup of {quoted(name)}", (edit,), preferred=True)

    def _edit(self, context: RuleContext, name: str, tasks: list[int]) -> tuple[str, TextEdit] | None:
        wanted: list[Task] = [context.plan.tasks[task] for task in tasks]
        best = best_backup(context, name, wanted)
        if best is None:
            return None
        backup = best.agent.id
        agent = next((each for each in context.plan.header.agents if each.id == name), None)
        if agent is None:
            edit = declare_agent(context.source, context.plan, name, backup)
        elif agent.details:
            written = write_scalar(backup, in_flow=True)
            spot = Spot(None, agent.details)
            edit = insert_entry(context.source, spot, "backup", written, after=_ENTRIES_BEFORE_BACKUP)
        else:
            edit = None  # a line of an allocation list has no room for it
        return (backup, edit) if edit is not None else None


def _critical_tasks(context: RuleContext) -> dict[str, list[int]]:
    """The critical tasks of each agent, in document order."""
    times = context.analysis.times
    found: dict[str, list[int]] = {}
    for index, task in enumerate(context.plan.tasks):
        on_path = times.complete and times.slack[index] == 0 and task.estimate is not None
        if on_path or Priority.CRITICAL in (task.priority, task.base_priority):
            agent = agent_of(context, task)
            if agent is not None:
                found.setdefault(agent, []).append(index)
    return found
