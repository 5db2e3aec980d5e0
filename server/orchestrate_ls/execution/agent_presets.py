"""Known command-line agents: how each is started without anybody at a terminal, the hand-off on its standard input.

The flags are those of the tools' public documentation: each may edit files in its folder, and nothing beyond that
unless the user's settings add arguments. Pure; knows nothing of settings files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PERSON: Final = "person"
"""A preset that starts nothing: the task is left for `orchestrate task`."""
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}")


@dataclass(frozen=True, slots=True)
class AgentPreset:
    """A tool's command.

    Attributes
    ----------
    argv
        The program and the arguments that make it read a prompt from standard input and tell its result as lines.
    last
        Arguments behind those that settings add.
    model
        The option before a model's name.
    cost
        The option before a limit in US dollars; empty where it has none.
    pass_on
        Variables that it finds its key in.
    """

    argv: tuple[str, ...]
    last: tuple[str, ...] = ()
    model: str = "--model"
    cost: str = ""
    pass_on: tuple[str, ...] = ()


PRESETS: Final[dict[str, AgentPreset]] = {
    "claude": AgentPreset(
        ("claude", "-p", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits"),
        cost="--max-budget-usd",
        pass_on=("ANTHROPIC_*", "CLAUDE_*"),
    ),
    "codex": AgentPreset(
        ("codex", "exec", "--json", "--sandbox", "workspace-write", "--skip-git-repo-check"),
        last=("-",),
        pass_on=("OPENAI_API_KEY", "CODEX_*"),
    ),
    "copilot": AgentPreset(
        ("copilot", "--output-format=json", "-s", "--no-ask-user", "--allow-tool=write"),
        pass_on=("COPILOT_*", "GH_TOKEN", "GITHUB_TOKEN"),
    ),
    "opencode": AgentPreset(
        ("opencode", "run", "--format", "json"),
        pass_on=("OPENCODE_*", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"),
    ),
}


def is_model_name(model: str) -> bool:
    """Whether a text can be a model's name, and no option of a command line."""
    return _MODEL.fullmatch(model) is not None


def preset_arguments(
    tool: str, argv: tuple[str, ...], model: str, cost: float | None, currency: str
) -> tuple[str, ...]:
    """The command of an order: with the model and the limit that the task asks for, where the tool takes them.

    A name that is none is left out.
    """
    preset = PRESETS.get(tool)
    if preset is None:
        return argv
    added: list[str] = []
    if model and is_model_name(model):
        added += [preset.model, model]
    if preset.cost and cost is not None and currency in ("", "USD"):
        added += [preset.cost, f"{cost:.6f}".rstrip("0").rstrip(".")]
    end = (
        len(argv) - len(preset.last)
        if preset.last and argv[-len(preset.last) :] == preset.last
        else len(argv)
    )
    return (*argv[:end], *added, *argv[end:])
