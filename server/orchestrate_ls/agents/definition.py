"""What a definition file says of an agent, and what is wrong with it. Plain data; knows no file format and no disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal, NamedTuple, TypeAlias

from orchestrate_ls.agents.skill_inference import infer_skills

LONGEST_ID: Final = 200
"""Characters. Plans, command lines and file names have to hold an id."""
LONGEST_DESCRIPTION: Final = 10_000
LONGEST_BODY: Final = 10_000
"""Characters of an agent's instructions that are kept."""

ProblemCode: TypeAlias = Literal["syntax", "schema"]
"""``syntax``: the text cannot be read; ``schema``: it can, but it does not say what its tool expects."""


class Tool(StrEnum):
    """The tools whose agents are known, by what people call them."""

    CLAUDE_CODE = "Claude Code"
    COPILOT = "Copilot"
    OPENCODE = "opencode"
    CODEX = "Codex"
    CURSOR = "Cursor"


@dataclass(frozen=True, slots=True)
class AgentDefinition:
    """An agent as a definition file describes it.

    Attributes
    ----------
    id:
        What the tool calls it, and what a plan names.
    start, end:
        Where the id stands in the file's text, in code points and without quotes. Empty, at the start of the text,
        where it follows from the file's name.
    aliases:
        Other names by which its tool finds it, for example the file's name beside a display name.
    tools:
        What it may use; None where the file does not say, which mostly means everything.
    skills:
        As declared; nothing is inferred here.
    packages:
        The skill packages its tool loads for it. Their names say what it can do, but nothing of what it cannot.
    body:
        The start of its instructions.
    origin:
        Its file, as a person would name it; empty until it is known which file it is.
    """

    id: str
    tool: Tool
    start: int = 0
    end: int = 0
    aliases: tuple[str, ...] = ()
    description: str = ""
    tools: tuple[str, ...] | None = None
    model: str | None = None
    skills: tuple[str, ...] = ()
    body: str = ""
    origin: str = ""
    packages: tuple[str, ...] = ()

    @property
    def inferred_skills(self) -> tuple[str, ...]:
        """The skills it seems to have beyond those it declares, by what its file says of it; worked out each time."""
        declared = {skill.casefold() for skill in self.skills}
        found = infer_skills(self.id, self.description, self.body, self.tools, self.packages)
        return tuple(skill for skill in found if skill not in declared)

    def at(self, origin: str) -> AgentDefinition:
        """The same agent with the file it comes from."""
        return replace(self, origin=origin)


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """Something wrong with a definition file: a range in code points of its text, and what to do about it."""

    code: ProblemCode
    message: str
    start: int
    end: int


class Definitions(NamedTuple):
    """What one file defines. A file with problems may define agents all the same."""

    agents: tuple[AgentDefinition, ...] = ()
    problems: tuple[DefinitionProblem, ...] = ()


def id_fault(text: str) -> str | None:
    """Why a text cannot be an agent's id; None where it can. Ids are shown in messages and written into plans."""
    if not text.strip():
        return "is empty"
    if len(text) > LONGEST_ID:
        return f"has {len(text):,} characters; at most {LONGEST_ID} are read"
    if not text.isprintable():
        return "has a line break or another character that cannot be shown"
    return None
