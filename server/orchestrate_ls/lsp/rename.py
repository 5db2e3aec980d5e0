"""Prepare-rename and rename: from a position and a name to the protocol's edit, or to an error with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.lsp.errors import RequestFailedError
from orchestrate_ls.lsp.wire_places import offset_of, plan_at, to_workspace_edit
from orchestrate_ls.lsp.wire_ranges import to_range

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register renaming."""

    def prepare_rename(params: types.PrepareRenameParams) -> Json | None:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return None
        from orchestrate_ls.ide.rename import prepare_rename

        snapshot, file = opened
        found = prepare_rename(file, offset_of(server, snapshot, params.position))
        if found is None:
            return None
        place = to_range(snapshot.text, found.start, found.end, server.abilities.encoding)
        return {"range": place, "placeholder": found.name.text}

    def rename(params: types.RenameParams) -> Json | None:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return None
        from orchestrate_ls.ide.rename import RenameRefusedError, rename

        snapshot, file = opened
        try:
            edits = rename(file, offset_of(server, snapshot, params.position), params.new_name)
        except RenameRefusedError as error:
            raise RequestFailedError(str(error)) from None
        return to_workspace_edit(snapshot, edits, server.abilities)

    server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(prepare_rename)
    server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(rename)
