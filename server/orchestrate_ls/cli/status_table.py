"""A plan's status on a terminal: bars, a table of tasks, alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orchestrate_ls.cli.counting import count
from orchestrate_ls.cli.tables import Column, fitting_table
from orchestrate_ls.cli.terminal import glyphs, safe, speaks_unicode
from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.ide.status_wording import STATES, alert_text, details_of, gates_in_words, headline
from orchestrate_ls.progress.status import AlertKind, Stand, TaskStatus
from orchestrate_ls.text.spans import percentage

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from orchestrate_ls.cli.status import StatusView
    from orchestrate_ls.progress.status import PlanStatus

_STYLES: Final = {
    Stand.NOT_STARTED: "dim",
    Stand.QUEUED: "yellow",
    Stand.READY: "bold",
    Stand.IN_PROGRESS: "cyan",
    Stand.BLOCKED: "bold red",
    Stand.DONE: "green",
    Stand.FAILED: "bold red",
    Stand.SKIPPED: "dim",
}
_SIGNS: Final = {
    Stand.NOT_STARTED: ("·", "."),
    Stand.QUEUED: ("◷", "~"),
    Stand.READY: ("○", "o"),
    Stand.IN_PROGRESS: ("▶", ">"),
    Stand.BLOCKED: ("■", "!"),
    Stand.DONE: ("✓", "+"),
    Stand.FAILED: ("✗", "x"),
    Stand.SKIPPED: ("–", "-"),
}
_SERIOUS: Final = (AlertKind.FAILED, AlertKind.DEADLINE, AlertKind.BLOCKED)
_MILD: Final = (AlertKind.LONGER, AlertKind.CAPACITY)


def status_lines(
    view: StatusView, status: PlanStatus, width: int, *, most_tasks: int | None = None
) -> list[RenderableType]:
    """All of it, to be printed one below the other; at most so many tasks, those that need attention before others."""
    from rich.text import Text

    names = task_names(view.plan)
    goal = view.plan.header.goal.text or view.plan.header.goal.primary or view.opened.name
    dot = f" {glyphs().dot} "
    parts: list[RenderableType] = [
        Text(safe(goal), style="bold", no_wrap=True, overflow="ellipsis"),
        Text(""),
        _bar_line("of tasks ", status.by_task, width),
        _bar_line("of effort", status.by_effort, width),
        Text(dot.join(headline(status))),
    ]
    if view.journal is None:
        hint = f"Nothing was recorded yet; `orchestrate task start {view.opened.name} TASK` begins."
        parts.append(Text(safe(hint), style="dim"))
    shown = _chosen(status, most_tasks)
    parts += [Text(""), _table(view, shown, names, width, wraps=most_tasks is None)]
    if len(shown) < len(status.tasks):
        parts.append(Text(f"and {count(len(status.tasks) - len(shown), 'more task')}", style="dim"))
    if status.gates:
        parts += [Text(""), Text(safe(f"Of the whole plan: {gates_in_words(status.gates)}"))]
    if status.strangers:
        ids = ", ".join(map(safe, status.strangers[:5])) + (", ..." if len(status.strangers) > 5 else "")
        parts += [
            Text(""),
            Text(f"The journal speaks of tasks that the plan does not have: {ids}", style="yellow"),
            Text(
                "If one was renamed, `orchestrate task renamed PLAN OLD NEW` keeps its history.", style="dim"
            ),
        ]
    if status.alerts:
        parts.append(Text(""))
        parts += [
            Text.assemble(
                ("! " if not speaks_unicode() else "⚠ ", _alert_style(alert.kind)),
                safe(alert_text(alert, names)),
            )
            for alert in status.alerts[:20]
        ]
    return parts


def _alert_style(kind: AlertKind) -> str:
    return "bold red" if kind in _SERIOUS else "dim" if kind in _MILD else "yellow"


def _bar_line(what: str, share: float, width: int) -> Text:
    from rich.text import Text

    line = Text.assemble((f"{percentage(share):>6}", "bold"), f" {what}  ")
    return line.append_text(_bar(share, max(10, min(50, width - 22)), "green"))


def _bar(share: float, cells: int, style: str) -> Text:
    """A bar in eighths of a cell where the terminal can show them."""
    from rich.text import Text

    if not speaks_unicode():
        full = int(share * cells)
        return Text.assemble("[", ("#" * full, style), "." * (cells - full), "]")
    eighths = int(share * cells * 8)
    full, rest = divmod(eighths, 8)
    filled = "█" * full + ("▏▎▍▌▋▊▉"[rest - 1] if rest else "")
    return Text.assemble((filled, style), ("░" * (cells - len(filled)), "dim"))


def _table(
    view: StatusView, shown: list[TaskStatus], names: list[str], available: int, *, wraps: bool
) -> RenderableType:
    from rich.text import Text

    columns = (
        Column("Task", most=24),
        Column("Name", least=12, most=32),
        Column("State"),
        Column("Progress", may_go=True),
        Column("Agent", least=12, most=26, may_go=True),
        Column("Details", least=24, wraps=wraps),
    )
    fancy = 0 if speaks_unicode() else 1
    rows: list[list[str | Text]] = []
    for each in shown:
        style = _STYLES[each.stand]
        rows.append(
            [
                safe(names[each.task]),
                safe(view.plan.tasks[each.task].name or ""),
                Text(f"{_SIGNS[each.stand][fancy]} {STATES[each.stand]}", style=style),
                _bar(_filled(each), 10, style) if each.stand in _WITH_BAR else "",
                safe(each.agent or "?"),
                safe(details_of(each, names)),
            ]
        )
    return fitting_table(columns, rows, available)


_WITH_BAR: Final = (Stand.IN_PROGRESS, Stand.BLOCKED, Stand.DONE)


def _filled(task: TaskStatus) -> float:
    return (task.percent or 0) / 100


def _chosen(status: PlanStatus, most: int | None) -> list[TaskStatus]:
    if most is None or len(status.tasks) <= most:
        return list(status.tasks)
    urgent = sorted(status.tasks, key=lambda each: (_ATTENTION.index(each.stand), each.task))
    return sorted(urgent[: max(1, most)], key=lambda each: each.task)


_ATTENTION: Final = (
    Stand.FAILED,
    Stand.BLOCKED,
    Stand.IN_PROGRESS,
    Stand.READY,
    Stand.QUEUED,
    Stand.DONE,
    Stand.NOT_STARTED,
    Stand.SKIPPED,
)
