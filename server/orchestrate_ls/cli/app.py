"""The commands put together, and what holds for all of them: exit codes, interrupts, closed pipes, unexpected
errors.

Exit codes: 0 done, 1 findings (`check`), files that are not formatted (`format`) or a change that was only shown
(`replan`), 2 it could not be done, 130 interrupted, 141 nobody reads the output.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Final, ParamSpec

import typer

from orchestrate_ls import __version__
from orchestrate_ls.cli import (
    assign,
    check,
    explain,
    export,
    gates,
    handoff,
    history,
    init,
    journal,
    lsp,
    mcp,
    plan,
    replan,
    report,
    schedule,
    status,
    task,
    worker,
)
from orchestrate_ls.cli import format as format_command
from orchestrate_ls.cli import import_plan as import_command
from orchestrate_ls.cli import next as next_command
from orchestrate_ls.cli import run as run_command
from orchestrate_ls.cli.database import with_database
from orchestrate_ls.cli.failures import CommandFailedError, report_bug, report_failure
from orchestrate_ls.cli.terminal import prepare_streams

Parameters = ParamSpec("Parameters")

INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141
"""What a shell reports for a program that a closed pipe ended: 128 + SIGPIPE."""

_MAKE: Final = "Make and change plans"
_LOOK: Final = "Look at plans"
_FOLLOW: Final = "Carry plans out"
_LEARN: Final = "Look back"
_TOOLS: Final = "Editors and agents"

app = typer.Typer(
    name="orchestrate",
    help="Task plans as code: plan a goal, check plans, schedule them, edit them with a language server.",
    epilog="`orchestrate COMMAND --help` says more. With NO_COLOR set, nothing is coloured.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"orchestrate {__version__}")
        raise typer.Exit


@app.callback()
def _for_all_commands(
    version: Annotated[  # noqa: ARG001 - its callback acts
        bool,
        typer.Option(
            "--version", "-V", help="Print the version and stop.", callback=_print_version, is_eager=True
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")
    ] = False,
) -> None:
    if debug:
        os.environ["ORCHESTRATE_DEBUG"] = "1"


def _ending_quietly(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """A command that an interrupt or a closed pipe ends without a word, before typer has its own idea of that."""

    @functools.wraps(command)
    def run_command(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        try:
            command(*arguments, **options)
            sys.stdout.flush()
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            _discard_output()
            raise typer.Exit(CLOSED_PIPE) from None

    return run_command


app.command("plan", rich_help_panel=_MAKE)(_ending_quietly(plan.plan))
app.command("replan", rich_help_panel=_MAKE)(_ending_quietly(with_database(replan.replan)))
app.command("import", rich_help_panel=_MAKE)(_ending_quietly(import_command.import_plan))
app.command("assign", rich_help_panel=_MAKE)(_ending_quietly(assign.assign))
app.command("format", rich_help_panel=_MAKE)(_ending_quietly(format_command.format_plans))
app.command("check", rich_help_panel=_LOOK)(_ending_quietly(check.check))
app.command("schedule", rich_help_panel=_LOOK)(_ending_quietly(schedule.schedule))
app.command("export", rich_help_panel=_LOOK)(_ending_quietly(with_database(export.export)))
app.command("explain", rich_help_panel=_LOOK)(_ending_quietly(explain.explain))
app.command("next", rich_help_panel=_FOLLOW)(_ending_quietly(with_database(next_command.next_tasks)))
app.command("handoff", rich_help_panel=_FOLLOW)(_ending_quietly(with_database(handoff.handoff)))
app.add_typer(task.app, name="task", rich_help_panel=_FOLLOW)
task.app.command("start")(_ending_quietly(with_database(task.start)))
task.app.command("progress")(_ending_quietly(with_database(task.progress)))
task.app.command("done")(_ending_quietly(with_database(task.done)))
task.app.command("fail")(_ending_quietly(with_database(task.fail)))
task.app.command("block")(_ending_quietly(with_database(task.block)))
task.app.command("unblock")(_ending_quietly(with_database(task.unblock)))
task.app.command("reassign")(_ending_quietly(with_database(task.reassign)))
task.app.command("skip")(_ending_quietly(with_database(task.skip)))
task.app.command("reopen")(_ending_quietly(with_database(task.reopen)))
task.app.command("renamed")(_ending_quietly(with_database(task.renamed)))
app.command("status", rich_help_panel=_FOLLOW)(_ending_quietly(with_database(status.status)))
app.command("run", rich_help_panel=_FOLLOW)(_ending_quietly(with_database(run_command.run)))
app.command("gates", rich_help_panel=_FOLLOW)(_ending_quietly(with_database(gates.gates)))
app.command("approve", rich_help_panel=_FOLLOW)(_ending_quietly(with_database(gates.approve)))
app.command("reject", rich_help_panel=_FOLLOW)(_ending_quietly(with_database(gates.reject)))
app.command("worker", rich_help_panel=_FOLLOW)(_ending_quietly(with_database(worker.worker)))
app.add_typer(journal.app, name="journal", rich_help_panel=_FOLLOW)
journal.app.command("export")(_ending_quietly(with_database(journal.export_journal)))
journal.app.command("import")(_ending_quietly(with_database(journal.import_journal)))
app.command("report", rich_help_panel=_LEARN)(_ending_quietly(with_database(report.report)))
app.command("history", rich_help_panel=_LEARN)(_ending_quietly(with_database(history.history)))
app.command("init", rich_help_panel=_TOOLS)(_ending_quietly(init.init))
app.command("mcp", rich_help_panel=_TOOLS)(_ending_quietly(mcp.mcp))
app.command("lsp", context_settings=lsp.PASS_ON, add_help_option=False, rich_help_panel=_TOOLS)(lsp.lsp)


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code. Never raises for what a user or a file may do."""
    prepare_streams()
    try:
        code = _run_command(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return CLOSED_PIPE
    except CommandFailedError as failure:
        return report_failure(failure)
    except Exception as error:  # noqa: BLE001 - reported, not hidden
        return report_bug(error)


def _discard_output() -> None:
    """What is left in the buffer has no reader; without this the interpreter would complain about it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run_command(arguments: Sequence[str]) -> int:
    try:
        app(list(arguments), prog_name="orchestrate")
    except SystemExit as stop:
        # typer has printed what it had to, be it help or what is wrong with the arguments.
        return stop.code if isinstance(stop.code, int) else 0
    return 0
