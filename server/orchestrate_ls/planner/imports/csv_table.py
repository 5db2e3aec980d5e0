"""Tables as CSV, with commas, semicolons or tabs: one task in each row, columns by the names that project tools use.

Dependencies are ids or row numbers, separated by commas, semicolons or spaces; `3SS+2h` says the kind and the lag.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from orchestrate_ls.planner.imports.imported import (
    MOST_TASKS,
    Imported,
    ImportedTask,
    ImportFailedError,
    Link,
)
from orchestrate_ls.planner.write import duration

_COLUMNS: Final = {
    "key": ("id", "task id", "key", "issue key", "wbs", "no", "nr", "number", "#"),
    "name": ("name", "title", "task name", "summary", "subject", "task", "aufgabe"),
    "description": ("description", "details", "notes", "body"),
    "estimate": (
        "estimated_time",
        "estimate",
        "duration",
        "effort",
        "estimated time",
        "original estimate",
        "work",
    ),
    "hours": ("hours", "estimated hours", "duration (h)", "estimate (h)", "effort (h)"),
    "days": ("days", "duration (d)", "estimate (d)"),
    "seconds": ("duration_seconds", "estimate_seconds", "expected_seconds"),
    "links": (
        "dependencies",
        "depends on",
        "depends_on",
        "predecessors",
        "blocked by",
        "after",
        "waits for",
        "requires",
    ),
    "agent": (
        "agent",
        "assignee",
        "owner",
        "assigned to",
        "resource",
        "resource names",
        "responsible",
        "who",
    ),
    "priority": ("priority",),
    "group": ("parallel_group", "parallel group", "group"),
    "deadline": ("deadline", "due", "due date", "due_date"),
    "files": ("files",),
    "skills": ("required_skills", "skills", "required skills"),
    "criteria": ("success_criteria", "success criteria", "acceptance criteria"),
    "done": ("definition_of_done", "definition of done"),
    "state": ("status", "state"),
}
_COMPUTED: Final = frozenset({"earliest_start_seconds", "slack_seconds", "critical"})
"""Columns of our own exports, which follow from the others."""
_GUARDED: Final = ("'=", "'+", "'-", "'@")
"""How a cell begins that a spreadsheet would have taken for a formula."""
_FIELD_OF: Final = {name: field for field, names in _COLUMNS.items() for name in names}
_KINDS: Final = {"FS": None, "SS": "start-to-start", "FF": "finish-to-finish", "SF": "start-to-finish"}
_LINK: Final = re.compile(r"(\S+?)(FS|SS|FF|SF)?(?:([+-])[ ]?(\d+(?:\.\d+)?[ ]?[A-Za-z]+))?", re.IGNORECASE)
_PRIORITIES: Final = {
    "critical": "critical", "highest": "critical", "blocker": "critical", "urgent": "critical", "high": "high",
    "medium": "medium", "normal": "medium", "low": "low", "lowest": "low", "minor": "low",
}  # fmt: skip
_STATES: Final = {
    "done": "completed", "completed": "completed", "closed": "completed", "resolved": "completed",
    "in progress": "in progress", "in_progress": "in progress", "started": "in progress", "blocked": "blocked",
}  # fmt: skip
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


def read_csv(source: str) -> Imported:
    """One task for each row that is not empty."""
    rows = _rows(source.removeprefix("\ufeff"))
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    columns = {index: _FIELD_OF[name] for index, name in enumerate(header) if name in _FIELD_OF}
    if "name" not in columns.values() and "key" not in columns.values():
        raise ImportFailedError(
            "the first line names no column that could be the tasks' names",
            "name columns in the first line, for example `id,name,dependencies,estimate,agent`",
            1,
        )
    imported = Imported("Tasks of a table", [])
    unread = [
        rows[0][index].strip()
        for index, name in enumerate(header)
        if name and name not in _FIELD_OF and name not in _COMPUTED
    ]
    if unread:
        imported.notes.append(f"columns that a plan has no place for were left out: {', '.join(unread[:10])}")
    by_row: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=1):
        cells: dict[str, str] = {}
        for index, field in columns.items():
            if index < len(row) and row[index].strip():
                cell = row[index].strip()
                cells.setdefault(field, cell[1:] if cell.startswith(_GUARDED) else cell)
        if not cells:
            continue
        if len(imported.tasks) == MOST_TASKS:
            raise ImportFailedError(
                f"the table has more than {MOST_TASKS:,} rows", "import a part of it", number + 1
            )
        task = _task(cells, number, imported)
        by_row[str(number)] = task.key
        imported.tasks.append(task)
    keys = {task.key for task in imported.tasks}
    for task in imported.tasks:
        # Predecessors are row numbers where no task has that id.
        task.links = [
            link if link.key in keys else Link(by_row.get(link.key, link.key), link.kind, link.lag)
            for link in task.links
        ]
    return imported


def _rows(source: str) -> list[list[str]]:
    first = source.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise ImportFailedError(
            f"this is no CSV: {error}", "repair it, or export it again", reader.line_num
        ) from None


def _task(cells: dict[str, str], number: int, imported: Imported) -> ImportedTask:
    key = cells.get("key") or (cells["name"] if " " not in cells.get("name", " ") else str(number))
    task = ImportedTask(key, cells.get("name") or key, cells.get("description", ""))
    if "estimate" in cells:
        # A bare number is hours, as in most tools that say no unit.
        task.estimate = f"{cells['estimate']}h" if _NUMBER.fullmatch(cells["estimate"]) else cells["estimate"]
    if (
        cells.get("seconds", "").isdecimal()
        and len(cells["seconds"]) < 12
        and int(cells["seconds"]) % 60 == 0
    ):
        task.estimate = task.estimate or duration(int(cells["seconds"]) / 3600)
    for field, unit in (("hours", "h"), ("days", "d"), ("seconds", "s")):
        if field in cells and task.estimate is None:
            task.estimate = f"{cells[field]}{unit}"
    task.links = [_link(part) for part in _parts(cells.get("links", ""))]
    task.agent = cells.get("agent")
    priority = cells.get("priority", "").casefold()
    task.priority = _PRIORITIES.get(priority)
    task.group = re.sub(r"[\s,]+", "-", cells.get("group", "")) or None
    deadline = cells.get("deadline", "")
    if re.match(r"\d{4}-\d\d-\d\d", deadline):
        task.deadline = deadline
    elif deadline:
        imported.notes.append(f"the deadline `{deadline[:40]}` is no date like 2026-12-01 and was left out")
    task.files = _parts(cells.get("files", ""))
    task.skills = _parts(cells.get("skills", ""))
    task.criteria = _lines(cells.get("criteria", ""))
    task.definition_of_done = _lines(cells.get("done", ""))
    task.state = _STATES.get(cells.get("state", "").casefold())
    return task


def _parts(cell: str) -> list[str]:
    pieces = re.split(r"[;,\n]", cell) if re.search(r"[;,\n]", cell) else cell.split()
    return [piece.strip() for piece in pieces if piece.strip()]


def _lines(cell: str) -> list[str]:
    return [piece.strip() for piece in re.split(r"[;\n]", cell) if piece.strip()]


def _link(part: str) -> Link:
    found = _LINK.fullmatch(part) if len(part) <= 200 else None
    if found is None or (found.group(2) is None and found.group(3) is None):
        return Link(part)
    sign = "-" if found.group(3) == "-" else ""
    lag = f"{sign}{found.group(4).replace(' ', '')}" if found.group(4) else None
    return Link(found.group(1), _KINDS[found.group(2).upper()] if found.group(2) else None, lag)
