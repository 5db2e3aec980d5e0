"""What people say of work: they approve or reject it, or vouch for a check that no command makes.

Pure; whoever records it passes the time in. Nobody approves their own work, unless it is forced, which is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orchestrate_ls.progress.actions import RefusedError, key_for
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import Event, EventKind, Verdict, make_event
from orchestrate_ls.progress.gates import GateState, gate_states
from orchestrate_ls.progress.state import TaskProgress, TaskState

_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person says. With ``check`` it is about that check of ``gate`` alone, and the note is the evidence."""

    is_yes: bool
    who: str
    time: datetime
    gate: str | None = None
    check: str | None = None
    note: str | None = None
    force: bool = False


def review_event(board: ProgressBoard, task: int | None, said: Statement, plan_id: str) -> Event:
    """The event for what a person says of a task, or (None) of the plan. Raises ``RefusedError``."""
    before = progress_of(board, task)
    what = "the plan" if task is None else before.task
    gates = gate_states(board.written, task, before)
    gate = _gate_of(gates, said, what)
    if task is not None and before.started is None and before.state is not TaskState.DONE:
        raise RefusedError(f"{what} was not started, so there is nothing to look at", "start it first")
    if said.check is not None:
        _check_of(gate, said)
    if not said.is_yes or said.check is not None:
        _refuse_silence(said)
    objections: list[str] = []
    if task is not None and said.is_yes and board.agents[task] == said.who:
        objections.append(f"{said.who} did {what} and cannot speak for it")
    if objections and not said.force:
        raise RefusedError(
            objections[0], "somebody else has to (`--by`); `--force` records it, and that it was forced"
        )
    kind = EventKind.APPROVED if said.is_yes else EventKind.REJECTED
    details: dict[str, str | None] = {"gate": gate.name if gate is not None else None, "note": said.note}
    if said.check is not None:
        kind = EventKind.CHECKED
        verdict = Verdict.PASSED if said.is_yes else Verdict.FAILED
        details |= {"check": said.check, "verdict": str(verdict), "note": f"{said.who} says: {said.note}"}
    return make_event(
        plan_id,
        before.next_time(said.time),
        kind,
        before.task,
        before.key,
        attempt=before.attempt,
        agent=said.who,
        forced=tuple(objections) or None,
        **details,
    )


def progress_of(board: ProgressBoard, task: int | None) -> TaskProgress:
    """What was recorded of a task, or (None) of the plan; a fresh record for nothing."""
    if task is None:
        return board.state.plan
    name = board.plan.tasks[task].id
    if name is None:
        raise RefusedError(f"task {task + 1} has no id", "give it one, so that it can be told from others")
    return board.progress[task] or TaskProgress(key_for(board.state, name), name)


def _gate_of(gates: tuple[GateState, ...], said: Statement, what: str) -> GateState | None:
    if not gates:
        raise RefusedError(
            f"{what} has no quality gates, so there is nothing to {'approve' if said.is_yes else 'reject'}",
            "name some in its `quality_gates`"
            if said.is_yes
            else "`orchestrate task reopen` has it done again",
        )
    if said.gate is None:
        return None
    names = [each.name for each in gates]
    if said.gate not in names:
        raise RefusedError(
            f"{what} has no quality gate `{said.gate[:60]}`", f"it has {', '.join(names[:_NAMED])}"
        )
    return gates[names.index(said.gate)]


def _check_of(gate: GateState | None, said: Statement) -> None:
    if gate is None:
        raise RefusedError("a check belongs to a gate", "name it with `--gate`")
    names = [each.name for each in gate.checks]
    if said.check not in names:
        has = f"it has {', '.join(names[:_NAMED])}" if names else "it has none"
        raise RefusedError(f"the gate {gate.name} has no check `{(said.check or '')[:60]}`", has)


def _refuse_silence(said: Statement) -> None:
    if said.note is not None and said.note.strip():
        return
    if said.check is not None:
        raise RefusedError("nobody can look into what is not told", "say what the evidence is with `--note`")
    raise RefusedError("a rejection without a reason helps nobody", "say what is wrong with `--note`")
