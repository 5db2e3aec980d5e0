"""What git's history says, and that nothing a repository's configuration names is ever executed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrate_ls.workspace.repository import history
from orchestrate_ls.workspace.repository.history import read_history
from orchestrate_ls.workspace.repository.survey import read_repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
        "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    }
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=check
    )
    return done.stdout.strip()


def commit(folder: Path, number: int, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number}\n", encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", f"change {number}")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    for number in range(6):
        commit(folder, number, "src/model.py", "src/schema.py")
    commit(folder, 6, "src/model.py", "src/other.py")
    commit(folder, 7, "src/other.py", "CHANGELOG.md")
    return folder


PRESENT = {"src/model.py", "src/schema.py", "src/other.py", "CHANGELOG.md"}


def pairs(found: history.History) -> list[tuple[str, str, int, int]]:
    return [(each.one, each.other, each.together, each.either) for each in found.changes]


def test_files_that_always_changed_together(repository: Path):
    found = read_history(repository, PRESENT)
    assert pairs(found) == [("src/model.py", "src/schema.py", 6, 7)]
    assert (found.commits, found.remark) == (8, "")
    assert read_repository(repository).changes == found.changes


def test_packed_history_and_references(repository: Path):
    git(repository, "gc", "-q", "--prune=now")
    git(repository, "pack-refs", "--all")
    assert not (repository / ".git/refs/heads/trunk").exists()
    assert pairs(read_history(repository, PRESENT)) == [("src/model.py", "src/schema.py", 6, 7)]


def test_only_files_that_are_still_there(repository: Path):
    assert read_history(repository, PRESENT - {"src/schema.py"}).changes == ()


def test_large_commits_say_nothing(repository: Path):
    for number in range(8, 12):
        commit(repository, number, *(f"src/bulk{each}.py" for each in range(20)))
    present = PRESENT | {f"src/bulk{each}.py" for each in range(20)}
    assert pairs(read_history(repository, present)) == [("src/model.py", "src/schema.py", 6, 7)]


def test_worktrees_shallow_clones_and_detached_heads(repository: Path, tmp_path: Path):
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "side")
    assert pairs(read_history(tmp_path / "tree", PRESENT)) == [("src/model.py", "src/schema.py", 6, 7)]
    git(tmp_path, "clone", "-q", "--depth", "6", repository.as_uri(), "shallow")
    found = read_history(tmp_path / "shallow", PRESENT)
    assert (found.commits, found.remark) == (6, "")
    git(repository, "checkout", "-q", "--detach")
    assert read_history(repository, PRESENT).commits == 8


def test_without_commits_or_git_there_is_a_remark(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
):
    assert read_history(tmp_path, PRESENT) == history.History()
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    git(fresh, "init", "-q")
    assert "could not be read" in read_history(fresh, PRESENT).remark
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert "no git on the PATH" in read_history(repository, PRESENT).remark


def test_a_git_that_lies_in_the_repository_is_not_run(repository: Path, monkeypatch: pytest.MonkeyPatch):
    marker = repository.parent / "ran"
    (repository / "bin").mkdir()
    program = repository / "bin" / ("git.exe" if sys.platform == "win32" else "git")
    program.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(repository / "bin"), ".", os.environ["PATH"]]))
    monkeypatch.chdir(repository / "bin")
    assert read_history(repository, PRESENT).commits == 8
    assert not marker.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the bait is a shell script")
def test_nothing_that_the_configuration_names_is_executed(repository: Path, tmp_path: Path):
    marker = tmp_path / "executed"
    bait = tmp_path / "bait"
    bait.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
    bait.chmod(0o755)
    (repository / ".git/config").write_text(
        f"""[core]
\trepositoryformatversion = 1
\tfsmonitor = {bait}
\tpager = {bait}
\thooksPath = {bait.parent}
\teditor = {bait}
\tsshCommand = {bait}
\taskPass = {bait}
\talternateRefsCommand = {bait}
\tgitProxy = {bait}
\tworktree = /
[extensions]
\tpartialClone = evil
[remote "evil"]
\turl = ext::{bait}
\tpromisor = true
\tuploadpack = {bait}
[protocol "ext"]
\tallow = always
[log]
\tshowSignature = true
[gpg]
\tprogram = {bait}
[pager]
\tlog = {bait}
[diff]
\texternal = {bait}
[diff "bait"]
\tcommand = {bait}
\ttextconv = {bait}
[filter "bait"]
\tclean = {bait}
\tsmudge = {bait}
\tprocess = {bait}
[alias]
\tlog = !{bait}
[credential]
\thelper = !{bait}
[include]
\tpath = {tmp_path / "more"}
""",
        encoding="utf-8",
    )
    (repository / ".gitattributes").write_text("* diff=bait filter=bait\n")
    (repository / ".git/info").mkdir(exist_ok=True)
    (repository / ".git/info/attributes").write_text("* diff=bait filter=bait\n")
    hooks = repository / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "pre-commit",
        "post-checkout",
        "post-index-change",
        "fsmonitor-watchman",
        "reference-transaction",
    ):
        shutil.copy(bait, hooks / name)
    sign_head(repository)
    assert read_history(repository, PRESENT).commits == 9
    assert not marker.exists()
    # One object is missing: git would fetch it from the promisor.
    schema = git_object(repository, "HEAD~2^{tree}")
    schema.unlink()

    found = read_history(repository, PRESENT)
    read_repository(repository)
    assert not marker.exists()
    assert "could not read it" in found.remark

    # The bait works: git with the repository's own configuration takes it.
    git(repository, "log", "-1", "-p", check=False)
    git(repository, "status", check=False)
    assert marker.exists()


def sign_head(folder: Path) -> None:
    """A commit with a signature, so that git would ask a program about it."""
    body = git(folder, "cat-file", "commit", "HEAD")
    head, message = body.split("\n\n", 1)
    signed = f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\n{message}\n"
    tree = git(folder, "rev-parse", "HEAD^{commit}")
    signed = signed.replace(signed.split("\n", 2)[1], f"parent {tree}")
    path = folder.parent / "commit"
    path.write_text(signed, encoding="utf-8")
    made = git(folder, "hash-object", "-t", "commit", "-w", str(path))
    git(folder, "update-ref", "refs/heads/trunk", made)


def git_object(folder: Path, name: str) -> Path:
    number = git(folder, "-c", "core.fsmonitor=false", "rev-parse", name)
    path = folder / ".git/objects" / number[:2] / number[2:]
    path.chmod(0o644)
    return path


def test_hostile_git_folders(tmp_path: Path):
    for name, files in {
        "links": {"HEAD": "ref: refs/heads/a", "refs/heads/a": "ref: refs/heads/a"},
        "escape": {"HEAD": "ref: refs/../../../../etc/passwd"},
        "option": {"HEAD": "--output=/tmp/x"},
        "binary": {"HEAD": "\0\1\2"},
        "missing": {"HEAD": "a" * 40},
        "empty": {},
    }.items():
        folder = tmp_path / name
        (folder / ".git/objects").mkdir(parents=True)
        for inner, text in files.items():
            (folder / ".git" / inner).parent.mkdir(parents=True, exist_ok=True)
            (folder / ".git" / inner).write_text(text)
        found = read_history(folder, PRESENT)
        assert found.changes == (), name
        assert found.remark, name
    pointed = tmp_path / "pointed"
    pointed.mkdir()
    (pointed / ".git").write_text("gitdir: ../../../nowhere\n")
    assert read_history(pointed, PRESENT) == history.History()


def test_too_slow_is_no_history_and_says_so(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if sys.platform == "win32":
        pytest.skip("the slow git is a shell script")
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (slow / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(history, "LONGEST_RUN", 0.2)
    assert "not in time" in read_history(repository, PRESENT).remark
