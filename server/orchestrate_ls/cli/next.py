"""`orchestrate next`: the tasks that can start now, best first, and why."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import PlanInput, PlanNumber

if TYPE_CHECKING:
    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.plan.model import Plan
    from orchestrate_ls.schedule.priorities import TaskPriority


_MOST_LESSONS: Final = 5


class Format(StrEnum):
    """How the tasks are printed."""

    TABLE = "table"
    JSON = "json"


def next_tasks(
    file: PlanInput,
    number: Annotated[
        int | None, typer.Option("-n", "--number", metavar="N", help="At most so many tasks.", min=1)
    ] = None,
    done: Annotated[
        list[str] | None,
        typer.Option("--done", metavar="TASK", help="A task that is done already; may be given again."),
    ] = None,
    now: Annotated[
        str | None,
        typer.Option(
            "--now", metavar="TIME", help="The time deadlines are held against, as in 2026-11-23T09:00:00Z."
        ),
    ] = None,
    apply: Annotated[
        bool,
        typer.Option(
            "--apply",
            help="Write the priorities of all tasks that are not done into the plan; each keeps what it had as"
            " `base_priority`, from which it is worked out again the next time.",
        ),
    ] = False,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="table for people, json for programs.", show_default=True)
    ] = Format.TABLE,
    plan_number: PlanNumber = None,
) -> None:
    """List the tasks that can start now, the most pressing first, with the reason.

    What the plan's journal says counts: tasks that are done, under way or blocked are not listed.
    A task's priority is its own (critical 40, high 30, medium 20, low 10, or its number), 10 more for each task that
    waits for it, directly or not, 20 more on the critical path, and 30 more with less than 4 hours to its deadline.
    The settings `[priority]` change these figures.
    """
    from datetime import UTC, datetime

    from orchestrate_ls.cli.check import time_of
    from orchestrate_ls.cli.plan_files import open_plan, refuse_errors
    from orchestrate_ls.cli.plan_journal import board_of
    from orchestrate_ls.execution.checklist import quoted_lessons
    from orchestrate_ls.ide.next_tasks import startable
    from orchestrate_ls.ide.schedule import task_names
    from orchestrate_ls.ide.task_report import gates_of
    from orchestrate_ls.schedule import priorities
    from orchestrate_ls.schedule.plan_project import assigned_agents

    moment = time_of(now) if now is not None else datetime.now(UTC)
    opened = open_plan(file, plan_number)
    check, weights = opened.check, opened.settings.priorities
    refuse_errors(opened.checked, check, file)
    plan = check.source.plan
    index_of = {name: index for index, name in enumerate(task_names(plan))}
    for name in done or ():
        if name not in index_of:
            raise CommandFailedError(f"{file} has no task `{name[:60]}`", "name a task by its id")
    board = board_of(opened)
    finished = {index_of[name] for name in done or ()} | board.finished
    found = startable(board, check.analysis, moment, finished, weights)[:number]
    plan = board.plan
    written = 0
    if apply:
        everything = priorities.task_priorities(plan, check.analysis, moment, finished, weights)
        written = _write(opened, [each for each in everything if each.task not in finished])
    if output is Format.JSON:
        from orchestrate_ls.cli.terminal import write_json
        from orchestrate_ls.ide.next_tasks import next_as_json

        names, agents = task_names(plan), assigned_agents(plan)
        write_json(
            [
                {**next_as_json(plan, each, names, agents), "gates": gates_of(board, each.task)}
                for each in found
            ]
        )
        return
    _print_table(plan, found)
    if found:
        _print_lessons(quoted_lessons(Path(file)) if file != "-" else ())
    if apply:
        from orchestrate_ls.cli.counting import count

        what = f"wrote the priorities of {count(written, 'task')}; `base_priority` keeps what each had"
        print_note(what if written else f"{file} has these priorities already")


def _print_lessons(lessons: tuple[str, ...]) -> None:
    from orchestrate_ls.cli.terminal import output_console, safe

    if not lessons:
        return
    console = output_console()
    console.print("\nWhat other tasks failed by:")
    for each in lessons[-_MOST_LESSONS:]:
        console.print(f"- {safe(each)}", soft_wrap=True, markup=False, highlight=False)


def _write(opened: OpenedPlan, priorities: list[TaskPriority]) -> int:
    """Write priorities into the file; how many tasks changed."""
    from orchestrate_ls.cli.plan_files import write_edits
    from orchestrate_ls.ide.apply_priorities import changed_priorities, priority_edits
    from orchestrate_ls.ide.draft import NotPossibleError, Selection

    changed = changed_priorities(opened.check.source.plan.tasks, priorities)
    if changed:
        selection = Selection(opened.checked.check, 0, 0, opened.number, ())
        try:
            write_edits(opened, priority_edits(selection, changed))
        except NotPossibleError as error:
            raise CommandFailedError(f"{opened.name}: {error}") from None
    return len(changed)


def _print_table(plan: Plan, found: list[TaskPriority]) -> None:
    from orchestrate_ls.cli.tables import Column, fitting_table
    from orchestrate_ls.cli.terminal import output_console, safe, show
    from orchestrate_ls.ide.next_tasks import reasons
    from orchestrate_ls.ide.schedule import task_names
    from orchestrate_ls.schedule.plan_project import assigned_agents

    console = output_console()
    if not found:
        console.print("No task is left to start.")
        return
    names, agents = task_names(plan), assigned_agents(plan)
    columns = (
        Column("Priority", justify="right"),
        Column("Task", most=30),
        Column("Name", least=12, wraps=True),
        Column("Agent", least=10, most=28),
        Column("Because", least=20, wraps=True),
    )
    rows = [
        (
            f"{each.value:g}",
            safe(names[each.task]),
            safe(plan.tasks[each.task].name or ""),
            safe(agents[each.task] or "?"),
            ", ".join(reasons(plan, each)),
        )
        for each in found
    ]
    show(console, fitting_table(columns, rows, console.width))
