"""`orchestrate journal`: a plan's journal from the database into its file, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from orchestrate_ls.cli.failures import CommandFailedError
from orchestrate_ls.cli.plan_options import PlanNumber, PlanPath

if TYPE_CHECKING:
    from orchestrate_ls.execution.journal import PlanJournal


app = typer.Typer(
    help="Move what was recorded between a database and the file beside the plan.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def export_journal(file: PlanPath, plan: PlanNumber = None) -> None:
    """Add to the file beside the plan what the database has of it, so that it can be kept with the plan."""
    shared, beside = _both(file, plan)
    _take_over(shared, beside)


def import_journal(file: PlanPath, plan: PlanNumber = None) -> None:
    """Add to the database what the file beside the plan has; events that it has already stay as they are."""
    shared, beside = _both(file, plan)
    _take_over(beside, shared)


def _both(file: str, number: int | None) -> tuple[PlanJournal, PlanJournal]:
    """The journal in the database, and that beside the plan."""
    from pathlib import Path

    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import journal_failures
    from orchestrate_ls.execution.journal import PlanJournal, chosen_database, find_journal, plan_id_of
    from orchestrate_ls.execution.journal_postgres import PostgresJournal

    database = chosen_database()
    if database is None:
        raise CommandFailedError("the database is missing", "name it with `--database postgresql://...`")
    opened = open_plan(file, number)
    plan_id = plan_id_of(opened.check.source)
    if plan_id is None:
        raise CommandFailedError(f"nothing was recorded of {file} yet")
    with journal_failures():
        # Stores of their own, which nothing was read from yet.
        path = find_journal(Path(opened.name), plan_id).path
        return PlanJournal(path, plan_id, PostgresJournal(database, plan_id)), PlanJournal(path, plan_id)


def _take_over(source: PlanJournal, target: PlanJournal) -> None:
    from orchestrate_ls.cli.counting import count
    from orchestrate_ls.cli.plan_journal import journal_failures, note_problems
    from orchestrate_ls.cli.terminal import output_console, safe
    from orchestrate_ls.execution.journal import take_over

    with journal_failures():
        added = take_over(source.file.read_on()[0], target)
    note_problems(source)
    total = target.state.events
    output_console().print(
        safe(f"{target.name}: {count(added, 'event')} added, {total:,} in all."), soft_wrap=True
    )
