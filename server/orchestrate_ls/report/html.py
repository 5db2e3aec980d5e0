"""A report as one HTML file that opens anywhere: no script, nothing fetched, all text escaped.

Its policy forbids everything but its one style sheet, which it names by hash, so that not even a mistake here could
run or load anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from orchestrate_ls.progress.event import text_of
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.report.critical_path import Driver
from orchestrate_ls.report.findings import Finding, Topic
from orchestrate_ls.report.gantt_chart import gantt_chart
from orchestrate_ls.report.graph_chart import GraphNode, graph_chart
from orchestrate_ls.report.load_chart import load_chart
from orchestrate_ls.report.markdown import (
    OUTCOMES,
    STANDINGS,
    STATES,
    TITLES,
    agents_table,
    event_text,
    headline,
    lost_text,
    performance,
    progress_of,
    tasks_table,
)
from orchestrate_ls.report.progress_chart import progress_chart
from orchestrate_ls.report.retrospective import Retrospective, Standing
from orchestrate_ls.report.svg import escape
from orchestrate_ls.report.theme import PAGE
from orchestrate_ls.report.verdicts import Outcome
from orchestrate_ls.text.spans import span

_MANY: Final = 30
"""Tasks from which on their table is folded away at first, and charts get a height of their own."""
_TONES: Final = {
    Standing.NOT_BEGUN: "",
    Standing.IN_PROGRESS: "going",
    Standing.STUCK: "bad",
    Standing.COMPLETE: "good",
}
_OUTCOME_TONES: Final = {Outcome.MET: "good", Outcome.MISSED: "bad", Outcome.UNKNOWN: ""}
_NUMBERS: Final = frozenset(
    ("Estimate", "Actual", "Variance", "Quality", "Rework", "Defects", "Churn", "Coverage", "Tokens", "Cost", "Tasks",
     "Work", "Utilisation", "Planned", "Against estimate")
)  # fmt: skip
_LONGEST: Final = 2_000
_LONG_FIGURE: Final = 8


def html_of(report: Retrospective) -> str:
    """The whole file."""
    digest = base64.b64encode(hashlib.sha256(PAGE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    title = escape(report.title) or "A plan without a goal"
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            '<link rel="icon" href="data:,">',
            f"<title>{title} – orchestration report</title>",
            f"<style>{PAGE}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#tasks">Skip to the tasks</a>',
            *_top(report, title),
            "<main>",
            *_main(report),
            "</main>",
            _footer(report),
            "</body>",
            "</html>",
            "",
        )
    )


def _footer(report: Retrospective) -> str:
    return (
        f"<footer>As of {escape(text_of(report.timeline.now))}. Made by <code>orchestrate report</code>; its figures"
        " are defined in <code>docs/metrics.md</code>.</footer>"
    )


def _top(report: Retrospective, title: str) -> Iterator[str]:
    size = len(report.figures.tasks)
    agents = len(report.figures.agents)
    facts = [f"{size:,} tasks" if size != 1 else "one task"]
    if agents:
        facts.append(f"{agents} agents" if agents != 1 else "one agent")
    first, last = report.timeline.state.first, report.timeline.state.last
    if first is not None and last is not None:
        facts.append(f"{_moment(first)} to {_moment(last)} UTC")
    yield '<header class="top">'
    yield '<p class="kicker">Orchestration report</p>'
    yield f"<h1>{title}</h1>"
    pill = f'<span class="pill {_TONES[report.standing]}">{STANDINGS[report.standing]}</span>'
    yield f'<p class="facts">{pill}{escape(progress_of(report))} &nbsp;{" · ".join(map(escape, facts))}</p>'
    yield "</header>"


def _moment(moment: object) -> str:
    return str(moment)[:16]


def _main(report: Retrospective) -> Iterator[str]:
    yield from _tiles(report)
    is_large = len(report.figures.tasks) > _MANY
    legend = _legend(
        ("planned", "planned"), ("bar completed", "done"), ("bar in_progress", "in progress"),
        ("bar failed", "failed or repeated"), ("pause", "blocked"), ("bar critical", "on the actual critical path"),
    )  # fmt: skip
    gantt = gantt_chart(report)
    yield from _chart("gantt", "Planned and actual", "When each task was planned and when it was worked on.", gantt,
                      legend, is_tall=is_large)  # fmt: skip
    yield from _critical(report)
    yield from _criteria(report)
    yield from _tasks(report, is_large=is_large)
    cards = [_topic(report, topic) for topic in TITLES if topic is not Topic.IMPROVEMENT]
    if any(cards):
        yield '<div class="cols">'
        yield from filter(None, cards)
        yield "</div>"
    yield from filter(None, [_topic(report, Topic.IMPROVEMENT)])
    lines = _legend(("line-planned", "planned"), ("line-actual", "actual"))
    grown = "Share of the estimated work that was done."
    yield from _chart("progress", "Progress over time", grown, progress_chart(report), lines)
    load = load_chart(report)
    if load:
        yield from _chart(
            "load", "Load per agent", "Planned above, actual below; at the right how much of the time an agent worked,"
            " and a mark for what was planned.", load, "", is_tall=len(report.figures.agents) > 16,
        )  # fmt: skip
    yield from _agents(report)
    yield from _graph(report)
    yield from _performance(report)
    yield from _events(report)


def _tiles(report: Retrospective) -> Iterator[str]:
    yield '<dl class="tiles">'
    for name, value in headline(report):
        big, _, more = value.partition(" (")
        note = f'<span class="more">{escape(more.rstrip(")"))}</span>' if more else ""
        size = "big long" if len(big) > _LONG_FIGURE else "big"
        yield (
            f'<div class="tile"><dt>{escape(name)}</dt><dd><span class="{size}">{escape(big)}</span>{note}</dd></div>'
        )
    yield "</dl>"


def _chart(
    name: str, title: str, sub: str, drawn: str, legend: str, *, is_tall: bool = False
) -> Iterator[str]:
    if not drawn:
        return
    yield f'<section class="card{" long" if is_tall else ""}" aria-labelledby="{name}-title">'
    yield f'<h2 id="{name}-title">{title}</h2><p class="sub">{sub}</p>'
    frame = "tall" if is_tall else "wide"
    yield f'<div class="{frame}" tabindex="0" role="region" aria-label="{title}">{drawn}</div>{legend}'
    yield "</section>"


def _legend(*entries: tuple[str, str]) -> str:
    items: list[str] = []
    for cls, text in entries:
        if cls in ("pause", "line-planned", "line-actual"):
            mark = f'<line x1="0" x2="18" y1="5" y2="5" class="{cls}"/>'
        else:
            mark = f'<rect x="1" y="1.5" width="16" height="7" rx="2" class="{cls}"/>'
        items.append(f'<li><svg width="18" height="10" aria-hidden="true">{mark}</svg>{escape(text)}</li>')
    return f'<ul class="legend">{"".join(items)}</ul>'


def _critical(report: Retrospective) -> Iterator[str]:
    if not report.planned and not report.path:
        return
    names = report.timeline.names
    yield '<section class="card" aria-labelledby="path-title">'
    yield '<h2 id="path-title">Critical path</h2><p class="sub">What decided how long the plan takes.</p>'
    if report.planned:
        yield "<h3>Planned</h3>"
        yield _steps([(names[each], "") for each in report.planned], "")
    if report.path:
        yield f"<h3>{'Actual' if report.timeline.is_finished else 'So far'}</h3>"
        yield _steps(
            [(names[step.task], _why(report, step.task, step.driver, step.gap)) for step in report.path],
            "actual",
        )
    if lost := lost_text(report):
        yield f'<p class="sub">{escape(lost, _LONGEST)}</p>'
    yield "</section>"


def _why(report: Retrospective, task: int, driver: Driver, gap: int) -> str:
    times = report.timeline.tasks[task]
    parts = ["when its agent was free"] if driver is Driver.AGENT else []
    parts += [f"{span(gap)} later"] if gap >= 60 else []
    parts += [f"blocked for {span(times.waiting.paused)}"] if times.waiting.paused >= 60 else []
    return ", ".join(parts)


def _steps(steps: Sequence[tuple[str, str]], cls: str, most: int = 40) -> str:
    kept: list[tuple[str, str]] = list(steps)
    if len(kept) > most:
        kept = [*kept[: most // 2], ("…", f"{len(kept) - most} more"), *kept[-(most // 2) :]]
    items = "".join(
        f'<li><span class="step">{escape(name)}</span>{f"<span class=why>{escape(why)}</span>" if why else ""}</li>'
        for name, why in kept
    )
    return f'<ol class="path {cls}">{items}</ol>'


def _criteria(report: Retrospective) -> Iterator[str]:
    yield '<section class="card" aria-labelledby="criteria-title">'
    yield '<h2 id="criteria-title">Success criteria</h2>'
    yield '<div class="wide" tabindex="0" role="region" aria-label="Success criteria"><table><thead><tr>'
    yield "".join(f'<th scope="col">{each}</th>' for each in ("Criterion", "Verdict", "Measured", "Wanted"))
    yield "</tr></thead><tbody>"
    for each in report.verdicts:
        sign, word = OUTCOMES[each.outcome]
        pill = f'<span class="pill {_OUTCOME_TONES[each.outcome]}">{_plain(sign)} {word}</span>'
        yield (
            f'<tr><td class="first">{escape(each.criterion)}</td><td>{pill}</td><td>{escape(each.measured)}</td>'
            f"<td>{escape(each.target)}</td></tr>"
        )
    yield "</tbody></table></div></section>"


def _plain(sign: str) -> str:
    """Signs that every font has in one colour."""
    return {"✅": "✓", "❌": "✗", "❔": "?", "⬜": "○", "⏳": "◐", "⛔": "■", "⏭": "»"}.get(sign, sign)


def _tasks(report: Retrospective, *, is_large: bool) -> Iterator[str]:
    head, rows = tasks_table(report)
    yield '<section class="card long" id="tasks" aria-labelledby="tasks-title"><h2 id="tasks-title">Tasks</h2>'
    yield '<p class="sub">Estimate against actual working time of all attempts.</p>'
    if is_large:
        yield f"<details><summary>All {len(rows):,} tasks</summary>"
    yield '<div class="wide" tabindex="0" role="region" aria-label="Tasks">'
    yield from _table(head, rows, [each.variance for each in report.figures.tasks])
    yield "</div>"
    if is_large:
        yield "</details>"
    yield "</section>"


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], variances: Sequence[float | None] = ()
) -> Iterator[str]:
    yield "<table><thead><tr>"
    yield "".join(
        f'<th scope="col"{" class=num" if each in _NUMBERS else ""}>{escape(each)}</th>' for each in head
    )
    yield "</tr></thead><tbody>"
    for number, row in enumerate(rows):
        variance = variances[number] if number < len(variances) else None
        yield f"<tr>{''.join(_cell(name, each, variance) for name, each in zip(head, row, strict=True))}</tr>"
    yield "</tbody></table>"


def _cell(name: str, value: str, variance: float | None) -> str:
    classes = ["num"] if name in _NUMBERS else []
    if name == "Task":
        classes.append("first")
    if name == "Variance" and variance is not None and abs(variance) > 0.1:
        classes.append("over" if variance > 0 else "under")
    if name == "Status":
        sign, _, word = value.partition(" ")
        value = f"{_plain(sign)} {word}"
        classes.append("state")
    cls = " ".join(filter(None, classes))
    return f'<td class="{cls}">{escape(value)}</td>' if cls else f"<td>{escape(value)}</td>"


def _topic(report: Retrospective, topic: Topic) -> str:
    own = report.of(topic)
    if not own:
        return ""
    items = "".join(f"<li>{escape(each.text, _LONGEST)}{_references(report, each)}</li>" for each in own)
    return (
        f'<section class="card" aria-labelledby="{topic.value}"><h2 id="{topic.value}">{TITLES[topic]}</h2>'
        f'<ul class="notes">{items}</ul></section>'
    )


def _references(report: Retrospective, finding: Finding) -> str:
    links = [
        f'<a href="#event-{each}" aria-label="event {each}">{each}</a>' for each in report.numbers(finding)
    ]
    names = [each.replace("_", " ") for each in finding.figures]
    parts = ([f"event{'s' if len(links) > 1 else ''} {', '.join(links)}"] if links else []) + names
    return f' <span class="refs">[{"; ".join(parts)}]</span>' if parts else ""


def _agents(report: Retrospective) -> Iterator[str]:
    if not report.figures.agents:
        return
    yield '<section class="card long" aria-labelledby="agents-title"><h2 id="agents-title">Agents</h2>'
    yield '<div class="wide" tabindex="0" role="region" aria-label="Agents">'
    yield from _table(*agents_table(report))
    yield "</div></section>"


def _graph(report: Retrospective) -> Iterator[str]:
    figures, timeline = report.figures, report.timeline
    on_path = {step.task for step in report.path}
    nodes = [
        GraphNode(
            each.id,
            each.name,
            span(each.actual) if each.actual is not None else span(each.estimated) if each.estimated else "",
            each.state,
            each.task in on_path,
        )
        for each in figures.tasks
    ]
    marked = {
        (one.task, other.task) for one, other in pairwise(report.path) if other.driver is Driver.DEPENDENCY
    }
    drawn = graph_chart(nodes, timeline.analysis, marked)
    states = {each.state for each in figures.tasks}
    legend = _legend(
        *((f"edge {state.value}", STATES[state][1]) for state in TaskState if state in states),
        ("node critical", "on the actual critical path"),
    )
    what = "A column for each wave of tasks that could begin together."
    yield from _chart("graph", "Dependencies", what, drawn, legend, is_tall=len(nodes) > 60)


def _performance(report: Retrospective) -> Iterator[str]:
    yield '<section class="card" aria-labelledby="figures-title"><h2 id="figures-title">All figures</h2>'
    yield "<table><thead><tr>"
    yield '<th scope="col">Figure</th><th scope="col" class="num">Actual</th><th scope="col" class="num">Planned</th>'
    yield "</tr></thead><tbody>"
    for name, actual, planned in performance(report):
        cells = "".join(f'<td class="num">{escape(each)}</td>' for each in (actual, planned))
        yield f"<tr><td>{escape(name)}</td>{cells}</tr>"
    yield "</tbody></table>"
    if report.remarks:
        notes = "".join(f"<li>{escape(each, _LONGEST)}</li>" for each in report.remarks)
        yield f'<h3>Remarks</h3><ul class="notes">{notes}</ul>'
    yield "</section>"


def _events(report: Retrospective) -> Iterator[str]:
    if not report.referred:
        return
    yield '<section class="card long" aria-labelledby="events-title"><h2 id="events-title">Events referred to</h2>'
    yield '<ol class="events">'
    for number, event in enumerate(report.referred, 1):
        yield f'<li id="event-{number}">{escape(event_text(event), _LONGEST)}</li>'
    yield "</ol></section>"
