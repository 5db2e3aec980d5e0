"""Reads agent definition files in the background, shows what is wrong with them, and has plans checked again when they
change. What the files say is known elsewhere. What earlier plans say is read with them, where a rule goes by it, and
again when a journal has grown.

A plan waits a moment for the agents of its root, so that no finding flashes up which they would silence.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from orchestrate_ls.lsp.agent_store import LoadedAgents
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.progress.track_record import TrackRecord
    from orchestrate_ls.report.past_plans import PastReader
    from orchestrate_ls.workspace.checking import CheckedDefinition
    from orchestrate_ls.workspace.settings import Settings

Json = dict[str, Any]

_logger = logging.getLogger(__name__)
_LONGEST_WAIT: Final = 1.0
"""Seconds that a plan waits for its agents."""
_GATHER: Final = 0.05
"""Seconds in which changes of several files are taken together."""
_HISTORY: Final = 2.0
"""Seconds in which events of journals are taken together: what earlier plans say changes with few of them."""
_JOURNAL: Final = ".events.jsonl"
_TYPING: Final = 0.3
"""Seconds after a keystroke in a definition file until it is read."""


class AgentFiles:
    """Decides when definition files are read, and remembers what was shown of them."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._loading: dict[Path, asyncio.Event] = {}
        """Roots that are being read for the first time."""
        self._busy: set[Path] = set()
        self._again: set[Path] = set()
        """Roots that changed while they were being read."""
        self._late: set[Path] = set()
        """Roots that plans did not wait for any longer."""
        self._timers: dict[Path, asyncio.TimerHandle] = {}
        self._shown: dict[Path, dict[str, list[Json]]] = {}
        self._definitions: dict[str, Path | None] = {}
        """Open documents, and the root below which each is a definition; None for all others."""
        self._past: dict[Path, PastReader] = {}
        self._history_timers: dict[Path, asyncio.TimerHandle] = {}

    # What plans ask

    def ready_for(self, uri: str) -> bool:
        """Whether a document can be checked. If not, it is checked when its agents are there."""
        root = self._root_of(uri)
        if root is None or root in self._late or self._server.session.agents.get(root) is not None:
            return True
        self._load_first(root)
        return self._server.session.agents.get(root) is not None

    async def ready(self, uri: str) -> None:
        """Wait until a document can be checked."""
        if self.ready_for(uri):
            return
        root = self._root_of(uri)
        event = self._loading.get(root) if root is not None else None
        if event is not None:
            await event.wait()

    # What happens

    def begin(self) -> None:
        """The settings are there: read the agents of all folders."""
        session = self._server.session
        for folder in session.settings.folders:
            if folder.path is not None:
                self._load_first(session.agents.root_of(folder.path / "_"))

    def settings_changed(self) -> None:
        """Settings or folders are others now."""
        session = self._server.session
        session.agents.forget_roots()
        for root, loaded in session.agents:
            if loaded.settings != self._settings_of(root):
                self._load_soon(root, _GATHER)
        if self._server.configuration.is_ready:
            self.begin()

    def files_changed(self, uris: Iterable[str]) -> None:
        """Files were written, made or deleted."""
        from orchestrate_ls.lsp.session import path_of

        for uri in uris:
            path = path_of(uri)
            if path is not None and path.name.endswith(_JOURNAL):
                self.journal_changed(path)
                continue
            for root, _ in self._server.session.agents:
                if path is not None and _concerns(root, path):
                    self._load_soon(root, _GATHER)

    def journal_changed(self, path: Path) -> None:
        """Something was recorded of a plan; ``path`` is its file or its journal's."""
        for root, loaded in self._server.session.agents:
            if not loaded.settings.rules.wants_history or not path.is_relative_to(root):
                continue
            if root not in self._history_timers and not self._server.stopped.is_set():
                self._history_timers[root] = self._server.loop.call_later(_HISTORY, self._read_history, root)

    def look_again(self) -> None:
        """Something was saved; clients that tell of changed files need nothing here."""
        if not self._server.abilities.registers_watchers:
            for root, _ in self._server.session.agents:
                self._load_soon(root, _GATHER)

    def document_changed(self, uri: str) -> None:
        """A document was opened or changed. Comes with every keystroke."""
        if uri not in self._definitions:
            self._definitions[uri] = self._root_of_definition(uri)
        root = self._definitions[uri]
        if root is not None:
            self._load_soon(root, _TYPING)

    def document_closed(self, uri: str) -> None:
        """A document was closed: the disk counts again."""
        root = self._definitions.pop(uri, None)
        if root is not None:
            # What was shown of it went with the document.
            self._shown.get(root, {}).pop(uri, None)
            self._load_soon(root, _GATHER)

    # Reading

    def _load_first(self, root: Path) -> None:
        session = self._server.session
        if root in self._loading or session.agents.get(root) is not None:
            return
        if not root.is_dir():
            # A document that is nowhere on the disk yet. Nothing is read for it.
            nothing = replace(self._settings_of(root), user_agent_folders=())
            self._take(root, _load(root, nothing, {}, self._past_of))
            return
        self._loading[root] = asyncio.Event()
        self._server.loop.call_later(_LONGEST_WAIT, self._too_late, root)
        self._server.run(self._load(root))

    def _too_late(self, root: Path) -> None:
        if root in self._loading:
            self._late.add(root)
            self._release(root)

    def _load_soon(self, root: Path, seconds: float) -> None:
        if root in self._busy:
            self._again.add(root)
            return
        timer = self._timers.pop(root, None)
        if timer is not None:
            timer.cancel()
        self._timers[root] = self._server.loop.call_later(seconds, self._load_now, root)

    def _load_now(self, root: Path) -> None:
        self._timers.pop(root, None)
        if root in self._busy:
            self._again.add(root)
        elif not self._server.stopped.is_set():
            self._server.run(self._load(root))

    async def _load(self, root: Path) -> None:
        from orchestrate_ls.lsp.background import in_background

        self._busy.add(root)
        try:
            settings, texts = self._settings_of(root), self._open_texts(root)
            self._take(root, await in_background(lambda: _load(root, settings, texts, self._past_of)))
        finally:
            self._busy.discard(root)
            self._late.add(root)
            self._release(root)
        if root in self._again:
            self._again.discard(root)
            self._load_soon(root, _GATHER)

    def _read_history(self, root: Path) -> None:
        self._history_timers.pop(root, None)
        if root in self._busy:
            self._again.add(root)
        elif not self._server.stopped.is_set():
            self._server.run(self._take_history(root))

    async def _take_history(self, root: Path) -> None:
        """Read what earlier plans say again, and have the open plans checked by it where it is something else."""
        from orchestrate_ls.lsp.background import in_background

        session = self._server.session
        self._busy.add(root)
        try:
            settings = self._settings_of(root)
            record = await in_background(lambda: _history_of(self._past_of(root), settings))
            loaded = session.agents.get(root)
            # With agents of another identity, by which documents know that they have to be checked again.
            fresh = replace(loaded, known=dict(loaded.known), history=record) if loaded is not None else None
            if fresh is not None and session.agents.put(root, fresh):
                session.agents_changed()
                self._server.diagnostics.all_changed()
        finally:
            self._busy.discard(root)
        if root in self._again:
            self._again.discard(root)
            self._load_soon(root, _GATHER)

    def _past_of(self, root: Path) -> PastReader:
        """What is known of the earlier plans below a root; used by one thread at a time, as each root is."""
        if root not in self._past:
            from orchestrate_ls.report.past_plans import PastReader

            self._past[root] = PastReader(root)
        return self._past[root]

    def _release(self, root: Path) -> None:
        """Let the plans go on that wait for a root."""
        event = self._loading.pop(root, None)
        if event is not None:
            event.set()
            self._server.diagnostics.resume()

    def _take(self, root: Path, found: tuple[LoadedAgents, list[CheckedDefinition]]) -> None:
        session = self._server.session
        loaded, wrong = found
        for sentence in loaded.registry.left_out:
            _logger.warning(sentence)
        seen = root in self._late or session.agents.get(root) is not None
        if session.agents.put(root, loaded):
            if seen:
                session.agents_changed()
                self._server.diagnostics.all_changed()
            # The plans that are not open come after those that are.
            self._server.index.agents_changed(root)
        self._show(root, wrong)

    def _show(self, root: Path, wrong: list[CheckedDefinition]) -> None:
        """Show what is wrong with definition files; nobody asks for the diagnostics of those."""
        if not wrong and not self._shown.get(root):
            return
        from orchestrate_ls.lsp.wire_diagnostics import to_definition_diagnostics

        encoding = self._server.abilities.encoding
        shown = self._shown.setdefault(root, {})
        found = {each.path.as_uri(): to_definition_diagnostics(each, encoding) for each in wrong}
        for uri in sorted(shown.keys() - found.keys()):
            self._server.diagnostics.publish_of_file(uri, [])
        for uri, diagnostics in found.items():
            if shown.get(uri) != diagnostics:
                self._server.diagnostics.publish_of_file(uri, diagnostics)
        self._shown[root] = found

    def _settings_of(self, root: Path) -> Settings:
        return self._server.session.settings.of(root / "_")

    def _root_of(self, uri: str) -> Path | None:
        session = self._server.session
        path = session.path_of(uri)
        return session.agents.root_of(path) if path is not None else None

    def _root_of_definition(self, uri: str) -> Path | None:
        path = self._server.session.path_of(uri)
        if path is None:
            return None
        return next((root for root, _ in self._server.session.agents if _is_definition(root, path)), None)

    def _open_texts(self, root: Path) -> dict[Path, str]:
        """The texts of the definitions that are open in the editor."""
        texts: dict[Path, str] = {}
        for snapshot in self._server.session.documents:
            path = self._server.session.path_of(snapshot.uri)
            if path is not None and _is_definition(root, path):
                self._definitions[snapshot.uri] = root
                texts[path] = snapshot.text.text
        return texts


def _load(
    root: Path, settings: Settings, texts: dict[Path, str], past_of: Callable[[Path], PastReader]
) -> tuple[LoadedAgents, list[CheckedDefinition]]:
    """Read everything below a root. Runs on a thread of its own."""
    from orchestrate_ls.lsp.agent_store import LoadedAgents
    from orchestrate_ls.progress.track_record import NO_RECORD
    from orchestrate_ls.rules.definition_files import known_agents
    from orchestrate_ls.workspace.agent_files import load_agents
    from orchestrate_ls.workspace.checking import checked_definitions

    registry = load_agents(root, settings.user_agent_folders, texts.get)
    wrong = checked_definitions(registry, settings.rules)
    record = _history_of(past_of(root), settings) if settings.rules.wants_history else NO_RECORD
    return LoadedAgents(settings, registry, known_agents(registry), record), wrong


def _history_of(past: PastReader, settings: Settings) -> TrackRecord:
    """What earlier plans say by now. Runs on a thread of its own."""
    from datetime import UTC, datetime

    found = past.read(datetime.now(UTC), settings)
    for sentence in found.problems:
        _logger.warning(sentence)
    return found.record


def _is_definition(root: Path, path: Path) -> bool:
    from orchestrate_ls.agents.registries import registry_of

    try:
        return registry_of(path.relative_to(root).as_posix()) is not None
    except ValueError:
        return False


def _concerns(root: Path, path: Path) -> bool:
    """Whether a path is a definition below a root, or a folder that may have held some."""
    from orchestrate_ls.agents.registries import PROJECT_REGISTRIES

    if _is_definition(root, path):
        return True
    try:
        below = path.relative_to(root).as_posix()
    except ValueError:
        return False
    return any(
        f"{registry.folder}/".startswith(f"{below}/") or below.startswith(f"{registry.folder}/")
        for registry in PROJECT_REGISTRIES
        if registry.folder
    )
