"""What is remembered of a plan that nobody has open: its names with their places, the agents and files it names.

A folder may hold thousands of plans, so the names of one plan are kept as a few long texts rather than as many small
objects. Knows no disk; what was read of the plan's text is thrown away afterwards.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from orchestrate_ls.ide.symbol_match import best_rank
from orchestrate_ls.ide.symbols import SymbolKind, agent_symbols, task_symbol
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.text.display import shown
from orchestrate_ls.text.positions import Encoding

MOST_SYMBOLS: Final = 20_000
"""Of one plan; what comes after is not found by name."""
_LETTERS: Final = {SymbolKind.TASK: "t", SymbolKind.AGENT: "a"}
_KINDS: Final = {letter: kind for kind, letter in _LETTERS.items()}
_FIGURES: Final = 4


class SummarySymbol(NamedTuple):
    """A task or agent of a plan. Lines and columns are zero-based, columns in the encoding of the summary."""

    id: str
    name: str
    """Empty where it is the same as the id, or there is none."""
    container: str
    kind: SymbolKind
    start_line: int
    start_column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """The names of one plan file."""

    names: str = ""
    """A line for each symbol: its id, a tab, its name."""
    containers: str = ""
    """A line for each symbol: its group, or else the goal."""
    kinds: str = ""
    """A letter for each symbol."""
    places: bytes = b""
    """Four figures for each symbol, of 32 bits each."""
    agents: tuple[str, ...] = ()
    """The agents that are named anywhere, sorted."""
    files: tuple[str, ...] = ()
    """What tasks say they write, as it is written, sorted."""
    plans: tuple[str, ...] = ()
    """The files of sub-plans, as they are written, sorted."""

    def __len__(self) -> int:
        return len(self.kinds)

    def matching(self, wanted: str) -> Iterator[tuple[int, int]]:
        """The symbols that match a query (see ``symbol_match``), as rank and number."""
        if not wanted:
            yield from ((0, number) for number in range(len(self)))
            return
        text = self.names.casefold()
        number, counted = 0, 0
        for match in _in_order(wanted).finditer(text):
            number += text.count("\n", counted, match.start())
            counted = match.start()
            end = text.find("\n", match.start())
            symbol_id, _, name = text[match.start() : end if end >= 0 else len(text)].partition("\t")
            rank = best_rank(wanted, symbol_id, name)
            if rank is not None:
                yield rank, number

    def symbols(self, numbers: list[int]) -> list[SummarySymbol]:
        """Some symbols by their numbers."""
        names, containers = self.names.split("\n"), self.containers.split("\n")
        places = array("I")
        places.frombytes(self.places)
        found: list[SummarySymbol] = []
        for number in numbers:
            symbol_id, _, name = names[number].partition("\t")
            place = places[number * _FIGURES : (number + 1) * _FIGURES]
            found.append(
                SummarySymbol(symbol_id, name, containers[number], _KINDS[self.kinds[number]], *place)
            )
        return found


def summarize(file: PlanFile, encoding: Encoding) -> PlanSummary:
    """Everything that is remembered of a plan file."""
    names: list[str] = []
    containers: list[str] = []
    kinds: list[str] = []
    places = array("I")
    agents: set[str] = set()
    files: set[str] = set()
    plans: set[str] = set()
    for source in file.sources:
        plan = source.plan
        agents.update(task.agent for task in plan.tasks if task.agent)
        agents.update(each.id for each in plan.header.agents)
        agents.update(each.backup for each in plan.header.agents if each.backup)
        for task in plan.tasks:
            files.update(task.files)
            if task.plan:
                plans.add(task.plan)
        for symbol_id, name, container, kind, start, end in _symbols(source):
            if len(kinds) >= MOST_SYMBOLS:
                break
            names.append(f"{symbol_id}\t{name}")
            containers.append(container)
            kinds.append(_LETTERS[kind])
            first, last = file.chunks.position_at(start, encoding), file.chunks.position_at(end, encoding)
            places.extend((first.line, first.character, last.line, last.character))
    return PlanSummary(
        "\n".join(names),
        "\n".join(containers),
        "".join(kinds),
        places.tobytes(),
        tuple(sorted(agents)),
        tuple(sorted(files)),
        tuple(sorted(plans)),
    )


def _symbols(source: PlanSource) -> Iterator[tuple[str, str, str, SymbolKind, int, int]]:
    goal = shown(source.plan.header.goal.text or "")
    for index, task in enumerate(source.plan.tasks):
        symbol = task_symbol(source, index)
        name = shown(task.name or "")
        yield (
            symbol.name,
            name if name != symbol.name else "",
            shown(task.parallel_group or "") or goal,
            SymbolKind.TASK,
            symbol.selection_start,
            symbol.selection_end,
        )
    for symbol in agent_symbols(source):
        yield symbol.name, "", goal, SymbolKind.AGENT, symbol.selection_start, symbol.selection_end


def _in_order(wanted: str) -> re.Pattern[str]:
    """Lines that hold all letters in their order. Never goes back, so a line is read once."""
    steps = "".join(f"[^{re.escape(each)}\\n]*{re.escape(each)}" for each in wanted)
    return re.compile(f"^{steps}", re.MULTILINE)
