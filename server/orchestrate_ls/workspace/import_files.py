"""Reads what is to be imported: one file, or the task files of a folder. Bounded in size, number and depth."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text, read_bytes, too_large

_TASK_FOLDERS: Final = (("backlog", "tasks"), (".backlog", "tasks"), ("tasks",))
"""Below what a user names; the first that is there is the one with the tasks."""


def read_text(path: Path, limit: int) -> str:
    """A file's text. Raises ``UnreadablePlanError``."""
    return decode_plan_text(read_bytes(path, limit), limit).text


def read_folder(folder: Path, limit: int, most: int) -> Sequence[tuple[str, str]]:
    """The Markdown files of a folder of tasks with their names, sorted; links are not followed.

    Raises ``UnreadablePlanError`` where there are none, more than ``most``, or more than ``limit`` bytes in all.
    """
    for parts in _TASK_FOLDERS:
        if folder.joinpath(*parts).is_dir():
            folder = folder.joinpath(*parts)
            break
    try:
        with os.scandir(folder) as entries:
            names = [
                each.name
                for each in entries
                if each.name.endswith(".md") and not each.is_symlink() and each.is_file(follow_symlinks=False)
            ]
    except OSError as error:
        raise UnreadablePlanError(f"the folder cannot be read: {error.strerror or error}") from None
    if not names:
        raise UnreadablePlanError("there are no task files (*.md) in this folder", "name Backlog.md's folder")
    if len(names) > most:
        raise UnreadablePlanError(
            f"there are {len(names):,} files in this folder", f"at most {most:,} are read"
        )
    files: list[tuple[str, str]] = []
    left = limit
    for name in sorted(names, key=_natural):
        data = read_bytes(folder / name, limit)
        left -= len(data)
        if left < 0:
            raise too_large(limit)
        files.append((name, decode_plan_text(data, limit).text))
    return files


def _natural(name: str) -> list[tuple[int, str]]:
    """`task-2` before `task-10`."""
    import re

    return [(int(part[:15]), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
