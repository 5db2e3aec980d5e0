"""The process in which CP-SAT runs: a request from standard input, answers on standard output, then the end.

Started by ``cp_sat`` only. It ends by itself when its input ends, so that nothing is left behind when the program
that started it is killed.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import threading
import time
from typing import Any, Final

from orchestrate_ls.schedule.cp_sat_model import NumbersTooLargeError, build_model
from orchestrate_ls.workspace.cp_sat_protocol import (
    BOUND,
    MESSAGE,
    STARTS,
    STATUS,
    Request,
    Status,
    request_of_data,
)

_MEMORY_MB: Final = 4_000
_LEAST_SECONDS: Final = 0.1


def main() -> None:
    """Solve one project."""
    started = time.monotonic()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this decides what an interrupt means
    request = request_of_data(json.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_end_with_input, daemon=True).start()
    answers = _Answers()
    try:
        status = _solve(request, answers, started)
    except (NumbersTooLargeError, ImportError, MemoryError) as error:
        answers.send({STATUS: Status.FAILED, MESSAGE: str(error) or type(error).__name__})
        return
    answers.send({STATUS: status})


def _end_with_input() -> None:
    # Not through `sys.stdin`, whose lock this thread would hold when the interpreter ends.
    while os.read(0, 1_024):
        pass
    os._exit(0)


class _Answers:
    """Standard output, for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # What libraries print must not come between the answers.
        self._out = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
        os.dup2(2, 1)

    def send(self, answer: dict[str, Any]) -> None:
        line = json.dumps(answer) + "\n"
        with self._lock:
            self._out.write(line)
            self._out.flush()


def _solve(request: Request, answers: _Answers, started: float) -> Status:
    from ortools.sat.python import cp_model

    built = build_model(request.project, request.known, request.lower_bound)

    class Improvements(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            starts = [self.value(start) for start in built.starts]
            answers.send({STARTS: starts, BOUND: _whole(self.best_objective_bound)})

    solver = cp_model.CpSolver()
    spent = time.monotonic() - started
    solver.parameters.max_time_in_seconds = max(_LEAST_SECONDS, request.time_limit - spent)
    solver.parameters.num_workers = request.workers
    solver.parameters.random_seed = request.seed % (1 << 31)
    solver.parameters.max_memory_in_mb = _MEMORY_MB
    solver.parameters.catch_sigint_signal = False

    def tell_bound(bound: float) -> None:
        answers.send({BOUND: _whole(bound)})

    solver.best_bound_callback = tell_bound
    outcome = solver.solve(built.model, Improvements())
    if outcome == cp_model.OPTIMAL:
        return Status.OPTIMAL
    if outcome in (cp_model.FEASIBLE, cp_model.UNKNOWN):
        return Status.TIME_LIMIT
    raise MemoryError(f"CP-SAT says {solver.status_name(outcome)}")


def _whole(bound: float) -> int:
    """A bound on a makespan, which is whole, from a number with rounding errors."""
    return math.ceil(bound - 1e-6) if math.isfinite(bound) else 0


if __name__ == "__main__":
    main()
