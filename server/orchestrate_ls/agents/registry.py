"""All agents that definition files describe, as one immutable answer. The files' texts are passed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

from orchestrate_ls.agents.definition import AgentDefinition, DefinitionProblem, Definitions, Tool
from orchestrate_ls.text.display import quoted


@dataclass(frozen=True)
class DefinitionFile:
    """A definition file as it was read.

    ``path`` is how the reader of files calls it, ``shown`` how a person would; ``text`` is what the ranges count in,
    and empty where the file could not be read. ``of_user`` is True for one outside of the root.
    """

    path: str
    shown: str
    tool: Tool
    text: str
    agents: tuple[AgentDefinition, ...] = ()
    problems: tuple[DefinitionProblem, ...] = ()
    of_user: bool = False

    @classmethod
    def of(
        cls,
        path: str,
        shown: str,
        tool: Tool,
        text: str,
        found: Definitions,
        problems: Sequence[DefinitionProblem] = (),
        *,
        of_user: bool = False,
    ) -> DefinitionFile:
        """A file with what a registry's reader found in it, and with problems from elsewhere."""
        agents = tuple(agent.at(shown) for agent in found.agents)
        return cls(path, shown, tool, text, agents, (*problems, *found.problems), of_user)


@dataclass(frozen=True)
class AgentRegistry:
    """The definition files of a root and of the user, those that count more first. ``left_out`` says what was not
    read because there is too much, as sentences.
    """

    files: tuple[DefinitionFile, ...] = ()
    left_out: tuple[str, ...] = field(default=())

    @cached_property
    def definitions(self) -> Mapping[str, tuple[AgentDefinition, ...]]:
        """The definitions of each id, the one that counts first. Aliases are no ids."""
        found: dict[str, list[AgentDefinition]] = {}
        for file in self.files:
            for agent in file.agents:
                found.setdefault(agent.id, []).append(agent)
        return MappingProxyType({agent_id: tuple(agents) for agent_id, agents in found.items()})

    @cached_property
    def aliases(self) -> Mapping[str, AgentDefinition]:
        """What an agent may be called besides; an id is nobody else's alias."""
        found: dict[str, AgentDefinition] = {}
        for agents in self.definitions.values():
            for agent in agents:
                for alias in agent.aliases:
                    if alias not in self.definitions:
                        found.setdefault(alias, agent)
        return MappingProxyType(found)

    def get(self, name: str) -> AgentDefinition | None:
        """The agent of an id or alias."""
        agents = self.definitions.get(name)
        return agents[0] if agents else self.aliases.get(name)

    @property
    def problems(self) -> Mapping[str, tuple[DefinitionProblem, ...]]:
        """What is wrong with each file, by its path; files without problems are left out."""
        return {file.path: file.problems for file in self.files if file.problems}


EMPTY_REGISTRY: Final = AgentRegistry()


def registry_from(files: Iterable[DefinitionFile], left_out: Sequence[str] = ()) -> AgentRegistry:
    """A registry of files, those that count more first. An id that one tool finds twice in one place is a problem."""
    first: dict[tuple[Tool, bool, str], DefinitionFile] = {}
    checked: list[DefinitionFile] = []
    for file in files:
        repeated: list[DefinitionProblem] = []
        seen: set[str] = set()
        for agent in file.agents:
            other = first.setdefault((file.tool, file.of_user, agent.id), file)
            if other is file and agent.id not in seen:
                seen.add(agent.id)
                continue
            where = "further up in this file" if other is file else f"in {quoted(other.shown, 120)}"
            message = f"an agent {quoted(agent.id)} is already defined {where}; rename one, or delete it"
            repeated.append(DefinitionProblem("schema", message, agent.start, agent.end))
        if repeated:
            problems = tuple(
                sorted((*file.problems, *repeated), key=lambda each: (each.start, each.end, each.message))
            )
            checked.append(
                DefinitionFile(
                    file.path, file.shown, file.tool, file.text, file.agents, problems, file.of_user
                )
            )
        else:
            checked.append(file)
    return AgentRegistry(tuple(checked), tuple(left_out))
