"""Markdown definitions whose `name` may be left out, since the file has a name: those of Copilot and Cursor."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.agents.definition import Definitions, Tool
from orchestrate_ls.agents.fields import FieldReader
from orchestrate_ls.agents.front_matter import read_front_matter
from orchestrate_ls.agents.naming import named, stem_of

_COPILOT_ENDINGS: Final = (".agent.md", ".chatmode.md", ".md")


def read_copilot(text: str, name: str) -> Definitions:
    """Read a file of `.github/agents` or `.github/chatmodes`.

    VS Code calls the agent by its `name`, Copilot's command line by its file; both count.
    """
    return _read(text, Tool.COPILOT, stem_of(name, *_COPILOT_ENDINGS))


def read_cursor(text: str, name: str) -> Definitions:
    """Read a file of `.cursor/agents`."""
    return _read(text, Tool.CURSOR, stem_of(name, ".md"))


def _read(text: str, tool: Tool, stem: str | None) -> Definitions:
    front = read_front_matter(text, lenient=False)
    problems = list(front.problems)
    fields = FieldReader(front.fields, problems)
    agent_id = fields.id("name") or stem
    if agent_id is None:
        return Definitions((), tuple(problems))
    agent = fields.agent(tool, agent_id, front.body, (stem,) if stem is not None else ())
    return Definitions((named(agent, fields, "name"),), tuple(problems))
