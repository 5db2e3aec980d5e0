"""The coordinator of a run: what starts next, what came of it, and what is done when something fails.

A plain loop whose state always follows from the plan file and the journal, so that it can be killed at any point and
goes on the next time. Every step is an event. It has orders performed by an engine, which may be in this process or
anywhere; it never performs one itself.
"""

from __future__ import annotations

import secrets
import shlex
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.agents_chosen import is_person
from orchestrate_ls.execution.engine import Engine
from orchestrate_ls.execution.run_base import (
    STOPPED_NOTE,
    FinishedWork,
    Notice,
    RunEnd,
    RunHelp,
    RunOptions,
    listed,
    short_text,
)
from orchestrate_ls.execution.run_events import run_event
from orchestrate_ls.execution.run_review import ReviewedWork
from orchestrate_ls.execution.run_starts import RunStarts
from orchestrate_ls.plan.task_gates import gates_for
from orchestrate_ls.progress.event import WHOLE_PLAN, Event, EventKind, RunAction
from orchestrate_ls.progress.gates import GateStand, checked_events, held_by
from orchestrate_ls.progress.recovery_changes import BY_SETTING, proposed_changes
from orchestrate_ls.progress.state import CheckRecord, PlanState, TaskState

__all__ = ["STOPPED_NOTE", "Coordinator", "Notice", "RunEnd", "RunHelp", "RunOptions"]

_PATIENCE: Final = 0.25
_LEAST_PATIENCE: Final = 0.01
_CUT_OFF_SECONDS: Final = 20.0


class Coordinator(RunStarts):
    """Runs one plan. ``run`` does it; ``stop`` and ``stop_at_once`` may be called from other threads."""

    def run(self) -> RunEnd:
        """Run the plan to its end, or as far as that is possible. Raises ``JournalError``."""
        self._journal.refresh()
        self._run_id = self._begin()
        self._prepare()
        engine = self._engine_of(self._run_id, self._dispatcher.capacity)
        self._engine = engine
        try:
            while True:
                self._follow()
                self._take(engine.outcomes(self._patience()))
                self._look_at_journal()
                if self._at_once.is_set():
                    return self._cut_off(engine)
                self._finish_worked()
                self._look_at_journal()
                self._follow_assignments()
                self._hand_over()
                self._go_on()
                self._recover()
                self._watch_triggers()
                self._start()
                end = self._end()
                if end is not None:
                    return self._record_end(end)
        finally:
            if self._reviewer is not None:
                self._reviewer.close()
            engine.close(at_once=True)

    def _begin(self) -> str:
        """Record that the run begins, or goes on where it was cut off; its id."""
        new = secrets.token_hex(4)
        chosen: list[str] = []

        def decide_on(state: PlanState) -> list[Event]:
            latest = state.latest_run
            goes_on = state.run is not None
            chosen.append(latest.run if latest is not None and goes_on else new)
            action = RunAction.RESUMED if goes_on else RunAction.STARTED
            note = "after it was cut off" if goes_on else None
            return [run_event(self._plan_id, chosen[0], self._now(), action, state.plan, note)]

        self._journal.record_all(decide_on)
        return chosen[0]

    def _watch_triggers(self) -> None:
        """Tell of replan triggers that hold, and do what they ask for where the settings say so."""
        for each in self._triggers.look(
            self._version, self._state, self._now(), self._run_settings.apply_triggers
        ):
            self._tell(each.text, each.task, problem=each.is_problem)
        if any(each is not None and each.state is TaskState.FAILED for each in self._progress):
            self._change_by_recovery()

    def _change_by_recovery(self) -> None:
        """Propose changes of the plan that decisions after failures ask for, or make them where the settings say so."""
        board = self._board()
        proposed = proposed_changes(board, self._policies)
        if not proposed:
            return
        allowed = [BY_SETTING[each] for each in self._run_settings.apply_recovery]
        for each in self._triggers.recover(self._version, board, proposed, self._now(), allowed):
            self._tell(each.text, each.task, problem=each.is_problem)
        self._look_at_journal()

    def _patience(self) -> float:
        """How long to wait for outcomes before looking around again."""
        now = self._now()
        moments = [
            moment
            for task, each in enumerate(self._progress)
            if each is not None
            and each.state is TaskState.FAILED
            and (moment := self._again_at(task, each)) is not None
        ]
        opening = self._dispatcher.next_opening(now)
        if opening is not None:
            moments.append(opening)
        left = min(((each - now).total_seconds() for each in moments if each > now), default=_PATIENCE)
        return min(_PATIENCE, max(_LEAST_PATIENCE, left))

    def _end(self) -> RunEnd | None:
        """How the run ends, if nothing is left that it could do."""
        if self._orders:
            return None
        names = [self._name(index) for index in range(len(self._progress))]
        left = tuple(names[task] for task in range(len(names)) if task not in self._dispatcher.finished)
        failed = tuple(
            names[task] for task in range(len(names)) if self._dispatcher.state_of(task) is TaskState.FAILED
        )
        if not left and not self._follower.is_settling and not self._stop.is_set():
            return self._end_of_plan()
        if self._stop.is_set():
            return RunEnd(RunAction.STOPPED, "it was stopped", failed, left)
        if self._is_held_back() or self._may_go_on():
            return None
        return RunEnd(
            RunAction.STOPPED,
            f"nothing more can be started: {self._left_in_words(left, failed)}",
            failed,
            left,
        )

    def _left_in_words(self, left: tuple[str, ...], failed: tuple[str, ...]) -> str:
        """What became of the tasks that are not done."""
        held = [each for each in left if each in self._worked]
        others = [each for each in left if each not in held and each not in failed]
        parts = [f"{listed(list(failed))} failed"] if failed else []
        parts += [f"{listed(held)} {'is' if len(held) == 1 else 'are'} held open"] if held else []
        parts += [f"{listed(others)} {'is' if len(others) == 1 else 'are'} left"] if others else []
        plan = self._follower.path.name
        more = f"`orchestrate status {plan}` says more"
        if failed:
            again = f"{plan} {shlex.quote(short_text(failed[0]))}"
            more += f"; `orchestrate task reopen {again}` lets the next run try again"
        return f"{'; '.join(parts)} ({more})"

    def _end_of_plan(self) -> RunEnd | None:
        """How the run ends once all tasks are done: when the gates of the plan as a whole are passed."""
        gates = gates_for(self._plan, None) if self._reviewer is not None else ()
        if self._reviewer is None or not gates:
            return RunEnd(RunAction.FINISHED, "all tasks are done")
        if not self._is_plan_checked and any(gate.checks for gate in gates):
            kept = self._options.kept / f"plan-{self._run_id}"
            began = self._state.first
            if self._reviewer.begin(WHOLE_PLAN, ReviewedWork(gates, self._folder_of_plan, began, kept)):
                self._tell(
                    f"the quality gates of the plan are checked: {listed([gate.name for gate in gates])}"
                )
            records = self._reviewer.take(WHOLE_PLAN)
            if records is None:
                return None
            self._record_plan_checks(records)
        self._is_plan_checked = True
        held = held_by(self._plan, None, self._state.plan)
        if not held:
            return RunEnd(RunAction.FINISHED, "all tasks are done, and the plan's quality gates are passed")
        why = "; ".join(f"{gate.name}: {', '.join(gate.why)}" for gate in held)
        if self._options.waits_for_people and all(gate.stand is GateStand.OPEN for gate in held):
            self._tell_once(
                "",
                f"the plan waits for people: {short_text(why)}; `orchestrate approve` and `reject` record it",
            )
            return None
        return RunEnd(
            RunAction.STOPPED,
            f"all tasks are done, but the plan's quality gates are not passed: {short_text(why)}",
        )

    @property
    def _folder_of_plan(self) -> Path:
        """Where the plan as a whole is checked: the merged work, where tasks have work trees."""
        if self._help.worktrees is not None:
            self._help.worktrees.remove(WHOLE_PLAN)
        return self._folder_of(WHOLE_PLAN)

    def _record_plan_checks(self, records: tuple[CheckRecord, ...]) -> None:
        def decide_on(state: PlanState) -> Sequence[Event]:
            least = self._after(state.plan)
            late = tuple(replace(each, time=max(each.time, least)) for each in records)
            return checked_events(late, state.plan, self._plan_id, self._run_id)

        self._journal.record_all(decide_on)
        self._look_at_journal()

    def _may_go_on(self) -> bool:
        """Whether something can still start, or end, without a change of the plan."""
        now = self._now()
        if any(self._moves(name, work) for name, work in self._worked.items()):
            return True
        if self._dispatcher.next_opening(now) is not None:
            return True
        for task, each in enumerate(self._progress):
            if each is None:
                continue
            if each.state is TaskState.FAILED and self._again_at(task, each) is not None:
                return True
            if (
                each.state is TaskState.IN_PROGRESS
                and each.task not in self._worked
                and self._options.waits_for_people
            ):
                # Somebody else is at it.
                return True
        for task in self._dispatcher.openings(now):
            chosen = self._chosen(task)
            if chosen is None or self._dispatcher.state_of(task) is TaskState.FAILED:
                continue
            if not is_person(chosen) or self._options.waits_for_people:
                return True
        return False

    def _moves(self, name: str, work: FinishedWork) -> bool:
        """Whether work that is done can still lead to something in this run."""
        task = self._plan.index_of.get(name)
        if task is None or not work.is_checked:
            return task is not None
        held = held_by(self._plan, task, self._progress[task]) if self._gates(task) else ()
        if not held:
            # It waits for another task, which has to be able to go on itself.
            return False
        return self._options.waits_for_people and all(gate.stand is GateStand.OPEN for gate in held)

    def _cut_off(self, engine: Engine) -> RunEnd:
        """Stop what is under way, and record that."""
        for key in list(self._orders):
            engine.cancel(key)
        end = time.monotonic() + _CUT_OFF_SECONDS
        while self._orders and time.monotonic() < end:
            self._take(engine.outcomes(_PATIENCE))
        for known in list(self._orders.values()):
            self._record(known, EventKind.BLOCKED, {"note": STOPPED_NOTE})
        self._orders.clear()
        self._look_at_journal()
        left = tuple(
            self._name(task) for task in range(len(self._progress)) if task not in self._dispatcher.finished
        )
        return self._record_end(RunEnd(RunAction.STOPPED, "it was stopped at once", left=left))

    def _record_end(self, end: RunEnd) -> RunEnd:
        def decide_on(state: PlanState) -> list[Event]:
            return [run_event(self._plan_id, self._run_id, self._now(), end.action, state.plan, end.note)]

        if not self._stopped_by_event():
            self._journal.record_all(decide_on)
        return end
