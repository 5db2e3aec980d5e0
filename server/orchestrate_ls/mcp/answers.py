"""What the tools answer, as models: from them come the schemas that clients are told.

Durations are in seconds of working time, shares go from 0 to 1, moments are ISO 8601 in UTC, positions count from 0
in UTF-16 code units as in LSP. The data is that of the command line's `--format json`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """What all answers have in common: more fields may come with later versions."""

    model_config = ConfigDict(extra="allow")


class Position(BaseModel):
    """A place in a text, counted from 0; ``character`` in UTF-16 code units."""

    line: int
    character: int


class Range(BaseModel):
    """From a place up to another, which is not part of it."""

    start: Position
    end: Position


class Related(BaseModel):
    """Another place that a finding is about."""

    message: str
    range: Range


class Found(BaseModel):
    """One finding."""

    file: str
    code: str = Field(description="The rule; explain_rule says more")
    severity: str = Field(description="error, warning, information or hint")
    message: str
    range: Range
    related: list[Related]
    fixable: bool = Field(description="Whether the rule has a fix")
    fixes: list[str] = Field(default_factory=list, description="What its fixes would do, the best first")
    source: str = Field(default="", description="The line that the finding begins in")


class Checked(Answer):
    """What was found in plans."""

    files: list[str] = Field(description="The plans that were checked")
    errors: int
    warnings: int
    findings: list[Found]
    left_out: int = Field(default=0, description="Findings beyond those that are listed")
    unreadable: list[str] = Field(
        default_factory=list, description="Files that could not be checked, and why"
    )


class Planned(Answer):
    """A plan that was written."""

    path: str
    summary: str
    notes: list[str] = Field(default_factory=list)
    plan: str = Field(description="The text of the plan file")


class Submitted(Answer):
    """A draft, what was found in it, and what became of it."""

    accepted: bool = Field(description="Whether the repaired plan has neither errors nor warnings")
    findings: list[Found] = Field(description="In the draft as it was given")
    repairs: list[str] = Field(description="What was mended, by the fixes of the rules")
    remaining: list[Found] = Field(description="In the repaired plan; repair these and submit it again")
    plan: str = Field(description="The repaired plan")
    path: str | None = Field(default=None, description="Where it was written; it is not written with errors")
    notes: list[str] = Field(default_factory=list)


class ScheduledTask(Answer):
    """When a task runs."""

    earliest_start: int | None
    earliest_finish: int | None
    latest_start: int | None
    latest_finish: int | None
    slack: int | None
    scheduled_start: int | None = None
    scheduled_finish: int | None = None
    agent: str | None = None


class Scheduled(Answer):
    """A schedule under agents, capacity, files and calendars."""

    total_seconds: int
    critical_path: list[str]
    critical_path_seconds: int
    waves: list[list[str]] = Field(description="By dependencies alone")
    makespan_seconds: int
    lower_bound_seconds: int
    proven_optimal: bool
    capacity: int | None
    efficiency_gain: float = Field(description="1 - makespan / work in all")
    scheduled_waves: list[list[str]]
    tasks: dict[str, ScheduledTask]
    agents: dict[str, dict[str, Any]]
    claims: list[dict[str, Any]] = Field(description="Figures that the plan claims, with a verdict")
    notes: list[str]


class NextTask(Answer):
    """A task that can start now."""

    task: str
    name: str | None
    agent: str | None
    priority: float
    critical: bool
    reasons: list[str]


class NextTasks(Answer):
    """The tasks that can start now, the most pressing first."""

    path: str
    tasks: list[NextTask]
    left: int = Field(description="Tasks that are neither done nor skipped")
    running: list[str] = Field(description="Tasks in progress")


class HandedOff(Answer):
    """What an agent needs to work on a task."""

    path: str
    task: str
    agent: str | None
    prompt: str = Field(description="The hand-off as a prompt for the agent that does the task")
    package: dict[str, Any] = Field(description="The same as data")


class Updated(Answer):
    """What was recorded of a task, and what follows."""

    path: str
    task: str
    action: str
    messages: list[str]
    can_start: list[str] = Field(description="All tasks that can start now")


class TaskState(Answer):
    """How a task stands."""

    task: str
    name: str | None
    state: str
    details: str
    agent: str | None
    percent: float | None
    attempt: int
    waits_for: list[str]


class Progress(BaseModel):
    """How much is done, from 0 to 1."""

    by_task: float
    by_effort: float


class Status(Answer):
    """How a plan stands."""

    file: str
    plan_id: str | None
    now: str
    headline: list[str]
    overall_progress: Progress
    elapsed: int | float
    estimated_remaining: int | float | None
    estimated_finish: str | None
    tasks: list[TaskState]
    alerts: list[dict[str, Any]]
    notes: list[str]


class Reported(Answer):
    """What became of a plan."""

    path: str
    markdown: str = Field(description="The report for people")
    data: dict[str, Any] = Field(description="The same as data, as `orchestrate report --format json` has it")
    remarks: list[str] = Field(description="What could not be read")


class Explained(Answer):
    """A rule's page, or the list of rules."""

    rule: str | None
    severity: str | None
    page: str = Field(description="Markdown")
    rules: list[str] = Field(default_factory=list, description="All codes, where none was asked for")
