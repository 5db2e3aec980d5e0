"""`orchestrate schedule`: who does what when, the critical path and chain, and what more capacity would win."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.rules.engine import PlanCheck
    from orchestrate_ls.workspace.checking import CheckedFile


class Format(StrEnum):
    """How a schedule is printed."""

    TABLE = "table"
    GANTT = "gantt"
    JSON = "json"
    MERMAID = "mermaid"
    CSV = "csv"


def schedule(
    file: Annotated[
        str, typer.Argument(metavar="PLAN", help="A plan file, or - for standard input.", show_default=False)
    ],
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            "-f",
            help="table or gantt for people, json for programs, csv for spreadsheets, mermaid for Markdown.",
            show_default=True,
        ),
    ] = Format.TABLE,
    plan_number: Annotated[
        int | None,
        typer.Option("--plan", metavar="N", help="Which plan of a file with several, from 1.", min=1),
    ] = None,
    capacity: Annotated[
        int | None,
        typer.Option(
            "--capacity",
            metavar="N",
            help="How many tasks may run at once, instead of the plan's `concurrent_capacity`.",
            min=1,
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Of the search; the same seed gives the same schedule.")
    ] = 0,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            help="End the search after so long, with the best schedule so far; only large plans come near it.",
            min=0,
        ),
    ] = 10.0,
) -> None:
    """Print when each task runs and who does it, the critical path, and the waves.

    Dependencies, estimates, the number of tasks at once, each agent's capacity and the files that tasks write
    all count. The exit code is 2 for a plan that has errors, because no schedule of it would mean anything.
    """
    import math
    import time

    if math.isnan(time_limit):
        raise CommandFailedError("the time limit is no number", "write seconds, for example `--time-limit 5`")
    checked = read_plan(file)
    check = choose_plan(checked, file, plan_number)
    refuse_errors(checked, check, file)
    from orchestrate_ls.schedule.plan_claims import judge_claims
    from orchestrate_ls.schedule.plan_schedule import schedule_plan

    plan, analysis = check.source.plan, check.analysis
    deadline = time.monotonic() + time_limit
    found = schedule_plan(plan, capacity, seed=seed, should_stop=lambda: time.monotonic() > deadline)
    claims = judge_claims(plan, found, analysis.times)
    if output is Format.JSON:
        from orchestrate_ls.cli.schedule_json import full_schedule_as_json
        from orchestrate_ls.cli.terminal import write_json

        write_json(full_schedule_as_json(plan, analysis, found, claims))
        return
    for note in found.notes:
        print_note(note)
    if found.stopped and not found.proven:
        print_note(f"the search ended at the time limit of {time_limit:g} s; `--time-limit` gives it longer")
    if output is Format.CSV:
        from orchestrate_ls.cli.schedule_export import schedule_as_csv

        sys.stdout.write(schedule_as_csv(plan, found))
    elif output is Format.MERMAID:
        from orchestrate_ls.cli.schedule_export import schedule_as_mermaid

        sys.stdout.write(schedule_as_mermaid(plan, found))
    elif output is Format.GANTT:
        from orchestrate_ls.cli.schedule_gantt import print_gantt

        print_gantt(plan, found, claims, file)
    else:
        from orchestrate_ls.cli.schedule_table import print_schedule

        print_schedule(plan, analysis, found, claims, file)


def read_plan(name: str) -> CheckedFile:
    """Read and check one file. Its problems are those of the default rules, whatever a folder's settings
    silence.
    """
    from orchestrate_ls.workspace.checking import Checker
    from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text
    from orchestrate_ls.workspace.settings import Settings
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    is_input = name == "-"
    path = Path(name)
    loaded = SettingsFiles().of(Path() if is_input else path)
    limit = loaded.settings.max_file_size
    checker = Checker(Settings(max_file_size=limit))
    try:
        if not is_input:
            return checker.check(path)
        return checker.check_text(Path("<stdin>"), decode_plan_text(sys.stdin.buffer.read(limit + 1), limit))
    except UnreadablePlanError as error:
        raise CommandFailedError(f"{name}: {error.message}", error.hint) from None


def choose_plan(checked: CheckedFile, name: str, number: int | None) -> PlanCheck:
    """One of the plans of a file; a file with several needs a number."""
    plans = checked.check.plans
    if number is None and len(plans) > 1:
        listed = ", ".join(
            f"{index} ({check.source.plan.header.goal.text or 'no goal'})"[:60]
            for index, check in enumerate(plans[:10], start=1)
        )
        raise CommandFailedError(f"{name} holds {len(plans)} plans: {listed}", "choose one with `--plan N`")
    if number is not None and number > len(plans):
        there = "one plan" if len(plans) == 1 else f"{len(plans)} plans"
        raise CommandFailedError(f"{name} has no plan {number}: it holds {there}")
    return plans[(number or 1) - 1]


def refuse_errors(checked: CheckedFile, check: PlanCheck, name: str) -> None:
    """Stop at a plan that has errors, is cyclic, or has no tasks; mention what counts as no time."""
    from orchestrate_ls.cli.counting import count
    from orchestrate_ls.rules.base import Severity

    number = checked.check.plans.index(check)
    errors = [
        each
        for each in checked.check.diagnostics
        if each.severity is Severity.ERROR and (each.plan == number or len(checked.check.plans) == 1)
    ]
    if errors:
        from orchestrate_ls.cli.check_text import print_errors

        print_errors(checked, errors)
        raise CommandFailedError(
            f"{name} has {count(len(errors), 'error')}, so no schedule of it would mean anything",
            f"`orchestrate check {name}` shows them again after a repair",
        )
    plan = check.source.plan
    if not plan.tasks:
        raise CommandFailedError(f"{name} has no tasks", "write them below `tasks:`")
    if not check.analysis.times.complete:
        # The finding is silenced by a comment; the circle is there all the same.
        raise CommandFailedError(
            f"the tasks of {name} wait for each other in a circle", "remove a dependency of it"
        )
    missing = [check.context.names[index] for index, task in enumerate(plan.tasks) if task.estimate is None]
    if missing:
        shown = ", ".join(missing[:8]) + (" ..." if len(missing) > 8 else "")
        print_note(f"{count(len(missing), 'task')} without an estimate, counted as taking no time: {shown}")
