"""Document symbols: outlines as the protocol's trees or lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lsprotocol import types

from orchestrate_ls.lsp.turns import give_way, in_slices
from orchestrate_ls.lsp.wire_places import plan_at, to_location
from orchestrate_ls.lsp.written_json import WrittenJson, written

if TYPE_CHECKING:
    from orchestrate_ls.ide.symbols import Symbol
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.text.chunks import ChunkedText
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


_MANY: Final = 1000


def register(server: PlanServer) -> None:
    """Register symbols."""

    async def document_symbol(params: types.DocumentSymbolParams) -> list[Json] | WrittenJson:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return []
        from orchestrate_ls.ide.symbols import document_symbols, preparing

        snapshot, file = opened
        for _ in preparing(file):
            await give_way(server, snapshot)
        symbols = document_symbols(file)
        if server.abilities.symbol_trees:
            writer = _Writer(snapshot.text, server.abilities.encoding)
            tasks = next((each.children for each in symbols if each.name == "tasks"), ())
            if len(tasks) > _MANY:
                await give_way(server, snapshot)
                return WrittenJson(
                    f"[{','.join([await writer.tree_in_slices(each, server, snapshot) for each in symbols])}]"
                )
            return WrittenJson(f"[{','.join([writer.tree(each) for each in symbols])}]")
        return list(_flat(server, snapshot, symbols, None))

    server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(document_symbol)


class _LocalWire(NamedTuple):
    """What is kept with the symbol of a task: its JSON with holes for the four lines, and where these are."""

    encoding: Encoding
    form: str
    lines: tuple[int, int, int, int]
    """Of start, end, and start and end of the selection; counted from the chunk's first."""
    columns: tuple[int, int, int, int]


class _Writer:
    """Writes symbols as JSON text. Of ten thousand tasks most are as they were, and only have other lines."""

    def __init__(self, text: ChunkedText[Any], encoding: Encoding) -> None:
        self._text = text
        self._encoding = encoding
        self._lines = text.lines

    def tree(self, symbol: Symbol) -> str:
        """A symbol with those below it."""
        known = self._local(symbol)
        if known is not None and symbol.chunk is not None:
            base = self._lines[symbol.chunk]
            first, last, selected, selected_last = known.lines
            return known.form % (base + first, base + last, base + selected, base + selected_last)
        return self._around(symbol, ",".join([self.tree(each) for each in symbol.children]))

    async def tree_in_slices(self, symbol: Symbol, server: PlanServer, snapshot: Snapshot) -> str:
        """The same, with the loop's turns between those right below it."""
        children = [self.tree(each) async for each in in_slices(server, snapshot, symbol.children)]
        return self._around(symbol, ",".join(children)) if children else self.tree(symbol)

    def _around(self, symbol: Symbol, children: str) -> str:
        places = self._places_of_group(symbol) or self._places(symbol)
        return _form(symbol, [column for _, column in places], children) % tuple([line for line, _ in places])

    def _places(self, symbol: Symbol) -> list[tuple[int, int]]:
        offsets = (symbol.start, symbol.end, symbol.selection_start, symbol.selection_end)
        places = [self._text.position_at(offset, self._encoding) for offset in offsets]
        return [(place.line, place.character) for place in places]

    def _local(self, symbol: Symbol) -> _LocalWire | None:
        local, chunk = symbol.local, symbol.chunk
        if local is None or chunk is None:
            return None
        known = local.wire
        if isinstance(known, _LocalWire) and known.encoding is self._encoding:
            return known
        bare, base = local.symbol, self._lines[chunk]
        first, last, selected, selected_last = (
            self._text.position_in_chunk(chunk, offset, self._encoding)
            for offset in (bare.start, bare.end, bare.selection_start, bare.selection_end)
        )
        columns = (first.character, last.character, selected.character, selected_last.character)
        lines = (first.line - base, last.line - base, selected.line - base, selected_last.line - base)
        local.wire = known = _LocalWire(self._encoding, _form(bare, columns, ""), lines, columns)
        return known

    def _places_of_group(self, group: Symbol) -> list[tuple[int, int]] | None:
        """The four places of a group, which are those of its tasks; None where these do not tell."""
        if not group.children:
            return None
        first, last = group.children[0], group.children[-1]
        begin, end = self._local(first), self._local(last)
        if begin is None or end is None or first.chunk is None or last.chunk is None:
            return None
        if (first.start, first.selection_start, first.selection_end, last.end) != (
            group.start, group.selection_start, group.selection_end, group.end,
        ):  # fmt: skip
            return None
        base = self._lines[first.chunk]
        return [
            (base + begin.lines[0], begin.columns[0]),
            (self._lines[last.chunk] + end.lines[1], end.columns[1]),
            (base + begin.lines[2], begin.columns[2]),
            (base + begin.lines[3], begin.columns[3]),
        ]


def _form(symbol: Symbol, columns: Sequence[int], children: str) -> str:
    """The JSON of a symbol with a hole for each line."""
    start, end, selected, selected_end = columns
    detail = f',"detail":{written(symbol.detail)}' if symbol.detail else ""
    head = f'"name":{written(symbol.name)},"kind":{KINDS[symbol.kind.value]}{detail}'.replace("%", "%%")
    below = f',"children":[{children}]'.replace("%", "%%") if children else ""
    return (
        f'{{{head},"range":{{"start":{{"line":%d,"character":{start}}},"end":{{"line":%d,"character":{end}}}}}'
        f',"selectionRange":{{"start":{{"line":%d,"character":{selected}}}'
        f',"end":{{"line":%d,"character":{selected_end}}}}}{below}}}'
    )


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
