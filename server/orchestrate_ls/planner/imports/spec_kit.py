"""spec-kit's `tasks.md`: phases of check-boxes `- [ ] T012 [P] [US1] Create the model in src/models/user.py`.

The format says order by where a task stands: `[P]` may run beside its neighbours, everything else waits for what stands
before it in its phase. A phase waits for the one before it, but the phases of user stories wait only for the last phase
before all stories, and so may run side by side; what comes behind the stories waits for all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from orchestrate_ls.planner.imports.imported import Imported, ImportedTask, counted

_TASK: Final = re.compile(
    r"^[ \t]*[-*+][ \t]+\[([ xX])\][ \t]+(?:\*\*)?(T\d{1,6}[A-Za-z]?)(?:\*\*)?:?[ \t]+"
    r"((?:\[[^\]\n]{1,20}\][ \t]*)*)(.*\S)[ \t]*$"
)
_MARK: Final = re.compile(r"\[([^\]]*)\]")
_STORY: Final = re.compile(r"US\d{1,4}", re.IGNORECASE)
_HEADING: Final = re.compile(r"^(#{1,4})[ \t](.*)$")
_TITLE: Final = re.compile(r"^Tasks:[ \t]*(.+)$", re.IGNORECASE)
_PHASE: Final = re.compile(r"phase\b|user story|setup|foundation|polish|story\b", re.IGNORECASE)
_PATH: Final = re.compile(
    r"(?<![\w./@-])`?((?:[\w.@-]+/)+[\w.@*-]*[\w*]"
    r"|[\w-]+\.(?:py|ts|tsx|js|go|rs|md|toml|json|ya?ml|sql))`?(?=[\s,;:)]|\.?$)"
)
_DEPENDENCIES: Final = re.compile(
    r"\bT\d{2,6}\b.*\b(?:before|blocks|depends|after|requires)\b", re.IGNORECASE
)


@dataclass(slots=True)
class _Phase:
    title: str
    tasks: list[tuple[ImportedTask, bool]] = field(default_factory=list[tuple[ImportedTask, bool]])
    """With whether it may run beside its neighbours."""
    is_story: bool = False


def is_spec_kit(source: str) -> bool:
    """Whether a text has tasks as spec-kit writes them."""
    return any(_TASK.match(line) for line in source.splitlines())


def read_spec_kit(source: str) -> Imported:
    """All tasks with a box and a number, phase by phase."""
    imported = Imported("", [])
    phases = [_Phase("")]
    said = 0
    for line in source.splitlines():
        heading = _HEADING.match(line)
        if heading:
            title = heading.group(2).strip(" \t#")
            named = _TITLE.match(title)
            if named and not imported.goal:
                imported.goal = named.group(1)
            elif len(heading.group(1)) == 2 and (phases[-1].tasks or _PHASE.search(title)):
                phases.append(_Phase(title, is_story="user story" in title.casefold()))
            continue
        found = _TASK.match(line)
        if found is None:
            said += bool(_DEPENDENCIES.search(line[:500]))
            continue
        marks = [mark.strip() for mark in _MARK.findall(found.group(3))]
        phase = phases[-1]
        phase.is_story = phase.is_story or any(_STORY.fullmatch(mark) for mark in marks)
        task = ImportedTask(
            found.group(2), found.group(4), state="completed" if found.group(1) != " " else None
        )
        task.files = list(dict.fromkeys(_PATH.findall(found.group(4))))
        phase.tasks.append((task, "P" in (mark.upper() for mark in marks)))
        imported.tasks.append(task)
    _order([phase for phase in phases if phase.tasks])
    imported.goal = imported.goal or "Tasks of spec-kit"
    if said:
        verb = "says" if said == 1 else "say"
        imported.notes.append(
            f"{counted(said, 'line')} {verb} more about order in words, which was not read; the order is that of phases"
            " and `[P]`"
        )
    return imported


def _order(phases: list[_Phase]) -> None:
    gate: list[str] = []
    ends: list[str] = []
    for index, phase in enumerate(phases):
        if phase.is_story and index and phases[index - 1].is_story:
            # Stories wait for what stands before all of them, and not for each other.
            ends += _order_tasks(phase, gate)
            continue
        gate, ends = ends or gate, []
        ends = _order_tasks(phase, gate)


def _order_tasks(phase: _Phase, gate: list[str]) -> list[str]:
    """Put the tasks of a phase in order behind a gate; which are its last."""
    before = gate
    beside: list[str] = []
    for task, is_parallel in phase.tasks:
        if is_parallel:
            task.wait_for(before)
            beside.append(task.key)
            continue
        task.wait_for(beside or before)
        before, beside = [task.key], []
    return beside or before
