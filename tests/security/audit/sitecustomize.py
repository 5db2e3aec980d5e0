"""Notes what a Python process does to its surroundings: opens, processes, network. Found by Python itself at its start,
as this folder stands in ``PYTHONPATH``; so in every process that one starts, too.

Writes a line of JSON for each to the file that ``ORCHESTRATE_TEST_AUDIT`` names.
"""

import json
import os
import sys

_FILES = {"open", "os.listdir", "os.scandir"}
_DEEDS = (
    "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "pty.",
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostby",
    "urllib.", "http.client.", "ftplib.", "smtplib.", "webbrowser.",
)  # fmt: skip


def _watch(name: str) -> None:
    descriptor = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in _FILES or event.startswith(_DEEDS):
            line = json.dumps([event, os.getpid(), [str(each) for each in arguments]])
            os.write(descriptor, line.encode() + b"\n")

    sys.addaudithook(hook)


if "ORCHESTRATE_TEST_AUDIT" in os.environ:
    _watch(os.environ["ORCHESTRATE_TEST_AUDIT"])
