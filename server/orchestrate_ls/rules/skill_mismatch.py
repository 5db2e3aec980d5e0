"""A task that requires skills its agent does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import append_items, replace_scalar
from orchestrate_ls.rules.agent_choice import (
    agent_of,
    select_for,
    skills_by_agent,
    skills_lacking,
)
from orchestrate_ls.rules.base import Facet, Finding, Fix, Related, Severity, TaskRule
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.task_names import called
from orchestrate_ls.rules.wording import listed, quoted
from orchestrate_ls.syntax.writing import write_scalar

_MOST_OFFERS: Final = 3


class SkillMismatch(TaskRule):
    """See the page."""

    code = "skill-mismatch"
    group = "agents"
    severity = Severity.WARNING
    reads = frozenset({Facet.NAMES, Facet.ASSIGNMENTS})
    shares = frozenset({Facet.DECLARED_AGENTS})
    summary = "A task requires skills that its agent does not have"
    page = """\
## What it finds

A task's `required_skills` are not all among the skills that its agent declares, nor follow from them by the synonyms
and kinds of skills in the settings (`[skills]`). Letter case does not count, and an agent that declares no skills at
all is taken to be able to do anything. What its definition file says of it in prose can only speak for it.

## Why it matters

The task is likely to come back undone, or done badly.

## Wrong

```yaml
agents:
  - id: developer
    skills: [python, rest]
tasks:
  - id: oauth
    estimated_time: 6h
    agent: developer  # warning: [skill-mismatch]
    required_skills: [python, oauth2]
```

## Right

```yaml
agents:
  - id: developer
    skills: [python, rest, oauth2]
tasks:
  - id: oauth
    estimated_time: 6h
    agent: developer
    required_skills: [python, oauth2]
```

## Fix

Gives the task to an agent that has all the skills, or adds the skill to the agent's.
"""

    def check_task(self, context: RuleContext, index: int) -> Iterator[Finding]:
        task = context.plan.tasks[index]
        lacking = skills_lacking(context, task)
        agent = agent_of(context, task) if lacking else None
        if agent is None:
            return
        skills = skills_by_agent(context)[agent]
        spot = next((each.spot for each in context.plan.header.agents if each.id == agent), None)
        yield Finding(
            self.code,
            f"{quoted(agent)} does not have the {'skill' if len(lacking) == 1 else 'skills'} {listed(lacking)} that"
            f" {quoted(called(task, index))} requires; choose another agent, or add it to the agent's skills",
            Spot(index, ("required_skills",) if task.agent is None else ("agent",)),
            related=(Related(spot, f"{quoted(agent)} has {listed(skills)}"),) if spot else (),
            fixable=True,
            data={"agent": agent, "skills": list(lacking)},
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        if not isinstance(finding.at, Spot) or finding.at.task is None:
            return
        index = finding.at.task
        task = context.plan.tasks[index]
        for offer in [score.agent.id for score in select_for(context, task).able[:_MOST_OFFERS]]:
            if task.agent is None:
                break
            if (edit := replace_scalar(context.source, Spot(index, ("agent",)), offer)) is not None:
                yield Fix(f"Give the task to {quoted(offer)}, which has the skills", (edit,))
        yield from self._teach(context, finding)

    def _teach(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        agent, lacking = finding.data.get("agent"), finding.data.get("skills")
        if not isinstance(agent, str) or not isinstance(lacking, list):
            return
        declared = next(
            (each for each in context.plan.header.agents if each.id == agent and each.skills), None
        )
        if declared is None or not declared.details:
            return
        written = [write_scalar(skill, in_flow=True) for skill in lacking if isinstance(skill, str)]
        edit = append_items(context.source, Spot(None, (*declared.details, "skills")), written)
        if edit is not None:
            yield Fix(
                f"Add {listed([str(skill) for skill in lacking])} to the skills of {quoted(agent)}", (edit,)
            )
