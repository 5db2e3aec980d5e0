"""The issues of beads as JSONL: one issue in each line, with typed dependencies.

`blocks` makes an issue wait; an epic waits for its children (`parent-child`). Other kinds say nothing about order.
"""

from __future__ import annotations

from typing import Any, Final

from orchestrate_ls.planner.imports.imported import Imported, ImportedTask, ImportFailedError, counted
from orchestrate_ls.planner.imports.json_text import items, mapping, read_json, text, texts

_STATES: Final = {"closed": "completed", "in_progress": "in progress", "blocked": "blocked"}
_PRIORITIES: Final = {"0": "critical", "1": "high", "2": "medium", "3": "low", "4": "low"}
_GONE: Final = ("tombstone",)


def is_beads(first_line: Any) -> bool:
    """Whether the first line's data looks like an issue."""
    issue = mapping(first_line)
    return "id" in issue and "title" in issue


def read_beads(source: str) -> Imported:
    """All issues that were not deleted."""
    imported = Imported("Issues of beads", [])
    issues: list[dict[str, Any]] = []
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip():
            continue
        issue = mapping(read_json(line, number))
        if not is_beads(issue):
            raise ImportFailedError(
                "this line is no issue: it has no `id` and `title`", "name beads' JSONL file", number
            )
        if text(issue.get("status")) not in _GONE:
            issues.append(issue)
    tasks = {text(issue["id"]): _task(issue) for issue in issues}
    others: dict[str, int] = {}
    for issue in issues:
        for each in map(mapping, items(issue.get("dependencies"))):
            target = text(each.get("depends_on_id")) or text(each.get("id"))
            kind = text(each.get("type")) or text(each.get("dep_type")) or "blocks"
            if kind in ("blocks", "conditional-blocks", "waits-for"):
                tasks[text(issue["id"])].wait_for([target])
            elif kind == "parent-child" and target in tasks:
                tasks[target].wait_for([text(issue["id"])])
            else:
                others[kind] = others.get(kind, 0) + 1
    for kind, number in sorted(others.items()):
        imported.notes.append(
            f"left out, as it says nothing about order: {counted(number, 'link')} of the kind `{kind}`"
        )
    imported.note_count(
        sum(bool(texts(each.get("labels"))) for each in issues), "labels", ", which were left out"
    )
    imported.note_count(
        sum(bool(items(each.get("comments"))) for each in issues), "comments", ", which were left out"
    )
    imported.tasks = list(tasks.values())
    if len(tasks) < len(issues):
        imported.notes.append("of issues with the same id the last one counts")
    return imported


def _task(issue: dict[str, Any]) -> ImportedTask:
    found = ImportedTask(text(issue["id"]), text(issue["title"]))
    parts = [text(issue.get(name)) for name in ("description", "design", "notes")]
    found.description = "\n\n".join(filter(None, parts))
    criteria = text(issue.get("acceptance_criteria"))
    found.criteria = [
        line.lstrip("-*[] \t").strip() for line in criteria.splitlines() if line.strip("-*[] \t")
    ]
    minutes = issue.get("estimated_minutes")
    if isinstance(minutes, int) and not isinstance(minutes, bool) and 0 < minutes < 10**7:
        found.estimate = f"{minutes}m"
    found.priority = _PRIORITIES.get(text(issue.get("priority")).upper().removeprefix("P"))
    found.agent = text(issue.get("assignee")) or None
    found.state = _STATES.get(text(issue.get("status")))
    return found
