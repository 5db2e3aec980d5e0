"""Which settings hold for a document: its folder's `orchestrate.toml`, and the editor's own over it.

Reads settings files through the workspace package; sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrate_ls.workspace.find import SETTINGS_FILE
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_files import LoadedSettings, SettingsFiles
from orchestrate_ls.workspace.settings_reading import SettingsProblem, with_editor_settings


@dataclass(frozen=True, slots=True)
class Folder:
    """A workspace folder; ``path`` is None where it is not on a disk that can be read here."""

    uri: str
    name: str
    path: Path | None


class WorkspaceSettings:
    """The settings of all folders, read once and kept until something changes."""

    def __init__(self, folders: tuple[Folder, ...]) -> None:
        self.folders = folders
        self._editor: Mapping[str, object] = {}
        self._editor_by_folder: Mapping[str, Mapping[str, object]] = {}
        self._files = SettingsFiles()
        self._by_place: dict[Path | None, Settings] = {}
        self.editor_problems: tuple[SettingsProblem, ...] = ()
        """What could not be used of the editor's settings."""
        self._stamps: dict[Path, tuple[int, int] | None] = {}

    def of(self, path: Path | None) -> Settings:
        """What holds for a file; for a document that is no file, what holds for the first folder."""
        place = self._first_folder() if path is None else path.parent
        known = self._by_place.get(place)
        if known is None:
            known = self._by_place[place] = self._read(place)
        return known

    def root_of(self, path: Path) -> Path:
        """The folder from which the globs of a file's settings count."""
        loaded = self._files.of(path.parent)
        if loaded.path is not None:
            return loaded.path.parent
        folder = self._folder_of(path.parent)
        return folder.path if folder is not None and folder.path is not None else path.parent

    @property
    def editor(self) -> tuple[Mapping[str, object], Mapping[str, Mapping[str, object]]]:
        """What the editor has set, for everything and by folder URI."""
        return self._editor, self._editor_by_folder

    @property
    def files(self) -> tuple[LoadedSettings, ...]:
        """The settings files that were read, with what is wrong in them."""
        return self._files.loaded

    def set_folders(self, folders: tuple[Folder, ...]) -> None:
        """The folders are others now."""
        self.folders = folders
        self.forget_files()

    def set_editor(
        self, everywhere: Mapping[str, object], by_folder: Mapping[str, Mapping[str, object]]
    ) -> bool:
        """The editor's settings, for everything and by folder URI; whether they are others than before."""
        if (everywhere, by_folder) == (self._editor, self._editor_by_folder):
            return False
        self._editor, self._editor_by_folder = everywhere, by_folder
        self._by_place.clear()
        found = [
            problem
            for given in (everywhere, *by_folder.values())
            for problem in with_editor_settings(Settings(), given)[1]
        ]
        self.editor_problems = tuple(dict.fromkeys(found))
        return True

    def forget_files(self) -> None:
        """Read the settings files again when they are next asked for."""
        self._files = SettingsFiles()
        self._by_place.clear()
        self._stamps.clear()

    def files_changed(self) -> bool:
        """Whether a settings file in use, or one that would now be, was written, made or deleted."""
        return any(stamp != _stamp(path) for path, stamp in self._stamps.items())

    def _read(self, place: Path | None) -> Settings:
        settings = Settings()
        if place is not None:
            loaded = self._files.of(place)
            settings = loaded.settings
            self._remember_stamps(place, loaded.path)
        for given in (self._editor, self._of_folder(place)):
            if given:
                settings = with_editor_settings(settings, given)[0]
        return settings

    def _remember_stamps(self, place: Path, found: Path | None) -> None:
        """Of the file that was found, and of the nearer ones that were not there."""
        for folder in (place, *place.parents):
            path = folder / SETTINGS_FILE
            self._stamps.setdefault(path, _stamp(path))
            if path == found or (found is None and folder in {each.path for each in self.folders}):
                return

    def _of_folder(self, place: Path | None) -> Mapping[str, object]:
        """What the editor has set for the innermost folder that holds a place."""
        folder = self._folder_of(place) if place is not None and self._editor_by_folder else None
        return self._editor_by_folder.get(folder.uri, {}) if folder is not None else {}

    def _folder_of(self, place: Path) -> Folder | None:
        holding = [
            (len(folder.path.parts), index)
            for index, folder in enumerate(self.folders)
            if folder.path is not None and place.is_relative_to(folder.path)
        ]
        return self.folders[max(holding)[1]] if holding else None

    def _first_folder(self) -> Path | None:
        return next((folder.path for folder in self.folders if folder.path is not None), None)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
