"""The slash commands as prompts: the texts of `commands/`, with what the user has typed put in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.prompts.base import Prompt, PromptArgument

from orchestrate_ls.mcp.roots import Workspace
from orchestrate_ls.workspace.shipped import command_names, command_text

PLACE: Final = "$ARGUMENTS"
_FRONT: Final = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_LONGEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: what it is for, what may be typed behind it, and what an agent is told."""

    name: str
    description: str
    hint: str
    text: str

    def with_arguments(self, typed: str) -> str:
        """The text for what was typed."""
        return self.text.replace(PLACE, typed.strip()[:_LONGEST] or "(nothing given)")


def read_command(name: str) -> Command:
    """A command that comes with the program."""
    source = command_text(name)
    front = _FRONT.match(source)
    fields = dict(re.findall(r"^([a-z-]+): *(.*)$", front.group(1), re.MULTILINE)) if front else {}
    text = source[front.end() :] if front else source
    return Command(
        name, fields.get("description", name), fields.get("argument-hint", ""), text.strip() + "\n"
    )


def add_prompts(server: MCPServer[Workspace]) -> None:
    """Offer each command as a prompt of its name."""
    for name in command_names():
        server.add_prompt(_prompt(read_command(name)))


def _prompt(command: Command) -> Prompt:
    def render(arguments: str = "") -> str:
        return command.with_arguments(arguments)

    argument = PromptArgument(name="arguments", description=command.hint, required=False)
    return Prompt(
        name=command.name,
        title=f"/{command.name}",
        description=command.description,
        arguments=[argument],
        fn=render,
        context_kwarg=None,
    )
