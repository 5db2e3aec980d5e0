"""`orchestrate check`: what is wrong in plan files, for people and for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestrate_ls.cli.failures import FAILED, CommandFailedError, print_error, print_note
from orchestrate_ls.cli.plan_options import SettingsPath

if TYPE_CHECKING:
    from orchestrate_ls.cli.check_run import CheckRun, CheckRunner

FINDINGS: Final = 1


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


class FailOn(StrEnum):
    """From which severity on findings make the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"
    NEVER = "never"


def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Plan files, folders to search for them, or - for standard input. The current folder without.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Format,
        typer.Option(
            "--format", "-f", help="text for people; json, sarif or github for programs.", show_default=True
        ),
    ] = Format.TEXT,
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", help="The mildest severity that makes the exit code 1.", show_default=True),
    ] = FailOn.ERROR,
    config: SettingsPath = None,
    now: Annotated[
        str | None,
        typer.Option(
            "--now", metavar="TIME", help="The time for checks that need one, as in 2026-11-23T09:00:00Z."
        ),
    ] = None,
    stdin_name: Annotated[
        str | None,
        typer.Option(
            "--stdin-name", metavar="PATH", help="What standard input is called, and whose settings hold."
        ),
    ] = None,
    user_agents: Annotated[
        bool,
        typer.Option(
            "--user-agents",
            help="Let agents count that are defined in your own folders, as ~/.claude/agents.",
        ),
    ] = False,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Apply every fix that is the one obvious answer, then report the rest."),
    ] = False,
    agent_hook: Annotated[
        bool,
        typer.Option(
            "--agent-hook",
            help="For a hook of a coding agent: read the event of an edit from standard input, and tell the agent"
            " what is wrong in the plan that was edited.",
        ),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the source of information and hints too.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show errors and warnings only.")] = False,
) -> None:
    """Report what is wrong in plan files.

    Agents that are defined below the root of a plan's repository (for Claude Code, Copilot, opencode, Codex or
    Cursor) count as declared. What is wrong with such a definition is reported too.

    As text, errors and warnings come with their source line, information and hints with one line each.

    The exit code is 0 if there is nothing at or above `--fail-on`, 1 if there is, and 2 if something could
    not be checked: a file that is missing or no text, or wrong settings.
    """
    from orchestrate_ls.cli.check_run import CheckRunner
    from orchestrate_ls.cli.named_files import STANDARD_INPUT
    from orchestrate_ls.rules.base import Severity

    if agent_hook:
        from orchestrate_ls.cli.check_hook import answer_hook

        answer_hook(Severity.WARNING)
        return
    names = paths or ["."]
    if names.count(STANDARD_INPUT) > 1:
        raise CommandFailedError("standard input can be read only once", "name `-` once")
    if fix and STANDARD_INPUT in names:
        raise CommandFailedError("standard input cannot be fixed", "name a file")
    runner = CheckRunner(
        config, time_of(now) if now is not None else None, stdin_name, user_agents=user_agents
    )
    run = runner.check_all(names)
    if fix:
        _fix(run, runner)
    _print_results(run, output, verbose=verbose, quiet=quiet)
    if output is not Format.GITHUB:
        for failure in run.failures:
            print_error(f"{failure.place}: {failure.message}", failure.hint)
    for folder in run.empty_folders:
        print_note(f"there are no plans in {folder}; plans are files named *.plan.yaml")
    for note in run.notes:
        print_note(note)
    if run.failures:
        raise typer.Exit(FAILED)
    worst = run.worst()
    if worst is not None and fail_on is not FailOn.NEVER and worst.rank <= Severity(fail_on.value).rank:
        raise typer.Exit(FINDINGS)


def time_of(text: str) -> datetime:
    """A time as given on the command line; UTC where it names no zone."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise CommandFailedError(
            f"`{text[:60]}` is not a time", "write it like 2026-11-23T09:00:00Z"
        ) from None
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _print_results(run: CheckRun, output: Format, *, verbose: bool, quiet: bool) -> None:
    if output is Format.JSON:
        from orchestrate_ls.cli.check_json import print_json

        print_json(run)
    elif output is Format.SARIF:
        from orchestrate_ls.cli.check_sarif import print_sarif

        print_sarif(run)
    elif output is Format.GITHUB:
        from orchestrate_ls.cli.check_github import print_github

        print_github(run)
    else:
        from orchestrate_ls.cli.check_text import print_text

        print_text(run, verbose=verbose, quiet=quiet)


def _fix(run: CheckRun, runner: CheckRunner) -> None:
    """Apply preferred fixes to the run's files and put in what is left of their findings."""
    from orchestrate_ls.cli.named_files import Failure
    from orchestrate_ls.workspace.fixing import fix_file
    from orchestrate_ls.workspace.writing import UnwritableFileError

    fixed = 0
    for index, file in enumerate(run.files):
        try:
            result = fix_file(runner.checker(file.path), file)
        except UnwritableFileError as error:
            run.failures.append(Failure(file.path.as_posix(), f"not fixed: {error.message}", error.hint))
            continue
        run.files[index] = result.file
        fixed += result.fixes
        if result.skipped is not None:
            print_note(f"{file.path.as_posix()} was not fixed: {result.skipped}")
    if fixed:
        print_note(f"{fixed} {'fix' if fixed == 1 else 'fixes'} applied")
    elif any(diagnostic.fixable for file in run.files for diagnostic in file.diagnostics):
        print_note(
            "nothing was fixed: where there are suggestions, none is the one obvious answer, so choose yourself"
        )
