"""The user's own `run.toml`: what `orchestrate run` starts for agents in any folder, and where journals are kept, over
what a folder says; and which folders' commands and databases the user has agreed to.

It lies among the user's own settings. An agreement is to a file's exact content: it is kept by its digest, and a change
of one byte asks again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.workspace.agent_commands import ANY_AGENT, AgentSettings
from orchestrate_ls.workspace.own_models import own_models_path
from orchestrate_ls.workspace.settings_files import LoadedSettings, load_settings

FILE_NAME: Final = "run.toml"
_AGREED: Final = "agreed.json"
_MOST_AGREED: Final = 1_000


def own_run_path() -> Path | None:
    """Where the file is looked for; None where the system knows no such place."""
    models = own_models_path()
    return models.with_name(FILE_NAME) if models is not None else None


def load_own_run() -> LoadedSettings:
    """Read the user's file. Without one there is nothing in it."""
    path = own_run_path()
    return load_settings(path, own=True) if path is not None and path.is_file() else LoadedSettings(None)


@dataclass(frozen=True, slots=True)
class ChosenCommand:
    """What holds for an agent, and the folder of the file that says so (``own``: the user's)."""

    settings: AgentSettings
    folder: Path
    own: bool


class AgentCommands:
    """Which command belongs to an agent: the user's own before the folder's, and of each a name before `*`."""

    def __init__(self, own: LoadedSettings, folder: LoadedSettings) -> None:
        self.own: Final = own
        self.folder: Final = folder
        self._chosen: dict[str, ChosenCommand] = {}
        for loaded, is_own in ((folder, False), (own, True)):
            if loaded.path is not None:
                for each in loaded.settings.agent_commands:
                    self._chosen[each.name] = ChosenCommand(each, loaded.path.resolve().parent, is_own)

    def of(self, agent: str | None) -> ChosenCommand | None:
        """What is started for an agent, or for a task without one."""
        found = self._chosen.get(agent) if agent is not None and agent != ANY_AGENT else None
        return found if found is not None else self._chosen.get(ANY_AGENT)

    @property
    def names(self) -> tuple[str, ...]:
        """The agents that have a command, in order; `*` for all others."""
        return tuple(sorted(self._chosen))

    @property
    def digest(self) -> str:
        """Of the folder's file, its place included."""
        path = str(self.folder.path.resolve()) if self.folder.path is not None else ""
        return hashlib.sha256(f"{path}\0{self.folder.text}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class NamedDatabase:
    """The database that settings keep journals in.

    Attributes
    ----------
    address
        As it is written; it may hold a password.
    path
        The file that says so.
    digest
        What the user agrees to, who is asked about a folder's file: that file's path and the address. Empty for the
        user's own file, which needs no agreement.
    """

    address: str
    path: Path
    digest: str = ""

    @property
    def is_agreed(self) -> bool:
        """Whether what happens may be sent there."""
        return not self.digest or has_agreed(self.digest)


def named_database(own: LoadedSettings, folder: LoadedSettings) -> NamedDatabase | None:
    """What `[run] database` says: the user's own file before the folder's; None where neither does."""
    if own.path is not None and own.settings.run.database:
        return NamedDatabase(own.settings.run.database, own.path)
    address = folder.settings.run.database
    if folder.path is None or not address:
        return None
    text = f"database\0{folder.path.resolve()}\0{address}"
    return NamedDatabase(
        address, folder.path, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    )


def has_agreed(digest: str) -> bool:
    """Whether the user has agreed to a file of this content."""
    return digest in _agreed()


def agree(digest: str) -> None:
    """Remember it. Raises ``OSError``."""
    path = _agreed_path()
    if path is None:
        return
    known = [each for each in _agreed() if each != digest][-_MOST_AGREED + 1 :]
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".agreed")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump([*known, digest], file)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _agreed_path() -> Path | None:
    path = own_run_path()
    return path.with_name(_AGREED) if path is not None else None


def _agreed() -> list[str]:
    path = _agreed_path()
    try:
        data: Any = json.loads(path.read_bytes()) if path is not None else []
    except (OSError, ValueError, RecursionError):
        return []
    return (
        [each for each in cast("list[object]", data) if isinstance(each, str)]
        if isinstance(data, list)
        else []
    )
