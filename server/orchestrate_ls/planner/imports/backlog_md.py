"""The task files of Backlog.md: Markdown with front matter, one file for each task, in `backlog/tasks/`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from orchestrate_ls.planner.imports.imported import Imported, ImportedTask, ImportFailedError
from orchestrate_ls.planner.imports.json_text import mapping, text, texts
from orchestrate_ls.planner.imports.yaml_text import read_yaml

_FRONT: Final = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_SECTION: Final = re.compile(r"^##[ \t](.*)$", re.MULTILINE)
_BOX: Final = re.compile(r"^[ \t]*[-*][ \t]+\[[ xX]\][ \t]+(?:#\d{1,4}[ \t]+)?(.*\S)", re.MULTILINE)
_STATES: Final = {
    "done": "completed",
    "complete": "completed",
    "completed": "completed",
    "in progress": "in progress",
}
_PRIORITIES: Final = ("critical", "high", "medium", "low")


def is_backlog_task(source: str) -> bool:
    """Whether a text looks like one of its tasks."""
    front = _FRONT.match(source)
    return front is not None and all(
        re.search(rf"^{key}:", front.group(1), re.MULTILINE) for key in ("id", "title")
    )


def read_backlog(files: Sequence[tuple[str, str]]) -> Imported:
    """The tasks of some files, each with its name; what is no task is passed over and said."""
    imported = Imported("Tasks of Backlog.md", [])
    labels = milestones = 0
    parents: list[tuple[str, str]] = []
    for name, source in files:
        front = _FRONT.match(source)
        if front is None or not is_backlog_task(source):
            imported.notes.append(f"{name} is no task and was passed over")
            continue
        try:
            fields = mapping(read_yaml(front.group(1), 2))
        except ImportFailedError as error:
            raise ImportFailedError(f"{name}: {error.message}", error.hint, error.line) from None
        task = _task(fields, source[front.end() :])
        imported.tasks.append(task)
        labels += bool(texts(fields.get("labels")))
        milestones += bool(text(fields.get("milestone")))
        if parent := text(fields.get("parent_task_id")) or text(fields.get("parent")):
            parents.append((_key(parent), task.key))
    by_key = {task.key: task for task in imported.tasks}
    for parent, child in parents:
        if parent in by_key:
            by_key[parent].wait_for([child])
    imported.note_count(labels, "labels", ", which were left out")
    imported.note_count(milestones, "a milestone", ", which was left out")
    return imported


def _task(fields: dict[str, Any], body: str) -> ImportedTask:
    key = _key(text(fields.get("id")))
    task = ImportedTask(key, text(fields.get("title")) or key)
    sections = _sections(_without_comments(body))
    described = [sections.get("description", "")]
    described += [
        f"{title.capitalize()}:\n{sections[title]}"
        for title in ("implementation plan", "implementation notes")
        if sections.get(title)
    ]
    task.description = "\n\n".join(filter(None, described))
    task.criteria = _BOX.findall(sections.get("acceptance criteria", ""))
    task.definition_of_done = _BOX.findall(sections.get("definition of done", ""))
    task.wait_for(_key(each) for each in texts(fields.get("dependencies")))
    assignees = texts(fields.get("assignee"))
    task.agent = assignees[0] if assignees else None
    priority = text(fields.get("priority")).casefold()
    task.priority = priority if priority in _PRIORITIES else None
    task.state = _STATES.get(text(fields.get("status")).casefold())
    return task


def _key(name: str) -> str:
    """Ids are the same in capitals and without the prefix's letter case."""
    return name.strip().lower()


def _without_comments(body: str) -> str:
    pieces: list[str] = []
    position = 0
    while (start := body.find("<!--", position)) >= 0:
        end = body.find("-->", start)
        if end < 0:
            break
        pieces.append(body[position:start])
        position = end + 3
    return "".join([*pieces, body[position:]])


def _sections(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    headings = list(_SECTION.finditer(body))
    for index, heading in enumerate(headings):
        end = headings[index + 1].start() if index + 1 < len(headings) else len(body)
        found.setdefault(heading.group(1).strip().casefold(), body[heading.end() : end].strip())
    return found
