"""A plan's status as JSON; docs/running.md describes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.ide.status_wording import alert_text, details_of
from orchestrate_ls.progress.event import text_of

if TYPE_CHECKING:
    from orchestrate_ls.execution.journal import PlanJournal
    from orchestrate_ls.plan.model import Plan
    from orchestrate_ls.progress.gates import GateState
    from orchestrate_ls.progress.status import Alert, PlanStatus, TaskStatus


def status_as_json(
    file: str, plan: Plan, journal: PlanJournal | None, status: PlanStatus, notes: Sequence[str]
) -> dict[str, Any]:
    """Durations in seconds, ratios from 0 to 1, moments in UTC."""
    names = task_names(plan)
    return {
        "file": file,
        "plan_id": journal.plan_id if journal is not None else None,
        "now": text_of(status.now),
        "overall_progress": {"by_task": round(status.by_task, 4), "by_effort": round(status.by_effort, 4)},
        "elapsed": status.elapsed,
        "estimated_remaining": status.remaining,
        "work_left": status.work_left,
        "estimated_finish": _moment(status.finish),
        "planned": status.planned,
        "behind": status.behind,
        "capacity": status.capacity,
        "running": status.running,
        "tasks": [_task(plan, each, names) for each in status.tasks],
        "alerts": [_alert(each, names) for each in status.alerts],
        "gates": [gate_as_json(each) for each in status.gates],
        "unknown_tasks": list(status.strangers),
        "journal": str(journal.path) if journal is not None else None,
        "events": journal.state.events if journal is not None else 0,
        "notes": list(notes),
    }


def _task(plan: Plan, task: TaskStatus, names: list[str]) -> dict[str, Any]:
    recorded = task.recorded
    return {
        "task": names[task.task],
        "name": plan.tasks[task.task].name,
        "state": task.stand.value,
        "details": details_of(task, names),
        "agent": task.agent,
        "estimated": task.estimate,
        "actual": task.spent,
        "percent": task.percent,
        "attempt": task.attempt,
        "waits_for": [names[each] for each in task.waits_for],
        "waits_for_resource": {"kind": task.wait_kind.value, "name": task.wait_name}
        if task.wait_kind
        else None,
        "busy_with": [names[each] for each in task.busy_with],
        "started": _moment(task.started),
        "ended": _moment(task.ended),
        "expected_start": _moment(task.forecast_start),
        "expected_finish": _moment(task.forecast_finish),
        "score": recorded.score if recorded is not None else None,
        "note": recorded.note if recorded is not None else None,
        "artefacts": list(recorded.artefacts) if recorded is not None else [],
        "forced": list(recorded.forced) if recorded is not None else [],
        "blocked_since": _moment(recorded.blocked_since) if recorded is not None else None,
        "tokens": recorded.all_tokens if recorded is not None else None,
        "costs": {each.currency: each.amount for each in recorded.all_costs} if recorded is not None else {},
        "model": recorded.model if recorded is not None else None,
        "gates": [gate_as_json(each) for each in task.gates],
    }


def gate_as_json(gate: GateState) -> dict[str, Any]:
    """How a quality gate stands."""
    return {
        "gate": gate.name,
        "state": gate.stand.value,
        "required": gate.is_required,
        "missing": list(gate.why),
        "checks": [
            {
                "check": each.name,
                "expected": each.expected,
                "verdict": each.verdict.value if each.verdict is not None else None,
                "evidence": each.note,
                "time": _moment(each.time),
            }
            for each in gate.checks
        ],
        "approvals_needed": gate.approvals_needed,
        "approved_by": list(gate.approved),
        "rejected_by": [{"who": each.who, "note": each.note} for each in gate.rejected],
    }


def _alert(alert: Alert, names: list[str]) -> dict[str, Any]:
    return {
        "kind": alert.kind.value,
        "task": names[alert.task] if alert.task is not None else None,
        "message": alert_text(alert, names),
        "risk": alert.risk.value if alert.risk is not None else None,
        "by": alert.by,
        "share": round(alert.share, 4),
        "room": alert.room,
        "tasks": [names[each] for each in alert.tasks],
        "action": alert.action,
        "severity": alert.severity,
    }


def _moment(moment: datetime | None) -> str | None:
    return text_of(moment) if moment is not None else None
