"""Hover: from a position to the protocol's text. What is said is known elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.lsp.wire_places import offset_of
from orchestrate_ls.lsp.wire_ranges import to_range

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register hover."""

    def hover(params: types.HoverParams) -> Json | None:
        checked = server.session.checked(params.text_document.uri)
        if checked is None or checked.check is None:
            return None
        from orchestrate_ls.ide.hover import hover
        from orchestrate_ls.workspace.checking import shipped_schema

        snapshot, abilities = checked.snapshot, server.abilities
        offset = offset_of(server, snapshot, params.position)
        found = hover(checked.check, shipped_schema(), offset, markdown=abilities.markdown_hover)
        if found is None:
            return None
        kind = types.MarkupKind.Markdown if abilities.markdown_hover else types.MarkupKind.PlainText
        return {
            "contents": {"kind": kind.value, "value": found.text},
            "range": to_range(snapshot.text, found.start, found.end, abilities.encoding),
        }

    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
