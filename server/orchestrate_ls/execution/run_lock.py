"""One run of a plan at a time on this machine: a lock that is let go however the process ends."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from orchestrate_ls.execution.journal_file import JournalError, prepare_folder


@contextmanager
def run_lock(journal: Path) -> Generator[None]:
    """Hold the lock of the run of a journal. Raises ``JournalError`` where another process has it."""
    from filelock import FileLock, Timeout

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
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="ascii")
    return folder
