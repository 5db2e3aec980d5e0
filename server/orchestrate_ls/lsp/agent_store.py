"""The agents that definition files describe, by the root they were read below. Knows no messages, and reads no
definition itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate_ls.progress.track_record import NO_RECORD, TrackRecord
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.definition_files import BUILT_IN
from orchestrate_ls.workspace.find import workspace_root

if TYPE_CHECKING:
    from orchestrate_ls.agents.registry import AgentRegistry
    from orchestrate_ls.workspace.settings import Settings


@dataclass(frozen=True, slots=True)
class LoadedAgents:
    """What was read below a root, and the settings by which it was."""

    settings: Settings
    registry: AgentRegistry
    known: Mapping[str, KnownAgent]
    history: TrackRecord = NO_RECORD
    """What the plans below the root say of earlier work, where a rule asks for it."""


class AgentStore:
    """What was read so far. An answer stays the same object until it changes, so that it can be compared quickly."""

    def __init__(self) -> None:
        self._by_root: dict[Path, LoadedAgents] = {}
        self._roots: dict[Path, Path] = {}

    def __iter__(self) -> Iterator[tuple[Path, LoadedAgents]]:
        return iter(tuple(self._by_root.items()))

    def root_of(self, path: Path) -> Path:
        """Where the agents of a plan are looked for: its repository, as the command line does."""
        folder = path.parent
        root = self._roots.get(folder)
        if root is None:
            root = self._roots[folder] = workspace_root(folder)
        return root

    def get(self, root: Path) -> LoadedAgents | None:
        """What was read below a root; None where nothing was yet."""
        return self._by_root.get(root)

    def known(self, path: Path | None) -> Mapping[str, KnownAgent]:
        """The agents that a plan may name; those that are built in where no others were read."""
        loaded = self._by_root.get(self.root_of(path)) if path is not None else None
        return loaded.known if loaded is not None else BUILT_IN

    def history(self, path: Path | None) -> TrackRecord:
        """What earlier plans say, as far as it was read."""
        loaded = self._by_root.get(self.root_of(path)) if path is not None else None
        return loaded.history if loaded is not None else NO_RECORD

    def put(self, root: Path, loaded: LoadedAgents) -> bool:
        """Take in what was read; whether it is something else than before."""
        old = self._by_root.get(root)
        if old is not None and old.registry == loaded.registry and old.history == loaded.history:
            self._by_root[root] = LoadedAgents(loaded.settings, old.registry, old.known, old.history)
            return False
        self._by_root[root] = loaded
        return True

    def forget_roots(self) -> None:
        """Ask the disk again which root a folder belongs to."""
        self._roots.clear()
