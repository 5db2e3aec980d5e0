"""Following a run while it goes on: live on a terminal, as lines elsewhere; interrupts and keys stop or pause it."""

from __future__ import annotations

import contextlib
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.cli.status_watch import POLL_SECONDS, REDRAW_SECONDS, Following, keys, picture

if TYPE_CHECKING:
    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.execution.runner import Coordinator, Notice, RunEnd

_MOST_NEWS: Final = 6
_LINE_SECONDS: Final = 0.2
_STOP_KEYS: Final = ("q", "Q", "\x03", "\x04", "\x1b")


def follow_run(opened: OpenedPlan, make: Callable[[Callable[[Notice], None]], Coordinator]) -> RunEnd:
    """Run a plan to its end and show how it goes. ``make`` makes the coordinator, given where notices go."""
    notices: queue.SimpleQueue[Notice] = queue.SimpleQueue()
    run = _Run(make(notices.put))
    with _interrupts(run.stop):
        run.start()
        if sys.stdout.isatty():
            _show_live(opened, run, notices)
        else:
            _print_lines(run, notices)
    end = run.end()
    _print_end(opened, end)
    return end


class _Run:
    """A coordinator in a thread of its own."""

    def __init__(self, coordinator: Coordinator) -> None:
        self.coordinator = coordinator
        self._thread = threading.Thread(target=self._perform, name="run", daemon=True)
        self._end: RunEnd | None = None
        self._error: BaseException | None = None
        self.stops = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The first time start nothing more, then end at once."""
        self.stops += 1
        if self.stops > 1:
            self.coordinator.stop_at_once()
        else:
            self.coordinator.stop()

    def is_over(self, patience: float = 0.0) -> bool:
        if patience:
            self._thread.join(patience)
        return not self._thread.is_alive()

    def end(self) -> RunEnd:
        """How it ended; what went wrong with it is raised."""
        self._thread.join()
        if self._end is None:
            raise self._error or RuntimeError("the run has no end")
        return self._end

    def _perform(self) -> None:
        try:
            self._end = self.coordinator.run()
        except BaseException as error:  # noqa: BLE001 - raised again where the end is asked for
            self._error = error


@contextmanager
def _interrupts(stop: Callable[[], None]) -> Generator[None]:
    """Let Ctrl-C and a request to terminate stop the run, instead of this process."""

    def handle(_number: int, _frame: Any) -> None:
        stop()

    numbers = [signal.SIGINT, signal.SIGTERM]
    before = [signal.signal(number, handle) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _show_live(opened: OpenedPlan, run: _Run, notices: queue.SimpleQueue[Notice]) -> None:
    from rich.live import Live

    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.status import StatusView
    from orchestrate_ls.cli.terminal import output_console

    console = output_console()
    # Opened again: the first event may have written an id into it.
    view = StatusView(open_plan(opened.name, opened.number + 1))
    following = Following(view)
    news: deque[tuple[str, bool]] = deque(maxlen=_MOST_NEWS)
    with (
        keys() as pressed,
        Live(console=console, auto_refresh=False, screen=True, redirect_stdout=False) as live,
    ):
        drawn, stops = 0.0, 0
        while not run.is_over():
            changed = following.has_changed() | _take(notices, news) | (run.stops != stops)
            stops = run.stops
            if changed or time.monotonic() - drawn >= REDRAW_SECONDS:
                size = console.size
                shown = picture(view, following, size.width, size.height, tuple(news), _keys_in_words(run))
                live.update(shown, refresh=True)
                drawn = time.monotonic()
            with contextlib.suppress(InterruptedError):
                if pressed(POLL_SECONDS) in _STOP_KEYS:
                    run.stop()


def _keys_in_words(run: _Run) -> str:
    if run.stops > 1:
        return "stopping at once ..."
    if run.stops:
        return "starts nothing more, and ends when what runs has ended; Ctrl-C or q stops it at once"
    return "Ctrl-C or q lets what runs end, and starts nothing more"


def _take(notices: queue.SimpleQueue[Notice], news: deque[tuple[str, bool]]) -> bool:
    taken = False
    with contextlib.suppress(queue.Empty):
        while True:
            each = notices.get_nowait()
            news.append((_line(each), each.is_problem))
            taken = True
    return taken


def _print_lines(run: _Run, notices: queue.SimpleQueue[Notice]) -> None:
    from orchestrate_ls.cli.terminal import safe

    def say(text: str) -> None:
        sys.stdout.write(safe(text) + "\n")
        sys.stdout.flush()

    told = 0
    while True:
        over = run.is_over()
        with contextlib.suppress(queue.Empty):
            while True:
                say(_line(notices.get(timeout=0 if over else _LINE_SECONDS)))
        if run.stops > told:
            told = run.stops
            say(
                "stopping at once" if told > 1 else "starting nothing more; once more stops what is under way"
            )
        if over:
            return


def _line(notice: Notice) -> str:
    return f"{notice.time.astimezone():%H:%M:%S} {notice.text}"


def _print_end(opened: OpenedPlan, end: RunEnd) -> None:
    """The status as it is at the end, and how the run ended."""
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.status import StatusView
    from orchestrate_ls.cli.status_table import status_lines
    from orchestrate_ls.cli.terminal import output_console, safe, show

    console = output_console()
    if sys.stdout.isatty():
        view = StatusView(open_plan(opened.name, opened.number + 1))
        view.refresh()
        for each in status_lines(view, view.report(datetime.now(UTC)), console.width):
            show(console, each)
    console.print(safe(f"The run is {'done' if not end.left else 'over'}: {end.note}."), soft_wrap=True)
