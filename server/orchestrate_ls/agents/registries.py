"""Where each tool keeps its agents, and which reader is for which file. Names only: nothing is looked for here.

`AGENTS.md` is no registry: it holds instructions for whoever works in the folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from orchestrate_ls.agents.claude_code import read_claude_code
from orchestrate_ls.agents.codex import read_codex
from orchestrate_ls.agents.definition import Definitions, Tool
from orchestrate_ls.agents.named_or_file import read_copilot, read_cursor
from orchestrate_ls.agents.opencode import read_opencode, read_opencode_config

Reader: TypeAlias = Callable[[str, str], Definitions]
"""From a file's text and its path below the registry's folder (with slashes). Never raises."""

_NO_DEFINITIONS: Final = frozenset({"readme.md", "agents.md"})


@dataclass(frozen=True, slots=True)
class Registry:
    """A place for definition files: a folder below the root (with slashes; empty for the root), and the ends of names.

    ``deep`` registries count files in folders below too. An entry of ``endings`` that is a whole name stands for that
    file alone.
    """

    tool: Tool
    folder: str
    endings: tuple[str, ...]
    read: Reader
    deep: bool = False

    def takes(self, name: str) -> bool:
        """Whether a file of that name (without folders) is a definition there."""
        lowered = name.lower()
        if lowered in _NO_DEFINITIONS:
            return False
        return any(lowered.endswith(end) if end.startswith(".") else lowered == end for end in self.endings)

    @property
    def globs(self) -> tuple[str, ...]:
        """Globs of its files, at whatever depth the root is."""
        folder = f"{self.folder}/" if self.folder else ""
        inner = f"{folder}**/" if self.deep else folder
        return tuple(f"**/{inner}{'*' if end.startswith('.') else ''}{end}" for end in self.endings)


PROJECT_REGISTRIES: Final = (
    Registry(Tool.CLAUDE_CODE, ".claude/agents", (".md",), read_claude_code, deep=True),
    Registry(Tool.COPILOT, ".github/agents", (".md",), read_copilot),
    Registry(Tool.COPILOT, "", (".agent.md",), read_copilot),
    Registry(Tool.COPILOT, ".github/chatmodes", (".chatmode.md",), read_copilot),
    Registry(Tool.OPENCODE, ".opencode/agents", (".md",), read_opencode, deep=True),
    Registry(Tool.OPENCODE, ".opencode/agent", (".md",), read_opencode, deep=True),
    Registry(Tool.OPENCODE, "", ("opencode.json", "opencode.jsonc"), read_opencode_config),
    Registry(Tool.OPENCODE, ".opencode", ("opencode.json", "opencode.jsonc"), read_opencode_config),
    Registry(Tool.CODEX, ".codex/agents", (".toml",), read_codex),
    Registry(Tool.CURSOR, ".cursor/agents", (".md",), read_cursor),
)
"""Those below a root. The first definition of an id is the one that counts."""

USER_REGISTRIES: Final = (
    Registry(Tool.CLAUDE_CODE, ".claude/agents", (".md",), read_claude_code, deep=True),
    Registry(Tool.COPILOT, ".copilot/agents", (".md",), read_copilot),
    Registry(Tool.OPENCODE, ".config/opencode/agents", (".md",), read_opencode, deep=True),
    Registry(Tool.OPENCODE, ".config/opencode/agent", (".md",), read_opencode, deep=True),
    Registry(Tool.OPENCODE, ".config/opencode", ("opencode.json", "opencode.jsonc"), read_opencode_config),
    Registry(Tool.CODEX, ".codex/agents", (".toml",), read_codex),
    Registry(Tool.CURSOR, ".cursor/agents", (".md",), read_cursor),
)
"""Those below a user's home folder."""

USER_FOLDERS: Final = tuple(f"~/{registry.folder}" for registry in USER_REGISTRIES)
"""How the settings name the user's folders. No other folder outside of the root is ever read."""


def registry_of(path: str) -> tuple[Registry, str] | None:
    """The registry that a file below a root belongs to, and its path below the registry's folder.

    ``path`` is relative to the root, with slashes. None for a file that is no definition.
    """
    for registry in PROJECT_REGISTRIES:
        prefix = f"{registry.folder}/" if registry.folder else ""
        if not path.startswith(prefix):
            continue
        below = path[len(prefix) :]
        folders, _, name = below.rpartition("/")
        if registry.takes(name) and (registry.deep or not folders):
            return registry, below
    return None
