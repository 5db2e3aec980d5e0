"""What a run starts: attempts that were cut off go on, and tasks that can start are given to their agents."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from orchestrate_ls.execution.agent_process import kept_folder
from orchestrate_ls.execution.agents_chosen import command_of, is_person
from orchestrate_ls.execution.engine import Ending, Engine, Order, Outcome
from orchestrate_ls.execution.git_command import GitError
from orchestrate_ls.execution.run_base import STOPPED_NOTE, UnderWay
from orchestrate_ls.execution.run_events import idempotency_key, next_attempt, task_event
from orchestrate_ls.execution.run_handoff import handoff_text
from orchestrate_ls.execution.run_outcomes import RunOutcomes
from orchestrate_ls.execution.run_plan import PlanVersion
from orchestrate_ls.execution.run_recovery import ABOUT_THE_TASK
from orchestrate_ls.progress.actions import key_for
from orchestrate_ls.progress.event import BY_HAND, Event, EventKind
from orchestrate_ls.progress.state import FINISHED, PlanState, TaskProgress, TaskState
from orchestrate_ls.schedule.priorities import task_priorities
from orchestrate_ls.workspace.agent_commands import IGNORE
from orchestrate_ls.workspace.own_run import ChosenCommand


class RunStarts(RunOutcomes):
    """Makes orders and submits them."""

    _engine: Engine
    _assigned_by: PlanVersion | None = None
    _assigned: dict[str, str | None]

    def _follow_assignments(self) -> None:
        """Tasks that the plan has given to somebody else, while they are not worked on, are theirs from now on."""
        if self._assigned_by is self._version:
            return
        before = self._assigned if self._assigned_by is not None else None
        self._assigned_by = self._version
        planned = self._dispatcher.planned
        self._assigned = {self._name(task): planned[task] for task in range(len(planned))}
        if before is None:
            return
        for task, progress in enumerate(self._progress):
            agent = planned[task]
            if progress is None or progress.state in FINISHED or agent in (None, progress.agent):
                continue
            if progress.agent is None or before.get(progress.task, agent) == agent:
                continue
            if progress.started is not None and progress.ended is None:
                self._tell(
                    f"the plan gives {progress.task} to {agent} now; {progress.agent} goes on with it"
                    " (`orchestrate task reassign` takes it away)",
                    progress.task,
                )
                continue
            known = UnderWay(progress.task, progress.key, progress.attempt)
            self._record_assignment(known, agent)

    def _record_assignment(self, known: UnderWay, agent: str | None) -> None:
        def decide_on(state: PlanState) -> list[Event]:
            before = state.tasks.get(known.key)
            if before is None or before.attempt != known.attempt or before.state in FINISHED:
                return []
            note = f"the plan gives it to {agent} now"
            details = {"agent": agent, "note": note}
            kind = EventKind.REASSIGNED
            return [task_event(self._plan_id, self._run_id, self._now(), kind, before, **details)]

        self._journal.record_all(decide_on)
        self._look_at_journal()

    def _hand_over(self) -> None:
        """Have those stopped whose tasks were given to others while they were at it, and let these begin anew."""
        if self._stop.is_set() or self._is_held_back():
            return
        for task, progress in enumerate(self._progress):
            if (
                progress is None
                or progress.taken_from is None
                or progress.run in (None, BY_HAND)
                or progress.task in self._worked
                or not (progress.state is TaskState.IN_PROGRESS or _was_stopped(progress))
            ):
                continue
            was, agent = progress.taken_from or "who was at it", self._dispatcher.agents[task]
            chosen = self._chosen(task)
            if chosen is None:
                self._tell_once(
                    progress.task,
                    f"{progress.task} was given to {agent}, for whom the settings have no command; {was} goes on",
                    problem=True,
                )
                continue
            key = next((key for key, each in self._orders.items() if each.task == progress.task), None)
            if key is not None:
                if key not in self._leaving:
                    self._leaving.add(key)
                    self._engine.cancel(key)
                    self._tell(f"{progress.task} was given to {agent}; {was} is stopped", progress.task)
            elif is_person(chosen):
                self._tell_once(progress.task, f"{progress.task} is for {agent} to go on with")
            else:
                self._begin_anew(task)

    def _begin_anew(self, task: int) -> None:
        """The next attempt at a task that was taken away from somebody, once its new agent is free."""
        occupied, held = self._taken()
        if self._dispatcher.choose([task], [each for each in occupied if each != task], held):
            self._start_tasks([task])
            self._look_at_journal()

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
            and each.taken_from is None
            and (each.state is TaskState.IN_PROGRESS or _was_stopped(each))
        ]
        for task in cut_off:
            progress = self._progress[task]
            if progress is not None and _was_stopped(progress):
                known = UnderWay(progress.task, progress.key, progress.attempt)
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
        occupied, held = self._taken()
        room = self._dispatcher.capacity - len(occupied)
        if room <= 0:
            return
        if len(wanted) > 1:
            wanted = self._ranked(wanted, now)
        self._start_tasks(self._dispatcher.choose(wanted, occupied, held))

    def _taken(self) -> tuple[list[int], list[int]]:
        """The tasks that somebody is at, and those whose work is done and that are held open."""
        held = [index for name in self._worked if (index := self._plan.index_of.get(name)) is not None]
        occupied = [
            task
            for task, each in enumerate(self._progress)
            if each is not None and each.state is TaskState.IN_PROGRESS and task not in held
        ]
        return occupied, held

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

    def _start_tasks(self, tasks: list[int]) -> None:
        """Record that tasks begin, all at once, and give them to their agents."""
        started: list[tuple[int, TaskProgress, int, ChosenCommand]] = []

        def decide_on(state: PlanState) -> list[Event]:
            events: list[Event] = []
            for task in tasks:
                name, chosen = self._name(task), self._chosen(task)
                found = state.tasks.get(self._keys.get(name, name))
                found = found if found is not None and found.task == name else None
                if found is not self._progress[task] or chosen is None:
                    # Somebody was faster; it is looked at again.
                    continue
                before = found or TaskProgress(key_for(state, name), name)
                attempt = next_attempt(before) + (before.taken_from is not None)
                agent = self._dispatcher.agents[task]
                details = {"attempt": attempt, "agent": agent}
                events.append(
                    task_event(self._plan_id, self._run_id, self._now(), EventKind.STARTED, before, **details)
                )
                started.append((task, before, attempt, chosen))
            return events

        self._journal.record_all(decide_on)
        for task, before, attempt, chosen in started:
            agent = self._dispatcher.agents[task]
            again = f", attempt {attempt}" if attempt > 1 else ""
            self._tell(f"{before.task} is started{f' by {agent}' if agent else ''}{again}", before.task)
            self._submit(task, before, attempt, chosen)

    def _submit(self, task: int, progress: TaskProgress, attempt: int, chosen: ChosenCommand) -> None:
        known = UnderWay(progress.task, progress.key, attempt)
        try:
            folder = self._folder_of(progress.task)
        except GitError as error:
            note = f"its work tree could not be made: {error.message}"
            self._take_failed(known, Outcome("", Ending.FAILED, note=note))
            return
        order = self._order(task, progress, attempt, chosen, folder)
        self._orders[order.key] = known
        self._engine.submit(order)

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
                self._dispatcher.finished,
                feedback=_feedback(progress, attempt),
                lessons=self._help.lessons() if self._help.lessons is not None else "",
            ),
            plan=str(self._follower.path),
            kept=str(kept_folder(self._options.kept, name, attempt, key)),
            model=own.model or "",
            most_tokens=tokens,
            most_cost=cost,
            currency=currency,
            workspace=self._watched_files(task),
        )

    def _watched_files(self, task: int) -> dict[str, list[str]]:
        """What the task writes, where it works beside others; in a work tree of its own merging looks at that."""
        files = self._plan.tasks[task].files
        if self._help.worktrees is not None or self._run_settings.outside_files == IGNORE or not files:
            return {}
        return {"files": list(files)}

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


def _was_stopped(progress: TaskProgress) -> bool:
    """Whether it waits only because a run was stopped while it was under way."""
    return progress.state is TaskState.BLOCKED and progress.blocked_by == STOPPED_NOTE


def _feedback(progress: TaskProgress, attempt: int) -> str:
    """What the next attempt has to be told: the note of the last decision, or who began it."""
    if progress.taken_from is not None and attempt > progress.attempt:
        who = progress.taken_from or "Somebody else"
        return f"{who} has begun it and was stopped; look at what is there already."
    if not progress.failures or not progress.decisions:
        return ""
    about = [each for each in progress.decisions if each.action in ABOUT_THE_TASK]
    return about[-1].note or "" if about else ""


def _money(text: str | None) -> tuple[float | None, str]:
    """An amount with its currency, as plans have it."""
    amount, _, currency = (text or "").partition(" ")
    try:
        return float(amount), currency or "USD"
    except ValueError:
        return None, "USD"
