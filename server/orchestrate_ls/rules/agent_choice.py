"""Which agent a task has, and which known agents would suit it. What fixes offer; nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan.model import Agent, Task
from orchestrate_ls.rules.context import KnownAgent, RuleContext
from orchestrate_ls.rules.latest import Latest

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LONGEST_TEXT: Final = 2_000
# Weights of the project's seed description (agent selection): availability, recent performance, free capacity.
_AVAILABILITY, _PERFORMANCE, _FREE = 0.4, 0.4, 0.2
_UNKNOWN_PERFORMANCE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent as far as choosing needs it; ``fitness`` is from 0 to 1."""

    id: str
    skills: tuple[str, ...]
    fitness: float


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


def missing_skills(required: Collection[str], skills: Collection[str]) -> list[str]:
    """The required skills that are not among the others; letter case does not count."""
    if all([skill in skills for skill in required]):
        return []  # nearly always, and quicker than folding
    have = {skill.casefold() for skill in skills}
    return [skill for skill in required if skill.casefold() not in have]


def best_agents(context: RuleContext, task: Task, most: int = 3) -> list[str]:
    """The agents that suit a task best, from those the plan declares, those known, and those other tasks have.

    First count the required skills an agent has, then the words its id and skills share with the task's texts, then
    its fitness (availability 0.4, recent performance 0.4, free capacity 0.2); of equal ones the first declared. An
    agent with declared skills that has none of the required ones is not offered.
    """
    words = _words(
        " ".join(filter(None, (task.name, task.description, task.parallel_group, *task.required_skills)))
    )
    ranked: list[tuple[int, int, float, int, str]] = []
    for number, candidate in enumerate(candidates(context)):
        have = len(task.required_skills) - len(missing_skills(task.required_skills, candidate.skills))
        if task.required_skills and candidate.skills and not have:
            continue
        shared = len(words & _words(" ".join((candidate.id, *candidate.skills))))
        ranked.append((-have, -shared, -candidate.fitness, number, candidate.id))
    return [entry[-1] for entry in sorted(ranked)[:most]]


def _candidates(context: RuleContext) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for agent in context.plan.header.agents:
        found.setdefault(agent.id, Candidate(agent.id, agent.skills, _fitness(agent)))
    for known in context.known_agents.values():
        if not known.built_in:
            found.setdefault(known.id, _known_candidate(known))
    if not found:
        for task in context.plan.tasks:
            if task.agent is not None:
                found.setdefault(task.agent, Candidate(task.agent, (), 0.0))
    return list(found.values())


candidates: Final = Latest(_candidates)
"""All agents that the plan declares or definition files describe; where there is none, those that its tasks name."""


def _known_candidate(known: KnownAgent) -> Candidate:
    return Candidate(known.id, known.skills, _AVAILABILITY + _PERFORMANCE * _UNKNOWN_PERFORMANCE + _FREE)


def _fitness(agent: Agent) -> float:
    available = 0.0 if agent.availability is False else 1.0
    performance = _UNKNOWN_PERFORMANCE if agent.recent_performance is None else agent.recent_performance
    return _AVAILABILITY * available + _PERFORMANCE * performance + _FREE * (1 - (agent.current_load or 0.0))


def _words(text: str) -> set[str]:
    """The words of a text, cut to their first six letters so that ``designer`` and ``design`` are one."""
    return {word[:6].casefold() for word in _WORD.findall(text[:_LONGEST_TEXT])}
