"""What is known of the thing at a place: a task, an agent, a field, or the rule that a comment silences."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from orchestrate_ls.ide.cursor import Cursor, On, cursor_at
from orchestrate_ls.ide.inlay_hints import dates_of, span_of_dates
from orchestrate_ls.ide.markup import MOST_LISTED, Markup
from orchestrate_ls.ide.names import NameKind, Occurrence, Role, name_at
from orchestrate_ls.ide.plan_standing import status_of
from orchestrate_ls.ide.rule_page import UnknownRuleError, page_of, rule_named
from orchestrate_ls.plan.duration import DurationError, format_duration, parse_duration
from orchestrate_ls.plan.schema import FieldDoc, PlanSchema
from orchestrate_ls.progress.condition_names import condition_name, trigger_action
from orchestrate_ls.progress.conditions import token_at
from orchestrate_ls.progress.plan_progress import standing
from orchestrate_ls.progress.status import Stand
from orchestrate_ls.rules.engine import FileCheck, PlanCheck
from orchestrate_ls.rules.suppressions import suppressions_in
from orchestrate_ls.syntax.scalar_places import offset_in_content, place_in_scalar
from orchestrate_ls.syntax.tree import Scalar
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import quoted

if TYPE_CHECKING:
    from orchestrate_ls.schedule.plan_schedule import PlanSchedule

_MOST_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show (Markdown or plain text, as asked for) and what it is about, in code points of the file."""

    text: str
    start: int
    end: int


def hover(check: FileCheck, schema: PlanSchema, offset: int, *, markdown: bool) -> Hover | None:
    """What is known of the thing at an offset; None where there is nothing to say."""
    cursor = cursor_at(check.file, offset)
    if cursor is None:
        return None
    rule = _rule(cursor)
    if rule is not None:
        return rule
    occurrence = name_at(cursor)
    if occurrence is not None:
        page = Markup(markdown)
        plan = check.plans[cursor.plan]
        _about_name(page, plan, occurrence)
        if page.text:
            return Hover(page.text, occurrence.start, occurrence.end)
    return _part_of_trigger(cursor, markdown) or _field(cursor, schema, markdown)


def _part_of_trigger(cursor: Cursor, markdown: bool) -> Hover | None:
    """A name or duration in a trigger's condition, or its action."""
    path, node = cursor.root_path, cursor.node
    if cursor.on is not On.VALUE or path[:1] != ("replan_triggers",) or not isinstance(node, Scalar):
        return None
    start, end = cursor.base + node.start, cursor.base + node.end
    page = Markup(markdown)
    if path[2:] == ("action",):
        action = trigger_action(node.text)
        if action is None:
            return None
        page.title(f"Action {page.code(action.name)}")
        page.paragraph(action.meaning)
        return Hover(page.text, start, end)
    written = cursor.text[node.start : node.end]
    at = offset_in_content(node, written, cursor.offset - start)
    token = token_at(node.text, at) if path[2:] == ("condition",) and at is not None else None
    if token is None:
        return None
    kind, first, last = token
    text = node.text[first:last]
    known = condition_name(text) if kind == "NAME" else None
    if known is not None:
        page.title(f"{page.code(known.name)}: {known.type}")
        page.paragraph(known.meaning)
        page.paragraph("Measured for each task." if known.of_task else "Measured for the plan as a whole.")
    elif kind == "DURATION":
        try:
            seconds = parse_duration(text, cursor.source.plan.header.calendar)
        except DurationError:
            return None
        page.title(f"{page.code(text)} is {format_duration(seconds)}")
    else:
        return None
    place = place_in_scalar(node, written, first, last)
    return Hover(page.text, start + place[0], start + place[1]) if place is not None else None


def _rule(cursor: Cursor) -> Hover | None:
    at = cursor.offset - cursor.base
    for suppression in suppressions_in(cursor.text):
        for code in suppression.codes:
            if code.start <= at <= code.end:
                try:
                    text = page_of(rule_named(code.name))
                except UnknownRuleError as error:
                    advice = f"; did you mean {quoted(error.nearest)}?" if error.nearest else ""
                    text = f"there is no rule {quoted(code.name)}{advice}"
                return Hover(text, cursor.base + code.start, cursor.base + code.end)
    return None


def _about_name(page: Markup, plan: PlanCheck, occurrence: Occurrence) -> None:
    match occurrence.name.kind:
        case NameKind.TASK:
            index = plan.source.plan.index_of.known.get(occurrence.name.text)
            if occurrence.role is Role.DECLARATION and occurrence.task is not None:
                index = occurrence.task
            if index is not None:
                _about_task(page, plan, index)
            else:
                page.title(f"{page.code(occurrence.name.text)} is no task of this plan")
        case NameKind.AGENT:
            _about_agent(page, plan, occurrence.name.text)
        case NameKind.GROUP:
            _about_group(page, plan, occurrence.name.text)
        case NameKind.SKILL:
            _about_skill(page, plan, occurrence.name.text)
        case NameKind.GATE:
            _about_gate(page, plan, occurrence.name.text)


def _about_task(page: Markup, plan: PlanCheck, index: int) -> None:
    model, names = plan.source.plan, _names(plan)
    task = model.tasks[index]
    calendar = model.header.calendar
    title = page.code(names(index))
    page.title(f"Task {title}: {page.code(task.name)}" if task.name and task.id else f"Task {title}")
    if task.description:
        page.paragraph(page.code(" ".join(task.description.split()), 300))
    times = plan.analysis.times

    def span(seconds: int) -> str:
        return format_duration(seconds, calendar)

    facts: list[tuple[str, str]] = []
    if task.estimate is None:
        facts.append(("Estimate", "none, so it counts as taking no time"))
    else:
        facts.append(("Expected estimate", span(task.estimate.expected)))
    facts.append(("Earliest start", _moment(times.earliest_start[index], span)))
    facts.append(("Earliest finish", _moment(times.earliest_finish[index], span)))
    status = status_of(plan, index)
    if status is not None and (words := standing(status)):
        facts.insert(0, ("Progress", page.code(words, 200) if status.stand is Stand.BLOCKED else words))
        if status.forecast_finish is not None:
            facts.insert(1, ("Expected finish", f"about {status.forecast_finish:%Y-%m-%d %H:%M} UTC"))
    schedule = plan.shown_schedule
    if schedule is not None:
        facts.append(("Scheduled", _scheduled(schedule, index, span)))
    slack = times.slack[index]
    critical = "critical: a delay puts off the whole plan"
    facts.append(("Slack", f"none ({critical})" if slack <= 0 else f"{span(slack)} (not critical)"))
    network = plan.analysis.network
    if index < len(network.predecessors):
        facts.append(("Waits for", _tasks(page, plan, _unique(network.predecessors[index])) or "nothing"))
        facts.append(("Blocks", _tasks(page, plan, _unique(network.successors[index])) or "nothing"))
    if task.agent:
        facts.append(("Agent", page.code(task.agent)))
    page.facts(facts)
    if any(index in component for component in plan.analysis.components):
        page.paragraph("It waits for itself in a circle; the times leave out the links of the circle.")


def _scheduled(schedule: PlanSchedule, index: int, span: Callable[[int], str]) -> str:
    dates = dates_of(schedule, index)
    if dates is not None:
        return span_of_dates(*dates)
    start, finish = schedule.starts[index], schedule.finishes[index]
    return f"{_moment(start, span)}, finished {_moment(finish, span)}"


def _moment(seconds: int, span: Callable[[int], str]) -> str:
    return "at the start" if seconds == 0 else f"{span(seconds)} after the start"


def _unique(indices: list[int]) -> list[int]:
    return list(dict.fromkeys(indices))


def _tasks(page: Markup, plan: PlanCheck, indices: list[int]) -> str:
    """Tasks by name, of many the first few."""
    names = _names(plan)
    return page.codes([names(each) for each in indices[:MOST_LISTED]], len(indices))


def _names(plan: PlanCheck) -> Callable[[int], str]:
    tasks = plan.source.plan.tasks
    return lambda index: tasks[index].id or tasks[index].name or f"task {index + 1}"


def _about_agent(page: Markup, plan: PlanCheck, name: str) -> None:
    model = plan.source.plan
    agent = next((each for each in model.header.agents if each.id == name), None)
    page.title(f"Agent {page.code(name)}")
    facts: list[tuple[str, str]] = []
    if agent is None:
        known = plan.given.known_agents.get(name)
        where = f"defined in {page.code(known.origin)}" if known is not None and known.origin else None
        page.paragraph(
            where or ("known from outside this plan" if known else "This plan does not declare it.")
        )
        if known is not None and known.skills:
            facts.append(("Skills", page.codes(known.skills)))
        if known is not None and known.inferred_skills:
            facts.append(("Skills, inferred from its definition", page.codes(known.inferred_skills)))
    else:
        if agent.skills:
            facts.append(("Skills", page.codes(agent.skills)))
        if agent.experience_level:
            facts.append(("Level", page.code(agent.experience_level)))
        if agent.capacity is not None:
            facts.append(("Tasks at once", str(agent.capacity)))
        if agent.availability is False:
            facts.append(("Available", "no"))
        if agent.current_load is not None:
            facts.append(("Present load", f"{agent.current_load:.0%}"))
        if agent.backup:
            facts.append(("Backup", page.code(agent.backup)))
    mine = [index for index, task in enumerate(model.tasks) if task.agent == name]
    facts.append(("Tasks", f"{len(mine)} ({_tasks(page, plan, mine)})" if mine else "none"))
    work = sum(estimate.expected for each in mine if (estimate := model.tasks[each].estimate) is not None)
    facts.append(("Load", f"{work / 3600:g}h assigned"))
    page.facts(facts)


def _about_group(page: Markup, plan: PlanCheck, name: str) -> None:
    tasks = plan.source.plan.tasks
    page.title(f"Parallel group {page.code(name)}")
    mine = [index for index, task in enumerate(tasks) if task.parallel_group == name]
    page.facts([("Tasks", f"{len(mine)} ({_tasks(page, plan, mine)})")])


def _about_skill(page: Markup, plan: PlanCheck, name: str) -> None:
    model = plan.source.plan
    page.title(f"Skill {page.code(name)}")
    have = [agent.id for agent in model.header.agents if name in agent.skills]
    need = [index for index, task in enumerate(model.tasks) if name in task.required_skills]
    page.facts(
        [
            ("Agents with it", page.codes(have) or "none"),
            ("Tasks that need it", _tasks(page, plan, need) or "none"),
        ]
    )


def _about_gate(page: Markup, plan: PlanCheck, name: str) -> None:
    model = plan.source.plan
    page.title(f"Quality gate {page.code(name)}")
    if not any(gate == name for gate, _ in model.header.quality_gates):
        page.paragraph("This plan does not declare it.")
    mine = [
        index for index, task in enumerate(model.tasks) if any(gate == name for gate, _ in task.quality_gates)
    ]
    page.facts([("Tasks that name it", _tasks(page, plan, mine) or "none")])


def _field(cursor: Cursor, schema: PlanSchema, markdown: bool) -> Hover | None:
    if cursor.on is On.BETWEEN or cursor.node is None:
        return None
    path = cursor.root_path
    doc = schema.field_at(path)
    # On an item of a list, the list is what the schema speaks of.
    while doc is None and path and isinstance(path[-1], int) and cursor.on is On.VALUE:
        path = path[:-1]
        doc = schema.field_at(path)
    if doc is None or not (doc.title or doc.description):
        return None
    page = Markup(markdown)
    _about_field(page, doc)
    return Hover(page.text, cursor.base + cursor.node.start, cursor.base + cursor.node.end)


def _about_field(page: Markup, doc: FieldDoc) -> None:
    name = page.code(doc.name)
    page.title(f"{name}: {doc.title}" if doc.title else name)
    if doc.description:
        page.paragraph(doc.description)
    if doc.values:
        if doc.value_descriptions:
            page.facts((page.code(each), doc.value_descriptions.get(each, "")) for each in doc.values)
        else:
            page.facts([("Values", page.codes(doc.values))])
    if doc.default is not None:
        page.facts([("Default", page.code(_as_yaml(doc.default)))])
    if doc.examples:
        page.example("\n".join(f"{doc.name}: {_as_yaml(each)}" for each in doc.examples[:_MOST_EXAMPLES]))


def _as_yaml(value: object) -> str:
    """JSON data in one line of YAML as people write it."""
    if isinstance(value, str):
        return write_scalar(value, in_flow=True)
    if isinstance(value, list):
        return f"[{', '.join(map(_as_yaml, cast('list[object]', value)))}]"
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return (
            f"{{{', '.join(f'{write_scalar(key, in_flow=True)}: {_as_yaml(each)}' for key, each in pairs)}}}"
        )
    return json.dumps(value)
