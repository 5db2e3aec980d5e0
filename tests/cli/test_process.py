"""The command line as a process: start-up, interrupts, closed pipes, consoles, and errors nobody expected."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import orchestrate_ls
from orchestrate_ls.cli import app
from tests.cli.running import CLEAN_PLAN, SEED_PLAN, CommandLine, environment, run_process

HEAVY = ("typer", "rich", "click", "jsonschema", "networkx", "ruamel")


def imported(folder: Path, *arguments: str) -> set[str]:
    """The top-level packages that running the command imports."""
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "orchestrate_ls", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env=environment(),
        check=False,
        timeout=60,
    )
    return {match[1] for match in re.finditer(r"\|\s+([A-Za-z_]\w*)", finished.stderr)}


def test_importtime_is_read_rightly(tmp_path: Path):
    assert {"typer", "orchestrate_ls"} <= imported(tmp_path, "--version")


@pytest.mark.skipif(
    importlib.util.find_spec("orchestrate_ls.lsp.run") is None, reason="there is no language server yet"
)
def test_the_language_server_starts_without_what_only_people_need(tmp_path: Path):
    assert not imported(tmp_path, "lsp", "--stdio") & set(HEAVY)
    assert run_process(tmp_path, "lsp", "--help").code == 0
    assert run_process(tmp_path, "--debug", "lsp", "--help").out == run_process(tmp_path, "lsp", "--help").out


def test_checking_a_clean_plan_loads_no_second_parser(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", CLEAN_PLAN)
    assert not imported(orchestrate.folder, "check", "-f", "json") & {
        "networkx",
        "ruamel",
        "pygls",
        "jsonschema",
    }


def test_version_and_help(tmp_path: Path):
    assert run_process(tmp_path, "--version").out == f"orchestrate {orchestrate_ls.__version__}\n"
    for option in ("--help", "-h"):
        text = run_process(tmp_path, option).out
        assert all(f" {name} " in text for name in ("plan", "check", "schedule", "explain", "lsp"))
    assert "exit code" in run_process(tmp_path, "check", "--help").out


def test_an_unknown_command_is_wrong_use(tmp_path: Path):
    outcome = run_process(tmp_path, "chek")
    assert outcome.code == 2
    assert "chek" in outcome.err


def test_standard_input_is_checked(orchestrate: CommandLine):
    orchestrate.write("sub/orchestrate.toml", '[rules]\nmissing-agent = "error"\n')
    text = b"\xef\xbb\xbftasks:\r\n  - id: T1\r\n"
    outcome = run_process(orchestrate.folder, "check", "-", "--format", "json", stdin=text)
    assert outcome.code == 0
    assert {each["file"] for each in outcome.json} == {"<stdin>"}
    named = run_process(
        orchestrate.folder, "check", "-", "--stdin-name", "sub/a.plan.yaml", "-f", "json", stdin=text
    )
    assert named.code == 1
    assert {each["file"] for each in named.json} == {"sub/a.plan.yaml"}
    finding = next(each for each in named.json if each["code"] == "missing-agent")
    assert finding["range"]["start"] == {"line": 1, "character": 8}


def test_an_endless_standard_input_is_refused(orchestrate: CommandLine):
    outcome = run_process(orchestrate.folder, "check", "-", stdin=b"a: b\n" * 5_000_000)
    assert outcome.code == 2
    assert "<stdin>: too large" in outcome.err


def test_colours_only_where_wanted(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", "tasks:\n  - id: T1\n")
    plain = run_process(orchestrate.folder, "check", TERM="xterm-256color")
    forced = run_process(orchestrate.folder, "check", TERM="xterm-256color", FORCE_COLOR="1")
    neither = run_process(orchestrate.folder, "check", TERM="xterm-256color", FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b" not in plain.out
    assert "\x1b[1;33mwarning[missing-agent]" in forced.out
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", neither.out)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_without_unicode(orchestrate: CommandLine, encoding: str):
    orchestrate.write("seed.plan.yaml", SEED_PLAN.replace("Unit Tests", "Ünit Tests 🚀"))
    for arguments in (["check", "-v"], ["schedule", "seed.plan.yaml"], ["explain"], ["check", "--help"]):
        finished = subprocess.run(
            [sys.executable, "-m", "orchestrate_ls", *arguments],
            cwd=orchestrate.folder,
            capture_output=True,
            env=environment(PYTHONIOENCODING=encoding),
            check=False,
        )
        out = finished.stdout.decode(encoding)
        assert finished.returncode == 0, finished.stderr
        assert finished.stderr == b""
        if arguments[0] == "schedule":
            assert "T1 -> T2 -> T3 -> T7 -> T8" in out
            assert "* " in out
        if arguments == ["check", "-v"]:
            assert "T1 -> T2 -> T3" in out


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")
def test_an_interrupt_ends_it_quietly(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestrate_ls", "check", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        # A script that runs the tests in the background has them ignore interrupts, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        # More than a pipe holds: once all of it is written, the command is up and reading.
        assert process.stdin is not None
        process.stdin.write(b"# a comment\n" * 100_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="closed pipes of POSIX systems")
@pytest.mark.parametrize(
    "arguments", [["check", "-f", "json"], ["check", "-v"], ["explain"], ["schedule", "a.plan.yaml"]]
)
def test_a_closed_pipe_ends_it_quietly(orchestrate: CommandLine, arguments: list[str]):
    tasks = "".join(f"  - id: T{number}\n    agent: a\n" for number in range(1500))
    orchestrate.write("a.plan.yaml", f"tasks:\n{tasks}")
    reader, writer = os.pipe()
    os.close(reader)
    finished = subprocess.run(
        [sys.executable, "-m", "orchestrate_ls", *arguments],
        cwd=orchestrate.folder,
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writer)
    assert finished.returncode == app.CLOSED_PIPE
    assert b"Traceback" not in finished.stderr
    assert b"BrokenPipe" not in finished.stderr
    assert b"bug" not in finished.stderr


def test_an_unexpected_error_is_called_a_bug(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object):
        raise RuntimeError("something \x1b[31m nobody thought of")

    monkeypatch.setattr("orchestrate_ls.workspace.checking.check_file", broken)
    orchestrate.write("a.plan.yaml", CLEAN_PLAN)
    outcome = orchestrate("check")
    assert outcome.code == 2
    assert "this is a bug in orchestrate" in outcome.err
    assert "RuntimeError: something ␛[31m nobody thought of" in outcome.err
    assert "report it" in outcome.err
    assert "Traceback" not in outcome.err
    monkeypatch.setenv("ORCHESTRATE_DEBUG", "1")
    assert "Traceback" in orchestrate("check").err
    monkeypatch.delenv("ORCHESTRATE_DEBUG")
    assert "Traceback" in orchestrate("--debug", "check").err
