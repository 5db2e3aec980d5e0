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
    from orchestrate_ls.workspace.checking import CheckedFile, Checker
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
    from orchestrate_ls.progress.track_record import NO_RECORD
    from orchestrate_ls.rules.definition_files import known_agents
    from orchestrate_ls.rules.engine import RuleSettings
    from orchestrate_ls.workspace.agent_files import load_agents
    from orchestrate_ls.workspace.checking import Checker
    from orchestrate_ls.workspace.find import workspace_root
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    path = _place_of(name)
    loaded = SettingsFiles().of(path)
    for problem in loaded.problems:
        where = f":{problem.place.line + 1}" if problem.place is not None else ""
        print_note(f"{loaded.path}{where}: {problem.message}")
    settings = loaded.settings
    registry = load_agents(workspace_root(path), settings.user_agent_folders if user_agents else ())
    record = history_of(path, settings) if with_history else NO_RECORD
    rules = RuleSettings(selection=settings.rules.selection, history=record)
    checker = Checker(replace(settings, rules=rules), known_agents=known_agents(registry), searches=False)
    checked = _checked(name, checker, settings.max_file_size)
    check = choose_plan(checked, name, number)
    return OpenedPlan(name, checked, check, checked.check.plans.index(check), settings, registry)


def read_plan(name: str) -> CheckedFile:
    """Read and check one file by the rules as they are by default, without the agents of its folder."""
    from orchestrate_ls.workspace.checking import Checker
    from orchestrate_ls.workspace.settings import Settings
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    limit = SettingsFiles().of(_place_of(name)).settings.max_file_size
    return _checked(name, Checker(Settings(max_file_size=limit), searches=False), limit)


def choose_plan(checked: CheckedFile, name: str, number: int | None) -> PlanCheck:
    """One of the plans of a file; a file with several needs a number."""
    plans = checked.check.plans
    if number is None and len(plans) > 1:
        listed = ", ".join(
            f"{index} ({check.source.plan.header.goal.text or 'no goal'})"[:60]
            for index, check in enumerate(plans[:10], start=1)
        )
        raise CommandFailedError(f"{name} holds {len(plans)} plans: {listed}", "choose one with `--plan N`")
    if number is not None and number > len(plans):
        there = "one plan" if len(plans) == 1 else f"{len(plans)} plans"
        raise CommandFailedError(f"{name} has no plan {number}: it holds {there}")
    return plans[(number or 1) - 1]


def refuse_errors(checked: CheckedFile, check: PlanCheck, name: str) -> None:
    """Stop at a plan that has errors, is cyclic, or has no tasks; mention what counts as no time."""
    from orchestrate_ls.cli.counting import count
    from orchestrate_ls.rules.base import Severity

    number = checked.check.plans.index(check)
    errors = [
        each
        for each in checked.check.diagnostics
        if each.severity is Severity.ERROR and (each.plan == number or len(checked.check.plans) == 1)
    ]
    if errors:
        from orchestrate_ls.cli.check_text import print_errors

        print_errors(checked, errors)
        raise CommandFailedError(
            f"{name} has {count(len(errors), 'error')}, so no schedule of it would mean anything",
            f"`orchestrate check {name}` shows them again after a repair",
        )
    plan = check.source.plan
    if not plan.tasks:
        raise CommandFailedError(f"{name} has no tasks", "write them below `tasks:`")
    if not check.analysis.times.complete:
        # The finding is silenced by a comment; the circle is there all the same.
        raise CommandFailedError(
            f"the tasks of {name} wait for each other in a circle", "remove a dependency of it"
        )
    missing = [check.context.names[index] for index, task in enumerate(plan.tasks) if task.estimate is None]
    if missing:
        shown = ", ".join(missing[:8]) + (" ..." if len(missing) > 8 else "")
        print_note(f"{count(len(missing), 'task')} without an estimate, counted as taking no time: {shown}")


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


def _place_of(name: str) -> Path:
    """Where the settings of a plan are looked for: from the folder one is in, for standard input."""
    return Path() if name == "-" else Path(name)


def _checked(name: str, checker: Checker, limit: int) -> CheckedFile:
    from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text

    try:
        if name != "-":
            return checker.check(Path(name))
        return checker.check_text(Path("<stdin>"), decode_plan_text(sys.stdin.buffer.read(limit + 1), limit))
    except UnreadablePlanError as error:
        raise CommandFailedError(f"{name}: {error.message}", error.hint) from None
