"""Linked editing: thin over `ide`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.lsp.wire_places import offset_of, plan_at
from orchestrate_ls.lsp.wire_ranges import to_range

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register linked editing."""

    def linked_editing_range(params: types.LinkedEditingRangeParams) -> Json | None:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return None
        from orchestrate_ls.ide.linked_editing import linked_ranges

        snapshot, file = opened
        linked = linked_ranges(file, offset_of(server, snapshot, params.position))
        if linked is None:
            return None
        encoding = server.abilities.encoding
        ranges = [to_range(snapshot.text, start, end, encoding) for start, end in linked.ranges]
        return {"ranges": ranges, "wordPattern": linked.word_pattern}

    server.feature(types.TEXT_DOCUMENT_LINKED_EDITING_RANGE)(linked_editing_range)
