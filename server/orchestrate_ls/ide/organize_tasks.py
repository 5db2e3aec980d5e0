"""Put the tasks into an order in which each comes after all it depends on. Knows no editor.

Waves come first to last, and in a wave the tasks stay in the order they had. Comments above a task travel with it, and
so does everything inside it; the blank lines between tasks stay where they are.
"""

from __future__ import annotations

import re
from itertools import chain, pairwise
from typing import Final

from orchestrate_ls.ide.draft import NotPossibleError, Selection
from orchestrate_ls.plan.task_layout import block_text_at_end, ends_with_open_text, task_lines
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.lines import line_break

TITLE: Final = "Put the tasks in the order of their dependencies"
_BLANK_LINES: Final = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))*")


def order_of(selection: Selection) -> list[int]:
    """The tasks in their new order. Raises ``NotPossibleError`` where there is none, or they are in order already."""
    plan = selection.plan
    tasks = plan.source.plan.tasks
    if not tasks:
        raise NotPossibleError("the plan has no tasks")
    if not plan.analysis.network.is_acyclic:
        cycle = plan.analysis.cycles
        names = " and ".join(selection.name(index) for index in cycle[0][:3]) if cycle else "tasks"
        raise NotPossibleError(f"{names} wait for each other in a circle, so no order is right")
    if len(plan.source.plan.index_of) != sum(task.id is not None for task in tasks):
        seen: set[str] = set()
        twice = next(
            task.id for task in tasks if task.id is not None and (task.id in seen or seen.add(task.id))
        )
        raise NotPossibleError(
            f"{quoted(twice)} is the id of several tasks, and their order says which one is meant"
        )
    order = list(chain.from_iterable(plan.analysis.waves))
    if order == list(range(len(tasks))):
        raise NotPossibleError("the tasks are in order already")
    return order


def offer(selection: Selection) -> str:
    """The title. Raises ``NotPossibleError``."""
    order_of(selection)
    task_lines(selection.source, 0)
    return TITLE


def organize_tasks(selection: Selection) -> tuple[TextEdit, ...]:
    """The edits. Raises ``NotPossibleError``, too, where tasks have no lines of their own or share anchors."""
    order, source = order_of(selection), selection.source
    if any(after - before != 1 for before, after in pairwise(source.task_parts)):
        raise NotPossibleError("the tasks are not in one plain list, so there are no lines to move")
    for index in range(len(order)):
        if source.parts[source.task_parts[index]].parsed.anchors:
            raise NotPossibleError(
                f"{selection.name(index)} holds an anchor, which has to stay above its uses"
            )
        if ends_with_open_text(source, index):
            raise NotPossibleError(
                f"{selection.name(index)} ends with a text to which what is below it matters (`|+`, or one that the"
                " end of the file cuts off); end the file with a line break"
            )
    text, ending = source.text, line_break(source.text)
    slots: list[tuple[int, int]] = []
    for index in range(len(order)):
        lines = task_lines(source, index)
        start = lines.lead
        if index:
            # All comments since the task before it, over blank lines too.
            blank = _BLANK_LINES.match(text, slots[-1][1])
            start = min(start, blank.end()) if blank is not None else start
        slots.append((start, lines.end))
    edits: list[TextEdit] = []
    for (start, end), index in zip(slots, order, strict=True):
        old, new = text[start:end], text[slice(*slots[index])]
        if new == old:
            continue
        if not new.endswith(("\n", "\r")):
            new += ending
        if not old.endswith(("\n", "\r")) and block_text_at_end(source, index) is None:
            new = new.removesuffix("\n").removesuffix("\r")
        edits.append(TextEdit(start, end, new))
    return tuple(edits)
