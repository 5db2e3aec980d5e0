"""The parts of a project's set-up: which files each one writes or adds to, and which the project's tools need."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text, read_bytes
from orchestrate_ls.workspace.setup.entries import with_json_entry, with_json_item, with_yaml_item
from orchestrate_ls.workspace.setup.texts import (
    PRE_COMMIT,
    PRE_COMMIT_REPO,
    SKILL_FILE,
    WORKFLOW,
    prompt_text,
    skill_names,
    skill_text,
)

LARGEST: Final = 1_000_000
EXTENSION: Final = "orchestrate.orchestrate-plans"
_SERVER: Final[Mapping[str, Any]] = {"command": "orchestrate", "args": ["mcp"]}


class Part(StrEnum):
    """What can be set up."""

    CLAUDE = "claude"
    COPILOT = "copilot"
    AGENTS = "agents"
    MCP = "mcp"
    VSCODE = "vscode"
    PRE_COMMIT = "pre-commit"
    CI = "ci"


PURPOSES: Final[Mapping[Part, str]] = {
    Part.CLAUDE: "skills for Claude Code",
    Part.COPILOT: "skills and a prompt file for Copilot",
    Part.AGENTS: "skills for agents that read .agents/skills",
    Part.MCP: "an entry of the MCP server",
    Part.VSCODE: "the MCP server and a recommended extension for VS Code",
    Part.PRE_COMMIT: "a pre-commit hook",
    Part.CI: "a GitHub Actions workflow that checks plans, with SARIF",
}


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file to be written: ``before`` is None where there is none yet."""

    path: str
    """From the project's folder, with slashes."""
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class LeftToYou:
    """A file that could not be changed safely, why, and what to add by hand."""

    path: str
    reason: str
    entry: str


def needed(folder: Path) -> tuple[Part, ...]:
    """The parts whose tools the project uses already, and those that every agent reads."""
    found = {Part.AGENTS, Part.MCP}
    signs = {
        Part.CLAUDE: (".claude", "CLAUDE.md"),
        Part.COPILOT: (
            ".github/copilot-instructions.md",
            ".github/skills",
            ".github/prompts",
            ".github/agents",
        ),
        Part.VSCODE: (".vscode",),
        Part.PRE_COMMIT: (".pre-commit-config.yaml",),
        Part.CI: (".github/workflows",),
    }
    found |= {part for part, names in signs.items() if any((folder / name).exists() for name in names)}
    return tuple(part for part in Part if part in found)


def changes_for(folder: Path, parts: tuple[Part, ...]) -> Iterator[FileChange | LeftToYou]:
    """What is to be done for some parts; files that are as they should be are left out."""
    for part in parts:
        for change in _changes(folder, part):
            if isinstance(change, LeftToYou) or change.before != change.after:
                yield change


def _changes(folder: Path, part: Part) -> Iterator[FileChange | LeftToYou]:
    roots = {Part.CLAUDE: ".claude", Part.COPILOT: ".github", Part.AGENTS: ".agents"}
    if part in roots:
        for name in skill_names():
            yield _new(folder, f"{roots[part]}/skills/{name}/{SKILL_FILE}", skill_text(name))
    if part is Part.COPILOT:
        yield _new(folder, ".github/prompts/orchestrate.prompt.md", prompt_text())
    elif part is Part.MCP:
        yield _json(folder, ".mcp.json", "mcpServers", "orchestrate", _SERVER)
    elif part is Part.VSCODE:
        yield _json(folder, ".vscode/mcp.json", "servers", "orchestrate", {"type": "stdio", **_SERVER})
        yield _json(folder, ".vscode/extensions.json", "recommendations", None, EXTENSION)
    elif part is Part.PRE_COMMIT:
        yield _pre_commit(folder)
    elif part is Part.CI:
        yield _new(folder, ".github/workflows/orchestrate.yml", WORKFLOW)


def _new(folder: Path, name: str, text: str) -> FileChange | LeftToYou:
    """A file that is ours: one that is there and says something else is somebody's own."""
    before = _read(folder, name)
    if isinstance(before, LeftToYou) or before is None or before == text:
        return before if isinstance(before, LeftToYou) else FileChange(name, before, text)
    return LeftToYou(name, "there is another file of that name", "move it away and run this again")


def _json(folder: Path, name: str, key: str, entry: str | None, value: Any) -> FileChange | LeftToYou:
    held = [value] if entry is None else {entry: value}
    before = _read(folder, name)
    if isinstance(before, LeftToYou):
        return before
    if before is None or not before.strip():
        return FileChange(name, before, json.dumps({key: held}, indent=2) + "\n")
    after = (
        with_json_item(before, key, value) if entry is None else with_json_entry(before, key, entry, value)
    )
    if after is None:
        reason = f"it is no plain JSON with `{key}` in it (JSON with comments cannot be changed safely)"
        return LeftToYou(name, reason, f'below "{key}": {json.dumps(held)}')
    return FileChange(name, before, after)


def _pre_commit(folder: Path) -> FileChange | LeftToYou:
    name = ".pre-commit-config.yaml"
    before = _read(folder, name)
    if isinstance(before, LeftToYou):
        return before
    if before is None or not before.strip():
        return FileChange(name, before, PRE_COMMIT + "".join(f"  {line}\n" for line in PRE_COMMIT_REPO))
    if "orchestrate-check" in before:
        return FileChange(name, before, before)
    after = with_yaml_item(before, "repos", PRE_COMMIT_REPO)
    if after is None:
        return LeftToYou(name, "its `repos` is no list with one item to a line", "\n".join(PRE_COMMIT_REPO))
    return FileChange(name, before, after)


def _read(folder: Path, name: str) -> str | None | LeftToYou:
    path = folder / name
    if not _stays_below(folder, path):
        return LeftToYou(name, "it leads out of the project by a link", "nothing was written there")
    if not path.exists():
        return None
    try:
        held = decode_plan_text(read_bytes(path, LARGEST), LARGEST)
    except UnreadablePlanError as error:
        return LeftToYou(name, error.message, "repair it first")
    if held.problems or held.mark:
        return LeftToYou(name, "it is no plain UTF-8 text", "repair it first")
    return held.text


def _stays_below(folder: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
