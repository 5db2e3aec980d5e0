"""Looking at a stranger's folder as the system sees it: what libraries in C do passes no audit hook of Python's.

Needs strace, which only Linux has; where it is missing or may not trace, this is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import Final

import pytest

from tests.security.strangers_folder import Trap, strangers_folder
from tests.security.test_strangers_folder import LOOKING, command_line, language_server

STRACE: Final = shutil.which("strace")
CALLS: Final = (
    "execve,execveat,%network,openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat"
)
CALL: Final = re.compile(r"^\d+ +(?P<name>\w+)\((?P<arguments>.*)$")
TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
# Between the two ends of a pair of sockets, as asyncio wakes itself up.
WITHIN_ITSELF: Final = {
    "socketpair",
    "sendto",
    "recvfrom",
    "shutdown",
    "getsockname",
    "getpeername",
    "getsockopt",
}


def may_trace() -> bool:
    if STRACE is None:
        return False
    return subprocess.run([STRACE, "-qq", "-e", "trace=none", "true"], check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not may_trace(), reason="strace is missing or may not trace"),
]


Call = tuple[str, str]


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Trap:
    return strangers_folder(tmp_path_factory.mktemp("traced"))


@pytest.fixture(scope="module")
def calls(trap: Trap) -> list[Call]:
    """The names of all system calls that were made, with their arguments."""
    assert STRACE is not None
    logs = [trap.folder.parent / name for name in ("commands.calls", "server.calls")]
    under = (STRACE, "-f", "-qq", "-s", "4096", "-e", f"trace={CALLS}", "-e", "signal=none", "-o")
    command_line(trap, LOOKING, under=(*under, str(logs[0])))
    language_server(trap, under=(*under, str(logs[1])))
    lines = [line for log in logs for line in log.read_text(encoding="utf-8").splitlines()]
    return [(found["name"], found["arguments"]) for line in lines if (found := CALL.match(line))]


def test_no_program_but_its_own_python_is_started(trap: Trap, calls: list[Call]) -> None:
    started = [arguments for name, arguments in calls if name.startswith("execve")]
    assert len(started) >= 2, "strace was not there"
    own = re.compile(
        rf'"{re.escape(sys.executable)}", \["{re.escape(sys.executable)}", "-P", "-(?:c", "(?:\\nimport json, sys'
        r"\\nfrom orchestrate_ls\.|import sys, json; sys\.path\[:\] = json\.loads\(sys\.argv\[1\]\);"
        r' from orchestrate_ls\.)|m", "orchestrate_ls", "lsp"\])'
    )
    assert [each for each in started if not own.match(each)] == []
    assert trap.pwned == []


def test_no_network_is_reached(calls: list[Call]) -> None:
    assert {name for name, _ in calls} <= {"openat", "execve", *WITHIN_ITSELF}
    assert [arguments for name, arguments in calls if "AF_INET" in arguments] == []


def test_nothing_is_written(trap: Trap, calls: list[Call]) -> None:
    opened = [arguments for name, arguments in calls if name in ("open", "openat")]
    assert len(opened) > 100, "strace was not there"
    written = {
        found[1]
        for arguments in opened
        if any(flag in arguments for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))
        and (found := TEXT.search(arguments))
    }
    # Python keeps what it compiled, and the audit hook of the tests what it saw.
    assert {name for name in written if f"{os.sep}__pycache__{os.sep}" not in name} == {
        str(trap.folder.parent / "audit.jsonl"),
        os.devnull,
    }
    assert not [name for name in written if name.startswith(str(trap.folder))]
