"""The summary of a new plan, as a person likes to read it: tasks, tree, waves, times, and what to do next."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from orchestrate_ls.cli.schedule_table import CRITICAL_STYLE, print_totals
from orchestrate_ls.cli.tables import Column, fitting_table
from orchestrate_ls.cli.terminal import glyphs, output_console, safe, show
from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.rules.engine import PlanCheck
from orchestrate_ls.schedule.analysis import NetworkAnalysis


def print_summary(check: PlanCheck, path: Path) -> None:
    """Print what was planned and where it was written."""
    console = output_console()
    plan, analysis = check.source.plan, check.analysis
    console.print(Text.assemble("Wrote ", (safe(str(path)), "bold green")), soft_wrap=True)
    console.print()
    console.print(Text(safe(plan.header.goal.text or ""), style="bold"))
    _section(console, "Tasks")
    show(console, _tasks(plan, analysis, console.width))
    console.print(Text(f"{glyphs().critical} on the critical path", style=CRITICAL_STYLE))
    _section(console, "What waits for what")
    for tree in _trees(plan, analysis):
        show(console, tree)
    _section(console, "Waves: what can run at the same time")
    show(console, _waves(plan, analysis))
    _section(console, "Time")
    print_totals(console, plan, analysis)
    _section(console, "Next")
    for line in _next_steps(path):
        console.print(line, soft_wrap=True)


def _section(console: Console, title: str) -> None:
    console.print()
    console.print(Text(title, style="bold magenta"))


def _tasks(plan: Plan, analysis: NetworkAnalysis, available: int) -> Table:
    names = task_names(plan)
    slack = analysis.times.slack
    columns = (
        Column(""),
        Column("Task", most=30),
        Column("Name", least=16, wraps=True),
        Column("Agent", least=10, most=28, may_go=True),
        Column("Takes", justify="right"),
        Column("Waits for", least=9, wraps=True),
        Column("Slack", justify="right"),
    )
    rows: list[list[str | Text]] = []
    for index, task in enumerate(plan.tasks):
        is_critical = slack[index] == 0
        style = CRITICAL_STYLE if is_critical else ""
        rows.append(
            [
                Text(glyphs().critical if is_critical else "", style=style),
                Text(safe(names[index]), style=style),
                safe(task.name or ""),
                safe(task.agent or ""),
                "?" if task.estimate is None else format_duration(task.estimate.expected),
                safe(", ".join(dependency.task for dependency in task.dependencies)),
                Text(glyphs().dash if is_critical else format_duration(slack[index]), style=style),
            ]
        )
    return fitting_table(columns, rows, available)


def _trees(plan: Plan, analysis: NetworkAnalysis) -> list[Tree]:
    """Each task once, below the one that it waits for longest; what else it waits for stands behind its
    name.
    """
    names = task_names(plan)
    finish = analysis.times.earliest_finish
    predecessors: list[list[int]] = [[] for _ in plan.tasks]
    for link in analysis.network.links:
        predecessors[link.successor].append(link.predecessor)
    trees: dict[int, Tree] = {}
    roots: list[Tree] = []
    for wave in analysis.waves:
        for index in wave:
            label = Text(
                safe(names[index]), style=CRITICAL_STYLE if analysis.times.slack[index] == 0 else "bold"
            )
            label.append(f" {safe(plan.tasks[index].name or '')}", style="not bold default")
            before = sorted(set(predecessors[index]), key=lambda other: (-finish[other], other))
            if len(before) > 1:
                others = ", ".join(safe(names[other]) for other in sorted(before[1:]))
                label.append(f" (also after {others})", style="not bold dim")
            if before:
                trees[index] = trees[before[0]].add(label)
            else:
                trees[index] = Tree(label, guide_style="dim")
                roots.append(trees[index])
    return roots


def _waves(plan: Plan, analysis: NetworkAnalysis) -> Table:
    names = task_names(plan)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="bold")
    table.add_column()
    for number, wave in enumerate(analysis.waves, start=1):
        shown = [safe(f"{names[index]} {plan.tasks[index].name or ''}") for index in wave]
        table.add_row(str(number), f" {glyphs().dot} ".join(shown))
    return table


def _next_steps(path: Path) -> Iterator[Text]:
    name = safe(_quoted(str(path)))
    yield Text(
        "Fit the plan to your project; an editor with the language server checks it while you type. Then:"
    )
    yield Text.assemble("  ", (f"orchestrate check {name}", "green"), "     what is wrong, and where")
    yield Text.assemble(
        "  ", (f"orchestrate schedule {name}", "green"), "  when each task can and must happen"
    )


def _quoted(path: str) -> str:
    return subprocess.list2cmdline([path]) if sys.platform == "win32" else shlex.quote(path)
