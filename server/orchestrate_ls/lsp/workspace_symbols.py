"""Workspace symbols: tasks and agents of all plans of all folders by a few letters, the best first.

Plans that are open are searched as they are in the editor, all others as they were last read. An answer is bounded, and
comes whole, as the best can only be told when all are known; the search lets other messages go first every few
milliseconds, so that it can be cancelled.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

from lsprotocol import types

from orchestrate_ls.lsp.outline import KINDS
from orchestrate_ls.lsp.wire_places import to_location

if TYPE_CHECKING:
    from orchestrate_ls.ide.plan_summary import SummarySymbol
    from orchestrate_ls.ide.workspace_symbols import FoundSymbol
    from orchestrate_ls.lsp.index_reading import ReadPlan
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]

_SLICE: Final = 0.004
"""Seconds of searching after which other messages are looked at."""
_WAIT: Final = 2.0
"""Seconds that a search waits for plans that are being read for the first time."""


def register(server: PlanServer) -> None:
    """Register the search."""

    async def workspace_symbol(params: types.WorkspaceSymbolParams) -> list[Json]:
        await server.index.complete(_WAIT)
        return await _Search(server, params.query).run()

    def resolve(symbol: types.WorkspaceSymbol) -> Json:
        return _resolved(server, symbol)

    server.feature(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolOptions(resolve_provider=True))(
        workspace_symbol
    )
    server.feature(types.WORKSPACE_SYMBOL_RESOLVE)(resolve)


class _Search:
    """One query. Finds are kept by how well they fit, of each kind as many as an answer may have."""

    def __init__(self, server: PlanServer, query: str) -> None:
        from orchestrate_ls.ide.symbol_match import wanted_of
        from orchestrate_ls.ide.workspace_symbols import MOST_FOUND

        self._server = server
        self._query = query
        self._wanted = wanted_of(query)
        self._most = MOST_FOUND
        self._found: dict[int, list[FoundSymbol | tuple[ReadPlan, int]]] = {}
        self._rested = perf_counter()

    async def run(self) -> list[Json]:
        await self._search_open()
        for plan in self._server.index.closed_plans():
            for rank, number in plan.summary.matching(self._wanted):
                self._keep(rank, (plan, number))
            if len(self._found.get(0, ())) >= self._most:
                # None can be better, and of equal ones the first count.
                break
            await self._rest()
        best = [each for rank in sorted(self._found) for each in self._found[rank]][: self._most]
        return self._written(best)

    async def _search_open(self) -> None:
        from orchestrate_ls.ide.workspace_symbols import workspace_symbols

        for snapshot in sorted(self._server.session.documents, key=lambda each: each.uri):
            if snapshot.plan is None:
                continue
            for found in workspace_symbols([(snapshot.uri, snapshot.plan)], self._query):
                self._keep(found.rank, found)
            await self._rest()

    def _keep(self, rank: int, found: FoundSymbol | tuple[ReadPlan, int]) -> None:
        kept = self._found.setdefault(rank, [])
        if len(kept) < self._most:
            kept.append(found)

    async def _rest(self) -> None:
        if perf_counter() - self._rested > _SLICE:
            await asyncio.sleep(0)
            self._rested = perf_counter()

    def _written(self, best: list[FoundSymbol | tuple[ReadPlan, int]]) -> list[Json]:
        # The symbols of one plan are looked up together.
        numbers: dict[Path, tuple[ReadPlan, list[int]]] = {}
        for each in best:
            if isinstance(each, tuple):
                numbers.setdefault(each[0].path, (each[0], []))[1].append(each[1])
        symbols = {
            (path, number): symbol
            for path, (plan, wanted) in numbers.items()
            for number, symbol in zip(wanted, plan.summary.symbols(wanted), strict=True)
        }
        written: list[Json] = []
        for each in best:
            if isinstance(each, tuple):
                written.append(self._of_closed(each[0], each[1], symbols[each[0].path, each[1]]))
            elif (symbol := self._of_open(each)) is not None:
                written.append(symbol)
        return written

    def _of_open(self, found: FoundSymbol) -> Json | None:
        snapshot = self._server.session.documents.get(found.file)
        if snapshot is None or found.end > len(snapshot.text):
            # Closed or cut while others were searched.
            return None
        return {
            "name": found.name,
            "kind": KINDS[found.kind.value],
            "containerName": found.container,
            "location": to_location(snapshot, found.start, found.end, self._server.abilities),
        }

    def _of_closed(self, plan: ReadPlan, number: int, symbol: SummarySymbol) -> Json:
        uri = self._server.index.uri_of(plan.path)
        written: Json = {
            "name": f"{symbol.id} {symbol.name}" if symbol.name else symbol.id,
            "kind": KINDS[symbol.kind.value],
            "containerName": symbol.container,
        }
        if self._server.abilities.resolves_symbols:
            return {**written, "location": {"uri": uri}, "data": {"id": symbol.id, "number": number}}
        return {**written, "location": {"uri": uri, "range": _range(symbol)}}


def _resolved(server: PlanServer, symbol: types.WorkspaceSymbol) -> Json:
    """A symbol with its range, as the plan is now; the start of the plan where it is not in it any more."""
    from orchestrate_ls.ide.workspace_symbols import workspace_symbols

    uri = symbol.location.uri
    written: Json = {"name": symbol.name, "kind": symbol.kind.value}
    if symbol.container_name is not None:
        written["containerName"] = symbol.container_name
    if isinstance(symbol.location, types.Location):
        start, end = symbol.location.range.start, symbol.location.range.end
        place = _wire_range(start.line, start.character, end.line, end.character)
        return {**written, "location": {"uri": uri, "range": place}}
    given: object = symbol.data
    data = cast("Json", given) if isinstance(given, dict) else {}
    symbol_id, number = data.get("id"), data.get("number")
    snapshot = server.session.documents.get(uri)
    if snapshot is not None and snapshot.plan is not None:
        for found in workspace_symbols([(uri, snapshot.plan)], str(symbol_id or "")):
            if found.name == symbol.name:
                place = to_location(snapshot, found.start, found.end, server.abilities)
                return {**written, "location": place}
    elif (path := server.session.path_of(uri)) is not None and (plan := server.index.plans.get(path)):
        numbers = list(range(len(plan.summary)))
        if isinstance(number, int) and 0 <= number < len(numbers):
            numbers = [number, *numbers]
        for each in plan.summary.symbols(numbers):
            if each.id == symbol_id and KINDS[each.kind.value] == symbol.kind.value:
                return {**written, "location": {"uri": uri, "range": _range(each)}}
    return {**written, "location": {"uri": uri, "range": _wire_range(0, 0, 0, 0)}}


def _range(symbol: SummarySymbol) -> Json:
    return _wire_range(symbol.start_line, symbol.start_column, symbol.end_line, symbol.end_column)


def _wire_range(line: int, column: int, end_line: int, end_column: int) -> Json:
    return {
        "start": {"line": line, "character": column},
        "end": {"line": end_line, "character": end_column},
    }
