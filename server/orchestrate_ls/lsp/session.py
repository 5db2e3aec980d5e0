"""What the server knows: the open documents, the settings, and what was found. Knows no messages.

Only the loop's thread comes here. What it hands out is immutable and belongs to one version of a document, so a
request that takes long goes on with what it was given while the next keystroke is dealt with.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from pygls.uris import to_fs_path

from orchestrate_ls.lsp.abilities import ClientAbilities
from orchestrate_ls.lsp.agent_store import AgentStore
from orchestrate_ls.lsp.documents import Change, DocumentStore, Kind, Snapshot
from orchestrate_ls.lsp.settings import Folder, WorkspaceSettings
from orchestrate_ls.progress.conditions import prepare as prepare_conditions
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file_steps
from orchestrate_ls.text.steps import Steps, in_one_go
from orchestrate_ls.workspace.checking import shipped_schema
from orchestrate_ls.workspace.find import has_plan_mark, is_plan_name
from orchestrate_ls.workspace.globs import Globs

if TYPE_CHECKING:
    from orchestrate_ls.agents.registry import AgentRegistry
    from orchestrate_ls.rules.context import KnownAgent
    from orchestrate_ls.workspace.settings import Settings

LANGUAGE: Final = "orchestrate-plan"


@dataclass(frozen=True, slots=True)
class Checked:
    """A version of a document with what was found in it; ``check`` is None where it is no plan."""

    snapshot: Snapshot
    settings: Settings
    check: FileCheck | None
    agents: Mapping[str, KnownAgent]


class Session:
    """The documents of one client."""

    def __init__(self, abilities: ClientAbilities, folders: tuple[Folder, ...]) -> None:
        self.settings: Final = WorkspaceSettings(folders)
        self.documents: Final = DocumentStore(abilities.encoding, self._classify)
        self._checked: dict[str, Checked] = {}
        self._paths: dict[str, Path | None] = {}
        self._settings: dict[str, Settings] = {}
        self.agents: Final = AgentStore()
        self._agents: dict[str, Mapping[str, KnownAgent]] = {}

    def warm_up(self) -> None:
        """Load what the first document will need."""
        shipped_schema()
        gc.collect()
        # What is loaded now stays to the end; no later collection needs to look at it again.
        gc.freeze()

    @staticmethod
    def prepare() -> None:
        """Load what the first mistake in a plan will need. Touches no document, so any thread may do it."""
        for definition in ("plan", "task"):
            shipped_schema().problems(None, definition)
        prepare_conditions()

    def open_steps(self, uri: str, language: str, version: int, text: str) -> Steps[None]:
        """A document was opened; it is there after the last step."""
        yield from self.documents.open_steps(uri, language, version, text)
        self._checked.pop(uri, None)

    def change_steps(self, uri: str, version: int, changes: Sequence[Change]) -> Steps[None]:
        """A document was changed; it is so after the last step. One that is not open stays unknown."""
        yield from self.documents.change_steps(uri, version, changes)

    def close(self, uri: str) -> bool:
        """A document was closed; False where it was not open."""
        self.forget(uri)
        return self.documents.close(uri) is not None

    def forget(self, uri: str) -> None:
        """Drop all that was kept for a document besides itself."""
        self._checked.pop(uri, None)
        self._paths.pop(uri, None)
        self._settings.pop(uri, None)
        self._agents.pop(uri, None)

    def checked(self, uri: str) -> Checked | None:
        """The present version of a document, checked; None where it is not open."""
        if self.documents.get(uri) is None:
            return None
        if not self.is_checked(uri):
            known = self._checked.get(uri)
            is_first = known is None or known.check is None
            with self.many_new_objects() if is_first else nullcontext():
                in_one_go(self.check_steps(uri))
        return self._checked[uri]

    def is_checked(self, uri: str) -> bool:
        """Whether ``checked`` has nothing left to do."""
        known = self._checked.get(uri)
        return (
            known is not None
            and known.snapshot is self.documents.get(uri)
            and known.settings is self.settings_of(uri)
            and known.agents is self._agents_of(uri)
        )

    def check_steps(self, uri: str) -> Steps[None]:
        """Do what ``checked`` would do, in steps of some milliseconds. What changes in between is seen."""
        while not self.is_checked(uri):
            snapshot = self.documents.get(uri)
            if snapshot is None:
                return
            settings, agents = self.settings_of(uri), self._agents_of(uri)
            known = self._checked.get(uri)
            check = None
            if snapshot.plan is not None:
                previous = known.check if known is not None else None
                check = yield from check_file_steps(
                    snapshot.plan,
                    self._rules_of(uri, settings),
                    shipped_schema(),
                    agents,
                    previous=previous,
                    defer=True,
                )
            if self.documents.get(uri) is snapshot and self._checked.get(uri) is known:
                self._checked[uri] = Checked(snapshot, settings, check, agents)
            else:
                yield

    @staticmethod
    @contextmanager
    def many_new_objects() -> Generator[None]:
        """Work that makes a great many objects, none of them garbage.

        Looking through them again and again while they are made takes longer than making them, and they stay, so later
        collections need not look at them either.
        """
        gc.disable()
        try:
            yield
        finally:
            gc.freeze()
            gc.enable()

    def is_current(self, checked: Checked) -> bool:
        """Whether nothing has changed since a document was checked."""
        return self._checked.get(checked.snapshot.uri) is checked and (
            self.documents.get(checked.snapshot.uri) is checked.snapshot
        )

    def completed(self, checked: Checked, check: FileCheck) -> Checked:
        """Take in the check of a current version with all that had been put off."""
        fresh = self._checked[checked.snapshot.uri] = replace(checked, check=check)
        return fresh

    def last_check(self, uri: str) -> FileCheck | None:
        """What was found in a document the last time it was checked, perhaps in an earlier version of it."""
        known = self._checked.get(uri) or self.checked(uri)
        return known.check if known is not None else None

    def settings_changed(self) -> None:
        """Settings are others now: documents may have become plans, or be none any more."""
        self._settings.clear()
        self._agents.clear()
        self.documents.classify_again()

    def agents_changed(self) -> None:
        """Other agents are known now."""
        self._agents.clear()

    def path_of(self, uri: str) -> Path | None:
        """Where a document lies on the disk; None where it does not."""
        if uri not in self._paths:
            self._paths[uri] = path_of(uri)
        return self._paths[uri]

    def registry_of(self, uri: str) -> AgentRegistry | None:
        """The agent definitions for a document, or for a file that is not open; None where none were read."""
        path = self.path_of(uri)
        loaded = self.agents.get(self.agents.root_of(path)) if path is not None else None
        return loaded.registry if loaded is not None else None

    def document_at(self, path: PurePath) -> Snapshot | None:
        """The open document of a file; None where it is not open."""
        return next((each for each in self.documents if self.path_of(each.uri) == path), None)

    def uri_of(self, path: PurePath) -> str:
        """A file's URI, as the client writes it where it is open."""
        snapshot = self.document_at(path)
        return snapshot.uri if snapshot is not None else Path(path).as_uri()

    def settings_of(self, uri: str) -> Settings:
        """What holds for a document."""
        # Asked at every keystroke, and paths are slow.
        if uri not in self._settings:
            self._settings[uri] = self.settings.of(self.path_of(uri))
        return self._settings[uri]

    def _rules_of(self, uri: str, settings: Settings) -> RuleSettings:
        """The settings of the rules, with what earlier plans say where that was read."""
        record = self.agents.history(self.path_of(uri))
        return replace(settings.rules, history=record) if record.estimates else settings.rules

    def _agents_of(self, uri: str) -> Mapping[str, KnownAgent]:
        known = self._agents.get(uri)
        if known is None:
            known = self.agents.known(self.path_of(uri))
            path = self.path_of(uri)
            if path is None or self.agents.get(self.agents.root_of(path)) is not None:
                # Else they are still being read.
                self._agents[uri] = known
        return known

    @cached_property
    def _globs(self) -> dict[tuple[str, ...], Globs]:
        return {}

    def _classify(self, uri: str, language: str, head: str) -> Kind:
        settings = self.settings_of(uri)
        return Kind(self._is_plan(uri, language, head, settings), settings.max_file_size)

    def _is_plan(self, uri: str, language: str, head: str, settings: Settings) -> bool:
        if language == LANGUAGE or is_plan_name(uri) or has_plan_mark(head):
            return True
        path = self.path_of(uri)
        if path is None or not settings.extend_include:
            return False
        globs = self._globs.setdefault(settings.extend_include, Globs(settings.extend_include))
        try:
            names = path.relative_to(self.settings.root_of(path)).parts
        except ValueError:
            return False
        return globs.matches(names)


def path_of(uri: str) -> Path | None:
    """The path of a `file:` URI; None for any other."""
    try:
        path = to_fs_path(uri)
    except ValueError:
        return None
    if not path or "\0" in path:
        return None
    return Path(path)
