"""Ends what this process has started when this process itself is killed, which it cannot do any more then.

A child that does nothing else holds the end of a pipe and is told which process groups are running; when the pipe
breaks, it kills those. Needs POSIX; on Windows it does nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import Final

from orchestrate_ls.workspace.own_process import command_of

_POSIX: Final = os.name != "nt"


class ProcessGuard:
    """Watches over process groups from a process of its own, which is started when the first one is watched."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def watch(self, group: int) -> None:
        """Kill this group when the present process is gone."""
        if _POSIX:
            self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """It has ended. To be called before its number can be another's."""
        if _POSIX:
            self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        with self._lock:
            # A fork of this process needs a guard of its own.
            if self._child is None or self._owner != os.getpid() or self._child.poll() is not None:
                if line.startswith("-"):
                    return
                self._child = self._start()
                self._owner = os.getpid()
            if self._child is None or self._child.stdin is None:
                return
            with contextlib.suppress(OSError, ValueError):
                self._child.stdin.write(line.encode())
                self._child.stdin.flush()

    def _start(self) -> subprocess.Popen[bytes] | None:
        try:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and program
                command_of("orchestrate_ls.execution.process_guard", "guard"),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            # Without it everything works, as long as nobody kills this process.
            return None


GUARD: Final = ProcessGuard()
"""That of this process."""


def guard() -> None:
    """The child: note the groups, and kill those that are left when nobody writes any more."""
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin.buffer:
        number = int(line[1:])
        if line.startswith(b"+"):
            groups.add(number)
        else:
            groups.discard(number)
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
