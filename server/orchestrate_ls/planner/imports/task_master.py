"""Task Master's `tasks.json`: tasks with subtasks, in one list or in one list for each tag.

A task that has subtasks waits for them; they wait for what it waits for.
"""

from __future__ import annotations

from typing import Any, Final

from orchestrate_ls.planner.imports.imported import Imported, ImportedTask, ImportFailedError, counted
from orchestrate_ls.planner.imports.json_text import items, mapping, read_json, text, texts

_STATES: Final = {
    "done": "completed",
    "completed": "completed",
    "in-progress": "in progress",
    "review": "in progress",
    "blocked": "blocked",
}
_DROPPED: Final = ("cancelled", "canceled")
_PRIORITIES: Final = ("critical", "high", "medium", "low")


def is_task_master(data: Any) -> bool:
    """Whether JSON data looks like it."""
    return bool(_lists(mapping(data)))


def read_task_master(source: str) -> Imported:
    """The tasks of the list `master`, else of the only list, else of all of them."""
    data = mapping(read_json(source))
    lists = _lists(data)
    if not lists:
        raise ImportFailedError("there is no list `tasks` in this JSON", "name Task Master's `tasks.json`")
    imported = Imported(text(mapping(data.get("meta")).get("projectName")) or "Tasks of Task Master", [])
    several = len(lists) > 1
    if several:
        imported.notes.append(
            f"the lists of {len(lists)} tags were put together, with the tag before each id"
        )
    for tag, tasks in lists.items():
        _read_list(tasks, f"{tag}-" if several else "", imported)
    return imported


def _lists(data: dict[str, Any]) -> dict[str, list[Any]]:
    if isinstance(data.get("tasks"), list):
        return {"master": items(data["tasks"])}
    return {
        tag: items(mapping(held)["tasks"])
        for tag, held in data.items()
        if isinstance(mapping(held).get("tasks"), list)
    }


def _read_list(tasks: list[Any], prefix: str, imported: Imported) -> None:
    dropped = strategies = 0
    for number, each in enumerate(tasks, start=1):
        task = mapping(each)
        if text(task.get("status")) in _DROPPED:
            dropped += 1
            continue
        own = prefix + (text(task.get("id")) or str(number))
        waits = [prefix + key for key in texts(task.get("dependencies"))]
        subtasks = [mapping(one) for one in items(task.get("subtasks"))]
        keys: list[str] = []
        for place, one in enumerate(subtasks, start=1):
            if text(one.get("status")) in _DROPPED:
                dropped += 1
                continue
            key = f"{own}.{text(one.get('id')) or place}"
            keys.append(key)
            found = _task(one, key)
            # Among subtasks a bare number is a sister.
            sisters = [name if "." in name else f"{own}.{name}" for name in texts(one.get("dependencies"))]
            found.wait_for(
                [*(sister if sister.startswith(prefix) else prefix + sister for sister in sisters), *waits]
            )
            imported.tasks.append(found)
        found = _task(task, own)
        found.wait_for([*waits, *keys])
        strategies += bool(text(task.get("testStrategy")))
        imported.tasks.append(found)
    imported.note_count(strategies, "a test strategy", ", which became a success criterion")
    if dropped:
        imported.notes.append(f"left out as cancelled: {counted(dropped, 'task')}")


def _task(task: dict[str, Any], key: str) -> ImportedTask:
    found = ImportedTask(key, text(task.get("title")) or text(task.get("description"))[:80] or key)
    parts = [text(task.get("description")), text(task.get("details"))]
    found.description = "\n\n".join(part for part in parts if part and part != found.name)
    strategy = text(task.get("testStrategy"))
    found.criteria = [strategy] if strategy else []
    priority = text(task.get("priority")).lower()
    found.priority = priority if priority in _PRIORITIES else None
    found.state = _STATES.get(text(task.get("status")).lower())
    found.agent = text(task.get("assignee")) or None
    return found
