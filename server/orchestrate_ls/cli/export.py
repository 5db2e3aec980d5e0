"""`orchestrate export`: a plan in the forms of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import PlanInput, PlanNumber

_FORMS = "mermaid, dot, svg, html, csv, json, graphml, taskjuggler or github-issues-script"


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

    What a form cannot hold is said on standard error.
    """
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import board_of, moment_of
    from orchestrate_ls.cli.report import report_of, write_report
    from orchestrate_ls.report.export import Form, NotPossibleError
    from orchestrate_ls.report.export import export as export_plan

    forms = [*(form.value for form in Form), "html"]
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
        made = export_plan(opened.check.source.plan, opened.check.analysis, Form(to), states)
    except NotPossibleError as error:
        raise CommandFailedError(f"{opened.name}: {error.message}", error.hint) from None
    for sentence in made.left_out:
        print_note(sentence)
    write_report(made.text, output, force=force)
