"""Markdown check-lists: `- [ ] Write the parser (2h) @ann`, nested as deep as one likes.

An item that has items below it waits for them. In a numbered list each item waits for the one before it; a list of
bullets says nothing about order. `(2h)` at the end is an estimate, `@name` an agent, `!high` a priority,
`after: A, B` (ids or whole names) what it waits for, and `**T3**`, `T3:` or `[T3]` at the beginning its id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.planner.imports.imported import Imported, ImportedTask, counted

_ITEM: Final = re.compile(r"^([ \t]*)(?:[-*+]|(\d{1,9})[.)])[ \t]+\[([ xX~/-])\][ \t]+(.*\S)[ \t]*$")
_HEADING: Final = re.compile(r"^#{1,6}[ \t](.*)$")
_FENCE: Final = re.compile(r"^[ \t]*(```|~~~)")
_ID: Final = re.compile(
    r"^(?:\*\*([\w.-]{1,40})\*\*:?|\[([\w.-]{1,40})\]|([A-Za-z]{1,6}-?\d{1,6}(?:\.\d{1,4})*):)[ \t]+(?=\S)"
)
_AFTER: Final = re.compile(
    r"[ \t]*[(\[]?\b(?:after|depends on|waits for)[ \t]*:[ \t]*([^()\[\]]+)[)\]]?[ \t]*$", re.IGNORECASE
)
_ESTIMATE: Final = re.compile(
    r"[ \t]*\(~?[ \t]*([\d.,]+[ \t]*[A-Za-z]+(?:[ \t]*[\d.]+[ \t]*[A-Za-z]+)?)\)[ \t]*$"
)
_AGENT: Final = re.compile(r"[ \t]+@([\w.-]{1,60})[ \t]*$")
_PRIORITY: Final = re.compile(r"[ \t]+!(critical|high|medium|low)[ \t]*$", re.IGNORECASE)
_STATES: Final = {"x": "completed", "~": "in progress", "/": "in progress"}
_DROPPED: Final = "-"
_LONGEST_WITH_MARKS: Final = 2_000


@dataclass(slots=True)
class _Item:
    indent: int
    number: str | None
    task: ImportedTask
    after: list[str]
    below: list[_Item] = field(default_factory=list["_Item"])


def has_check_list(source: str) -> bool:
    """Whether a text has at least one item with a box."""
    return any(_ITEM.match(line) for line in source.splitlines())


def read_check_list(source: str) -> Imported:
    """All items with a box; the first heading is the goal."""
    imported = Imported("", [])
    top: list[_Item] = []
    open_items: list[_Item] = []
    dropped, fenced = 0, False
    for line in source.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        if fenced:
            continue
        heading = _HEADING.match(line)
        if heading:
            imported.goal = imported.goal or heading.group(1).strip(" \t#")
            open_items.clear()
            continue
        found = _ITEM.match(line)
        if found is None:
            if line.strip() and open_items and line[:1] in " \t":
                task = open_items[-1].task
                task.description = f"{task.description}\n{line.strip()}".strip()
            continue
        if found.group(3) == _DROPPED:
            dropped += 1
            continue
        item = _item(found, len(imported.tasks) + 1)
        while open_items and open_items[-1].indent >= item.indent:
            open_items.pop()
        (open_items[-1].below if open_items else top).append(item)
        open_items.append(item)
        imported.tasks.append(item.task)
    _order(top)
    _resolve(top, imported)
    imported.goal = imported.goal or "Work through the check-list"
    if dropped:
        imported.notes.append(f"left out as dropped: {counted(dropped, 'item')} with `[-]`")
    if len(imported.tasks) > 1 and not any(task.links for task in imported.tasks):
        imported.notes.append(
            "the list says nothing about order, so that all tasks may run at once; add `dependencies` where one waits"
        )
    return imported


def _item(found: re.Match[str], number: int) -> _Item:
    indent = len(found.group(1).expandtabs(4))
    words = " ".join(found.group(4).split())
    task = ImportedTask(str(number), words)
    named = _ID.match(words)
    if named:
        task.key = next(filter(None, named.groups()))
        words = words[named.end() :]
    after: list[str] = []
    for _ in range(4 if len(words) <= _LONGEST_WITH_MARKS else 0):
        if match := _AFTER.search(words):
            after += [each.strip() for each in match.group(1).split(",") if each.strip()]
        elif match := _AGENT.search(words):
            task.agent = match.group(1)
        elif match := _PRIORITY.search(words):
            task.priority = match.group(1).lower()
        elif (match := _ESTIMATE.search(words)) and _is_time(match.group(1)):
            task.estimate = match.group(1)
        else:
            break
        words = words[: match.start()]
    task.name = words.strip() or found.group(4)
    task.state = _STATES.get(found.group(3).lower())
    return _Item(indent, found.group(2), task, after)


def _is_time(text: str) -> bool:
    try:
        parse_duration(text, Calendar())
    except DurationError:
        return False
    return True


def _order(siblings: list[_Item]) -> None:
    """What an item waits for by where it stands."""
    pending = [siblings]
    while pending:
        group = pending.pop()
        for before, item in zip([None, *group], group, strict=False):
            if before is not None and item.number is not None and before.number is not None:
                for first in _leaves(item):
                    first.task.wait_for([before.task.key])
            item.task.wait_for(below.task.key for below in item.below)
            if item.below:
                pending.append(item.below)


def _leaves(item: _Item) -> list[_Item]:
    """Where the work on an item begins: those below it that have none below them, or the item itself."""
    found: list[_Item] = []
    pending = [item]
    while pending:
        each = pending.pop()
        if each.below:
            pending += each.below
        else:
            found.append(each)
    return found


def _resolve(top: list[_Item], imported: Imported) -> None:
    by_name = {task.name.casefold(): task.key for task in imported.tasks}
    pending = list(top)
    while pending:
        item = pending.pop()
        pending += item.below
        item.task.wait_for(by_name.get(name.casefold(), name) for name in item.after)
