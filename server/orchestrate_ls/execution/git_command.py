"""Calling git on the user's repository without running what its configuration names: hooks, monitors, pagers, editors.

Filters and merge drivers (git-lfs, say) that the user's own configuration names stay, since files would be wrong
without them; those of a repository itself are told by ``named_programs``, and are not for us to start.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.environment import environment_for
from orchestrate_ls.execution.output_text import last_line
from orchestrate_ls.execution.process import ProcessResult, run_process

_SECONDS: Final = 300.0
_OUTPUT: Final = 20_000_000
_SAFE: Final = (
    "--no-pager",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.fsmonitor=false",
    "-c", "core.quotePath=false",
    "-c", "commit.gpgSign=false",
    "-c", "gc.auto=0",
    "-c", "maintenance.auto=false",
    "-c", "submodule.recurse=false",
    "-c", "diff.external=",
    "-c", "protocol.allow=never",
)  # fmt: skip
_QUIET: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": "true",
    "GIT_MERGE_AUTOEDIT": "no",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_OF_REPOSITORY: Final = ("local", "worktree")
_PROGRAM: Final = re.compile(
    r"filter\..*\.(?:clean|smudge|process)|merge\..*\.driver|hook\..*\.command", re.DOTALL
)
_IDENTITY: Final = ("-c", "user.name=Orchestrate", "-c", "user.email=orchestrate@localhost")


class GitError(Exception):
    """What git could not do. ``message`` says what, ``hint`` what can be done."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message: Final = message
        self.hint: Final = hint


class Git:
    """git, in one repository."""

    def __init__(self, root: Path, seconds: float = _SECONDS) -> None:
        """``seconds`` is how long a command may take."""
        self.root: Final = root
        self._seconds: Final = seconds
        self._environment = environment_for(os.environ, extra=_QUIET, windows=sys.platform == "win32")
        self._identity: tuple[str, ...] | None = None

    def call(self, *arguments: str, folder: Path | None = None) -> ProcessResult:
        """Run git; whatever came of it. Raises ``GitError`` where it cannot be started, or takes too long."""
        result = run_process(
            ["git", *_SAFE, *arguments],
            cwd=folder or self.root,
            env=self._environment,
            time_out=self._seconds,
            tail_limit=_OUTPUT,
        )
        if result.exit_code is None or result.exit_code < 0:
            raise GitError(f"git could not be run: {result.problem or 'it took too long'}")
        return result

    def text(self, *arguments: str, folder: Path | None = None) -> str:
        """What git prints. Raises ``GitError`` where it fails."""
        result = self.call(*arguments, folder=folder)
        if result.exit_code != 0:
            said = last_line(result.stderr) or f"exit code {result.exit_code}"
            raise GitError(f"git {arguments[0]}: {said.removeprefix('fatal: ')}")
        return result.stdout.decode("utf-8", "surrogateescape").strip("\n")

    def succeeds(self, *arguments: str, folder: Path | None = None) -> bool:
        """Whether git ends with exit code 0."""
        return self.call(*arguments, folder=folder).exit_code == 0

    def named_programs(self) -> tuple[str, ...]:
        """The keys of the repository's own configuration that name filters and merge drivers. They come with a folder
        that was unpacked or copied, though not with a clone.
        """
        listed = self.text("config", "--list", "--show-scope", "--name-only", "-z").split("\0")
        keys = (key for scope, key in zip(listed[::2], listed[1::2], strict=False) if scope in _OF_REPOSITORY)
        return tuple(dict.fromkeys(key for key in keys if _PROGRAM.fullmatch(key)))

    @property
    def identity(self) -> tuple[str, ...]:
        """Options for a command that commits: none where the user has a name and an address."""
        if self._identity is None:
            known = self.succeeds("var", "GIT_COMMITTER_IDENT")
            self._identity = () if known else _IDENTITY
        return self._identity
