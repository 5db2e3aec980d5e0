"""How a command says that it could not do what it was asked to. Messages go to standard error, one line
each.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Final

from orchestrate_ls import __version__
from orchestrate_ls.cli.terminal import error_console, safe

FAILED: Final = 2
BUG: Final = 2


class CommandFailedError(Exception):
    """What a command could not do. ``message`` says what is wrong, ``hint`` what to do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message: Final = message
        self.hint: Final = hint


def report_failure(failure: CommandFailedError) -> int:
    """Print a failure and return the exit code for it."""
    print_error(failure.message, failure.hint)
    return FAILED


def print_error(message: str, hint: str | None = None) -> None:
    """Print what is wrong, and what to do about it."""
    from rich.text import Text

    console = error_console()
    console.print(Text.assemble(("error", "bold red"), (": ", "bold"), safe(message)), soft_wrap=True)
    if hint is not None:
        console.print(Text.assemble(("  help", "bold cyan"), ": ", safe(hint)), soft_wrap=True)


def print_note(message: str) -> None:
    """Print something a person should know, which is no error."""
    from rich.text import Text

    error_console().print(Text.assemble(("note", "bold cyan"), ": ", safe(message)), soft_wrap=True)


def report_bug(error: BaseException) -> int:
    """Print that the program is at fault, and return the exit code for it. The traceback is shown when asked
    for.
    """
    if os.environ.get("ORCHESTRATE_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    summary = traceback.extract_tb(error.__traceback__)
    where = f" at {os.path.basename(summary[-1].filename)}:{summary[-1].lineno}" if summary else ""  # noqa: PTH119
    print_error(f"this is a bug in orchestrate {__version__}: {type(error).__name__}: {error}{where}")
    hint = "please report it with the command and the file that led to it"
    if not os.environ.get("ORCHESTRATE_DEBUG"):
        hint += "; `orchestrate --debug ...` shows where it happened"
    print_note(hint)
    return BUG
