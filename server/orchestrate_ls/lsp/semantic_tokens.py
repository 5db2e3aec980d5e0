"""Semantic tokens: full, the difference to what was sent before, and those of a range."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from orchestrate_ls.lsp.turns import give_way, in_slices
from orchestrate_ls.lsp.written_json import WrittenJson, written
from orchestrate_ls.text.positions import Position

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]

# Said here too, because the answer to `initialize` must not wait for what knows them.
TYPES: Final = ("property", "function", "class", "number", "enumMember", "namespace", "keyword")
MODIFIERS: Final = ("declaration", "deprecated", "critical")

_NUMBERS_PER_STEP: Final = 20_000


def register(server: PlanServer) -> None:
    """Register the three requests."""
    tokens = server.tokens
    legend = types.SemanticTokensLegend(list(TYPES), list(MODIFIERS))

    # Functions, as pygls marks what it registers, and methods cannot be marked.
    async def full(params: types.SemanticTokensParams) -> Json | WrittenJson:
        return await tokens.full(params.text_document.uri)

    async def delta(params: types.SemanticTokensDeltaParams) -> Json:
        return await tokens.delta(params.text_document.uri, params.previous_result_id)

    def some(params: types.SemanticTokensRangeParams) -> Json:
        return tokens.between(params.text_document.uri, params.range)

    server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)(full)
    server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, legend)(delta)
    server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)(some)


class Tokens:
    """Remembers what was sent last of each document, to send no more than what is different."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._sent: dict[str, tuple[str, list[int]]] = {}
        self._ids = count(1)

    def forget(self, uri: str) -> None:
        """A document was closed."""
        self._sent.pop(uri, None)

    async def full(self, uri: str) -> Json | WrittenJson:
        """All tokens."""
        result_id, data = await self._remember(uri)
        snapshot = self._server.session.documents.get(uri)
        if snapshot is None or len(data) <= _NUMBERS_PER_STEP:
            return {"resultId": result_id, "data": data}
        starts = range(0, len(data), _NUMBERS_PER_STEP)
        pieces = [
            written(data[start : start + _NUMBERS_PER_STEP])[1:-1]
            async for start in in_slices(self._server, snapshot, starts)
        ]
        return WrittenJson(f'{{"resultId":"{result_id}","data":[{",".join(pieces)}]}}')

    async def delta(self, uri: str, previous: str) -> Json:
        """What is different from an earlier answer; all where that is not known any more."""
        before = self._sent.get(uri)
        result_id, data = await self._remember(uri)
        if before is None or before[0] != previous:
            return {"resultId": result_id, "data": data}
        from orchestrate_ls.ide.semantic_tokens import difference

        start, deleted, added = difference(before[1], data)
        edits = [{"start": start, "deleteCount": deleted, "data": added}] if deleted or added else []
        return {"resultId": result_id, "edits": edits}

    def between(self, uri: str, lines: types.Range) -> Json:
        """The tokens of some lines."""
        checked = self._server.session.checked(uri)
        if checked is None or checked.check is None:
            return {"data": []}
        from orchestrate_ls.ide.semantic_tokens import tokens_between

        text, encoding = checked.snapshot.text, self._server.abilities.encoding
        start, end = (
            text.offset_at(Position(place.line, place.character), encoding)
            for place in (lines.start, lines.end)
        )
        return {"data": tokens_between(checked.check, start, end, encoding)}

    async def _remember(self, uri: str) -> tuple[str, list[int]]:
        checked = self._server.session.checked(uri)
        if checked is None or checked.check is None:
            self._sent.pop(uri, None)
            return str(next(self._ids)), []
        from orchestrate_ls.ide.semantic_tokens import preparing, tokens_of

        for _ in preparing(checked.check, self._server.abilities.encoding):
            await give_way(self._server, checked.snapshot)
        data = tokens_of(checked.check, self._server.abilities.encoding)
        sent = self._sent[uri] = (str(next(self._ids)), data)
        return sent
