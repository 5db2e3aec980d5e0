"""Who of the agents that are there does the work of which role, and which skills the repository asks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from orchestrate_ls.agents.definition import AgentDefinition
from orchestrate_ls.agents.words import stem_of
from orchestrate_ls.planner.brief import Brief
from orchestrate_ls.planner.catalogue import Catalogue, Role
from orchestrate_ls.planner.context.reshaping import Precedence
from orchestrate_ls.planner.draft import Draft, DraftAgent, DraftTask
from orchestrate_ls.workspace.repository.summary import RepositorySummary

_MOST_TECHNOLOGY_SKILLS: Final = 3
_LEAST_FIT: Final = 3
_OF_ROLE: Final = 3
_OF_NO_TRADE: Final = frozenset(
    [
        "developer",
        "engineer",
        "specialist",
        "expert",
        "agent",
        "assistant",
        "senior",
        "junior",
        "lead",
        "software",
        "code",
        "general",
        "work",
        "the",
        "and",
        "for",
        "programming",
        "design",
        "api",
        "helper",
        "pro",
        "bot",
        "master",
    ]
)
_TRADES: Final = frozenset(
    stem_of(word)
    for word in """
    reviewer review auditor audit test tester testing writer documentation researcher research planner manager analyst
    architect designer security release translator support
    """.split()  # noqa: SIM905 (readable as it is)
)
_WORD: Final = re.compile(r"[^\W_]+")


def with_skills(
    tasks: Sequence[DraftTask], brief: Brief | None, catalogue: Catalogue, repository: RepositorySummary
) -> list[DraftTask]:
    """The tasks with the languages and frameworks of the repository as skills, where their roles concern them.

    A goal that names technologies which are not those of the repository knows better, so that nothing is added.
    """
    names = [each.name for each in repository.languages[:2]] + [each.name for each in repository.frameworks]
    known = [catalogue.technologies[name] for name in dict.fromkeys(names) if name in catalogue.technologies]
    named = {mention.name for mention in brief.technologies} if brief is not None else set[str]()
    if named and not named & {each.name for each in known}:
        return list(tasks)
    every = {technology.skill for technology in catalogue.technologies.values()}
    result: list[DraftTask] = []
    for task in tasks:
        role = catalogue.roles.get(task.agent)
        domains = set(role.domains) if role is not None else set[str]()
        room = _MOST_TECHNOLOGY_SKILLS - len(every & set(task.required_skills))
        fitting = [each.skill for each in known if domains & set(each.domains)]
        new = [skill for skill in fitting if skill not in task.required_skills][: max(0, room)]
        result.append(replace(task, required_skills=(*task.required_skills, *new)))
    return result


def agents_for(
    draft: Draft, catalogue: Catalogue, definitions: Mapping[str, Sequence[AgentDefinition]]
) -> dict[str, tuple[AgentDefinition, tuple[str, ...]]]:
    """For each role of a draft the defined agent that fits it best, with the words that say so; roles that nobody
    fits are left out. Owners that the user stated are no roles.
    """
    stated = {task.agent for task in draft.tasks if any(fact.startswith("owner") for fact in task.facts)}
    found: dict[str, tuple[AgentDefinition, tuple[str, ...]]] = {}
    agents = [each[0] for _, each in sorted(definitions.items())]
    for agent in draft.agents:
        role = catalogue.roles.get(agent.id)
        if role is None or agent.id in stated:
            continue
        exact = definitions.get(role.id)
        if exact:
            found[role.id] = (exact[0], (role.id,))
            continue
        wanted = _wanted(role, [task for task in draft.tasks if task.agent == role.id])
        scored = [(_score(wanted, each), each) for each in agents]
        scored = [(score, each) for score, each in scored if score[0] >= _LEAST_FIT]
        if scored:
            (_, words), best = min(scored, key=lambda each: (-each[0][0], each[1].id))
            found[role.id] = (best, words)
    return found


def with_agents(draft: Draft, chosen: Mapping[str, AgentDefinition]) -> Draft:
    """The draft with the chosen agents in place of roles, and the agents' skills and capacities anew."""
    tasks = tuple(
        replace(task, agent=chosen[task.agent].id) if task.agent in chosen else task for task in draft.tasks
    )
    roles_of: dict[str, list[str]] = {}
    for role, definition in chosen.items():
        roles_of.setdefault(definition.id, []).append(role)
    known = {agent.id: agent for agent in draft.agents}
    precedence = Precedence(tasks)
    agents: list[DraftAgent] = []
    for name in dict.fromkeys(task.agent for task in tasks):
        own = [task for task in tasks if task.agent == name]
        roles = [known[role] for role in roles_of.get(name, []) if role in known]
        roles = roles or ([known[name]] if name in known else [])
        declared = next((each.skills for each in chosen.values() if each.id == name), ())
        skills = [
            *declared,
            *(skill for role in roles for skill in role.skills),
            *(skill for task in own for skill in task.required_skills),
        ]
        level = roles[0].experience_level if roles else "senior"
        capacity = max((role.capacity for role in roles), default=1)
        if len(roles) > 1:
            at_once = Counter(len(precedence.before[task.id]) for task in own)
            capacity = max(capacity, *at_once.values())
            if draft.concurrent_capacity is not None:
                capacity = min(capacity, draft.concurrent_capacity)
        agents.append(DraftAgent(name, tuple(dict.fromkeys(skills)), level, capacity))
    return replace(draft, tasks=tasks, agents=tuple(agents))


def _wanted(role: Role, tasks: Sequence[DraftTask]) -> dict[str, int]:
    """The stems that speak for an agent: of the role's name, of its skills, of what its tasks ask for."""
    found: dict[str, int] = {}
    for texts, weight in (
        ((role.id,), _OF_ROLE),
        (role.skills, 2),
        (tuple(skill for task in tasks for skill in task.required_skills), 2),
    ):
        for text in texts:
            for word in _WORD.findall(text.casefold()):
                if word not in _OF_NO_TRADE:
                    found.setdefault(stem_of(word), weight)
    return found


def _score(wanted: Mapping[str, int], agent: AgentDefinition) -> tuple[int, tuple[str, ...]]:
    own = {stem_of(word): word for word in _WORD.findall(agent.id.casefold()) if word not in _OF_NO_TRADE}
    trade = next((stem for stem in own if stem in _TRADES), None)
    if trade is not None and trade not in wanted:
        # A reviewer of Python is no developer, and a writer of tests no writer of documents.
        return 0, ()
    skilled = {
        stem_of(word): word
        for skill in (*agent.skills, *agent.inferred_skills)
        for word in _WORD.findall(skill.casefold())
        if word not in _OF_NO_TRADE
    }
    score = 0
    words: list[str] = []
    for stem, weight in wanted.items():
        if stem in own:
            score += 2 * weight
            words.append(own[stem])
        elif stem in skilled:
            score += weight
            words.append(skilled[stem])
    return score, tuple(words)
