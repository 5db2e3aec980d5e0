"""Links and git configuration in a folder of a stranger, one by one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestrate_ls.execution.checklist import add_lesson, read_lessons
from orchestrate_ls.execution.git_command import GitError
from orchestrate_ls.execution.journal import find_journal
from orchestrate_ls.execution.journal_file import JournalError
from orchestrate_ls.execution.run_lock import prepare_kept, run_lock
from orchestrate_ls.execution.task_worktree import TaskWorktrees
from orchestrate_ls.workspace.containment import leads_out
from orchestrate_ls.workspace.coverage import find_coverage
from orchestrate_ls.workspace.repository.history import read_history
from orchestrate_ls.workspace.settings_files import SettingsFiles
from orchestrate_ls.workspace.writing import UnwritableFileError
from tests.cli.running import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
PLAN = """\
version: 1
plan_id: p1
goal: g
tasks:
- id: $(touch pwned)
  name: x
  estimated_time: 1h
  agent: a
"""


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "bashrc"
    path.write_text("# mine\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "stranger"
    (folder / ".orchestrate").mkdir(parents=True)
    (folder / "x.plan.yaml").write_text(PLAN)
    return folder


def test_what_stays_in_the_repository_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    inner = tmp_path / "repository" / "inner"
    inner.mkdir()
    (inner / "up").symlink_to(tmp_path / "repository" / "shared.toml")
    (inner / "out").symlink_to(tmp_path / "else.toml")
    assert not leads_out(inner / "up")
    assert not leads_out(inner / "not-there")
    assert leads_out(inner / "out")
    (tmp_path / "by-link").symlink_to(tmp_path / "repository")
    assert not leads_out(tmp_path / "by-link" / "inner" / "up")


def test_a_journal_that_leads_out_is_neither_read_nor_written(folder: Path, victim: Path) -> None:
    (folder / ".orchestrate" / "x.events.jsonl").symlink_to(victim)
    journal = find_journal(folder / "x.plan.yaml", "p1")
    with pytest.raises(JournalError, match="leads out of the folder"):
        journal.refresh()
    with pytest.raises(JournalError, match="delete the link"), journal.file.locked():
        pass
    with pytest.raises(JournalError, match="leads out"), run_lock(journal.path):
        pass
    assert victim.read_text() == "# mine\n"


def test_the_state_folder_must_not_lead_out(folder: Path, tmp_path: Path) -> None:
    (folder / ".orchestrate").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / ".orchestrate").symlink_to(tmp_path / "elsewhere")
    with (
        pytest.raises(JournalError, match="leads out"),
        find_journal(folder / "x.plan.yaml", "p1").file.locked(),
    ):
        pass
    with pytest.raises(OSError, match="leads out"):
        prepare_kept(folder / ".orchestrate" / "runs" / "x")
    with pytest.raises(UnwritableFileError, match="leads out"):
        add_lesson(folder / ".orchestrate", "be careful")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_lock_that_is_a_link_empties_nothing(folder: Path, victim: Path) -> None:
    (folder / ".orchestrate" / "x.events.lock").symlink_to(victim)
    with (
        pytest.raises(JournalError, match="nothing was recorded"),
        find_journal(folder / "x.plan.yaml", "p1").file.locked(),
    ):
        pass
    assert victim.read_text() == "# mine\n"


def test_a_link_to_nothing_makes_no_file(folder: Path, tmp_path: Path) -> None:
    (folder / ".orchestrate" / ".gitignore").symlink_to(tmp_path / "new")
    prepare_kept(folder / ".orchestrate")
    assert not (tmp_path / "new").exists()


def test_settings_lessons_and_reports_by_link_are_not_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("- a secret = of mine\n")
    for name in ("orchestrate.toml", "coverage.xml", ".orchestrate/checklist.md"):
        (folder / name).symlink_to(tmp_path / "secret")
    loaded = SettingsFiles().of(folder / "x.plan.yaml")
    assert [each.message for each in loaded.problems] == [
        "was not read: it is a link that leads out of the folder; put the file itself there, or name it with `--config`"
    ]
    assert loaded.text == ""
    assert read_lessons(folder / ".orchestrate") == ()
    assert find_coverage(folder) is None


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    path = tmp_path / "repository"
    path.mkdir()
    _git(path, "init")
    for number in range(4):
        for name in ("one.py", "two.py"):
            (path / name).write_text(str(number))
        _git(path, "add", "-A")
        _git(path, "commit", "-m", f"change {number}")
    return path


def test_a_git_file_leads_to_no_other_repository(repository: Path, folder: Path) -> None:
    files = {"one.py", "two.py"}
    assert read_history(repository, files).commits == 4
    (folder / ".git").write_text(f"gitdir: {repository}/.git\n")
    assert read_history(folder, files).commits == 0
    (folder / ".git").unlink()
    (folder / ".git").symlink_to(repository / ".git")
    assert read_history(folder, files).commits == 0
    (folder / ".git").unlink()
    (folder / ".git").mkdir()
    (folder / ".git" / "commondir").write_text(f"{repository}/.git\n")
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    assert read_history(folder, files).commits == 0
    (folder / ".git" / "commondir").unlink()
    (folder / ".git" / "objects").symlink_to(repository / ".git" / "objects")
    (folder / ".git" / "HEAD").write_bytes((repository / ".git" / "refs" / "heads" / "main").read_bytes())
    assert read_history(folder, files).commits == 0


def test_the_history_of_work_trees_and_submodules_is_read(repository: Path, tmp_path: Path) -> None:
    files = {"one.py", "two.py"}
    _git(repository, "worktree", "add", str(tmp_path / "tree"))
    assert read_history(tmp_path / "tree", files).commits == 4
    outer = tmp_path / "outer"
    outer.mkdir()
    _git(outer, "init")
    _git(outer, "-c", "protocol.file.allow=always", "submodule", "add", str(repository), "inner")
    assert (outer / "inner" / ".git").is_file()
    assert read_history(outer / "inner", files).commits == 4


@pytest.mark.parametrize(
    "key", ["filter.evil.smudge", "filter.evil.clean", "filter.a.b.process", "merge.evil.driver"]
)
def test_programs_that_a_repository_names_are_not_started(repository: Path, tmp_path: Path, key: str) -> None:
    (repository / ".gitattributes").write_text("* filter=evil merge=evil\n")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-m", "attributes")
    _git(repository, "config", key, f"touch {tmp_path}/pwned")
    with pytest.raises(GitError, match="names programs") as raised:
        TaskWorktrees(repository, "p1", repository / ".orchestrate" / "worktrees")
    assert key in raised.value.message
    assert "git config --global" in str(raised.value.hint)
    assert not (tmp_path / "pwned").exists()


def test_hooks_and_monitors_of_a_repository_are_not_started(repository: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in (
        "post-checkout",
        "pre-commit",
        "post-commit",
        "commit-msg",
        "reference-transaction",
        "post-index-change",
    ):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned-{name}\n")
        (hooks / name).chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "diff.external",
        "gpg.program",
        "core.sshCommand",
    ):
        _git(repository, "config", key, f"touch {tmp_path}/pwned-{key}")
    _git(repository, "config", "core.hooksPath", str(hooks))
    _git(repository, "config", "commit.gpgSign", "true")
    trees = TaskWorktrees(repository, "p1", repository / ".orchestrate" / "worktrees")
    tree = trees.prepare("A")
    (tree / "one.py").write_text("new")
    assert trees.merge("A", (), "work").is_merged
    trees.remove("A")
    assert sorted(each.name for each in tmp_path.glob("pwned*")) == []


def test_the_command_line_says_what_to_do(orchestrate: CommandLine, victim: Path) -> None:
    orchestrate.write("x.plan.yaml", PLAN)
    (orchestrate.folder / ".orchestrate").mkdir()
    (orchestrate.folder / ".orchestrate" / "x.events.jsonl").symlink_to(victim)
    done = orchestrate("task", "start", "x.plan.yaml", "$(touch pwned)")
    assert (done.code, "delete the link" in done.err) == (2, True)
    assert victim.read_text() == "# mine\n"
