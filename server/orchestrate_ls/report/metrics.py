"""Every figure of a report, defined once: unit, range, source, formula, and what is done outside the formula's range.

`docs/metrics.md` is made from these definitions (``metrics_page``). Computing them is ``measure``'s business; nothing
here knows plans or events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Of(StrEnum):
    """What a figure is about."""

    TASK = "task"
    PLAN = "plan"
    AGENT = "agent"
    KIND = "kind of task"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    Attributes
    ----------
    id
        Its name in JSON, and what findings refer to.
    unit, range
        As a person reads them.
    source
        Where its values come from.
    definition
        The formula.
    edges
        What is done where the formula says nothing or leaves its range; what makes the figure unknown (null).
    """

    id: str
    title: str
    of: Of
    unit: str
    range: str
    source: str
    definition: str
    edges: str


_EVENTS: Final = "the plan's journal"
_SECONDS: Final = "seconds of working time"
_RATIO: Final = "ratio"

METRICS: Final = (
    Metric(
        "estimated_time", "Estimated time", Of.TASK, _SECONDS, "over 0", "`estimated_time` of the task",
        "The estimate; of a three-point estimate the expectation (o + 4m + p) / 6.",
        "Unknown without an estimate, and for one of 0.",
    ),
    Metric(
        "actual_time", "Actual time", Of.TASK, _SECONDS, "0 or more", _EVENTS,
        "The work of all attempts together: as reported (`--actual`), else the working time of the plan's and the"
        " agent's calendar between start and end without the times in which the task was blocked.",
        "Unknown for a task that was not begun. A plan without start and working hours has no calendar: then all time"
        " counts. `orchestrate status` shows the last attempt alone.",
    ),
    Metric(
        "variance", "Variance", Of.TASK, _RATIO, "-1 or more", "estimated and actual time",
        "(actual - estimated) / estimated.",
        "Unknown where one of both is, and until the task is done.",
    ),
    Metric(
        "quality_score", "Quality", Of.TASK, _RATIO, "0 to 1", "`--score` of the task's events",
        "The last score of the last attempt. Shown as 0 to 10, as people grade; the figure is 0 to 1 everywhere.",
        "Unknown without a score. A score outside of 0 to 1 is refused when it is reported.",
    ),
    Metric(
        "rework_count", "Rework", Of.TASK, "attempts", "0 or more", _EVENTS,
        "Attempts after the first: the task failed or was reopened.",
        "0 for a task that was not begun.",
    ),
    Metric(
        "code_churn", "Code churn", Of.TASK, "lines", "0 or more", "git's history, and the task's `files`",
        "Lines added and deleted by commits that are no merges, committed from the task's first start to its last end,"
        " in files that match its `files`.",
        "Unknown without a repository, for a task without `files`, and before it has begun. A commit in the time of two"
        " tasks counts for both where both may write the file.",
    ),
    Metric(
        "test_coverage", "Test coverage", Of.TASK, _RATIO, "0 to 1",
        "a coverage file (Cobertura XML, JSON of coverage.py or Istanbul, LCOV), and the task's `files`",
        "Lines that tests ran / lines that could run, in files that match the task's `files`.",
        "Unknown without a coverage file, without `files`, and where the file has none of them.",
    ),
    Metric(
        "defects", "Defects", Of.TASK, "defects", "0 or more", _EVENTS,
        "Checks of quality gates that failed (each check once in an attempt), rejections by a person, and reopenings"
        " after the task was done. One is fixed when the task is done afterwards; a check also when it passes.",
        "What nobody recorded is not counted.",
    ),
    Metric(
        "defect_density", "Defect density", Of.TASK, "defects per 1,000 changed lines", "0 or more",
        "defects and code churn",
        "1,000 * defects / code churn.",
        "Unknown where the code churn is unknown or 0.",
    ),
    Metric(
        "waiting_time", "Waiting", Of.TASK, _SECONDS, "0 or more", _EVENTS,
        "From the moment at which the tasks before it were done to its first start, and the time in which it was"
        " blocked after that. In parts: `for_agent` (its agent worked on other tasks), `idle` (nobody began it),"
        " `blocked` (before its start) and `paused` (after it).",
        "0 for a task that was not begun.",
    ),
    Metric(
        "tokens", "Tokens", Of.TASK, "tokens", "0 or more", _EVENTS,
        "As reported last in each attempt, all attempts together.",
        "Unknown where nobody reported any.",
    ),
    Metric(
        "cost", "Cost", Of.TASK, "amounts by currency", "0 or more", _EVENTS,
        "As reported last in each attempt, all attempts together, each currency for itself.",
        "Unknown where nobody reported any. Currencies are never added up or converted.",
    ),
    Metric(
        "duration", "Duration", Of.PLAN, _SECONDS, "0 or more", _EVENTS,
        "Working time from the first start of a task to the last end, or to now while some are not finished.",
        "Unknown before the first start.",
    ),
    Metric(
        "planned_duration", "Planned duration", Of.PLAN, _SECONDS, "0 or more", "the plan",
        "The makespan of the plan's own schedule by its estimates: dependencies, agents, capacity, files and calendars"
        " count. Neither the sum of estimates nor what the plan claims.",
        "Unknown where tasks wait for each other in a circle.",
    ),
    Metric(
        "progress", "Progress", Of.PLAN, _RATIO, "0 to 1", _EVENTS,
        "Estimates of done tasks / estimates of all tasks that are not skipped.",
        "By number of tasks where no task has an estimate.",
    ),
    Metric(
        "time_accuracy", "Time accuracy", Of.PLAN, _RATIO, "0 to 1", "estimated and actual times of done tasks",
        "The mean of 1 - |actual - estimated| / estimated (seed description, performance metrics).",
        "A task that took over twice its estimate would count below 0 and could outweigh any number of exact ones; it"
        " counts as 0, and the report says so. Tasks without estimate or actual time are left out.",
    ),
    Metric(
        "estimate_variance", "Variance of estimates", Of.PLAN, _RATIO, "0 or more",
        "variances of done tasks",
        "The mean of |variance| (mean absolute percentage error).",
        "Unknown without a task that has one.",
    ),
    Metric(
        "total_variance", "Variance of the total", Of.PLAN, _RATIO, "-1 or more", "done tasks with both times",
        "(sum of actual - sum of estimated) / sum of estimated.",
        "Unknown without such a task. Near 0 also where too long and too short ones cancel out.",
    ),
    Metric(
        "quality_maintained", "Quality maintained", Of.PLAN, _RATIO, "0 to 1", "quality scores of done tasks",
        "Their mean, each task counted once.",
        "Unknown without a score. Tasks without one are left out; the report says how many have one.",
    ),
    Metric(
        "rework_penalty", "Rework penalty", Of.PLAN, _RATIO, "0 to 1", "rework counts of done tasks",
        "The mean of 0.1 * rework count (seed description, performance metrics).",
        "Over 10 needless attempts at each task it would pass 1 and turn the efficiency negative; it is 1 then.",
    ),
    Metric(
        "efficiency", "Efficiency", Of.PLAN, _RATIO, "0 to 1", "the three figures above",
        "(0.4 * time accuracy + 0.6 * quality maintained) * (1 - rework penalty) (seed description, performance"
        " metrics).",
        "Quality is 0 to 1 here; with a quality of 0 to 10 the formula would give up to 6.4. Unknown where time"
        " accuracy or quality is: nothing is put in their place.",
    ),
    Metric(
        "parallelisation", "Parallelisation achieved", Of.PLAN, _RATIO, "0 to 1", "actual times and duration",
        "1 - duration / sum of actual times: what working at once saved of one after the other. The same as"
        " `efficiency_gain` of a schedule, so that planned and actual can be compared.",
        "Where waiting made the plan last longer than its work, it would be negative; it is 0 then, and the report says"
        " so. Unknown without any work.",
    ),
    Metric(
        "concurrency", "Tasks at once", Of.PLAN, "tasks", "0 or more", "actual times and duration",
        "Sum of actual times / duration: how many tasks were worked on at once on average.",
        "Unknown where the duration is 0.",
    ),
    Metric(
        "agent_utilisation", "Agent utilisation", Of.PLAN, _RATIO, "0 to 1", "actual times and duration",
        "Sum of actual times / (duration * tasks at once of all agents that did some).",
        "Over 1 where agents did more at once than their capacity allows, or reported more work than time has passed;"
        " it is 1 then, and the report says so. Unknown where no task has an agent.",
    ),
    Metric(
        "capacity_utilisation", "Capacity used", Of.PLAN, _RATIO, "0 to 1", "actual times, duration and the plan",
        "Sum of actual times / (duration * concurrent_capacity).",
        "At most 1, as above. Unknown where the plan has no `concurrent_capacity`.",
    ),
    Metric(
        "timeline_accuracy", "Timeline accuracy", Of.PLAN, _RATIO, "0 to 1", "duration and planned duration",
        "1 - |duration - planned| / planned.",
        "0 where the plan took over twice as long as planned. Unknown until all tasks are finished.",
    ),
    Metric(
        "waiting_share", "Blocked and waiting", Of.PLAN, _RATIO, "0 to 1", "waiting and actual times",
        "(idle + blocked + paused) / (idle + blocked + paused + sum of actual times). Time in which a task's agent was"
        " busy with another is no loss of coordination and not counted.",
        "Unknown without any work.",
    ),
    Metric(
        "gates_passed", "Gates passed", Of.PLAN, _RATIO, "0 to 1", _EVENTS,
        "Of the last results of all checks of quality gates in done tasks the share that passed; an approval or"
        " rejection by a person is one.",
        "Unknown without a check. A check that could not be made did not pass.",
    ),
    Metric(
        "overall_coverage", "Test coverage", Of.PLAN, _RATIO, "0 to 1", "a coverage file",
        "Lines that tests ran / lines that could run.",
        "Unknown without a coverage file. Each line counts once, in whatever classes a file has it.",
    ),
    Metric(
        "utilisation", "Utilisation", Of.AGENT, _RATIO, "0 to 1", "actual times and duration",
        "The agent's actual times / (duration * its capacity).",
        "At most 1, as for all agents together.",
    ),
    Metric(
        "estimate_bias", "Estimate bias", Of.AGENT, "factor", "over 0", "estimated and actual times of done tasks",
        "The geometric mean of actual / estimated, by agent and by kind of task: 1.4 means that such tasks took 1.4"
        " times as long. The kind is read from the task's name.",
        "A ratio over 10 or below 1/10 counts as that. Unknown without a task that has both times, or whose actual time"
        " is 0.",
    ),
    Metric(
        "correction", "Correction", Of.KIND, "factor", "0.1 to 10", "`orchestrate history`",
        "exp(o + k + a): the effects of all work, of the kind and of the agent on ln(actual / estimated), each shrunk"
        " by n / (n + 4), the credibility of its n samples (Bühlmann 1967). o = sum(r) / (n + 4); k the same of r - o"
        " in the kind; a the same of r - o - k of the agent.",
        "1 without samples. Ratios are cut as for the bias.",
    ),
    Metric(
        "recent_performance", "Recent performance", Of.AGENT, _RATIO, "0 to 1", "`orchestrate history`",
        "(sum(w v) + 2 * 0.5) / (sum(w) + 2) over the agent's attempts: w is 1 for the last, 0.8 for the one before,"
        " and so on; v is 0 for an attempt that failed or was reopened, else the mean of its score and of the lesser of"
        " 1 and estimated / actual, as far as known.",
        "0.5 without attempts, as in agent selection. An attempt of which neither is known counts 1: it was done.",
    ),
)  # fmt: skip
BY_ID: Final = {each.id: each for each in METRICS}


def metrics_page() -> str:
    """The text of docs/metrics.md."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Metrics"
    yield ""
    yield (
        "Made from `report/metrics.py`, where each figure of `orchestrate report` and `orchestrate history` is defined"
        " once. A figure that"
    )
    yield "cannot be known is shown as `-` and is `null` in JSON; it is never guessed, and never counted as 0."
    yield ""
    yield (
        "Time accuracy, efficiency and the task metrics go back to the description this project grew from. Its formula"
    )
    yield (
        "for the efficiency has no bounds: a task that took far longer than estimated makes it negative, and so do many"
        " attempts; with"
    )
    yield (
        'quality on a scale of 10, as in its own example, it exceeds 1. What is done about that stands under "edges".'
    )
    for of in Of:
        yield ""
        yield f"## Of {_article(of)}"
        for metric in METRICS:
            if metric.of is of:
                yield ""
                yield f"### {metric.title}"
                yield ""
                yield f"`{metric.id}` · {metric.unit} · {metric.range}"
                yield ""
                yield f"- **Definition.** {metric.definition}"
                yield f"- **Source.** {metric.source[0].upper()}{metric.source[1:]}."
                yield f"- **Edges.** {metric.edges}"


def _article(of: Of) -> str:
    return {Of.TASK: "a task", Of.PLAN: "the plan", Of.AGENT: "an agent", Of.KIND: "a kind of task"}[of]
