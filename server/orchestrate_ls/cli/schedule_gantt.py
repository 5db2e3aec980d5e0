"""A schedule as a Gantt chart in the terminal, as wide as that is."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from orchestrate_ls.cli.schedule_export import in_order
from orchestrate_ls.cli.schedule_table import CRITICAL_STYLE, print_claims, print_outcome, print_title, span
from orchestrate_ls.cli.terminal import glyphs, output_console, safe, show, speaks_unicode, width
from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.plan_claims import Claim
from orchestrate_ls.schedule.plan_schedule import PlanSchedule

# Below a fair width the chart needs the agents' columns more.
_NARROWEST, _FAIR, _WIDEST = 20, 40, 120
_LEAST_TICK: Final = 8
_HOUR: Final = 3_600
_STEPS: Final = tuple(
    step * unit
    for unit, steps in (
        (1, (1, 5, 10, 30)),
        (60, (1, 5, 10, 15, 30)),
        (_HOUR, (1, 2, 3, 4, 6, 8, 12, 24, 40, 80, 160)),
    )
    for step in steps
)
_GAP: Final = 2


class _Signs:
    def __init__(self) -> None:
        plain = not speaks_unicode()
        self.critical = "#" if plain else "█"
        self.other = "=" if plain else "▒"
        self.moment = "*" if plain else "◆"
        self.grid = "." if plain else "·"
        self.edge = "|" if plain else "│"


class _Scale:
    """Seconds to columns."""

    def __init__(self, makespan: int, columns: int) -> None:
        self.makespan = max(1, makespan)
        self.columns = columns

    def column(self, seconds: int) -> int:
        return (2 * seconds * self.columns + self.makespan) // (2 * self.makespan)

    @property
    def ticks(self) -> list[int]:
        """Round times far enough apart for their labels."""
        least = -(-self.makespan * _LEAST_TICK // self.columns)
        step = next((step for step in _STEPS if step >= least), None)
        if step is None:
            unit = 10 ** (len(str(-(-least // _HOUR))) - 1) * _HOUR
            step = -(-least // unit) * unit
        return list(range(0, self.makespan + 1, step))


def print_gantt(plan: Plan, schedule: PlanSchedule, claims: list[Claim], name: str) -> None:
    """Print one line for each task by its start, then what the schedule takes and why."""
    console = output_console()
    print_title(console, plan, name)
    signs = _Signs()
    names = task_names(plan)
    order = in_order(schedule)
    labels = [safe(" ".join(filter(None, (names[index], plan.tasks[index].name)))) for index in order]
    spans = [span(schedule.starts[index], schedule.finishes[index]) for index in order]
    agents = [safe(schedule.agents[index] or "") for index in order]
    left = min(max(map(width, labels)), max(12, console.width // 4))
    right = max(map(width, spans))
    last = min(max(map(width, agents)), console.width // 5)
    columns = console.width - left - right - last - 3 * _GAP - 2
    if columns < _FAIR:
        columns, last = columns + last + _GAP, 0
    scale = _Scale(schedule.makespan, max(_NARROWEST, min(_WIDEST, columns)))
    show(console, Text(" " * (left + _GAP + 1) + _axis(scale), style="dim"))
    chain = {link.task for link in schedule.chain}
    ticks = {scale.column(tick) for tick in scale.ticks}
    for index, label, times, agent in zip(order, labels, spans, agents, strict=True):
        is_critical = index in chain
        style = CRITICAL_STYLE if is_critical else "cyan"
        row = Text(_fit(label, left) + " " * _GAP, style=CRITICAL_STYLE if is_critical else "")
        row.append(signs.edge, style="dim")
        row.append_text(_bar(schedule, index, scale, signs, ticks, is_critical, style))
        row.append(signs.edge, style="dim")
        row.append(f"{' ' * _GAP}{times.rjust(right)}")
        if last:
            row.append(f"{' ' * _GAP}{_fit(agent, last)}", style="dim")
        row.no_wrap, row.overflow = True, "crop"
        show(console, row)
    console.print()
    legend = Text.assemble(
        (signs.critical * 2, CRITICAL_STYLE), " critical chain   ", (signs.other * 2, "cyan"), " others"
    )
    show(console, legend)
    console.print()
    print_outcome(console, plan, schedule)
    print_claims(console, claims)


def _bar(
    schedule: PlanSchedule,
    index: int,
    scale: _Scale,
    signs: _Signs,
    ticks: set[int],
    is_critical: bool,
    style: str,
) -> Text:
    cells = [signs.grid if column in ticks and column else " " for column in range(scale.columns)]
    start = min(scale.column(schedule.starts[index]), scale.columns - 1)
    if schedule.finishes[index] == schedule.starts[index]:
        end, sign = start + 1, signs.moment
    else:
        end = max(start + 1, scale.column(schedule.finishes[index]))
        sign = signs.critical if is_critical else signs.other
    bar = Text("".join(cells[:start]), style="dim")
    bar.append(sign * (end - start), style=style)
    bar.append("".join(cells[end:]), style="dim")
    return bar


def _axis(scale: _Scale) -> str:
    line = ""
    for tick in scale.ticks:
        place = scale.column(tick)
        label = format_duration(tick) if tick else "0"
        if place >= len(line) + (1 if line else 0):
            line = line.ljust(place) + label
    return line


def _fit(text: str, columns: int) -> str:
    """A text in exactly so many columns."""
    if width(text) <= columns:
        return text + " " * (columns - width(text))
    ellipsis = glyphs().ellipsis
    kept = ""
    for character in text:
        if width(kept + character) > columns - len(ellipsis):
            break
        kept += character
    return kept + ellipsis + " " * (columns - width(kept) - len(ellipsis))
