"""Agents of Codex: one TOML file each, with `name`, `description` and `developer_instructions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from orchestrate_ls.agents.definition import LONGEST_BODY, DefinitionProblem, Definitions, Tool
from orchestrate_ls.agents.fields import Field, FieldReader
from orchestrate_ls.agents.naming import named
from orchestrate_ls.syntax.toml_places import TomlPlace, read_toml, toml_places

_REQUIRED: Final = (
    ("name", '"reviewer"'),
    ("description", '"Reviews changes before a commit"'),
    ("developer_instructions", '"Look for mistakes."'),
)
_NAMES: Final = ("name", "description", "developer_instructions", "model", "tools", "skills")
_QUOTES: Final = ('"""', "'''", '"', "'")


def read_codex(text: str, _name: str) -> Definitions:
    """Read a file of `.codex/agents`."""
    data, fault = read_toml(text)
    if fault is not None:
        return Definitions((), (DefinitionProblem("syntax", fault.message, fault.start, fault.end),))
    problems: list[DefinitionProblem] = []
    places = toml_places(text)
    fields = FieldReader(
        {
            name: _field(text, data[name], places.get((name,)))
            for name in _NAMES
            # `skills` is a table of settings there, and no list of skills.
            if name in data and not (name == "skills" and isinstance(data[name], Mapping))
        },
        problems,
    )
    for required, example in _REQUIRED:
        if required not in data:
            message = f"the agent has no `{required}`; add one, for example `{required} = {example}`"
            problems.append(DefinitionProblem("schema", message, 0, 0))
    agent_id = fields.id("name")
    instructions = fields.text("developer_instructions") or ""
    if agent_id is None:
        return Definitions((), tuple(problems))
    agent = named(fields.agent(Tool.CODEX, agent_id, instructions[:LONGEST_BODY]), fields, "name")
    return Definitions((agent,), tuple(problems))


def _field(text: str, value: object, place: TomlPlace | None) -> Field:
    key_start, key_end = place.key if place is not None else (0, 0)
    start, end = place.value if place is not None else (0, 0)
    written = text[start:end]
    quote = next((each for each in _QUOTES if written.startswith(each) and written.endswith(each)), "")
    if quote and end - start >= 2 * len(quote):
        start, end = start + len(quote), end - len(quote)
    # A number or a date is no name.
    return Field(value, value if isinstance(value, str) else None, start, end, key_start, key_end)
