"""`orchestrate report`: what became of a plan, as Markdown, as one HTML file, or as JSON."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import AsOf, PlanNumber, PlanPath

if TYPE_CHECKING:
    from datetime import datetime

    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.progress.event import Event
    from orchestrate_ls.report.evidence import Evidence
    from orchestrate_ls.report.retrospective import Retrospective


class Format(StrEnum):
    """How the report is written."""

    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


_ENDINGS = {".md": Format.MARKDOWN, ".html": Format.HTML, ".htm": Format.HTML, ".json": Format.JSON}


def report(
    file: PlanPath,
    form: Annotated[
        Format | None,
        typer.Option("--format", "-f", help="markdown, html (one file, to be opened anywhere) or json."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to write it; its ending tells the format too."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    coverage: Annotated[
        Path | None,
        typer.Option(
            "--coverage",
            metavar="FILE",
            help="The coverage file; else coverage.xml, lcov.info and the like are looked for.",
        ),
    ] = None,
    history: Annotated[
        bool,
        typer.Option("--git/--no-git", help="Read lines changed from git's history.", show_default=False),
    ] = True,
    now: AsOf = None,
    plan: PlanNumber = None,
) -> None:
    """Report on a plan: time against estimates, quality, defects, what went well and what to do better.

    Everything comes from the plan's journal, git's history and coverage files, and says where from; docs/metrics.md
    defines each figure. It can be made at any time, not only at the end.
    """
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import moment_of

    chosen = form or (_ENDINGS.get(output.suffix.lower()) if output is not None else None) or Format.MARKDOWN
    opened = open_plan(file, plan)
    made = report_of(opened, moment_of(now), coverage=coverage, with_git=history)
    for remark in made.remarks:
        if output is not None:
            print_note(remark)
    write_report(_text_of(made, chosen), output, force=force)


def report_of(
    opened: OpenedPlan, now: datetime, *, coverage: Path | None = None, with_git: bool = True
) -> Retrospective:
    """The report on an opened plan, with what git and coverage files say."""
    from orchestrate_ls.cli.plan_journal import journal_of, note_problems
    from orchestrate_ls.report.retrospective import look_back

    check = opened.check
    if not check.source.plan.tasks:
        raise CommandFailedError(f"{opened.name} has no tasks", "write them below `tasks:`")
    journal = journal_of(opened)
    events = journal.events if journal is not None else []
    if journal is not None:
        note_problems(journal)
    return look_back(
        check.source.plan,
        check.analysis,
        events,
        journal.plan_id if journal is not None else "",
        now,
        _evidence(opened, events, now, coverage, with_git=with_git),
        title=check.source.plan.header.goal.text or Path(opened.name).name,
    )


def _evidence(
    opened: OpenedPlan, events: list[Event], now: datetime, coverage: Path | None, *, with_git: bool
) -> Evidence:
    from orchestrate_ls.report.gathering import gather_evidence
    from orchestrate_ls.workspace.coverage import CoverageError
    from orchestrate_ls.workspace.find import workspace_root

    root = workspace_root(Path() if opened.name == "-" else Path(opened.name))
    try:
        return gather_evidence(root, opened.check.source.plan, events, now, coverage, with_git=with_git)
    except CoverageError as error:
        raise CommandFailedError(str(error)) from None


def _text_of(made: Retrospective, form: Format) -> str:
    if form is Format.HTML:
        from orchestrate_ls.report.html import html_of

        return html_of(made)
    if form is Format.JSON:
        import json

        from orchestrate_ls.report.data import data_of

        return json.dumps(data_of(made), indent=2, ensure_ascii=True) + "\n"
    from orchestrate_ls.report.markdown import markdown_of

    return markdown_of(made)


def write_report(content: str | bytes, output: Path | None, *, force: bool) -> None:
    """Print a text (or pass on bytes), or write it to a file, whole or not at all."""
    if output is None:
        if isinstance(content, str):
            sys.stdout.write(content)
        else:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        return
    from orchestrate_ls.workspace.writing import FileThereError, UnwritableFileError, write_whole

    try:
        # Surrogates, which JSON text of a journal may hold, are no text in a file.
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        write_whole(output, data, overwrite=force)
    except FileThereError as error:
        raise CommandFailedError(error.message, "name another file, or add --force") from None
    except UnwritableFileError as error:
        raise CommandFailedError(error.message, error.hint) from None
    print_note(f"wrote {output}")
