"""Everything in a plan but its tasks: top-level fields to a ``Header``."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping

from orchestrate_ls.plan.build_calendar import days_off, plan_calendar, working_hours
from orchestrate_ls.plan.build_gates import APPLIES_TO, quality_gates
from orchestrate_ls.plan.build_recovery import recovery_policies
from orchestrate_ls.plan.claims import parse_capacity, parse_percent, parse_ratio, parse_wall_time
from orchestrate_ls.plan.model import (
    Agent,
    Allocation,
    Goal,
    Header,
    Path,
    Spot,
    Template,
    Trigger,
)
from orchestrate_ls.plan.reading import Reader, fields_of, items_of, number_of, text_of, texts_of, truth_of
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Sequence, resolved


def build_header(fields: AnyMapping[str, AnyNode]) -> Header:
    """The header that the top-level fields describe, as far as it can be read."""
    reader = Reader()
    get = fields.get
    working = plan_calendar(get("calendar"), reader)
    calendar = working.lengths
    version = number_of(get("version"))
    agents, allocations = _agents(get("agents"), reader)
    return Header(
        version=int(version) if version is not None and version == int(version) else None,
        goal=_goal(get("goal"), get("analysis")),
        template=text_of(get("template")),
        concurrent_capacity=reader.read(get("concurrent_capacity"), ("concurrent_capacity",), parse_capacity),
        calendar=calendar,
        working=working.working,
        holidays=working.holidays,
        start=reader.moment(get("start"), ("start",), end_of_day=False),
        agents=agents,
        allocations=allocations,
        quality_gates=tuple(_gates(get("quality_gates"))),
        gates=quality_gates(get("quality_gates"), None),
        triggers=tuple(_triggers(get("replan_triggers"))),
        recovery=tuple(recovery_policies(fields)),
        templates=tuple(_templates(get("templates"))),
        wall_time_claim=reader.read(
            get("estimated_wall_time"),
            ("estimated_wall_time",),
            lambda value: parse_wall_time(value, calendar),
        ),
        efficiency_claim=reader.read(get("efficiency_gain"), ("efficiency_gain",), parse_percent),
        keys=tuple(fields),
        unreadable=tuple(reader.unreadable),
    )


def _goal(goal: AnyNode | None, analysis: AnyNode | None) -> Goal:
    fields = fields_of(analysis)
    return Goal(
        text=text_of(goal),
        primary=text_of(fields.get("primary_goal")),
        key_features=texts_of(fields.get("key_features")),
        implied_requirements=texts_of(fields.get("implied_requirements")),
        technical_scope=texts_of(fields.get("technical_scope")),
        estimated_complexity=text_of(fields.get("estimated_complexity")),
    )


def _agents(node: AnyNode | None, reader: Reader) -> tuple[tuple[Agent, ...], tuple[Allocation, ...]]:
    """All three forms: a list of mappings with an id, a mapping from ids, and the allocation list."""
    agents: dict[str, Agent] = {}
    allocations: list[Allocation] = []

    def declare(agent: Agent) -> None:
        agents.setdefault(agent.id, agent)

    def by_name(mapping: Mapping, path: Path) -> None:
        for entry in mapping.entries:
            name = text_of(entry.key)
            if name is None:
                continue
            place: Path = (*path, name)
            target = resolved(entry.value)
            if isinstance(target, Mapping):
                declare(_agent(name, Spot(None, place, "key"), target, place, reader))
                continue
            declare(Agent(name, Spot(None, place, "key")))
            if target is not None and (isinstance(target, Sequence) or text_of(target) is not None):
                allocations.append(Allocation(name, _task_ids(target), Spot(None, place)))

    target = resolved(node) if node is not None else None
    if isinstance(target, Mapping):
        by_name(target, ("agents",))
    elif isinstance(target, Sequence):
        for index, item in enumerate(target.items):
            path: Path = ("agents", index)
            value = resolved(item)
            if isinstance(value, Mapping):
                name = text_of(fields_of(value).get("id"))
                if name is not None:
                    declare(_agent(name, Spot(None, (*path, "id")), value, path, reader))
                elif value.entry("id") is None:
                    by_name(value, path)
            elif (name := text_of(item)) is not None:
                declare(Agent(name, Spot(None, path)))
    return tuple(agents.values()), tuple(allocations)


def _task_ids(node: AnyNode) -> tuple[str, ...]:
    if isinstance(node, Sequence):
        return texts_of(node)
    return tuple(part.strip() for part in (text_of(node) or "").split(",") if part.strip())


def _agent(name: str, spot: Spot, node: Mapping, path: Path, reader: Reader) -> Agent:
    fields = fields_of(node)
    get = fields.get
    return Agent(
        id=name,
        spot=spot,
        skills=texts_of(get("skills")),
        experience_level=text_of(get("experience_level")),
        capacity=reader.read(get("capacity"), (*path, "capacity"), parse_capacity),
        availability=truth_of(get("availability")),
        current_load=_ratio(get("current_load"), (*path, "current_load"), reader),
        recent_performance=_ratio(get("recent_performance"), (*path, "recent_performance"), reader),
        backup=text_of(get("backup")),
        working=working_hours(get("calendar"), (*path, "calendar"), reader),
        away=days_off(get("away"), (*path, "away"), reader),
        details=path,
    )


def _ratio(node: AnyNode | None, path: Path, reader: Reader) -> float | None:
    return reader.read(node, path, parse_ratio)


def _gates(node: AnyNode | None) -> Iterator[tuple[str, Spot]]:
    """Gates and the checks inside them: a task may name either."""
    target = resolved(node) if node is not None else None
    if not isinstance(target, Mapping):
        for item, path in items_of(node, ("quality_gates",)):
            if (name := text_of(item)) is not None:
                yield name, Spot(None, path)
        return
    for gate, value in fields_of(target).items():
        path: Path = ("quality_gates", gate)
        yield gate, Spot(None, path, "key")
        for check, inner in fields_of(value).items():
            if check in APPLIES_TO:
                continue
            yield check, Spot(None, (*path, check), "key")
            for item, place in items_of(inner, (*path, check)):
                if isinstance(resolved(item), Mapping):
                    for name in fields_of(item):
                        yield name, Spot(None, (*place, name), "key")
                elif isinstance(resolved(inner), Sequence) and (name := text_of(item)) is not None:
                    yield name, Spot(None, place)


def _triggers(node: AnyNode | None) -> Iterator[Trigger]:
    for item, path in items_of(node, ("replan_triggers",)):
        fields = fields_of(item)
        condition = text_of(fields.get("condition"))
        if condition is not None:
            yield Trigger(
                condition,
                text_of(fields.get("action")),
                text_of(fields.get("severity")),
                Spot(None, (*path, "condition")),
            )


def _templates(node: AnyNode | None) -> Iterator[Template]:
    for name, value in fields_of(node).items():
        fields = fields_of(value)
        phases: list[str] = []
        optional: list[str] = list(texts_of(fields.get("optional_phases")))
        for item, _ in items_of(fields.get("phases"), ()):
            details = fields_of(item)
            phase = text_of(details.get("name")) or text_of(details.get("id")) if details else text_of(item)
            if phase is None:
                continue
            phases.append(phase)
            if details and truth_of(details.get("optional")):
                optional.append(phase)
        yield Template(
            name=name,
            phases=tuple(phases),
            default_agents=texts_of(fields.get("default_agents")),
            optional_phases=tuple(optional),
            priority=text_of(fields.get("priority")),
            fast_track=truth_of(fields.get("fast_track")) or False,
            quality_focus=text_of(fields.get("quality_focus")),
            spot=Spot(None, ("templates", name), "key"),
        )
