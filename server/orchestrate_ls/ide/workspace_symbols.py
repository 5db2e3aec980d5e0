"""Tasks, agents and groups of many plans by a few letters of their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from orchestrate_ls.ide.symbol_match import best_rank, match_rank, wanted_of
from orchestrate_ls.ide.symbols import SymbolKind, agent_symbols, task_symbol
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.text.display import shown

MOST_FOUND: Final = 500


@dataclass(frozen=True, slots=True)
class FoundSymbol:
    """A symbol of one of the files: ``file`` is what was given for it. Offsets in code points."""

    rank: int
    """How badly it fits; see ``symbol_match``."""
    file: str
    name: str
    container: str
    kind: SymbolKind
    start: int
    end: int


def workspace_symbols(
    files: Iterable[tuple[str, PlanFile]], query: str, most: int = MOST_FOUND
) -> list[FoundSymbol]:
    """What matches a query, the best first; with an empty query everything, in order, as far as it is not too much."""
    wanted = wanted_of(query)
    candidates = (
        (*found, order)
        for order, found in enumerate(
            (rank, name, file, source, task)
            for name, file in files
            for source in file.sources
            for rank, task in _matching(source, wanted)
        )
    )
    best = nsmallest(most, candidates, key=lambda each: (each[0], each[5]))
    return [_found(rank, name, source, what) for rank, name, _, source, what, _ in best]


def _matching(source: PlanSource, wanted: str) -> Iterator[tuple[int, int | str]]:
    """Rank and task index, or the name of an agent."""
    for index, task in enumerate(source.plan.tasks):
        rank = best_rank(wanted, task.id, task.name)
        if rank is not None:
            yield rank, index
    for agent in source.plan.header.agents:
        rank = match_rank(wanted, agent.id)
        if rank is not None:
            yield rank, agent.id


def _found(rank: int, file: str, source: PlanSource, what: int | str) -> FoundSymbol:
    goal = shown(source.plan.header.goal.text or "")
    if isinstance(what, int):
        task = source.plan.tasks[what]
        symbol = task_symbol(source, what)
        name = (
            symbol.name if not task.name or task.name == symbol.name else f"{symbol.name} {shown(task.name)}"
        )
        container = shown(task.parallel_group or "") or goal
        return FoundSymbol(
            rank, file, name, container, SymbolKind.TASK, symbol.selection_start, symbol.selection_end
        )
    for symbol in agent_symbols(source):
        if symbol.name == shown(what):
            return FoundSymbol(
                rank, file, symbol.name, goal, SymbolKind.AGENT, symbol.selection_start, symbol.selection_end
            )
    return FoundSymbol(rank, file, shown(what), goal, SymbolKind.AGENT, 0, 0)
