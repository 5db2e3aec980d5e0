"""Plans in real open-source repositories: what they name exists there.

Source distributions are fetched once from the package registries, by their ordinary clients, into pytest's cache; they
are unpacked, and nothing in them is executed by these tests. Without a registry the tests are skipped, and say so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestrate_ls.planner.offline import OfflinePlan, plan_offline
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.workspace.repository.summary import RepositorySummary
from orchestrate_ls.workspace.repository.survey import read_repository

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Project:
    """A published package: what it is, and what is known of it."""

    name: str
    version: str
    registry: str
    language: str
    test: str | None
    package: str
    goals: tuple[tuple[str, str], ...]
    """Goals, each with a file that its plan must name."""


PROJECTS = (
    Project(
        "flask",
        "3.1.2",
        "pypi",
        "Python",
        "tox",
        "src/flask",
        (
            ("Fix the crash when a session cookie is larger than 4 KB", "src/flask/sessions.py"),
            ("Add a CLI command that lists config values", "src/flask/cli.py"),
            ("Refactor the blueprints module", "src/flask/sansio/blueprints.py"),
        ),
    ),
    Project(
        "httpie",
        "3.2.4",
        "pypi",
        "Python",
        "pytest",
        "httpie",
        (
            ("Fix the crash when downloading a file with a non-ASCII name", "httpie/downloads.py"),
            ("Improve the performance of uploads of large files", "httpie/uploads.py"),
            ("Add encrypted cookies", "httpie/cookies.py"),
        ),
    ),
    Project(
        "express",
        "5.1.0",
        "npm",
        "JavaScript",
        "npm test",
        "lib",
        (
            ("Refactor the response module", "lib/response.js"),
            ("Fix the wrong protocol of a request behind two proxies", "lib/request.js"),
            ("Add a cache to the view lookup", "lib/view.js"),
        ),
    ),
    Project(
        "maturin",
        "1.9.4",
        "pypi",
        "Rust",
        "cargo test",
        "src",
        (
            ("Fix the retry of an upload after a time-out", "src/upload.rs"),
            ("Refactor the metadata module", "src/metadata.rs"),
        ),
    ),
)


@pytest.fixture(scope="module", params=PROJECTS, ids=lambda project: project.name)
def project(request: pytest.FixtureRequest) -> tuple[Project, RepositorySummary]:
    wanted: Project = request.param
    cache = request.config.cache
    assert cache is not None
    folder = _unpacked(wanted, cache.mkdir("packages"))
    started = time.perf_counter()
    seen = read_repository(folder)
    print(f"\n{wanted.name}: {len(seen.paths)} files read in {time.perf_counter() - started:.3f} s")
    return wanted, seen


def _extract(content: tarfile.TarFile, folder: Path) -> None:
    if hasattr(tarfile, "data_filter"):
        content.extractall(folder, filter="data")
        return
    # Older than Python 3.11.4: files and folders that stay below, and nothing else.
    members = [each for each in content.getmembers() if each.isfile() or each.isdir()]
    assert all(not each.name.startswith("/") and ".." not in each.name.split("/") for each in members)
    content.extractall(folder, members)


def _unpacked(wanted: Project, packages: Path) -> Path:
    folder = packages / f"{wanted.name}-{wanted.version}"
    if folder.is_dir():
        return folder
    archive = _archive(wanted, packages)
    # Several processes may run these tests at once.
    partial = packages / f"{folder.name}.{os.getpid()}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(archive) as content:
        _extract(content, partial)
    (inner,) = partial.iterdir()
    with contextlib.suppress(OSError):
        inner.rename(folder)
    shutil.rmtree(partial)
    assert folder.is_dir()
    return folder


def _archive(wanted: Project, packages: Path) -> Path:
    if wanted.registry == "npm":
        client = shutil.which("npm")
        command = [client or "npm", "pack", f"{wanted.name}@{wanted.version}"]
        path = packages / f"{wanted.name}-{wanted.version}.tgz"
    else:
        client = sys.executable
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", wanted.name]
        command += ["--dest", ".", f"{wanted.name}=={wanted.version}"]
        path = packages / f"{wanted.name}-{wanted.version}.tar.gz"
    if not path.is_file() and client is not None:
        subprocess.run(command, cwd=packages, capture_output=True, timeout=300, check=False)
    if not path.is_file():
        reason = (
            f"{wanted.name} {wanted.version} could not be fetched from {wanted.registry}: is there a network?"
        )
        warnings.warn(reason, stacklevel=2)
        pytest.skip(reason)
    return path


def named_files(planned: OfflinePlan) -> list[str]:
    return [path for task in planned.draft.tasks for path in task.files]


def test_what_is_read(project: tuple[Project, RepositorySummary]):
    wanted, seen = project
    assert seen.name.lower() == wanted.name
    assert seen.main_language == wanted.language
    assert seen.package == wanted.package
    assert seen.remarks == ()
    print(seen.as_text())


def test_plans_name_what_is_there(project: tuple[Project, RepositorySummary]):
    wanted, seen = project
    there = set(seen.paths)
    for goal, path in wanted.goals:
        started = time.perf_counter()
        planned = plan_offline(goal, seen)
        took = time.perf_counter() - started
        files = named_files(planned)
        existing = [each for each in files if each in there]
        print(f"{wanted.name}: {goal!r}: {len(existing)} of {len(files)} paths are there; {took:.3f} s")
        assert path in existing, files
        for each in files:
            folder = each.removesuffix("/**").rpartition("/")[0]
            assert each in there or any(other.startswith(f"{folder}/") for other in there) or not folder
        criteria = [line for task in planned.draft.tasks for line in task.success_criteria]
        assert f"`{wanted.test}` passes" in criteria
        assert verify(planned.text).faults == ()


def test_without_context_nothing_is_named(project: tuple[Project, RepositorySummary]):
    wanted, _ = project
    for goal, _ in wanted.goals:
        assert named_files(plan_offline(goal)) == []
