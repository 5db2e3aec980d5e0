"""How many lines the commits of a span of time changed, and in which files. Executes nothing that comes with the
folder: see ``history``, which reads git's objects and none of its configuration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from orchestrate_ls.workspace.repository.history import read_log

MOST_COMMITS: Final = 5_000
PATIENCE: Final = 20.0
"""Seconds. A report may take longer than what is typed to."""
_MOST_PARENTS: Final = 40
_ENTRY: Final = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\0(\d{1,12})")


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """Lines that a commit added and deleted in a file; ``path`` is from the root asked for, with slashes. Both are 0
    for a file that is no text.
    """

    path: str
    added: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that is no merge; ``time`` is the committer's."""

    id: str
    time: datetime
    files: tuple[ChangedFile, ...]


@dataclass(frozen=True, slots=True)
class Commits:
    """The commits found, the newest first, and why there are none or fewer; None where there is no repository."""

    commits: tuple[Commit, ...] | None = None
    remark: str = ""


def read_commits(root: Path, first: datetime, last: datetime) -> Commits:
    """The commits from one moment to another (both included) before the current one, with what they changed below a
    folder.
    """
    root = root.resolve()
    top = next((each for each in (root, *root.parents[:_MOST_PARENTS]) if (each / ".git").exists()), None)
    if top is None:
        return Commits()
    since = (first - timedelta(seconds=1)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    options = ("--numstat", "--format=%x01%H%x00%ct", f"--max-count={MOST_COMMITS}", f"--since={since}")
    output = read_log(top, options, PATIENCE)
    if not isinstance(output, bytes):
        return Commits(remark=output or "")
    prefix = root.relative_to(top).as_posix()
    found = _parsed(output, "" if prefix == "." else f"{prefix}/")
    remark = f"only the last {MOST_COMMITS:,} commits were looked at" if len(found) >= MOST_COMMITS else ""
    return Commits(tuple(each for each in found if first <= each.time <= last), remark)


def _parsed(output: bytes, prefix: str) -> list[Commit]:
    found: list[Commit] = []
    for entry in output.decode("utf-8", "replace").split("\x01")[1:]:
        head = _ENTRY.match(entry)
        if head is None:
            continue
        files: list[ChangedFile] = []
        for line in entry[head.end() :].split("\0"):
            added, _, rest = line.strip("\n").partition("\t")
            deleted, _, path = rest.partition("\t")
            if path.startswith(prefix) and path != prefix:
                files.append(ChangedFile(path.removeprefix(prefix), _number(added), _number(deleted)))
        found.append(Commit(head[1], datetime.fromtimestamp(int(head[2]), UTC), tuple(files)))
    return found


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
