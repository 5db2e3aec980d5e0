"""How a plan stands, as data for an editor that draws it. Draws nothing, and is nothing where there is no journal."""

from __future__ import annotations

from typing import Any

from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.progress.event import RunAction, text_of
from orchestrate_ls.progress.plan_progress import standing
from orchestrate_ls.progress.state import PlanState
from orchestrate_ls.progress.status import Stand, TaskStatus
from orchestrate_ls.rules.engine import PlanCheck


def standing_of(plan: PlanCheck, number: int) -> dict[str, Any] | None:
    """The figures of a plan and the state of each of its tasks; None where nothing was recorded.

    ``number`` is the plan's in its file, from 1. Shares are 0 to 1, durations seconds, moments UTC. Tasks that came
    after the journal was looked at last are left out.
    """
    progress = plan.progress
    if progress is None:
        return None
    status, model = progress.status, plan.source.plan
    tasks: list[dict[str, Any]] = []
    for index, name in enumerate(task_names(model)):
        state = task_standing(plan, index)
        if state is not None:
            tasks.append({"task": name, **state})
    return {
        "plan": number,
        "planId": progress.plan_id,
        "byTask": round(status.by_task, 4),
        "byEffort": round(status.by_effort, 4),
        "running": status.running,
        "run": run_standing(progress.state),
        "finished": status.is_finished,
        "expectedFinish": text_of(status.finish) if status.finish is not None else None,
        "alerts": sum(1 for _ in progress.alerts(model)),
        "tasks": tasks,
    }


def task_standing(plan: PlanCheck, index: int) -> dict[str, Any] | None:
    """The state of a task as data; None where nothing is known of it."""
    status = status_of(plan, index)
    if status is None:
        return None
    recorded = status.recorded
    return {
        "state": status.stand.value,
        "percent": status.percent,
        "agent": status.agent,
        "attempt": status.attempt,
        "actual": status.spent,
        "blockedSince": text_of(recorded.blocked_since)
        if recorded is not None and recorded.blocked_since is not None
        else None,
        "label": standing(status),
        "waitsForApproval": waits_for_people(plan, index),
    }


def run_standing(state: PlanState) -> str | None:
    """Whether a run of the plan is `running` or `paused`; None where there is none."""
    if state.run is None:
        return None
    return "paused" if state.run is RunAction.PAUSED else "running"


def waits_for_people(plan: PlanCheck, index: int) -> bool:
    """Whether somebody has yet to approve the work of a task that is under way."""
    status = status_of(plan, index)
    return (
        status is not None
        and status.stand is Stand.IN_PROGRESS
        and any(each.waits_for_people for each in status.gates)
    )


def status_of(plan: PlanCheck, index: int) -> TaskStatus | None:
    """How a task stands, where the journal was looked at; of tasks with one id the first."""
    model = plan.source.plan
    name = model.tasks[index].id
    if plan.progress is None or name is None or model.index_of[name] != index:
        return None
    return plan.progress.tasks.get(name)
