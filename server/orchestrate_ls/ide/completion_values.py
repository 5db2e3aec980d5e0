"""Which values suit a place: what the schema lists, and the names and figures that the plan uses already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Final

from orchestrate_ls.agents.selection import DEFAULT_SELECTION
from orchestrate_ls.ide.completion_allocation import allocated_tasks, is_allocation
from orchestrate_ls.ide.completion_conditions import action_choices
from orchestrate_ls.ide.completion_moments import moments
from orchestrate_ls.ide.completion_offers import Choice, Data, Kind
from orchestrate_ls.ide.completion_place import Path, Place
from orchestrate_ls.ide.completion_tasks import MOST, Found, is_scattered_in, tasks_to_choose, waiting_for
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Agent, Plan, Task
from orchestrate_ls.plan.schema import DURATIONS, FieldDoc, PlanSchema
from orchestrate_ls.rules.agent_choice import best_agents
from orchestrate_ls.rules.context import KnownAgent, RuleContext, Thresholds
from orchestrate_ls.rules.duplicate_task_id import next_free_id
from orchestrate_ls.rules.engine import PlanCheck
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.text.display import shown

_USUAL_DURATIONS: Final = ("30m", "1h", "2h", "4h", "6h", "8h", "2d", "1w")
_USUAL_LAGS: Final = ("30m", "1h", "2h", "1d", "-30m", "-1h")
_MOST_DURATIONS: Final = 12
_FIRST_ID: Final = "T1"
_NEW_TASK: Final = "new-task"
_SHOWN_SKILLS: Final = 6


@dataclass(frozen=True, slots=True)
class Known:
    """What values are chosen from."""

    place: Place
    path: Path
    """Of the value, which may be that of an item to come."""
    schema: PlanSchema
    known_agents: tuple[KnownAgent, ...]
    earlier: PlanCheck | None
    """What was found in this plan, perhaps in an earlier version of it."""

    @property
    def plan(self) -> Plan:
        return self.place.source.plan

    @property
    def task(self) -> Task | None:
        """The task at hand."""
        return None if self.place.task is None else self.plan.tasks[self.place.task]


def choices_at(known: Known) -> Found:
    """The values for a place, the best first."""
    path = known.path
    if _is_task_id(path):
        return _tasks(known)
    if is_allocation(known.place):
        return allocated_tasks(known.place)
    source = _source_of(path)
    doc = known.schema.field_at(path)
    if source is not None:
        choices = source(known)
    elif doc is None:
        choices = ()
    elif doc.kind in DURATIONS:
        choices = _durations(known, doc)
    elif doc.kind == "moment":
        choices = moments(known.plan, path, known.earlier)
    else:
        choices = _listed(doc, path)
    return _some_of(list(choices), known.place.prefix)


def _some_of(choices: list[Choice], prefix: str) -> Found:
    """All, or where they are too many, those that fit what is typed already."""
    if len(choices) <= MOST:
        return Found(choices, cut=False)
    sought = prefix.casefold()
    return Found(
        [each for each in choices if is_scattered_in(sought, each.value.casefold())][:MOST], cut=True
    )


def next_task_id(plan: Plan, before: int | None) -> str:
    """The id for a task to come: after ``T3`` the next free number, in plans with names for ids a new name."""
    nearby = plan.tasks[: before + 1] if before is not None else plan.tasks
    like = next((task.id for task in reversed(nearby[-5:]) if task.id is not None), None)
    if like is None:
        like = next((task.id for task in plan.tasks if task.id is not None), None)
    if like is None:
        return _FIRST_ID
    if like[-1:].isdecimal() and like.isascii():
        return next_free_id(plan, like)
    return _NEW_TASK if _NEW_TASK not in plan.index_of else next_free_id(plan, _NEW_TASK)


def agent_choices(known: Known, task: Task | None) -> list[Choice]:
    """All agents, those that suit a task best first."""
    place = known.place
    by_id = {agent.id: agent for agent in known.known_agents}
    # Choosing an agent looks at no schedule, so there need be none.
    nothing = NetworkAnalysis(Network((), ()))
    selection = known.earlier.given.settings.selection if known.earlier is not None else DEFAULT_SELECTION
    context = RuleContext(place.source, nothing, Thresholds(), by_id, None, selection=selection)
    declared = {agent.id: agent for agent in known.plan.header.agents}
    busy = Counter(map(attrgetter("agent"), known.plan.tasks))
    everyone: dict[str, None] = {}
    if task is not None:
        everyone = dict.fromkeys(best_agents(context, task, len(declared) + len(by_id) or _MOST_DURATIONS))
    everyone.update(dict.fromkeys([*declared, *by_id]))
    if not declared and not by_id:
        everyone.update(dict.fromkeys(name for name in busy if name is not None))
    return [_agent_choice(name, declared.get(name), by_id.get(name), busy[name]) for name in everyone]


def _agent_choice(name: str, declared: Agent | None, known: KnownAgent | None, tasks: int) -> Choice:
    skills = declared.skills if declared is not None else ()
    if not skills and known is not None:
        skills = known.skills
    detail = [shown(", ".join(skills[:_SHOWN_SKILLS]), 100)] if skills else []
    if not skills and known is not None and known.inferred_skills:
        detail = [shown("probably " + ", ".join(known.inferred_skills[:_SHOWN_SKILLS]), 100)]
    load = [f"{tasks} {'task' if tasks == 1 else 'tasks'}"]
    if declared is not None:
        if declared.experience_level is not None:
            detail.append(shown(declared.experience_level))
        if declared.current_load is not None:
            load.append(f"load {round(100 * declared.current_load)}%")
        if declared.availability is False:
            load.append("not available")
    elif known is not None and known.origin:
        detail.append(f"from {shown(known.origin)}")
    return Choice(name, Kind.AGENT, "; ".join(detail), ", ".join(load), data={"agent": name})


_Source = Callable[[Known], Iterable[Choice]]


def _is_task_id(path: Path) -> bool:
    """Whether a task is named here."""
    if path[:1] == ("tasks",) and len(path) > 2 and path[2] == "dependencies":
        return len(path) <= 4 or path[4:] == ("task",)
    return path[:1] == ("task_metrics",) and path[2:] == ("task_id",)


def _source_of(path: Path) -> _Source | None:
    """Where the values of a place come from, if not from the schema."""
    if path == ("template",):
        return _templates
    if len(path) == 3 or (len(path) == 4 and isinstance(path[3], int)):
        return _SOURCES.get((path[0], path[2]))
    return None


def _tasks(known: Known) -> Found:
    place, plan = known.place, known.plan
    index = place.task
    present = set(place.list_present)
    without: set[int] = set()
    near = len(plan.tasks) if place.task_before is None else place.task_before + 1
    if index is not None:
        near = index
        without = waiting_for(plan, index, known.earlier)
        without.add(index)
        own = place.word if place.word not in place.list_present else None
        present.update(each.task for each in plan.tasks[index].dependencies if each.task != own)
    own_id = plan.tasks[index].id if index is not None else None
    if own_id is not None:
        present.add(own_id)
    return tasks_to_choose(plan, near, without, frozenset(present), place.prefix)


def _agents(known: Known) -> Iterable[Choice]:
    present = known.place.list_present if isinstance(known.path[-1], int) else frozenset[str]()
    return [each for each in agent_choices(known, known.task) if each.value not in present]


def _backups(known: Known) -> Iterable[Choice]:
    own = known.place.fields.get("id", known.path[1])
    return [each for each in agent_choices(known, None) if each.value != own]


def _skills(known: Known) -> Iterable[Choice]:
    """The skills that agents have, then those that other tasks ask for."""
    having: dict[str, list[str]] = {}
    for agent in (*known.plan.header.agents, *known.known_agents):
        for skill in dict.fromkeys(agent.skills):
            having.setdefault(skill, []).append(agent.id)
    for skill in dict.fromkeys(chain.from_iterable(map(attrgetter("required_skills"), known.plan.tasks))):
        having.setdefault(skill, [])
    for skill, agents in having.items():
        if skill not in known.place.list_present:
            who = shown(", ".join(agents[:_SHOWN_SKILLS]), 100) if agents else "no agent has it"
            yield Choice(skill, Kind.NAME, who)


def _used(field: str) -> _Source:
    """The values that the plan's tasks have in a field, the most frequent first."""
    get = attrgetter(field)

    def source(known: Known) -> Iterable[Choice]:
        used = Counter(map(get, known.plan.tasks))
        used.pop(None, None)
        if known.task is not None and (own := get(known.task)) in used and used[own] == 1:
            del used[own]  # what is being typed
        for value, count in used.most_common():
            yield Choice(value, Kind.NAME, description=f"{count} {'task' if count == 1 else 'tasks'}")

    return source


def _gates(known: Known) -> Iterable[Choice]:
    # What a gate says of itself is no gate.
    fields = known.schema.fields_at(("quality_gates", "")).keys()
    names = dict.fromkeys(name for name, _ in known.plan.header.quality_gates)
    used: dict[str, None] = {}
    if not names:
        used = dict.fromkeys(name for task in known.plan.tasks for name, _ in task.quality_gates)
    present = known.place.list_present
    own = {known.place.word} - set(names)
    return [
        Choice(name, Kind.NAME) for name in names | used if name not in fields and name not in present | own
    ]


def _held_tasks(known: Known) -> Iterable[Choice]:
    for task in known.plan.tasks:
        if task.id is not None and task.id not in known.place.list_present:
            yield Choice(task.id, Kind.NAME, task.name or "")


def _templates(known: Known) -> Iterable[Choice]:
    doc = known.schema.field_at(known.path)
    own = {template.name: template for template in known.plan.header.templates}
    for name, template in own.items():
        yield Choice(name, Kind.NAME, shown(", ".join(template.phases), 100), "of this plan")
    if doc is not None:
        for value in doc.values:
            if value not in own:
                yield Choice(value, Kind.CHOICE, doc.value_descriptions.get(value, ""))


def _new_id(known: Known) -> Iterable[Choice]:
    if known.task is not None and known.task.id is not None:
        return
    name = next_task_id(known.plan, known.place.task_before)
    yield Choice(name, Kind.NAME, "the next free id")


def _durations(known: Known, doc: FieldDoc) -> Iterable[Choice]:
    """Durations as the plan uses them, the most frequent first, then usual ones."""
    used: Counter[int] = Counter()
    if doc.kind != "lag":
        estimates = [task.estimate.likely for task in known.plan.tasks if task.estimate is not None]
        used = Counter(estimates)
    ranked = sorted(used.items(), key=lambda each: (-each[1], each[0]))[:_MOST_DURATIONS]
    seen: set[str] = set()
    for seconds, count in ranked:
        text = format_duration(seconds)
        seen.add(text)
        yield Choice(
            text,
            Kind.DURATION,
            description=f"{count} {'estimate' if count == 1 else 'estimates'} in this plan",
        )
    for text in _USUAL_LAGS if doc.kind == "lag" else _USUAL_DURATIONS:
        if text not in seen:
            yield Choice(text, Kind.DURATION)


def _listed(doc: FieldDoc, path: Path) -> Iterable[Choice]:
    """What the schema says may be chosen, or gives as an example where only examples can help."""
    for value in doc.values:
        data: Data = {"field": list(path), "value": value}
        yield Choice(value, Kind.CHOICE, doc.value_descriptions.get(value, ""), as_is=True, data=data)
    if doc.kind == "expectation" or doc.title == "Check":
        for example in doc.examples:
            if isinstance(example, str):
                yield Choice(example, Kind.CHOICE, "for example")


_SOURCES: Final[dict[tuple[str | int, str | int], _Source]] = {
    ("tasks", "id"): _new_id,
    ("tasks", "agent"): _agents,
    ("tasks", "required_skills"): _skills,
    ("tasks", "parallel_group"): _used("parallel_group"),
    ("tasks", "quality_gates"): _gates,
    ("tasks", "model"): _used("model"),
    ("agents", "skills"): _skills,
    ("agents", "backup"): _backups,
    ("quality_gates", "for_tasks"): _held_tasks,
    ("quality_gates", "for_groups"): _used("parallel_group"),
    ("templates", "default_agents"): _agents,
    ("templates", "quality_focus"): _gates,
    ("replan_triggers", "action"): lambda _: action_choices(),
}
"""By the first and the third step of the path: between them is an index or a name."""
