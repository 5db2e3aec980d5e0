"""The coordinator of a run: what starts next, what came of it, and what is done when something fails.

A plain loop whose state always follows from the plan file and the journal, so that it can be killed at any point and
goes on the next time. Every step is an event. It has orders performed by an engine, which may be in this process or
anywhere; it never performs one itself.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.agent_process import kept_folder
from orchestrate_ls.execution.agents_chosen import command_of, is_person
from orchestrate_ls.execution.engine import Ending, Engine, Order, Outcome
from orchestrate_ls.execution.git_command import GitError
from orchestrate_ls.execution.journal import PlanJournal
from orchestrate_ls.execution.run_events import idempotency_key, next_attempt, run_event, task_event, told_by
from orchestrate_ls.execution.run_handoff import handoff_text
from orchestrate_ls.execution.run_plan import PlanFollower, PlanVersion
from orchestrate_ls.execution.run_review import Review, ReviewedWork, Reviewer
from orchestrate_ls.execution.run_triggers import RunTriggers
from orchestrate_ls.execution.task_worktree import TaskWorktrees, problem_in_words
from orchestrate_ls.plan.model import QualityGate
from orchestrate_ls.plan.recovery_words import FailureKind
from orchestrate_ls.plan.task_gates import gates_for
from orchestrate_ls.progress.actions import key_for
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.dispatch import Dispatcher
from orchestrate_ls.progress.event import BY_HAND, WHOLE_PLAN, Event, EventKind, RunAction, Verdict
from orchestrate_ls.progress.gates import GateStand, checked_events, held_by
from orchestrate_ls.progress.recovery import (
    Decision,
    RecoveryAction,
    decide,
    decided_event,
    failure_of,
    policies_of,
)
from orchestrate_ls.progress.state import (
    FINISHED,
    CheckRecord,
    DecisionRecord,
    PlanState,
    TaskProgress,
    TaskState,
)
from orchestrate_ls.schedule.priorities import task_priorities
from orchestrate_ls.workspace.own_run import AgentCommands, ChosenCommand

STOPPED_NOTE: Final = "the run was stopped"
"""Why a task is blocked whose attempt was cut off: the next run unblocks it, and goes on."""
_PATIENCE: Final = 0.25
_LEAST_PATIENCE: Final = 0.01
_CUT_OFF_SECONDS: Final = 20.0
_WATCH_SECONDS: Final = 2.0
_WATCH_SHARE: Final = 20.0
_NAMED: Final = 6
_MICROSECOND: Final = timedelta(microseconds=1)
_GOING: Final = (RunAction.STARTED, RunAction.RESUMED, RunAction.PAUSED)
_AGAIN: Final = (RecoveryAction.RETRY, RecoveryAction.REVIEW, RecoveryAction.REASSIGN)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person following the run should know. ``task`` is an id, or empty."""

    time: datetime
    text: str
    task: str = ""
    is_problem: bool = False


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a plan is run.

    Attributes
    ----------
    folder
        Where agents work, unless each task has a work tree of its own.
    kept
        Where output and hand-offs are kept.
    parallel
        The number of tasks at once where the plan does not say.
    waits_for_people
        Whether the run goes on while only people have something to do.
    """

    folder: Path
    kept: Path
    parallel: int
    waits_for_people: bool = True


@dataclass(frozen=True, slots=True)
class RunHelp:
    """What a run makes use of where it is there.

    Attributes
    ----------
    worktrees
        Gives each task a work tree of its own.
    review
        Makes the checks of quality gates; without it no gate holds a task open.
    decided
        Told of each decision about a failure, with the task's id: to write down lessons, and to tell people.
    lessons
        What later tasks should know.
    watch
        Looks at the plan and its journal from time to time; what it finds is told.
    """

    worktrees: TaskWorktrees | None = None
    review: Review | None = None
    decided: Callable[[str, Decision], None] | None = None
    lessons: Callable[[], str] | None = None
    watch: Callable[[PlanVersion, PlanState], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: ``action`` is that of its last event, ``failed`` and ``left`` are ids of tasks."""

    action: RunAction
    note: str
    failed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """An order that was submitted: which task and attempt it is."""

    task: str
    key: str
    attempt: int


@dataclass(slots=True)
class _Work:
    """Work that is done, of a task that is not yet."""

    known: _UnderWay
    outcome: Outcome
    is_checked: bool = False


class Coordinator:
    """Runs one plan. ``run`` does it; the other methods may be called from other threads."""

    def __init__(
        self,
        follower: PlanFollower,
        journal: PlanJournal,
        engine_of: Callable[[str, int], Engine],
        commands: AgentCommands,
        options: RunOptions,
        tell: Callable[[Notice], None],
        helpers: RunHelp = RunHelp(),
    ) -> None:
        """``engine_of`` makes the engine of a run, given its id and the number of tasks at once; ``commands`` are
        those that were agreed to, whatever the settings say later.
        """
        self._follower = follower
        self._journal = journal
        self._engine_of = engine_of
        self._commands = commands
        self._options = options
        self._tell_all = tell
        self._help = helpers
        self._reviewer = Reviewer(helpers.review) if helpers.review is not None else None
        self._stop = threading.Event()
        self._at_once = threading.Event()
        self._orders: dict[str, _UnderWay] = {}
        self._worked: dict[str, _Work] = {}
        """By the id of the task."""
        self._told: set[tuple[str, str]] = set()
        self._delays: dict[tuple[str, int], float] = {}
        """Seconds between a decision and the next attempt, by key and attempt."""
        self._watched_next = 0.0
        self._is_plan_checked = False
        self._run_id = ""
        self._triggers = RunTriggers(follower.path)

    def stop(self) -> None:
        """Start nothing more, and end when what is under way has ended."""
        self._stop.set()

    def stop_at_once(self) -> None:
        """Stop what is under way, too."""
        self._stop.set()
        self._at_once.set()

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

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
                self._watch()
                self._look_at_journal()
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

    # What there is

    def _begin(self) -> str:
        """Record that the run begins, or goes on where it was cut off; its id."""
        new = secrets.token_hex(4)
        chosen: list[str] = []

        def decide_on(state: PlanState) -> list[Event]:
            latest = max(state.plan.runs, key=lambda each: (each.time, each.run), default=None)
            goes_on = latest is not None and latest.action in _GOING
            chosen.append(latest.run if latest is not None and goes_on else new)
            action = RunAction.RESUMED if goes_on else RunAction.STARTED
            note = "after it was cut off" if goes_on else None
            return [run_event(self._plan_id, chosen[0], self._now(), action, state.plan, note)]

        self._journal.record_all(decide_on)
        return chosen[0]

    @property
    def _plan_id(self) -> str:
        return self._journal.plan_id

    @property
    def _version(self) -> PlanVersion:
        return self._follower.version

    @property
    def _state(self) -> PlanState:
        return self._journal.state

    def _prepare(self) -> None:
        """Everything that follows from the plan and the journal."""
        version = self._version
        self._plan = version.plan
        self._network = version.check.analysis.network
        self._policies = policies_of(self._plan)
        self._progress: list[TaskProgress | None] = []
        self._keys: dict[str, str] = {}
        self._read_state()
        self._dispatcher = Dispatcher(self._plan, self._network, self._progress, self._options.parallel)
        self._priorities: dict[int, float] = {}
        self._ranked_for: frozenset[int] | None = None
        self._choices: dict[str | None, ChosenCommand | None] = {}

    def _read_state(self) -> list[int]:
        """Take the journal's state; the tasks of which something changed."""
        recorded = self._state.by_task()
        self._seen = self._state
        new = [
            recorded.get(task.id) if task.id is not None and self._plan.index_of[task.id] == index else None
            for index, task in enumerate(self._plan.tasks)
        ]
        old = self._progress or [None] * len(new)
        self._progress = new
        self._keys = {name: each.key for name, each in recorded.items()}
        return [index for index, each in enumerate(new) if each is not old[index]]

    def _follow(self) -> None:
        """Take up what changed in the plan and in the journal."""
        if self._follower.has_changed():
            if self._follower.problem:
                self._tell(
                    f"nothing more is started: the plan was changed, and {self._follower.problem}",
                    problem=True,
                )
            else:
                before = {task.id for task in self._plan.tasks}
                self._prepare()
                self._tell(self._change_in_words(before))
                self._told.clear()
        self._look_at_journal()

    def _look_at_journal(self) -> None:
        self._journal.refresh()
        if self._stopped_by_event():
            self._stop.set()
        if self._journal.state is not self._seen:
            for task in self._read_state():
                self._dispatcher.update(task, self._progress[task])

    def _change_in_words(self, before: set[str | None]) -> str:
        after = {task.id for task in self._plan.tasks}
        added = [
            each for each in (task.id for task in self._plan.tasks) if each is not None and each not in before
        ]
        removed = sorted(each for each in before - after if each is not None)
        parts = [f"added {_listed(added)}"] if added else []
        parts += [f"removed {_listed(removed)}"] if removed else []
        running = [each.task for each in self._orders.values() if each.task in removed]
        if running:
            parts.append(f"{_listed(running)} still runs, and is left to end")
        return f"the plan was changed{': ' + ', '.join(parts) if parts else ''}"

    # What came of orders

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            known = self._orders.pop(outcome.key, None)
            if known is None:
                continue
            if outcome.ended is Ending.DONE:
                self._take_done(known, outcome)
            elif outcome.ended is Ending.LOST:
                # Still in progress, so it is submitted again under the same key.
                self._tell(
                    f"whoever performed {known.task} is gone: {_short(outcome.note)}",
                    known.task,
                    problem=True,
                )
            elif outcome.ended is Ending.CANCELLED:
                self._record_stopped(known, outcome)
            else:
                self._take_failed(known, outcome)

    def _take_done(self, known: _UnderWay, outcome: Outcome) -> None:
        task = self._plan.index_of.get(known.task)
        if task is None:
            self._record_done(known, outcome)
            return
        work = _Work(known, outcome)
        if self._gates(task) or self._dispatcher.may_finish(task):
            self._record(known, EventKind.PROGRESS, {**told_by(outcome), "percent": 100})
            self._worked[known.task] = work
        else:
            self._complete(task, work)

    def _gates(self, task: int) -> tuple[QualityGate, ...]:
        return gates_for(self._plan, task) if self._reviewer is not None else ()

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
                names = _listed([self._name(each) for each in waits])
                self._tell_once(name, f"the work of {name} is done; the task has to wait for {names}")
                continue
            del self._worked[name]
            self._complete(task, work)
            self._look_at_journal()

    def _is_reviewed(self, task: int, work: _Work, progress: TaskProgress) -> bool:
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
                    f"the quality gates of {name} are checked: {_listed([gate.name for gate in gates])}", name
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
        why = _short("; ".join(f"{gate.name}: {', '.join(gate.why)}" for gate in held))
        if any(gate.stand is GateStand.FAILED for gate in held):
            del self._worked[name]
            self._fail(work, f"it did not pass its quality gates: {why}")
        elif any(gate.stand is GateStand.UNVERIFIED for gate in held):
            if _decision_on(recorded) is None:
                self._record_decision(task, recorded, self._decide(task, recorded), None)
            self._tell_once(name, f"{name} is held open: {why}", problem=True)
        else:
            self._tell_once(
                name, f"{name} waits for people: {why}; `orchestrate approve` and `reject` record it"
            )
        return False

    def _complete(self, task: int, work: _Work) -> None:
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
        if self._record_done(work.known, work.outcome) and trees is not None:
            trees.remove(name)

    def _record_checks(self, known: _UnderWay, records: tuple[CheckRecord, ...]) -> None:
        def decide_on(state: PlanState) -> Sequence[Event]:
            before = state.tasks.get(known.key)
            if before is None or before.attempt != known.attempt:
                return []
            least = self._after(before)
            late = tuple(replace(each, time=max(each.time, least)) for each in records)
            return checked_events(late, before, self._plan_id, self._run_id)

        self._journal.record_all(decide_on)

    def _fail(self, work: _Work, why: str) -> None:
        """Let an attempt fail whose work was done, but is not good enough."""
        self._take_failed(work.known, replace(work.outcome, ended=Ending.FAILED, note=why, output=""))

    def _record_done(self, known: _UnderWay, outcome: Outcome) -> bool:
        written = self._record(known, EventKind.DONE, told_by(outcome))
        if written:
            said = f": {_short(outcome.note)}" if outcome.note else ""
            self._tell(f"{known.task} is done in {outcome.seconds:.1f} s{said}", known.task)
        return written

    def _take_failed(self, known: _UnderWay, outcome: Outcome) -> None:
        told = told_by(outcome)
        told["note"] = outcome.note or "it failed"
        if outcome.output:
            # Where to look; paths are the plan's own folder's, so that they hold in other checkouts, too.
            told["artefacts"] = (*outcome.artefacts, self._shown_path(outcome.output))
        if self._record(known, EventKind.FAILED, told):
            where = f" (see {self._shown_path(outcome.output)})" if outcome.output else ""
            said = f"{known.task} failed, attempt {known.attempt}: {_short(outcome.note)}{where}"
            self._tell(said, known.task, problem=True)

    def _shown_path(self, path: str) -> str:
        folder = self._follower.path.parent
        return Path(path).relative_to(folder).as_posix() if Path(path).is_relative_to(folder) else path

    def _record_stopped(self, known: _UnderWay, outcome: Outcome) -> None:
        self._record(known, EventKind.BLOCKED, {**told_by(outcome), "note": STOPPED_NOTE})

    def _record(self, known: _UnderWay, kind: EventKind, details: dict[str, object]) -> bool:
        """Write an event of an attempt, unless somebody else has ended it."""

        def decide_on(state: PlanState) -> list[Event]:
            before = state.tasks.get(known.key)
            if (
                before is None
                or before.attempt != known.attempt
                or before.state in (*FINISHED, TaskState.FAILED)
            ):
                return []
            return [task_event(self._plan_id, self._run_id, self._now(), kind, before, **details)]

        written = bool(self._journal.record_all(decide_on))
        if not written:
            self._tell(
                f"what came of {known.task} was not recorded: somebody has ended the attempt meanwhile",
                known.task,
            )
        return written

    def _watch(self) -> None:
        """Have somebody look at how things stand, seldom enough that it costs the run next to nothing."""
        if self._help.watch is None or time.monotonic() < self._watched_next or self._stop.is_set():
            return
        began = time.monotonic()
        for text in self._help.watch(self._version, self._state):
            self._tell_once("", text, problem=True)
        ended = time.monotonic()
        self._watched_next = ended + max(_WATCH_SECONDS, _WATCH_SHARE * (ended - began))

    # What starts

    def _go_on(self) -> None:
        """Have attempts performed that an earlier run began and nobody ended."""
        under_way = {each.task for each in self._orders.values()}
        if self._stop.is_set():
            return
        cut_off = [
            task
            for task, each in enumerate(self._progress)
            if each is not None
            and each.run not in (None, BY_HAND)
            and each.task not in under_way
            and each.task not in self._worked
            and (each.state is TaskState.IN_PROGRESS or _was_stopped(each))
        ]
        for task in cut_off:
            progress = self._progress[task]
            if progress is not None and _was_stopped(progress):
                known = _UnderWay(progress.task, progress.key, progress.attempt)
                self._record(known, EventKind.UNBLOCKED, {})
                self._look_at_journal()
                progress = self._progress[task]
            if progress is None or progress.state is not TaskState.IN_PROGRESS:
                continue
            chosen = self._chosen(task)
            if chosen is None or is_person(chosen):
                continue
            self._tell(f"{progress.task} goes on, attempt {progress.attempt}", progress.task)
            self._submit(task, progress, progress.attempt, chosen)

    def _start(self) -> None:
        if self._stop.is_set() or self._is_held_back():
            return
        now = self._now()
        wanted = [task for task in self._dispatcher.openings(now) if self._may_start(task, now)]
        if not wanted:
            return
        held = [index for name in self._worked if (index := self._plan.index_of.get(name)) is not None]
        occupied = [
            task
            for task, each in enumerate(self._progress)
            if each is not None and each.state is TaskState.IN_PROGRESS and task not in held
        ]
        room = self._dispatcher.capacity - len(occupied)
        if room <= 0:
            return
        if len(wanted) > 1:
            wanted = self._ranked(wanted, now)
        for task in self._dispatcher.choose(wanted, occupied, held):
            if self._stop.is_set():
                return
            self._start_task(task)

    def _is_held_back(self) -> bool:
        """Whether nothing new may be started for now."""
        return self._state.paused or bool(self._follower.problem) or self._follower.is_settling

    def _may_start(self, task: int, now: datetime) -> bool:
        """Whether it is the run's to start: somebody is there for it, and recovery does not hold it back."""
        if self._plan.tasks[task].id is None:
            return False
        chosen = self._chosen(task)
        if chosen is None:
            agent = self._dispatcher.agents[task]
            what = f"agent `{agent}`" if agent else "tasks without an agent"
            self._tell_once(
                self._name(task),
                f"{self._name(task)} is left: the settings have no command for {what}",
                problem=True,
            )
            return False
        progress = self._progress[task]
        if progress is not None and progress.state is TaskState.FAILED:
            moment = self._again_at(task, progress)
            if moment is None or moment > now:
                return False
        if is_person(chosen):
            agent = self._dispatcher.agents[task] or "somebody"
            self._tell_once(
                self._name(task),
                f"{self._name(task)} is for {agent} to do: `orchestrate task start` and `task done` record it",
            )
            return False
        return True

    def _ranked(self, tasks: list[int], now: datetime) -> list[int]:
        """The most pressing first."""
        finished = frozenset(self._dispatcher.finished)
        if finished != self._ranked_for:
            weights = self._version.settings.priorities
            ranked = task_priorities(self._plan, self._version.check.analysis, now, finished, weights)
            self._priorities = {each.task: each.value for each in ranked}
            self._ranked_for = finished
        return sorted(tasks, key=lambda task: (-self._priorities[task], task))

    def _start_task(self, task: int) -> None:
        name = self._name(task)
        agent = self._dispatcher.agents[task]
        chosen = self._chosen(task)
        if chosen is None:
            return
        started: list[tuple[TaskProgress, int]] = []

        def decide_on(state: PlanState) -> list[Event]:
            found = state.tasks.get(self._keys.get(name, name))
            found = found if found is not None and found.task == name else None
            if found is not self._progress[task]:
                # Somebody was faster; it is looked at again.
                return []
            before = found or TaskProgress(key_for(state, name), name)
            attempt = next_attempt(before)
            started.append((before, attempt))
            return [
                task_event(
                    self._plan_id,
                    self._run_id,
                    self._now(),
                    EventKind.STARTED,
                    before,
                    attempt=attempt,
                    agent=agent,
                )
            ]

        if not self._journal.record_all(decide_on):
            return
        before, attempt = started[0]
        again = f", attempt {attempt}" if attempt > 1 else ""
        self._tell(f"{name} is started{f' by {agent}' if agent else ''}{again}", name)
        self._submit(task, before, attempt, chosen)

    def _submit(self, task: int, progress: TaskProgress, attempt: int, chosen: ChosenCommand) -> None:
        known = _UnderWay(progress.task, progress.key, attempt)
        try:
            folder = self._folder_of(progress.task)
        except GitError as error:
            note = f"its work tree could not be made: {error.message}"
            self._take_failed(known, Outcome("", Ending.FAILED, note=note))
            return
        order = self._order(task, progress, attempt, chosen, folder)
        self._orders[order.key] = known
        self._engine.submit(order)

    def _folder_of(self, task: str) -> Path:
        """Where a task is worked on. Raises ``GitError``."""
        trees = self._help.worktrees
        return trees.prepare(task) if trees is not None else self._options.folder

    def _order(
        self, task: int, progress: TaskProgress, attempt: int, chosen: ChosenCommand, folder: Path
    ) -> Order:
        own = self._plan.tasks[task]
        run = (
            progress.run
            if progress.run not in (None, BY_HAND) and attempt == progress.attempt
            else self._run_id
        )
        run = run or self._run_id
        key = idempotency_key(self._plan_id, run, progress.key, attempt)
        agent = self._dispatcher.agents[task]
        name = own.id or ""
        tokens, cost, currency = self._budget(task, progress)
        return Order(
            key=key,
            plan_id=self._plan_id,
            run=run,
            task=name,
            attempt=attempt,
            agent=agent or "",
            command=command_of(chosen),
            folder=str(folder),
            handoff=handoff_text(
                self._version,
                task,
                agent,
                self._progress,
                feedback=_feedback(progress),
                lessons=self._help.lessons() if self._help.lessons is not None else "",
            ),
            plan=str(self._follower.path),
            kept=str(kept_folder(self._options.kept, name, attempt, key)),
            model=own.model or "",
            most_tokens=tokens,
            most_cost=cost,
            currency=currency,
        )

    def _budget(self, task: int, progress: TaskProgress) -> tuple[int | None, float | None, str]:
        """What is left of the task's budget: tokens, money and its currency."""
        budget = self._plan.tasks[task].budget
        tokens = budget.tokens
        if tokens is not None:
            tokens = max(0, tokens - (progress.all_tokens or 0))
        amount, currency = _money(budget.cost)
        if amount is not None:
            spent = sum(each.amount for each in progress.all_costs if each.currency == currency)
            amount = max(0.0, amount - spent)
        return tokens, amount, currency

    def _chosen(self, task: int) -> ChosenCommand | None:
        agent = self._dispatcher.agents[task]
        if agent not in self._choices:
            self._choices[agent] = self._commands.of(agent)
        return self._choices[agent]

    # What is done about failures

    def _recover(self) -> None:
        """Decide about attempts that failed, each once."""
        for task, progress in enumerate(self._progress):
            if (
                progress is None
                or progress.state is not TaskState.FAILED
                or _decision_on(progress) is not None
            ):
                continue
            decision = self._decide(task, progress)
            dependants = None
            if decision.action not in _AGAIN and self._network.successors[task]:
                dependants = self._decide_for_dependants(task, progress)
            self._record_decision(task, progress, decision, dependants)

    def _decide(self, task: int, progress: TaskProgress) -> Decision:
        """As it was decided, or would be: without what was decided of this attempt."""
        earlier = tuple(each for each in progress.decisions if each.attempt < progress.attempt)
        kind = FailureKind.GATE if progress.checks or progress.rejections else FailureKind.AGENT
        failure = failure_of(
            self._board(),
            task,
            kind,
            progress.note or "",
            is_on_critical_path=self._version.check.analysis.times.slack[task] == 0,
            is_backup_available=self._is_backup_there(task),
        )
        return decide(self._policies, replace(failure, decisions=earlier))

    def _decide_for_dependants(self, task: int, progress: TaskProgress) -> Decision:
        failure = failure_of(self._board(), task, FailureKind.DEPENDENCY, progress.note or "")
        return decide(self._policies, failure)

    def _record_decision(
        self, task: int, progress: TaskProgress, decision: Decision, dependants: Decision | None
    ) -> None:
        def decide_on(state: PlanState) -> list[Event]:
            if state.tasks.get(progress.key) is not progress:
                # Something happened meanwhile; it is looked at again.
                return []
            moment = self._after(progress)
            events = [decided_event(decision, progress, self._plan_id, moment, self._run_id)]
            if dependants is not None:
                moment += _MICROSECOND
                events.append(decided_event(dependants, progress, self._plan_id, moment, self._run_id))
            if decision.action is RecoveryAction.REASSIGN and decision.agent is not None:
                later = replace(progress, last=moment)
                events.append(
                    task_event(
                        self._plan_id,
                        self._run_id,
                        self._now(),
                        EventKind.REASSIGNED,
                        later,
                        agent=decision.agent,
                    )
                )
            return events

        if self._journal.record_all(decide_on):
            self._look_at_journal()
            if self._help.decided is not None:
                self._help.decided(self._name(task), decision)
                if dependants is not None:
                    self._help.decided(self._name(task), dependants)
            self._tell(decision.reason, self._name(task), problem=decision.action not in _AGAIN)

    @staticmethod
    def _now() -> datetime:
        return datetime.now(UTC)

    def _after(self, before: TaskProgress) -> datetime:
        """Now, but after all that was recorded of a task."""
        now = self._now()
        return now if before.last is None or now > before.last else before.last + _MICROSECOND

    def _again_at(self, task: int, progress: TaskProgress) -> datetime | None:
        """When a failed task may be tried again; None for never, as far as is known."""
        decided = _decision_on(progress)
        if decided is None or decided.action not in _AGAIN:
            return None
        known = (progress.key, progress.attempt)
        if known not in self._delays:
            self._delays[known] = self._decide(task, progress).delay
        return decided.time + timedelta(seconds=self._delays[known])

    def _is_backup_there(self, task: int) -> bool:
        agent = self._dispatcher.agents[task]
        declared = next((each for each in self._plan.header.agents if each.id == agent), None)
        return declared is None or declared.backup is None or self._commands.of(declared.backup) is not None

    def _board(self) -> ProgressBoard:
        return ProgressBoard(self._plan, self._state, self._network)

    def _watch_triggers(self) -> None:
        """Tell of replan triggers that hold, and do what they ask for where the settings say so."""
        for each in self._triggers.look(self._version, self._state, self._now()):
            self._tell(each.text, each.task, problem=each.is_problem)

    # When it ends

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
            RunAction.STOPPED, f"nothing more can be started; left are {_listed(list(left))}", failed, left
        )

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
                    f"the quality gates of the plan are checked: {_listed([gate.name for gate in gates])}"
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
                "", f"the plan waits for people: {_short(why)}; `orchestrate approve` and `reject` record it"
            )
            return None
        return RunEnd(
            RunAction.STOPPED,
            f"all tasks are done, but the plan's quality gates are not passed: {_short(why)}",
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

    def _stopped_by_event(self) -> bool:
        own = next((each for each in self._state.plan.runs if each.run == self._run_id), None)
        return own is not None and own.action in (RunAction.STOPPED, RunAction.FINISHED)

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

    def _moves(self, name: str, work: _Work) -> bool:
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

    # What is said

    def _name(self, task: int) -> str:
        return self._plan.tasks[task].id or f"#{task + 1}"

    def _tell(self, text: str, task: str = "", *, problem: bool = False) -> None:
        self._tell_all(Notice(self._now(), text, task, problem))

    def _tell_once(self, task: str, text: str, *, problem: bool = False) -> None:
        if (task, text) not in self._told:
            self._told.add((task, text))
            self._tell(text, task, problem=problem)


def _was_stopped(progress: TaskProgress) -> bool:
    """Whether it waits only because a run was stopped while it was under way."""
    return progress.state is TaskState.BLOCKED and progress.blocked_by == STOPPED_NOTE


def _decision_on(progress: TaskProgress) -> DecisionRecord | None:
    """What was decided of the present attempt, besides what others have to wait for."""
    for each in reversed(progress.decisions):
        if each.attempt == progress.attempt and each.action in _ABOUT_THE_TASK:
            return each
    return None


def _feedback(progress: TaskProgress) -> str:
    """What the next attempt has to be told: the note of the last decision."""
    if not progress.failures or not progress.decisions:
        return ""
    about = [each for each in progress.decisions if each.action in _ABOUT_THE_TASK]
    return about[-1].note or "" if about else ""


def _money(text: str | None) -> tuple[float | None, str]:
    """An amount with its currency, as plans have it."""
    amount, _, currency = (text or "").partition(" ")
    try:
        return float(amount), currency or "USD"
    except ValueError:
        return None, "USD"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:199]}…"


def _listed(names: list[str]) -> str:
    names = [_short(each)[:60] for each in names]
    shown = names[:_NAMED] + ([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


_ABOUT_THE_TASK: Final = frozenset(RecoveryAction) - {RecoveryAction.PAUSE_DEPENDANTS}
