"""Which engine performs the orders of a run."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from orchestrate_ls.execution.agents_chosen import command_of, is_person
from orchestrate_ls.execution.database import MISSING_DRIVER, DatabaseAddress, DatabaseError
from orchestrate_ls.execution.engine import AgentCommand, Engine
from orchestrate_ls.execution.local_engine import LocalEngine
from orchestrate_ls.workspace.own_run import AgentCommands


class EngineName(StrEnum):
    """The engines that there are."""

    AUTO = "auto"
    """The durable one where it is installed and can keep its file, else the local one."""
    LOCAL = "local"
    DURABLE = "durable"


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """What was asked for.

    Attributes
    ----------
    name
        Which engine.
    journal
        The path of the plan's journal, beside which an engine may keep a file.
    plan_id
        Of the plan.
    root
        The folder in which agents work, and that workers elsewhere have a copy of.
    commands
        What is started for agents on this machine.
    database
        What keeps the orders, for workers on any machine; None for a file beside the journal.
    here
        With a database: how many tasks this process performs at once; None for as many as may run.
    """

    name: EngineName
    journal: Path
    plan_id: str
    root: Path
    commands: AgentCommands
    database: DatabaseAddress | None = None
    here: int | None = None


def engine_for(choice: EngineChoice) -> Callable[[str, int], Engine]:
    """Makes the engine of a run, given the run's id and the number of tasks at once. What is made raises
    ``DatabaseError`` where its database cannot be used.

    Raises ``DatabaseError`` where the engine is not installed.
    """
    if choice.database is None and (choice.name is EngineName.LOCAL or not _wants_durable(choice.name)):
        return lambda _run, _capacity: LocalEngine()
    if not is_durable_installed():
        raise DatabaseError("the durable engine needs the package dbos", MISSING_DRIVER)
    if choice.database is None and (reason := sqlite_too_old()) is not None:
        raise DatabaseError(reason, "use `--engine local`, or a PostgreSQL database with `--database`")
    if choice.database is not None and choice.name is EngineName.LOCAL:
        raise DatabaseError(
            "the local engine keeps nothing in a database", "leave out `--engine local`, or `--database`"
        )

    def make(run: str, capacity: int) -> Engine:
        from orchestrate_ls.execution.runner_dbos import LocalDbosEngine, SharedDbosEngine, local_path

        if choice.database is None:
            return LocalDbosEngine(local_path(choice.journal), choice.plan_id, run, capacity=capacity)
        return SharedDbosEngine(
            choice.database,
            choice.plan_id,
            run,
            root=choice.root,
            capacity=capacity if choice.here is None else choice.here,
            commands=command_finder(choice.commands),
        )

    return make


def command_finder(commands: AgentCommands) -> Callable[[str], AgentCommand | None]:
    """What is started for an agent by its name (empty for a task without one); None where nothing is."""

    def find(agent: str) -> AgentCommand | None:
        chosen = commands.of(agent or None)
        return None if chosen is None or is_person(chosen) else command_of(chosen)

    return find


def is_durable_installed() -> bool:
    """Whether the durable engine's packages are there. Does not import them."""
    return all(importlib.util.find_spec(name) is not None for name in ("dbos", "psycopg"))


def sqlite_too_old() -> str | None:
    """Why the durable engine cannot keep its file; None where it can.

    DBOS takes it that Python 3.12 and newer come with an SQLite that knows fractions of seconds (3.42), and a Python
    that was built with a system's older one writes no times.
    """
    import sqlite3

    if sys.version_info < (3, 12) or sqlite3.sqlite_version_info >= (3, 42):
        return None
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"the durable engine needs SQLite 3.42 with Python {python}, and this one has {sqlite3.sqlite_version}"


def _wants_durable(name: EngineName) -> bool:
    return name is EngineName.DURABLE or (is_durable_installed() and sqlite_too_old() is None)
