"""Programs end with everything they started, whatever they do; their output is bounded and harmless."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from orchestrate_ls.execution.environment import environment_for
from orchestrate_ls.execution.output_text import last_line, shown_output
from orchestrate_ls.execution.process import ProcessEnd, ProcessResult, run_process

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX processes")
LONG = 60


def run(code: str, folder: Path, *arguments: str, **options: object) -> ProcessResult:
    """Run a piece of Python."""
    env = environment_for(os.environ, windows=os.name == "nt")
    return run_process([sys.executable, "-c", code, *arguments], cwd=folder, env=env, **options)  # type: ignore[arg-type]


def is_running(number: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        os.kill(number, 0)
    except OSError:
        return False
    status = Path(f"/proc/{number}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def gone(number: int) -> bool:
    """Whether it is, at last."""
    end = time.monotonic() + 10
    while is_running(number) and time.monotonic() < end:
        time.sleep(0.01)
    return not is_running(number)


def test_input_output_and_exit_code_are_told(tmp_path: Path) -> None:
    code = "import sys; print(sys.stdin.read().upper()); print('bad', file=sys.stderr); sys.exit(3)"
    result = run(code, tmp_path, stdin=b"hello", output=tmp_path / "kept" / "out")
    assert (result.end, result.exit_code) == (ProcessEnd.EXITED, 3)
    assert result.stdout.split() == [b"HELLO"]
    assert result.stderr.split() == [b"bad"]
    assert sorted((tmp_path / "kept" / "out").read_bytes().split()) == [b"HELLO", b"bad"]
    assert not result.left_over


def test_arguments_reach_the_program_as_they_are(tmp_path: Path) -> None:
    words = ["; touch pwned", "$(touch pwned)", "`touch pwned`", "a\nb", "*", "", "'\"\\"]
    result = run("import sys; print(ascii(sys.argv[1:]))", tmp_path, *words)
    assert result.stdout.decode().strip() == ascii(words)
    assert not list(tmp_path.iterdir())


def test_only_what_is_allowed_reaches_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "s")
    monkeypatch.setenv("WANTED_KEY", "w")
    monkeypatch.setenv("WANT_1", "1")
    env = environment_for(os.environ, ["WANTED_KEY", "WANT_*"], {"EXTRA": "x"}, windows=os.name == "nt")
    code = "import os; print([os.environ.get(n) for n in ('SECRET_TOKEN', 'WANTED_KEY', 'WANT_1', 'EXTRA')])"
    result = run_process([sys.executable, "-c", code], cwd=tmp_path, env=env)
    assert result.stdout.decode().strip() == "[None, 'w', '1', 'x']"


def test_input_that_nobody_reads_holds_nothing_up(tmp_path: Path) -> None:
    result = run("pass", tmp_path, stdin=b"x" * 5_000_000, time_out=LONG)
    assert result.is_success


@posix
def test_time_out_ends_the_whole_group(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time, pathlib\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "pathlib.Path('pid').write_text(str(p.pid)); time.sleep(600)"
    )
    result = run(code, tmp_path, time_out=1.0, grace=0.5)
    assert result.end is ProcessEnd.TIMED_OUT
    assert result.exit_code is not None
    assert result.exit_code < 0
    assert gone(int((tmp_path / "pid").read_text()))


@posix
def test_one_that_ignores_being_asked_is_killed(tmp_path: Path) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('on', flush=True); time.sleep(600)"
    )
    cancelled = threading.Event()
    result = run(
        code, tmp_path, cancelled=cancelled, grace=0.1, on_line=lambda _: cancelled.set() is not None
    )
    assert result.end is ProcessEnd.CANCELLED
    assert result.exit_code == -9


@posix
def test_one_that_cleans_up_when_asked_has_the_time(tmp_path: Path) -> None:
    code = (
        "import signal, sys, time, pathlib\n"
        "def end(*_): pathlib.Path('clean').write_text('yes'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end); print('on', flush=True); time.sleep(600)"
    )
    result = run(code, tmp_path, grace=LONG, on_line=lambda line: line == b"on")
    assert result.end is ProcessEnd.STOPPED
    assert (tmp_path / "clean").read_text() == "yes"


@posix
@pytest.mark.parametrize("own_session", [False, True])
def test_what_runs_on_in_the_background_is_ended(tmp_path: Path, *, own_session: bool) -> None:
    if own_session and not Path("/proc/self/environ").exists():
        pytest.skip("only Linux tells what left its group")
    code = (
        "import subprocess, sys, pathlib\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
        f" start_new_session={own_session})\n"
        "pathlib.Path('pid').write_text(str(p.pid))"
    )
    result = run(code, tmp_path, time_out=LONG)
    assert result.is_success
    assert result.left_over
    assert gone(int((tmp_path / "pid").read_text()))


def test_much_output_is_cut_in_the_file_and_in_memory(tmp_path: Path) -> None:
    code = "import sys\nfor n in range(200000): print(f'line {n:07}')"
    kept = tmp_path / "out"
    result = run(code, tmp_path, output=kept, output_limit=10_000, tail_limit=5_000)
    assert result.written == 200_000 * (13 + (os.name == "nt"))
    assert len(result.stdout) <= 5_000
    assert result.stdout.rstrip().endswith(b"line 0199999")
    text = kept.read_bytes()
    assert len(text) < 16_000
    assert text.startswith(b"line 0000000")
    assert text.rstrip().endswith(b"line 0199999")
    assert b"bytes left out" in text


@pytest.mark.parametrize("program", ["no-such-program-anywhere", "", "./not-here"])
def test_what_cannot_be_started_says_so(tmp_path: Path, program: str) -> None:
    result = run_process([program], cwd=tmp_path, env=environment_for(os.environ))
    assert result.end is ProcessEnd.NOT_STARTED
    assert result.problem
    assert result.exit_code is None


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = run("pass", tmp_path / "gone")
    assert result.end is ProcessEnd.NOT_STARTED
    assert "gone" in result.problem


def test_shown_output_has_no_terminal_escapes() -> None:
    hostile = b"\x1b[2J\x1b]0;title\x07\x1b[31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\r\n10%\r50%\r100%\r\n\x00\xff\x9b2J\x1bc"
    text = shown_output(hostile)
    assert text.split("\n")[:2] == ["red link", "100%"]
    assert all(each.isprintable() or each in "\n\t" for each in text)
    assert last_line(b"a\n\x1b[1mlast\x1b[0m\n\n  \n") == "last"
    assert shown_output("x" * 100, 10) == "…" + "x" * 9


@posix
def test_what_was_started_ends_with_a_killed_starter(tmp_path: Path) -> None:
    import signal
    import subprocess

    agent = (
        "import os, subprocess, sys, time, pathlib\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "pathlib.Path('pids').write_text(f'{os.getpid()} {p.pid}'); print('on', flush=True); time.sleep(600)"
    )
    starter = (
        "import os, sys\nfrom orchestrate_ls.execution.process import run_process\n"
        f"run_process([sys.executable, '-c', {agent!r}], cwd='.', env=dict(os.environ),"
        " on_line=lambda _: os.kill(os.getpid(), 9) is not None)"
    )
    killed = subprocess.run([sys.executable, "-c", starter], cwd=tmp_path, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert all(gone(int(number)) for number in (tmp_path / "pids").read_text().split())
