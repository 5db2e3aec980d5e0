"""The live status: it follows the journal and the plan by their size and time, until q or Ctrl-C."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.cli.failures import CommandFailedError
from orchestrate_ls.ide.journal_notes import journal_notes

if TYPE_CHECKING:
    from rich.console import RenderableType

    from orchestrate_ls.cli.status import StatusView

POLL_SECONDS: Final = 0.25
REDRAW_SECONDS: Final = 1.0
_AROUND_TASKS: Final = 16
"""Lines that the view needs besides those of tasks."""


def watch_as_json(view: StatusView) -> None:
    """Print the status as a line of JSON, now and at every change."""
    following = Following(view)
    first = True
    while True:
        if following.has_changed() or first:
            line = json.dumps(view.as_json(view.report(datetime.now(UTC))), ensure_ascii=True)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            first = False
        if view.report(datetime.now(UTC)).is_finished:
            return
        time.sleep(POLL_SECONDS)


def watch_on_terminal(view: StatusView) -> None:
    """Show the status until somebody has seen enough; what was shown last stays on the terminal."""
    from rich.live import Live

    from orchestrate_ls.cli.terminal import output_console

    console = output_console()
    following = Following(view)
    following.has_changed()
    with (
        keys() as pressed,
        # What stands in for standard output would not say which characters it can show.
        Live(console=console, auto_refresh=False, screen=True, redirect_stdout=False) as live,
    ):
        drawn = 0.0
        try:
            while True:
                changed = following.has_changed()
                if changed or time.monotonic() - drawn >= REDRAW_SECONDS:
                    live.update(
                        picture(view, following, console.size.width, console.size.height), refresh=True
                    )
                    drawn = time.monotonic()
                if pressed(POLL_SECONDS) in ("q", "Q", "\x03", "\x04", "\x1b"):
                    break
        except KeyboardInterrupt:
            pass
    from orchestrate_ls.cli.status_table import status_lines
    from orchestrate_ls.cli.terminal import show

    for each in status_lines(view, view.report(datetime.now(UTC)), console.width):
        show(console, each)


class Following:
    """A view kept up to date with plan and journal."""

    def __init__(self, view: StatusView) -> None:
        self._view = view
        self._plan = self._stamp()
        self.problem: str | None = None

    def has_changed(self) -> bool:
        """Read what is new, if anything. A plan that cannot be read now is shown as it was."""
        changed, stamp = False, self._stamp()
        if stamp != self._plan:
            self._plan = stamp
            changed = True
            self._reopen()
        try:
            return self._view.refresh() or changed
        except CommandFailedError as error:
            changed = changed or self.problem != error.message
            self.problem = error.message
            return changed

    def _reopen(self) -> None:
        from orchestrate_ls.cli.plan_files import open_plan

        opened = self._view.opened
        try:
            self._view.reopen(open_plan(opened.name, opened.number + 1))
            self.problem = None
        except CommandFailedError as error:
            self.problem = error.message

    def _stamp(self) -> tuple[int, int, int]:
        try:
            status = Path(self._view.opened.name).stat()
        except OSError:
            return (0, 0, 0)
        return status.st_ino, status.st_size, status.st_mtime_ns


def picture(
    view: StatusView,
    following: Following,
    width: int,
    height: int,
    news: Sequence[tuple[str, bool]] = (),
    keys: str = "q ends",
) -> RenderableType:
    """The status as it is on a terminal of that size, with lines below it: each a text, and whether it tells of a
    problem; then what the ``keys`` do.
    """
    from rich.console import Group
    from rich.text import Text

    from orchestrate_ls.cli.status_table import status_lines
    from orchestrate_ls.cli.terminal import safe

    status = view.report(datetime.now(UTC))
    notes = journal_notes(view.journal) if view.journal is not None else []
    if following.problem is not None:
        notes.insert(0, following.problem)
    room = max(3, height - _AROUND_TASKS - min(3, len(notes)) - len(news) - bool(news))
    lines = status_lines(view, status, width, most_tasks=room)
    lines += [Text(safe(note), style="yellow") for note in notes[:3]]
    if news:
        lines.append(Text(""))
        lines += [
            Text(safe(text), style="yellow" if is_problem else "", no_wrap=True, overflow="ellipsis")
            for text, is_problem in news
        ]
    clock = datetime.now().astimezone()
    lines += [Text(""), Text(f"{clock:%H:%M:%S}  {keys}", style="dim")]
    return Group(*lines)


@contextmanager
def keys() -> Generator[Callable[[float], str | None]]:
    """Gives a function that waits so many seconds for a key. The terminal is as it was afterwards."""
    if not sys.stdin.isatty():
        yield _no_key
        return
    if os.name == "nt":
        yield _windows_key
        return
    import select
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before: Any = termios.tcgetattr(descriptor)

    def pressed(seconds: float) -> str | None:
        ready, _, _ = select.select([descriptor], [], [], seconds)
        return os.read(descriptor, 1).decode("latin-1") if ready else None

    try:
        # Keys come at once and are not echoed; Ctrl-C still interrupts.
        tty.setcbreak(descriptor)
        yield pressed
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _no_key(seconds: float) -> None:
    time.sleep(seconds)


def _windows_key(seconds: float) -> str | None:
    import importlib

    console: Any = importlib.import_module("msvcrt")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if console.kbhit():
            return str(console.getwch())
        time.sleep(0.02)
    return None
