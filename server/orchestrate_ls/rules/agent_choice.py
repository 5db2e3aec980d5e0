"""Which agent a task has, and which known agents would suit it. What fixes offer; nothing is decided here."""

from __future__ import annotations

import re
from typing import Final

from orchestrate_ls.agents.selection import (
    Capabilities,
    capabilities_of,
    missing_skills,
    rank_key,
    score_of,
)
from orchestrate_ls.plan.model import Task
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.latest import Latest

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LONGEST_TEXT: Final = 2_000


def _allocated(context: RuleContext) -> dict[str, str]:
    allocated: dict[str, str] = {}
    for allocation in context.plan.header.allocations:
        for task in allocation.tasks:
            allocated.setdefault(task, allocation.agent)
    return allocated


allocated_agents: Final = Latest(_allocated)
"""Task id to the agent that the allocation list gives it; of several the first."""


def agent_of(context: RuleContext, task: Task) -> str | None:
    """A task's own agent, or the one it is allocated to."""
    if task.agent is not None:
        return task.agent
    return allocated_agents(context).get(task.id) if task.id is not None else None


def _skills(context: RuleContext) -> dict[str, tuple[str, ...]]:
    skills = {name: agent.skills for name, agent in context.known_agents.items() if agent.skills}
    declared = {agent.id: agent.skills for agent in context.plan.header.agents if agent.skills}
    return skills | declared


skills_by_agent: Final = Latest(_skills)
"""The skills of all agents that declare any: in the plan, or else where they are known from."""


def best_agents(context: RuleContext, task: Task, most: int = 3) -> list[str]:
    """The agents that suit a task best, from those the plan declares, those known, and those other tasks have.

    First count the required skills an agent has, then the words its id and skills share with the task's texts, then
    its score (see ``agents.selection``), of equal ones the higher level, then the name. An
    agent with declared skills that has none of the required ones is not offered.
    """
    words = _words(
        " ".join(filter(None, (task.name, task.description, task.parallel_group, *task.required_skills)))
    )
    ranked: list[tuple[int, int, tuple[float, int, str]]] = []
    for candidate in candidates(context):
        have = len(task.required_skills) - len(missing_skills(task.required_skills, candidate.skills))
        if task.required_skills and candidate.skills and not have:
            continue
        shared = len(words & _words(" ".join((candidate.id, *candidate.skills))))
        ranked.append((-have, -shared, rank_key(score_of(candidate))))
    return [key[-1] for _, _, key in sorted(ranked)[:most]]


def _candidates(context: RuleContext) -> list[Capabilities]:
    found: dict[str, Capabilities] = {}
    for agent in context.plan.header.agents:
        found.setdefault(agent.id, capabilities_of(agent))
    for known in context.known_agents.values():
        if not known.built_in:
            found.setdefault(known.id, Capabilities(known.id, known.skills))
    if not found:
        for task in context.plan.tasks:
            if task.agent is not None:
                found.setdefault(task.agent, Capabilities(task.agent))
    return list(found.values())


candidates: Final = Latest(_candidates)
"""All agents that the plan declares or definition files describe; where there is none, those that its tasks name."""


def _words(text: str) -> set[str]:
    """The words of a text, cut to their first six letters so that ``designer`` and ``design`` are one."""
    return {word[:6].casefold() for word in _WORD.findall(text[:_LONGEST_TEXT])}
