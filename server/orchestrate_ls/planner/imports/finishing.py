"""Imported tasks become the text of a plan: ids that plans allow, dependencies that lead somewhere, and YAML.

Says what it had to change or leave out. The text is read back and compared before it is handed out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_estimate
from orchestrate_ls.planner.imports.imported import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_TASKS,
    Imported,
    ImportedTask,
    ImportFailedError,
    counted,
)
from orchestrate_ls.planner.write import HEADER, value_text
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import shown

_NO_ID: Final = re.compile(r"[^\w.-]+")
_NUMBER: Final = re.compile(r"[\d.-]+")
_LONGEST_ID: Final = 60
_MOST_NAMED: Final = 5
_MOST_NOTES: Final = 40
_LONG: Final = 100
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """The text of a plan, what could not be carried over, and how many tasks there are."""

    goal: str
    text: str
    notes: tuple[str, ...]
    tasks: int


def finished(imported: Imported) -> ImportedPlan:
    """The plan of what was imported. Raises ``ImportFailedError`` where there is no task in it, or too many."""
    tasks = imported.tasks
    if not tasks:
        raise ImportFailedError(
            "there is no task in it", "see whether it is the format that you mean: `--from FORMAT`"
        )
    if len(tasks) > MOST_TASKS:
        raise ImportFailedError(f"it holds {len(tasks):,} tasks", f"import at most {MOST_TASKS:,} at once")
    notes = list(imported.notes)
    ids = _ids(tasks, notes)
    by_key: dict[str, str] = {}
    for task, name in zip(tasks, ids, strict=True):
        by_key.setdefault(task.key, name)
    waits = [_dependencies(task, name, by_key, notes) for task, name in zip(tasks, ids, strict=True)]
    _notes_on_texts(tasks, notes)
    goal = _one_line(imported.goal)[:LONGEST_NAME] or "Imported tasks"
    lines = [HEADER + "version: 1", f"goal: {_value(goal)}"]
    agents = list(dict.fromkeys(agent for task in tasks if (agent := _agent(task)) is not None))
    if agents:
        lines += ["", "agents:", *(f"  - id: {_value(agent)}" for agent in agents)]
    lines += ["", "tasks:"]
    for index, (task, name, links) in enumerate(zip(tasks, ids, waits, strict=True)):
        lines += [""] * (index > 0) + _task(task, name, links, notes)
    states = {name: task.state for task, name in zip(tasks, ids, strict=True) if task.state is not None}
    if states:
        lines += ["", "execution_status:", "  tasks:"]
        lines += [f"    {_value(name)}: {_value(state)}" for name, state in states.items()]
        ended = sum(state == "completed" for state in states.values())
        begun = (
            f"done there: {ended:,} of {counted(len(tasks), 'task')}"
            if ended
            else "some tasks are begun there"
        )
        notes.append(
            f"{begun}, which stands in `execution_status`; what counts as progress is the journal:"
            " `orchestrate task done PLAN TASK`"
        )
    text = "\n".join(lines) + "\n"
    _read_back(text, ids, tasks)
    said = list(dict.fromkeys(notes))
    if len(said) > _MOST_NOTES:
        said = [*said[:_MOST_NOTES], f"and {len(said) - _MOST_NOTES:,} more of the kind"]
    return ImportedPlan(goal, text, tuple(said), len(tasks))


def _ids(tasks: list[ImportedTask], notes: list[str]) -> list[str]:
    taken: set[str] = set()
    last: dict[str, int] = {}
    ids: list[str] = []
    twice: list[str] = []
    for number, task in enumerate(tasks, start=1):
        name = _NO_ID.sub("-", task.key).strip("-.")[:_LONGEST_ID] or str(number)
        if _NUMBER.fullmatch(name):
            name = f"T{name}"
        free, suffix = name, last.get(name.lower(), 1)
        while free.lower() in taken:
            suffix += 1
            free = f"{name}-{suffix}"
        last[name.lower()] = suffix
        if free != name:
            twice.append(f"{name} is now {free}")
        taken.add(free.lower())
        ids.append(free)
    if twice:
        notes.append(f"ids that are there more than once were changed: {_listed(twice)}")
    return ids


def _dependencies(
    task: ImportedTask, name: str, by_key: dict[str, str], notes: list[str]
) -> list[dict[str, str] | str]:
    found: dict[str, dict[str, str] | str] = {}
    missing: list[str] = []
    for link in task.links:
        target = by_key.get(link.key)
        if target is None:
            missing.append(shown(link.key[:60]))
        elif target != name and target not in found:
            entry = (
                {"task": target}
                | ({"type": link.kind} if link.kind else {})
                | ({"lag": link.lag} if link.lag else {})
            )
            found[target] = entry if len(entry) > 1 else target
        elif target == name:
            notes.append(f"{name} waits for itself, which was left out")
    if missing:
        notes.append(f"{name} waits for {_listed(missing)}, which is not in it; left out")
    return list(found.values())


def _notes_on_texts(tasks: list[ImportedTask], notes: list[str]) -> None:
    cut = sum(len(task.description) > LONGEST_TEXT for task in tasks)
    if cut:
        notes.append(f"of {cut:,} long descriptions only the first {LONGEST_TEXT:,} characters were taken")


def _task(task: ImportedTask, name: str, links: list[dict[str, str] | str], notes: list[str]) -> list[str]:
    fields: dict[str, Any] = {"name": _one_line(task.name)[:LONGEST_NAME] or name}
    description = _clean(task.description)[:LONGEST_TEXT].strip()
    if description:
        fields["description"] = description
    if task.estimate is not None:
        try:
            parse_estimate(task.estimate, Calendar())
            fields["estimated_time"] = task.estimate
        except DurationError as error:
            notes.append(f"the estimate of {name} was left out: {error.message}")
    lines = [f"  - id: {_value(name)}"]
    for key, value in fields.items():
        lines += _field(key, value)
    lines.append(f"    dependencies: [{', '.join(map(_link, links))}]")
    more: dict[str, Any] = {
        "agent": _agent(task),
        "priority": task.priority,
        "parallel_group": task.group,
        "deadline": task.deadline,
        "files": _texts(task.files),
        "required_skills": _texts(task.skills),
        "success_criteria": _texts(task.criteria),
        "definition_of_done": _texts(task.definition_of_done),
    }
    for key, value in more.items():
        if value:
            lines += _field(key, value)
    return lines


def _value(value: Any) -> str:
    """A value as YAML; the writer for prose is slow, and needed for what is long only."""
    return (
        write_scalar(value)
        if isinstance(value, str) and len(value) <= _LONG and "\n" not in value
        else value_text(value)
    )


def _field(key: str, value: Any) -> list[str]:
    first, *further = _value(value).split("\n")
    return [f"    {key}: {first}".rstrip(), *(f"      {line}".rstrip() for line in further)]


def _link(link: dict[str, str] | str) -> str:
    if isinstance(link, str):
        return _value(link)
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in link.items()) + "}"


def _agent(task: ImportedTask) -> str | None:
    name = _NO_ID.sub("-", (task.agent or "").strip().lstrip("@")).strip("-.")[:_LONGEST_ID]
    return name or None


def _texts(values: Iterable[str]) -> list[str]:
    return [text for value in values if (text := _one_line(value)[:LONGEST_TEXT])]


def _clean(text: str) -> str:
    """Without what no YAML text holds, and with line ends of one kind."""
    text = re.sub(r"\r\n?", "\n", text)
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]", "\ufffd", text).replace(
        "\t", "    "
    )
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _read_back(text: str, ids: list[str], tasks: list[ImportedTask]) -> None:
    loaded = cast("dict[str, Any]", yaml.load(text, Loader=_Loader))  # noqa: S506 - CSafeLoader, or SafeLoader
    found = [(task["id"], task["name"]) for task in loaded["tasks"]]
    wanted = [
        (name, _one_line(task.name)[:LONGEST_NAME] or name) for name, task in zip(ids, tasks, strict=True)
    ]
    if found != wanted:
        raise AssertionError("the plan written does not read back as what was imported")
