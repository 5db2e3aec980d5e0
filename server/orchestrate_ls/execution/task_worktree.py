"""A git work tree of its own for each task: branched from the merged work of the tasks before it, merged back when it
is done.

What is merged is a branch of its own, `orchestrate/<plan>/merged`, which is made by merging trees and never checked
out: the user's checkout, its index and its branches are not touched. A merge that git cannot make by itself is told,
and changes nothing.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.git_command import Git, GitError
from orchestrate_ls.execution.run_lock import prepare_kept
from orchestrate_ls.plan.file_patterns import outside_of, read_patterns

_PLAIN: Final = re.compile(r"[^A-Za-z0-9_-]+")
_MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What came of merging a task's work back.

    Attributes
    ----------
    changed
        The files that it changed.
    conflicts
        Those that others have changed in another way meanwhile; then nothing was merged.
    outside
        Those that the task was not to write; then nothing was merged.
    """

    changed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    @property
    def is_merged(self) -> bool:
        """Whether it is among the merged work now."""
        return not self.conflicts and not self.outside


class TaskWorktrees:
    """The work trees of a plan's tasks."""

    def __init__(self, root: Path, plan_id: str, folder: Path) -> None:
        """``root`` is the repository's folder, ``folder`` where the work trees are made.

        Raises ``GitError`` where the repository cannot have any.
        """
        self._git = Git(root)
        self._folder = folder
        name = _named(plan_id)
        self.merged: Final = f"orchestrate/{name}/merged"
        self._prefix = f"orchestrate/{name}/task"
        try:
            top = Path(self._git.text("rev-parse", "--show-toplevel"))
        except GitError as error:
            raise GitError(
                f"tasks cannot have work trees of their own, since {root} is no git repository ({error.message})",
                "run `git init` and commit, or set `worktrees = false` below `[run]`",
            ) from None
        self._inside = (
            root.resolve().relative_to(top.resolve()) if root.resolve() != top.resolve() else Path()
        )
        programs = self._git.named_programs()
        if programs:
            raise GitError(
                f"the configuration of the repository itself ({top / '.git'}) names programs that git would start:"
                f" {_listed(programs)}",
                "if you put them there, move them to your own (`git config --global`); else delete them"
                " (`git config --unset`), or set `worktrees = false` below `[run]`",
            )
        if not self._git.succeeds("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
            raise GitError(
                "tasks cannot have work trees of their own before the first commit", "commit something"
            )
        if self._git.call("merge-tree", "--write-tree", "HEAD", "HEAD").exit_code != 0:
            raise GitError("this git cannot merge without a checkout", "install git 2.38 or later")
        self._begin()

    @property
    def has_uncommitted(self) -> bool:
        """Whether the user's checkout has changes that no task will see."""
        return bool(self._git.text("status", "--porcelain", "--untracked-files=no"))

    def prepare(self, task: str) -> Path:
        """The folder in which a task is worked on; one that an earlier attempt left is gone on with.

        Raises ``GitError``.
        """
        path, branch = self._folder / _named(task), f"{self._prefix}/{_named(task)}"
        if not self._is_there(path):
            if path.exists():
                shutil.rmtree(path, ignore_errors=True)
            self._git.text("worktree", "prune")
            prepare_kept(self._folder)
            self._git.text("worktree", "add", "--quiet", "-B", branch, str(path), f"refs/heads/{self.merged}")
        return path / self._inside

    def merge(self, task: str, files: tuple[str, ...], message: str) -> MergeResult:
        """Commit what a task left and merge it. ``files`` are the patterns of what it may write; empty for anything.

        Raises ``GitError``.
        """
        path = self._folder / _named(task)
        if not self._is_there(path):
            # Merged before, by a run that was cut off afterwards.
            return MergeResult()
        git = self._git
        git.text("add", "--all", folder=path)
        if not git.succeeds("diff", "--cached", "--quiet", folder=path):
            git.text(*git.identity, "commit", "--quiet", "--no-verify", "-m", message, folder=path)
        own, merged = git.text("rev-parse", "HEAD", folder=path), self._tip()
        base = git.text("merge-base", merged, own)
        changed = tuple(filter(None, git.text("diff", "--name-only", "-z", base, own).split("\0")))
        outside = tuple(outside_of(read_patterns(files), changed)) if files else ()
        if outside:
            return MergeResult(changed, outside=outside)
        if base == own:
            return MergeResult(changed)
        if base == merged:
            self._move(own, merged)
            return MergeResult(changed)
        result = git.call("merge-tree", "--write-tree", "--name-only", "--no-messages", merged, own)
        tree, *names = result.stdout.decode("utf-8", "surrogateescape").split("\n")
        if result.exit_code == 1:
            return MergeResult(changed, conflicts=tuple(dict.fromkeys(filter(None, names))))
        if result.exit_code != 0:
            raise GitError(f"git merge-tree ended with exit code {result.exit_code}")
        commit = git.text(*git.identity, "commit-tree", tree, "-p", merged, "-p", own, "-m", message)
        self._move(commit, merged)
        return MergeResult(changed)

    def remove(self, task: str) -> None:
        """Delete the work tree and the branch of a task that was merged. Leaves what cannot be deleted."""
        path, branch = self._folder / _named(task), f"{self._prefix}/{_named(task)}"
        if path.exists():
            self._git.call("worktree", "remove", "--force", str(path))
            self._git.call("branch", "--quiet", "-D", branch)

    def _begin(self) -> None:
        """Make the branch of what is merged; where the user has taken all of it over, it goes on from there."""
        head = self._git.text("rev-parse", "HEAD")
        if not self._git.succeeds("rev-parse", "--verify", "--quiet", f"refs/heads/{self.merged}"):
            self._git.text("branch", "--no-track", self.merged, head)
            return
        tip = self._tip()
        if tip != head and self._git.succeeds("merge-base", "--is-ancestor", tip, head):
            self._move(head, tip)

    def _tip(self) -> str:
        return self._git.text("rev-parse", "--verify", f"refs/heads/{self.merged}")

    def _move(self, new: str, old: str) -> None:
        """Fails where somebody else has moved it meanwhile."""
        self._git.text("update-ref", f"refs/heads/{self.merged}", new, old)

    def _is_there(self, path: Path) -> bool:
        """Whether it is a work tree, rather than a folder of the user's own repository."""
        if not (path / ".git").is_file():
            return False
        result = self._git.call("rev-parse", "--show-toplevel", folder=path)
        top = result.stdout.decode("utf-8", "surrogateescape").strip("\n")
        return result.exit_code == 0 and Path(top).resolve() == path.resolve()


def problem_in_words(result: MergeResult, merged: str) -> str:
    """Why work was not merged, and what its agent can do about it."""
    if result.outside:
        return f"it changed files that it was not to write: {_listed(result.outside)}; undo these changes"
    return (
        f"others have changed {_listed(result.conflicts)} meanwhile; run `git merge {merged}` in your folder, resolve"
        " the conflicts and commit"
    )


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _named(text: str) -> str:
    """A name for a folder and for a part of a branch, which no two texts share and no text leads elsewhere."""
    plain = _PLAIN.sub("-", text).strip("-")[:40]
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain}-{digest}" if plain else digest
