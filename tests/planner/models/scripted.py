"""Models that answer what a test says, and an eye on what a program does meanwhile."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from orchestrate_ls.planner.models.completer import Prompt
from orchestrate_ls.planner.models.planning import Outline
from orchestrate_ls.planner.offline import plan_document, plan_offline
from orchestrate_ls.workspace.model_limits import ModelLimits

GOAL = "Build a user authentication system with OAuth2, email verification, and password reset"
QUICK = ModelLimits(seconds=20.0, retries=0)

Answer = str | Exception | Callable[[Event], Iterator[str]]


class ScriptedModel:
    """Gives its answers one after the other, the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.prompts: list[Prompt] = []

    @property
    def recipient(self) -> str:
        return "the scripted model"

    def complete(self, prompt: Prompt, limits: ModelLimits, stop: Event) -> Iterator[str]:
        self.prompts.append(prompt)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            yield from answer(stop)
            return
        for start in range(0, len(answer), 1000):
            yield answer[start : start + 1000]


def never(stop: Event) -> Iterator[str]:
    """An answer that does not come."""
    while not stop.is_set():
        time.sleep(0.01)
        yield from ()


def outline(goal: str = GOAL) -> Outline:
    planned = plan_offline(goal)
    return Outline(planned.brief, planned.draft, planned.text)


def outline_of_document(document: str) -> Outline:
    planned = plan_document(document)
    assert planned.draft is not None
    assert planned.text is not None
    return Outline(planned.brief, planned.draft, planned.text, document, bool(planned.facts.steps))


_WATCHED = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.startfile",
    "socket.connect",
    "socket.getaddrinfo",
    "urllib.Request",
    "ctypes.dlopen",
)
_seen: list[tuple[str, str]] | None = None
_of_others: frozenset[int] = frozenset()


def _audit(event: str, _arguments: tuple[Any, ...]) -> None:
    if _seen is not None and event in _WATCHED and threading.get_ident() not in _of_others:
        _seen.append((event, threading.current_thread().name))


sys.addaudithook(_audit)


@contextmanager
def nothing_executed() -> Iterator[None]:
    """Fails where a process is started or a connection made inside, by this thread or one that begins there."""
    global _of_others, _seen  # noqa: PLW0603
    _of_others = frozenset(sys._current_frames()) - {threading.get_ident()}
    _seen = seen = []
    try:
        yield
    finally:
        _seen = None
    assert seen == []
