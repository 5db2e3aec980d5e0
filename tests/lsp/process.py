"""The real server in a process of its own, spoken to in plain JSON-RPC. Knows no feature."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SERVER = Path(__file__).resolve().parents[2] / "server"
COMMAND = [sys.executable, "-m", "orchestrate_ls", "lsp"]
SECONDS = 60.0

Json = dict[str, Any]


def environment() -> dict[str, str]:
    paths = [str(SERVER), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


class ServerProcess(subprocess.Popen[bytes]):
    """A process whose three streams are pipes."""

    def write(self, data: bytes) -> None:
        assert self.stdin is not None
        self.stdin.write(data)

    def read_all(self) -> bytes:
        assert self.stdout is not None
        return self.stdout.read()

    def error_line(self) -> str:
        assert self.stderr is not None
        return self.stderr.readline().decode()

    def reader(self) -> Reader:
        assert self.stdout is not None
        return Reader(self.stdout.fileno())


@contextlib.contextmanager
def started(*arguments: str, **options: Any) -> Iterator[ServerProcess]:
    """A server process that is gone afterwards, whatever happens."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with ServerProcess(
        [*COMMAND, *arguments], env=environment(), bufsize=0, **{**pipes, **options}
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def framed(*messages: Json) -> bytes:
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)


def initialize(**params: Any) -> Json:
    return {"id": 0, "method": "initialize", "params": {"processId": None, "capabilities": {}, **params}}


INITIALIZED = {"method": "initialized", "params": {}}
SHUTDOWN = {"id": 1, "method": "shutdown"}
EXIT = {"method": "exit"}


def messages_of(output: bytes) -> list[Json]:
    """All messages of an output, which must hold nothing else."""
    found: list[Json] = []
    while output:
        header, _, rest = output.partition(b"\r\n\r\n")
        name, _, length = header.partition(b": ")
        assert name == b"Content-Length", output[:200]
        found.append(json.loads(rest[: int(length)]))
        output = rest[int(length) :]
    return found


class Reader:
    """Reads messages as they come, from a pipe or a socket's file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""

    def until(self, method: str | None = None, msg_id: int | None = None) -> Json:
        """The next message of a method, or the answer to a request."""
        for message in self.messages():
            if method is not None and message.get("method") == method:
                return message
            if msg_id is not None and "method" not in message and message.get("id") == msg_id:
                return message
        raise AssertionError("the messages have no end")

    def messages(self, seconds: float = SECONDS) -> Iterator[Json]:
        """All messages as they come, for some time at the most. Fails after that, and at the end of the line."""
        deadline = time.monotonic() + seconds
        while True:
            yield from self._take()
            left = deadline - time.monotonic()
            readable = left > 0 and select.select([self._descriptor], [], [], left)[0]
            assert readable, "no such message in time"
            data = os.read(self._descriptor, 65536)
            assert data, "the server closed the line"
            self._buffer += data

    def _take(self) -> Iterator[Json]:
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = int(self._buffer[:end].partition(b": ")[2])
            if len(self._buffer) < end + 4 + length:
                return
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            yield json.loads(body)
