"""A report on a plan as data: what every form of it (Markdown, JSON, HTML) shows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.event import Event
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.report.critical_path import PathStep, actual_path, planned_path
from orchestrate_ls.report.evidence import NO_EVIDENCE, Evidence
from orchestrate_ls.report.findings import WANTED_COVERAGE, Finding, Topic, findings
from orchestrate_ls.report.measure import Figures, measure
from orchestrate_ls.report.timeline import Timeline
from orchestrate_ls.report.verdicts import CriterionVerdict, verdicts
from orchestrate_ls.schedule.analysis import NetworkAnalysis


class Standing(StrEnum):
    """How far the plan is as a whole. ``STUCK``: nothing is under way and something failed or is blocked."""

    NOT_BEGUN = "not begun"
    IN_PROGRESS = "in progress"
    STUCK = "stuck"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Retrospective:
    """Everything that a report says.

    Attributes
    ----------
    title
        What the plan is for, or its file's name.
    planned
        The critical chain of the plan's schedule.
    path
        The critical path as it was.
    referred
        The events that findings rest on, in order; their numbers in the report count from 1.
    remarks
        What could not be known or read, one sentence each.
    """

    title: str
    timeline: Timeline
    figures: Figures
    standing: Standing
    planned: tuple[int, ...]
    path: tuple[PathStep, ...]
    verdicts: tuple[CriterionVerdict, ...]
    findings: tuple[Finding, ...]
    referred: tuple[Event, ...]
    remarks: tuple[str, ...]

    def of(self, topic: Topic) -> list[Finding]:
        """The findings of a topic."""
        return [each for each in self.findings if each.topic is topic]

    def numbers(self, finding: Finding) -> list[int]:
        """The numbers of the events that a finding rests on."""
        wanted = set(finding.events)
        return [number for number, event in enumerate(self.referred, 1) if event.id in wanted]


def look_back(
    plan: Plan,
    analysis: NetworkAnalysis,
    events: Iterable[Event],
    plan_id: str,
    now: datetime,
    evidence: Evidence = NO_EVIDENCE,
    *,
    title: str = "",
    wanted_coverage: float = WANTED_COVERAGE,
) -> Retrospective:
    """The report on a plan at a moment. ``analysis`` is that of its network."""
    timeline = Timeline(plan, analysis, events, plan_id, now)
    figures = measure(timeline, evidence)
    path = tuple(actual_path(timeline))
    found = findings(timeline, figures, path, wanted_coverage)
    wanted = {each for finding in found for each in finding.events}
    remarks = [*figures.plan.remarks, *evidence.remarks]
    if timeline.planned is None and plan.tasks:
        remarks.append("Tasks wait for each other in a circle, so the plan has no schedule to compare with.")
    if timeline.board.strangers:
        count = len(timeline.board.strangers)
        remarks.append(
            f"The journal has {count} task{'s' if count > 1 else ''} that the plan does not have (any more);"
            " they are not counted."
        )
    return Retrospective(
        title or plan.header.goal.text or plan.header.goal.primary or "",
        timeline,
        figures,
        _standing(timeline),
        tuple(planned_path(timeline)),
        path,
        verdicts(figures.plan, is_finished=timeline.is_finished),
        found,
        tuple(event for event in timeline.events if event.id in wanted),
        tuple(remarks),
    )


def _standing(timeline: Timeline) -> Standing:
    if timeline.is_finished:
        return Standing.COMPLETE
    states = [each.state for each in timeline.tasks]
    if all(state is TaskState.NOT_STARTED for state in states):
        return Standing.NOT_BEGUN
    is_held = any(state in (TaskState.FAILED, TaskState.BLOCKED) for state in states)
    can_go_on = any(state is TaskState.IN_PROGRESS for state in states) or any(
        timeline.board.is_open(task) and timeline.board.state_of(task) is TaskState.NOT_STARTED
        for task in range(len(states))
    )
    return Standing.STUCK if is_held and not can_go_on else Standing.IN_PROGRESS
