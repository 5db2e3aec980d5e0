"""`orchestrate export`: a plan in the forms of other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import PlanInput, PlanNumber

_FORMS = "mermaid, dot, svg, png, html, csv, json, graphml, taskjuggler or github-issues-script"


def export(
    file: PlanInput,
    to: Annotated[str, typer.Option("--to", "-t", metavar="FORM", help=f"One of {_FORMS}.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it; else it is printed."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    now: Annotated[
        str | None, typer.Option("--now", metavar="TIME", help="As of this time, for html; else now.")
    ] = None,
    plan: PlanNumber = None,
) -> None:
    """Write a plan in the form of another tool: a graph, a picture, a table, a project, or a script that makes issues.

    What a form cannot hold is said on standard error. PNG needs the extra `png`: pip install 'orchestrate-ls[png]'.
    """
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import board_of, moment_of
    from orchestrate_ls.cli.report import report_of, write_report
    from orchestrate_ls.report.export import Form, NotPossibleError
    from orchestrate_ls.report.export import export as export_plan

    forms = [*(form.value for form in Form), "html", "png"]
    if to not in forms:
        raise CommandFailedError(f"plans are not exported to {to}", f"name one of {_FORMS}")
    opened = open_plan(file, plan)
    if not opened.check.source.plan.tasks:
        raise CommandFailedError(f"{opened.name} has no tasks", "write them below `tasks:`")
    if to == "html":
        from orchestrate_ls.report.html import html_of

        write_report(html_of(report_of(opened, moment_of(now))), output, force=force)
        return
    board = board_of(opened, with_notes=False)
    states = [board.state_of(task) for task in range(len(board.progress))] if board.state.events else []
    try:
        form = Form.SVG if to == "png" else Form(to)
        made = export_plan(opened.check.source.plan, opened.check.analysis, form, states)
        content = _pixels(made.text, output) if to == "png" else made.text
    except NotPossibleError as error:
        raise CommandFailedError(f"{opened.name}: {error.message}", error.hint) from None
    for sentence in made.left_out:
        print_note(sentence)
    write_report(content, output, force=force)


def _pixels(svg: str, output: Path | None) -> bytes:
    from orchestrate_ls.report.png import PictureError, png_of

    if output is None and sys.stdout.isatty():
        raise CommandFailedError("a PNG picture is no text for a terminal", "name a file with --output FILE")
    try:
        return png_of(svg)
    except PictureError as error:
        raise CommandFailedError(error.message, error.hint) from None
