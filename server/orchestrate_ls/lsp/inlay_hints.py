"""Inlay hints: thin over `ide`, with the settings of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.lsp.turns import in_slices
from orchestrate_ls.lsp.written_json import WrittenJson, written
from orchestrate_ls.text.positions import Position

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register inlay hints."""

    async def inlay_hint(params: types.InlayHintParams) -> list[Json] | WrittenJson:
        checked = server.session.checked(params.text_document.uri)
        if checked is None or checked.check is None:
            return []
        from orchestrate_ls.ide.inlay_hints import hints_in

        text, encoding = checked.snapshot.text, server.abilities.encoding
        start, end = (
            text.offset_at(Position(place.line, place.character), encoding)
            for place in (params.range.start, params.range.end)
        )
        hints: list[str] = []
        wanted = hints_in(checked.check, start, end, checked.settings.inlay_hints)
        async for hint in in_slices(server, checked.snapshot, wanted):
            place = text.position_at(hint.offset, encoding)
            hint_at = {"line": place.line, "character": place.character}
            hints.append(
                written(
                    {"position": hint_at, "label": hint.label, "tooltip": hint.tooltip, "paddingLeft": True}
                )
            )
        return WrittenJson(f"[{','.join(hints)}]")

    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(inlay_hint)
