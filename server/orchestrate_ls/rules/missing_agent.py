"""A task that nobody is to do."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import insert_entry
from orchestrate_ls.rules.agent_choice import agent_of, best_agents
from orchestrate_ls.rules.agent_file import name_for, new_definitions
from orchestrate_ls.rules.base import Facet, Finding, Fix, Severity, TaskRule
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.task_names import called, is_blank
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.writing import write_scalar

ENTRIES_BEFORE_AGENT = ("id", "name", "description", "estimated_time", "dependencies")


class MissingAgent(TaskRule):
    """See the page."""

    code = "missing-agent"
    group = "agents"
    severity = Severity.WARNING
    reads = frozenset({Facet.NAMES, Facet.ASSIGNMENTS})
    shares = frozenset({Facet.ASSIGNMENTS, Facet.DECLARED_AGENTS})
    summary = "A task has no agent"
    page = """\
## What it finds

A task names no agent, and no allocation list gives it one.

## Why it matters

Nobody will do it, and a schedule by agents cannot place it.

## Wrong

```yaml
agents:
  - id: architect
  - id: developer
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build  # warning: [missing-agent]
    estimated_time: 4h
    dependencies: [design]
```

## Right

```yaml
agents:
  - id: architect
  - id: developer
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    estimated_time: 4h
    dependencies: [design]
    agent: developer
```

## Fix

Offers the agents that suit the task best: those with its required skills (or, where it requires none, those that its
words fit), the available, well-performing and free ones first. `orchestrate assign` does it for the whole plan.
An editor offers a new agent besides, with a definition file for it.
"""

    def check_task(self, context: RuleContext, index: int) -> Iterator[Finding]:
        task = context.plan.tasks[index]
        if task.agent is not None or is_blank(task) or agent_of(context, task) is not None:
            return
        yield Finding(
            self.code,
            f"{quoted(called(task, index))} has no agent; add one, for example `agent: developer`",
            Spot(index, ("id",)),
            fixable=True,
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        if not isinstance(finding.at, Spot) or finding.at.task is None:
            return
        index = finding.at.task
        for agent in best_agents(context, context.plan.tasks[index]):
            value = write_scalar(agent, in_flow=True)
            edit = insert_entry(context.source, index, "agent", value, after=ENTRIES_BEFORE_AGENT)
            if edit is not None:
                yield Fix(f"Give {quoted(context.names[index])} the agent {quoted(agent)}", (edit,))
        name = name_for(context, index)
        value = write_scalar(name, in_flow=True)
        edit = insert_entry(context.source, index, "agent", value, after=ENTRIES_BEFORE_AGENT)
        if edit is None:
            return
        for file in new_definitions(context, name, index):
            title = f"Give {quoted(context.names[index])} a new agent, described in {quoted(file.path, 120)}"
            yield Fix(title, (edit,), new_files=(file,))
