"""The texts of new files: skills and a prompt file made from the slash commands, and a CI workflow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from orchestrate_ls.workspace.shipped import command_names, command_text

_FRONT: Final = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_SKILL_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAIN: Final = "orchestrate"
_TYPED: Final = "(what the user has written with this request)"
SKILL_FILE: Final = "SKILL.md"
PLUGIN_SKILL: Final = "task-plans"


def skill_names() -> Sequence[str]:
    """The names of all skills: `orchestrate`, and one for each other command."""
    return [_skill_name(command) for command in command_names()]


def skill_text(name: str) -> str:
    """The `SKILL.md` of a skill; its name is that of its folder, as the tools want it."""
    command = next(each for each in command_names() if _skill_name(each) == name)
    description, body = _parts(command)
    heading, _, steps = body.partition("\n\n")
    # A skill has no arguments of its own; who calls one by its name has written what is wanted behind it.
    steps = steps.replace("$ARGUMENTS", _TYPED)
    for other in command_names():
        steps = steps.replace(f"`/{other}`", f"`/{_skill_name(other)}`")
    when = "Use when the user speaks of this, or of a task plan (*.plan.yaml)."
    return f"---\nname: {name}\ndescription: {description}. {when}\n---\n\n{heading}\n\n{steps.strip()}\n"


def plugin_skill_text() -> str:
    """The one skill of the agent plugin, with the steps of all commands.

    It has the name of none of them: where an agent takes the commands from the plugin too, they would clash.
    """
    sections: list[str] = []
    for command in command_names():
        description, body = _parts(command)
        _, _, steps = body.partition("\n\n")
        steps = re.sub(r"^(#+) ", r"#\1 ", steps.replace("$ARGUMENTS", _TYPED), flags=re.MULTILINE)
        sections.append(f"## {description}\n\n{steps.strip()}\n")
    about = (
        "Plan a goal as a file of tasks (*.plan.yaml), check, change and schedule plans, and work them with"
        " sub-agents. Use when the user wants work planned, tracked or handed out, or a plan file is at hand"
    )
    intro = (
        "A plan is a `*.plan.yaml` file: tasks with dependencies, estimates and an agent for each. The command"
        " `orchestrate` writes,\nchecks, changes and schedules it; the MCP server `orchestrate` offers the same as"
        " tools. Each section below is one kind of\nwork; take the one that fits what the user wants."
    )
    head = f"---\nname: {PLUGIN_SKILL}\ndescription: {about}.\n---\n\n# Task plans\n\n{intro}\n\n"
    return head + "\n".join(sections)


def prompt_text() -> str:
    """`/orchestrate` as a prompt file of VS Code and Copilot."""
    description, body = _parts(_MAIN)
    typed = "${input:goal:What is to be reached}"
    return (
        f"---\ndescription: {description}\nagent: agent\n---\n\n{body.replace('$ARGUMENTS', typed).strip()}\n"
    )


WORKFLOW: Final = """\
# Checks the plans of this repository; findings appear under Security, and in pull requests.
name: Plans

on:
  push:
    branches: [main, master]
  pull_request:

permissions:
  contents: read
  security-events: write

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install orchestrate-ls
      - name: Check the plans
        run: orchestrate check . --format sarif > orchestrate.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: always()
        with:
          sarif_file: orchestrate.sarif
          category: orchestrate
"""
"""A GitHub Actions workflow."""

PRE_COMMIT: Final = """\
repos:
"""
"""The beginning of a new `.pre-commit-config.yaml`."""

PRE_COMMIT_REPO: Final = (
    "- repo: local",
    "  hooks:",
    "    - id: orchestrate-check",
    "      name: orchestrate check",
    "      entry: orchestrate check --fail-on warning",
    "      language: system",
    r"      files: \.plan\.ya?ml$",
)
"""An item of its `repos`."""


def _skill_name(command: str) -> str:
    name = command if command == _MAIN else f"{_MAIN}-{command}"
    if not _SKILL_NAME.fullmatch(name):
        raise AssertionError(f"{name} cannot be the name of a skill")
    return name


def _parts(command: str) -> tuple[str, str]:
    source = command_text(command)
    front = _FRONT.match(source)
    if front is None:
        raise AssertionError(f"the command {command} has no front matter")
    described = re.search(r"^description: *(.*)$", front.group(1), re.MULTILINE)
    return (described.group(1) if described else command), source[front.end() :].strip()
