"""A process of its own that reads plans, so that nothing a workspace holds can make typing slow.

There is one interpreter lock: work on a thread would hold up the loop's. Requests come on standard input and answers
go to standard output, both pickled: the two ends are the same program. It ends when its input does.

``serve`` is the process; ``IndexProcess`` is what the server holds of it.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from orchestrate_ls.workspace.own_process import start_in_background, take_over

if TYPE_CHECKING:
    import asyncio

    from orchestrate_ls.lsp.index_reading import IndexReader, Setup

_logger = logging.getLogger(__name__)

_NICE: Final = 5
_IDLE_SECONDS: Final = 60.0
"""After which the process is ended; it takes some tenths of a second to start another."""
LONGEST_ANSWER: Final = 120.0
"""Seconds after which it is taken for stuck, and ended."""


class IndexProcessError(Exception):
    """The process ended without an answer, or could not be started. Says which."""


class IndexQuestionError(Exception):
    """A question could not be answered; the process goes on."""


def serve() -> None:
    """Answer until nobody asks any more."""
    questions, answers = take_over(_NICE)
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        _answer_all(questions, answers)


def _answer_all(questions: BinaryIO, answers: BinaryIO) -> None:
    reader: IndexReader | None = None
    while True:
        setup, question = pickle.load(questions)  # noqa: S301 - comes from the process that started this one
        answer: Any
        try:
            if setup is not None or reader is None:
                from orchestrate_ls.lsp.index_reading import IndexReader, Setup

                reader = IndexReader(setup or Setup())
            answer = reader.answer(question)
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            answer = f"{type(error).__name__}: {error}"
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


class IndexProcess:
    """Starts the process when something is asked, and ends it when nothing is for a while."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._process: subprocess.Popen[bytes] | None = None
        self._given: Setup | None = None
        """What the process was given."""
        self._line = threading.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return self._process.pid if self._process is not None else None

    async def ask(self, setup: Setup, question: object) -> Any:
        """The answer to a question, by a setup.

        Raises
        ------
        IndexProcessError
            The process ended or could not be started.
        IndexQuestionError
            Something went wrong with this question.
        """
        from orchestrate_ls.lsp.background import in_background

        if self._idle is not None:
            self._idle.cancel()
        try:
            answer = await in_background(lambda: self._exchange(setup, question))
        finally:
            if self._idle is not None:
                self._idle.cancel()
            self._idle = self._loop.call_later(_IDLE_SECONDS, self.stop_for_now)
        if isinstance(answer, str):
            raise IndexQuestionError(answer)
        return answer

    def stop(self) -> None:
        """End the process for good. What is under way is lost."""
        self._stopped = True
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        self.kill()

    def stop_for_now(self) -> None:
        """Let go of the process while there is nothing to do."""
        if self._line.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._line.release()

    def kill(self) -> None:
        """End the process, whatever it does."""
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
            if self._line.acquire(blocking=False):
                try:
                    self._end()
                finally:
                    self._line.release()

    def _exchange(self, setup: Setup, question: object) -> object:
        """On a thread of its own, one at a time."""
        with self._line:
            if self._stopped:
                raise IndexProcessError("the server ends")
            process = self._started()
            questions, answers = process.stdin, process.stdout
            if questions is None or answers is None:
                raise IndexProcessError("the process that reads plans has no pipes")
            fresh = setup is not self._given
            overdue = threading.Timer(LONGEST_ANSWER, process.kill)
            overdue.daemon = True
            overdue.start()
            try:
                pickle.dump((setup if fresh else None, question), questions, pickle.HIGHEST_PROTOCOL)
                questions.flush()
                self._given = setup
                return pickle.load(answers)  # noqa: S301 - our own process
            except (OSError, EOFError, pickle.UnpicklingError, ValueError) as error:
                self._end()
                raise IndexProcessError(f"the process that reads plans ended: {error}") from None
            finally:
                overdue.cancel()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        if not sys.executable:
            raise IndexProcessError("there is no Python interpreter to read plans with")
        try:
            self._process = start_in_background(__name__, serve.__name__)
        except OSError as error:
            raise IndexProcessError(f"no process to read plans could be started: {error}") from None
        return self._process

    def _end(self) -> None:
        process, self._process, self._given = self._process, None, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        with contextlib.suppress(OSError):
            process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
