"""What a folder from a stranger can bring about by being opened, checked and looked at: nothing.

The real processes are watched by an audit hook in each of them (``audit/sitecustomize.py``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.lsp.process import (
    EXIT,
    INITIALIZED,
    SHUTDOWN,
    ServerProcess,
    environment,
    framed,
    initialize,
    messages_of,
)
from tests.security.strangers_folder import SECRET, Trap, strangers_folder

AUDIT: Final = Path(__file__).with_name("audit")
SECONDS: Final = 300

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and programs are made otherwise there")

RUN: Final = """
import json, sys
from orchestrate_ls.cli.main import main
for arguments in json.loads(sys.argv[1]):
    try:
        code = main(arguments)
    except SystemExit as error:
        code = error.code
    print("ended", arguments[0], code, flush=True)
"""
LOOKING: Final = (
    ("check", "."),
    ("check", "--format", "sarif", "evil.plan.yaml"),
    ("format", "--check", "."),
    ("schedule", "evil.plan.yaml"),
    ("assign", "evil.plan.yaml"),
    ("next", "evil.plan.yaml"),
    ("status", "evil.plan.yaml"),
    ("gates", "evil.plan.yaml"),
    ("handoff", "evil.plan.yaml", "A"),
    ("history", "."),
    ("run", "evil.plan.yaml", "--dry-run"),
    *(("export", "evil.plan.yaml", "--to", form) for form in ("mermaid", "svg", "html", "csv", "graphml")),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a process did: an audit event of Python's, with its arguments as text."""

    event: str
    process: int
    arguments: tuple[str, ...]


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return strangers_folder(tmp_path)


def watched(trap: Trap) -> dict[str, str]:
    given = environment()
    paths = [str(AUDIT), given["PYTHONPATH"]]
    for name in [each for each in given if each.startswith(("ORCHESTRATE_", "GIT_", "XDG_"))]:
        del given[name]
    # Programs are looked for in the folder first, as after a careless `PATH=.:$PATH`.
    return {
        **given,
        "PYTHONPATH": os.pathsep.join(paths),
        "ORCHESTRATE_TEST_AUDIT": str(trap.folder.parent / "audit.jsonl"),
        "HOME": str(trap.home),
        "PATH": f".{os.pathsep}{given['PATH']}",
    }


def command_line(trap: Trap, commands: Sequence[Sequence[str]], *, under: Sequence[str] = ()) -> str:
    """What the commands print; ``under`` is a program that starts the process and watches it."""
    done = subprocess.run(
        [*under, sys.executable, "-P", "-c", RUN, json.dumps(commands)],
        cwd=trap.folder,
        env=watched(trap),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("ended ")] == [
        each[0] for each in commands
    ], done.stdout
    assert "Traceback" not in done.stdout
    assert done.returncode == 0, done.stdout
    return done.stdout


def language_server(trap: Trap, *, under: Sequence[str] = ()) -> bytes:
    """Open the folder and its plan, and ask for what an editor asks for at every place; ``under`` is as above."""
    uri = (trap.folder / "evil.plan.yaml").as_uri()
    text = (trap.folder / "evil.plan.yaml").read_text(encoding="utf-8")
    document = {"textDocument": {"uri": uri}}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    asked: list[dict[str, Any]] = []

    def ask(method: str, **params: object) -> None:
        asked.append({"id": 100 + len(asked), "method": method, "params": {**document, **params}})

    # What is last is not waited for.
    for number, line in enumerate(text.splitlines()):
        for character in (len(line) // 2,):
            place = {"position": {"line": number, "character": character}}
            ask("textDocument/hover", **place)
            ask("textDocument/completion", **place)
            ask("textDocument/definition", **place)
    for method in ("documentLink", "codeLens", "documentSymbol", "foldingRange"):
        ask(f"textDocument/{method}")
    ask("textDocument/inlayHint", range=whole)
    ask("textDocument/codeAction", range=whole, context={"diagnostics": []})
    ask("workspace/symbol", query="A")
    ask("textDocument/diagnostic")
    folders = [{"uri": trap.folder.as_uri(), "name": "stranger"}]
    opened = {"uri": uri, "languageId": "orchestrate-plan", "version": 1, "text": text}
    talk = framed(
        initialize(
            rootUri=trap.folder.as_uri(),
            workspaceFolders=folders,
            capabilities={"textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["markdown"]}}},
        ),
        INITIALIZED,
        {"method": "textDocument/didOpen", "params": {"textDocument": opened}},
        *asked,
    )
    command = [*under, sys.executable, "-P", "-m", "orchestrate_ls", "lsp"]
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
    }
    with ServerProcess(command, cwd=trap.folder, env=watched(trap), bufsize=0, **pipes) as process:
        said: list[bytes] = []
        collector = threading.Thread(target=_collect, args=(process, said))
        collector.start()
        process.write(talk)
        end = time.monotonic() + SECONDS
        wanted = {0, *(each["id"] for each in asked)}
        while not wanted <= _answered(b"".join(said)):
            assert time.monotonic() < end, wanted - _answered(b"".join(said))
            time.sleep(0.05)
        process.write(framed(SHUTDOWN, EXIT))
        assert process.wait(SECONDS) == 0
        collector.join()
    return b"".join(said)


def _collect(process: ServerProcess, said: list[bytes]) -> None:
    assert process.stdout is not None
    while piece := os.read(process.stdout.fileno(), 1 << 16):
        said.append(piece)


def _answered(output: bytes) -> set[object]:
    """The requests that have been answered so far."""
    head, _, last = output.rpartition(b"Content-Length: ")
    length, _, body = last.partition(b"\r\n\r\n")
    whole = output if body and len(body) == int(length) else head
    return {each.get("id") for each in messages_of(whole) if "method" not in each}


def deeds(trap: Trap) -> Iterator[Deed]:
    for line in (trap.folder.parent / "audit.jsonl").read_text(encoding="utf-8").splitlines():
        event, process, arguments = json.loads(line)
        yield Deed(event, process, tuple(arguments))


def outside_of(trap: Trap, deed: Deed) -> bool:
    """Whether it opened what only a link or a path in the folder leads to."""
    name = deed.arguments[0] if deed.arguments else ""
    return name.startswith(os.sep) and Path(os.path.realpath(name)).is_relative_to(trap.outside)


def is_own_process(deed: Deed) -> bool:
    """Whether it started this program again, by the interpreter that it runs on itself."""
    program = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from orchestrate_ls."
    return deed.event == "subprocess.Popen" and deed.arguments[1].startswith(
        f"['{sys.executable}', '-P', '-c', '{program}"
    )


@dataclass(frozen=True, slots=True)
class Looked:
    """A folder that was looked at in every way, and what came of it."""

    trap: Trap
    said: str
    sent: bytes
    seen: list[Deed]


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    trap = strangers_folder(tmp_path_factory.mktemp("looked"))
    for name in (
        ".claude/agents/own.md",
        ".claude/settings.json",
        ".ssh/id_rsa",
        ".netrc",
        ".config/llm/keys.json",
    ):
        path = trap.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\nname: own\ndescription: {SECRET}\n---\n", encoding="utf-8")
    said = command_line(trap, LOOKING)
    # The settings of the folder have problems, which `check` and `format` end with; all others have worked.
    ended = [line.split() for line in said.splitlines() if line.startswith("ended ")]
    assert {name for _, name, code in ended if code != "0"} <= {"check", "format"}
    return Looked(trap, said, language_server(trap), list(deeds(trap)))


@pytest.mark.slow
def test_looking_executes_nothing_and_reaches_no_network(looked: Looked) -> None:
    assert looked.trap.pwned == []
    assert len([each for each in looked.seen if each.event == "open"]) > 50, "the hook is not there"
    others = [each for each in looked.seen if each.event not in ("open", "os.listdir", "os.scandir")]
    assert [each for each in others if not is_own_process(each)] == []


@pytest.mark.slow
def test_looking_reads_nothing_outside_of_the_folder(looked: Looked) -> None:
    assert [each for each in looked.seen if outside_of(looked.trap, each)] == []
    assert SECRET not in looked.said


@pytest.mark.slow
def test_of_the_home_folder_only_the_listed_agent_folders_are_read(looked: Looked) -> None:
    home = looked.trap.home
    read = {
        Path(each.arguments[0]).relative_to(home).as_posix()
        for each in looked.seen
        if each.event == "open" and each.arguments[0].startswith(str(home))
    }
    assert read <= {
        ".claude/agents/own.md",
        ".config/orchestrate/run.toml",
        ".config/orchestrate/models.toml",
    }
    assert ".claude/agents/own.md" in read, "the test would not notice"


def test_working_in_it_reads_and_writes_nothing_outside_either(tmp_path: Path) -> None:
    trap = strangers_folder(tmp_path, linked_settings=True)
    said = command_line(
        trap,
        [
            ("check", "."),
            ("report", "evil.plan.yaml"),
            ("plan", "Change app.py", "--output", "new.plan.yaml"),
            ("task", "start", "evil.plan.yaml", "A"),
            ("init", "--yes"),
        ],
    )
    assert [each for each in deeds(trap) if outside_of(trap, each)] == []
    assert SECRET not in said
    assert (trap.outside / "secret.txt").read_text(encoding="utf-8") == f"- {SECRET}\n"
    assert trap.pwned == []


def test_modules_in_the_current_folder_are_not_imported(trap: Trap) -> None:
    # `python -m` finds the package itself there first; that is Python's own rule.
    (trap.folder / "orchestrate_ls.py").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "orchestrate_ls", "check", "."],
        cwd=trap.folder,
        env=environment(),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert b"`orchestrate explain CODE`" in done.stdout, done.stderr
    # What Python itself imports at its start is gone before this program begins.
    assert set(trap.pwned) <= {"pwned-sitecustomize", "pwned-usercustomize", "pwned-typing", "pwned-json"}
    assert "pwned-yaml" not in trap.pwned
