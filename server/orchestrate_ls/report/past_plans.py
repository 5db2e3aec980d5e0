"""Reads the plans of a folder with their journals, for the track record. Executes nothing.

Plans that cannot be read, and those that nothing was recorded of, add nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestrate_ls.execution.journal import FOLDER, find_journal, plan_id_of
from orchestrate_ls.execution.journal_file import JournalError
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.progress.track_record import TrackRecord
from orchestrate_ls.report.history import PastPlan, past_plan, record_of
from orchestrate_ls.report.timeline import Timeline
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from orchestrate_ls.workspace.find import find_plans
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.settings import Settings


@dataclass(frozen=True, slots=True)
class PastPlans:
    """The plans that something was recorded of, by path; ``problems`` says what could not be read."""

    plans: tuple[PastPlan, ...]
    problems: tuple[str, ...] = ()

    @property
    def record(self) -> TrackRecord:
        """What they say together."""
        return record_of(self.plans)


def read_past(folder: Path, now: datetime, settings: Settings | None = None) -> PastPlans:
    """The plans of a folder and below, up to a moment. ``settings`` say which files are plans."""
    plans: list[PastPlan] = []
    problems: list[str] = []
    limit = (settings or Settings()).max_file_size
    for path in find_plans(folder, settings).files:
        if not (path.parent / FOLDER).is_dir():
            continue
        try:
            plans += _read(path, folder, now, limit)
        except (JournalError, UnreadablePlanError) as error:
            message = error.message
            problems.append(message if str(path) in message else f"{path}: {message}")
    return PastPlans(tuple(sorted(plans, key=lambda each: each.name)), tuple(problems))


def _read(path: Path, folder: Path, now: datetime, limit: int) -> list[PastPlan]:
    found: list[PastPlan] = []
    for number, source in enumerate(PlanFile.parse(read_plan_text(path, limit).text).sources):
        plan_id = plan_id_of(source)
        if plan_id is None or not source.plan.tasks:
            continue
        journal = find_journal(path, plan_id)
        journal.refresh()
        if journal.events:
            name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
            analysis = NetworkAnalysis(network_of(source.plan))
            timeline = Timeline(source.plan, analysis, journal.events, plan_id, now)
            found.append(past_plan(f"{name}#{number + 1}" if number else name, timeline))
    return found
