"""A plan in the forms of other tools: graphs, pictures, tables, TaskJuggler, and a script that makes issues.

Text of a plan can be anything; in each form it is only text. What a form cannot hold is said, never dropped silently.
Pure.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.report.graph_chart import GraphNode, graph_chart
from orchestrate_ls.report.taskjuggler import juggler_project, years_fit
from orchestrate_ls.report.theme import ALONE
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.network import LinkType
from orchestrate_ls.schedule.plan_project import assigned_agents
from orchestrate_ls.text.display import shown
from orchestrate_ls.text.spans import count, span

_LONGEST: Final = 300
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_MERMAID: Final = re.compile(r"[^\w .,:/()+\-]", re.ASCII)


class Form(StrEnum):
    """What a plan can be exported to."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"
    CSV = "csv"
    JSON = "json"
    GRAPHML = "graphml"
    TASKJUGGLER = "taskjuggler"
    ISSUES = "github-issues-script"


@dataclass(frozen=True, slots=True)
class Export:
    """A text, and what of the plan is not in it: one sentence each."""

    text: str
    left_out: tuple[str, ...] = ()


class NotPossibleError(Exception):
    """A plan that a form cannot hold. ``message`` says why, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message}; {hint}")
        self.message: Final = message
        self.hint: Final = hint


def export(plan: Plan, analysis: NetworkAnalysis, form: Form, states: Sequence[TaskState] = ()) -> Export:
    """A plan in a form. ``states`` say how far its tasks are, for forms that show it. Raises ``NotPossibleError``."""
    source = _Source(plan, analysis, states)
    if form is Form.MERMAID:
        return Export(_mermaid(source), source.unsaid(types="it"))
    if form is Form.DOT:
        return Export(_dot(source))
    if form is Form.SVG:
        return Export(_svg(source), source.unsaid(types="the picture"))
    if form is Form.CSV:
        return Export(_csv(source))
    if form is Form.JSON:
        return Export(_json(source))
    if form is Form.GRAPHML:
        return Export(_graphml(source))
    if form is Form.TASKJUGGLER:
        return _taskjuggler(source)
    return _issues(source)


class _Source:
    def __init__(self, plan: Plan, analysis: NetworkAnalysis, states: Sequence[TaskState]) -> None:
        self.plan: Final = plan
        self.analysis: Final = analysis
        self.states: Final = states
        self.agents: Final = assigned_agents(plan)
        self.size: Final = len(plan.tasks)
        self.links: Final = analysis.network.links
        self.critical: Final = set(analysis.times.critical) if analysis.times.complete else set[int]()
        path = analysis.times.path if analysis.times.complete else []
        self.path: Final = set(pairwise(path))

    def id(self, task: int) -> str:
        return self.plan.tasks[task].id or f"#{task + 1}"

    def title(self, task: int) -> str:
        """Id and name on one line."""
        name = self.plan.tasks[task].name
        return clean(f"{self.id(task)} {name}" if name else self.id(task))

    def seconds(self, task: int) -> int:
        return self.analysis.network.durations[task]

    def unsaid(self, types: str) -> tuple[str, ...]:
        """That lags and kinds of dependencies are not shown."""
        special = sum(1 for link in self.links if link.lag or link.type is not LinkType.FINISH_TO_START)
        if not special:
            return ()
        what = count(special, "dependency has", "dependencies have")
        return (f"{what} a lag or another type than finish-to-start, which {types} does not show",)


def clean(text: str, longest: int = _LONGEST) -> str:
    """A text on one line, without characters that would do more than be read."""
    return shown(" ".join(text.split()), longest)


def _mermaid(source: _Source) -> str:
    lines = ["flowchart LR"]
    for task in range(source.size):
        label = _mermaid_text(source.title(task))
        seconds = source.seconds(task)
        more = f"<br/>{span(seconds)}" if seconds else ""
        agent = source.agents[task]
        more += f" · {_mermaid_text(clean(agent))}" if agent else ""
        lines.append(f'    t{task + 1}["{label}{more}"]')
    marked: list[int] = []
    for number, link in enumerate(source.links):
        lines.append(f"    t{link.predecessor + 1} --> t{link.successor + 1}")
        if (link.predecessor, link.successor) in source.path:
            marked.append(number)
    if source.critical:
        names = ",".join(f"t{task + 1}" for task in sorted(source.critical))
        lines += ["    classDef critical stroke:#b4307a,stroke-width:2px", f"    class {names} critical"]
    if marked:
        lines.append(f"    linkStyle {','.join(map(str, marked))} stroke:#b4307a,stroke-width:2px")
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    """A label: whatever is not plain is written by its number."""
    return _MERMAID.sub(lambda match: f"#{ord(match[0])};", text)


def _dot(source: _Source) -> str:
    lines = [
        "digraph plan {",
        "  rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica,Arial", fontsize=11];',
        '  edge [color="#9aa6b8"];',
    ]
    for task in range(source.size):
        seconds = source.seconds(task)
        parts = [
            source.title(task),
            " · ".join(filter(None, (span(seconds) if seconds else "", source.agents[task]))),
        ]
        label = "\\n".join(_dot_text(clean(each)) for each in parts if each)
        critical = ', color="#b4307a", penwidth=2' if task in source.critical else ""
        lines.append(f'  t{task + 1} [label="{label}"{critical}];')
    for link in source.links:
        words = [] if link.type is LinkType.FINISH_TO_START else [link.type.value]
        words += [f"{'+' if link.lag > 0 else ''}{span(link.lag)}"] if link.lag else []
        details = [f'label="{" ".join(words)}"'] if words else []
        if (link.predecessor, link.successor) in source.path:
            details.append('color="#b4307a", penwidth=2')
        marks = f" [{', '.join(details)}]" if details else ""
        lines.append(f"  t{link.predecessor + 1} -> t{link.successor + 1}{marks};")
    return "\n".join([*lines, "}"]) + "\n"


def _dot_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _svg(source: _Source) -> str:
    nodes = [
        GraphNode(
            source.id(task),
            source.plan.tasks[task].name or "",
            span(source.seconds(task)) if source.seconds(task) else "",
            source.states[task] if source.states else None,
            task in source.critical,
            source.agents[task] or "",
        )
        for task in range(source.size)
    ]
    title = source.plan.header.goal.text or "Plan"
    drawn = graph_chart(nodes, source.analysis, source.path, title, _seen(source))
    if not drawn:
        raise NotPossibleError("there is nothing to draw", "write tasks below `tasks:`")
    head, _, rest = drawn.partition(">")
    return f'{head}><style>{ALONE}</style><rect width="100%" height="100%" class="paper"/>{rest}\n'


def _seen(source: _Source) -> str:
    """What a picture shows, in a line."""
    parts = [count(source.size, "task")]
    work = sum(source.analysis.network.durations)
    parts += [f"{span(work)} of work"] if work else []
    if source.path or (source.critical and source.size == 1):
        parts.append(f"critical path of {span(source.analysis.times.makespan)} marked")
    return ", ".join(parts)


def _csv(source: _Source) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    times = source.analysis.times
    writer.writerow(
        ("id", "name", "description", "agent", "priority", "estimate_seconds", "earliest_start_seconds",
         "slack_seconds", "critical", "dependencies", "parallel_group", "required_skills", "deadline", "files")
    )  # fmt: skip
    for index, task in enumerate(source.plan.tasks):
        row = [
            source.id(index), task.name or "", task.description or "", source.agents[index] or "",
            str(task.priority) if task.priority is not None else "",
            source.seconds(index) if task.estimate is not None else "",
            times.earliest_start[index] if times.complete else "", times.slack[index] if times.complete else "",
            "yes" if index in source.critical else "no", " ".join(each.task for each in task.dependencies),
            task.parallel_group or "", " ".join(task.required_skills),
            task.deadline.isoformat() if task.deadline is not None else "", " ".join(task.files),
        ]  # fmt: skip
        writer.writerow([_cell(each) if isinstance(each, str) else each for each in row])
    return text.getvalue()


def _cell(text: str) -> str:
    """A spreadsheet would take a cell that begins like a formula for one."""
    kept = clean(text, 10_000)
    return f"'{kept}" if kept.startswith(_FORMULA) else kept


def _json(source: _Source) -> str:
    times = source.analysis.times
    tasks = [
        {
            "id": source.id(index),
            "name": task.name,
            "description": task.description,
            "agent": source.agents[index],
            "priority": str(task.priority) if task.priority is not None else None,
            "estimate": source.seconds(index) if task.estimate is not None else None,
            "earliest_start": times.earliest_start[index] if times.complete else None,
            "slack": times.slack[index] if times.complete else None,
            "critical": index in source.critical,
            "dependencies": [
                {"task": each.task, "type": each.kind.value, "lag": each.lag} for each in task.dependencies
            ],
            "parallel_group": task.parallel_group,
            "required_skills": list(task.required_skills),
            "deadline": task.deadline.isoformat() if task.deadline is not None else None,
            "files": list(task.files),
            "success_criteria": list(task.success_criteria),
            "state": source.states[index].value if source.states else None,
        }
        for index, task in enumerate(source.plan.tasks)
    ]
    whole = {
        "goal": source.plan.header.goal.text,
        "start": source.plan.header.start.isoformat() if source.plan.header.start is not None else None,
        "critical_path": [source.id(each) for each in times.path] if times.complete else None,
        "tasks": tasks,
    }
    return json.dumps(whole, indent=2, ensure_ascii=True) + "\n"


def _graphml(source: _Source) -> str:
    import networkx

    # Its types are generic in what nodes are, which cannot be said here.
    library: Any = networkx
    graph = library.MultiDiGraph()
    for index, task in enumerate(source.plan.tasks):
        details = {
            "label": source.title(index),
            "task": clean(source.id(index)),
            "agent": clean(source.agents[index] or ""),
            "estimate": source.seconds(index),
            "critical": index in source.critical,
            "group": clean(task.parallel_group or ""),
        }
        graph.add_node(f"t{index + 1}", **details)
    for link in source.links:
        graph.add_edge(
            f"t{link.predecessor + 1}", f"t{link.successor + 1}", type=link.type.value, lag=link.lag
        )
    return "\n".join(library.generate_graphml(graph)) + "\n"


def _taskjuggler(source: _Source) -> Export:
    if source.plan.header.start is None:
        raise NotPossibleError(
            "TaskJuggler needs a date to start at", "write `start: 2026-11-23` into the plan"
        )
    if not source.analysis.times.complete:
        raise NotPossibleError("tasks wait for each other in a circle", "run `orchestrate check`")
    if not source.size:
        raise NotPossibleError("TaskJuggler has no projects without tasks", "write tasks below `tasks:`")
    if not years_fit(source.plan.header.start):
        raise NotPossibleError(
            "TaskJuggler knows only the years from 1970 to 2035", "write a `start:` between them"
        )
    names = [source.title(task) for task in range(source.size)]
    made = juggler_project(source.plan, source.analysis.network, names)
    return Export(made.text, made.left_out)


def _issues(source: _Source) -> Export:
    if not source.analysis.times.complete:
        raise NotPossibleError("tasks wait for each other in a circle", "run `orchestrate check`")
    lines = [
        "#!/bin/sh",
        "# Makes an issue for each task with the GitHub command line, those that others depend on first. Read it",
        "# before you run it; `gh repo set-default` says where the issues go.",
        "set -eu",
        "",
    ]
    before: list[list[int]] = [[] for _ in source.plan.tasks]
    for link in source.links:
        before[link.successor].append(link.predecessor)
    for index in source.analysis.network.topological_order:
        task = source.plan.tasks[index]
        body = [task.description.strip()] if task.description else []
        facts = [f"Estimate: {span(source.seconds(index))}"] if source.seconds(index) else []
        facts += [f"Agent: {source.agents[index]}"] if source.agents[index] else []
        facts += [f"Priority: {task.priority}"] if task.priority is not None else []
        body += ["  \n".join(facts)] if facts else []
        for title, items in (
            ("Success criteria", task.success_criteria),
            ("Definition of done", task.definition_of_done),
        ):
            if items:
                body.append("\n".join([f"{title}:", *(f"- [ ] {clean(each)}" for each in items)]))
        said = [shlex.quote(clean(line)) for part in body for line in ["", *part.splitlines()]][1:]
        others = list(dict.fromkeys(before[index]))
        if others:
            said += [*(["''"] if said else []), "'Depends on:'", *(f'"- $t{other + 1}"' for other in others)]
        title = shlex.quote(source.title(index))
        if said:
            text = " \\\n  ".join(["$(printf '%s\\n'", *said])
            lines.append(f't{index + 1}=$(gh issue create --title {title} --body "{text})")')
        else:
            lines.append(f"t{index + 1}=$(gh issue create --title {title} --body '')")
        lines.append(f'echo "$t{index + 1}"')
    return Export("\n".join(lines) + "\n", source.unsaid(types="an issue"))
