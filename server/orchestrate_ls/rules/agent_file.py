"""A definition file for an agent that has none yet: where its tool looks for it, and what the plan says of its work.

What is written is a start that a person goes on from. Nothing of it is executed here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from orchestrate_ls.agents.definition import Tool, id_fault
from orchestrate_ls.plan.model import Task
from orchestrate_ls.rules.agent_choice import agent_of
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.latest import Latest
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.changes import NewFile

_FOLDERS: Final = {
    Tool.CLAUDE_CODE: (".claude/agents/", ".md"),
    Tool.COPILOT: (".github/agents/", ".agent.md"),
    Tool.OPENCODE: (".opencode/agents/", ".md"),
    Tool.CODEX: (".codex/agents/", ".toml"),
    Tool.CURSOR: (".cursor/agents/", ".md"),
}
_USUAL: Final = (Tool.CLAUDE_CODE, Tool.COPILOT)
"""Offered where there are no definitions to go by."""
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")
_MOST_TASKS: Final = 5
_MOST_SKILLS: Final = 12
_LONGEST: Final = 100
_LONGEST_STEM: Final = 60
_GENERAL: Final = "task-agent"


def new_definitions(context: RuleContext, agent: str, task: int | None = None) -> Iterator[NewFile]:
    """Definition files for an agent, one for each tool in use. ``task`` is one that it is to get besides its own."""
    if id_fault(agent) is not None:
        return
    tasks = list(_tasks_by_agent(context).get(agent, ()))
    if task is not None:
        tasks.append(context.plan.tasks[task])
    for tool in _tools_in_use(context) or _USUAL:
        folder, ending = _FOLDERS[tool]
        stem = _stem(agent)
        path = f"{folder}{stem}{ending}"
        if stem != agent and tool is Tool.OPENCODE:
            # It would be called like its file.
            continue
        if any(known.origin == path for known in context.known_agents.values()):
            continue
        yield NewFile(path, _content(tool, agent, tasks))


def name_for(context: RuleContext, index: int) -> str:
    """A free name for an agent that a task could have."""
    task = context.plan.tasks[index]
    words = next(
        (each for each in (*task.required_skills[:1], task.parallel_group, task.name, task.id) if each), ""
    )
    stem = "-".join(_NOT_IN_NAMES.sub(" ", words[:_LONGEST].lower()).split()[:3])
    base = f"{stem}-agent" if stem else _GENERAL
    taken = {each.id for each in context.plan.header.agents} | context.known_agents.keys()
    number = 1
    name = base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def _first_tasks(context: RuleContext) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in context.plan.tasks:
        agent = agent_of(context, task)
        if agent is not None and len(tasks := found.setdefault(agent, [])) < _MOST_TASKS:
            tasks.append(task)
    return found


_tasks_by_agent: Final = Latest(_first_tasks)
"""The first tasks of each agent."""


def _tools_in_use(context: RuleContext) -> list[Tool]:
    origins = [known.origin for known in context.known_agents.values() if not known.built_in]
    return [
        tool for tool, (folder, _) in _FOLDERS.items() if any(each.startswith(folder) for each in origins)
    ]


def _stem(agent: str) -> str:
    """A file name that every system takes; the agent's own where that is one."""
    return _NOT_IN_NAMES.sub("-", agent.lower()).strip("-")[:_LONGEST_STEM].strip("-") or _GENERAL


def _content(tool: Tool, agent: str, tasks: list[Task]) -> str:
    description = _description(tasks)
    if tool is Tool.CODEX:
        fields = {"name": agent, "description": description, "developer_instructions": _body(agent, tasks)}
        return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items())
    name = f"name: {write_scalar(agent)}\n" if tool is not Tool.OPENCODE else ""
    return f"---\n{name}description: {write_scalar(description)}\n---\n\n{_body(agent, tasks)}"


def _description(tasks: list[Task]) -> str:
    names = _names(tasks)
    return f"Does {', '.join(names)}" if names else "Says in one sentence what this agent is for"


def _body(agent: str, tasks: list[Task]) -> str:
    skills = list(dict.fromkeys(_clean(skill) for task in tasks for skill in task.required_skills))[
        :_MOST_SKILLS
    ]
    lines = [f"You are {_clean(agent)}.", ""]
    if skills:
        lines += [f"You are good at {', '.join(skills)}.", ""]
    lines += [
        "Work on the task that you are given and on nothing else. Write only the files that it names, meet each of its",
        "success criteria, and say at the end what you did, what you checked and what is left.",
        "",
    ]
    return "\n".join(lines)


def _names(tasks: list[Task]) -> list[str]:
    names = [_clean(task.name or task.id or "") for task in tasks]
    return [each for each in dict.fromkeys(names) if each][:_MOST_TASKS]


def _clean(text: str) -> str:
    """One short line without what a reader could not see."""
    line = " ".join(text.split())
    return "".join(each for each in line if each.isprintable())[:_LONGEST].strip()
