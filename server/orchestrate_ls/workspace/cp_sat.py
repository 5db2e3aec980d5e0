"""CP-SAT as a solver for resource-constrained projects, in a process of its own.

OR-Tools is large, slow to import, and busy for seconds in code that cannot be interrupted; a child process keeps all
that away from the program, can be ended at any time, and takes nothing with it if it crashes. What it says is
believed only after a check. Knows no plans and no terminal.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, Final

from orchestrate_ls.schedule.feasibility import check_feasible
from orchestrate_ls.schedule.heuristic import StopReason
from orchestrate_ls.schedule.left_shift import shifted_left
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.solved import Improvement, SolvedProject, Solver
from orchestrate_ls.workspace.cp_sat_protocol import (
    BOUND,
    MESSAGE,
    STARTS,
    STATUS,
    Request,
    Status,
    request_as_data,
)
from orchestrate_ls.workspace.own_process import command_of

INSTALL: Final = "pip install 'orchestrate-ls[solver]'"
# CP-SAT does different things in each worker; more than these win little.
_MOST_WORKERS: Final = 8
# Between two looks at whether to stop; how much longer than its limit the solver may take (its presolve does not look
# at the clock all the time); and how long a process that has said its last word may take to go.
_TICK, _GRACE, _FAREWELL = 0.05, 2.0, 1.0

Report = Callable[[int, int], None]
"""Told of each improvement: the best makespan so far, and the bound."""


class SolverNotInstalledError(Exception):
    """OR-Tools is not there."""

    def __init__(self) -> None:
        super().__init__("the solver cp-sat needs OR-Tools, which is not installed")
        self.hint: Final = f"install it with `{INSTALL}`"


def is_installed() -> bool:
    """Whether OR-Tools can be imported; it is not imported for that."""
    try:
        return importlib.util.find_spec("ortools") is not None
    except (ImportError, ValueError):
        return False


def default_workers() -> int:
    """How many threads the solver gets: one for each processor this process may use, and not too many."""
    if hasattr(os, "sched_getaffinity"):
        return min(_MOST_WORKERS, max(1, len(os.sched_getaffinity(0))))
    return min(_MOST_WORKERS, os.cpu_count() or 1)


def improve(
    project: ResourceProject,
    known: SolvedProject,
    *,
    time_limit: float,
    seed: int = 0,
    workers: int | None = None,
    should_stop: Callable[[], bool] | None = None,
    report: Report | None = None,
) -> Improvement:
    """Go on from a known schedule with CP-SAT.

    Parameters
    ----------
    project, known
        What to schedule, and a feasible schedule of it with a bound.
    time_limit
        Seconds until the search ends with the best so far; the start of the process counts.
    seed, workers
        Of the random choices, and how many threads search; by default ``default_workers()``. Which schedule is found
        within a time limit depends on the machine, whatever the seed.
    should_stop
        Asked some twenty times a second; the process is ended when it says yes.
    report
        Told of each shorter schedule and each better bound.

    Raises
    ------
    SolverNotInstalledError
        If OR-Tools is not installed.
    ValueError
        If the known schedule is not feasible.

    Notes
    -----
    If the process crashes, is killed, runs out of memory or says what cannot be, the best schedule so far comes back,
    and ``failure`` says what happened.
    """
    best = _Best(project, known)
    if best.is_proven:
        return best.result(StopReason.PROVEN, None)
    if not is_installed():
        raise SolverNotInstalledError
    if project.has_calendars:
        return best.result(StopReason.STOPPED, "CP-SAT does not know agents with working hours of their own")
    if time_limit <= 0:
        return best.result(StopReason.STOPPED, None)
    deadline = time.monotonic() + time_limit
    request = Request(
        project,
        best.starts,
        best.bound,
        time_limit,
        workers if workers is not None else default_workers(),
        seed,
    )
    try:
        process = _SolverProcess(request)
    except OSError as error:
        return best.result(StopReason.STOPPED, f"the process of CP-SAT could not be started: {error}")
    try:
        return _watch(process, best, deadline, should_stop, report)
    finally:
        process.end()


def _watch(
    process: _SolverProcess,
    best: _Best,
    deadline: float,
    should_stop: Callable[[], bool] | None,
    report: Report | None,
) -> Improvement:
    while True:
        answer = process.next_answer()
        if answer is not None:
            try:
                is_news = best.take(answer)
            except (ValueError, TypeError) as error:
                return best.result(StopReason.STOPPED, f"CP-SAT gave an answer that cannot be: {error}")
            if is_news and report is not None:
                report(best.makespan, best.bound)
            if best.is_proven:
                return best.result(StopReason.PROVEN, None)
            status = answer.get(STATUS)
            if status == Status.FAILED:
                return best.result(StopReason.STOPPED, f"CP-SAT gave up: {answer.get(MESSAGE)}")
            if status is not None:
                return best.result(StopReason.STOPPED, None)
        elif process.has_ended:
            return best.result(StopReason.STOPPED, f"the process of CP-SAT ended early{process.last_words()}")
        if should_stop is not None and should_stop():
            return best.result(StopReason.STOPPED, None)
        if time.monotonic() > deadline + _GRACE:
            return best.result(StopReason.STOPPED, None)


class _Best:
    """The best schedule and bound so far; nothing gets in unchecked."""

    def __init__(self, project: ResourceProject, known: SolvedProject) -> None:
        self._project = project
        self.starts = list(known.starts)
        self.makespan = known.makespan
        self.bound = known.lower_bound
        self._solver = Solver.HEURISTIC
        self._known_bound = known.lower_bound
        self._allowed_lateness = self._lateness(self.starts)
        self.has_answered = False
        if check_feasible(project, self.starts) or self._makespan_of(self.starts) != known.makespan:
            raise ValueError("the known schedule is not feasible")

    @property
    def is_proven(self) -> bool:
        return self.makespan == self.bound

    def take(self, answer: dict[str, Any]) -> bool:
        """Use an answer; whether it was news. Raises ``ValueError`` or ``TypeError`` for one that cannot be true."""
        before = (self.makespan, self.bound)
        self.has_answered = True
        if STARTS in answer:
            self._take_starts(answer[STARTS])
        if BOUND in answer:
            bound = answer[BOUND]
            if not isinstance(bound, int) or bound > self.makespan:
                raise ValueError(f"no schedule under {bound}, but there is one of {self.makespan}")
            self.bound = max(self.bound, bound)
        if answer.get(STATUS) == Status.OPTIMAL:
            self.bound = self.makespan
        return (self.makespan, self.bound) != before

    def _take_starts(self, starts: list[int]) -> None:
        if not all([type(start) is int for start in starts]) or check_feasible(self._project, starts):
            raise ValueError("a schedule that is not feasible")
        makespan = self._makespan_of(starts)
        if self._lateness(starts) > self._allowed_lateness:
            raise ValueError("a schedule that misses deadlines by more")
        if makespan < self.makespan:
            self.starts, self.makespan, self._solver = starts, makespan, Solver.CP_SAT

    def _makespan_of(self, starts: list[int]) -> int:
        return max(self._project.finishes(starts), default=0)

    def _lateness(self, starts: list[int]) -> int:
        return self._project.lateness(self._project.finishes(starts))

    def result(self, reason: StopReason, failure: str | None) -> Improvement:
        if self._solver is Solver.CP_SAT:
            self.starts = shifted_left(self._project, self.starts)
            self.makespan = self._makespan_of(self.starts)
        improved = self._solver is Solver.CP_SAT or self.bound > self._known_bound
        solver = Solver.CP_SAT if improved or (self.has_answered and failure is None) else Solver.HEURISTIC
        return Improvement(self.starts, self.makespan, self.bound, reason, solver, failure)


class _SolverProcess:
    """The child process and the threads that read what it says."""

    def __init__(self, request: Request) -> None:
        # In a group of its own, so that an interrupt from the keyboard reaches this process only.
        self._process = subprocess.Popen(  # noqa: S603 (this Python, and nothing that a user wrote)
            command_of(_WORKER, "main"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=_windows_flags(),
            start_new_session=os.name != "nt",
        )
        self._input, self._output, self._log = (
            _opened(stream) for stream in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._errors: list[bytes] = []
        self.has_ended = False
        self._threads = [
            threading.Thread(target=target, daemon=True)
            for target in (lambda: self._write(request), self._read_answers, self._read_errors)
        ]
        for thread in self._threads:
            thread.start()

    def next_answer(self) -> dict[str, Any] | None:
        """The next answer; None if none comes soon, or if there will be none (``has_ended``)."""
        try:
            answer = self._answers.get(timeout=_TICK)
        except queue.Empty:
            return None
        if answer is None:
            self.has_ended = True
        return answer

    def last_words(self) -> str:
        """How the process ended, and what it said last, for a message."""
        try:
            code = self._process.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            return ""
        self._threads[-1].join(_FAREWELL)
        lines = b"".join(self._errors).decode("utf-8", "replace").strip().splitlines()
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f" ({how}{': ' + lines[-1][:200] if lines else ''})"

    def end(self) -> None:
        """Leave no process behind."""
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(_FAREWELL)
        for stream in (self._input, self._output, self._log):
            with suppress(OSError):  # what was still to be written has no reader any more
                stream.close()

    def _write(self, request: Request) -> None:
        line = json.dumps(request_as_data(request)).encode("ascii") + b"\n"
        # The input is left open: its end would end the process. If that has ended, its output will show it.
        with suppress(OSError, ValueError):
            self._input.write(line)
            self._input.flush()

    def _read_answers(self) -> None:
        with suppress(OSError, ValueError):  # half a line of a process that was killed
            for line in self._output:
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def _read_errors(self) -> None:
        with suppress(OSError, ValueError):
            for line in self._log:
                self._errors = [*self._errors[-20:], line]


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise AssertionError("asked for as a pipe")
    return stream


_WORKER: Final = "orchestrate_ls.workspace.cp_sat_worker"


def _windows_flags() -> int:
    """A process group of its own and no console window; 0 elsewhere."""
    names = ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW")
    return sum(int(getattr(subprocess, name, 0)) for name in names)
