"""What is shown beside an offer when someone looks at it: worked out only then, from the data the offer carries.

Texts from the plan are the user's own and stay harmless: no links, images or HTML of theirs come to life.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from orchestrate_ls.ide.completion_levels import Path
from orchestrate_ls.ide.rule_page import UnknownRuleError, page_of, rule_named
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan, Priority
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.text.display import shown

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()<>#+!|~&-])")
_LONGEST: Final = 1_000
_MOST_EXAMPLES: Final = 3
_MOST_TASKS: Final = 10


def documentation_of(
    data: Mapping[str, Any],
    file: PlanFile | None,
    schema: PlanSchema,
    known_agents: Mapping[str, KnownAgent],
    *,
    markdown: bool,
) -> str | None:
    """The text for an offer's data, as it came back from the client; None where there is nothing to say."""
    paragraphs: list[str] = []
    field, task, agent, rule = (data.get(name) for name in ("field", "task", "agent", "rule"))
    plans = [source.plan for source in file.sources] if file is not None else []
    if isinstance(field, list):
        paragraphs = list(_field(schema, cast("list[object]", field), data.get("value")))
    elif isinstance(task, str):
        paragraphs = list(_task(plans, task))
    elif isinstance(agent, str):
        paragraphs = list(_agent(plans, agent, known_agents))
    elif isinstance(rule, str):
        paragraphs = list(_rule(rule))
    text = "\n\n".join(paragraphs)
    return (text if markdown else _plain(text)) or None


def _field(schema: PlanSchema, steps: Sequence[object], value: object) -> Iterator[str]:
    path: Path = tuple(step for step in steps if isinstance(step, (str, int)))
    doc = schema.field_at(path)
    if doc is None:
        return
    if isinstance(value, str) and value in doc.value_descriptions:
        yield doc.value_descriptions[value]
    yield f"**{doc.title}**{' (required)' if doc.required else ''}"
    if doc.description:
        yield doc.description
    if doc.values:
        yield "One of " + ", ".join(f"`{each}`" for each in doc.values) + "."
    if doc.examples:
        yield "For example:"
        examples = [_as_yaml(each) for each in doc.examples[:_MOST_EXAMPLES]]
        yield "```yaml\n" + "\n".join(f"{doc.name}: {each}" for each in examples) + "\n```"


def _as_yaml(value: object) -> str:
    """JSON data in flow style; texts stay without quotes where they can."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_yaml, cast("list[object]", value))) + "]"
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return "{" + ", ".join(f"{key}: {_as_yaml(each)}" for key, each in entries.items()) + "}"
    if isinstance(value, str):
        from orchestrate_ls.syntax.writing import write_scalar

        return write_scalar(value, in_flow=True)
    return json.dumps(value)


def _task(plans: Sequence[Plan], name: str) -> Iterator[str]:
    plan = next((plan for plan in plans if name in plan.index_of), None)
    if plan is None:
        return
    task = plan.tasks[plan.index_of[name]]
    yield f"**{_safe(name)}**" + (f" {_safe(task.name)}" if task.name else "")
    if task.description:
        yield _safe(task.description)
    facts: list[str] = []
    if task.estimate is not None:
        facts.append(f"Takes {format_duration(task.estimate.expected)}")
    if task.agent is not None:
        facts.append(f"done by {_safe(task.agent)}")
    if task.priority is not None:
        word = task.priority.value if isinstance(task.priority, Priority) else f"{task.priority:g}"
        facts.append(f"priority {word}")
    if facts:
        yield "; ".join(facts) + "."
    if task.dependencies:
        waited = [_safe(each.task) for each in task.dependencies[:_MOST_TASKS]]
        rest = len(task.dependencies) - len(waited)
        yield "Waits for " + ", ".join(waited) + (f" and {rest} more." if rest else ".")


def _agent(plans: Sequence[Plan], name: str, known_agents: Mapping[str, KnownAgent]) -> Iterator[str]:
    yield f"**{_safe(name)}**"
    declared = next((agent for plan in plans for agent in plan.header.agents if agent.id == name), None)
    known = known_agents.get(name)
    skills = declared.skills if declared is not None else ()
    if not skills and known is not None:
        skills = known.skills
    if skills:
        yield "Skills: " + ", ".join(map(_safe, skills)) + "."
    if known is not None and known.inferred_skills:
        yield "Skills, inferred: " + ", ".join(map(_safe, known.inferred_skills)) + "."
    if known is not None and known.origin:
        yield f"Known from {_safe(known.origin)}."
    facts: list[str] = []
    if declared is not None:
        facts = [
            f"{label}: {value}"
            for label, value in (
                ("experience", _safe(declared.experience_level) if declared.experience_level else None),
                ("tasks at once", declared.capacity),
                ("load", _percent(declared.current_load)),
                ("recent performance", _percent(declared.recent_performance)),
                ("backup", _safe(declared.backup) if declared.backup else None),
                ("available", "no" if declared.availability is False else None),
            )
            if value is not None
        ]
    if facts:
        yield "; ".join(facts).capitalize() + "."
    tasks = [task for plan in plans for task in plan.tasks if task.agent == name]
    if tasks:
        total = sum(task.estimate.expected for task in tasks if task.estimate is not None)
        names = ", ".join(_safe(task.id or task.name or "?") for task in tasks[:_MOST_TASKS])
        more = f" and {len(tasks) - _MOST_TASKS} more" if len(tasks) > _MOST_TASKS else ""
        yield f"Does {names}{more}: {format_duration(total)} in all."


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{round(100 * share)}%"


def _rule(code: str) -> Iterator[str]:
    try:
        yield page_of(rule_named(code))
    except UnknownRuleError:
        return


def _safe(text: str) -> str:
    """A user's text so that it shows as it is."""
    return _MARKS.sub(r"\\\1", " ".join(shown(text, _LONGEST).split()))


def _plain(text: str) -> str:
    """Markdown as a reader without it would write it."""
    text = re.sub(r"```\w*\n(.*?)\n```", r"\1", text, flags=re.DOTALL)
    text = re.sub(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"\1", text)
    return re.sub(r"\\([\\`*_{}\[\]()<>#+!|~&-])", r"\1", text)
