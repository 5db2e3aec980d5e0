"""What a run knows at any moment: the plan and the journal as they are by now, and what follows from them.

The other parts of the coordinator build on this; see ``runner``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.engine import Engine, Outcome
from orchestrate_ls.execution.journal import PlanJournal
from orchestrate_ls.execution.run_plan import PlanFollower, PlanVersion
from orchestrate_ls.execution.run_review import Review, Reviewer
from orchestrate_ls.execution.run_triggers import RunTriggers
from orchestrate_ls.execution.task_worktree import TaskWorktrees
from orchestrate_ls.plan.model import QualityGate
from orchestrate_ls.plan.task_gates import gates_for
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.dispatch import Dispatcher
from orchestrate_ls.progress.event import RunAction
from orchestrate_ls.progress.recovery import Decision, policies_of
from orchestrate_ls.progress.state import PlanState, TaskProgress
from orchestrate_ls.workspace.agent_commands import RunSettings
from orchestrate_ls.workspace.own_run import AgentCommands, ChosenCommand

STOPPED_NOTE: Final = "the run was stopped"
"""Why a task is blocked whose attempt was cut off: the next run unblocks it, and goes on."""
_NAMED: Final = 6


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
    """

    worktrees: TaskWorktrees | None = None
    review: Review | None = None
    decided: Callable[[str, Decision], None] | None = None
    lessons: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: ``action`` is that of its last event, ``failed`` and ``left`` are ids of tasks."""

    action: RunAction
    note: str
    failed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An order that was submitted: which task and attempt it is."""

    task: str
    key: str
    attempt: int


@dataclass(slots=True)
class FinishedWork:
    """Work that is done, of a task that is not yet."""

    known: UnderWay
    outcome: Outcome
    is_checked: bool = False


class RunBase:
    """The plan, the journal, and what is told. The state always follows from the plan file and the journal."""

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
        self._orders: dict[str, UnderWay] = {}
        self._worked: dict[str, FinishedWork] = {}
        """By the id of the task."""
        self._leaving: set[str] = set()
        """Keys of orders that are cancelled because their tasks were given to somebody else."""
        self._told: set[tuple[str, str]] = set()
        self._delays: dict[tuple[str, int], float] = {}
        """Seconds between a decision and the next attempt, by key and attempt."""
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

    @property
    def _run_settings(self) -> RunSettings:
        """As they were when the run began and was agreed to."""
        return self._commands.own.settings.run.over(self._commands.folder.settings.run)

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
        self._latest_board: ProgressBoard | None = None
        self._progress: list[TaskProgress | None] = []
        self._keys: dict[str, str] = {}
        self._read_state()
        self._dispatcher = Dispatcher(
            self._plan, self._network, self._progress, self._options.parallel, self._state.first
        )
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

    def _stopped_by_event(self) -> bool:
        own = next((each for each in self._state.plan.runs if each.run == self._run_id), None)
        return own is not None and own.action in (RunAction.STOPPED, RunAction.FINISHED)

    def _change_in_words(self, before: set[str | None]) -> str:
        after = {task.id for task in self._plan.tasks}
        added = [
            each for each in (task.id for task in self._plan.tasks) if each is not None and each not in before
        ]
        removed = sorted(each for each in before - after if each is not None)
        parts = [f"added {listed(added)}"] if added else []
        parts += [f"removed {listed(removed)}"] if removed else []
        running = [each.task for each in self._orders.values() if each.task in removed]
        if running:
            parts.append(f"{listed(running)} still runs, and is left to end")
        return f"the plan was changed{': ' + ', '.join(parts) if parts else ''}"

    def _chosen(self, task: int) -> ChosenCommand | None:
        agent = self._dispatcher.agents[task]
        if agent not in self._choices:
            self._choices[agent] = self._commands.of(agent)
        return self._choices[agent]

    def _folder_of(self, task: str) -> Path:
        """Where a task is worked on. Raises ``GitError``."""
        trees = self._help.worktrees
        return trees.prepare(task) if trees is not None else self._options.folder

    def _gates(self, task: int) -> tuple[QualityGate, ...]:
        return gates_for(self._plan, task) if self._reviewer is not None else ()

    def _board(self) -> ProgressBoard:
        if self._latest_board is None or self._latest_board.state is not self._state:
            self._latest_board = ProgressBoard(self._plan, self._state, self._network)
        return self._latest_board

    @staticmethod
    def _now() -> datetime:
        return datetime.now(UTC)

    def _after(self, before: TaskProgress) -> datetime:
        """Now, but after all that was recorded of a task."""
        return before.next_time(self._now())

    def _name(self, task: int) -> str:
        return self._plan.tasks[task].id or f"#{task + 1}"

    def _tell(self, text: str, task: str = "", *, problem: bool = False) -> None:
        self._tell_all(Notice(self._now(), text, task, problem))

    def _tell_once(self, task: str, text: str, *, problem: bool = False) -> None:
        if (task, text) not in self._told:
            self._told.add((task, text))
            self._tell(text, task, problem=problem)


def short_text(text: str) -> str:
    """A text on one line, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:199]}…"


def listed(names: list[str]) -> str:
    """Names in a sentence; of many the first."""
    names = [short_text(each)[:60] for each in names]
    shown = names[:_NAMED] + ([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
