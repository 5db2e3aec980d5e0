"""Reads the skills of an agent from what its definition says: its id, description, instructions and tools.

A guess, and only ever used to an agent's advantage. What counts: a mention in the id or the description; one in the
preloaded skill packages or the tools; and two or more in the instructions, where a single one is often about something
the agent is not to do. The words are in ``agents.skill_vocabulary``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from orchestrate_ls.agents.skill_vocabulary import AMBIGUOUS, TOOL_SKILLS, VOCABULARY

MOST_SKILLS: Final = 12
"""Skills of one agent; what is spoken of most counts."""
_LEAST_IN_BODY: Final = 2
_BODY_READ: Final = 6_000
_WORD: Final = re.compile(r"[a-z0-9]+")
_DENIED: Final = re.compile(
    r"\b(?:not|never|no|don't|doesn't|avoid|avoids|except|without|instead of|rather than)\b[^.,;:!?()\n]{0,200}"
)
"""What follows a word of denial, up to the next mark."""
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ID_BREAKS: Final = re.compile(r"[-_./ ]+")


def infer_skills(
    agent_id: str,
    description: str = "",
    body: str = "",
    tools: Iterable[str] | None = None,
    packages: Iterable[str] = (),
) -> tuple[str, ...]:
    """The skills an agent seems to have, the most certain first; of equally certain ones by name."""
    certain: dict[str, int] = {}
    for skill in _named(agent_id) | {each for package in packages for each in _named(package)}:
        certain[skill] = certain.get(skill, 0) + 4
    for skill, times in _mentions(description).items():
        certain[skill] = certain.get(skill, 0) + 2 + min(times, 3)
    for tool in tools or ():
        for skill in sorted(_of_tool(tool)):
            certain[skill] = certain.get(skill, 0) + 1
    for skill, times in _mentions(body[:_BODY_READ]).items():
        if times >= _LEAST_IN_BODY:
            certain[skill] = certain.get(skill, 0) + min(times, 4)
    return tuple(sorted(certain, key=lambda skill: (-certain[skill], skill))[:MOST_SKILLS])


def _named(name: str) -> set[str]:
    """The skills in a name such as ``api-tester`` or ``goReviewer``."""
    plain = _ID_BREAKS.sub(" ", _CAMEL.sub(" ", name)).casefold()
    words = set(plain.split())
    found = {skill for skill in AMBIGUOUS if skill in words}
    return found | set(_mentions(plain))


def _of_tool(tool: str) -> set[str]:
    words = set(_WORD.findall(tool.casefold()))
    return {skill for word, skill in TOOL_SKILLS.items() if word in words}


def _mentions(text: str) -> dict[str, int]:
    """How often each skill is spoken of."""
    found: dict[str, int] = {}
    pattern, skills = _pattern()
    for match in pattern.finditer(_DENIED.sub(" ", text.casefold())):
        for skill in skills[match[0]]:
            found[skill] = found.get(skill, 0) + 1
    return found


@lru_cache(maxsize=1)
def _pattern() -> tuple[re.Pattern[str], dict[str, list[str]]]:
    """One expression for all phrases, the longest first, and which skills each phrase speaks of."""
    skills: dict[str, list[str]] = {}
    for skill, phrases in VOCABULARY.items():
        names = [] if skill in AMBIGUOUS else [skill, skill.replace("-", " ")]
        for phrase in dict.fromkeys([*names, *phrases]):
            skills.setdefault(phrase, []).append(skill)
    # By their first letter, so that most places in a text are left after a look at one character.
    groups: dict[str, list[str]] = {}
    for phrase in sorted(skills, key=lambda each: (-len(each), each)):
        groups.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
    alternatives = "|".join(
        f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in sorted(groups.items())
    )
    return re.compile(rf"(?<![\w#+.])(?:{alternatives})(?![\w#+]|\.\w)"), skills
