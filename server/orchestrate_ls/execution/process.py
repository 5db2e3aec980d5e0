"""Starting a program of the user's settings: no shell, bounded output, and no process of it left over.

Each program gets a process group (and session) of its own. When its time is over or it is cancelled, the whole group
is asked to end, and killed when it does not; what it left in the background when it ended is killed too. Knows nothing
of agents, tasks or plans.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, BinaryIO, Final, Self, cast

from orchestrate_ls.execution.engine import DEFAULT_OUTPUT_LIMIT
from orchestrate_ls.execution.process_guard import GUARD

COOKIE: Final = "ORCHESTRATE_PROCESS"
"""A variable in the environment of all that belongs to one program: those that left its group are known by it."""
TAIL_LIMIT: Final = 256 * 1024
GRACE_SECONDS: Final = 5.0
_BLOCK: Final = 1 << 16
_FIRST_WAIT: Final = 0.002
_LONGEST_WAIT: Final = 0.05
_DRAIN_SECONDS: Final = 2.0
_WINDOWS: Final = sys.platform == "win32"


class ProcessEnd(StrEnum):
    """Why a program is not running any more."""

    EXITED = "exited"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    """By what watched its lines."""
    NOT_STARTED = "not-started"


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """What came of a program.

    Attributes
    ----------
    end
        Why it is over.
    exit_code
        Negative for the signal it died of; None where it was not started.
    stdout, stderr
        The last ``tail_limit`` bytes of each.
    written
        Bytes that it wrote in all.
    seconds
        How long it ran.
    problem
        Why it was not started, in words.
    left_over
        Whether something of it still ran when it had ended, and was killed.
    """

    end: ProcessEnd
    exit_code: int | None
    stdout: bytes
    stderr: bytes
    written: int
    seconds: float
    problem: str = ""
    left_over: bool = False

    @property
    def is_success(self) -> bool:
        """Whether it ended by itself, with exit code 0."""
        return self.end is ProcessEnd.EXITED and self.exit_code == 0


def run_process(
    argv: Sequence[str],
    *,
    cwd: str | Path,
    env: Mapping[str, str],
    time_out: float | None = None,
    output_limit: int = DEFAULT_OUTPUT_LIMIT,
    cancelled: threading.Event | None = None,
    stdin: bytes = b"",
    output: Path | None = None,
    tail_limit: int = TAIL_LIMIT,
    grace: float = GRACE_SECONDS,
    on_line: Callable[[bytes], bool] | None = None,
    cookie: str = "",
) -> ProcessResult:
    """Run a program to its end. Never raises for what the program does; one that cannot be started says why.

    Parameters
    ----------
    argv
        Program and arguments. A name without a folder is looked for on the ``PATH`` of ``env``, and nowhere else.
    cwd
        The folder it works in.
    env
        Its whole environment; see ``environment.environment_for``.
    time_out
        Seconds until it is stopped.
    output_limit
        Bytes of both streams that are kept in ``output``: the first ones, and the tails of a longer output.
    cancelled
        Stops it when set.
    stdin
        Its standard input, which then ends.
    output
        The file in which output is kept, as it comes; None for no file.
    grace
        Seconds between asking it to end and killing it.
    on_line
        Called with each line of standard output, from a thread of its own; True stops the program.
    cookie
        What it is known by: what an earlier process left running under the same name is ended first. Letters and
        digits; empty for one that nobody else has.
    """
    started = time.monotonic()
    if cancelled is not None and cancelled.is_set():
        return ProcessResult(ProcessEnd.CANCELLED, None, b"", b"", 0, 0.0)
    if cookie and not _WINDOWS:
        _end_others(cookie, 0)
    cookie = cookie or secrets.token_hex(8)
    try:
        command = _found(argv, env)
        kept = _Kept(output, output_limit)
    except (OSError, ValueError) as error:
        return _not_started(_reason(error))
    with kept:
        try:
            process = _start(command, cwd, {**env, COOKIE: cookie})
        except (OSError, ValueError) as error:
            return _not_started(f"{argv[0]} cannot be started: {_reason(error)}")
        GUARD.watch(process.pid)
        stopped = threading.Event()
        streams = _Streams(process, stdin, kept, tail_limit, on_line, stopped)
        try:
            end = _wait(process, started, time_out, cancelled, stopped)
        except BaseException:
            _end_group(process, cookie, 0)
            raise
        finished_at = time.monotonic()
        left_over = _end_group(process, cookie, 0 if end is ProcessEnd.EXITED else grace)
        streams.finish()
        kept.finish(streams.stdout.tail(), streams.stderr.tail())
        return ProcessResult(
            end,
            process.returncode,
            streams.stdout.tail(),
            streams.stderr.tail(),
            kept.written,
            finished_at - started,
            left_over=left_over and end is ProcessEnd.EXITED,
        )


def _not_started(problem: str) -> ProcessResult:
    return ProcessResult(ProcessEnd.NOT_STARTED, None, b"", b"", 0, 0.0, problem)


def _found(argv: Sequence[str], env: Mapping[str, str]) -> list[str]:
    """The command with the path of its program. Raises ``ValueError`` where there is none."""
    if not argv or not argv[0]:
        raise ValueError("the command is empty")
    program = argv[0]
    if Path(program).name != program:
        return list(argv)
    path = env.get("PATH") or env.get("Path") or os.defpath
    found = shutil.which(program, path=path)
    if found is None or (_WINDOWS and Path(found).parent == Path.cwd() and str(Path.cwd()) not in path):
        raise ValueError(f"there is no program `{program}` on the PATH; is it installed?")
    return [found, *argv[1:]]


def _start(command: list[str], cwd: str | Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    if not Path(cwd).is_dir():
        raise ValueError(f"its folder {cwd} is not there")
    flags = 0
    if _WINDOWS:
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(
            subprocess, "CREATE_NO_WINDOW", 0
        )
    return subprocess.Popen(  # noqa: S603 - a command of the user's settings, no shell
        command,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=not _WINDOWS,
        creationflags=flags,
    )


def _wait(
    process: subprocess.Popen[bytes],
    started: float,
    time_out: float | None,
    cancelled: threading.Event | None,
    stopped: threading.Event,
) -> ProcessEnd:
    """Wait until it has ended, without taking its exit code yet where that can be avoided."""
    pause = _FIRST_WAIT
    event = cancelled if cancelled is not None else threading.Event()
    while True:
        if _has_ended(process):
            return ProcessEnd.EXITED
        if event.is_set():
            return ProcessEnd.CANCELLED
        if stopped.is_set():
            return ProcessEnd.STOPPED
        left = pause
        if time_out is not None:
            left = started + time_out - time.monotonic()
            if left <= 0:
                return ProcessEnd.TIMED_OUT
        event.wait(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_WAIT)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has. Its number stays taken where the system allows, so that its group cannot be another's."""
    waitid = getattr(os, "waitid", None)
    if waitid is None or process.returncode is not None:
        return process.poll() is not None
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    try:
        return waitid(os.P_PID, process.pid, flags) is not None
    except ChildProcessError:
        return process.poll() is not None


def _end_group(process: subprocess.Popen[bytes], cookie: str, grace: float) -> bool:
    """End everything that belongs to the program, and take its exit code; whether there was anything."""
    if _WINDOWS:
        return _end_tree_on_windows(process, grace)
    found = False
    if grace > 0:
        _signal_group(process.pid, signal.SIGTERM)
        end = time.monotonic() + grace
        pause = _FIRST_WAIT
        while time.monotonic() < end and not _has_ended(process):
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_WAIT)
    if not _has_ended(process):
        found = True
    others = _carrying(cookie, process.pid)
    found = found or bool(others)
    _signal_group(process.pid, signal.SIGKILL)
    if others:
        _end_others(cookie, process.pid)
    GUARD.forget(process.pid)
    process.wait()
    return found


def _end_others(cookie: str, but: int) -> None:
    """Kill those that left the group, and what they may have started meanwhile."""
    for _ in range(20):
        others = _carrying(cookie, but)
        if not others:
            return
        for each in others:
            with contextlib.suppress(OSError):
                os.kill(each, signal.SIGKILL)
        time.sleep(_FIRST_WAIT)


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, number)


def _carrying(cookie: str, but: int) -> list[int]:
    """The living processes with a cookie in their environment; only Linux lets one look."""
    found: list[int] = []
    wanted = f"{COOKIE}={cookie}".encode()
    try:
        numbers = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    except OSError:
        return found
    for number in numbers:
        if number == but:
            continue
        with contextlib.suppress(OSError):
            if wanted in Path(f"/proc/{number}/environ").read_bytes().split(b"\0"):
                found.append(number)
    return found


def _end_tree_on_windows(process: subprocess.Popen[bytes], grace: float) -> bool:
    ended = process.poll() is not None
    if not ended and grace > 0:
        with contextlib.suppress(OSError, ValueError):
            process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    with contextlib.suppress(OSError):
        subprocess.run(  # noqa: S603 - a number of ours
            ["taskkill", "/T", "/F", "/PID", str(process.pid)],  # noqa: S607 - part of the system
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    if process.poll() is None:
        process.kill()
    process.wait()
    return not ended


class _Tail:
    """The last bytes of a stream."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: deque[bytes] = deque()
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        while self._size - len(self._pieces[0]) >= self._limit:
            self._size -= len(self._pieces.popleft())

    def tail(self) -> bytes:
        return b"".join(tuple(self._pieces))[-self._limit :]


class _Kept:
    """The file in which output is kept, up to a number of bytes; both streams write to it."""

    def __init__(self, path: Path | None, limit: int) -> None:
        self._file: BinaryIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
        self._limit = limit
        self._lock = threading.Lock()
        self.written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def add(self, piece: bytes) -> None:
        with self._lock:
            room = self._limit - self.written
            self.written += len(piece)
            if self._file is not None and room > 0:
                self._write(piece[:room])

    def finish(self, *tails: bytes) -> None:
        """Say what was left out, and keep the end of it."""
        with self._lock:
            if self._file is None or self.written <= self._limit:
                return
            left_out = self.written - self._limit
            self._write(f"\n[{left_out:,} bytes left out; the last ones are:]\n".encode())
            for tail in tails:
                self._write(tail[-min(left_out, TAIL_LIMIT) :])

    def _write(self, piece: bytes) -> None:
        if self._file is None:
            return
        try:
            self._file.write(piece)
            self._file.flush()
        except OSError:
            # A full disk: the program goes on, its output is kept as far as it is.
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None


class _Streams:
    """Reads both outputs of a program and writes its input, each in a thread."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stdin: bytes,
        kept: _Kept,
        tail_limit: int,
        on_line: Callable[[bytes], bool] | None,
        stopped: threading.Event,
    ) -> None:
        self.stdout, self.stderr = _Tail(tail_limit), _Tail(tail_limit)
        self._threads = [
            threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True),
            threading.Thread(
                target=_read, args=(process.stdout, self.stdout, kept, on_line, stopped), daemon=True
            ),
            threading.Thread(
                target=_read, args=(process.stderr, self.stderr, kept, None, stopped), daemon=True
            ),
        ]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Wait for the rest. A stream that something out of reach holds open is left to itself."""
        end = time.monotonic() + _DRAIN_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))


def _feed(stream: IO[bytes] | None, data: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):
        if stream is not None:
            stream.write(data)
    with contextlib.suppress(OSError, ValueError):
        if stream is not None:
            stream.close()


def _read(
    stream: IO[bytes] | None,
    tail: _Tail,
    kept: _Kept,
    on_line: Callable[[bytes], bool] | None,
    stopped: threading.Event,
) -> None:
    if stream is None:
        return
    lines = _Lines(on_line) if on_line is not None else None
    reader = cast("BinaryIO", stream)
    with contextlib.suppress(OSError, ValueError):
        while piece := os.read(reader.fileno(), _BLOCK):
            tail.add(piece)
            kept.add(piece)
            if lines is not None and lines.add(piece):
                stopped.set()
    with contextlib.suppress(OSError, ValueError):
        stream.close()


class _Lines:
    """Cuts a stream into lines; of one without end only the first part is looked at."""

    def __init__(self, on_line: Callable[[bytes], bool]) -> None:
        self._on_line = on_line
        self._rest = b""

    def add(self, piece: bytes) -> bool:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > TAIL_LIMIT:
            self._rest = self._rest[:TAIL_LIMIT]
        return any([self._on_line(line) for line in lines])


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
