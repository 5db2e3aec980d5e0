"""Which agent suits a task best, and why: filter by required skills, then score. Pure, and the same for everyone.

Score = 0.4 availability + 0.4 recent performance + 0.2 (1 - current load), each from 0 to 1; the weights can be
others. Source: the project's seed description, agent selection criteria.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from orchestrate_ls.agents.skill_names import NO_RELATIONS, SkillNames, missing_skills
from orchestrate_ls.agents.words import stem_of, words_of
from orchestrate_ls.plan.model import Agent
from orchestrate_ls.text.display import quoted

LEVELS: Final = ("junior", "mid", "senior", "expert")
UNKNOWN_PERFORMANCE: Final = 0.5
"""Neither good nor bad, for an agent of which nothing is known."""
_NAMED: Final = 5
_WORD: Final = re.compile(r"[^\W_]+")
_STRONG: Final = 3
_MOST_WEAK: Final = 2
_NO_WORDS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; with a sum of 1 scores are from 0 to 1."""

    availability: float = 0.4
    performance: float = 0.4
    free: float = 0.2


@dataclass(frozen=True, slots=True)
class Capabilities:
    """An agent as far as choosing needs it. None where nothing is known; ratios are from 0 to 1.

    ``skills`` are declared. ``inferred`` ones are read from what a definition says in prose, and ``described`` are the
    stems of the words of its description (see ``agents.words``): both may only speak for an agent, never against one.
    """

    id: str
    skills: tuple[str, ...] = ()
    experience_level: str | None = None
    current_load: float | None = None
    availability: bool | None = None
    recent_performance: float | None = None
    inferred: tuple[str, ...] = ()
    described: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SelectionSettings:
    """What a user may decide about choosing agents."""

    weights: Weights = Weights()
    skills: SkillNames = NO_RELATIONS


DEFAULT_SELECTION: Final = SelectionSettings()


class Match(IntEnum):
    """How an agent comes to have the skills that a task requires, the surest first."""

    EXACT = 0
    RELATED = 1
    INFERRED = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a task asks of an agent.

    ``difficulty`` is an index of ``LEVELS``; None where nothing is known. ``words`` are those of its texts by their
    stems: they decide where no skills are required, and between agents that are equal otherwise.
    """

    skills: tuple[str, ...] = ()
    difficulty: int | None = None
    words: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Score:
    """An agent's score, and what had to be assumed for it, one clause each.

    ``fit`` says how well its words fit the task's: 3 for each word that its id or a skill shares, 1 for each of at most
    two that only its description does. ``shared`` are the stems of all these words.
    """

    agent: Capabilities
    value: float
    assumed: tuple[str, ...]
    match: Match = Match.EXACT
    fit: int = 0
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """The agents that can do a task, best first, and a sentence that says why the first is chosen or why there is none.

    ``others`` can do it too, but only by what was not needed to find the best: by related or by inferred skills, or, of
    a task that requires none, with words that fit less. ``nearest`` is filled where nobody can: the agents that have
    most of the skills, with those they lack.
    """

    ranked: tuple[Score, ...]
    reason: str
    nearest: tuple[tuple[str, tuple[str, ...]], ...] = ()
    others: tuple[Score, ...] = ()

    @property
    def chosen(self) -> Capabilities | None:
        """The best agent; None where no agent has the skills."""
        return self.ranked[0].agent if self.ranked else None

    @property
    def able(self) -> tuple[Score, ...]:
        """All that can do the task, the best first."""
        return self.ranked + self.others


class Chooser:
    """Chooses among the same agents for many tasks. The order of the agents does not matter."""

    def __init__(
        self, agents: Iterable[Capabilities], settings: SelectionSettings = DEFAULT_SELECTION
    ) -> None:
        unique = {agent.id: agent for agent in reversed(list(agents))}
        self.agents: Final = [unique[name] for name in sorted(unique)]
        self.settings: Final = settings
        self._scores: Final = [score_of(agent, settings.weights) for agent in self.agents]
        self._able: Final[dict[tuple[str, ...], list[tuple[int, Match]]]] = {}
        self._strong: Final[dict[str, list[int]]] = {}
        self._weak: Final[dict[str, list[int]]] = {}
        for number, agent in enumerate(self.agents):
            own = words_of(agent.id, *agent.skills, *agent.inferred)
            for stem in own:
                self._strong.setdefault(stem, []).append(number)
            for stem in agent.described - own.keys():
                self._weak.setdefault(stem, []).append(number)

    def select(self, wanted: Wanted) -> Selection:
        """The best agent for a task, and why.

        Agents that declare exactly the required skills (letter case aside) are the first choice; only where there is
        none do synonyms and narrower skills count, and only then what was inferred from definitions. Of equal scores
        the experience level that fits the task's difficulty best wins (without one, the highest), then the words in
        common with the task, then the name. A task that requires no skills is for those whose words fit it best.
        """
        if not self.agents:
            return Selection((), "there are no agents to choose from")
        able = self._able_for(wanted.skills)
        if not able:
            return self._nobody(wanted.skills)
        fits = self._fits(wanted.words)
        scores: list[tuple[int, tuple[float, int, int, str], Score]] = []
        for number, match in able:
            score = self._scores[number]
            fit, shared = fits.get(number, (0, ()))
            if match or fit:
                score = Score(score.agent, score.value, score.assumed, match, fit, shared)
            tier = int(match) if wanted.skills else -fit
            scores.append((tier, rank_key(score, wanted.difficulty), score))
        scores.sort(key=lambda each: each[:2])
        ranked = tuple(score for tier, _, score in scores if tier == scores[0][0])
        return Selection(
            ranked, _reason(ranked, wanted), (), tuple(score for _, _, score in scores[len(ranked) :])
        )

    def _able_for(self, required: tuple[str, ...]) -> list[tuple[int, Match]]:
        known = self._able.get(required)
        if known is None:
            names = self.settings.skills
            known = self._able[required] = [
                (number, match)
                for number, agent in enumerate(self.agents)
                if (match := match_of(required, agent, names)) is not None
            ]
        return known

    def _fits(self, words: Mapping[str, str]) -> dict[int, tuple[int, tuple[str, ...]]]:
        """For each agent that shares words with the task how well they fit, and which they are."""
        strong: dict[int, list[str]] = {}
        weak: dict[int, list[str]] = {}
        for stem in sorted(words):
            for number in self._strong.get(stem, ()):
                strong.setdefault(number, []).append(stem)
            for number in self._weak.get(stem, ()):
                weak.setdefault(number, []).append(stem)
        return {
            number: (
                _STRONG * len(strong.get(number, ())) + min(_MOST_WEAK, len(weak.get(number, ()))),
                (*strong.get(number, ()), *weak.get(number, ())),
            )
            for number in strong.keys() | weak.keys()
        }

    def _nobody(self, required: Sequence[str]) -> Selection:
        names = self.settings.skills
        lacking = [
            (lacking_skills(required, score.agent, names), rank_key(score), score.agent)
            for score in self._scores
        ]
        nowhere = [skill for skill in required if all(skill in lacks for lacks, _, _ in lacking)]
        reason = f"no agent has {_listed(nowhere, 'or') if nowhere else 'all of ' + _listed(required)}"
        order = sorted(lacking, key=lambda each: (len(each[0]), each[1]))
        nearest = tuple(
            (agent.id, tuple(lacks)) for lacks, _, agent in order[:_NAMED] if len(lacks) < len(required)
        )
        if nearest:
            name, lacks = nearest[0]
            reason += f"; nearest: {quoted(name)}, which lacks {_listed(lacks)}"
        else:
            agent = order[0][2]
            unknown = not (agent.skills or agent.inferred)
            what = "of which no skills are known" if unknown else "which has none of the required skills"
            reason += f"; nearest: {quoted(agent.id)}, {what}"
        return Selection((), reason, nearest)


def select_agent(
    required: Sequence[str],
    agents: Iterable[Capabilities],
    names: SkillNames = NO_RELATIONS,
    weights: Weights = Weights(),
    *,
    difficulty: int | None = None,
    words: Mapping[str, str] = _NO_WORDS,
) -> Selection:
    """The best agent for one task; see ``Chooser.select``."""
    chooser = Chooser(agents, SelectionSettings(weights, names))
    return chooser.select(Wanted(tuple(required), difficulty, words))


def match_of(
    required: Collection[str], agent: Capabilities, names: SkillNames = NO_RELATIONS
) -> Match | None:
    """How an agent has all the required skills; None where it does not, as far as is known."""
    if not missing_skills(required, agent.skills):
        return Match.EXACT
    if names and not missing_skills(required, agent.skills, names):
        return Match.RELATED
    if (agent.inferred or agent.described) and not lacking_skills(required, agent, names):
        return Match.INFERRED
    return None


def lacking_skills(
    required: Collection[str], agent: Capabilities, names: SkillNames = NO_RELATIONS
) -> list[str]:
    """The required skills that an agent has neither by declaration nor by what its definition says."""
    left = missing_skills(required, (*agent.skills, *agent.inferred), names)
    return [skill for skill in left if not _is_described(skill, agent.described)]


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


def rank_key(score: Score, difficulty: int | None = None) -> tuple[float, int, int, str]:
    """Sorts scores: the highest first, then by level, then by words in common with the task, then by name.

    Without a difficulty the higher level goes first. With one, the lowest that suffices goes first, so that experts
    are left for what needs them; then those below it, the nearest first. An unknown level comes last.
    """
    known = score.agent.experience_level
    level = LEVELS.index(known) if known in LEVELS else -1
    if difficulty is None or level < 0:
        order = -level
    elif level >= difficulty:
        order = level - difficulty - 2 * len(LEVELS)
    else:
        order = difficulty - level - len(LEVELS)
    return -score.value, order, -score.fit, score.agent.id


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


def _is_described(skill: str, described: frozenset[str]) -> bool:
    """Whether all the words of a skill are in a description."""
    words = _WORD.findall(skill.casefold())
    return bool(words) and all(stem_of(word) in described for word in words)


def _reason(ranked: tuple[Score, ...], wanted: Wanted) -> str:
    best = ranked[0]
    reason = f"{quoted(best.agent.id)} scores {best.value:.2f}"
    if wanted.skills:
        how = ("", " by synonyms or narrower skills", ", inferred from its definition")[best.match]
        reason += f" and has {_listed(wanted.skills)}{how}"
    elif best.shared:
        reason += (
            f" and fits what the task is about ({_listed([wanted.words[stem] for stem in best.shared])})"
        )
    if len(ranked) > 1:
        after = ranked[1]
        reason += f"; next is {quoted(after.agent.id)} with {after.value:.2f}"
        if after.value == best.value:
            reason += f", {_tie(best, after, wanted.difficulty)}"
    if best.agent.availability is False:
        reason += "; it is not available"
    if best.assumed:
        reason += f" ({', '.join(best.assumed)})"
    return reason


def _tie(best: Score, after: Score, difficulty: int | None) -> str:
    """What decided between equal scores."""
    one, other = rank_key(best, difficulty), rank_key(after, difficulty)
    if one[1] != other[1]:
        level = quoted(after.agent.experience_level or "unknown")
        what = "is lower" if difficulty is None else f"suits a task for {quoted(LEVELS[difficulty])} less"
        return f"but its level, {level}, {what}"
    if one[2] != other[2]:
        return "but it fits less what the task is about"
    return "and comes later by name"


def _listed(names: Sequence[str], word: str = "and") -> str:
    shown = [quoted(name) for name in names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(f"{len(names) - _NAMED} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
