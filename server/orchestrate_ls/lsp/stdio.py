"""The transport over standard input and output. Knows nothing of what is in a message.

A thread of its own does nothing but read: a client that is stuck writing to us while we are stuck writing to it would
never come free otherwise. The two descriptors are taken away from everybody else in the process, so that a stray
``print`` of a library lands on standard error and not in the protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import sys
import threading
from collections import deque
from typing import Final

from orchestrate_ls.lsp.connection import Receiver
from orchestrate_ls.lsp.framing import FrameReader, FramingError, frame

_READ_SIZE: Final = 1 << 16
_logger = logging.getLogger(__name__)


class StdioConnection:
    """Bodies to one descriptor, and those that a thread reads from another."""

    def __init__(self, source: int, target: int, receiver: Receiver) -> None:
        self._source = source
        self._target: int | None = target
        self._receiver = receiver
        self._loop = asyncio.get_running_loop()
        self._arrived: deque[bytes] = deque()

    def start(self) -> None:
        """Begin to read."""
        # A daemon, as a read from a pipe cannot be interrupted when the server ends for another reason.
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def send(self, body: bytes) -> None:
        if self._target is None:
            return
        data = memoryview(frame(body))
        while data:
            data = data[os.write(self._target, data) :]

    def has_input(self) -> bool:
        if self._arrived:
            return True
        if sys.platform == "win32":
            # There one cannot ask a pipe.
            return False
        try:
            return bool(select.select([self._source], [], [], 0)[0])
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        self._target = None

    def _fetch(self) -> None:
        bodies: list[bytes] = []
        while self._arrived:
            bodies.append(self._arrived.popleft())
        if bodies:
            self._receiver.receive(bodies)

    def _read(self) -> None:
        """Runs in the reading thread."""
        frames = FrameReader()
        try:
            while data := os.read(self._source, _READ_SIZE):
                found = frames.feed(data)
                self._arrived.extend(each for each in found if isinstance(each, bytes))
                if self._arrived:
                    self._loop.call_soon_threadsafe(self._fetch)
                for each in found:
                    if isinstance(each, FramingError):
                        _logger.error("%s", each.message)
        except OSError as error:
            _logger.error("standard input cannot be read: %s", error)  # noqa: TRY400
        except RuntimeError:
            # The loop has ended meanwhile.
            return
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._receiver.disconnected)


def start_stdio(receiver: Receiver) -> None:
    """Take over standard input and output and hand the client's messages to the receiver from now on."""
    connection = StdioConnection(*take_descriptors(), receiver)
    receiver.connected(connection)
    connection.start()


def take_descriptors() -> tuple[int, int]:
    """Private copies of standard input and output. In their place come nothing, and standard error."""
    sys.stdout.flush()
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    try:
        os.dup2(2, 1)
    except OSError:
        # Started without a standard error.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.close(nothing)
    return source, target
