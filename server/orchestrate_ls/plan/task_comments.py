"""Finds the comments that belong to a task. A ``#`` inside a text is none."""

from __future__ import annotations

from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_layout import task_lines
from orchestrate_ls.syntax.tree import Scalar, walk
from orchestrate_ls.text.lines import line_end


def comments_of(source: PlanSource, task: int, *, above: bool = True) -> list[str]:
    """The comments inside a task, and with ``above`` those directly above it, each from its ``#`` on.

    Raises ``NotPossibleError`` where the task has no lines of its own.
    """
    lines = task_lines(source, task)
    text, base = source.text, source.base(task)
    first = lines.lead if above else lines.start
    if "#" not in text[first : lines.end]:
        return []
    scalars = [
        (base + node.start, base + node.end)
        for node in walk(source.task_node(task))
        if isinstance(node, Scalar)
    ]
    found: list[str] = []
    at = first
    while (at := text.find("#", at, lines.end)) >= 0:
        stands = at == first or text[at - 1] in " \t\r\n"
        inside = next((end for start, end in scalars if start < at < end), None)
        if inside is not None and not _is_header(text, scalars, at):
            at = max(at + 1, min(inside, lines.end))
        elif not stands:
            at += 1
        else:
            found.append(text[at : line_end(text, at)].rstrip())
            at = line_end(text, at)
    return found


def _is_header(text: str, scalars: list[tuple[int, int]], at: int) -> bool:
    """Whether a place is behind the ``|`` or ``>`` that begins a block scalar, on the same line."""
    return any(
        text[start] in "|>" and start < at <= line_end(text, start)
        for start, end in scalars
        if start < at < end
    )
