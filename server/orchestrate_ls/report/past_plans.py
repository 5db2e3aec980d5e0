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
    return PastReader(folder).read(now, settings)


class PastReader:
    """Reads the plans of a folder again and again: only those whose file or journal is another than before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, _Known] = {}

    def read(self, now: datetime, settings: Settings | None = None) -> PastPlans:
        """As ``read_past``."""
        plans: list[PastPlan] = []
        problems: list[str] = []
        limit = (settings or Settings()).max_file_size
        before, self._known = self._known, {}
        for path in find_plans(self._folder, settings).files:
            if not (path.parent / FOLDER).is_dir():
                continue
            known = before.get(path)
            if known is None or not known.is_still_so:
                try:
                    known = _read(path, self._folder, now, limit)
                except (JournalError, UnreadablePlanError) as error:
                    message = error.message
                    problems.append(message if str(path) in message else f"{path}: {message}")
                    continue
            self._known[path] = known
            plans += known.plans
        return PastPlans(tuple(sorted(plans, key=lambda each: each.name)), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the plans of a file say, and the files that they were read from as those were before."""

    plans: tuple[PastPlan, ...]
    files: dict[Path, tuple[int, int, int] | None]

    @property
    def is_still_so(self) -> bool:
        return all(_stamp(file) == stamp for file, stamp in self.files.items())


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read(path: Path, folder: Path, now: datetime, limit: int) -> _Known:
    # A journal that is made or renamed changes its folder.
    files = {each: _stamp(each) for each in (path, path.parent / FOLDER)}
    found: list[PastPlan] = []
    for number, source in enumerate(PlanFile.parse(read_plan_text(path, limit).text).sources):
        plan_id = plan_id_of(source)
        if plan_id is None or not source.plan.tasks:
            continue
        journal = find_journal(path, plan_id)
        files.setdefault(journal.path, _stamp(journal.path))
        journal.refresh()
        if journal.events:
            name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
            analysis = NetworkAnalysis(network_of(source.plan))
            timeline = Timeline(source.plan, analysis, journal.events, plan_id, now)
            found.append(past_plan(f"{name}#{number + 1}" if number else name, timeline))
    return _Known(tuple(found), files)
