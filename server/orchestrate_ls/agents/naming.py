"""What an agent is called by: a field of its definition, or the name of its file."""

from __future__ import annotations

from dataclasses import replace

from orchestrate_ls.agents.definition import AgentDefinition, id_fault
from orchestrate_ls.agents.fields import FieldReader


def named(agent: AgentDefinition, fields: FieldReader, name: str) -> AgentDefinition:
    """The agent with the place of its id: that of a field, where the id is that field's text."""
    field = fields.fields.get(name)
    if field is None or field.text is None or field.text.strip() != agent.id:
        return agent
    return replace(agent, start=field.start, end=field.end)


def stem_of(name: str, *endings: str) -> str | None:
    """A file's name without its ending (the first of ``endings`` that fits); None where that can be no id.

    ``name`` may have folders in front, with slashes.
    """
    ending = next((each for each in endings if name.lower().endswith(each)), "")
    stem = name[: len(name) - len(ending)]
    return stem if id_fault(stem) is None else None
