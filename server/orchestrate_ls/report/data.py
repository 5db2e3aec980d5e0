"""A report as JSON data: durations in seconds, ratios as fractions, moments in UTC, what is unknown as null. Pure."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from orchestrate_ls.progress.event import text_of
from orchestrate_ls.report.measure import AgentFigures, KindFigures, PlanFigures, TaskFigures
from orchestrate_ls.report.retrospective import Retrospective

_DIGITS = 4


def data_of(report: Retrospective) -> dict[str, Any]:
    """The whole report. Figures have the names that docs/metrics.md defines."""
    timeline, names = report.timeline, report.timeline.names
    return {
        "title": report.title,
        "now": text_of(timeline.now),
        "status": report.standing.value.replace(" ", "_"),
        "figures": _plan(report.figures.plan),
        "tasks": [_task(report, each) for each in report.figures.tasks],
        "agents": [_agent(each) for each in report.figures.agents],
        "kinds": [_kind(each, names) for each in report.figures.kinds],
        "critical_path": {
            "planned": [names[each] for each in report.planned],
            "actual": [
                {"task": names[each.task], "after": each.driver.value, "gap": each.gap}
                for each in report.path
            ],
        },
        "success_criteria": [
            {
                "criterion": each.criterion,
                "verdict": each.outcome.value,
                "measured": each.measured,
                "target": each.target,
                "figures": list(each.figures),
            }
            for each in report.verdicts
        ],
        "findings": [
            {
                "topic": each.topic.value,
                "text": each.text,
                "tasks": [names[task] for task in each.tasks],
                "events": list(each.events),
                "figures": list(each.figures),
            }
            for each in report.findings
        ],
        "events": [
            {
                "id": each.id,
                "time": text_of(each.time),
                "task": each.task,
                "type": each.kind,
                "note": each.note,
            }
            for each in report.referred
        ],
        "remarks": list(report.remarks),
    }


def _plan(plan: PlanFigures) -> dict[str, Any]:
    return {
        "duration": plan.duration,
        "planned_duration": plan.planned_duration,
        "progress": _ratio(plan.progress),
        "estimated_time": plan.estimated_total,
        "actual_time": plan.actual_total,
        "work": plan.work,
        "time_accuracy": _ratio(plan.time_accuracy),
        "estimate_variance": _ratio(plan.estimate_variance),
        "total_variance": _ratio(plan.total_variance),
        "quality_maintained": _ratio(plan.quality),
        "scored_tasks": plan.scored,
        "rework_count": plan.rework,
        "rework_penalty": _ratio(plan.rework_penalty),
        "efficiency": _ratio(plan.efficiency),
        "parallelisation": _ratio(plan.parallelisation),
        "planned_parallelisation": _ratio(plan.planned_parallelisation),
        "concurrency": _ratio(plan.concurrency),
        "agent_utilisation": _ratio(plan.agent_utilisation),
        "planned_agent_utilisation": _ratio(plan.planned_agent_utilisation),
        "capacity_utilisation": _ratio(plan.capacity_utilisation),
        "timeline_accuracy": _ratio(plan.timeline_accuracy),
        "waiting_share": _ratio(plan.waiting_share),
        "waiting_time": {
            "for_agent": plan.waited_for_agents,
            "idle": plan.waited_idle,
            "blocked": plan.blocked,
        },
        "gates_passed": _ratio(plan.gates_passed),
        "checks": plan.checks,
        "overall_coverage": _ratio(plan.coverage),
        "defects": plan.defects,
        "defects_fixed": plan.defects_fixed,
        "code_churn": plan.churn,
        "tokens": plan.tokens,
        "cost": dict(plan.costs),
    }


def _task(report: Retrospective, task: TaskFigures) -> dict[str, Any]:
    times = report.timeline.tasks[task.task]
    planned = report.timeline.planned
    return {
        "task": task.id,
        "name": task.name or None,
        "kind": task.kind,
        "agent": task.agent,
        "state": task.state.value,
        "estimated_time": task.estimated,
        "actual_time": task.actual,
        "variance": _ratio(task.variance),
        "quality_score": task.quality,
        "rework_count": task.rework,
        "code_churn": task.churn.lines if task.churn is not None else None,
        "lines_added": task.churn.added if task.churn is not None else None,
        "lines_deleted": task.churn.deleted if task.churn is not None else None,
        "test_coverage": _ratio(task.coverage),
        "defects": task.defects,
        "defects_fixed": task.defects_fixed,
        "defect_density": _ratio(task.defect_density),
        "waiting_time": asdict(times.waiting),
        "tokens": task.tokens,
        "cost": dict(task.costs),
        "models": list(task.models),
        "planned_start": planned.starts[task.task] if planned is not None else None,
        "planned_finish": planned.finishes[task.task] if planned is not None else None,
        "start": times.start,
        "finish": times.end,
        "attempts": [
            {
                "attempt": each.number,
                "agent": each.agent,
                "started": text_of(each.started),
                "ended": _moment(each.ended),
                "work": each.work,
                "reported": each.reported,
                "state": each.progress.state.value,
            }
            for each in times.attempts
        ],
    }


def _agent(agent: AgentFigures) -> dict[str, Any]:
    return {
        "agent": agent.agent,
        "tasks": agent.tasks,
        "work": agent.work,
        "utilisation": _ratio(agent.utilisation),
        "planned_utilisation": _ratio(agent.planned_utilisation),
        "quality_maintained": _ratio(agent.quality),
        "rework_count": agent.rework,
        "estimate_bias": _ratio(agent.bias),
        "samples": agent.samples,
        "tokens": agent.tokens,
        "cost": dict(agent.costs),
    }


def _kind(kind: KindFigures, names: list[str]) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "estimate_bias": _ratio(kind.bias),
        "samples": kind.samples,
        "tasks": [names[each] for each in kind.tasks],
    }


def _ratio(value: float | None) -> float | None:
    return round(value, _DIGITS) if value is not None else None


def _moment(moment: datetime | None) -> str | None:
    return text_of(moment) if moment is not None else None
