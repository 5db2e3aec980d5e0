"""What an agent is handed with a task: everything it needs to work from, out of the plan alone.

Plain data and text; texts are the plan's own, so whoever prints them on a terminal or into a prompt has to make them
harmless there.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan, Task
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_project import assigned_agents

NOTHING: Final = "not given in the plan"


@dataclass(frozen=True, slots=True)
class TaskReference:
    """Another task: its id (or else name or number), its name and what it is about."""

    task: str
    name: str | None
    description: str | None


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
    required_skills: tuple[str, ...]
    model: str | None
    depends_on: tuple[TaskReference, ...]
    blocks: tuple[TaskReference, ...]
    resources: tuple[str, ...]
    files: tuple[str, ...]
    success_criteria: tuple[str, ...]
    definition_of_done: tuple[str, ...]
    quality_gates: tuple[str, ...]
    time_budget: int | None
    deadline: str | None
    priority: str | None
    on_critical_path: bool

    def as_json(self) -> dict[str, Any]:
        """The same for programs; lists instead of tuples."""
        return asdict(self)


def handoff_of(plan: Plan, analysis: NetworkAnalysis, index: int) -> Handoff:
    """The package for one task, by its index."""
    task = plan.tasks[index]
    agent = assigned_agents(plan)[index]
    declared = next((each for each in plan.header.agents if each.id == agent), None)
    network = analysis.network
    return Handoff(
        task=_called(task, index),
        name=task.name,
        description=task.description,
        goal=plan.header.goal.text or plan.header.goal.primary,
        agent=agent,
        agent_skills=declared.skills if declared is not None else (),
        agent_level=declared.experience_level if declared is not None else None,
        required_skills=task.required_skills,
        model=task.model,
        depends_on=_references(plan, network.predecessors[index]),
        blocks=_references(plan, network.successors[index]),
        resources=task.resources,
        files=task.files,
        success_criteria=task.success_criteria,
        definition_of_done=task.definition_of_done,
        quality_gates=tuple(name for name, _ in task.quality_gates),
        time_budget=None if task.estimate is None else task.estimate.expected,
        deadline=None if task.deadline is None else task.deadline.isoformat(),
        priority=None if task.priority is None else str(task.priority),
        on_critical_path=analysis.times.slack[index] == 0,
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
    lines += _section("Quality gates", handoff.quality_gates)
    lines += _section("Files to write", handoff.files)
    lines += _section("Required skills", handoff.required_skills)
    lines += [f"- Time budget: {_budget(handoff)}"]
    if handoff.deadline:
        lines += [f"- Deadline: {handoff.deadline}"]
    critical = ", on the critical path" if handoff.on_critical_path else ""
    lines += [f"- Priority: {handoff.priority or 'medium'}{critical}"]
    lines += _section("Blocking", [_reference(each) for each in handoff.blocks], "nothing")
    if handoff.agent_skills or handoff.agent_level:
        known = [*([f"level {handoff.agent_level}"] if handoff.agent_level else []), *handoff.agent_skills]
        lines += [f"- Agent: {', '.join(_line(each) for each in known)}"]
    if handoff.model:
        lines += [f"- Model: {_line(handoff.model)}"]
    return "\n".join(lines) + "\n"


def handoff_as_prompt(handoff: Handoff) -> str:
    """Instructions for an agent that has nothing else to go by, with the package below them."""
    limits = 'Write no files but those named under "Files to write". ' if handoff.files else ""
    return (
        f"You are {_line(handoff.agent or 'the agent')}, and work on one task of a plan that others work on too.\n"
        "Do this task and no other. The tasks it depends on are done: look at what they left before you begin.\n"
        f"{limits}Stop when every success criterion and every point of the definition of done holds, and say for each\n"
        "how you made sure. If something that you need is missing, say what, and do not guess.\n\n"
        + handoff_as_markdown(handoff)
    )


def _section(title: str, items: tuple[str, ...] | list[str], otherwise: str = NOTHING) -> list[str]:
    if not items:
        return [f"- {title}: {otherwise}"]
    return [f"- {title}:", *(f"  * {_line(item)}" for item in items)]


def _budget(handoff: Handoff) -> str:
    return NOTHING if handoff.time_budget is None else format_duration(handoff.time_budget)


def _reference(each: TaskReference) -> str:
    return ": ".join(
        filter(None, (each.task if not each.name else f"{each.task} ({each.name})", each.description))
    )


def _references(plan: Plan, tasks: list[int]) -> tuple[TaskReference, ...]:
    return tuple(
        TaskReference(_called(plan.tasks[task], task), plan.tasks[task].name, plan.tasks[task].description)
        for task in dict.fromkeys(tasks)
    )


def _called(task: Task, index: int) -> str:
    return task.id or task.name or f"task {index + 1}"


def _line(text: str) -> str:
    """A text on one line, so that it cannot pass for another entry of the page."""
    return " ".join(text.split())
