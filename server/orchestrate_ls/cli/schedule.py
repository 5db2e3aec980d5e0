"""`orchestrate schedule`: who does what when, the critical path and chain, and what more capacity would win."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import PlanInput, PlanNumber

# What trying changes may take after the search.
_OUTLOOK_SECONDS: Final = 10.0


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
    file: PlanInput,
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            "-f",
            help="table or gantt for people, json for programs, csv for spreadsheets, mermaid for Markdown.",
            show_default=True,
        ),
    ] = Format.TABLE,
    plan_number: PlanNumber = None,
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

    from orchestrate_ls.cli.plan_files import choose_plan, read_plan, refuse_errors

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
