"""Which agent suits a task best, and why: filter by required skills, then score. Pure, and the same for everyone.

Score = 0.4 availability + 0.4 recent performance + 0.2 (1 - current load), each from 0 to 1; the weights can be
others. Source: the project's seed description, agent selection criteria.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from orchestrate_ls.plan.model import Agent
from orchestrate_ls.text.display import quoted

LEVELS: Final = ("junior", "mid", "senior", "expert")
UNKNOWN_PERFORMANCE: Final = 0.5
"""Neither good nor bad, for an agent of which nothing is known."""
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; with a sum of 1 scores are from 0 to 1."""

    availability: float = 0.4
    performance: float = 0.4
    free: float = 0.2


@dataclass(frozen=True, slots=True)
class Capabilities:
    """An agent as far as choosing needs it. None where nothing is known; ratios are from 0 to 1."""

    id: str
    skills: tuple[str, ...] = ()
    experience_level: str | None = None
    current_load: float | None = None
    availability: bool | None = None
    recent_performance: float | None = None


@dataclass(frozen=True, slots=True)
class SkillNames:
    """Declared relations of skills. ``synonyms`` maps a skill to the name it goes by, ``broader`` to what it is a kind
    of: with ``{"oauth2": "authentication"}`` whoever has `oauth2` has `authentication`, but not the other way round.
    """

    synonyms: Mapping[str, str] = field(default_factory=dict[str, str])
    broader: Mapping[str, str] = field(default_factory=dict[str, str])

    def reach(self, skills: Iterable[str]) -> set[str]:
        """Everything that follows from having some skills, in one letter case."""
        synonyms = {each.casefold(): name.casefold() for each, name in self.synonyms.items()}
        broader = {
            synonyms.get(each.casefold(), each.casefold()): name.casefold()
            for each, name in self.broader.items()
        }
        found: set[str] = set()
        for skill in skills:
            current: str | None = skill.casefold()
            while current is not None:
                current = synonyms.get(current, current)
                if current in found:
                    break
                found.add(current)
                current = broader.get(current)
        return found

    def name_of(self, skill: str) -> str:
        """The name a skill goes by, in one letter case."""
        folded = skill.casefold()
        return next(
            (name.casefold() for each, name in self.synonyms.items() if each.casefold() == folded), folded
        )


NO_RELATIONS: Final = SkillNames()


@dataclass(frozen=True, slots=True)
class Score:
    """An agent's score, and what had to be assumed for it, one clause each."""

    agent: Capabilities
    value: float
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The agents that can do a task, best first, and a sentence that says why the first is chosen or why there is none.

    ``nearest`` is filled where nobody can: the agents that have most of the skills, with those they lack.
    """

    ranked: tuple[Score, ...]
    reason: str
    nearest: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def chosen(self) -> Capabilities | None:
        """The best agent; None where no agent has the skills."""
        return self.ranked[0].agent if self.ranked else None


def select_agent(
    required: Sequence[str],
    agents: Iterable[Capabilities],
    names: SkillNames = NO_RELATIONS,
    weights: Weights = Weights(),
) -> Selection:
    """The best agent for a task that requires some skills.

    Agents with exactly the required skills (letter case aside) are the first choice; only where there is none do
    synonyms and broader skills count. Of equal scores the higher experience level wins, then the name.
    """
    pool = list(agents)
    if not pool:
        return Selection((), "there are no agents to choose from")
    capable = [agent for agent in pool if not missing_skills(required, agent.skills)]
    by_relation = not capable
    if by_relation:
        capable = [agent for agent in pool if not missing_skills(required, agent.skills, names)]
    if not capable:
        return _nobody(required, pool, names)
    ranked = tuple(sorted((score_of(agent, weights) for agent in capable), key=rank_key))
    best = ranked[0]
    reason = f"{quoted(best.agent.id)} scores {best.value:.2f}"
    if required:
        how = " by synonyms or narrower skills" if by_relation else ""
        reason += f" and has {_listed(required)}{how}"
    if len(ranked) > 1:
        reason += f"; next is {quoted(ranked[1].agent.id)} with {ranked[1].value:.2f}"
    if best.assumed:
        reason += f" ({', '.join(best.assumed)})"
    return Selection(ranked, reason)


def score_of(agent: Capabilities, weights: Weights = Weights()) -> Score:
    """An agent's score. What is not known counts as available, without load, and of middling performance."""
    assumed: list[str] = []
    if agent.availability is None:
        assumed.append("taken as available")
    if agent.current_load is None:
        assumed.append("load taken as 0")
    performance = agent.recent_performance
    if performance is None:
        assumed.append(f"performance taken as {UNKNOWN_PERFORMANCE}")
        performance = UNKNOWN_PERFORMANCE
    value = (
        weights.availability * (agent.availability is not False)
        + weights.performance * performance
        + weights.free * (1 - (agent.current_load or 0.0))
    )
    # Rounded so that equal figures are equal scores, whatever the order of the sums.
    return Score(agent, round(value, 9), tuple(assumed))


def rank_key(score: Score) -> tuple[float, int, str]:
    """Sorts scores: the highest first, then the higher experience level (unknown is lowest), then by name."""
    level = score.agent.experience_level
    return -score.value, -(LEVELS.index(level) if level in LEVELS else -1), score.agent.id


def missing_skills(
    required: Collection[str], skills: Collection[str], names: SkillNames = NO_RELATIONS
) -> list[str]:
    """The required skills that do not follow from the others; letter case does not count."""
    if all([skill in skills for skill in required]):
        return []  # nearly always, and quicker than folding
    have = names.reach(skills)
    return [skill for skill in required if names.name_of(skill) not in have]


def capabilities_of(agent: Agent) -> Capabilities:
    """An agent as a plan declares it."""
    return Capabilities(
        agent.id,
        agent.skills,
        agent.experience_level,
        agent.current_load,
        agent.availability,
        agent.recent_performance,
    )


def _nobody(required: Sequence[str], pool: Sequence[Capabilities], names: SkillNames) -> Selection:
    lacking = [(missing_skills(required, agent.skills, names), agent) for agent in pool]
    nowhere = [skill for skill in required if all(skill in lacks for lacks, _ in lacking)]
    reason = f"no agent has {_listed(nowhere, 'or') if nowhere else 'all of ' + _listed(required)}"
    order = sorted(lacking, key=lambda each: (len(each[0]), rank_key(score_of(each[1]))))
    nearest = tuple((agent.id, tuple(lacks)) for lacks, agent in order[:_NAMED] if len(lacks) < len(required))
    if nearest:
        name, lacks = nearest[0]
        reason += f"; nearest: {quoted(name)}, which lacks {_listed(lacks)}"
    elif order:
        reason += f"; nearest: {quoted(order[0][1].id)}, which has none of the required skills"
    return Selection((), reason, nearest)


def _listed(names: Sequence[str], word: str = "and") -> str:
    shown = [quoted(name) for name in names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(f"{len(names) - _NAMED} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
