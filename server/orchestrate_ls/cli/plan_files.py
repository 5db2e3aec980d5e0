"""One plan file with what its folder says of it: settings, and agents from definition files; and writing it back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.agents.registry import AgentRegistry
    from orchestrate_ls.progress.track_record import TrackRecord
    from orchestrate_ls.rules.engine import PlanCheck
    from orchestrate_ls.text.edits import TextEdit
    from orchestrate_ls.workspace.checking import CheckedFile
    from orchestrate_ls.workspace.settings import Settings


@dataclass(frozen=True, slots=True)
class OpenedPlan:
    """A plan of a file, checked by the rules as they are by default, whatever a folder's settings silence."""

    name: str
    checked: CheckedFile
    check: PlanCheck
    number: int
    """Of the plan in its file, from 0."""
    settings: Settings
    registry: AgentRegistry


def open_plan(
    name: str, number: int | None = None, *, user_agents: bool = False, with_history: bool = False
) -> OpenedPlan:
    """Read and check a plan file (or standard input, for ``-``) with the agents and settings that hold there.

    ``with_history`` adds what the plans of the project say of agents and estimates.
    """
    from orchestrate_ls.cli.schedule import choose_plan
    from orchestrate_ls.progress.track_record import NO_RECORD
    from orchestrate_ls.rules.definition_files import known_agents
    from orchestrate_ls.rules.engine import RuleSettings
    from orchestrate_ls.workspace.agent_files import load_agents
    from orchestrate_ls.workspace.checking import Checker
    from orchestrate_ls.workspace.find import workspace_root
    from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    is_input = name == "-"
    path = Path() if is_input else Path(name)
    loaded = SettingsFiles().of(path)
    for problem in loaded.problems:
        where = f":{problem.place.line + 1}" if problem.place is not None else ""
        print_note(f"{loaded.path}{where}: {problem.message}")
    settings = loaded.settings
    registry = load_agents(workspace_root(path), settings.user_agent_folders if user_agents else ())
    record = history_of(path, settings) if with_history else NO_RECORD
    rules = RuleSettings(selection=settings.rules.selection, history=record)
    checker = Checker(replace(settings, rules=rules), known_agents=known_agents(registry), searches=False)
    try:
        if is_input:
            text = decode_plan_text(sys.stdin.buffer.read(settings.max_file_size + 1), settings.max_file_size)
            checked = checker.check_text(Path("<stdin>"), text)
        else:
            checked = checker.check(path)
    except UnreadablePlanError as error:
        raise CommandFailedError(f"{name}: {error.message}", error.hint) from None
    check = choose_plan(checked, name, number)
    return OpenedPlan(name, checked, check, checked.check.plans.index(check), settings, registry)


def history_of(path: Path, settings: Settings) -> TrackRecord:
    """What the plans of a path's project say of agents and estimates."""
    from datetime import UTC, datetime

    from orchestrate_ls.report.past_plans import read_past
    from orchestrate_ls.workspace.find import workspace_root

    found = read_past(workspace_root(path), datetime.now(UTC), settings)
    for problem in found.problems:
        print_note(problem)
    return found.record


def write_edits(opened: OpenedPlan, edits: Sequence[TextEdit]) -> None:
    """Write the file with some edits, whole or not at all."""
    from orchestrate_ls.text.edits import apply_edits
    from orchestrate_ls.workspace.writing import UnwritableFileError, write_whole

    if opened.name == "-":
        raise CommandFailedError("standard input cannot be written to", "name a file for `--apply`")
    source = opened.checked.source
    if source.problems:
        # Writing it back would replace the bytes that could not be read.
        raise CommandFailedError(f"{opened.name} holds bytes that are no text", "repair these first")
    try:
        write_whole(Path(opened.name), source.encode(apply_edits(source.text, edits)), overwrite=True)
    except UnwritableFileError as error:
        raise CommandFailedError(error.message, error.hint) from None
