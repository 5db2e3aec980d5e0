"""Which engine performs the orders of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from orchestrate_ls.execution.engine import Engine
from orchestrate_ls.execution.local_engine import LocalEngine
from orchestrate_ls.workspace.own_run import AgentCommands


class EngineName(StrEnum):
    """The engines that there are."""

    LOCAL = "local"


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
    """

    name: EngineName
    journal: Path
    plan_id: str
    root: Path
    commands: AgentCommands


def engine_for(choice: EngineChoice) -> Callable[[str, int], Engine]:
    """Makes the engine of a run, given the run's id and the number of tasks at once."""
    del choice

    def make(_run: str, _capacity: int) -> Engine:
        return LocalEngine()

    return make
