"""The server as a process: its transports, its exit codes, and what it leaves on its outputs."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lsp.process import (
    COMMAND,
    EXIT,
    INITIALIZED,
    SECONDS,
    SHUTDOWN,
    Reader,
    ServerProcess,
    environment,
    framed,
    initialize,
    messages_of,
    started,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the pipes here are read in the POSIX way")

BROKEN = {
    "method": "textDocument/didOpen",
    "params": {
        "textDocument": {
            "uri": "file:///x.plan.yaml",
            "languageId": "yaml",
            "version": 1,
            "text": "tasks: {\n",
        }
    },
}


def talk(*messages: dict, arguments: tuple[str, ...] = (), **options: object) -> tuple[int, bytes, bytes]:
    """Send everything at once, close the line, and wait for the end."""
    with started(*arguments, **options) as process:
        output, errors = process.communicate(framed(*messages), timeout=SECONDS)
        return process.returncode, output, errors


def test_from_start_to_exit_there_is_nothing_but_messages():
    code, output, errors = talk(initialize(), INITIALIZED, BROKEN, SHUTDOWN, EXIT)
    assert code == 0
    assert [each["id"] for each in messages_of(output) if "id" in each] == [0, 1]
    assert errors == b""


def test_exit_without_shutdown_and_the_end_of_input_end_with_one():
    assert talk(initialize(), EXIT)[0] == 1
    assert talk(EXIT)[0] == 1
    assert talk(initialize(), INITIALIZED, BROKEN)[0] == 1
    assert talk()[0] == 1


@pytest.mark.slow
def test_the_end_of_input_after_shutdown_is_fine():
    assert talk(initialize(), SHUTDOWN)[0] == 0


def test_a_broken_plan_is_reported():
    with started() as process:
        process.write(framed(initialize(), INITIALIZED, BROKEN))
        published = process.reader().until("textDocument/publishDiagnostics")
        assert [each["code"] for each in published["params"]["diagnostics"] if each["severity"] == 1] == [
            "syntax"
        ]


@pytest.mark.slow
def test_bytes_that_are_no_messages_do_not_end_it():
    with started() as process:
        process.write(
            b"hello\r\n\r\n\x00\xff" + b"Content-Length: x\r\n\r\n" + b"Content-Length: 5\r\n\r\n{nope"
        )
        reader = process.reader()
        process.write(framed(initialize()))
        assert "result" in reader.until(msg_id=0)


def test_a_burst_of_edits_is_checked_once():
    place = {"line": 0, "character": 0}
    edits = [
        {
            "method": "textDocument/didChange",
            "params": {
                "textDocument": {"uri": "file:///x.plan.yaml", "version": version},
                "contentChanges": [{"range": {"start": place, "end": place}, "text": "#"}],
            },
        }
        for version in range(2, 32)
    ]
    with started() as process:
        capabilities = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
        process.write(framed(initialize(capabilities=capabilities), INITIALIZED, BROKEN))
        reader = process.reader()
        reader.until("textDocument/publishDiagnostics")
        process.write(framed(*edits))
        assert reader.until("textDocument/publishDiagnostics")["params"]["version"] == 31


def test_what_libraries_print_does_not_reach_the_client():
    program = (
        "import os, sys\n"
        "from orchestrate_ls.lsp import session, run\n"
        "opened = session.Session.open_steps\n"
        "def loud(*args):\n"
        "    print('from Python'); sys.stdout.flush()\n"
        "    os.write(1, b'from C'); os.system('echo from a child; cat')\n"
        "    return opened(*args)\n"
        "session.Session.open_steps = loud\n"
        "sys.exit(run.serve([]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=framed(initialize(), INITIALIZED, BROKEN, SHUTDOWN, EXIT),
        capture_output=True,
        env=environment(),
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0
    messages_of(done.stdout)
    for words in (b"from Python", b"from C", b"from a child"):
        assert words in done.stderr


@pytest.mark.slow
def test_a_client_that_does_not_read_while_it_writes_is_not_blocked():
    # More than any pipe holds, both ways, before anything is read.
    questions = [{"id": number, "method": "no/such" + "x" * 200} for number in range(10, 3000)]
    with started() as process:
        data = framed(initialize(), *questions, SHUTDOWN, EXIT)
        process.write(data)
        output = process.read_all()
        assert process.wait(SECONDS) == 0
    assert len(messages_of(output)) == len(questions) + 2


@pytest.mark.slow
def test_it_ends_when_the_process_that_started_it_does():
    # The parent is another process than the one that holds the pipes, so that only watching it can help.
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as parent,
        started() as process,
    ):
        process.write(framed(initialize(processId=parent.pid)))
        process.reader().until(msg_id=0)
        assert process.poll() is None
        parent.kill()
        parent.wait()
        assert process.wait(SECONDS) == 1


@pytest.mark.slow
@pytest.mark.parametrize("process_id", [2**22 + 5, 2**70, -1, 0, "x", True])
def test_a_process_that_is_not_here_is_not_waited_for(process_id: object):
    assert talk(initialize(processId=process_id), SHUTDOWN, EXIT)[0] == 0


@pytest.mark.slow
def test_the_log_file_has_what_happened(tmp_path: Path):
    log = tmp_path / "a log.txt"
    code, _, _ = talk(initialize(), {"method": "no/such"}, SHUTDOWN, EXIT, arguments=("--log-file", str(log)))
    assert code == 0
    text = log.read_text(encoding="utf-8")
    assert "no/such" in text
    assert "ends with code 0" in text


@pytest.mark.slow
def test_wrong_use_is_explained(tmp_path: Path):
    for arguments, said in (
        (("--nonsense",), "--nonsense"),
        (("--tcp", "x"), "no port"),
        (("--tcp", "1", "--ws", "2"), "not allowed with"),
        (("--log-file", str(tmp_path / "no" / "such")), "log file"),
    ):
        done = subprocess.run(
            [*COMMAND, *arguments],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 2, arguments
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


@pytest.mark.slow
def test_help_and_the_arguments_of_editors_are_known():
    done = subprocess.run(
        [*COMMAND, "--help"], capture_output=True, text=True, env=environment(), timeout=SECONDS, check=False
    )
    assert (done.returncode, "--tcp" in done.stdout) == (0, True)
    assert talk(initialize(), SHUTDOWN, EXIT, arguments=("--stdio", "--clientProcessId=1"))[0] == 0


def address_of(process: ServerProcess) -> tuple[str, int]:
    line = process.error_line()
    host, _, port = line.rpartition("//")[2].strip().rpartition(":")
    return host, int(port)


def test_over_tcp():
    with started("--tcp", "0") as process:
        host, port = address_of(process)
        assert host == "127.0.0.1"
        with socket.create_connection((host, port), SECONDS) as line:
            line.sendall(framed(initialize(), INITIALIZED, BROKEN))
            reader = Reader(line.fileno())
            assert reader.until("textDocument/publishDiagnostics")
            with socket.create_connection((host, port), SECONDS) as second:
                # One client, and nobody beside it.
                second.settimeout(SECONDS)
                with contextlib.suppress(ConnectionResetError):
                    assert second.recv(1) == b""
            line.sendall(framed(SHUTDOWN))
            assert reader.until(msg_id=1)
            line.sendall(framed(EXIT))
            assert process.wait(SECONDS) == 0


def test_over_tcp_a_web_page_is_no_client():
    # What `fetch("http://127.0.0.1:PORT", {method: "POST", body})` of any page sends; its body are good messages.
    body = framed(initialize(), SHUTDOWN)
    length = len(body.partition(b"\r\n\r\n")[0])
    page = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\nContent-Length: {length}\r\n\r\n"
    with started("--tcp", "0") as process:
        address = address_of(process)
        for begin in (page.encode() + body, b"P", b"\r\n\r\n" + body, b"OPTIONS * HTTP/1.1\r\n\r\n"):
            with socket.create_connection(address, SECONDS) as line:
                line.sendall(begin)
                with contextlib.suppress(ConnectionResetError):
                    assert line.recv(1) == b""
        # Nor has it taken the client's place; whose first bytes may come one by one.
        with socket.create_connection(address, SECONDS) as line:
            message = framed(initialize())
            for place in range(20):
                line.sendall(message[place : place + 1])
            line.sendall(message[20:])
            assert Reader(line.fileno()).until(msg_id=0)


@pytest.mark.slow
def test_over_tcp_the_end_of_the_line_ends_it():
    with started("--tcp", "127.0.0.1:0") as process:
        with socket.create_connection(address_of(process), SECONDS) as line:
            line.sendall(framed(initialize()))
            Reader(line.fileno()).until(msg_id=0)
        assert process.wait(SECONDS) == 1


@pytest.mark.slow
def test_a_port_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for kind in ("--tcp", "--ws"):
            with started(kind, str(taken.getsockname()[1])) as process:
                _, errors = process.communicate(timeout=SECONDS)
                assert process.returncode == 2
                assert b"in use" in errors
                assert b"Traceback" not in errors


def test_over_a_websocket():
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect
    from websockets.typing import Origin

    def body(message: dict) -> str:
        return json.dumps({"jsonrpc": "2.0", **message})

    with started("--ws", "0", "--allow-origin", "https://editor.example") as process:
        host, port = address_of(process)
        url = f"ws://{host}:{port}"
        with pytest.raises(InvalidStatus):
            connect(url, origin=Origin("https://evil.example")).close()
        with connect(url, origin=Origin("https://editor.example")) as line:
            for message in (initialize(), INITIALIZED, BROKEN):
                line.send(body(message))
            methods: list[str | None] = []
            while "textDocument/publishDiagnostics" not in methods:
                methods.append(json.loads(line.recv(SECONDS)).get("method"))
            line.send(body(SHUTDOWN))
            while json.loads(line.recv(SECONDS)).get("id") != 1:
                pass
            line.send(body(EXIT).encode())
            assert process.wait(SECONDS) == 0


def test_what_is_needed_before_initialize_is_little():
    # Everything else would make every start slower; it is loaded while the client digests the answer.
    program = (
        "import sys, orchestrate_ls.cli.main, orchestrate_ls.lsp.run, orchestrate_ls.lsp.server\n"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=SECONDS,
        check=True,
    )
    loaded = set(done.stdout.split())
    heavy = {"typer", "rich", "networkx", "ruamel.yaml", "jsonschema", "yaml", "websockets", "ssl_sockets"}
    assert not heavy & loaded
    assert not {name for name in loaded if name.startswith("orchestrate_ls.rules")}
    assert not {name for name in loaded if name.startswith("orchestrate_ls.plan")}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")
def test_interrupting_it_is_quiet():
    # What runs the tests in the background has them ignore interrupts, and that is inherited.
    heeding = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with started(**heeding) as process:
        process.write(framed(initialize()))
        process.reader().until(msg_id=0)
        time.sleep(0.2)
        process.send_signal(2)
        _, errors = process.communicate(timeout=SECONDS)
        assert process.returncode == 130
        assert b"Traceback" not in errors
