"""Document symbols: outlines as the protocol's trees or lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from orchestrate_ls.lsp.wire_places import plan_at, to_location
from orchestrate_ls.lsp.wire_ranges import to_range

if TYPE_CHECKING:
    from orchestrate_ls.ide.symbols import Symbol
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.text.positions import Encoding

Json = dict[str, Any]

# By the values of ide.symbols.SymbolKind: kinds that the first version of the protocol has and every client knows.
KINDS: Final = {
    "plan": types.SymbolKind.Module.value,
    "field": types.SymbolKind.Property.value,
    "agent": types.SymbolKind.Class.value,
    "gate": types.SymbolKind.Interface.value,
    "group": types.SymbolKind.Namespace.value,
    "task": types.SymbolKind.Function.value,
}


def register(server: PlanServer) -> None:
    """Register symbols."""

    def document_symbol(params: types.DocumentSymbolParams) -> list[Json]:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return []
        from orchestrate_ls.ide.symbols import document_symbols

        snapshot, file = opened
        symbols = document_symbols(file)
        if server.abilities.symbol_trees:
            return [_tree(snapshot, each, server.abilities.encoding) for each in symbols]
        return list(_flat(server, snapshot, symbols, None))

    server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(document_symbol)


def _tree(snapshot: Snapshot, symbol: Symbol, encoding: Encoding) -> Json:
    wire: Json = {
        "name": symbol.name,
        "kind": KINDS[symbol.kind.value],
        "range": _range(snapshot, symbol, symbol.start, symbol.end, encoding),
        "selectionRange": _range(snapshot, symbol, symbol.selection_start, symbol.selection_end, encoding),
    }
    if symbol.detail:
        wire["detail"] = symbol.detail
    if symbol.children:
        wire["children"] = [_tree(snapshot, each, encoding) for each in symbol.children]
    return wire


def _range(snapshot: Snapshot, symbol: Symbol, start: int, end: int, encoding: Encoding) -> Json:
    if symbol.chunk is None:
        return to_range(snapshot.text, start, end, encoding)
    # The chunk is known, so it need not be searched for: an outline may have ten thousand symbols.
    text, chunk = snapshot.text, symbol.chunk
    base = text.offsets[chunk]
    first = text.position_in_chunk(chunk, start - base, encoding)
    last = text.position_in_chunk(chunk, end - base, encoding)
    return {
        "start": {"line": first.line, "character": first.character},
        "end": {"line": last.line, "character": last.character},
    }


def _flat(
    server: PlanServer, snapshot: Snapshot, symbols: list[Symbol], container: str | None
) -> Iterator[Json]:
    for symbol in symbols:
        wire: Json = {
            "name": symbol.name,
            "kind": KINDS[symbol.kind.value],
            "location": to_location(snapshot, symbol.start, symbol.end, server.abilities),
        }
        if container is not None:
            wire["containerName"] = container
        yield wire
        yield from _flat(server, snapshot, list(symbol.children), symbol.name)
