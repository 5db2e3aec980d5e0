"""Put a new task behind the one at the cursor. Knows no editor."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.refactoring import Refactoring, free_id, id_of
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_layout import ends_with_open_text, task_lines
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.lines import line_break

_NAME: Final = "insert-task"
_TITLE: Final = "Insert a task after this one"


def _offer(selection: Selection, _name: str) -> str:
    index = selection.only_task()
    id_of(selection, index)
    task_lines(selection.source, index)
    return f"Insert a task after {selection.name(index)}"


def _rewrite(draft: Draft, selection: Selection, _name: str) -> None:
    index = selection.only_task()
    name, task = id_of(selection, index), selection.task(index)
    fields = [
        ("id", write_scalar(free_id(selection.source.plan, name), in_flow=True)),
        ("name", "New task"),
        ("dependencies", f"[{write_scalar(name, in_flow=True)}]"),
    ]
    if task.agent is not None:
        fields.append(("agent", write_scalar(task.agent)))
    insert_task(draft, index, fields)


def insert_task(draft: Draft, index: int, fields: list[tuple[str, str]]) -> None:
    """Put a task with these fields (key and YAML text) behind another, with a blank line where the others have one."""
    source = draft.source
    lines = task_lines(source, index)
    if ends_with_open_text(source, index):
        raise NotPossibleError("the task ends with a text that goes on to the next one; end that first")
    ending = line_break(source.text)
    # Where the items' keys stand further in than usual, so do those of the new one.
    first = source.parts[source.task_parts[index]].text[lines.column :]
    width = len(first) - len(first[1:].lstrip(" "))
    width = width if first[1:2] == " " and "\n" not in first[:width] else 2
    indent, dash = " " * (lines.column + width), " " * lines.column + "-" + " " * (width - 1)
    text = ending.join(
        f"{indent if place else dash}{key}: {value}" for place, (key, value) in enumerate(fields)
    )
    gap = ending if _has_gap(source, index) else ""
    ends_line = source.text[: lines.end].endswith(("\n", "\r"))
    text = f"{gap}{text}{ending}" if ends_line else f"{ending}{gap}{text}"
    draft.apply(TextEdit(lines.end, lines.end, text), "there is no room for a task here")


def _has_gap(source: PlanSource, index: int) -> bool:
    """Whether a blank line stands between this task and the next; at the end of the list, between the last two."""
    before = index if index + 1 < len(source.plan.tasks) else index - 1
    if before < 0:
        return False
    between = source.text[task_lines(source, before).end : task_lines(source, before + 1).start]
    return between[:1] in ("\r", "\n") and between != ""


REFACTORING: Final = Refactoring("refactor.rewrite", {_NAME: _TITLE}, _offer, _rewrite)
