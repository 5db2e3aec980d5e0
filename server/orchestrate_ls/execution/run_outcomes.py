"""What comes of orders: it is recorded; work that is done is checked and merged, and then its task is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from orchestrate_ls.execution.agent_process import kept_folder
from orchestrate_ls.execution.agent_result import LONGEST_NOTE
from orchestrate_ls.execution.engine import Ending, Outcome
from orchestrate_ls.execution.git_command import GitError
from orchestrate_ls.execution.run_base import STOPPED_NOTE, FinishedWork, UnderWay, listed, short_text
from orchestrate_ls.execution.run_events import task_event, told_by
from orchestrate_ls.execution.run_recovery import RunRecovery, decision_on
from orchestrate_ls.execution.run_review import ReviewedWork
from orchestrate_ls.execution.task_worktree import problem_in_words
from orchestrate_ls.plan.file_patterns import outside_of, read_patterns
from orchestrate_ls.progress.event import Event, EventKind, Verdict
from orchestrate_ls.progress.gates import GateStand, checked_events, held_by
from orchestrate_ls.progress.state import (
    FINISHED,
    OUTSIDE_FILES,
    CheckRecord,
    PlanState,
    TaskProgress,
    TaskState,
)
from orchestrate_ls.workspace.agent_commands import FAIL

_OVER: Final = frozenset((*FINISHED, TaskState.FAILED))


class RunOutcomes(RunRecovery):
    """Takes what engines say."""

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        plain: list[tuple[UnderWay, Outcome]] = []
        for told in outcomes:
            known = self._orders.pop(told.key, None)
            if known is None:
                continue
            outcome = told
            is_leaving = outcome.key in self._leaving
            self._leaving.discard(outcome.key)
            outside = self._outside_of(known, outcome)
            if outside is not None and outcome.ended is not Ending.DONE:
                outcome = replace(outcome, note=f"{outcome.note}; {outside.note}"[:LONGEST_NOTE])
            elif outside is not None and self._fails_by(known, outside, outcome):
                continue
            if outcome.ended is Ending.DONE:
                if self._is_plain(known):
                    plain.append((known, outcome))
                else:
                    self._take_done(known, outcome)
            elif is_leaving:
                self._record_leaving(known, outcome)
            elif outcome.ended is Ending.LOST:
                # Still in progress, so it is submitted again under the same key.
                self._tell(
                    f"whoever performed {known.task} is gone: {short_text(outcome.note)}",
                    known.task,
                    problem=True,
                )
            elif outcome.ended is Ending.CANCELLED:
                self._record_stopped(known, outcome)
            else:
                self._take_failed(known, outcome)
        self._record_done(plain)

    def _outside_of(self, known: UnderWay, outcome: Outcome) -> CheckRecord | None:
        """What to make of files that were changed while a task was worked on, and that it does not write; None where
        there are none, or other tasks may write them.
        """
        task = self._plan.index_of.get(known.task)
        own = self._progress[task] if task is not None else None
        if not outcome.outside or own is None:
            return None
        beside = [
            index
            for index, each in enumerate(self._progress)
            if index != task
            and each is not None
            and each.started is not None
            and (each.ended is None or own.started is None or each.ended >= own.started)
        ]
        files = tuple(text for index in beside for text in self._plan.tasks[index].files)
        left = list(outside_of(read_patterns(files), outcome.outside))
        if not left:
            return None
        anybody = [self._name(index) for index in beside if not self._plan.tasks[index].files]
        note = f"it changed files that are not among its `files`: {listed(left)}"
        if anybody:
            note = f"files were changed that are not among its `files`, by it or by {listed(anybody)}: {listed(left)}"
        verdict = Verdict.UNVERIFIED if anybody else Verdict.FAILED
        return CheckRecord(*OUTSIDE_FILES, verdict, note, self._now())

    def _fails_by(self, known: UnderWay, outside: CheckRecord, outcome: Outcome) -> bool:
        """Record what was found; whether the attempt fails by it."""
        self._record_checks(known, (outside,))
        self._look_at_journal()
        if outside.verdict is Verdict.FAILED and self._run_settings.outside_files == FAIL:
            self._take_failed(
                known,
                replace(outcome, ended=Ending.FAILED, note=f"{outside.note}; undo these changes", output=""),
            )
            return True
        self._tell(f"{known.task}: {outside.note}", known.task, problem=True)
        return False

    def _is_plain(self, known: UnderWay) -> bool:
        """Whether a task is done when its work is."""
        task = self._plan.index_of.get(known.task)
        if task is None:
            return True
        return (
            self._help.worktrees is None and not self._gates(task) and not self._dispatcher.may_finish(task)
        )

    def _take_done(self, known: UnderWay, outcome: Outcome) -> None:
        task = self._plan.index_of.get(known.task)
        if task is None:
            self._record_done([(known, outcome)])
            return
        work = FinishedWork(known, outcome)
        if self._gates(task) or self._dispatcher.may_finish(task):
            self._record(known, EventKind.PROGRESS, {**told_by(outcome), "percent": 100})
            self._worked[known.task] = work
        else:
            self._complete(task, work)

    def _finish_worked(self) -> None:
        """Let those be done whose gates are passed and that no other task holds back."""
        for name in list(self._worked):
            work = self._worked[name]
            task = self._plan.index_of.get(name)
            progress = self._progress[task] if task is not None else None
            if task is None or progress is None or progress.state is not TaskState.IN_PROGRESS:
                del self._worked[name]
                continue
            if not self._is_reviewed(task, work, progress):
                continue
            waits = self._dispatcher.may_finish(task)
            if waits:
                names = listed([self._name(each) for each in waits])
                self._tell_once(name, f"the work of {name} is done; the task has to wait for {names}")
                continue
            del self._worked[name]
            self._complete(task, work)
            self._look_at_journal()

    def _is_reviewed(self, task: int, work: FinishedWork, progress: TaskProgress) -> bool:
        """Whether all gates of a task are passed; has them checked, and lets the attempt fail where one is not."""
        gates, name = self._gates(task), work.known.task
        if self._reviewer is None or not gates:
            return True
        if not work.is_checked and any(gate.checks for gate in gates):
            kept = kept_folder(self._options.kept, name, work.known.attempt, work.outcome.key)
            try:
                place = ReviewedWork(gates, self._folder_of(name), progress.started, kept)
            except GitError as error:
                del self._worked[name]
                self._fail(work, f"its work tree is gone: {error.message}")
                return False
            if self._reviewer.begin(name, place):
                self._tell(
                    f"the quality gates of {name} are checked: {listed([gate.name for gate in gates])}", name
                )
            records = self._reviewer.take(name)
            if records is None:
                return False
            self._record_checks(work.known, records)
            self._look_at_journal()
        work.is_checked = True
        recorded = self._progress[task] or progress
        held = held_by(self._plan, task, recorded)
        if not held:
            return True
        why = short_text("; ".join(f"{gate.name}: {', '.join(gate.why)}" for gate in held))
        if any(gate.stand is GateStand.FAILED for gate in held):
            del self._worked[name]
            self._fail(work, f"it did not pass its quality gates: {why}")
        elif any(gate.stand is GateStand.UNVERIFIED for gate in held):
            if decision_on(recorded) is None:
                self._record_decision(task, recorded, self._decide(task, recorded), None)
            self._tell_once(name, f"{name} is held open: {why}", problem=True)
        else:
            self._tell_once(
                name, f"{name} waits for people: {why}; `orchestrate approve` and `reject` record it"
            )
        return False

    def _complete(self, task: int, work: FinishedWork) -> None:
        """Merge the work, where it has a work tree of its own, and let the task be done."""
        trees, name = self._help.worktrees, work.known.task
        if trees is not None:
            own = self._plan.tasks[task]
            try:
                result = trees.merge(name, own.files, f"{name}: {own.name}" if own.name else name)
            except GitError as error:
                self._fail(work, f"its work could not be merged: {error.message}")
                return
            if not result.is_merged:
                problem = problem_in_words(result, trees.merged)
                check = "files" if result.outside else "conflicts"
                record = CheckRecord("merge", check, Verdict.FAILED, problem, self._now())
                self._record_checks(work.known, (record,))
                self._fail(work, problem)
                return
        if self._record_done([(work.known, work.outcome)]) and trees is not None:
            trees.remove(name)

    def _record_checks(self, known: UnderWay, records: tuple[CheckRecord, ...]) -> None:
        def decide_on(state: PlanState) -> Sequence[Event]:
            before = state.tasks.get(known.key)
            if before is None or before.attempt != known.attempt:
                return []
            least = self._after(before)
            late = tuple(replace(each, time=max(each.time, least)) for each in records)
            return checked_events(late, before, self._plan_id, self._run_id)

        self._journal.record_all(decide_on)

    def _fail(self, work: FinishedWork, why: str) -> None:
        """Let an attempt fail whose work was done, but is not good enough."""
        self._take_failed(work.known, replace(work.outcome, ended=Ending.FAILED, note=why, output=""))

    def _record_done(self, ended: Sequence[tuple[UnderWay, Outcome]]) -> bool:
        """Let tasks be done, recorded together; whether all were."""
        written = self._record_all(
            [(known, EventKind.DONE, self._with_worker(known, told_by(outcome))) for known, outcome in ended]
        )
        for (known, outcome), is_written in zip(ended, written, strict=True):
            if is_written:
                said = f": {short_text(outcome.note)}" if outcome.note else ""
                self._tell(f"{known.task} is done in {outcome.seconds:.1f} s{said}", known.task)
        return all(written)

    def _with_worker(self, known: UnderWay, told: dict[str, Any]) -> dict[str, Any]:
        """What is told, with who did it where the task has been given to somebody else meanwhile."""
        progress = self._state.tasks.get(known.key)
        was = progress.taken_from if progress is not None and progress.attempt == known.attempt else None
        return {**told, "agent": was} if was else told

    def _record_leaving(self, known: UnderWay, outcome: Outcome) -> None:
        """What an attempt has used up to when its task was taken away; the next one begins with somebody else."""
        told = told_by(outcome)
        told["note"] = "it was stopped, because the task was given to somebody else"
        self._record(known, EventKind.PROGRESS, told)

    def _take_failed(self, known: UnderWay, outcome: Outcome) -> None:
        told = told_by(outcome)
        told["note"] = outcome.note or "it failed"
        if outcome.output:
            # Where to look; paths are the plan's own folder's, so that they hold in other checkouts, too.
            told["artefacts"] = (*outcome.artefacts, self._shown_path(outcome.output))
        if self._record(known, EventKind.FAILED, told):
            where = f" (see {self._shown_path(outcome.output)})" if outcome.output else ""
            said = f"{known.task} failed, attempt {known.attempt}: {short_text(outcome.note)}{where}"
            self._tell(said, known.task, problem=True)

    def _shown_path(self, path: str) -> str:
        folder = self._follower.path.parent
        return Path(path).relative_to(folder).as_posix() if Path(path).is_relative_to(folder) else path

    def _record_stopped(self, known: UnderWay, outcome: Outcome) -> None:
        self._record(known, EventKind.BLOCKED, {**told_by(outcome), "note": STOPPED_NOTE})

    def _record(self, known: UnderWay, kind: EventKind, details: dict[str, Any]) -> bool:
        """Write an event of an attempt, unless somebody else has ended it."""
        return self._record_all([(known, kind, details)])[0]

    def _record_all(self, items: Sequence[tuple[UnderWay, EventKind, dict[str, Any]]]) -> list[bool]:
        """The same with several, each of another task, which are written together."""
        if not items:
            return []
        written: list[bool] = []

        def decide_on(state: PlanState) -> list[Event]:
            events: list[Event] = []
            for known, kind, details in items:
                before = state.tasks.get(known.key)
                if before is None or before.attempt != known.attempt or before.state in _OVER:
                    written.append(False)
                else:
                    written.append(True)
                    events.append(
                        task_event(self._plan_id, self._run_id, self._now(), kind, before, **details)
                    )
            return events

        self._journal.record_all(decide_on)
        for (known, _, _), is_written in zip(items, written, strict=True):
            if not is_written:
                self._tell(
                    f"what came of {known.task} was not recorded: somebody has ended the attempt meanwhile",
                    known.task,
                )
        return written
