"""`orchestrate worker`: performs the tasks of runs on a shared database, on any machine that has the project.

What is started for an agent comes from this machine's settings, never from the database.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from collections.abc import Generator

    from orchestrate_ls.workspace.own_run import AgentCommands

_LOOK_SECONDS = 0.2


def worker(
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What it is called; else the machine's name.")
    ] = None,
    capacity: Annotated[
        int, typer.Option("--capacity", "-c", metavar="N", help="Tasks at once.", min=1, show_default=True)
    ] = 1,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="ROOT", help="The project's checkout here; else where you are."),
    ] = None,
    lease: Annotated[
        float,
        typer.Option(
            "--lease",
            metavar="SECONDS",
            help="Silence after which others take over what it does.",
            min=2.0,
            show_default=True,
        ),
    ] = 15.0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before commands are run.")] = False,
) -> None:
    """Perform tasks of the runs that share a database, until Ctrl-C.

    Commands come from `run.toml` among your own settings, or from the project's `orchestrate.toml` once you have agreed
    to it; the database only says which agent is to do what. The first Ctrl-C takes nothing more and lets what is under
    way end; the second stops it, and others go on with it.
    """
    import platform

    from orchestrate_ls.execution.database import DatabaseError
    from orchestrate_ls.execution.engines import command_finder, is_durable_installed
    from orchestrate_ls.execution.journal import chosen_database
    from orchestrate_ls.workspace.find import workspace_root

    database = chosen_database()
    if database is None:
        raise CommandFailedError(
            "the database is missing", "name the one that `orchestrate run --database` has: postgresql://..."
        )
    if not is_durable_installed():
        raise CommandFailedError(
            "a worker needs the package dbos", "install it with `pip install 'orchestrate-ls[run]'`"
        )
    root = (folder if folder is not None else workspace_root(Path.cwd() / "x")).resolve()
    if not root.is_dir():
        raise CommandFailedError(f"{root} is not a folder", "`--folder` names the checkout of the project")
    commands = _commands_of(root)
    _ask(commands, yes=yes)
    _say(f"worker {name or platform.node()}: {capacity} at once, in {root}, for {database.shown}")
    interrupts = _Interrupts()
    with interrupts.caught():
        from orchestrate_ls.execution.runner_dbos_worker import SharedWork

        try:
            while not interrupts.many:
                work = SharedWork(
                    database,
                    name=name or platform.node(),
                    capacity=capacity,
                    root=root,
                    commands=command_finder(commands),
                    lease=lease,
                    notify=_say,
                )
                _say("ready")
                while not interrupts.many and not work.is_lost.is_set():
                    interrupts.wait(_LOOK_SECONDS)
                _leave(work, interrupts)
        except DatabaseError as error:
            raise CommandFailedError(error.message, error.hint) from None
    _say("gone")


class _Interrupts:
    """How often somebody asked it to end."""

    def __init__(self) -> None:
        self.many = 0
        self._event = threading.Event()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)

    @contextmanager
    def caught(self) -> Generator[None]:
        def handle(_number: int, _frame: Any) -> None:
            self.many += 1
            self._event.set()

        numbers = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, handle) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)


def _leave(work: Any, interrupts: _Interrupts) -> None:
    """Close it in a thread, so that a second interrupt is noticed."""
    if work.is_lost.is_set():
        work.close(at_once=True)
        return
    if work.under_way:
        _say(
            f"takes nothing more, and ends when what is under way has ended: {len(work.under_way)}; again for at once"
        )
    closing = threading.Thread(target=work.close, daemon=True)
    closing.start()
    while closing.is_alive():
        closing.join(_LOOK_SECONDS)
        if interrupts.many > 1:
            work.abandon()


def _commands_of(root: Path) -> AgentCommands:
    from orchestrate_ls.workspace.own_run import AgentCommands, load_own_run
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    own = load_own_run()
    for problem in own.problems:
        print_note(f"{own.path}: {problem.message}")
    commands = AgentCommands(own, SettingsFiles().of(root))
    if not commands.names:
        raise CommandFailedError(
            "the settings here do not say what is started for any agent",
            f'write `[agents."*"]`, then `command = ["./agent.sh"]`, into your own run.toml or {root}/orchestrate.toml',
        )
    return commands


def _ask(commands: AgentCommands, *, yes: bool) -> None:
    from orchestrate_ls.cli.run_preview import ask_whether, command_in_words

    for agent in commands.names:
        chosen = commands.of(agent)
        origin = "your run.toml" if chosen is not None and chosen.own else str(commands.folder.path)
        _say(f"agent {agent}: {command_in_words(chosen)}, from {origin}")
    if any(not chosen.own for agent in commands.names if (chosen := commands.of(agent)) is not None):
        ask_whether(commands, yes=yes)


def _say(text: str) -> None:
    from orchestrate_ls.cli.terminal import safe

    # One line at a time, whatever thread it comes from.
    sys.stdout.write(f"{datetime.now():%H:%M:%S} {safe(text)}\n")  # noqa: DTZ005 - the wall clock of who reads it
    sys.stdout.flush()
