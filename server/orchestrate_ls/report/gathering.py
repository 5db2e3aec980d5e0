"""Reads what a report needs beside the journal: git's history and a coverage file. Knows not what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.event import Event
from orchestrate_ls.report.evidence import Evidence
from orchestrate_ls.workspace.coverage import CoverageError, find_coverage, read_coverage
from orchestrate_ls.workspace.repository.commits import Commits, read_commits


def gather_evidence(
    root: Path,
    plan: Plan,
    events: Sequence[Event],
    now: datetime,
    coverage: Path | None = None,
    *,
    with_git: bool = True,
) -> Evidence:
    """What git and coverage files below a root say of a plan with these events.

    ``coverage`` is the file to read; one is looked for without. Raises ``CoverageError`` where it was named and cannot
    be read; whatever else cannot be read is a remark.
    """
    remarks: list[str] = []
    commits = Commits()
    if with_git and events and any(task.files for task in plan.tasks):
        commits = read_commits(root, events[0].time, now)
        remarks += [f"{commits.remark[0].upper()}{commits.remark[1:]}."] if commits.remark else []
    found = coverage or find_coverage(root)
    read = None
    if found is not None:
        try:
            read = read_coverage(found)
        except CoverageError as error:
            if coverage is not None:
                raise
            remarks.append(f"The coverage file was not used: {error}.")
    ended = max((each.time for each in events if each.kind == "done"), default=None)
    if read is not None and read.measured is not None and ended is not None and read.measured < ended:
        remarks.append(
            f"{read.name} is older than the end of the last task; the coverage may have changed since."
        )
    return Evidence(commits.commits, read, tuple(remarks))
