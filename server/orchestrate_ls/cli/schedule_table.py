"""A schedule as a person reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate_ls.cli.counting import count
from orchestrate_ls.cli.tables import Column, fitting_table
from orchestrate_ls.cli.terminal import glyphs, output_console, safe, show
from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_claims import Claim, Verdict
from orchestrate_ls.schedule.plan_schedule import Cause, PlanSchedule

CRITICAL_STYLE: Final = "bold red"
_LONGEST_PATH: Final = 40
_LONGEST_CURVE: Final = 12
_MOST_AGENTS: Final = 30
_MOST_MISSED: Final = 8


def print_schedule(
    plan: Plan, analysis: NetworkAnalysis, schedule: PlanSchedule, claims: list[Claim], name: str
) -> None:
    """Print the waves with each task's times, then the totals and what limits them."""
    console = output_console()
    print_title(console, plan, name)
    show(console, _table(plan, analysis, schedule, console.width))
    console.print()
    print_totals(console, plan, analysis)
    print_outcome(console, plan, schedule)
    if schedule.loads:
        console.print()
        show(console, _loads(schedule))
    print_claims(console, claims)


def print_title(console: Console, plan: Plan, name: str) -> None:
    """What the plan is for, or else its file."""
    console.print(Text(safe(plan.header.goal.text or name), style="bold"), soft_wrap=True)
    console.print()


def print_outcome(console: Console, plan: Plan, schedule: PlanSchedule) -> None:
    """How long the schedule takes, what holds it up, and what other capacities would give."""
    rows = [("Schedule", Text.assemble((format_duration(schedule.makespan), "bold"), _quality(schedule)))]
    names = task_names(plan)
    if any(link.cause not in (Cause.START, Cause.DEPENDENCY) for link in schedule.chain):
        rows.append(("Critical chain", Text(safe(_chain(names, schedule)))))
    rows.append(("Capacity", Text(_curve(schedule))))
    rows += _dates(plan, schedule)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for label, value in rows:
        table.add_row(label, value)
    show(console, table)


def _dates(plan: Plan, schedule: PlanSchedule) -> list[tuple[str, Text]]:
    """When it is finished, where the plan says when it starts and when work is done; and what comes too late."""
    time = schedule.time
    if time is None or not time.has_start:
        return []
    rows: list[tuple[str, Text]] = []
    if time.is_elapsed or time.has_hours:
        try:
            rows.append(("Finished", Text(_written(time.finish_moment(schedule.makespan)))))
        except OverflowError:
            rows.append(("Finished", Text("after the year 9999")))
    if time.is_elapsed:
        what = "elapsed time, as agents have calendars of their own; the work itself is in Takes"
        rows.append(("Times", Text(what)))
    if any(task.deadline is not None for task in plan.tasks):
        rows.append(("Deadlines", _deadlines(plan, schedule, "elapsed" if time.is_elapsed else "working")))
    return rows


def _deadlines(plan: Plan, schedule: PlanSchedule, kind: str) -> Text:
    if not schedule.missed:
        return Text("all kept", style="green")
    names = task_names(plan)
    worst = sorted(schedule.missed, key=lambda each: -each.late)
    shown = [f"{safe(names[each.task])} by {format_duration(each.late)}" for each in worst[:_MOST_MISSED]]
    if len(worst) > _MOST_MISSED:
        shown.append(f"{len(worst) - _MOST_MISSED} more")
    return Text(f"missed: {', '.join(shown)} of {kind} time", style=CRITICAL_STYLE)


def _written(moment: datetime) -> str:
    text = moment.isoformat(" ", "minutes")
    return text.removesuffix("+00:00") + " UTC" if text.endswith("+00:00") else text


def print_claims(console: Console, claims: list[Claim]) -> None:
    """What the plan says of itself, and whether that can be."""
    if not claims:
        return
    console.print()
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Claim", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("Because")
    for claim in claims:
        style = "green" if claim.verdict is Verdict.HOLDS else CRITICAL_STYLE
        table.add_row(safe(claim.text), Text(claim.verdict.value, style=style), safe(claim.reason))
    show(console, table)


def _quality(schedule: PlanSchedule) -> str:
    at_once = "" if schedule.capacity is None else f" with {count(schedule.capacity, 'task')} at once"
    if schedule.proven:
        return f"{at_once}, proven shortest"
    above = schedule.makespan / schedule.lower_bound - 1
    limit = " (the search was ended early)" if schedule.stopped else ""
    return f"{at_once}, at most {above:.1%} above the shortest{limit}"


def _chain(names: list[str], schedule: PlanSchedule) -> str:
    """T1 → T2 ⇢(agent) T4: what each task waits for, where that is no dependency."""
    parts: list[str] = []
    for link in schedule.chain:
        if link.cause in (Cause.AGENT, Cause.FILES):
            reason = f"[{link.name}] "
        else:
            reason = f"[{link.cause.value}] " if link.cause in (Cause.CAPACITY, Cause.CALENDAR) else ""
        parts.append(f"{reason}{names[link.task]}")
    if len(parts) > _LONGEST_PATH:
        half = _LONGEST_PATH // 2
        parts = [*parts[:half], glyphs().ellipsis, *parts[-half:]]
    return f" {glyphs().arrow} ".join(parts)


def _curve(schedule: PlanSchedule) -> str:
    points = [point for point in schedule.curve if point.capacity <= schedule.useful_capacity + 1]
    shown = [f"{point.capacity}: {format_duration(point.makespan)}" for point in points]
    if len(shown) > _LONGEST_CURVE:
        shown = [*shown[: _LONGEST_CURVE - 2], glyphs().ellipsis, *shown[-2:]]
    return f"{', '.join(shown)}; more than {schedule.useful_capacity} at once saves nothing"


def _loads(schedule: PlanSchedule) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Agent", min_width=10, overflow="fold")
    for title in ("Tasks", "Works", "Idle", "Used"):
        table.add_column(title, justify="right", no_wrap=True)
    loads = schedule.loads
    for load in loads[:_MOST_AGENTS]:
        table.add_row(
            safe(load.agent),
            str(load.tasks),
            format_duration(load.work),
            format_duration(load.idle),
            f"{load.utilisation:.0%}",
        )
    if len(loads) > _MOST_AGENTS:
        table.add_row(f"{len(loads) - _MOST_AGENTS} more", "", "", "", "")
    return table


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


def span(start: int, finish: int) -> str:
    """From when to when."""
    return f"{format_duration(start)} {glyphs().dash} {format_duration(finish)}"


def _table(plan: Plan, analysis: NetworkAnalysis, schedule: PlanSchedule, available: int) -> Table:
    names = task_names(plan)
    times = analysis.times
    dash = glyphs().dash
    columns = (
        Column("Wave", justify="right"),
        Column(""),
        Column("Task", most=30),
        Column("Name", least=12, wraps=True),
        Column("Agent", least=10, most=28, may_go=True),
        Column("Takes", justify="right"),
        Column("Runs", justify="right"),
        Column("Slack", justify="right"),
    )
    rows: list[list[str | Text]] = []
    for number, wave in enumerate(analysis.waves, start=1):
        for position, index in enumerate(wave):
            task = plan.tasks[index]
            is_critical = times.slack[index] == 0
            style = CRITICAL_STYLE if is_critical else ""
            rows.append(
                [
                    str(number) if position == 0 else "",
                    Text(glyphs().critical if is_critical else "", style=style),
                    Text(safe(names[index]), style=style),
                    safe(task.name or ""),
                    safe(schedule.agents[index] or "?"),
                    "?" if task.estimate is None else format_duration(task.estimate.expected),
                    span(schedule.starts[index], schedule.finishes[index]),
                    Text(dash if is_critical else format_duration(times.slack[index]), style=style),
                ]
            )
    return fitting_table(columns, rows, available)
