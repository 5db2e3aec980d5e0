"""A journal on the disk: one event a line, only ever appended to, read on from where the last reading ended.

Many processes write at once: each line is written whole and synced under a lock. What cannot be read as an event is
reported and passed over. Knows nothing of plans.
"""

from __future__ import annotations

import contextlib
import gc
import os
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from orchestrate_ls.progress.event import Event, EventError, line_of, read_line
from orchestrate_ls.workspace.containment import OUTSIDE, leads_out
from orchestrate_ls.workspace.writing import flush_folder

LONGEST_LINE: Final = 1_000_000
"""Bytes. A longer line is passed over, without being held in memory."""
MOST_PROBLEMS: Final = 20
_BLOCK: Final = 1 << 20
_TAIL: Final = 512
_LARGE: Final = 1 << 20
_LOCK_SECONDS: Final = 15.0

_ATTRIBUTES: Final = "*.events.jsonl text eol=lf merge=union\n"
_IGNORED: Final = "*.lock\n*.run.sqlite*\n"


class JournalError(Exception):
    """A journal that cannot be read or written. ``message`` names it, ``hint`` says what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")
        self.message: Final = message
        self.hint: Final = hint


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that was passed over: its number, from 1, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class _Progress:
    """How far a file has been read."""

    identity: tuple[int, int] = (0, 0)
    size: int = -1
    changed: int = -1
    offset: int = 0
    lines: int = 0
    tail: bytes = b""
    """The last bytes before the offset: they tell an appended file from a rewritten one."""
    problems: list[LineProblem] = field(default_factory=list[LineProblem])
    passed_over: int = 0
    unfinished: LineProblem | None = None


class JournalFile:
    """One file of events."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._read = _Progress()

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    @property
    def problems(self) -> list[LineProblem]:
        """The first lines that were passed over; an unfinished last line is among them."""
        unfinished = self._read.unfinished
        return [*self._read.problems, *([unfinished] if unfinished is not None else [])]

    @property
    def passed_over(self) -> int:
        """How many lines were."""
        return self._read.passed_over + (self._read.unfinished is not None)

    def read_on(self) -> tuple[list[Event], bool]:
        """The events that have come since the last time, and whether it had to begin anew because the file was
        rewritten (by a merge, for example); those it gives then may be known already.

        A missing file has no events. Raises ``JournalError`` where it cannot be read.
        """
        try:
            status = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            anew = self._read.offset > 0
            self._read = _Progress()
            return [], anew
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from None
        if not stat.S_ISREG(status.st_mode):
            raise JournalError(f"{self.path} is not a regular file", "move it away")
        read = self._read
        identity = (status.st_dev, status.st_ino)
        if (identity, status.st_size, status.st_mtime_ns) == (read.identity, read.size, read.changed):
            return [], False
        self._refuse_links()
        try:
            with self.path.open("rb") as file:
                anew = not self._goes_on(file, identity, status.st_size)
                if anew:
                    anew = read.offset > 0
                    self._read = read = _Progress()
                events = self._read_from(file, read, status.st_size)
        except OSError as error:
            # What was read of it so far is lost; the next time begins anew.
            self._read = _Progress()
            raise self._unreadable(error) from None
        read.identity, read.size, read.changed = identity, status.st_size, status.st_mtime_ns
        return events, anew

    def append(self, events: Sequence[Event]) -> None:
        """Write events behind the others, whole and on the disk when it returns. Call it inside ``locked``.

        Raises ``JournalError`` where that fails; a part of a line that may be left then is passed over by readers.
        """
        data = b"".join(map(line_of, events))
        if not data:
            return
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
        flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
        self._refuse_links()
        try:
            descriptor = os.open(self.path, flags, 0o666)
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise JournalError(f"{self.path} is not a regular file", "move it away")
            if status.st_size:
                os.lseek(descriptor, -1, os.SEEK_END)
                if os.read(descriptor, 1) != b"\n":
                    # Somebody was cut off; what is left of the line stays, on a line of its own.
                    data = b"\n" + data
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                os.fsync(descriptor)
            except OSError:
                # A full disk: take back what was written of it.
                with contextlib.suppress(OSError):
                    os.ftruncate(descriptor, status.st_size)
                raise
        except OSError as error:
            raise self._unwritable(error) from None
        finally:
            os.close(descriptor)
        if not status.st_size:
            flush_folder(self.path.parent)

    @contextmanager
    def locked(self) -> Generator[None]:
        """Keep all others from writing. Makes the folder where it is missing.

        Raises ``JournalError`` where the lock cannot be had.
        """
        from filelock import FileLock, Timeout

        folder = self.path.parent
        self._refuse_links()
        try:
            prepare_folder(folder)
        except OSError as error:
            raise self._unwritable(error) from None
        lock = FileLock(folder / f"{self.path.name.removesuffix('.jsonl')}.lock")
        try:
            lock.acquire(timeout=_LOCK_SECONDS, poll_interval=0.01)
        except Timeout:
            raise JournalError(
                f"{self.path} is being written to by somebody else", "try again in a moment"
            ) from None
        except (OSError, NotImplementedError) as error:
            raise self._unwritable(error) from None
        try:
            yield
        finally:
            lock.release()

    def _goes_on(self, file: BinaryIO, identity: tuple[int, int], size: int) -> bool:
        """Whether the file is the one read before, with nothing changed so far."""
        read = self._read
        if not read.offset or identity != read.identity or size < read.offset:
            return False
        file.seek(read.offset - len(read.tail))
        return file.read(len(read.tail)) == read.tail

    def _read_from(self, file: BinaryIO, read: _Progress, size: int) -> list[Event]:
        """Read whole lines from the offset on; then the rest, if that is an event by itself."""
        file.seek(read.offset)
        events: list[Event] = []
        read.unfinished = None
        if size - read.offset > _LARGE:
            with _without_collector():
                return self._read_lines(file, read, events)
        return self._read_lines(file, read, events)

    def _read_lines(self, file: BinaryIO, read: _Progress, events: list[Event]) -> list[Event]:
        while True:
            line = file.readline(LONGEST_LINE + 2)
            if not line:
                return events
            size, is_whole = len(line), line.endswith(b"\n")
            if size > LONGEST_LINE:
                rest, is_whole = (0, True) if is_whole else _pass_line(file)
                size += rest
                reason: str | None = f"it has more than {LONGEST_LINE:,} bytes"
            else:
                if read.offset == 0:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                reason = _take(line, events)
            if not is_whole:
                # It may still be being written. If it is whole but for the line break, reading it again does no harm.
                if reason is not None:
                    read.unfinished = LineProblem(read.lines + 1, f"it is not finished yet: {reason}")
                return events
            read.offset += size
            read.lines += 1
            if size > LONGEST_LINE:
                read.tail = b""
            else:
                read.tail = line[-_TAIL:] if size >= _TAIL else (read.tail + line)[-_TAIL:]
            if reason is not None:
                read.passed_over += 1
                if len(read.problems) < MOST_PROBLEMS:
                    read.problems.append(LineProblem(read.lines, reason))

    def _refuse_links(self) -> None:
        """A stranger's folder must not have a file of the user's own read, or lines added to it."""
        if leads_out(self.path):
            raise JournalError(
                f"{self.path} is not used: {OUTSIDE}", "delete the link; a new file takes its place"
            )

    def _unreadable(self, error: Exception) -> JournalError:
        return JournalError(f"{self.path} cannot be read: {_reason(error)}", "check who may read it")

    def _unwritable(self, error: Exception) -> JournalError:
        return JournalError(
            f"{self.path} cannot be written: {_reason(error)}",
            "nothing was recorded; check the folder and the room on the disk",
        )


def prepare_folder(folder: Path) -> None:
    """Make the folder of journals, with what git has to know of it: two people's journals merge line by line, and
    lock files are nobody's business.
    """
    if folder.is_dir():
        return
    folder.mkdir(exist_ok=True)
    for name, text in ((".gitattributes", _ATTRIBUTES), (".gitignore", _IGNORED)):
        with (
            contextlib.suppress(FileExistsError),
            (folder / name).open("x", encoding="utf-8", newline="\n") as file,
        ):
            file.write(text)


@contextmanager
def _without_collector() -> Generator[None]:
    """Many events at once are no garbage; looking through them again and again takes as long as reading them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _take(line: bytes, events: list[Event]) -> str | None:
    """Read a line as an event; why it is none. Blank lines are nothing at all."""
    if not line.strip():
        return None
    try:
        events.append(read_line(line))
    except EventError as error:
        return str(error)
    return None


def _pass_line(file: BinaryIO) -> tuple[int, bool]:
    """Skip the rest of a line; how many bytes that were, and whether it ended."""
    passed = 0
    while piece := file.readline(_BLOCK):
        passed += len(piece)
        if piece.endswith(b"\n"):
            return passed, True
    return passed, False


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
