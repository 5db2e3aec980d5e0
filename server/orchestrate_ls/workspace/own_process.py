"""Starting this program again, in a process of its own that does one thing: what both sides have to do the same.

The child finds modules where this process does and nowhere else, so not in the folder it happens to be started in.
Knows nothing of what is asked or answered.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from typing import BinaryIO, Final

_PROGRAM: Final = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from {module} import {function}; {function}()"
)
QUIET_IN_BACKGROUND: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
)
"""Flags for Windows: no window, and whoever types comes first. Elsewhere the child sees to that with ``take_over``."""


def command_of(module: str, function: str) -> list[str]:
    """The command that calls a function of a module of ours. Needs ``sys.executable``."""
    paths = json.dumps([path for path in sys.path if path])
    return [sys.executable, "-P", "-c", _PROGRAM.format(module=module, function=function), paths]


def start_in_background(module: str, function: str) -> subprocess.Popen[bytes]:
    """Start a process that is asked and answers over pipes. Raises ``OSError``."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and program
        command_of(module, function),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=QUIET_IN_BACKGROUND,
    )


def take_over(nice: int) -> tuple[BinaryIO, BinaryIO]:
    """In the child: leave interrupts to whoever started it, step back by ``nice``, and give the two pipes."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if nice and hasattr(os, "nice"):
        # Whoever types comes first.
        with contextlib.suppress(OSError):
            os.nice(nice)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    # Whatever is printed by mistake must not get between the answers.
    sys.stdout = sys.stderr
    return questions, answers
