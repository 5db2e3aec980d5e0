"""Figures as tables for people and as JSON for programs. Measures nothing."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.benchmarks.figures import Figure, Figures


def keystroke_table(figures: Figures, servers: Sequence[str]) -> Table:
    """Medians and 95th percentiles, size by size; of two servers also the ratio of the medians."""
    return _table("From a key to its diagnostics", figures, servers, (95,))


def request_table(figures: Figures, servers: Sequence[str]) -> Table:
    """Medians and 95th percentiles of requests, size by size; of two servers also the ratio."""
    return _table("From a request to its answer, from an edit where it says so", figures, servers, (95,))


def trace_table(figures: Figures, servers: Sequence[str]) -> Table:
    """50th, 95th and 99th percentiles of a typing trace, size by size; of two servers also the ratio."""
    return _table("Typing a task, with the requests an editor makes", figures, servers, (95, 99))


def write_json(
    file: Path, measured: Mapping[str, Figures], servers: Sequence[str], notes: Sequence[str]
) -> None:
    """Write everything measured, every single value included. The file is written whole or not at all."""
    content = {
        "machine": {
            "system": f"{platform.system()} {platform.release()}",
            "processor": platform.machine(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
        },
        "notes": list(notes),
        "servers": list(servers),
        **{name: [_as_json(figure) for figure in figures] for name, figures in measured.items()},
        "ratios": [
            {"of": name, "tasks": tasks, "quantity": quantity, "ratio": ratio}
            for name, figures in measured.items()
            for tasks, quantity in figures.rows()
            if (ratio := _ratio(figures, servers, tasks, quantity)) is not None
        ],
    }
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(file)


def show(console: Console, table: Table, notes: Sequence[str]) -> None:
    """Print a table and, below it, what has to be known to read it."""
    console.print()
    console.print(table)
    show_notes(console, notes)


def show_notes(console: Console, notes: Sequence[str]) -> None:
    """Print what has to be known to read the tables."""
    for note in notes:
        console.print(f"[dim]·[/dim] {escape(note)}", highlight=False)


def _table(title: str, figures: Figures, servers: Sequence[str], percentiles: Sequence[int]) -> Table:
    caption = f"median and {' and '.join(f'{percent}th' for percent in percentiles)} percentile of n values"
    if len(servers) == 2:
        caption += f"; ratio: {servers[1]}'s median over {servers[0]}'s"
    table = Table(
        title=title, caption=caption, box=box.SIMPLE_HEAD, title_justify="left", caption_justify="left"
    )
    table.add_column("tasks", justify="right")
    table.add_column("quantity", no_wrap=True)
    for server in servers:
        table.add_column(server, justify="right", overflow="fold")
        for heading in [*(f"{percent}th" for percent in percentiles), "n"]:
            table.add_column(heading, justify="right", style="dim", no_wrap=True)
    if len(servers) == 2:
        table.add_column("ratio", justify="right", style="bold")
    _fill(table, figures, servers, percentiles)
    return table


def _fill(table: Table, figures: Figures, servers: Sequence[str], percentiles: Sequence[int]) -> None:
    last_tasks = None
    for tasks, quantity in figures.rows():
        first_of_size = tasks != last_tasks
        if first_of_size and last_tasks is not None:
            table.add_section()
        last_tasks = tasks
        found = [figures.get(server, tasks, quantity) for server in servers]
        unit = next(figure.unit for figure in found if figure)
        cells = [f"{tasks:,}" if first_of_size else "", f"{quantity} [dim]({unit})[/dim]"]
        for figure in found:
            cells += _cells(figure, percentiles)
        if len(servers) == 2:
            ratio = _ratio(figures, servers, tasks, quantity)
            cells.append("" if ratio is None else f"{_number(ratio)}x")
        table.add_row(*cells)


def _cells(figure: Figure | None, percentiles: Sequence[int]) -> list[str]:
    if figure is None:
        return ["-"] + [""] * (len(percentiles) + 1)
    spread = [_number(figure.percentile(percent)) for percent in percentiles]
    return [_number(figure.median), *spread, str(len(figure.values))]


def _ratio(figures: Figures, servers: Sequence[str], tasks: int, quantity: str) -> float | None:
    """The second server's median in units of the first one's."""
    if len(servers) != 2:
        return None
    ours, peer = (figures.get(server, tasks, quantity) for server in servers)
    return peer.median / ours.median if ours and peer and ours.median else None


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _as_json(figure: Figure) -> dict[str, object]:
    return {
        "server": figure.server,
        "tasks": figure.tasks,
        "quantity": figure.quantity,
        "unit": figure.unit,
        "n": len(figure.values),
        "median": figure.median,
        "p95": figure.percentile(95),
        "p99": figure.percentile(99),
        "least": min(figure.values),
        "values": figure.values,
    }
