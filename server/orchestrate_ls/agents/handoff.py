"""What an agent is handed with a task: everything it needs to work from, out of the plan alone.

Plain data and text; texts are the plan's own, so whoever prints them on a terminal or into a prompt has to make them
harmless there. Who has a journal knows more of what is done, and passes it in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast

from orchestrate_ls.agents.definition import AgentDefinition
from orchestrate_ls.plan.build_gates import APPLIES_TO
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan, Priority, Spot, Task
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_gates import gates_for
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_project import assigned_agents
from orchestrate_ls.syntax.plain import to_plain

NOTHING: Final = "not given in the plan"
_DONE_WORDS: Final = ("completed", "complete", "done", "finished")
_MOST_CHECKS: Final = 100


@dataclass(frozen=True, slots=True)
class TaskReference:
    """Another task: its id (or else name or number), its name and what it is about.

    ``done`` is None where nobody said; ``result`` is what was reported of it, ``writes`` the files that it leaves.
    """

    task: str
    name: str | None
    description: str | None
    done: bool | None = None
    result: str | None = None
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateAsked:
    """A quality gate that the task has to pass, and what it checks, as far as the plan says."""

    name: str
    checks: tuple[str, ...] = ()
    state: str | None = None
    """How it stands, where somebody knows: `passed`, or what is missing."""


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """What the agent's definition file says of it. ``tools`` is None where it does not say."""

    description: str
    tools: tuple[str, ...] | None
    model: str | None
    inferred_skills: tuple[str, ...]
    instructions: str
    origin: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """A task with its context. ``time_budget`` is in seconds of working time; None where the plan says nothing."""

    task: str
    name: str | None
    description: str | None
    goal: str | None
    agent: str | None
    agent_skills: tuple[str, ...]
    agent_level: str | None
    agent_backup: str | None
    agent_definition: AgentProfile | None
    required_skills: tuple[str, ...]
    model: str | None
    depends_on: tuple[TaskReference, ...]
    blocked_by: tuple[str, ...]
    """The tasks it waits for that are not known to be done."""
    blocks: tuple[TaskReference, ...]
    resources: tuple[str, ...]
    files: tuple[str, ...]
    success_criteria: tuple[str, ...]
    definition_of_done: tuple[str, ...]
    quality_gates: tuple[GateAsked, ...]
    time_budget: int | None
    token_budget: int | None
    cost_budget: str | None
    deadline: str | None
    priority: str | None
    base_priority: str | None
    on_critical_path: bool
    feedback: str | None = None
    """Why the attempt before was not good enough."""
    lessons: tuple[str, ...] = ()
    """What other tasks failed their quality gates by."""

    def as_json(self) -> dict[str, Any]:
        """The same for programs; lists instead of tuples."""
        return asdict(self)


def handoff_of(
    source: PlanSource,
    analysis: NetworkAnalysis,
    index: int,
    *,
    done: Collection[int] = (),
    results: Mapping[int, str] | None = None,
    agent: str | None = None,
    definition: AgentDefinition | None = None,
    gates: Mapping[str, str] | None = None,
    feedback: str | None = None,
    lessons: tuple[str, ...] = (),
) -> Handoff:
    """The package for one task, by its index.

    ``done`` are the tasks known to be done, besides those that the plan's own ``execution_status`` calls completed;
    ``results`` says what was reported of tasks, ``agent`` who does the task if it is not the one the plan names, and
    ``definition`` is that of the task's agent. ``gates`` says how quality gates stand, ``feedback`` why the attempt
    before was not good enough, ``lessons`` what other tasks failed by.
    """
    plan = source.plan
    task = plan.tasks[index]
    agent = agent or assigned_agents(plan)[index]
    declared = next((each for each in plan.header.agents if each.id == agent), None)
    network = analysis.network
    states = _states(source)
    if results:
        states |= {plan.tasks[each].id or "": result for each, result in results.items()}
    before = _references(plan, network.predecessors[index], states, done)
    skills = declared.skills if declared is not None else ()
    return Handoff(
        task=_called(task, index),
        name=task.name,
        description=task.description,
        goal=plan.header.goal.text or plan.header.goal.primary,
        agent=agent,
        agent_skills=skills or (definition.skills if definition is not None else ()),
        agent_level=declared.experience_level if declared is not None else None,
        agent_backup=declared.backup if declared is not None else None,
        agent_definition=_profile(definition),
        required_skills=task.required_skills,
        model=task.model,
        depends_on=before,
        blocked_by=tuple(each.task for each in before if not each.done),
        blocks=_references(plan, network.successors[index], states, done),
        resources=task.resources,
        files=task.files,
        success_criteria=task.success_criteria,
        definition_of_done=task.definition_of_done,
        quality_gates=tuple(
            replace(gate, state=(gates or {}).get(gate.name)) for gate in _gates(source, index)
        ),
        time_budget=None if task.estimate is None else task.estimate.expected,
        token_budget=task.budget.tokens,
        cost_budget=task.budget.cost,
        deadline=None if task.deadline is None else task.deadline.isoformat(),
        priority=_priority(task.priority),
        base_priority=_priority(task.base_priority),
        on_critical_path=analysis.times.slack[index] == 0,
        feedback=feedback or None,
        lessons=lessons,
    )


def handoff_as_markdown(handoff: Handoff) -> str:
    """A page for people, in the order of the project's seed description."""
    title = f"{handoff.task} ({handoff.name})" if handoff.name else handoff.task
    lines = [f"# Task handoff: {_line(title)} → {_line(handoff.agent or 'no agent')}", ""]
    lines += [f"- Goal of the plan: {_line(handoff.goal or NOTHING)}"]
    lines += [f"- Task description: {_line(handoff.description or NOTHING)}"]
    lines += _section("Depends on", [_reference(each) for each in handoff.depends_on], "nothing")
    lines += _section("Available resources", handoff.resources)
    lines += _section("Success criteria", handoff.success_criteria)
    lines += _section("Definition of done", handoff.definition_of_done)
    lines += _section("Quality gates", [_gate(each) for each in handoff.quality_gates])
    lines += _section("Files to write", handoff.files)
    lines += _section("Required skills", handoff.required_skills)
    lines += [f"- Time budget: {_budget(handoff)}"]
    lines += [
        f"- Token budget: {'no limit' if handoff.token_budget is None else f'{handoff.token_budget:,}'}"
    ]
    lines += [f"- Cost budget: {_line(handoff.cost_budget or 'no limit')}"]
    if handoff.deadline:
        lines += [f"- Deadline: {handoff.deadline}"]
    critical = ", on the critical path" if handoff.on_critical_path else ""
    base = f" (base {handoff.base_priority})" if handoff.base_priority else ""
    lines += [f"- Priority: {handoff.priority or 'medium'}{base}{critical}"]
    lines += [f"- Blocked by: {_blocked_by(handoff)}"]
    lines += _section("Blocking", [_reference(each) for each in handoff.blocks], "nothing")
    lines += _agent(handoff)
    if handoff.model:
        lines += [f"- Model: {_line(handoff.model)}"]
    if handoff.feedback:
        told = [each for each in handoff.feedback.splitlines() if each.strip()]
        lines += _section("What was wrong with the attempt before", told)
    if handoff.lessons:
        lines += _section("What other tasks failed by; see to it before you end", handoff.lessons)
    return "\n".join(lines) + "\n"


def handoff_as_prompt(handoff: Handoff) -> str:
    """Instructions for an agent that has nothing else to go by, with the package below them."""
    limits = 'Write no files but those named under "Files to write". ' if handoff.files else ""
    if handoff.blocked_by:
        before = (
            'The tasks under "Blocked by" have to be done before this one: make sure that they are, and if one is not,'
            " stop and say which."
        )
    elif handoff.depends_on:
        before = "The tasks it depends on are done: look at what they left before you begin."
    else:
        before = "It depends on no other task."
    budgets = [
        *([f"{handoff.token_budget:,} tokens"] if handoff.token_budget is not None else []),
        *([_line(handoff.cost_budget)] if handoff.cost_budget else []),
    ]
    spending = f"Use no more than {' and '.join(budgets)}. " if budgets else ""
    prompt = (
        f"You are {_line(handoff.agent or 'the agent')}, and work on one task of a plan that others work on too.\n"
        f"Do this task and no other. {before}\n"
        f"{limits}{spending}Stop when every success criterion, every point of the\n"
        "definition of done and every quality gate holds, and say for each how you made sure. If something that you\n"
        "need is missing, say what, and do not guess.\n\n"
    )
    definition = handoff.agent_definition
    if definition is not None and definition.instructions.strip():
        quoted = "\n".join(f"> {line.rstrip()}".rstrip() for line in definition.instructions.splitlines())
        prompt += f"What your definition says of how you work:\n\n{quoted}\n\n"
    return prompt + handoff_as_markdown(handoff)


def _profile(definition: AgentDefinition | None) -> AgentProfile | None:
    if definition is None:
        return None
    return AgentProfile(
        definition.description,
        definition.tools,
        definition.model,
        definition.inferred_skills,
        definition.body,
        definition.origin,
    )


def _states(source: PlanSource) -> dict[str, str]:
    """What the plan's own status report says of each task."""
    found = to_plain(source.node(Spot(None, ("execution_status", "tasks"))))
    if not isinstance(found, dict):
        return {}
    states: dict[str, str] = {}
    for task, state in found.items():
        if isinstance(state, dict):
            named = state.get("status", state.get("state"))
            states[task] = f"{named}; {', '.join(_checks(state))}" if isinstance(named, str) else ""
        elif isinstance(state, str):
            states[task] = state
    return states


def _gates(source: PlanSource, index: int) -> Iterator[GateAsked]:
    """The gates a task names, with what the plan says of them, then those it defines itself."""
    declared = dict(reversed(source.plan.header.quality_gates))
    for name, _ in source.plan.tasks[index].quality_gates:
        spot = declared.get(name)
        found = to_plain(source.node(Spot(None, spot.path))) if spot is not None else None
        yield GateAsked(name, () if found == name else tuple(_checks(found))[:_MOST_CHECKS])
    named = {name for name, _ in source.plan.tasks[index].quality_gates}
    for gate in gates_for(source.plan, index):
        if gate.name not in named and gate.spot.task is None:
            found = to_plain(source.node(Spot(None, gate.spot.path)))
            yield GateAsked(gate.name, tuple(_checks(found))[:_MOST_CHECKS])
    own = to_plain(source.node(Spot(index, ("quality_gates",))))
    if isinstance(own, dict):
        for name, checks in own.items():
            yield GateAsked(name, tuple(_checks(checks))[:_MOST_CHECKS])


def _checks(data: object, depth: int = 0) -> Iterator[str]:
    """What a gate asks, one text each: `linting: must_pass`; lists and mappings in it are taken apart."""
    if depth > 5:
        return
    if isinstance(data, Mapping):
        for name, value in cast("Mapping[str, object]", data).items():
            if name in APPLIES_TO:
                continue
            if isinstance(value, (Mapping, list)):
                yield from _checks(cast("object", value), depth + 1)
            elif value is True:
                yield name
            elif value is not None:
                yield f"{name}: {'no' if value is False else value}"
    elif isinstance(data, list):
        for item in cast("list[object]", data):
            yield from _checks(item, depth + 1)
    elif data is not None:
        yield str(data)


def _section(title: str, items: tuple[str, ...] | list[str], otherwise: str = NOTHING) -> list[str]:
    if not items:
        return [f"- {title}: {otherwise}"]
    return [f"- {title}:", *(f"  * {_line(item)}" for item in items)]


def _budget(handoff: Handoff) -> str:
    return NOTHING if handoff.time_budget is None else format_duration(handoff.time_budget)


def _priority(priority: Priority | float | None) -> str | None:
    if priority is None:
        return None
    return priority.value if isinstance(priority, Priority) else f"{priority:.15g}"


def _gate(gate: GateAsked) -> str:
    asked = f"{gate.name}: {', '.join(gate.checks)}" if gate.checks else gate.name
    return f"{asked} [{gate.state}]" if gate.state else asked


def _blocked_by(handoff: Handoff) -> str:
    if not handoff.depends_on:
        return "nothing"
    if not handoff.blocked_by:
        return "nothing (what it depends on is done)"
    return f"{', '.join(map(_line, handoff.blocked_by))} (not known to be done)"


def _agent(handoff: Handoff) -> list[str]:
    """What is known of the agent: by the plan, and by its definition."""
    known = [f"level {handoff.agent_level}"] if handoff.agent_level else []
    known += handoff.agent_skills
    lines = [f"- Agent: {', '.join(_line(each) for each in known)}"] if known else []
    if handoff.agent_backup:
        lines += [f"- Backup agent: {_line(handoff.agent_backup)}"]
    definition = handoff.agent_definition
    if definition is not None:
        lines += [f"- Agent definition: {_line(definition.origin)}"]
        about = [
            definition.description,
            f"tools: {', '.join(definition.tools)}" if definition.tools is not None else "",
            f"model: {definition.model}" if definition.model else "",
            f"skills, inferred: {', '.join(definition.inferred_skills)}"
            if definition.inferred_skills
            else "",
        ]
        lines += [f"  * {_line(each)}" for each in about if each.strip()]
    return lines


def _reference(each: TaskReference) -> str:
    text = ": ".join(
        filter(None, (each.task if not each.name else f"{each.task} ({each.name})", each.description))
    )
    if each.result:
        text += f" - {each.result}"
    elif each.done:
        text += " - done"
    return f"{text} [writes {', '.join(each.writes)}]" if each.writes else text


def _references(
    plan: Plan, tasks: list[int], states: Mapping[str, str], done: Collection[int]
) -> tuple[TaskReference, ...]:
    found: list[TaskReference] = []
    for index in dict.fromkeys(tasks):
        task = plan.tasks[index]
        state = states.get(task.id or "")
        finished = True if index in done else _is_done(state) if state is not None else None
        found.append(
            TaskReference(_called(task, index), task.name, task.description, finished, state, task.files)
        )
    return tuple(found)


def _is_done(state: str) -> bool:
    words = state.casefold().split()
    return bool(words) and words[0].strip(".,;:()") in _DONE_WORDS


def _called(task: Task, index: int) -> str:
    return task.id or task.name or f"task {index + 1}"


def _line(text: str) -> str:
    """A text on one line, so that it cannot pass for another entry of the page."""
    return " ".join(text.split())
