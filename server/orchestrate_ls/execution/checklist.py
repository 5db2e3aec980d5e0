"""The checklist in `.orchestrate/checklist.md`: what work failed its quality gates by, for later tasks to look at.

People may edit the file: every line of a list in it counts, and nothing of it is ever rewritten.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.journal import journal_path
from orchestrate_ls.execution.journal_file import JournalError, JournalFile
from orchestrate_ls.workspace.containment import leads_out
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_bytes
from orchestrate_ls.workspace.writing import UnwritableFileError, write_whole

NAME: Final = "checklist.md"
MOST_QUOTED: Final = 20
"""Lessons that a hand-off quotes: the latest ones."""
_LIMIT: Final = 1_000_000
_LONGEST: Final = 500
_HEAD: Final = (
    "# Checklist\n\n"
    "What work failed its quality gates by. Hand-offs quote it, so that the next task does not fail by the same.\n"
    "Change or delete what you like.\n\n"
)
_ITEM: Final = re.compile(r"[ \t]*[-*+][ \t]+(?:\[[ xX]?\][ \t]*)?(?P<text>.*\S)")
_TASK: Final = re.compile(r" \([^()]*\)$")


def read_lessons(folder: Path) -> tuple[str, ...]:
    """The lessons of a folder `.orchestrate`, in the order of the file; none where there is no file."""
    if leads_out(folder / NAME):
        return ()
    try:
        text = read_bytes(folder / NAME, _LIMIT).decode("utf-8", "replace")
    except UnreadablePlanError:
        return ()
    found = [match["text"][:_LONGEST] for line in text.splitlines() if (match := _ITEM.fullmatch(line))]
    return tuple(dict.fromkeys(found))


def quoted_lessons(plan: Path) -> tuple[str, ...]:
    """The latest lessons for the tasks of a plan file, by its path."""
    return read_lessons(journal_path(plan).parent)[-MOST_QUOTED:]


def add_lesson(folder: Path, lesson: str) -> bool:
    """Add a line, unless the checklist says so already; whether it was added. Raises ``UnwritableFileError``."""
    line = " ".join(lesson.split())[:_LONGEST]
    if not line:
        return False
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with JournalFile(path).locked():
            if _core(line) in {_core(each) for each in read_lessons(folder)}:
                return False
            old = path.read_bytes() if path.exists() else _HEAD.encode()
            if len(old) + len(line) > _LIMIT:
                raise UnwritableFileError(f"{path} is full", "delete what was learnt long ago")
            gap = b"" if not old or old.endswith(b"\n") else b"\n"
            write_whole(path, old + gap + f"- {line}\n".encode(), overwrite=True)
    except (JournalError, OSError) as error:
        raise UnwritableFileError(f"{path} cannot be written: {error}") from None
    return True


def _core(line: str) -> str:
    """Without the task it comes from."""
    return _TASK.sub("", line).casefold()
