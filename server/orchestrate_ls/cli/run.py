"""`orchestrate run`: have a plan carried out by the agents that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import PlanNumber, PlanPath

if TYPE_CHECKING:
    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.cli.run_preview import RunPreview
    from orchestrate_ls.execution.runner import Coordinator, Notice

FAILED: Final = 1
"""The exit code of a run that ended with tasks left."""


class Format(StrEnum):
    """How it is printed what would be run."""

    TABLE = "table"
    JSON = "json"


class EngineOption(StrEnum):
    """Who performs the work."""

    AUTO = "auto"
    LOCAL = "local"
    DURABLE = "durable"


def run(
    file: PlanPath,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show all that would be run, and run nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before commands are run.")] = False,
    parallel: Annotated[
        int | None,
        typer.Option(
            "--parallel",
            metavar="N",
            help="Tasks at once where the plan has no `concurrent_capacity`.",
            min=1,
        ),
    ] = None,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="End when only people have something left to do.")
    ] = False,
    pause: Annotated[
        bool, typer.Option("--pause", help="Have the present run start nothing for now.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Have a paused run go on.")] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="Have the present run end when what is under way has ended.")
    ] = False,
    engine: Annotated[
        EngineOption,
        typer.Option(
            "--engine",
            envvar="ORCHESTRATE_ENGINE",
            help="What remembers the work: durable (a file or database), local (nothing), auto (durable if installed).",
            show_default=True,
        ),
    ] = EngineOption.AUTO,
    here: Annotated[
        int | None,
        typer.Option(
            "--here",
            metavar="N",
            help="With --database: tasks at once on this machine, 0 to leave all to workers; else all.",
            min=0,
        ),
    ] = None,
    output: Annotated[
        Format,
        typer.Option("--format", "-f", help="Of --dry-run: table for people, json for programs."),
    ] = Format.TABLE,
    plan: PlanNumber = None,
) -> None:
    """Run a plan: each task that can start is handed to its agent, and what comes of it is recorded.

    An agent is a command from `orchestrate.toml` (`[agents.NAME]`) or from your own settings, never from the plan. What
    will be run is shown and asked about first. Dependencies, capacity, agents and files are kept to, failures are
    handled as the plan's `error_recovery` says, and changes to the plan are followed. Ctrl-C starts nothing more and
    lets what runs end; a second one stops it at once. The next run goes on where this one ended, however it ended.
    """
    from orchestrate_ls.cli.plan_files import open_plan, refuse_errors

    if file == "-":
        raise CommandFailedError("standard input cannot be run", "name a plan file")
    opened = open_plan(file, plan)
    if pause or resume or stop:
        _control(opened, pause=pause, resume=resume, stop=stop)
        return
    refuse_errors(opened.checked, opened.check, file)
    from orchestrate_ls.cli.run_preview import RunPreview

    preview = RunPreview(opened, parallel)
    if dry_run:
        if output is Format.JSON:
            from orchestrate_ls.cli.terminal import write_json

            write_json(preview.as_json())
        else:
            preview.show(every_task=True)
        return
    preview.refuse_gaps()
    if here != 0:
        preview.refuse_missing()
    preview.show(every_task=False)
    preview.ask(yes=yes)
    _carry_out(opened, preview, engine, here, waits_for_people=not no_wait)


def _carry_out(
    opened: OpenedPlan,
    preview: RunPreview,
    engine: EngineOption,
    here: int | None,
    *,
    waits_for_people: bool,
) -> None:
    from orchestrate_ls.cli.plan_journal import journal_failures
    from orchestrate_ls.cli.run_help import run_help
    from orchestrate_ls.cli.run_watch import follow_run
    from orchestrate_ls.execution.engines import (
        EngineChoice,
        EngineName,
        engine_for,
        is_durable_installed,
        sqlite_too_old,
    )
    from orchestrate_ls.execution.journal import chosen_database, find_journal, identified
    from orchestrate_ls.execution.run_lock import run_lock
    from orchestrate_ls.execution.run_plan import PlanFollower, UnfitPlanError
    from orchestrate_ls.execution.runner import Coordinator, RunOptions
    from orchestrate_ls.progress.event import RunAction

    path = Path(opened.name).resolve()
    with journal_failures():
        plan_id = identified(path, opened.number)
        journal = find_journal(path, plan_id)
        with run_lock(journal.path):
            try:
                follower = PlanFollower(path, plan_id)
            except UnfitPlanError as error:
                raise CommandFailedError(f"{opened.name} cannot be run: {error}") from None
            options = RunOptions(
                preview.folder,
                preview.kept(journal.path),
                preview.parallel,
                waits_for_people=waits_for_people,
            )
            choice = EngineChoice(
                EngineName(engine.value),
                journal.path,
                plan_id,
                preview.folder,
                preview.commands,
                chosen_database(),
                here,
            )
            engine_of = engine_for(choice)
            if choice.name is EngineName.AUTO and choice.database is None and is_durable_installed():
                reason = sqlite_too_old()
                if reason is not None:
                    print_note(f"{reason}; runs are not kept on it, the journal alone says where to go on")

            helpers = run_help(preview, plan_id, path, journal.path)

            def make(tell: Callable[[Notice], None]) -> Coordinator:
                return Coordinator(follower, journal, engine_of, preview.commands, options, tell, helpers)

            end = follow_run(opened, make)
    if helpers.worktrees is not None:
        branch = helpers.worktrees.merged
        print_note(f"what was done is on the branch {branch}; `git merge {branch}` takes it")
    if end.action is not RunAction.FINISHED:
        raise typer.Exit(FAILED)


def _control(opened: OpenedPlan, *, pause: bool, resume: bool, stop: bool) -> None:
    """Have the run that there is pause, go on or end."""
    from datetime import UTC, datetime

    from orchestrate_ls.cli.plan_journal import journal_failures, journal_of
    from orchestrate_ls.execution.run_events import run_event
    from orchestrate_ls.progress.actions import RefusedError
    from orchestrate_ls.progress.event import Event, RunAction
    from orchestrate_ls.progress.state import PlanState

    if pause + resume + stop > 1:
        raise CommandFailedError("--pause, --resume and --stop exclude each other", "give one of them")
    action = RunAction.PAUSED if pause else RunAction.RESUMED if resume else RunAction.STOPPED
    journal = journal_of(opened)
    if journal is None:
        raise CommandFailedError(f"{opened.name} is not being run", "`orchestrate run` runs it")
    plan_id = journal.plan_id

    def decide_on(state: PlanState) -> Event:
        latest = state.latest_run
        if latest is None or latest.action in (RunAction.STOPPED, RunAction.FINISHED):
            raise RefusedError(f"{opened.name} is not being run", "`orchestrate run` runs it")
        if action is RunAction.PAUSED and latest.action == RunAction.PAUSED:
            raise RefusedError("the run is paused already", "`--resume` lets it go on")
        if action is RunAction.RESUMED and latest.action != RunAction.PAUSED:
            raise RefusedError("the run is not paused")
        return run_event(plan_id, latest.run, datetime.now(UTC), action, state.plan)

    with journal_failures():
        journal.record(decide_on)
    told = {
        RunAction.PAUSED: "the run starts nothing until it is resumed; what is under way goes on",
        RunAction.RESUMED: "the run goes on",
        RunAction.STOPPED: "the run ends when what is under way has ended",
    }
    print_note(told[action])
