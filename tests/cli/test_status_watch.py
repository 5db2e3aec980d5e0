"""`orchestrate status --watch`, on a terminal of its own."""

import json
import os
import select
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.running import SEED_PLAN, CommandLine, environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
PLAN = "seed.plan.yaml"


class Watched:
    """A live status in a pseudo-terminal."""

    def __init__(self, command: CommandLine) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.master, self.terminal = pty.openpty()
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.before = termios.tcgetattr(self.terminal)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "orchestrate_ls", "status", PLAN, "--watch"],
            cwd=command.folder,
            stdin=self.terminal,
            stdout=self.terminal,
            stderr=self.terminal,
            env=environment(PYTHONUTF8="1", TERM="xterm-256color"),
            start_new_session=True,
            # Whoever runs the tests in the background has them ignore interrupts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        self.shown = ""

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + 90
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], 1)
            if ready:
                self.shown += os.read(self.master, 65536).decode("utf-8", "replace")
            assert time.monotonic() < end, self.shown[-3000:]

    def ended(self) -> int:
        end = time.monotonic() + 90
        while self.process.poll() is None and time.monotonic() < end:
            ready, _, _ = select.select([self.master], [], [], 0.2)
            if ready:
                self.shown += os.read(self.master, 65536).decode("utf-8", "replace")
        return self.process.wait(1)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.terminal)


@pytest.mark.slow
@pytest.mark.parametrize("way_out", [b"q", "interrupt"])
def test_it_follows_the_journal_and_leaves_the_terminal_as_it_was(orchestrate: CommandLine, way_out):
    import termios

    orchestrate.write(PLAN, SEED_PLAN)
    watched = Watched(orchestrate)
    try:
        watched.wait_for("Nothing was recorded yet")
        assert orchestrate("task", "start", PLAN, "T1").code == 0
        watched.wait_for("in progress")
        assert orchestrate("task", "progress", PLAN, "T1", "--percent", "30").code == 0
        watched.wait_for("30% complete")
        # A plan that is edited meanwhile is read again.
        text = (orchestrate.folder / PLAN).read_text()
        (orchestrate.folder / PLAN).write_text(text.replace("Unit Tests", "Module Tests"))
        watched.wait_for("Module Tests")
        if way_out == "interrupt":
            watched.process.send_signal(signal.SIGINT)
        else:
            os.write(watched.master, b"q")
        assert watched.ended() == 0
        assert "Traceback" not in watched.shown
        # The other screen is left, the cursor is back, and so are the terminal's settings.
        assert watched.shown.rindex("\x1b[?1049l") > watched.shown.rindex("\x1b[?1049h")
        assert watched.shown.rindex("\x1b[?25h") > watched.shown.rindex("\x1b[?25l")
        assert termios.tcgetattr(watched.terminal)[:6] == watched.before[:6]
    finally:
        watched.close()


@pytest.mark.slow
def test_programs_get_a_line_for_each_change(orchestrate: CommandLine):
    orchestrate.write(PLAN, "tasks:\n  - id: A\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestrate_ls", "status", PLAN, "--watch", "--format", "json"],
        cwd=orchestrate.folder,
        stdout=subprocess.PIPE,
        env=environment(),
    )
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["tasks"][0]["state"] == "ready"
        orchestrate("task", "start", PLAN, "A")
        states = []
        while not states or states[-1] != "in_progress":
            states.append(json.loads(process.stdout.readline())["tasks"][0]["state"])
        orchestrate("task", "done", PLAN, "A")
        last = [json.loads(line)["tasks"][0]["state"] for line in process.stdout]
        assert last[-1] == "completed"
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
