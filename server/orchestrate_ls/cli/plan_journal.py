"""The journal of a plan that a command has opened, and failures of it as failures of the command."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.execution.journal import PlanJournal
    from orchestrate_ls.progress.board import ProgressBoard


@contextmanager
def journal_failures() -> Generator[None]:
    """What goes wrong with a journal, or is refused, ends the command with its message."""
    from orchestrate_ls.execution.database import DatabaseError
    from orchestrate_ls.execution.journal_file import JournalError
    from orchestrate_ls.progress.actions import RefusedError

    try:
        yield
    except (JournalError, RefusedError, DatabaseError) as error:
        raise CommandFailedError(error.message, error.hint) from None


def journal_of(opened: OpenedPlan) -> PlanJournal | None:
    """The journal of a plan, read; None where nothing can have been recorded yet."""
    from orchestrate_ls.execution.journal import find_journal, plan_id_of

    plan_id = plan_id_of(opened.check.source)
    if opened.name == "-" or plan_id is None:
        return None
    with journal_failures():
        journal = find_journal(Path(opened.name), plan_id)
        journal.refresh()
    return journal


def board_of(opened: OpenedPlan, *, with_notes: bool = True) -> ProgressBoard:
    """A plan beside what was recorded of it."""
    from orchestrate_ls.progress.board import ProgressBoard
    from orchestrate_ls.progress.fold import ProgressFold

    journal = journal_of(opened)
    if journal is not None and with_notes:
        note_problems(journal)
    state = journal.state if journal is not None else ProgressFold("").state()
    return ProgressBoard(opened.check.source.plan, state, opened.check.analysis.network)


def note_problems(journal: PlanJournal) -> None:
    """Say which lines of a journal were passed over."""
    from orchestrate_ls.ide.journal_notes import journal_notes

    for message in journal_notes(journal):
        print_note(message)


def moment_of(now: str | None) -> datetime:
    """The time given, or that of the clock."""
    from orchestrate_ls.cli.check import time_of

    return time_of(now).astimezone(UTC) if now is not None else datetime.now(UTC)
