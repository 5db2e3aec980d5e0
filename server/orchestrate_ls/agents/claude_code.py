"""Subagents of Claude Code: Markdown with front matter; `name` and `description` are required.

Markdown without front matter may lie beside the definitions; Claude Code passes it over, and so does this.
"""

from __future__ import annotations

from dataclasses import replace

from orchestrate_ls.agents.definition import DefinitionProblem, Definitions, Tool
from orchestrate_ls.agents.fields import FieldReader
from orchestrate_ls.agents.front_matter import read_front_matter
from orchestrate_ls.agents.naming import named


def read_claude_code(text: str, _name: str) -> Definitions:
    """Read a file of `.claude/agents`."""
    front = read_front_matter(text, lenient=True)
    problems = list(front.problems)
    fields = FieldReader(front.fields, problems)
    if not front.there:
        return Definitions()
    if not front.problems:
        for required, example in (
            ("name", "code-reviewer"),
            ("description", "Reviews changes before a commit"),
        ):
            if required not in front.fields:
                message = f"the agent has no `{required}`; add one, for example `{required}: {example}`"
                problems.append(DefinitionProblem("schema", message, 0, front.end))
            elif front.fields[required].value is None:
                fields.wrong(front.fields[required], f"the agent's `{required}` is empty")
    agent_id = fields.id("name")
    if agent_id is None:
        return Definitions((), tuple(problems))
    agent = named(fields.agent(Tool.CLAUDE_CODE, agent_id, front.body), fields, "name")
    # Its `skills` are packages of instructions to load, and no list of all that it can do.
    agent = replace(agent, skills=(), packages=agent.skills)
    return Definitions((agent,), tuple(problems))
