"""A report as Markdown, in the form that people know from the seed description. Text of a plan can be anything; it is
escaped, so that it is read and nothing else. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from orchestrate_ls.progress.event import Event, text_of
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.report.critical_path import Driver
from orchestrate_ls.report.findings import Finding, Topic
from orchestrate_ls.report.measure import TaskFigures
from orchestrate_ls.report.retrospective import Retrospective, Standing
from orchestrate_ls.report.verdicts import Outcome
from orchestrate_ls.text.display import shown
from orchestrate_ls.text.spans import percentage, span

UNKNOWN: Final = "-"
TITLES: Final[Mapping[Topic, str]] = {
    Topic.ACHIEVEMENT: "Key achievements",
    Topic.CHALLENGE: "Challenges",
    Topic.LESSON: "Lessons learned",
    Topic.RECOMMENDATION: "Recommendations",
    Topic.IMPROVEMENT: "Improvements for the next plan",
}
STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.NOT_BEGUN: "Not begun",
    Standing.IN_PROGRESS: "In progress",
    Standing.STUCK: "Stuck",
    Standing.COMPLETE: "Complete",
}
_STANDING_SIGNS: Final[Mapping[Standing, str]] = {
    Standing.NOT_BEGUN: "⬜",
    Standing.IN_PROGRESS: "⏳",
    Standing.STUCK: "⛔",
    Standing.COMPLETE: "✅",
}
STATES: Final[Mapping[TaskState, tuple[str, str]]] = {
    TaskState.NOT_STARTED: ("⬜", "not started"),
    TaskState.IN_PROGRESS: ("⏳", "in progress"),
    TaskState.BLOCKED: ("⛔", "blocked"),
    TaskState.DONE: ("✅", "done"),
    TaskState.FAILED: ("❌", "failed"),
    TaskState.SKIPPED: ("⏭", "skipped"),
}
OUTCOMES: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.MET: ("✅", "met"),
    Outcome.MISSED: ("❌", "missed"),
    Outcome.UNKNOWN: ("❔", "unknown"),
}
_LONGEST: Final = 400
_SPECIAL: Final = re.compile(
    r"[\\*\[\]<>|#~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)|^(?:[-+]|\d+[.)])(?=\s)"
)


def markdown_of(report: Retrospective) -> str:
    """The whole report, with a newline at its end."""
    return "\n".join(_lines(report)).rstrip("\n") + "\n"


def escaped(text: str, longest: int = _LONGEST) -> str:
    """A text on one line that Markdown shows as it is."""
    return _SPECIAL.sub(
        lambda match: f"{match[0][:-1]}\\{match[0][-1]}", shown(" ".join(text.split()), longest)
    )


def _lines(report: Retrospective) -> Iterator[str]:
    yield f"# Orchestration report: {escaped(report.title) or 'a plan without a goal'}"
    yield ""
    yield f"**Status:** {_STANDING_SIGNS[report.standing]} {STANDINGS[report.standing]}{progress_of(report)}<br>"
    lines = [f"**{title}:** {escaped(value)}" for title, value in headline(report)]
    yield "<br>\n".join(lines)
    yield ""
    yield "## Task breakdown"
    yield ""
    yield from _tasks(report)
    for topic in (Topic.ACHIEVEMENT, Topic.CHALLENGE, Topic.LESSON, Topic.RECOMMENDATION):
        yield from _topic(report, topic)
    yield from _path(report)
    yield "## Success criteria"
    yield ""
    yield from table(
        ("Criterion", "Verdict", "Measured", "Wanted"),
        [
            (each.criterion, " ".join(OUTCOMES[each.outcome]), each.measured, each.target)
            for each in report.verdicts
        ],
    )
    yield ""
    yield "## Performance"
    yield ""
    yield from table(("Figure", "Actual", "Planned"), performance(report))
    yield ""
    if report.figures.agents:
        yield "## Agents"
        yield ""
        yield from table(*agents_table(report))
        yield ""
    yield from _topic(report, Topic.IMPROVEMENT)
    if report.referred:
        yield "## Events referred to"
        yield ""
        for number, event in enumerate(report.referred, 1):
            yield f"{number}. {escaped(event_text(event))}"
        yield ""
    if report.remarks:
        yield "## Remarks"
        yield ""
        for each in report.remarks:
            yield f"- {escaped(each)}"
        yield ""
    yield f"As of {text_of(report.timeline.now)}. Figures are defined in docs/metrics.md."


def progress_of(report: Retrospective) -> str:
    """How far an unfinished plan is, as text to append."""
    if report.standing in (Standing.COMPLETE, Standing.NOT_BEGUN):
        return ""
    done = sum(each.state is TaskState.DONE for each in report.figures.tasks)
    return f" ({done} of {len(report.figures.tasks)} tasks, {percentage(report.figures.plan.progress)} of the work)"


def headline(report: Retrospective) -> Iterator[tuple[str, str]]:
    """The first figures: what they are called and how they are shown."""
    plan = report.figures.plan
    if plan.duration is not None:
        planned = ""
        if plan.planned_duration:
            of_planned = round(100 * plan.duration / plan.planned_duration)
            planned = f" (planned: {span(plan.planned_duration)}, {of_planned}% of it)"
        yield "Duration" if report.timeline.is_finished else "Duration so far", span(plan.duration) + planned
    elif plan.planned_duration is not None:
        yield "Planned duration", span(plan.planned_duration)
    if plan.work:
        notes = [f"done tasks {span(plan.actual_total)}"] if plan.actual_total != plan.work else []
        if plan.estimated_total:
            notes.append(f"estimated: {span(plan.estimated_total)}, {signed(plan.total_variance)}")
        yield "Work", span(plan.work) + (f" ({', '.join(notes)})" if notes else "")
    of = sum(each.state is TaskState.DONE for each in report.figures.tasks)
    scored = f" ({plan.scored} of {of} done tasks scored)" if plan.scored < of else ""
    score = f"{quality(plan.quality)}/10" if plan.quality is not None else "not scored"
    yield "Quality score", score + (scored if plan.scored else "")
    yield "Test coverage", share(plan.coverage) if plan.coverage is not None else "not measured"
    fixed = _fixed(plan.defects, plan.defects_fixed)
    yield "Defects found", f"{plan.defects}{fixed}"
    if plan.tokens is not None:
        yield "Tokens", count(plan.tokens)
    if plan.costs:
        yield "Cost", money(plan.costs)


def _fixed(defects: int, fixed: int) -> str:
    if not defects:
        return ""
    if fixed == defects:
        return " (fixed)" if defects == 1 else " (both fixed)" if defects == 2 else " (all fixed)"
    return f" ({fixed} fixed)"


def _tasks(report: Retrospective) -> Iterator[str]:
    head, rows = tasks_table(report)
    yield from table(head, rows)
    yield ""


def tasks_table(report: Retrospective) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The head and the rows of the task table; columns of which nothing is known are left out."""
    tasks = report.figures.tasks
    columns: list[tuple[str, list[str], bool]] = [
        ("Task", [each.id for each in tasks], True),
        ("Name", [each.name for each in tasks], any(each.name for each in tasks)),
        ("Agent", [each.agent or UNKNOWN for each in tasks], any(each.agent for each in tasks)),
        ("Estimate", [duration(each.estimated) for each in tasks], True),
        ("Actual", [duration(each.actual) for each in tasks], True),
        ("Variance", [signed(each.variance) for each in tasks], True),
        ("Quality", [quality(each.quality) for each in tasks], True),
        ("Rework", [str(each.rework) for each in tasks], any(each.rework for each in tasks)),
        ("Defects", [_defects(each) for each in tasks], any(each.defects for each in tasks)),
        ("Churn", [_churn(each) for each in tasks], any(each.churn is not None for each in tasks)),
        (
            "Coverage",
            [share(each.coverage) for each in tasks],
            any(each.coverage is not None for each in tasks),
        ),
        ("Tokens", [count(each.tokens) for each in tasks], any(each.tokens is not None for each in tasks)),
        ("Cost", [money(each.costs) for each in tasks], any(each.costs for each in tasks)),
        ("Status", [" ".join(STATES[each.state]) for each in tasks], True),
    ]
    kept = [(head, values) for head, values, is_shown in columns if is_shown]
    return [head for head, _ in kept], [
        list(row) for row in zip(*(values for _, values in kept), strict=True)
    ]


def _defects(task: TaskFigures) -> str:
    return f"{task.defects}{_fixed(task.defects, task.defects_fixed)}" if task.defects else "0"


def _churn(task: TaskFigures) -> str:
    return f"+{task.churn.added:,} -{task.churn.deleted:,}" if task.churn is not None else UNKNOWN


def performance(report: Retrospective) -> list[Sequence[str]]:
    """Name, actual and planned of the plan's figures."""
    plan = report.figures.plan
    at_once = f"{plan.concurrency:.1f}" if plan.concurrency is not None else UNKNOWN
    return [
        ("Parallelisation achieved", share(plan.parallelisation), share(plan.planned_parallelisation)),
        ("Tasks at once, on average", at_once, UNKNOWN),
        ("Agent utilisation", share(plan.agent_utilisation), share(plan.planned_agent_utilisation)),
        ("Capacity used", share(plan.capacity_utilisation), UNKNOWN),
        ("Timeline accuracy", share(plan.timeline_accuracy), UNKNOWN),
        ("Quality maintained", share(plan.quality), UNKNOWN),
        ("Time accuracy", share(plan.time_accuracy), UNKNOWN),
        ("Efficiency", share(plan.efficiency), UNKNOWN),
        ("Variance of estimates", share(plan.estimate_variance), UNKNOWN),
        ("Rework", f"{plan.rework}", UNKNOWN),
        ("Waiting for busy agents", span(plan.waited_for_agents), UNKNOWN),
        ("Blocked", span(plan.blocked), UNKNOWN),
        ("Ready, and begun by nobody", span(plan.waited_idle), UNKNOWN),
        ("Lines changed", count(plan.churn), UNKNOWN),
    ]


def agents_table(report: Retrospective) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The head and the rows of the agents' table."""
    agents = report.figures.agents
    has_tokens = any(each.tokens is not None or each.costs for each in agents)
    head = ["Agent", "Tasks", "Work", "Utilisation", "Planned", "Quality", "Rework", "Against estimate"]
    rows = [
        [
            each.agent,
            str(each.tasks),
            span(each.work),
            share(each.utilisation),
            share(each.planned_utilisation),
            quality(each.quality),
            str(each.rework),
            f"{each.bias:.2f} times ({each.samples})" if each.bias is not None else UNKNOWN,
            *([used(each.tokens, each.costs)] if has_tokens else []),
        ]
        for each in agents
    ]
    return [*head, *(["Tokens and cost"] if has_tokens else [])], [*rows]


def _topic(report: Retrospective, topic: Topic) -> Iterator[str]:
    own = report.of(topic)
    if not own:
        return
    yield f"## {TITLES[topic]}"
    yield ""
    for number, each in enumerate(own, 1):
        mark = f"{number}." if topic is Topic.CHALLENGE else "-"
        yield f"{mark} {escaped(each.text, 4 * _LONGEST)}{_references(report, each)}"
    yield ""


def _references(report: Retrospective, finding: Finding) -> str:
    numbers = report.numbers(finding)
    parts = (
        [f"event {numbers[0]}" if len(numbers) == 1 else f"events {', '.join(map(str, numbers))}"]
        if numbers
        else []
    )
    parts += [f"`{each}`" for each in finding.figures]
    return f" ({'; '.join(parts)})" if parts else ""


def _path(report: Retrospective) -> Iterator[str]:
    if not report.planned and not report.path:
        return
    names = report.timeline.names
    yield "## Critical path"
    yield ""
    if report.planned:
        yield f"- Planned: {escaped(_joined(names, report.planned))}"
    if report.path:
        yield f"- {'Actual' if report.timeline.is_finished else 'So far'}: {escaped(path_text(report))}"
    if lost := lost_text(report):
        yield f"- {escaped(lost)}"
    yield ""


def lost_text(report: Retrospective, most: int = 6) -> str:
    """Where the actual critical path lost time against the estimates of its own tasks; the most first."""
    lost: list[tuple[int, str]] = []
    for step in report.path:
        name, figures = report.timeline.names[step.task], report.figures.tasks[step.task]
        paused = report.timeline.tasks[step.task].waiting.paused
        over = (
            (figures.actual or 0) - figures.estimated
            if figures.actual is not None and figures.estimated
            else 0
        )
        lost += [(step.gap, f"{span(step.gap)} before {name} was begun")] if step.gap >= 60 else []
        lost += [(paused, f"{span(paused)} while {name} was blocked")] if paused >= 60 else []
        lost += [(over, f"{span(over)} by {name}, which took longer")] if over >= 60 else []
    if not lost:
        return ""
    lost.sort(key=lambda each: -each[0])
    more = f" and {len(lost) - most} smaller ones" if len(lost) > most else ""
    total = sum(seconds for seconds, _ in lost)
    return f"Time lost on it against its estimates: {span(total)} ({'; '.join(text for _, text in lost[:most])}{more})."


def path_text(report: Retrospective, most: int = 30) -> str:
    """The actual critical path, with what was not a dependency and where time was lost."""
    names, parts = report.timeline.names, list[str]()
    for step in report.path:
        notes: list[str] = []
        if step.driver is Driver.AGENT:
            notes.append(f"after its agent {report.timeline.tasks[step.task].attempts[0].agent} was free")
        if step.gap >= 60:
            notes.append(f"{span(step.gap)} after it could")
        paused = report.timeline.tasks[step.task].waiting.paused
        if paused >= 60:
            notes.append(f"blocked for {span(paused)}")
        parts.append(names[step.task] + (f" ({', '.join(notes)})" if notes else ""))
    return _cut(parts, most)


def _joined(names: Sequence[str], tasks: Sequence[int], most: int = 30) -> str:
    return _cut([names[each] for each in tasks], most)


def _cut(parts: list[str], most: int) -> str:
    if len(parts) > most:
        parts = [*parts[: most // 2], f"… ({len(parts) - most} more) …", *parts[-(most - most // 2) :]]
    return " → ".join(parts)


def event_text(event: Event) -> str:
    """An event as a person reads it: when, of what, what, and what was said."""
    what = [text_of(event.time), event.task if not event.is_of_plan else "the plan", event.kind]
    if event.gate or event.check:
        what.append("/".join(filter(None, (event.gate, event.check, event.verdict))))
    if event.action:
        what.append(event.action)
    if event.agent:
        what.append(f"by {event.agent}" if event.kind != "reassigned" else f"to {event.agent}")
    if event.score is not None:
        what.append(f"quality {quality(event.score)}/10")
    said = f": {event.note}" if event.note else ""
    return f"{' · '.join(what)}{said} [{event.id[:8]}]"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table, its columns as wide as what is in them."""
    cells = [[escaped(each) for each in row] for row in (head, *rows)]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(head))]
    for number, row in enumerate(cells):
        yield f"| {' | '.join(each.ljust(width) for each, width in zip(row, widths, strict=True))} |"
        if not number:
            yield f"|{'|'.join('-' * (width + 2) for width in widths)}|"


def duration(seconds: int | None) -> str:
    """`4h 30m`, or that it is not known."""
    return span(seconds) if seconds is not None else UNKNOWN


def share(value: float | None) -> str:
    """`42%`, or that it is not known."""
    return percentage(value) if value is not None else UNKNOWN


def signed(value: float | None) -> str:
    """`+12.5%`, `0%`, or that it is not known."""
    if value is None:
        return UNKNOWN
    text = percentage(abs(value))
    return f"{'+' if value > 0 else '-'}{text}" if text != "0%" else text


def quality(value: float | None) -> str:
    """From 0 to 10, with one decimal."""
    return f"{value * 10:.1f}" if value is not None else UNKNOWN


def count(value: int | None) -> str:
    """`1,234`, or that it is not known."""
    return f"{value:,}" if value is not None else UNKNOWN


def money(costs: Mapping[str, float]) -> str:
    """`1.20 USD`, or that it is not known."""
    return " + ".join(f"{amount:,.2f} {currency}" for currency, amount in costs.items()) or UNKNOWN


def used(tokens: int | None, costs: Mapping[str, float]) -> str:
    """Tokens and cost, as far as known."""
    parts = [f"{tokens:,} tokens"] if tokens is not None else []
    return ", ".join([*parts, *([money(costs)] if costs else [])]) or UNKNOWN
