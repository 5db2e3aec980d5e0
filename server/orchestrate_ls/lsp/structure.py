"""Folding and selection ranges: the structure of the text as the protocol's ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from orchestrate_ls.lsp.turns import give_way
from orchestrate_ls.lsp.wire_places import offset_of, plan_at
from orchestrate_ls.lsp.wire_ranges import to_range
from orchestrate_ls.lsp.written_json import WrittenJson

if TYPE_CHECKING:
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.plan.file import PlanFile

Json = dict[str, Any]

_COMMENT: Final = ',"kind":"comment"'


def register(server: PlanServer) -> None:
    """Register folding and selection ranges."""

    async def folding_range(params: types.FoldingRangeParams) -> list[Json] | WrittenJson:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return []
        from orchestrate_ls.ide.folding import folding_ranges, preparing

        for _ in preparing(opened[1]):
            await give_way(server, opened[0])
        # Whole lines only, which every client takes.
        folds = [
            f'{{"startLine":{start},"endLine":{end}{_COMMENT if is_comment else ""}}}'
            for start, end, _, is_comment in folding_ranges(opened[1], server.abilities.most_folds)
        ]
        return WrittenJson(f"[{','.join(folds)}]")

    def selection_range(params: types.SelectionRangeParams) -> list[Json] | None:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return None
        snapshot, file = opened
        # One answer for each position, in order: that is what clients count on.
        return [_selection(server, snapshot, file, each) for each in params.positions]

    server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)(folding_range)
    server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)(selection_range)


def _selection(server: PlanServer, snapshot: Snapshot, file: PlanFile, position: types.Position) -> Json:
    from orchestrate_ls.ide.selection import selection_ranges

    wire: Json = {}
    for start, end in reversed(selection_ranges(file, offset_of(server, snapshot, position))):
        place = to_range(snapshot.text, start, end, server.abilities.encoding)
        wire = {"range": place, "parent": wire} if wire else {"range": place}
    return wire
