"""How skills are called and what is a kind of what, as a user declares it. Knows no agents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final


@dataclass(frozen=True)
class SkillNames:
    """Declared relations of skills. ``synonyms`` maps a skill to the name it goes by, ``broader`` to what it is a kind
    of: with ``{"oauth2": ("authentication",)}`` whoever has `oauth2` has `authentication`, but not the other way round.
    Letter case does not count.
    """

    synonyms: Mapping[str, str] = field(default_factory=dict[str, str])
    broader: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def reach(self, skills: Iterable[str]) -> set[str]:
        """Everything that follows from having some skills, in one letter case."""
        found: set[str] = set()
        left = [self.name_of(skill) for skill in skills]
        while left:
            skill = left.pop()
            if skill not in found:
                found.add(skill)
                left += self._broader.get(skill, ())
        return found

    def name_of(self, skill: str) -> str:
        """The name a skill goes by, in one letter case; of a circle of synonyms the first in the alphabet."""
        name = skill.casefold()
        trail = [name]
        while name in self._synonyms:
            name = self._synonyms[name]
            if name in trail:
                return min(trail[trail.index(name) :])
            trail.append(name)
        return name

    def __bool__(self) -> bool:
        return bool(self.synonyms or self.broader)

    @cached_property
    def _synonyms(self) -> dict[str, str]:
        return {each.casefold(): name.casefold() for each, name in self.synonyms.items()}

    @cached_property
    def _broader(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each, names in self.broader.items():
            found.setdefault(self.name_of(each), []).extend(self.name_of(name) for name in names)
        return found


NO_RELATIONS: Final = SkillNames()


def missing_skills(
    required: Collection[str], skills: Collection[str], names: SkillNames = NO_RELATIONS
) -> list[str]:
    """The required skills that do not follow from the others."""
    if all([skill in skills for skill in required]):
        return []  # nearly always, and quicker than folding
    have = names.reach(skills)
    return [skill for skill in required if names.name_of(skill) not in have]
