"""What agent definition files mean for checking: the agents that plans may name, and findings about the files.

A definition belongs to another tool, which has the last word on what it accepts. So what is wrong with one is found
under the codes of a plan's own text (`syntax`, `schema`), but as a warning unless the user has chosen otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from orchestrate_ls.agents.built_in import BUILT_IN_AGENTS
from orchestrate_ls.agents.definition import AgentDefinition
from orchestrate_ls.agents.registry import AgentRegistry, DefinitionFile
from orchestrate_ls.agents.words import words_of
from orchestrate_ls.rules.base import ChunkRange, Finding, Severity
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import Diagnostic, RuleSettings


def _built_in() -> Mapping[str, KnownAgent]:
    tools: dict[str, list[str]] = {}
    for tool, names in BUILT_IN_AGENTS.items():
        for name in names:
            tools.setdefault(name, []).append(tool.value)
    return MappingProxyType(
        {
            name: KnownAgent(name, origin=f"built into {' and '.join(found)}", built_in=True)
            for name, found in tools.items()
        }
    )


BUILT_IN: Final = _built_in()
"""The agents that tools bring along, by name."""


def known_agents(registry: AgentRegistry) -> Mapping[str, KnownAgent]:
    """The agents that a registry's files define, by id and by alias, and those that are built in."""
    known = {agent_id: _known(agents[0]) for agent_id, agents in registry.definitions.items()}
    for alias, agent in registry.aliases.items():
        known[alias] = known[agent.id]
    for name, agent in BUILT_IN.items():
        known.setdefault(name, agent)
    return MappingProxyType(known)


def definition_diagnostics(file: DefinitionFile, settings: RuleSettings) -> Iterator[Diagnostic]:
    """The findings about a definition file, by place. Offsets in code points of its text."""
    for problem in sorted(file.problems, key=lambda each: (each.start, each.end, each.code, each.message)):
        severity = settings.severities.get(problem.code, Severity.WARNING)
        if severity is Severity.OFF:
            continue
        finding = Finding(problem.code, problem.message, ChunkRange(problem.start, problem.end))
        yield Diagnostic(
            problem.code, severity, problem.message, problem.start, problem.end, (), False, False, {}, finding, 0, 0,
        )  # fmt: skip


def _known(agent: AgentDefinition) -> KnownAgent:
    return KnownAgent(
        agent.id,
        agent.skills,
        agent.origin,
        inferred_skills=agent.inferred_skills,
        described=frozenset(words_of(agent.description)),
    )
