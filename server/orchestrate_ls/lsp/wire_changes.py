"""Changes of several files as the protocol's `WorkspaceEdit`, in the form that the client takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.lsp.wire_ranges import to_range
from orchestrate_ls.text.blocks import BLOCK_CUTTER, BlockText
from orchestrate_ls.text.changes import Base

if TYPE_CHECKING:
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.text.changes import ChangeNote, FileEdits, NewFile, WorkspaceChange
    from orchestrate_ls.text.chunks import ChunkedText
    from orchestrate_ls.text.edits import TextEdit

Json = dict[str, Any]


class NotTakenError(Exception):
    """The client cannot carry out such a change, or it was made for a text that has changed since. Says why."""


def to_workspace_change(server: PlanServer, snapshot: Snapshot | None, change: WorkspaceChange) -> Json:
    """A change that starts from one version of a document; from none where it has only edits of ``other_files``.

    Raises ``NotTakenError``.
    """
    return _ChangeWriter(server, snapshot, change).written()


def why_not_taken(server: PlanServer, change: WorkspaceChange) -> str | None:
    """Why the client cannot carry out a change; None where it can."""
    abilities = server.abilities
    if change.new_files and not (abilities.document_changes and abilities.creates_files):
        return "this editor cannot create files by an action"
    if change.moves and not (abilities.document_changes and abilities.renames_files):
        return "this editor cannot rename files by an action"
    return None


class _ChangeWriter:
    """One change being written; notes are numbered as they come up."""

    def __init__(self, server: PlanServer, snapshot: Snapshot | None, change: WorkspaceChange) -> None:
        self._server = server
        self._abilities = server.abilities
        self._snapshot = snapshot
        self._change = change
        notes = change.all_notes() if self._abilities.change_annotations else ()
        self._notes: Final = {note: f"note-{number}" for number, note in enumerate(notes, 1)}

    def written(self) -> Json:
        reason = why_not_taken(self._server, self._change)
        if reason is not None:
            raise NotTakenError(reason)
        if not self._abilities.document_changes:
            return {"changes": self._plain()}
        operations = [*self._texts(), *self._moves(), *self._creations()]
        written: Json = {"documentChanges": operations}
        if self._notes:
            written["changeAnnotations"] = {key: _described(note) for note, key in self._notes.items()}
        return written

    def _plain(self) -> Json:
        changes: Json = {}
        if self._change.edits and self._snapshot is not None:
            changes[self._snapshot.uri] = self._edits(self._snapshot.text, self._change.edits)
        for file in self._change.other_files:
            uri, _, text = self._present(file)
            changes[uri] = self._edits(text, file.edits)
        return changes

    def _texts(self) -> list[Json]:
        texts: list[Json] = []
        if self._change.edits and self._snapshot is not None:
            document = {"uri": self._snapshot.uri, "version": self._snapshot.version}
            edits = [
                self._noted(wire, self._change.notes.get(edit))
                for wire, edit in zip(
                    self._edits(self._snapshot.text, self._change.edits), self._change.edits, strict=True
                )
            ]
            texts.append({"textDocument": document, "edits": edits})
        for file in self._change.other_files:
            uri, version, text = self._present(file)
            edits = [self._noted(wire, file.note) for wire in self._edits(text, file.edits)]
            texts.append({"textDocument": {"uri": uri, "version": version}, "edits": edits})
        return texts

    def _moves(self) -> list[Json]:
        return [
            self._noted(
                {
                    "kind": "rename",
                    "oldUri": self._server.session.uri_of(each.path),
                    "newUri": Path(each.to).as_uri(),
                },
                each.note,
            )
            for each in self._change.moves
        ]

    def _creations(self) -> list[Json]:
        operations: list[Json] = []
        nowhere = {"line": 0, "character": 0}
        for file in self._change.new_files:
            uri = self._path_of(file).as_uri()
            operations.append(self._noted({"kind": "create", "uri": uri}, file.note))
            content = {"range": {"start": nowhere, "end": nowhere}, "newText": file.text}
            document = {"uri": uri, "version": None}
            operations.append({"textDocument": document, "edits": [self._noted(content, file.note)]})
        return operations

    def _path_of(self, file: NewFile) -> Path:
        session = self._server.session
        own = session.path_of(self._snapshot.uri) if self._snapshot is not None else None
        if own is not None:
            base = session.agents.root_of(own) if file.base is Base.ROOT else own.parent
            return base / file.path
        folders = [each.path for each in session.settings.folders if each.path is not None]
        if not folders:
            raise NotTakenError("there is no folder for the new file; save the plan first")
        return folders[0] / file.path

    def _present(self, file: FileEdits) -> tuple[str, int | None, ChunkedText[Any]]:
        """The URI and version of a file, open or not, and its text to count positions in."""
        snapshot = self._server.session.document_at(file.path)
        if snapshot is None:
            text = BlockText.of(file.text, BLOCK_CUTTER)
            return Path(file.path).as_uri(), None, text
        if snapshot.text.text != file.text:
            raise NotTakenError(f"{file.path.name} has changed meanwhile; try again")
        return snapshot.uri, snapshot.version, snapshot.text

    def _edits(self, text: ChunkedText[Any], edits: tuple[TextEdit, ...]) -> list[Json]:
        encoding = self._abilities.encoding
        return [
            {"range": to_range(text, edit.start, edit.end, encoding), "newText": edit.new_text}
            for edit in edits
        ]

    def _noted(self, wire: Json, note: ChangeNote | None) -> Json:
        key = self._notes.get(note) if note is not None else None
        return wire if key is None else {**wire, "annotationId": key}


def _described(note: ChangeNote) -> Json:
    described: Json = {"label": note.label, "needsConfirmation": note.needs_confirmation}
    if note.description:
        described["description"] = note.description
    return described
