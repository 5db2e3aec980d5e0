"""`orchestrate schedule`: who does what when, the critical path and chain, and what more capacity would win."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note

# What trying changes may take after the search.
_OUTLOOK_SECONDS: Final = 10.0

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


class SolverName(StrEnum):
    """Who searches."""

    AUTO = "auto"
    HEURISTIC = "heuristic"
    CP_SAT = "cp-sat"


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
    solver: Annotated[
        SolverName,
        typer.Option(
            "--solver",
            help="heuristic: plain Python, the same result each time. cp-sat: OR-Tools after it, which can prove more"
            " (install `orchestrate-ls[solver]`). auto: cp-sat where it is installed.",
        ),
    ] = SolverName.HEURISTIC,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            help="End the search after so long, with the best schedule so far; the heuristic needs it for large plans"
            " only.",
            min=0,
        ),
    ] = 10.0,
    simulates: Annotated[
        bool,
        typer.Option(
            "--simulate",
            help="Draw durations from three-point estimates many times: expected finish, P50, P80 and P95, and how"
            " often each task is critical.",
        ),
    ] = False,
    samples: Annotated[
        int, typer.Option("--samples", metavar="N", help="How many samples --simulate draws.", min=1)
    ] = 1_000,
) -> None:
    """Print when each task runs and who does it, the critical path, and the waves.

    Dependencies, estimates, the number of tasks at once, each agent's capacity and the files that tasks write
    all count. The exit code is 2 for a plan that has errors, because no schedule of it would mean anything.
    Ctrl-C ends the search with the best schedule so far.
    """
    import math
    import time

    if math.isnan(time_limit):
        raise CommandFailedError("the time limit is no number", "write seconds, for example `--time-limit 5`")
    checked = read_plan(file)
    check = choose_plan(checked, file, plan_number)
    refuse_errors(checked, check, file)
    from orchestrate_ls.cli.schedule_outlook import Outlook
    from orchestrate_ls.cli.schedule_search import Interrupt, Search, note_how_it_ended
    from orchestrate_ls.schedule.plan_claims import judge_claims

    plan, analysis = check.source.plan, check.analysis
    with Interrupt().watched() as interrupt:
        found = Search(solver.value, time_limit, seed, interrupt).run(plan, capacity)
        ends = time.monotonic() + _OUTLOOK_SECONDS

        def should_stop() -> bool:
            return interrupt.came or time.monotonic() > ends

        outlook = Outlook()
        if output in (Format.TABLE, Format.JSON):
            from orchestrate_ls.schedule.what_if import what_if

            outlook.what_if = what_if(plan, found, seed=seed, should_stop=should_stop)
        if simulates:
            from orchestrate_ls.schedule.plan_simulation import simulate_plan

            outlook.wanted_samples = samples
            outlook.simulation = simulate_plan(
                plan, found, samples=samples, seed=seed, should_stop=lambda: interrupt.came
            )
    claims = judge_claims(plan, found, analysis.times)
    if output is Format.JSON:
        from orchestrate_ls.cli.terminal import write_json
        from orchestrate_ls.ide.full_schedule import full_schedule_as_json

        data = full_schedule_as_json(plan, analysis, found, claims)
        data["interrupted"] = interrupt.came
        data["time_limit_hit"] = found.stopped and not interrupt.came
        write_json(outlook.added_to(data, plan))
        return
    for note in [*found.notes, *outlook.notes(plan)]:
        print_note(note)
    note_how_it_ended(found, time_limit, interrupt)
    if output is Format.CSV:
        from orchestrate_ls.cli.schedule_export import schedule_as_csv

        sys.stdout.write(schedule_as_csv(plan, found, outlook.criticality))
    elif output is Format.MERMAID:
        from orchestrate_ls.cli.schedule_export import schedule_as_mermaid

        sys.stdout.write(schedule_as_mermaid(plan, found))
    elif output is Format.GANTT:
        from orchestrate_ls.cli.schedule_gantt import print_gantt

        print_gantt(plan, found, claims, file)
        outlook.show(plan, found)
    else:
        from orchestrate_ls.cli.schedule_table import print_schedule

        print_schedule(plan, analysis, found, claims, file)
        outlook.show(plan, found)


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
    checker = Checker(Settings(max_file_size=limit), searches=False)
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
