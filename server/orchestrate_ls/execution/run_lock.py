"""One run of a plan at a time on this machine: a lock that is let go however the process ends."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from orchestrate_ls.execution.journal_file import JournalError, prepare_folder
from orchestrate_ls.workspace.containment import OUTSIDE, leads_out


@contextmanager
def run_lock(journal: Path) -> Generator[None]:
    """Hold the lock of the run of a journal. Raises ``JournalError`` where another process has it."""
    from filelock import FileLock, Timeout

    if leads_out(journal):
        raise JournalError(f"{journal} is not used: {OUTSIDE}", "delete the link")
    try:
        prepare_folder(journal.parent)
        lock = FileLock(journal.parent / f"{journal.name.removesuffix('.events.jsonl')}.run.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise JournalError(
            "the plan is being run already",
            "`orchestrate status --watch` shows how it stands, `orchestrate run --stop` ends that run",
        ) from None
    except (OSError, NotImplementedError) as error:
        raise JournalError(f"{journal.parent} cannot be written: {error}") from None
    try:
        yield
    finally:
        lock.release()


def prepare_kept(folder: Path) -> Path:
    """Make the folder in which what belongs to attempts is kept; git leaves it out. Raises ``OSError``."""
    if leads_out(folder):
        raise OSError(errno.ELOOP, OUTSIDE)
    folder.mkdir(parents=True, exist_ok=True)
    # Not through a link that leads nowhere yet.
    with contextlib.suppress(FileExistsError), (folder / ".gitignore").open("x", encoding="ascii") as ignore:
        ignore.write("*\n")
    return folder
