"""The search for a schedule as the command line runs it: which solvers, how long, what is shown meanwhile, and what an
interrupt does. Knows no output format.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.schedule.plan_project import PlanProject
from orchestrate_ls.schedule.plan_schedule import PlanSchedule, schedule_plan
from orchestrate_ls.schedule.resources import ResourceProject
from orchestrate_ls.schedule.solved import Improvement, SolvedProject, Solver
from orchestrate_ls.workspace import cp_sat

if TYPE_CHECKING:
    from rich.status import Status

    from orchestrate_ls.plan.model import Plan


class Interrupt:
    """The first interrupt from the keyboard ends what is going on with what there is; a second one ends the command."""

    def __init__(self) -> None:
        self.came = False

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        if self.came:
            raise KeyboardInterrupt
        self.came = True

    @contextmanager
    def watched(self) -> Generator[Interrupt]:
        """While this lasts, interrupts are only noted."""
        try:
            before = signal.signal(signal.SIGINT, self._take)
        except ValueError:  # not in the main thread, where interrupts never arrive
            yield self
            return
        try:
            yield self
        finally:
            signal.signal(signal.SIGINT, before)


class Search:
    """One search with its options: ``auto`` or the name of a solver, seconds for all solvers together, and a seed."""

    def __init__(self, choice: str, time_limit: float, seed: int, interrupt: Interrupt) -> None:
        self._is_asked_for = choice == Solver.CP_SAT
        self._uses_cp_sat = choice == Solver.CP_SAT or (choice == "auto" and cp_sat.is_installed())
        if self._uses_cp_sat and not cp_sat.is_installed():
            missing = cp_sat.SolverNotInstalledError()
            raise CommandFailedError(str(missing), f"{missing.hint}; `--solver heuristic` needs nothing more")
        self._limit = time_limit
        self._seed = seed
        self._interrupt = interrupt
        self._started = time.monotonic()
        self._unit = 1

    def run(self, plan: Plan, capacity: int | None) -> PlanSchedule:
        """The schedule of a plan; see ``schedule_plan``."""
        # The heuristic is never cut short for CP-SAT, so that the latter's schedule is never the longer one.
        ends = self._started + self._limit
        self._unit = PlanProject(plan).unit
        return schedule_plan(
            plan,
            capacity,
            seed=self._seed,
            should_stop=lambda: self._interrupt.came or time.monotonic() > ends,
            improve=self._improve if self._uses_cp_sat else None,
        )

    def _improve(self, project: ResourceProject, known: SolvedProject) -> Improvement:
        bound = known.lower_bound
        if known.makespan == bound:
            if not self._is_asked_for:
                return Improvement.none_needed(known)
            # Who asks for CP-SAT gets its own proof.
            known = replace(Improvement.none_needed(known), lower_bound=0)
        left = self._limit - (time.monotonic() - self._started)
        best = (known.makespan, known.lower_bound)
        with _progress() as status:

            def note(makespan: int, bound: int) -> None:
                nonlocal best
                best = (makespan, bound)

            def should_stop() -> bool:
                if status is not None:
                    spent = time.monotonic() - self._started
                    status.update(
                        f"{quality(best[0] * self._unit, best[1] * self._unit)};"
                        f" {spent:.0f} of {self._limit:g} s, Ctrl-C takes this"
                    )
                return self._interrupt.came

            found = cp_sat.improve(
                project, known, time_limit=left, seed=self._seed, should_stop=should_stop, report=note
            )
        return replace(found, lower_bound=max(found.lower_bound, bound))


def quality(makespan: int, bound: int) -> str:
    """How long, and how good that is known to be; in seconds."""
    if makespan == bound:
        return f"{format_duration(makespan)}, proven shortest"
    above = f"{makespan / bound - 1:.1%}" if bound else "any part"
    return f"{format_duration(makespan)}, at most {above} above the shortest"


@contextmanager
def _progress() -> Generator[Status | None]:
    """A line on standard error that changes, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from orchestrate_ls.cli.terminal import error_console

    with error_console().status("") as status:
        yield status


def note_how_it_ended(found: PlanSchedule, time_limit: float, interrupt: Interrupt) -> None:
    """Say why a schedule is not proven shortest, if more time would have helped."""
    if found.proven:
        return
    if interrupt.came:
        print_note("the search was interrupted; this is the best schedule so far")
    elif found.stopped:
        print_note(f"the search ended at the time limit of {time_limit:g} s; `--time-limit` gives it longer")
