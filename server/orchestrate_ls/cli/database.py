"""`--database`: the option of every command that reads or writes a journal, given to them in one place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from orchestrate_ls.cli.failures import CommandFailedError

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="ORCHESTRATE_DATABASE",
        show_envvar=True,
        help="Keep the journal in this PostgreSQL database, as in postgresql://user@host/plans, not beside the plan.",
    ),
]


def with_database(command: Callable[..., None]) -> Callable[..., None]:
    """The same command with the option, which holds for all journals that it opens."""

    @functools.wraps(command)
    def run_command(*arguments: Any, database: str | None = None, **options: Any) -> None:
        choose_database(database)
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
