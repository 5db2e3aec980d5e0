"""All that a user may set, with its defaults, as plain data. `settings_reading.py` makes it of texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from orchestrate_ls.agents.registries import USER_FOLDERS
from orchestrate_ls.plan.model import Template
from orchestrate_ls.rules.engine import RuleSettings
from orchestrate_ls.schedule.priorities import PriorityWeights
from orchestrate_ls.workspace.agent_commands import (
    AgentSettings,
    RunSettings,
)
from orchestrate_ls.workspace.gate_settings import (
    GateCommand,
    NotifySettings,
)
from orchestrate_ls.workspace.model_limits import ModelLimits
from orchestrate_ls.workspace.reading import DEFAULT_MAX_FILE_SIZE

MOST_INDENT: Final = 8


@dataclass(frozen=True, slots=True)
class InlayHints:
    """What editors show behind a task's id: start and finish, its slack, and whether it is critical.

    Times are those of the schedule, under agents, capacity and files, or else the earliest by dependencies alone.
    """

    times: bool = True
    slack: bool = True
    critical: bool = True
    schedule: bool = True
    progress: bool = False


@dataclass(frozen=True, slots=True)
class CodeLenses:
    """What editors show above the list of tasks, and above each task."""

    critical_path: bool = True
    total: bool = True
    ready: bool = True
    references: bool = True
    handoff: bool = True
    progress: bool = True


KEEP_ORDER: Final = "keep"
SCHEMA_ORDER: Final = "schema"


@dataclass(frozen=True, slots=True)
class FormatSettings:
    """How plans are formatted. ``indent`` is in columns; None leaves it to the editor's tab size, or to 2."""

    indent: int | None = None
    indent_sequences: bool = True
    key_order: str = KEEP_ORDER

    @property
    def orders_keys(self) -> bool:
        """Whether keys are put in the schema's order."""
        return self.key_order == SCHEMA_ORDER


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults.

    Attributes
    ----------
    rules:
        Severities and thresholds.
    exclude:
        Globs of files and folders that are left out when a folder is searched, relative to the settings
        file's folder.
    extend_include:
        Globs of YAML files that are plans although neither their names nor their first lines say so.
    max_file_size:
        In bytes; larger plan files are refused.
    user_agent_folders:
        Which of the user's own folders are searched for agent definitions, where those are used at all.
    inlay_hints:
        Which hints editors show.
    code_lenses:
        Which lenses editors show.
    format:
        How plans are formatted.
    priorities:
        What priorities count, and what is added to them for the tasks that can start now.
    workspace_diagnostics:
        Whether editors show errors and warnings of plans that are not open.
    models:
        Limits for language models.
    refine_schedules:
        Whether editors make a full search for a schedule when the user pauses, and whether a check makes one before it
        says that a deadline is missed which may not have to be.
    templates:
        Workflow templates of the user's own for new plans.
    agent_commands:
        What is started for agents; from a file only.
    run:
        How plans are run; from a file only.
    gates:
        The commands behind the checks of quality gates; from a file only.
    notify:
        Who is told what happens in a run; from a file only, and from the user's own alone.
    """

    rules: RuleSettings = field(default_factory=RuleSettings)
    exclude: tuple[str, ...] = ()
    extend_include: tuple[str, ...] = ()
    max_file_size: int = DEFAULT_MAX_FILE_SIZE
    user_agent_folders: tuple[str, ...] = USER_FOLDERS
    inlay_hints: InlayHints = InlayHints()
    code_lenses: CodeLenses = CodeLenses()
    format: FormatSettings = FormatSettings()
    priorities: PriorityWeights = PriorityWeights()
    workspace_diagnostics: bool = True
    models: ModelLimits = ModelLimits()
    refine_schedules: bool = True
    templates: tuple[Template, ...] = ()
    agent_commands: tuple[AgentSettings, ...] = ()
    run: RunSettings = RunSettings()
    gates: tuple[GateCommand, ...] = ()
    notify: NotifySettings = NotifySettings()
