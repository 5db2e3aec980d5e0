"""Settings from the client, folders that come and go, and files that change on the disk. What the settings mean is
known elsewhere (``settings``).

Nothing is checked before the editor's settings are there, so that no finding flashes up which they would silence; but
a client that does not answer is not waited for long.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from orchestrate_ls.lsp.abilities import texts
from orchestrate_ls.lsp.plan_progress import JOURNALS

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.settings import Folder
    from orchestrate_ls.workspace.settings_reading import SettingsProblem

_logger = logging.getLogger(__name__)

SECTION: Final = "orchestrate"
_LOG_LEVEL: Final = "logLevel"
_SETTINGS_NAME: Final = "orchestrate.toml"
_WATCHED: Final = ("**/orchestrate.toml", "**/*.yaml", "**/*.yml")
"""A YAML file of any name may say in its first lines that it is a plan."""
_MOST_TOLD: Final = 3
_LONGEST_WAIT: Final = 1.0
"""Seconds that the first check waits for the editor's settings."""
_ANSWER_SECONDS: Final = 30.0


class Configuration:
    """Asks the client for its settings and hands them to the session."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._asked = 0
        self._ready = asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether documents can be checked: the settings are there, or were waited for in vain."""
        return self._ready.is_set()

    async def ready(self) -> None:
        """Wait until documents can be checked."""
        await self._ready.wait()

    def begin(self) -> None:
        """`initialize` has been answered."""
        given = _section(self._server.given.get("initializationOptions"))
        if given:
            self._take(given, {})
        if self._server.abilities.configuration:
            self._server.loop.call_later(_LONGEST_WAIT, self._now_ready)
        else:
            self._now_ready()

    async def initialized(self) -> None:
        """The client is ready to be asked things."""
        await asyncio.gather(self._register(), self.fetch())

    async def fetch(self) -> None:
        """Ask for the editor's settings, for everything and for each folder."""
        if not self._server.abilities.configuration:
            return
        self._asked += 1
        asked = self._asked
        folders = self._server.session.settings.folders
        items = [types.ConfigurationItem(section=SECTION)]
        items += [types.ConfigurationItem(scope_uri=folder.uri, section=SECTION) for folder in folders]
        try:
            answer = await self._server.ask(
                types.WORKSPACE_CONFIGURATION, types.ConfigurationParams(items), _ANSWER_SECONDS
            )
        except (TimeoutError, JsonRpcException) as error:
            _logger.warning("the editor did not say what is set: %s", error)
            self._now_ready()
            return
        if asked != self._asked:
            # Asked again meanwhile; that answer is the newer one.
            return
        values = cast("list[object]", answer) if isinstance(answer, (list, tuple)) else []
        given = [_mapping(value) for value in values]
        by_folder = {folder.uri: value for folder, value in zip(folders, given[1:], strict=False) if value}
        self._take(given[0] if given else {}, by_folder)
        self._now_ready()

    def pushed(self, settings: object) -> None:
        """Settings that a client sent of its own accord, under our name or bare."""
        self._take(_section(settings), {})

    def look_again(self) -> None:
        """Read settings files again that were written meanwhile, for clients that do not tell."""
        if self._server.session.settings.files_changed():
            self.files_changed()

    def watched(self, uris: list[str]) -> None:
        """Files or folders were written, made or deleted."""
        if any(unquote(uri).rpartition("/")[2] == _SETTINGS_NAME for uri in uris):
            self.files_changed()
        self._server.agents.files_changed(uris)
        self._server.index.files_changed(uris)
        self._server.followed.files_changed(uris)

    def files_changed(self) -> None:
        """A settings file was written, made or deleted."""
        self._server.diagnostics.forget_settings_problems()
        self._server.session.settings.forget_files()
        self._apply()

    def folders_changed(
        self, added: list[types.WorkspaceFolder], removed: list[types.WorkspaceFolder]
    ) -> None:
        """Folders were opened or closed in the editor."""
        gone = {folder.uri for folder in removed}
        settings = self._server.session.settings
        kept = [folder for folder in settings.folders if folder.uri not in gone]
        there = {folder.uri for folder in kept}
        fresh = [_folder(each.uri, each.name) for each in added if each.uri not in there]
        self._server.diagnostics.forget_settings_problems()
        settings.set_folders((*kept, *fresh))
        self._apply()
        self._server.run(self.fetch())

    def _take(self, everywhere: Mapping[str, object], by_folder: Mapping[str, Mapping[str, object]]) -> None:
        self._server.log.choose_level(everywhere.get(_LOG_LEVEL))
        settings = self._server.session.settings
        if not settings.set_editor(everywhere, by_folder):
            return
        self._apply()
        if settings.editor_problems:
            self._server.show_message(_told(settings.editor_problems))

    def _apply(self) -> None:
        session = self._server.session
        session.settings_changed()
        self._server.agents.settings_changed()
        self._server.diagnostics.all_changed()
        self._server.index.settings_changed()
        if self._server.abilities.refreshes_hints:
            self._server.run(self._server.ask(types.WORKSPACE_INLAY_HINT_REFRESH, None, _ANSWER_SECONDS))
        if self._server.abilities.refreshes_lenses:
            self._server.run(self._server.ask(types.WORKSPACE_CODE_LENS_REFRESH, None, _ANSWER_SECONDS))

    def _now_ready(self) -> None:
        if not self._ready.is_set():
            self._ready.set()
            self._server.agents.begin()
            self._server.diagnostics.resume()
            self._server.index.begin()

    async def _register(self) -> None:
        """Ask to be told of changes, where the client takes such wishes."""
        registrations: list[types.Registration] = []
        if self._server.abilities.registers_watchers:
            from orchestrate_ls.agents.registries import PROJECT_REGISTRIES

            globs = (
                *_WATCHED,
                JOURNALS,
                *(glob for registry in PROJECT_REGISTRIES for glob in registry.globs),
            )
            watchers = [types.FileSystemWatcher(glob_pattern=glob) for glob in dict.fromkeys(globs)]
            registrations.append(
                types.Registration(
                    "watched-files",
                    types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    types.DidChangeWatchedFilesRegistrationOptions(watchers),
                )
            )
        if self._server.abilities.registers_configuration:
            registrations.append(
                types.Registration(
                    "configuration", types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION}
                )
            )
        if not registrations:
            return
        try:
            await self._server.ask(
                types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams(registrations), _ANSWER_SECONDS
            )
        except (TimeoutError, JsonRpcException) as error:
            _logger.warning("the editor will not tell of changed files or settings: %s", error)


def register(server: PlanServer) -> None:
    """Register what has to do with settings, folders and files on the disk."""
    configuration = server.configuration

    async def initialized(_params: types.InitializedParams) -> None:
        await configuration.initialized()

    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        if server.abilities.configuration:
            await configuration.fetch()
        else:
            configuration.pushed(params.settings)

    def did_change_workspace_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        configuration.folders_changed(list(params.event.added), list(params.event.removed))

    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        configuration.watched([change.uri for change in params.changes])

    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_workspace_folders)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)


def folders_of(given: Mapping[str, Any]) -> tuple[Folder, ...]:
    """The folders named in the parameters of `initialize`, in any of the protocol's three ways."""
    listed = given.get("workspaceFolders")
    if isinstance(listed, list):
        entries = [_mapping(entry) for entry in cast("list[object]", listed)]
        return tuple(
            _folder(uri, str(entry.get("name") or ""))
            for entry in entries
            if isinstance(uri := entry.get("uri"), str)
        )
    uri = given.get("rootUri")
    if isinstance(uri, str):
        return (_folder(uri, ""),)
    path = given.get("rootPath")
    if isinstance(path, str) and path:
        from pathlib import Path

        root = Path(path)
        return (_folder(root.as_uri() if root.is_absolute() else path, ""),)
    return ()


def client_commands_of(given: Mapping[str, Any]) -> frozenset[str]:
    """The editor's own commands that `initializationOptions` name, for editors that cannot say it elsewhere."""
    return texts(_section(given.get("initializationOptions")).get("clientCommands"))


def _told(problems: tuple[SettingsProblem, ...]) -> str:
    """Wrong settings in one message, as each opens a box of its own in some editors."""
    shown = [f"`{SECTION}.{each.setting}`: {each.message}" for each in problems[:_MOST_TOLD]]
    more = len(problems) - len(shown)
    return "Some settings cannot be used. " + "; ".join(shown) + (f"; and {more} more" if more else "")


def _folder(uri: str, name: str) -> Folder:
    from orchestrate_ls.lsp.session import path_of
    from orchestrate_ls.lsp.settings import Folder

    return Folder(uri, name, path_of(uri))


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _section(value: object) -> Mapping[str, object]:
    """Our part of settings that may be for all servers."""
    everything = _mapping(value)
    return _mapping(everything[SECTION]) if SECTION in everything else everything
