"""`orchestrate assign`: who does which task, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import PlanInput, PlanNumber

if TYPE_CHECKING:
    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.ide.assign_agents import Assignment, AssignmentPlan

_MOST_NOTES = 20


class Format(StrEnum):
    """How the assignments are printed."""

    TABLE = "table"
    JSON = "json"


def assign(
    file: PlanInput,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the agents into the plan; all else in it stays as it is.")
    ] = False,
    balance: Annotated[
        bool,
        typer.Option(
            "--balance",
            help="Share the tasks out among the agents that can do them, so that the plan takes the least time found.",
        ),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Reconsider all tasks, also those whose agent can do them.")
    ] = False,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="table for people, json for programs.", show_default=True)
    ] = Format.TABLE,
    user_agents: Annotated[
        bool, typer.Option("--user-agents", help="Choose among the agents of your own folders, too.")
    ] = False,
    history: Annotated[
        bool,
        typer.Option(
            "--history/--no-history",
            help="Take the recent performance that the plan does not state from the plans of the project.",
        ),
    ] = True,
    plan_number: PlanNumber = None,
) -> None:
    """Choose an agent for each task that has none, an unknown one, or one without the skills it requires.

    Agents with all required skills are compared by availability, recent performance (as the plan states it, else as
    `orchestrate history` has it) and load. Nothing is written without --apply.
    """
    from orchestrate_ls.cli.plan_files import open_plan, refuse_errors, write_edits
    from orchestrate_ls.ide.assign_agents import assign_agents, assignment_edits
    from orchestrate_ls.ide.draft import NotPossibleError, Selection

    opened = open_plan(file, plan_number, user_agents=user_agents, with_history=history)
    if balance:
        refuse_errors(opened.checked, opened.check, file)
    elif not opened.check.source.plan.tasks:
        raise CommandFailedError(f"{file} has no tasks", "write them below `tasks:`")
    try:
        found = assign_agents(opened.check.context, everything=everything, balanced=balance)
        if apply and found.changes:
            selection = Selection(opened.checked.check, 0, 0, opened.number, ())
            write_edits(opened, assignment_edits(selection, found.changes))
    except NotPossibleError as error:
        raise CommandFailedError(f"{file}: {error}") from None
    if output is Format.JSON:
        from orchestrate_ls.cli.terminal import write_json

        write_json(_as_json(opened, found, applied=apply))
        return
    _print(opened, found, applied=apply, everything=everything)


def _as_json(opened: OpenedPlan, found: AssignmentPlan, *, applied: bool) -> dict[str, object]:
    from orchestrate_ls.ide.schedule import task_names

    names = task_names(opened.check.source.plan)
    return {
        "assignments": [
            {
                "task": names[each.task],
                "before": each.before,
                "agent": each.after,
                "changed": each.changes,
                "need": each.need.name.lower() if each.need is not None else None,
                "possible": each.able,
                "reason": each.reason,
            }
            for each in found.assignments
        ],
        "makespan_seconds_before": found.makespan_before,
        "makespan_seconds_unbalanced": found.makespan_unbalanced,
        "makespan_seconds": found.makespan,
        "applied": applied,
    }


def _print(opened: OpenedPlan, found: AssignmentPlan, *, applied: bool, everything: bool) -> None:
    from orchestrate_ls.cli.counting import count
    from orchestrate_ls.cli.terminal import output_console

    console = output_console()
    for each in found.unable[:_MOST_NOTES]:
        print_note(f"{opened.check.context.names[each.task]}: {each.reason}")
    if len(found.unable) > _MOST_NOTES:
        print_note(f"{len(found.unable) - _MOST_NOTES} more tasks that no agent can do")
    changes = found.changes
    if changes:
        _print_table(opened, changes)
        console.print()
    _print_makespans(found)
    if not changes:
        console.print(_nothing_to_do(found, everything=everything))
    elif applied:
        console.print(
            f"{count(len(changes), 'task')} changed in {opened.name}.", markup=False, highlight=False
        )
    else:
        console.print(f"{count(len(changes), 'task')} to change; --apply writes it.", highlight=False)


def _nothing_to_do(found: AssignmentPlan, *, everything: bool) -> str:
    if found.unable:
        return "Nothing to change."
    return (
        "Every task has the best agent already." if everything else "Every task has an agent that can do it."
    )


def _print_table(opened: OpenedPlan, changes: tuple[Assignment, ...]) -> None:
    from orchestrate_ls.cli.tables import Column, fitting_table
    from orchestrate_ls.cli.terminal import output_console, safe, show
    from orchestrate_ls.ide.schedule import task_names

    tasks, names = opened.check.source.plan.tasks, task_names(opened.check.source.plan)
    columns = (
        Column("Task", most=24),
        Column("Name", least=10, most=32, wraps=True),
        Column("Before", least=8, most=24, wraps=True),
        Column("Agent", least=10, most=28, wraps=True),
        Column("Because", least=20, wraps=True),
    )
    rows = [
        (
            safe(names[each.task]),
            safe(tasks[each.task].name or ""),
            safe(each.before or "-"),
            safe(each.after or "-"),
            safe(each.reason).replace("`", ""),
        )
        for each in changes
    ]
    console = output_console()
    show(console, fitting_table(columns, rows, console.width))


def _print_makespans(found: AssignmentPlan) -> None:
    from orchestrate_ls.cli.terminal import output_console
    from orchestrate_ls.plan.duration import format_duration

    if found.makespan is None or found.makespan_unbalanced is None:
        return
    before = ""
    if found.makespan_before is not None:
        before = f", and with the agents it had {format_duration(found.makespan_before)}"
    output_console().print(
        f"The plan takes {format_duration(found.makespan)}; with the best-scoring agents it would take"
        f" {format_duration(found.makespan_unbalanced)}{before}.",
        highlight=False,
    )
