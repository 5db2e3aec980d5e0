"""Which agent a task has, whether that will do, and which of the known agents suit it best.

The one place where an agent is chosen for a task of a checked plan: fixes, completion, `orchestrate assign` and the
editor's actions all ask here.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Final

from orchestrate_ls.agents.difficulty import difficulty_of
from orchestrate_ls.agents.selection import (
    Capabilities,
    Chooser,
    Score,
    Selection,
    Wanted,
    capabilities_of,
    lacking_skills,
)
from orchestrate_ls.agents.skill_inference import infer_skills
from orchestrate_ls.agents.skill_names import missing_skills
from orchestrate_ls.agents.words import LONGEST, words_of
from orchestrate_ls.plan.model import Task
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.latest import Latest
from orchestrate_ls.rules.task_names import is_blank


class Need(Enum):
    """Why a task needs another agent than it has."""

    MISSING = "has no agent"
    UNKNOWN = "names an agent that nothing declares"
    MISMATCH = "has an agent without the skills it requires"


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


def _known_ids(context: RuleContext) -> dict[str, None]:
    return dict.fromkeys([*(agent.id for agent in context.plan.header.agents), *context.known_agents])


known_ids: Final = Latest(_known_ids)
"""The ids of all agents that may be named: those the plan declares, then those known from elsewhere."""


def skills_lacking(context: RuleContext, task: Task) -> list[str]:
    """The required skills that a task's agent does not declare; none where it declares no skills at all.

    What its definition says in prose counts for it.
    """
    agent = agent_of(context, task) if task.required_skills else None
    skills = skills_by_agent(context).get(agent) if agent is not None else None
    if agent is None or skills is None:
        return []
    names = context.selection.skills
    lacking = missing_skills(task.required_skills, skills, names)
    known = context.known_agents.get(agent) if lacking else None
    if known is None:
        return lacking
    of_definition = Capabilities(agent, skills, inferred=known.inferred_skills, described=known.described)
    return lacking_skills(lacking, of_definition, names)


def need_of(context: RuleContext, task: Task) -> Need | None:
    """Why a task needs another agent; None for one that has a fitting one, and for one that is hardly begun."""
    agent = agent_of(context, task)
    if agent is None:
        return None if is_blank(task) else Need.MISSING
    if agent not in known_ids(context):
        return Need.UNKNOWN
    return Need.MISMATCH if skills_lacking(context, task) else None


def select_for(context: RuleContext, task: Task) -> Selection:
    """The agents that can do a task, best first, with the reason."""
    return chooser(context).select(wanted_of(context, task))


def wanted_of(context: RuleContext, task: Task) -> Wanted:
    """What a task asks of an agent."""
    texts = (task.name, task.description, task.parallel_group)
    words = words_of(*texts, *task.required_skills)
    if not task.required_skills:
        # `login` speaks of authentication, too.
        words = words_of(*infer_skills("", " . ".join(filter(None, texts))[:LONGEST])) | words
    return Wanted(task.required_skills, difficulty_of(task, context.plan.header.calendar), words)


def best_agents(context: RuleContext, task: Task, most: int = 3) -> list[str]:
    """The agents that suit a task best, from those the plan declares, those known, and those other tasks have.

    First those that can do it (see ``agents.selection``), then those of which no skills are known, then those that
    have some of the skills. An agent with known skills that has none of the required ones is not offered.
    """
    able = [score.agent.id for score in select_for(context, task).able[:most]]
    if len(able) == most or not task.required_skills:
        return able
    names = context.selection.skills
    partly: list[tuple[int, str]] = []
    for agent in chooser(context).agents:
        if agent.id in able:
            continue
        lacks = len(lacking_skills(task.required_skills, agent, names))
        unknown = not (agent.skills or agent.inferred)
        if unknown or lacks < len(task.required_skills):
            partly.append((0 if unknown else lacks, agent.id))
    return [*able, *(name for _, name in sorted(partly))][:most]


def best_backup(context: RuleContext, agent: str, tasks: list[Task]) -> Score | None:
    """Who could take over some tasks of an agent: the best of the plan's other agents that can do them all.

    Only agents that the plan declares count, since a schedule relies on no other as a backup.
    """
    declared = [
        each for each in context.plan.header.agents if each.id != agent and each.availability is not False
    ]
    skills = tuple(dict.fromkeys(skill for task in tasks for skill in task.required_skills))
    calendar = context.plan.header.calendar
    hardest = max((difficulty_of(task, calendar) for task in tasks), default=None)
    words = words_of(*(text for task in tasks for text in (task.name, *task.required_skills)))
    people = [_remembered(context, _described(context, capabilities_of(each))) for each in declared]
    pool = Chooser(people, context.selection)
    able = pool.select(Wanted(skills, hardest, words)).able
    return able[0] if able else None


def _candidates(context: RuleContext) -> list[Capabilities]:
    found: dict[str, Capabilities] = {}
    for agent in context.plan.header.agents:
        found.setdefault(agent.id, _remembered(context, _described(context, capabilities_of(agent))))
    for known in context.known_agents.values():
        if not known.built_in:
            found.setdefault(
                known.id,
                _remembered(
                    context,
                    Capabilities(
                        known.id, known.skills, inferred=known.inferred_skills, described=known.described
                    ),
                ),
            )
    if not found:
        for task in context.plan.tasks:
            if task.agent is not None:
                found.setdefault(task.agent, _remembered(context, Capabilities(task.agent)))
    return list(found.values())


def _remembered(context: RuleContext, agent: Capabilities) -> Capabilities:
    """An agent with its recent performance in earlier plans, where the plan does not state it."""
    if agent.recent_performance is not None:
        return agent
    return replace(agent, recent_performance=context.history.performances.get(agent.id))


def _described(context: RuleContext, agent: Capabilities) -> Capabilities:
    """A declared agent with what its definition file says besides."""
    known = context.known_agents.get(agent.id)
    if known is None or known.built_in:
        return agent
    return replace(
        agent, skills=agent.skills or known.skills, inferred=known.inferred_skills, described=known.described
    )


candidates: Final = Latest(_candidates)
"""All agents that the plan declares or definition files describe; where there is none, those that its tasks name."""


def _chooser(context: RuleContext) -> Chooser:
    return Chooser(candidates(context), context.selection)


chooser: Final = Latest(_chooser)
"""Chooses among the candidates."""
