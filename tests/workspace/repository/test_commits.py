"""Lines changed by commits of a span of time, below a folder, without running anything of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.progress.event import EventKind, make_event
from orchestrate_ls.report.evidence import Evidence
from orchestrate_ls.report.retrospective import look_back
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from orchestrate_ls.workspace.repository.commits import ChangedFile, read_commits

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str, hour: int = 0) -> None:
    time = f"2026-11-23T{hour:02}:00:00Z"
    environment = {
        **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
        "GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time,
    }  # fmt: skip
    subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=True)


def at(hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, tzinfo=UTC)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "trunk")
    for hour, files in (
        (8, {"app/src/a.py": "1\n2\n", "other.txt": "x\n"}),
        (10, {"app/src/a.py": "1\n3\n4\n", "app/docs/b [1].md": "new\n"}),
        (12, {"app/src/a.py": "1\n"}),
    ):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", f"at {hour}", hour=hour)
    return tmp_path


def test_lines_of_files_below_a_folder(repository: Path):
    found = read_commits(repository / "app", at(9), at(11))
    assert found.commits is not None
    assert [each.time for each in found.commits] == [at(10)]
    assert set(found.commits[0].files) == {ChangedFile("src/a.py", 2, 1), ChangedFile("docs/b [1].md", 1, 0)}


def test_churn_of_a_task(repository: Path):
    commits = read_commits(repository, at(0), at(23)).commits
    text = (
        "tasks:\n  - {id: A, files: ['app/**', '!app/docs/**'], estimated_time: 2h}\n"
        "  - {id: B, files: ['app/docs/b [[]1].md'], estimated_time: 2h}\n  - {id: C, estimated_time: 1h}\n"
    )
    plan = PlanFile.parse(text).sources[0].plan
    events = [
        make_event("p", at(hour), kind, task, task)
        for task, start, end in (("A", 9, 11), ("B", 9, 13), ("C", 9, 10))
        for kind, hour in ((EventKind.STARTED, start), (EventKind.DONE, end))
    ]
    report = look_back(plan, NetworkAnalysis(network_of(plan)), events, "p", at(14), Evidence(commits))
    churns = [each.churn for each in report.figures.tasks]
    assert churns[0] is not None
    assert (churns[0].added, churns[0].deleted, churns[0].commits) == (2, 1, 1)
    assert churns[1] is not None
    assert churns[1].lines == 1
    assert churns[2] is None


def test_without_a_repository(tmp_path: Path):
    assert read_commits(tmp_path, at(0), at(1)).commits is None
