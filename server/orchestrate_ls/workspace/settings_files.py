"""Which settings hold for a file: those of the nearest `orchestrate.toml`, read once each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from orchestrate_ls.workspace.containment import OUTSIDE, leads_out
from orchestrate_ls.workspace.find import settings_file
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_bytes
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_reading import SettingsProblem, read_settings

_LIMIT: Final = 1_000_000
"""Bytes of a settings file."""


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings and where they come from; ``path`` is None for the defaults. ``text`` is what the problems
    refer to.
    """

    path: Path | None
    settings: Settings = field(default_factory=Settings)
    problems: tuple[SettingsProblem, ...] = ()
    text: str = ""


def load_settings(path: Path, *, own: bool = False) -> LoadedSettings:
    """Read a settings file, or the user's ``own`` `run.toml`. One that cannot be read gives the defaults and a
    problem.
    """
    try:
        data = read_bytes(path, _LIMIT)
    except UnreadablePlanError as error:
        # Only the message: the hint is about plan files.
        return LoadedSettings(path, problems=(SettingsProblem("", f"cannot be read: {error.message}"),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = (
            f"byte 0x{data[error.start]:02X} at offset {error.start} is not UTF-8; save the file as UTF-8"
        )
        return LoadedSettings(path, problems=(SettingsProblem("", message),))
    settings, problems = read_settings(text, own=own)
    return LoadedSettings(path, settings, problems, text)


class SettingsFiles:
    """The settings of each folder, looked up once. One file given explicitly holds for all of them."""

    def __init__(self, everywhere: Path | None = None) -> None:
        self._everywhere = load_settings(everywhere) if everywhere is not None else None
        self._by_folder: dict[Path, LoadedSettings] = {}
        self._by_file: dict[Path, LoadedSettings] = {}

    @property
    def loaded(self) -> tuple[LoadedSettings, ...]:
        """The files that were read so far."""
        return (self._everywhere,) if self._everywhere is not None else tuple(self._by_file.values())

    def of(self, path: Path) -> LoadedSettings:
        """What holds for a file or folder."""
        if self._everywhere is not None:
            return self._everywhere
        folder = path if path.is_dir() else path.parent
        known = self._by_folder.get(folder)
        if known is None:
            known = self._by_folder[folder] = self._nearest(folder)
        return known

    def _nearest(self, folder: Path) -> LoadedSettings:
        path = settings_file(folder)
        if path is None:
            return LoadedSettings(None)
        if path not in self._by_file:
            self._by_file[path] = _outside(path) if leads_out(path) else load_settings(path)
        return self._by_file[path]


def _outside(path: Path) -> LoadedSettings:
    """Not read: what a stranger's folder links to is not the folder's."""
    message = f"was not read: {OUTSIDE}; put the file itself there, or name it with `--config`"
    return LoadedSettings(path, problems=(SettingsProblem("", message),))
