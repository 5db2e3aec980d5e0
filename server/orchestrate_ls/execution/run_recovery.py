"""What a run does about attempts that failed: each is decided about once, and the decision recorded with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from orchestrate_ls.execution.run_base import RunBase
from orchestrate_ls.execution.run_events import task_event
from orchestrate_ls.plan.recovery_words import FailureKind
from orchestrate_ls.progress.event import Event, EventKind
from orchestrate_ls.progress.recovery import (
    Decision,
    RecoveryAction,
    decide,
    decided_event,
    failure_of,
)
from orchestrate_ls.progress.state import MICROSECOND, DecisionRecord, PlanState, TaskProgress, TaskState

_AGAIN: Final = (RecoveryAction.RETRY, RecoveryAction.REVIEW, RecoveryAction.REASSIGN)
ABOUT_THE_TASK: Final = frozenset(RecoveryAction) - {RecoveryAction.PAUSE_DEPENDANTS}
"""Decisions about a failed task itself, rather than about those that wait for it."""


class RunRecovery(RunBase):
    """Decides about failures by the plan's policies."""

    def _recover(self) -> None:
        """Decide about attempts that failed, each once."""
        for task, progress in enumerate(self._progress):
            if (
                progress is None
                or progress.state is not TaskState.FAILED
                or decision_on(progress) is not None
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
                moment += MICROSECOND
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
            # What failed has just been told.
            then = decision.then
            said = then if then == decision.reason else f"{progress.task}: {then}"
            self._tell(said, self._name(task), problem=decision.action not in _AGAIN)

    def _again_at(self, task: int, progress: TaskProgress) -> datetime | None:
        """When a failed task may be tried again; None for never, as far as is known."""
        decided = decision_on(progress)
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


def decision_on(progress: TaskProgress) -> DecisionRecord | None:
    """What was decided of the present attempt, besides what others have to wait for."""
    for each in reversed(progress.decisions):
        if each.attempt == progress.attempt and each.action in ABOUT_THE_TASK:
            return each
    return None
