"""Formatting of documents and ranges, and of the line that Enter has begun: thin over `ide`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.lsp.turns import give_way
from orchestrate_ls.lsp.wire_places import offset_of, plan_at
from orchestrate_ls.lsp.wire_ranges import to_range
from orchestrate_ls.text.positions import Position

if TYPE_CHECKING:
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.text.edits import TextEdit

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register formatting."""

    async def formatting(params: types.DocumentFormattingParams) -> list[Json] | None:
        return await _format(server, params.text_document.uri, params.options)

    async def range_formatting(params: types.DocumentRangeFormattingParams) -> list[Json] | None:
        return await _format(server, params.text_document.uri, params.options, [params.range])

    async def ranges_formatting(params: types.DocumentRangesFormattingParams) -> list[Json] | None:
        return await _format(server, params.text_document.uri, params.options, params.ranges)

    def on_type_formatting(params: types.DocumentOnTypeFormattingParams) -> list[Json] | None:
        opened = plan_at(server, params.text_document.uri)
        if opened is None or params.ch != "\n":
            return None
        from orchestrate_ls.ide.format_on_type import after_enter
        from orchestrate_ls.workspace.checking import shipped_schema

        snapshot, file = opened
        offset = offset_of(server, snapshot, params.position)
        return _wire(
            server,
            snapshot,
            after_enter(file, offset, _style(server, snapshot, params.options), shipped_schema()),
        )

    server.feature(types.TEXT_DOCUMENT_FORMATTING)(formatting)
    server.feature(
        types.TEXT_DOCUMENT_RANGE_FORMATTING, types.DocumentRangeFormattingOptions(ranges_support=True)
    )(range_formatting)
    server.feature(types.TEXT_DOCUMENT_RANGES_FORMATTING)(ranges_formatting)
    server.feature(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, types.DocumentOnTypeFormattingOptions("\n"))(
        on_type_formatting
    )


async def _format(
    server: PlanServer,
    uri: str,
    options: types.FormattingOptions,
    ranges: Sequence[types.Range] | None = None,
) -> list[Json] | None:
    opened = plan_at(server, uri)
    if opened is None:
        return None
    from orchestrate_ls.ide.formatting import Formatting
    from orchestrate_ls.workspace.checking import shipped_schema

    snapshot, file = opened
    settings = server.session.settings_of(uri).format
    work = Formatting(
        file,
        _style(server, snapshot, options),
        shipped_schema() if settings.orders_keys else None,
        None if ranges is None else [_offsets(server, snapshot, each) for each in ranges],
    )
    for _ in work.steps():
        await give_way(server, snapshot)
    return _wire(server, snapshot, work.edits)


def _style(server: PlanServer, snapshot: Snapshot, options: types.FormattingOptions) -> Any:
    from orchestrate_ls.ide.formatting import style_of

    return style_of(server.session.settings_of(snapshot.uri).format, options.tab_size)


def _offsets(server: PlanServer, snapshot: Snapshot, asked: types.Range) -> tuple[int, int]:
    start, end = (
        snapshot.text.offset_at(Position(place.line, place.character), server.abilities.encoding)
        for place in (asked.start, asked.end)
    )
    return min(start, end), max(start, end)


def _wire(server: PlanServer, snapshot: Snapshot, edits: Iterable[TextEdit]) -> list[Json]:
    return [
        {
            "range": to_range(snapshot.text, edit.start, edit.end, server.abilities.encoding),
            "newText": edit.new_text,
        }
        for edit in edits
    ]
