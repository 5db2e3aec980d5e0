"""A schedule as a person reads it."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate_ls.cli.counting import count
from orchestrate_ls.cli.terminal import glyphs, output_console, safe, show
from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.analysis import NetworkAnalysis

CRITICAL_STYLE: Final = "bold red"
_LONGEST_PATH: Final = 40


def print_schedule(plan: Plan, analysis: NetworkAnalysis, name: str) -> None:
    """Print the waves with each task's times, then the totals."""
    console = output_console()
    console.print(Text(safe(plan.header.goal.text or name), style="bold"), soft_wrap=True)
    console.print()
    show(console, _table(plan, analysis))
    console.print()
    print_totals(console, plan, analysis)


def print_totals(console: Console, plan: Plan, analysis: NetworkAnalysis) -> None:
    """The critical path, and the total against the shortest time."""
    names = task_names(plan)
    times = analysis.times
    total = sum(analysis.network.durations)
    arrow = f" {glyphs().arrow} "
    path = [safe(names[index]) for index in times.path]
    if len(path) > _LONGEST_PATH:
        half = _LONGEST_PATH // 2
        path = [*path[:half], glyphs().ellipsis, *path[-half:]]
    widest = max(len(wave) for wave in analysis.waves)
    rows = [
        ("Critical path", Text(arrow.join(path), style=CRITICAL_STYLE)),
        (
            "Shortest time",
            Text.assemble((format_duration(times.makespan), "bold"), _gain(total, times.makespan)),
        ),
        ("Total effort", Text(f"{format_duration(total)} in {count(len(plan.tasks), 'task')}")),
        ("Waves", Text(f"{len(analysis.waves)}, the widest with {count(widest, 'task')}")),
    ]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for label, value in rows:
        table.add_row(label, value)
    show(console, table)


def _gain(total: int, shortest: int) -> str:
    if shortest <= 0 or total <= shortest:
        return ", as long as one task after another"
    return f" of {format_duration(total)}: {1 - shortest / total:.1%} less than one task after another"


def _span(start: int, finish: int) -> str:
    return f"{format_duration(start)} {glyphs().dash} {format_duration(finish)}"


def _table(plan: Plan, analysis: NetworkAnalysis) -> Table:
    names = task_names(plan)
    times = analysis.times
    dash = glyphs().dash
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Wave", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("Task", no_wrap=True, max_width=30)
    table.add_column("Name", ratio=1, min_width=12)
    table.add_column("Takes", justify="right", no_wrap=True)
    table.add_column("Earliest", justify="right", no_wrap=True)
    table.add_column("Latest", justify="right", no_wrap=True)
    table.add_column("Slack", justify="right", no_wrap=True)
    for number, wave in enumerate(analysis.waves, start=1):
        for position, index in enumerate(wave):
            task = plan.tasks[index]
            is_critical = times.slack[index] == 0
            style = CRITICAL_STYLE if is_critical else ""
            table.add_row(
                str(number) if position == 0 else "",
                Text(glyphs().critical if is_critical else "", style=style),
                Text(safe(names[index]), style=style),
                safe(task.name or ""),
                "?" if task.estimate is None else format_duration(task.estimate.expected),
                _span(times.earliest_start[index], times.earliest_finish[index]),
                _span(times.latest_start[index], times.latest_finish[index]),
                Text(dash if is_critical else format_duration(times.slack[index]), style=style),
            )
    return table
