"""Agents of opencode: Markdown files, and entries below `agent` in `opencode.json` or `opencode.jsonc`.

A file's path below its folder is the agent's id, without the ending. JSON with comments is read by the YAML parser once
the comments are blanked out, as it gives every value its place.
"""

from __future__ import annotations

import json
import re
from typing import Final

from orchestrate_ls.agents.definition import (
    LONGEST_BODY,
    AgentDefinition,
    DefinitionProblem,
    Definitions,
    Tool,
    id_fault,
)
from orchestrate_ls.agents.fields import Field, FieldReader, field_of, inner_range
from orchestrate_ls.agents.front_matter import read_front_matter
from orchestrate_ls.agents.naming import named, stem_of
from orchestrate_ls.syntax.events import default_events
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.tree import AnyNode, Entry, Mapping, Scalar, resolved

_SECTIONS: Final = ("agent", "agents")
_OFF: Final = ("disable", "disabled")
_STRING_OR_NOT: Final = re.compile(
    r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|//[^\r\n]*|/\*[\s\S]*?\*/|/\*[\s\S]*\Z|\t|\ufeff|,(?=\s*[}\]])'
)
"""A string, or else what JSON has not: a comment, a tab that YAML would stumble over, a mark, a last comma."""
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_VISIBLE: Final = re.compile(r"[^\r\n]")


def read_opencode(text: str, name: str) -> Definitions:
    """Read a Markdown file of `.opencode/agents`; ``name`` is its path below that folder."""
    front = read_front_matter(text, lenient=True)
    problems = list(front.problems)
    fields = FieldReader(front.fields, problems)
    agent_id = stem_of(name, ".md")
    if agent_id is None or any([fields.is_true(switch) for switch in _OFF]):
        return Definitions((), tuple(problems))
    # Its own id is the file's; `name`, where there is one, has been used in its stead.
    agent = fields.agent(Tool.OPENCODE, agent_id, front.body, (fields.id("name") or "",))
    return Definitions((named(agent, fields, "name"),), tuple(problems))


def read_opencode_config(text: str, _name: str) -> Definitions:
    """Read an `opencode.json` or `opencode.jsonc`."""
    bare = _without_comments(text)
    parsed = parse(bare, default_events())
    # YAML holds nearly all JSON, and gives the places; where the two differ, JSON decides what is wrong.
    problems = _json_problems(bare) if bare.strip() else []
    if not isinstance(parsed.root, Mapping):
        return Definitions((), tuple(problems))
    agents: list[AgentDefinition] = []
    for section in _SECTIONS:
        entry = parsed.root.entry(section)
        value = resolved(entry.value) if entry is not None else None
        if isinstance(value, Mapping):
            for each in value.entries:
                agents += _agent(each, problems)
        elif entry is not None and section == "agent":
            message = '`agent` has to be a mapping of agents, as in `"agent": {"reviewer": {}}`'
            problems.append(DefinitionProblem("schema", message, entry.key.start, entry.key.end))
    return Definitions(tuple(agents), tuple(problems))


def _json_problems(text: str) -> list[DefinitionProblem]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        at = min(error.pos, max(0, len(text) - 1))
        message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return [DefinitionProblem("syntax", message, at, min(at + 1, len(text)))]
    except (RecursionError, ValueError) as error:
        return [DefinitionProblem("syntax", f"this is not JSON that can be read: {error}", 0, 0)]
    return []


def _agent(entry: Entry, problems: list[DefinitionProblem]) -> list[AgentDefinition]:
    agent_id, value = entry.name, resolved(entry.value)
    if agent_id is None:
        return []
    start, end = inner_range(entry.key)
    fault = id_fault(agent_id)
    if fault is not None:
        problems.append(
            DefinitionProblem("schema", f"the agent's name {fault}", entry.key.start, entry.key.end)
        )
        return []
    if not isinstance(value, Mapping):
        message = 'an agent has to be a mapping of its settings, as in `{"description": "Reviews changes"}`'
        problems.append(DefinitionProblem("schema", message, *_place(entry.value, entry)))
        return []
    fields = FieldReader(_fields(value), problems)
    if any([fields.is_true(switch) for switch in _OFF]):
        return []
    prompt = fields.fields.get("prompt")
    body = (prompt.text or "")[:LONGEST_BODY] if prompt is not None else ""
    agent = fields.agent(Tool.OPENCODE, agent_id.strip(), body)
    return [
        AgentDefinition(
            agent.id,
            agent.tool,
            start,
            end,
            (),
            agent.description,
            agent.tools,
            agent.model,
            agent.skills,
            body,
        )
    ]


def _fields(mapping: Mapping) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for entry in mapping.entries:
        if entry.name is not None and entry.name not in found:
            found[entry.name] = field_of(entry, 0)
    return found


def _place(node: AnyNode, entry: Entry) -> tuple[int, int]:
    missing = isinstance(node, Scalar) and node.is_missing
    return (entry.key.start, entry.key.end) if missing else (node.start, node.end)


def _without_comments(text: str) -> str:
    """The text with comments, tabs and last commas as blanks, so that all else keeps its place.

    Escapes of half characters, which YAML has not, become the sign for an unreadable one.
    """

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith('"'):
            return _SURROGATE.sub(r"\\ufffd", found)
        return _VISIBLE.sub(" ", found)

    return _STRING_OR_NOT.sub(blank, text)
