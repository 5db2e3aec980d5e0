"""The open documents: their text at each version, changed as the client says. Knows no diagnostics and no disk.

This is the only copy of a text. Lines end where the protocol says (and YAML agrees), positions count in the agreed
encoding, and an edit costs what it touches. Whether a text is a plan is asked again whenever its beginning may have
changed, as a comment there can make it one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.text.blocks import BLOCK_CUTTER, BlockText
from orchestrate_ls.text.chunks import ChunkedText
from orchestrate_ls.text.positions import Encoding, Range
from orchestrate_ls.text.steps import Steps, in_one_go

_logger = logging.getLogger(__name__)

_HEAD: Final = 4096
"""Characters at the start of a text that may say it is a plan."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a document is taken for, and how many characters a plan may have to be read."""

    is_plan: bool
    most_characters: int

    def reads(self, size: int) -> bool:
        """Whether a text of so many characters is read as a plan."""
        return self.is_plan and size <= self.most_characters


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a document. ``plan`` is None for a text that is no plan, or one too large to be read."""

    uri: str
    language: str
    version: int
    text: ChunkedText[Any]
    plan: PlanFile | None
    kind: Kind

    @property
    def is_too_large(self) -> bool:
        """Whether it would be a plan if it were smaller."""
        return self.kind.is_plan and self.plan is None


@dataclass(frozen=True, slots=True)
class Change:
    """Replace a range, or the whole text where there is none."""

    range: Range | None
    text: str


Classify = Callable[[str, str, str], Kind]
"""From the URI, the language id and the text's first lines."""


class DocumentStore:
    """All open documents by their URI, which is compared as it is written."""

    def __init__(self, encoding: Encoding, classify: Classify) -> None:
        self.encoding: Final = encoding
        self._classify = classify
        self._documents: dict[str, Snapshot] = {}

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(tuple(self._documents.values()))

    def get(self, uri: str) -> Snapshot | None:
        """The present version of a document; None where it is not open."""
        return self._documents.get(uri)

    def open(self, uri: str, language: str, version: int, text: str) -> Snapshot:
        """Take a document in. One that is open already is replaced."""
        return in_one_go(self.open_steps(uri, language, version, text))

    def open_steps(self, uri: str, language: str, version: int, text: str) -> Steps[Snapshot]:
        """The same in steps of some milliseconds, of which the last one takes the document in."""
        if uri in self._documents:
            _logger.warning("%s was opened again without having been closed", uri)
        snapshot = yield from self._read(uri, language, version, text)
        # Settings may have changed since the first step.
        return self._put(self._of_present_kind(snapshot))

    def change(self, uri: str, version: int, changes: Sequence[Change]) -> Snapshot | None:
        """Apply changes in order, each to the text that the one before it left. None where it is not open."""
        return in_one_go(self.change_steps(uri, version, changes))

    def change_steps(self, uri: str, version: int, changes: Sequence[Change]) -> Steps[Snapshot | None]:
        """The same in steps of some milliseconds, of which the last one makes the new version the present one."""
        snapshot = self._documents.get(uri)
        if snapshot is None:
            _logger.warning("a change of %s, which is not open, was ignored", uri)
            return None
        if version <= snapshot.version:
            _logger.info("%s went from version %d to %d", uri, snapshot.version, version)
        kind = snapshot.kind
        for change in changes:
            snapshot = yield from self._changed(snapshot, version, change)
        present = self._documents.get(uri)
        if present is not None and present.kind is not kind:
            # Settings have changed since the first step.
            snapshot = self._of_present_kind(snapshot)
        return self._put(snapshot if changes else replace(snapshot, version=version))

    def close(self, uri: str) -> Snapshot | None:
        """Forget a document; its last version, or None where it was not open."""
        snapshot = self._documents.pop(uri, None)
        if snapshot is None:
            _logger.warning("%s was closed without being open", uri)
        return snapshot

    def classify_again(self) -> list[Snapshot]:
        """Ask again what each document is, now that settings changed; those that are another kind."""
        changed: list[Snapshot] = []
        for snapshot in self:
            fresh = self._of_present_kind(snapshot)
            self._put(fresh)
            if (fresh.plan is None, fresh.kind.is_plan) != (snapshot.plan is None, snapshot.kind.is_plan):
                changed.append(fresh)
        return changed

    def _put(self, snapshot: Snapshot) -> Snapshot:
        self._documents[snapshot.uri] = snapshot
        return snapshot

    def _read(self, uri: str, language: str, version: int, text: str) -> Steps[Snapshot]:
        kind = self._classify(uri, language, text[:_HEAD])
        if kind.reads(len(text)):
            plan = yield from PlanFile.parse_steps(text)
            return Snapshot(uri, language, version, plan.chunks, plan, kind)
        blocks = yield from BlockText.steps_of(text, BLOCK_CUTTER)
        return Snapshot(uri, language, version, blocks, None, kind)

    def _changed(self, snapshot: Snapshot, version: int, change: Change) -> Steps[Snapshot]:
        if change.range is None:
            return (yield from self._read(snapshot.uri, snapshot.language, version, change.text))
        old = snapshot.text
        start = old.offset_at(change.range.start, self.encoding)
        end = old.offset_at(change.range.end, self.encoding)
        if end < start:
            start, end = end, start
        if snapshot.plan is not None:
            plan = yield from snapshot.plan.edit_steps(start, end, change.text)
            text = plan.chunks
        else:
            plan = None
            text, _ = yield from old.edit_steps(start, end, change.text)
        fresh = replace(snapshot, version=version, text=text, plan=plan)
        if start <= _HEAD or snapshot.is_too_large or len(text) > snapshot.kind.most_characters:
            return (yield from self._with_kind(fresh, self._kind(snapshot.uri, snapshot.language, text)))
        return fresh

    def _of_present_kind(self, snapshot: Snapshot) -> Snapshot:
        kind = self._kind(snapshot.uri, snapshot.language, snapshot.text)
        return in_one_go(self._with_kind(snapshot, kind))

    def _with_kind(self, snapshot: Snapshot, kind: Kind) -> Steps[Snapshot]:
        """A snapshot of a kind that may be another than before, and is read anew then."""
        if kind.reads(len(snapshot.text)) != (snapshot.plan is not None):
            text = snapshot.text.text
            return (yield from self._read(snapshot.uri, snapshot.language, snapshot.version, text))
        return snapshot if kind == snapshot.kind else replace(snapshot, kind=kind)

    def _kind(self, uri: str, language: str, text: ChunkedText[Any]) -> Kind:
        head = ""
        for chunk in text.chunks:
            head += chunk.text
            if len(head) >= _HEAD:
                break
        return self._classify(uri, language, head[:_HEAD])
