"""An agent that neither the plan nor any definition knows."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Header, Path, Plan, Spot
from orchestrate_ls.plan.rewrite import append_item, insert_entry, replace_scalar
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.agent_choice import best_agents, known_ids
from orchestrate_ls.rules.agent_file import new_definitions
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.spelling import SpellingGuide, did_you_mean
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.edits import TextEdit

_MOST_OFFERS = 4


class UnknownAgent(PlanRule):
    """See the page."""

    code = "unknown-agent"
    group = "agents"
    severity = Severity.WARNING
    reads = frozenset({Facet.ASSIGNMENTS, Facet.DECLARED_AGENTS})
    summary = "An agent is named that nothing declares"
    page = """\
## What it finds

A task's `agent` (or an agent's `backup`) names an agent that the plan does not declare, that no definition file below
the workspace's root describes (those of Claude Code, Copilot, opencode, Codex and Cursor), and that none of these tools
brings along.

## Why it matters

Its skills and capacity are not known, so neither can be checked or planned with; and often the name has a slip in it.

## Wrong

```yaml
agents:
  - id: architect
  - id: developer
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    agent: develper  # warning: [unknown-agent]
    estimated_time: 4h
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
    agent: developer
    estimated_time: 4h
```

## Fix

Replaces the name by one that it resembles or by an agent that suits the task, declares the agent under `agents`, or
(in an editor) describes it in a new definition file, of the tools whose definitions there are already.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        known = known_ids(context)
        guide = SpellingGuide(_proposed(context))
        for agent in context.plan.header.agents:
            if agent.backup is not None and agent.backup not in known:
                advice = did_you_mean(guide.best(agent.backup))
                yield self._finding(agent.backup, Spot(None, (*agent.details, "backup")), advice)
        for index, task in enumerate(context.plan.tasks):
            if task.agent is not None and task.agent not in known:
                yield self._finding(task.agent, Spot(index, ("agent",)), did_you_mean(guide.best(task.agent)))

    def _finding(self, agent: str, at: Spot, advice: str) -> Finding:
        return Finding(
            self.code,
            f"no agent {quoted(agent)} is declared{advice or '; declare it under `agents`, or name another'}",
            at,
            fixable=True,
            data={"agent": agent},
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        spot, agent = finding.at, finding.data.get("agent")
        if not isinstance(spot, Spot) or not isinstance(agent, str):
            return
        known = _proposed(context)
        offers = SpellingGuide(known).closest(agent)
        if spot.task is not None:
            offers += [each for each in best_agents(context, context.plan.tasks[spot.task]) if each in known]
        for offer in list(dict.fromkeys(offers))[:_MOST_OFFERS]:
            if (edit := replace_scalar(context.source, spot, offer)) is not None:
                yield Fix(f"Replace {quoted(agent)} by {quoted(offer)}", (edit,))
        edit = declare_agent(context.source, context.plan, agent)
        if edit is not None:
            yield Fix(f"Declare {quoted(agent)} in this plan", (edit,))
        for file in new_definitions(context, agent):
            yield Fix(
                f"Describe {quoted(agent)} in a new file {quoted(file.path, 120)}", (), new_files=(file,)
            )


def declare_agent(source: PlanSource, plan: Plan, agent: str, backup: str | None = None) -> TextEdit | None:
    """Add an agent to the plan's ``agents``, in the form they are written in."""
    written = write_scalar(agent, in_flow=True)
    more = f"backup: {write_scalar(backup, in_flow=True)}" if backup is not None else ""
    if "agents" not in plan.header.keys:
        above = tuple(key for key in plan.header.keys if key not in ("tasks", "agents"))
        return insert_entry(
            source, None, "agents", f"\n- id: {written}" + (f"\n  {more}" if more else ""), after=above
        )
    agents = Spot(None, ("agents",))
    if _is_mapping(plan.header):
        return insert_entry(source, agents, agent, f"{{{more}}}")
    if _in_flow(source):
        return append_item(source, agents, f"{{id: {written}{f', {more}' if more else ''}}}")
    return append_item(source, agents, f"id: {written}" + (f"\n{more}" if more else ""))


def _proposed(context: RuleContext) -> dict[str, None]:
    """The known ones without those that come with a tool, whose names are everyday words."""
    known = context.known_agents
    built_in = {name for name, agent in known.items() if agent.built_in}
    declared = {agent.id for agent in context.plan.header.agents}
    return {name: None for name in known_ids(context) if name in declared or name not in built_in}


def _is_mapping(header: Header) -> bool:
    paths: list[Path] = [agent.spot.path for agent in header.agents]
    return any(len(path) > 1 and isinstance(path[1], str) for path in paths)


def _in_flow(source: PlanSource) -> bool:
    node = source.node(Spot(None, ("agents",)))
    return node is not None and bool(getattr(node, "flow", True))
