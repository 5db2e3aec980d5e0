"""The commands of orders, out of settings: presets filled in, paths made whole.

A program that is named by a relative path lies beside the settings file that names it, wherever it is started.
"""

from __future__ import annotations

from pathlib import Path

from orchestrate_ls.execution.agent_presets import PERSON, PRESETS
from orchestrate_ls.execution.engine import DEFAULT_OUTPUT_LIMIT, AgentCommand
from orchestrate_ls.workspace.own_run import ChosenCommand


def is_person(chosen: ChosenCommand) -> bool:
    """Whether the agent's tasks are left for somebody to do and record."""
    return chosen.settings.tool == PERSON


def command_of(chosen: ChosenCommand) -> AgentCommand:
    """What is started. Not for a person."""
    settings = chosen.settings
    preset = PRESETS.get(settings.tool)
    if preset is not None:
        argv = (*preset.argv, *settings.arguments, *preset.last)
        pass_on = tuple(dict.fromkeys((*preset.pass_on, *settings.pass_on)))
    else:
        argv = (_program(settings.command[0], chosen.folder), *settings.command[1:], *settings.arguments)
        pass_on = settings.pass_on
    return AgentCommand(
        argv,
        settings.environment,
        pass_on,
        settings.time_out,
        settings.output_limit or DEFAULT_OUTPUT_LIMIT,
        settings.tool,
    )


def _program(name: str, folder: Path) -> str:
    path = Path(name)
    if path.name == name or path.is_absolute():
        return name
    return str(folder / path)
