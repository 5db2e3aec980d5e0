"""A schedule as CSV for spreadsheets and as a Mermaid Gantt chart for Markdown."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from orchestrate_ls.cli.terminal import safe
from orchestrate_ls.ide.full_schedule import dates
from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.plan_schedule import PlanSchedule

_COLUMNS: Final = ("task", "name", "agent", "start_seconds", "finish_seconds", "duration_seconds", "critical")
# A spreadsheet would take a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_MERMAID: Final = re.compile(r"[:;,#%<>\"{}\[\]\\`]+")
_DAY: Final = 86_400


def schedule_as_csv(plan: Plan, schedule: PlanSchedule, criticality: list[float] | None = None) -> str:
    """One line for each task in the order of their starts, with dates where the plan has a start, and how often each
    task is critical where that was simulated.
    """
    names = task_names(plan)
    chain = {link.task for link in schedule.chain}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    dated = dates(plan, schedule)
    plan_durations = [task.estimate.expected if task.estimate is not None else 0 for task in plan.tasks]
    shares = ("criticality",) if criticality is not None else ()
    writer.writerow([*_COLUMNS, *(("start", "finish") if dated else ()), *shares])
    for index in in_order(schedule):
        start, finish = schedule.starts[index], schedule.finishes[index]
        row: list[object] = [
            _cell(names[index]),
            _cell(plan.tasks[index].name or ""),
            _cell(schedule.agents[index] or ""),
            start,
            finish,
            plan_durations[index],
            "yes" if index in chain else "no",
        ]
        if dated:
            row += [moment.isoformat() for moment in dated[index]]
        if criticality is not None:
            row.append(round(criticality[index], 4))
        writer.writerow(row)
    return text.getvalue()


def schedule_as_mermaid(plan: Plan, schedule: PlanSchedule) -> str:
    """A Gantt chart with a section for each agent; without a start of the plan time counts from 0."""
    names = task_names(plan)
    chain = {link.task for link in schedule.chain}
    dated = dates(plan, schedule)
    lines = ["gantt", f"    title {_label(plan.header.goal.text or 'Schedule')}"]
    if dated:
        lines += ["    dateFormat YYYY-MM-DDTHH:mm:ss", "    axisFormat %d %b %H:%M"]
    else:
        lines += ["    dateFormat X", f"    axisFormat {'%H:%M' if schedule.makespan < _DAY else '%j %H:%M'}"]
    sections: dict[str, list[int]] = {}
    for index in in_order(schedule):
        sections.setdefault(schedule.agents[index] or "no agent", []).append(index)
    for agent, tasks in sections.items():
        lines.append(f"    section {_label(agent)}")
        for index in tasks:
            tags = ["crit"] if index in chain else []
            if schedule.finishes[index] == schedule.starts[index]:
                tags.append("milestone")
            if dated:
                span = [moment.strftime("%Y-%m-%dT%H:%M:%S") for moment in dated[index]]
            else:
                span = [str(schedule.starts[index]), str(schedule.finishes[index])]
            name = _label(" ".join(filter(None, (names[index], plan.tasks[index].name))))
            lines.append(f"    {name} :{', '.join([*tags, f't{index + 1}', *span])}")
    return "\n".join(lines) + "\n"


def in_order(schedule: PlanSchedule) -> list[int]:
    """The tasks by start, then finish, then in document order."""
    return sorted(
        range(len(schedule.starts)), key=lambda index: (schedule.starts[index], schedule.finishes[index])
    )


def _cell(text: str) -> str:
    shown = safe(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _label(text: str) -> str:
    return " ".join(_NOT_IN_MERMAID.sub(" ", safe(text)).split()) or "-"
