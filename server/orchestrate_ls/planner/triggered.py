"""What a plan's fired replan triggers and its recovery ask for, as a change of the plan that is shown before it is
made.

Each trigger's action becomes edits with a reason, or a note why nothing changes. Pure: which triggers hold is handed in
(``progress.triggers``), and nothing is written. Recording what was done is for whoever makes the change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.duration import HOUR, MINUTE, format_duration
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Priority, Spot
from orchestrate_ls.plan.rewriting import NotPossibleError
from orchestrate_ls.planner.draft import DraftTask
from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.plan_changes import ChangeKind, PlanChange, Summary
from orchestrate_ls.planner.redraft import Redrafting
from orchestrate_ls.planner.replan import ReplanError, Replanned
from orchestrate_ls.planner.split_in_place import split_task
from orchestrate_ls.planner.sub_plan import plan_task
from orchestrate_ls.planner.three_way import Addition
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.recovery import RecoveryAction
from orchestrate_ls.progress.recovery_changes import ADJUST, SPLIT
from orchestrate_ls.progress.state import FINISHED
from orchestrate_ls.progress.triggers import FiredTrigger
from orchestrate_ls.rules.agent_choice import best_agents
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import PlanCheck
from orchestrate_ls.syntax.tree import Mapping, Scalar
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.changes import Base, ChangeNote, NewFile, WorkspaceChange
from orchestrate_ls.text.display import quoted

REVIEW: Final = "code_review"
"""The quality gate that `trigger_code_review` asks for."""
_SHARE_OF_REVIEW: Final = 4
_SHORTEST_REVIEW, _LONGEST_REVIEW = 30 * MINUTE, 4 * HOUR


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one trigger.

    ``done`` says what changes in the plan, ``why_not`` why nothing does; one of them is None. ``agent`` is who has the
    task from now on, where that is somebody else.
    """

    trigger: FiredTrigger
    done: str | None
    why_not: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class TriggeredReplan:
    """The change of the plan that some triggers ask for, and what becomes of each of them."""

    replanned: Replanned
    answers: tuple[Answer, ...]


def replan_triggered(
    file: PlanFile,
    check: PlanCheck,
    board: ProgressBoard,
    triggers: Sequence[FiredTrigger],
    *,
    number: int = 0,
    file_name: str = "",
    taken: Callable[[str], bool] = lambda _: False,
) -> TriggeredReplan:
    """Answer triggers, in their order.

    Parameters
    ----------
    file, number
        The plan's file, and which of its plans it is, from 0.
    check, board
        Of that plan; ``triggers`` speak of its tasks.
    file_name, taken
        What the plan's file is called, and whether there is a file of a name beside it.

    Raises ``ReplanError`` where the changed plan would have an error that this one has not.
    """
    answering = _Answering(file, check, board, number, file_name, taken)
    answers = tuple(answering.answer(each) for each in triggers)
    return TriggeredReplan(answering.replanned(), answers)


class _NothingToDoError(Exception):
    """The action changes nothing; the message says why."""


class _Answering:
    def __init__(
        self,
        file: PlanFile,
        check: PlanCheck,
        board: ProgressBoard,
        number: int,
        file_name: str,
        taken: Callable[[str], bool],
    ) -> None:
        self._file, self._check, self._board = file, check, board
        self._plan = check.source.plan
        self._work = Redrafting(file, number)
        self._file_name, self._taken = file_name, taken
        self._changes: list[PlanChange] = []
        self._new_files: list[NewFile] = []
        self._given: dict[int, str] = {}
        """Who has a task by an earlier answer."""
        self._actions: dict[str, Callable[[int], str]] = {
            "reassign_to_backup_agent": lambda task: self._reassign(task, only_backup=True),
            "reassign_task": self._reassign,
            "split_task": self._split,
            "reassign_or_split_task": self._reassign_or_split,
            "escalate_blocker_resolution": self._escalate,
            "trigger_code_review": self._review,
            SPLIT: self._split_here,
            ADJUST: self._give_to_another,
        }

    def answer(self, trigger: FiredTrigger) -> Answer:
        action = self._actions.get(trigger.action or "")
        if action is None:
            known = trigger.action in (None, "notify")
            why = "it is only to be known" if known else f"nothing carries out {quoted(trigger.action or '')}"
            return Answer(trigger, None, why)
        task = trigger.task
        if task is None or self._plan.tasks[task].id is None:
            return Answer(trigger, None, f"{quoted(trigger.action or '')} needs a task to act upon")
        before, changes, files = self._work.mark(), len(self._changes), len(self._new_files)
        given = dict(self._given)
        try:
            done = action(task)
        except (_NothingToDoError, NotPossibleError) as error:
            self._work.back_to(before)
            del self._changes[changes:], self._new_files[files:]
            self._given = given
            return Answer(trigger, None, str(error))
        if len(self._changes) == changes:
            self._note(task, done, trigger)
        else:
            self._changes[changes:] = [
                PlanChange(each.kind, each.task, each.what, f"{each.why}, because {trigger.reason}")
                for each in self._changes[changes:]
            ]
        agent = self._given.get(task)
        return Answer(trigger, done, agent=agent if given.get(task) != agent else None)

    def replanned(self) -> Replanned:
        before, text = self._file.text, self._work.file.text
        edits = tuple(each for each in self._work.edits() if before[each.start : each.end] != each.new_text)
        notes = self._verified(text) if edits else ()
        words = "; ".join(dict.fromkeys(str(each) for each in self._changes))
        note = ChangeNote("Adapt the plan", words)
        change = WorkspaceChange(edits, dict.fromkeys(edits, note), new_files=tuple(self._new_files))
        return Replanned(change, text, Summary(tuple(self._changes), (), notes, len(self._plan.tasks)))

    def _verified(self, text: str) -> tuple[str, ...]:
        """New findings in words. Raises ``ReplanError`` for a new error."""
        known = [(each.code, each.message) for each in verify(self._file.text).faults]
        notes: list[str] = []
        for each in verify(text).faults:
            if (each.code, each.message) in known:
                known.remove((each.code, each.message))
            elif each.severity is Severity.ERROR:
                raise ReplanError(
                    f"the changed plan would have an error that this one has not: {each.message}",
                    "change the plan by hand",
                )
            else:
                notes.append(f"New finding, {each.code}: {each.message}")
        return tuple(notes)

    # --- the actions; each says what it did

    def _reassign(self, task: int, *, only_backup: bool = False) -> str:
        now = self._given.get(task) or self._board.agents[task]
        if task in self._given:
            raise _NothingToDoError(f"it has just been given to {quoted(self._given[task])}")
        agent = self._backup_of(now)
        if agent is None and not only_backup:
            agent = self._best_other(task, now)
        if agent is None:
            raise _NothingToDoError(self._why_nobody(now, only_backup=only_backup))
        self._work.set_field(self._index(task), "agent", agent)
        self._given[task] = agent
        was = f" instead of {quoted(now)}" if now is not None else ""
        return f"is given to {quoted(agent)}{was}"

    def _backup_of(self, agent: str | None) -> str | None:
        """The first of an agent's backup, the backup's backup ... that the plan declares and that is available."""
        declared = {each.id: each for each in reversed(self._plan.header.agents)}
        seen = {agent}
        known = declared.get(agent) if agent is not None else None
        while known is not None and known.backup is not None and known.backup not in seen:
            seen.add(known.backup)
            known = declared.get(known.backup)
            if known is not None and known.availability is not False:
                return known.id
        return None

    def _best_other(self, task: int, now: str | None) -> str | None:
        away = {each.id for each in self._plan.header.agents if each.availability is False}
        found = best_agents(self._check.context, self._plan.tasks[task], len(away) + 2)
        return next((each for each in found if each != now and each not in away), None)

    def _why_nobody(self, agent: str | None, *, only_backup: bool) -> str:
        if agent is None:
            return "nobody does it; give it an `agent`"
        if only_backup:
            return f"{quoted(agent)} has no `backup` that is available; name one where it is declared"
        return f"there is no other agent than {quoted(agent)} that could do it"

    def _split(self, task: int) -> str:
        one = self._plan.tasks[task]
        if one.plan is not None:
            raise _NothingToDoError(f"it has a plan of its own already, {quoted(one.plan)}")
        try:
            made = plan_task(one, self._file_name, self._is_taken, plan_offline)
        except GoalError as error:
            raise _NothingToDoError(f"what it is about cannot be planned: {error.message}") from None
        if made is None:
            raise _NothingToDoError("it is too small to be split: it comes out as one task")
        self._work.set_field(self._index(task), "plan", made.name)
        note = ChangeNote(f"New plan for {one.id}", made.summary)
        self._new_files.append(NewFile(made.name, made.text, Base.BESIDE, note))
        return f"gets a plan of its own: {made.summary}"

    def _split_here(self, task: int) -> str:
        one = self._plan.tasks[task]
        begun = any(each.task.startswith(f"{one.id}-") for each in one.dependencies)
        if begun and not self._was_split_before(task):
            return "is split into smaller tasks already"
        agent = self._board.agents[task] or one.agent
        if agent is None:
            raise _NothingToDoError("nobody does it; give it an `agent`")
        try:
            split = split_task(one, agent, self._work.source.plan.index_of)
        except GoalError as error:
            raise _NothingToDoError(f"what it is about cannot be planned: {error.message}") from None
        if split is None:
            raise _NothingToDoError("it is too small to be split: it comes out as one task")
        for each in split.parts:
            self._work.add_task(each)
        for name in split.last:
            self._append(self._index(task), "dependencies", name)
        if split.left is not None:
            self._work.set_field(self._index(task), "estimated_time", format_duration(split.left))
        self._changes += [
            PlanChange(ChangeKind.ADDED, each.id, each.task.name, f"a part of {one.id}")
            for each in split.parts
        ]
        names = ", ".join(quoted(each.id) for each in split.parts)
        done = f"is split into {names}, which it waits for"
        self._changes.append(PlanChange(ChangeKind.CHANGED, one.id, self._name(one.id), done))
        return done

    def _was_split_before(self, task: int) -> bool:
        """Whether an earlier attempt at the task was split, so that its parts are those of that."""
        progress = self._board.progress[task]
        return progress is not None and any(
            each.action == RecoveryAction.SPLIT and each.attempt < progress.attempt
            for each in progress.decisions
        )

    def _give_to_another(self, task: int) -> str:
        """To the best agent of the plan that has not had it."""
        progress = self._board.progress[task]
        now = self._board.agents[task]
        tried = {now, self._plan.tasks[task].agent}
        tried |= set(progress.tried) if progress is not None else set()
        away = {each.id for each in self._plan.header.agents if each.availability is False}
        most = len(self._plan.header.agents) + 1
        declared = {each.id for each in self._plan.header.agents}
        found = best_agents(self._check.context, self._plan.tasks[task], most)
        agent = next((each for each in found if each in declared and each not in tried | away), None)
        if agent is None:
            raise _NothingToDoError("every agent of the plan that could do it has had it")
        self._work.set_field(self._index(task), "agent", agent)
        self._given[task] = agent
        return f"is given to {quoted(agent)}, who has not had it"

    def _is_taken(self, name: str) -> bool:
        return self._taken(name) or any(each.path == name for each in self._new_files)

    def _reassign_or_split(self, task: int) -> str:
        try:
            return self._reassign(task)
        except _NothingToDoError as nobody:
            try:
                return self._split(task)
            except _NothingToDoError as whole:
                raise _NothingToDoError(f"{nobody}, and {whole}") from None

    def _escalate(self, task: int) -> str:
        if self._plan.tasks[task].priority is Priority.CRITICAL:
            raise _NothingToDoError("its priority is critical already; a person has to look at it")
        self._work.set_field(self._index(task), "priority", Priority.CRITICAL.value)
        return "becomes critical, and needs a person to look at it"

    def _review(self, task: int) -> str:
        if self._board.state_of(task) in FINISHED:
            return self._add_review(task)
        if any(name == REVIEW for name, _ in self._plan.tasks[task].quality_gates):
            raise _NothingToDoError(f"it has to pass {quoted(REVIEW)} already")
        index = self._index(task)
        self._append(index, "quality_gates", REVIEW)
        self._declare_review()
        return f"has to pass {quoted(REVIEW)} before it is done"

    def _declare_review(self) -> None:
        header = self._work.source.plan.header
        if any(name == REVIEW for name, _ in header.quality_gates):
            return
        what = "`quality_gates` of the plan cannot be written there safely"
        if "quality_gates" not in header.keys:
            above = tuple(key for key in header.keys if key != "tasks")
            text = f"\n{REVIEW}:\n  required: true\n  min_approvals: 1"
            self._work.apply(
                rewrite.insert_entry(self._work.source, None, "quality_gates", text, above), what
            )
            return
        spot = Spot(None, ("quality_gates",))
        node = self._work.source.node(spot)
        flow = isinstance(node, Mapping) and node.flow
        inner = "{required: true, min_approvals: 1}" if flow else "\nrequired: true\nmin_approvals: 1"
        self._work.apply(rewrite.insert_entry(self._work.source, spot, REVIEW, inner), what)

    def _add_review(self, task: int) -> str:
        """A task behind a finished one; what waits for that and was not begun waits for the review, too."""
        one = self._plan.tasks[task]
        name = f"{one.id}-review"
        if name in self._work.source.plan.index_of:
            raise _NothingToDoError(f"{quoted(name)} reviews it already")
        reviewer = self._reviewer(task)
        if reviewer is None:
            raise _NothingToDoError("the plan has no agent that could review it")
        expected = one.estimate.expected if one.estimate is not None else 0
        length = min(max(expected // _SHARE_OF_REVIEW, _SHORTEST_REVIEW), _LONGEST_REVIEW) / HOUR
        drafted = DraftTask(
            id=name,
            name=f"Review {one.name or one.id}",
            description=f"Find out why the quality of {one.id} is low, and have it put right.",
            estimate=(length, length, length),
            dependencies=(),
            agent=reviewer,
            priority="high",
            parallel_group=None,
            required_skills=(),
            success_criteria=(),
            definition_of_done=(),
            quality_gates=(),
            reason="",
            stated_time=(format_duration(60 * round(length * 60)),),
        )
        self._work.add_task(Addition(drafted, name, (one.id or "",), reviewer, one.id))
        waiting = [
            self._plan.tasks[each].id
            for each in dict.fromkeys(self._check.analysis.network.successors[task])
            if not self._board.has_begun(each) and self._plan.tasks[each].id is not None
        ]
        for each in waiting:
            self._append(self._work.index(each or ""), "dependencies", name)
        self._changes.append(PlanChange(ChangeKind.ADDED, name, drafted.name, f"by {reviewer}"))
        self._changes += [
            PlanChange(ChangeKind.CHANGED, each, self._name(each), f"waits for {name}") for each in waiting
        ]
        held = f"; {', '.join(quoted(each or '') for each in waiting)} wait for it" if waiting else ""
        return f"is reviewed by {quoted(reviewer)} in {quoted(name)}{held}"

    def _reviewer(self, task: int) -> str | None:
        """Somebody else: first who is called so or has the skill, then who suits the task."""
        own = self._board.agents[task]
        there = [
            each for each in self._plan.header.agents if each.id != own and each.availability is not False
        ]
        for agent in there:
            if any("review" in word.casefold() for word in (agent.id, *agent.skills)):
                return agent.id
        return self._best_other(task, own) or (there[0].id if there else own)

    # --- how it is written

    def _index(self, task: int) -> int:
        """Where a task stands by now."""
        return self._work.index(self._plan.tasks[task].id or "")

    def _append(self, index: int, key: str, name: str) -> None:
        source = self._work.source
        spot, written = Spot(index, (key,)), write_scalar(name, in_flow=True)
        node = source.node(spot)
        if node is None or (isinstance(node, Scalar) and node.is_missing):
            self._work.set_yaml(index, key, f"[{written}]")
            return
        self._work.apply(
            rewrite.append_item(source, spot, written), f"`{key}` cannot be added to there; write it by hand"
        )

    def _note(self, task: int, done: str, trigger: FiredTrigger) -> None:
        name = self._plan.tasks[task].id
        why = f"{done}, because {trigger.reason}"
        self._changes.append(PlanChange(ChangeKind.CHANGED, name, self._name(name), why))

    def _name(self, task: str | None) -> str:
        index = self._plan.index_of.get(task) if task is not None else None
        return (self._plan.tasks[index].name or "") if index is not None else ""
