"""The events that a run writes, each behind all others of its task. Pure; knows no journal."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from orchestrate_ls.execution.engine import Outcome
from orchestrate_ls.progress.actions import key_for
from orchestrate_ls.progress.event import LONGEST_NAME, WHOLE_PLAN, Event, EventKind, RunAction, make_event
from orchestrate_ls.progress.state import PlanState, TaskProgress, TaskState


def idempotency_key(plan_id: str, run: str, task_key: str, attempt: int) -> str:
    """What an attempt is known by everywhere: the same however often it is performed."""
    parts = json.dumps([plan_id, run, task_key, attempt], ensure_ascii=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def known_progress(state: PlanState, task: str) -> TaskProgress:
    """What was recorded of a task, or what the first event of it starts from."""
    return state.by_task().get(task) or TaskProgress(key_for(state, task), task)


def next_attempt(progress: TaskProgress) -> int:
    """The number of the attempt that begins when the task is started now."""
    return progress.attempt + 1 if progress.state is TaskState.FAILED else progress.attempt


def task_event(
    plan_id: str, run: str, now: datetime, kind: EventKind, progress: TaskProgress, **details: Any
) -> Event:
    """An event of a task's present attempt; ``details`` may name another."""
    details.setdefault("attempt", progress.attempt)
    return make_event(plan_id, progress.next_time(now), kind, progress.task, progress.key, run=run, **details)


def run_event(
    plan_id: str, run: str, now: datetime, action: RunAction, before: TaskProgress, note: str | None = None
) -> Event:
    """An event of the run itself. ``before`` is what was recorded of the whole plan."""
    return make_event(
        plan_id,
        before.next_time(now),
        EventKind.RUN,
        WHOLE_PLAN,
        WHOLE_PLAN,
        run=run,
        action=str(action),
        note=note,
    )


def told_by(outcome: Outcome) -> dict[str, Any]:
    """What an outcome says besides how it ended, as fields of an event."""
    percent = outcome.percent
    return {
        "actual": round(outcome.seconds),
        "note": outcome.note or None,
        "artefacts": outcome.artefacts or None,
        "score": outcome.score,
        "percent": percent,
        "tokens": outcome.tokens,
        "cost": outcome.cost,
        "currency": outcome.currency if outcome.cost is not None else None,
        "model": outcome.model[:LONGEST_NAME] if outcome.model else None,
    }
