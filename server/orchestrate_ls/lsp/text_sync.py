"""Opening, changing, saving and closing documents: from bare JSON to the document store. Checks nothing itself.

These come with every keystroke, so they are read by hand, which takes a twentieth of what the general way takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from orchestrate_ls.lsp.errors import InvalidParamsError
from orchestrate_ls.text.positions import Position, Range

if TYPE_CHECKING:
    from orchestrate_ls.lsp.documents import Change
    from orchestrate_ls.lsp.server import PlanServer


def register(server: PlanServer) -> None:
    """Register the notifications of documents."""

    def did_open(params: object) -> None:
        document = _member(params, "textDocument")
        uri = _text(document, "uri")
        text = _text(document, "text")
        steps = server.session.open_steps(
            uri, _text(document, "languageId"), _integer(document, "version"), text
        )

        def opened() -> None:
            server.configuration.look_again()
            server.index.opened(uri)
            server.agents.document_changed(uri)
            server.diagnostics.changed(uri)

        server.held.read(uri, len(text), steps, opened)

    def did_change(params: object) -> None:
        document = _member(params, "textDocument")
        uri = _text(document, "uri")
        snapshot = server.session.documents.get(uri)
        version = document.get("version")
        if version is None:
            # Older forms of the protocol allow a change without a version.
            version = snapshot.version + 1 if snapshot is not None else 0
        else:
            version = _integer(document, "version")
        changes = [_change(change) for change in _list(params, "contentChanges")]

        def changed() -> None:
            if server.session.documents.get(uri) is not None:
                server.agents.document_changed(uri)
                server.diagnostics.changed(uri)

        size = sum(len(each.text) for each in changes)
        server.held.read(uri, size, server.session.change_steps(uri, version, changes), changed)

    def did_save(params: object) -> None:
        uri = _text(_member(params, "textDocument"), "uri")
        server.task_renames.saved(uri)
        server.trigger_answers.saved(uri)
        server.configuration.look_again()
        server.agents.look_again()
        server.index.saved()

    def did_close(params: object) -> None:
        uri = _text(_member(params, "textDocument"), "uri")
        path = server.session.path_of(uri)
        if server.session.close(uri):
            server.diagnostics.closed(uri)
            server.index.closed(uri, path)
            server.agents.document_closed(uri)
            server.tokens.forget(uri)
            server.task_renames.closed(uri)
            server.trigger_answers.closed(uri)

    server.protocol.handle_bare(types.TEXT_DOCUMENT_DID_OPEN, did_open)
    server.protocol.handle_bare(types.TEXT_DOCUMENT_DID_CHANGE, did_change)
    server.protocol.handle_bare(types.TEXT_DOCUMENT_DID_SAVE, did_save)
    server.protocol.handle_bare(types.TEXT_DOCUMENT_DID_CLOSE, did_close)


def _change(change: object) -> Change:
    from orchestrate_ls.lsp.documents import Change

    new_text = _text(change, "text")
    place = cast("dict[str, Any]", change).get("range")
    if place is None:
        return Change(None, new_text)
    return Change(Range(_position(place, "start"), _position(place, "end")), new_text)


def _position(place: object, name: str) -> Position:
    position = _member(place, name)
    return Position(_integer(position, "line"), _integer(position, "character"))


def _get(params: object, name: str) -> object:
    if not isinstance(params, dict):
        raise InvalidParamsError(f"`{name}` was to be found in an object")
    return cast("dict[str, object]", params).get(name)


def _member(params: object, name: str) -> dict[str, object]:
    value = _get(params, name)
    if not isinstance(value, dict):
        raise InvalidParamsError(f"`{name}` has to be an object")
    return cast("dict[str, object]", value)


def _list(params: object, name: str) -> list[object]:
    value = _get(params, name)
    if not isinstance(value, list):
        raise InvalidParamsError(f"`{name}` has to be a list")
    return cast("list[object]", value)


def _text(params: object, name: str) -> str:
    value = _get(params, name)
    if not isinstance(value, str):
        raise InvalidParamsError(f"`{name}` has to be a string")
    return value


def _integer(params: object, name: str) -> int:
    value = _get(params, name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidParamsError(f"`{name}` has to be a whole number")
    return value
