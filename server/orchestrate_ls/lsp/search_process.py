"""A search in a process of its own that can be ended at any moment; of low priority unless a person waits for it.

There is one interpreter lock: a thread that searches would hold up the loop's. Each search has a process; the question
goes in and the answer comes out pickled, since the two ends are the same program. A process whose input ends has lost
its server, and ends too.

``serve`` is the process; ``Searches`` is what the server holds of them. Knows no question; ``schedule_question`` and
``action_question`` do.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from typing import Any, BinaryIO, Final, Generic, Protocol, TypeVar

from orchestrate_ls.workspace.own_process import start_in_background, take_over

Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)

_NICE: Final = 10
LONGEST: Final = 120.0
"""Seconds after which a search is ended without an answer."""


class Question(Protocol[Answer_co]):
    """What is asked: plain data that finds its own answer, which is plain data again."""

    def answer(self) -> Answer_co:
        """Called in the process."""
        ...


class SearchFailedError(Exception):
    """There is no answer, and why."""


class SearchEndedError(SearchFailedError):
    """The search was ended because nobody waits for its answer any more."""


def serve() -> None:
    """Answer one question, and let everybody else go first."""
    _serve(_NICE)


def serve_at_once() -> None:
    """Answer one question that a person waits for."""
    _serve(0)


def _serve(nice: int) -> None:
    questions, answers = take_over(nice)
    try:
        question: Question[object] = pickle.load(questions)  # noqa: S301 - from the process that started this one
    except (EOFError, KeyboardInterrupt):
        return
    threading.Thread(target=_end_with, args=(questions,), daemon=True).start()
    try:
        found: tuple[bool, object] = (True, question.answer())
    except Exception as error:  # noqa: BLE001 - told to whoever asked
        found = (False, f"{type(error).__name__}: {error}")
    with contextlib.suppress(BrokenPipeError):
        pickle.dump(found, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _end_with(questions: BinaryIO) -> None:
    questions.read()
    os._exit(0)


class Search(Generic[Answer]):
    """One search under way."""

    def __init__(self, question: Question[Answer], *, is_waited_for: bool = False) -> None:
        self._question = question
        self._entry = serve_at_once if is_waited_for else serve
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process, once there is one."""
        return self._process.pid if self._process is not None else None

    def end(self) -> None:
        """Leave off; whoever waits gets a ``SearchEndedError``. Any thread may call this, at any time."""
        with self._lock:
            self._ended = True
            if self._process is not None:
                with contextlib.suppress(OSError):
                    self._process.kill()

    def run(self) -> Answer:
        """Search, and wait for the answer; on a thread of its own. Raises ``SearchFailedError``."""
        process = self._start()
        overdue = threading.Timer(LONGEST, process.kill)
        overdue.daemon = True
        overdue.start()
        try:
            with process:
                try:
                    succeeded, answer = self._exchange(process)
                finally:
                    process.kill()
        except (OSError, EOFError, pickle.UnpicklingError, ValueError) as error:
            if self._ended:
                raise SearchEndedError("the search was ended") from None
            raise SearchFailedError(f"the search ended without an answer: {error}") from None
        finally:
            overdue.cancel()
        if self._ended:
            raise SearchEndedError("the search was ended")
        if not succeeded:
            raise SearchFailedError(f"the search went wrong: {answer}")
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        if not sys.executable:
            raise SearchFailedError("there is no Python interpreter to search with")
        with self._lock:
            if self._ended:
                raise SearchEndedError("the search was ended")
            try:
                self._process = start_in_background(__name__, self._entry.__name__)
            except OSError as error:
                raise SearchFailedError(f"no process to search in could be started: {error}") from None
            return self._process

    def _exchange(self, process: subprocess.Popen[bytes]) -> tuple[bool, Any]:
        questions, answers = process.stdin, process.stdout
        if questions is None or answers is None:
            raise SearchFailedError("the process that searches has no pipes")
        pickle.dump(self._question, questions, pickle.HIGHEST_PROTOCOL)
        questions.flush()
        return pickle.load(answers)  # noqa: S301 - our own process


class Searches:
    """The searches of a server, so that none outlives it."""

    def __init__(self) -> None:
        self._running: set[Search[Any]] = set()
        self._stopped = False

    @property
    def pids(self) -> list[int]:
        """The processes that search, in no order."""
        return [search.pid for search in self._running if search.pid is not None]

    async def run(self, search: Search[Answer]) -> Answer:
        """The answer to a search; ended where the waiting task is cancelled. Raises ``SearchFailedError``."""
        from orchestrate_ls.lsp.background import in_background

        if self._stopped:
            raise SearchEndedError("the server ends")
        self._running.add(search)
        try:
            return await in_background(search.run)
        finally:
            self._running.discard(search)
            search.end()

    def stop(self) -> None:
        """End all of them."""
        self._stopped = True
        for search in tuple(self._running):
            search.end()
