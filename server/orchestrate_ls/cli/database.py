"""`--database`: the option of every command that reads or writes a journal, given to them in one place.

Without it the settings count: `[run] database` in the user's own `run.toml`, or in the folder's `orchestrate.toml` once
the user has agreed to exactly that address there.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.workspace.own_run import NamedDatabase

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="ORCHESTRATE_DATABASE",
        show_envvar=True,
        help="Keep the journal in this PostgreSQL database, as in postgresql://user@host/plans, not beside the plan;"
        " else where `database` below `[run]` says. Empty: beside the plan.",
    ),
]


def with_database(command: Callable[..., None]) -> Callable[..., None]:
    """The same command with the option, which holds for all journals that it opens."""

    @functools.wraps(command)
    def run_command(*arguments: Any, database: str | None = None, **options: Any) -> None:
        choose_database(_by_settings(options) if database is None else database)
        try:
            command(*arguments, **options)
        finally:
            choose_database(None)

    signature = inspect.signature(command, eval_str=True)
    option = inspect.Parameter("database", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Database)
    parameters = [*signature.parameters.values(), option]
    vars(run_command)["__signature__"] = signature.replace(parameters=parameters)
    run_command.__annotations__ = {**command.__annotations__, "database": Database}
    return run_command


def choose_database(database: str | None) -> None:
    """Keep journals there from now on; None for beside the plans."""
    from orchestrate_ls.execution.database import DatabaseAddress, DatabaseError
    from orchestrate_ls.execution.journal import keep_journals_in

    if not database:
        keep_journals_in(None)
        return
    try:
        keep_journals_in(DatabaseAddress.parse(database))
    except DatabaseError as error:
        raise CommandFailedError(error.message, error.hint) from None


def _by_settings(options: Mapping[str, Any]) -> str | None:
    """What the settings say for the plan or folder that a command is about; None for beside the plan."""
    from orchestrate_ls.workspace.own_run import load_own_run, named_database
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    place = options.get("file") or options.get("folder") or "."
    path = Path() if place == "-" else Path(place)
    named = named_database(load_own_run(), SettingsFiles().of(path))
    if named is None:
        return None
    if not named.is_agreed and options.get("yes") is not True:
        _ask(named)
    return named.address


def _ask(named: NamedDatabase) -> None:
    """Ask whether journals may be kept there, and remember a yes. A no ends the command."""
    from orchestrate_ls.cli.asking import is_yes, remember_yes
    from orchestrate_ls.cli.terminal import error_console, safe
    from orchestrate_ls.execution.database import DatabaseAddress, DatabaseError

    try:
        shown = DatabaseAddress.parse(named.address).shown
    except DatabaseError as error:
        raise CommandFailedError(f"{named.path}: {error.message}", error.hint) from None
    if not sys.stdin.isatty():
        raise CommandFailedError(
            f"{named.path} keeps journals in {shown}, and nobody can be asked whether that may be",
            "say so with `--database` or ORCHESTRATE_DATABASE, or with `database` below `[run]` in your own run.toml;"
            " `--database ''` keeps them beside the plan",
        )
    error_console().print(
        safe(
            f"{named.path} keeps what happens in {shown}, which whoever runs that database can read."
            " Send it there? [y/N] "
        ),
        end="",
        markup=False,
        soft_wrap=True,
    )
    if not is_yes():
        print_note("nothing was sent; `--database ''` keeps the journal beside the plan")
        raise typer.Exit(1)
    remember_yes(named.digest)
