"""Work trees of tasks: merged work, conflicts, files out of bounds, and a checkout that stays as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from orchestrate_ls.execution.git_command import GitError
from orchestrate_ls.execution.task_worktree import TaskWorktrees, problem_in_words
from orchestrate_ls.progress.event import RunAction
from tests.execution.running import QUICK, Field


def git(folder: Path, *arguments: str) -> str:
    """Run git as a user would."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@b"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with a commit, a hook that tells on itself, and changes that were not committed."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("one\n")
    (folder / "b.txt").write_text("one\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    for name in ("pre-commit", "post-checkout", "post-commit", "reference-transaction"):
        hook = folder / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/hooked\n")
        hook.chmod(0o755)
    (folder / "a.txt").write_text("mine\n")
    (folder / "new.txt").write_text("mine\n")
    return folder


def trees(repo: Path) -> TaskWorktrees:
    return TaskWorktrees(repo, "p1", repo / ".orchestrate" / "worktrees")


def test_work_is_merged_and_the_checkout_stays_as_it_is(repo: Path) -> None:
    before = (
        git(repo, "status", "--porcelain", "--", "a.txt", "b.txt", "new.txt"),
        git(repo, "rev-parse", "HEAD"),
    )
    work = trees(repo)
    assert work.has_uncommitted
    one, two = work.prepare("T1"), work.prepare("T2")
    assert (one / "a.txt").read_text() == "one\n"
    (one / "a.txt").write_text("T1\n")
    (two / "c.txt").write_text("T2\n")
    assert work.merge("T1", (), "T1").changed == ("a.txt",)
    result = work.merge("T2", ("c.*",), "T2")
    assert result.is_merged
    work.remove("T1")
    assert not one.exists()
    three = work.prepare("T3")
    assert ((three / "a.txt").read_text(), (three / "c.txt").read_text()) == ("T1\n", "T2\n")
    assert (repo / "a.txt").read_text() == "mine\n"
    after = (
        git(repo, "status", "--porcelain", "--", "a.txt", "b.txt", "new.txt"),
        git(repo, "rev-parse", "HEAD"),
    )
    assert after == before
    assert not (repo.parent / "hooked").exists()
    # Merging it again, as after a crash, changes nothing.
    tip = git(repo, "rev-parse", work.merged)
    assert work.merge("T2", (), "T2").is_merged
    assert work.merge("T1", (), "T1").is_merged
    assert git(repo, "rev-parse", work.merged) == tip


def test_a_conflict_changes_nothing_and_can_be_resolved(repo: Path) -> None:
    work = trees(repo)
    one, two = work.prepare("T1"), work.prepare("T2")
    (one / "a.txt").write_text("T1\n")
    (two / "a.txt").write_text("T2\n")
    work.merge("T1", (), "T1")
    tip = git(repo, "rev-parse", work.merged)
    result = work.merge("T2", (), "T2")
    assert result.conflicts == ("a.txt",)
    assert git(repo, "rev-parse", work.merged) == tip
    assert f"git merge {work.merged}" in problem_in_words(result, work.merged)
    again = work.prepare("T2")
    assert (again / "a.txt").read_text() == "T2\n"
    with pytest.raises(subprocess.CalledProcessError):
        git(again, "merge", work.merged)
    (again / "a.txt").write_text("both\n")
    assert work.merge("T2", (), "T2").is_merged
    assert git(repo, "show", f"{work.merged}:a.txt") == "both"


def test_files_that_were_not_to_be_written_are_told(repo: Path) -> None:
    work = trees(repo)
    folder = work.prepare("T1")
    (folder / "src").mkdir()
    (folder / "src" / "x.py").write_text("x")
    (folder / "b.txt").write_text("x")
    result = work.merge("T1", ("src/**",), "T1")
    assert (result.is_merged, result.outside) == (False, ("b.txt",))
    (folder / "b.txt").write_text("one\n")
    assert work.merge("T1", ("src/**",), "T1").is_merged


@pytest.mark.parametrize("task", ["../../x", "-rf", "a b", "x" * 300, "refs/heads/main", "é", "."])
def test_hostile_names_lead_nowhere(repo: Path, task: str) -> None:
    work = trees(repo)
    folder = work.prepare(task)
    assert folder.parent == repo / ".orchestrate" / "worktrees"
    (folder / "z.txt").write_text("z")
    assert work.merge(task, (), f"--amend {task}").is_merged
    assert git(repo, "show", f"{work.merged}:z.txt") == "z"
    assert git(repo, "log", "-1", "--format=%s") == "first"


def test_what_is_no_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no git repository"):
        trees(tmp_path)
    git(tmp_path, "init", "-q")
    with pytest.raises(GitError, match="first commit"):
        trees(tmp_path)


WRITER = """
import os, pathlib, sys
sys.stdin.read()
task = os.environ["ORCHESTRATE_TASK"]
if os.environ["ORCHESTRATE_ATTEMPT"] == "2":
    import subprocess
    subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b", "merge", "-q", sys.argv[1]])
if task == "D":
    assert pathlib.Path("c.txt").exists()
pathlib.Path("shared.txt" if task in ("B", "C") else f"{task.lower()}.txt").write_text(task)
pathlib.Path(f"{task.lower()}.txt").write_text(task)
"""


def test_a_run_with_work_trees_merges_what_each_task_did(tmp_path: Path) -> None:
    plan = """version: 1
tasks:
  - {id: A, estimated_time: 1h, agent: a}
  - {id: B, estimated_time: 1h, agent: b, dependencies: [A]}
  - {id: C, estimated_time: 1h, agent: c, dependencies: [A]}
  - {id: D, estimated_time: 1h, agent: d, dependencies: [B, C]}
"""
    field = Field(tmp_path, plan + QUICK)
    (tmp_path / ".git").rmdir()
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    work = TaskWorktrees(tmp_path, field.plan_id, tmp_path / ".orchestrate" / "worktrees")
    (tmp_path / "agent.py").write_text(WRITER)
    settings = (tmp_path / "orchestrate.toml").read_text()
    (tmp_path / "orchestrate.toml").write_text(settings + f'arguments = ["{work.merged}"]\n')
    end = field.run(worktrees=work)
    assert end.action is RunAction.FINISHED, field.said()
    for name in ("a", "b", "c", "d"):
        assert git(tmp_path, "show", f"{work.merged}:{name}.txt") == name.upper()
    # The second of B and C met the work of the first, and took it in.
    attempts = sorted(each.attempt for each in field.journal().state.tasks.values())
    assert attempts == [1, 1, 1, 2]
    checks = [each for each in field.events() if each.kind == "checked"]
    assert ("merge", "conflicts", "failed") in {(each.gate, each.check, each.verdict) for each in checks}
    assert git(tmp_path, "rev-list", "--count", "main") == "1"
    assert not any((tmp_path / ".orchestrate" / "worktrees").glob("*/.git"))
