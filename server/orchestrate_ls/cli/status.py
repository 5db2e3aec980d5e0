"""`orchestrate status`: how a plan stands, once or live."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrate_ls.cli.failures import CommandFailedError
from orchestrate_ls.cli.plan_options import AsOf, PlanNumber, PlanPath

if TYPE_CHECKING:
    from datetime import datetime

    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.execution.journal import PlanJournal
    from orchestrate_ls.plan.model import Plan
    from orchestrate_ls.progress.state import PlanState
    from orchestrate_ls.progress.status import PlanStatus, StatusReporter


class Format(StrEnum):
    """How the status is printed."""

    TABLE = "table"
    JSON = "json"


def status(
    file: PlanPath,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Follow the journal live; q or Ctrl-C ends it.")
    ] = False,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="table for people, json for programs.", show_default=True)
    ] = Format.TABLE,
    now: AsOf = None,
    plan: PlanNumber = None,
) -> None:
    """Show how far a plan is: each task's state with the reason, the time left, and what needs attention.

    What has happened comes from the plan's journal (`orchestrate task` writes it), the time left from the schedule of
    what is left. `--watch --format json` prints a line of JSON whenever something changes.
    """
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import moment_of, note_problems

    if watch and now is not None:
        raise CommandFailedError("--watch follows the clock", "leave `--now` out")
    if watch and output is Format.TABLE and not sys.stdout.isatty():
        raise CommandFailedError("--watch needs a terminal", "leave it out, or add `--format json`")
    opened = open_plan(file, plan)
    view = StatusView(opened)
    if watch:
        from orchestrate_ls.cli.status_watch import watch_as_json, watch_on_terminal

        if output is Format.JSON:
            watch_as_json(view)
        else:
            watch_on_terminal(view)
        return
    view.refresh()
    report = view.report(moment_of(now))
    if output is Format.JSON:
        from orchestrate_ls.cli.terminal import write_json

        write_json(view.as_json(report))
        return
    from orchestrate_ls.cli.status_table import status_lines
    from orchestrate_ls.cli.terminal import output_console, show

    if view.journal is not None:
        note_problems(view.journal)
    console = output_console()
    for each in status_lines(view, report, console.width):
        show(console, each)


class StatusView:
    """A plan with its journal, and its status at any moment."""

    def __init__(self, opened: OpenedPlan) -> None:
        from orchestrate_ls.progress.fold import ProgressFold

        self.opened = opened
        self.journal: PlanJournal | None = None
        self._nothing = ProgressFold("").state()
        self._reporter = self._new_reporter()

    @property
    def plan(self) -> Plan:
        """The plan as it was read."""
        return self.opened.check.source.plan

    @property
    def state(self) -> PlanState:
        """What was recorded, as of the last refresh."""
        return self.journal.state if self.journal is not None else self._nothing

    def refresh(self) -> bool:
        """Read on in the journal, or look for one; whether anything changed."""
        if self.journal is None:
            from orchestrate_ls.cli.plan_journal import journal_of

            self.journal = journal_of(self.opened)
            return self.journal is not None
        from orchestrate_ls.cli.plan_journal import journal_failures

        with journal_failures():
            return self.journal.refresh()

    def reopen(self, opened: OpenedPlan) -> None:
        """Go on with another version of the plan."""
        self.opened, self.journal = opened, None
        self._reporter = self._new_reporter()

    def report(self, now: datetime) -> PlanStatus:
        """The status at a moment."""
        return self._reporter.report(self.state, now)

    def as_json(self, status: PlanStatus) -> dict[str, Any]:
        """The same for programs."""
        from orchestrate_ls.ide.journal_notes import journal_notes
        from orchestrate_ls.ide.status_json import status_as_json

        notes = journal_notes(self.journal) if self.journal is not None else []
        return status_as_json(self.opened.name, self.plan, self.journal, status, notes)

    def _new_reporter(self) -> StatusReporter:
        from orchestrate_ls.progress.status import StatusReporter

        check = self.opened.check
        if not check.source.plan.tasks:
            raise CommandFailedError(f"{self.opened.name} has no tasks", "write them below `tasks:`")
        return StatusReporter(check.source.plan, check.analysis)
