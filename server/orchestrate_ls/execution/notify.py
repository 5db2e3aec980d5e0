"""Telling people what happens in a run: the command and the webhook of the user's own settings.

Only `[notify]` in the user's own `run.toml` is followed. A plan cannot name a program or an address, and what a
folder's `orchestrate.toml` says below `[notify]` is not followed either: a folder that is opened could send what
happens here to anybody. No shell reads the command; what is told goes to it as JSON on standard input and in place of
`{title}` and the like. Telling never holds a run up: it happens in a thread of its own, within bounds of number and
time.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from orchestrate_ls.execution.environment import environment_for
from orchestrate_ls.execution.output_text import last_line, shown_output
from orchestrate_ls.execution.process import ProcessEnd, run_process
from orchestrate_ls.workspace.gate_settings import NotifySettings

TIME_OUT: Final = 10.0
"""Seconds for each command and each webhook."""
_MOST_WAITING: Final = 100
_LONGEST_TITLE: Final = 200
_LONGEST_TEXT: Final = 4_000
_OUTPUT: Final = 100_000
_WINDOWS: Final = sys.platform == "win32"
_BATCH: Final = (".bat", ".cmd")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told. ``action`` is what was decided or happened (`escalate`, `give_up`, `paused` ...), ``task`` the id,
    empty for the whole plan, ``plan`` the name of its file, ``time`` in ISO 8601.
    """

    title: str
    text: str
    action: str
    plan: str
    task: str = ""
    time: str = ""

    def as_json(self) -> dict[str, str]:
        """With harmless texts: no control characters, never too long."""
        return {
            name: shown_output(value)[: _LONGEST_TEXT if name == "text" else _LONGEST_TITLE]
            for name, value in asdict(self).items()
        }


class Notifier:
    """Tells notices, one after the other, behind the back of the run."""

    def __init__(
        self,
        settings: NotifySettings,
        environment: Mapping[str, str],
        folder: Path,
        on_problem: Callable[[str], None] = lambda _problem: None,
    ) -> None:
        """``folder`` is where the command is run; ``on_problem`` is called from another thread."""
        self._settings = settings
        self._environment = environment
        self._folder = folder
        self._on_problem = on_problem
        self._waiting: queue.Queue[Notice | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None

    def tell(self, notice: Notice) -> None:
        """Tell it soon. Returns at once."""
        if not self._settings.command and not self._settings.webhook:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True, name="notifier")
            self._thread.start()
        try:
            self._waiting.put_nowait(notice)
        except queue.Full:
            self._on_problem("nobody was told: too many notices wait already")

    def close(self, patience: float = TIME_OUT) -> None:
        """Wait up to ``patience`` seconds for what was not told yet."""
        if self._thread is None:
            return
        try:
            self._waiting.put(None, timeout=patience)
        except queue.Full:
            return
        self._thread.join(patience)

    def _work(self) -> None:
        while (notice := self._waiting.get()) is not None:
            for problem in tell_now(self._settings, notice, self._environment, self._folder):
                self._on_problem(problem)


def tell_now(
    settings: NotifySettings, notice: Notice, environment: Mapping[str, str], folder: Path
) -> tuple[str, ...]:
    """Tell it, and say what went wrong."""
    problems = [
        _by_command(settings.command, notice, environment, folder) if settings.command else "",
        _by_webhook(settings.webhook, notice) if settings.webhook else "",
    ]
    return tuple(filter(None, problems))


def _by_command(
    command: tuple[str, ...], notice: Notice, environment: Mapping[str, str], folder: Path
) -> str:
    data = notice.as_json()
    argv = [command[0], *(_filled(each, data) for each in command[1:])]
    if _WINDOWS and argv[1:] != list(command[1:]) and command[0].lower().endswith(_BATCH):
        return (
            "nobody was told: batch files take nothing in their arguments safely; read standard input there"
        )
    result = run_process(
        argv,
        cwd=folder,
        env=environment_for(environment, windows=_WINDOWS),
        time_out=TIME_OUT,
        output_limit=_OUTPUT,
        stdin=json.dumps(data, ensure_ascii=True).encode() + b"\n",
        grace=1.0,
    )
    if result.is_success:
        return ""
    if result.end is ProcessEnd.NOT_STARTED:
        return f"nobody was told: {result.problem}"
    if result.end is ProcessEnd.TIMED_OUT:
        return f"nobody was told: `{command[0]}` did not end within {TIME_OUT:g} s"
    said = last_line(result.stderr)
    return f"nobody was told: `{command[0]}` ended with {result.exit_code}{f' ({said})' if said else ''}"


def _filled(argument: str, data: Mapping[str, str]) -> str:
    """One argument with what it has places for, in one go: what is put in is not looked at again."""
    pieces: list[str] = []
    rest = argument
    while rest:
        before, brace, after = rest.partition("{")
        name, closing, behind = after.partition("}")
        if brace and closing and name in data:
            pieces += [before, " ".join(data[name].split())]
            rest = behind
        else:
            pieces += [before, brace]
            rest = after
    filled = "".join(pieces)
    # What is put in must not become an option.
    return f" {filled}" if filled.startswith("-") and not argument.startswith("-") else filled


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The address is the user's; a server does not get to name another."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _by_webhook(address: str, notice: Notice) -> str:
    body = json.dumps(notice.as_json(), ensure_ascii=True).encode()
    request = urllib.request.Request(  # noqa: S310 - https, or http on this machine: settings let nothing else in
        address, body, {"Content-Type": "application/json", "User-Agent": "orchestrate-ls"}, method="POST"
    )
    opener = urllib.request.build_opener(_NoRedirects())
    try:
        with opener.open(request, timeout=TIME_OUT) as answer:
            answer.read(1_000)
    except urllib.error.HTTPError as error:
        return f"nobody was told: the webhook answered {error.code}"
    except (OSError, ValueError) as error:
        # Not the address: it may hold a secret.
        reason = getattr(error, "reason", None) or error
        return f"nobody was told: the webhook cannot be reached ({type(reason).__name__})"
    return ""
