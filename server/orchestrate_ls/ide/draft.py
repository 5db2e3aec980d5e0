"""What of a plan file a person has selected, and the file being rewritten from there.

Knows no refactoring and no editor.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from orchestrate_ls.plan.model import Task
from orchestrate_ls.plan.rewriting import NotPossibleError, Rewriting
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.engine import FileCheck, PlanCheck
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.lines import line_end, line_start

__all__ = ["Draft", "NotPossibleError", "Selection", "select"]


@dataclass(frozen=True, slots=True)
class Selection:
    """A range of a checked file (code points) with the tasks of one of its plans that it touches, in order."""

    check: FileCheck
    start: int
    end: int
    number: int
    tasks: tuple[int, ...]

    @property
    def plan(self) -> PlanCheck:
        """The checked plan that the range begins in."""
        return self.check.plans[self.number]

    @property
    def source(self) -> PlanSource:
        return self.plan.source

    def task(self, index: int) -> Task:
        return self.source.plan.tasks[index]

    def name(self, index: int) -> str:
        """How to call a task in a title or a message."""
        return quoted(self.plan.context.names[index])

    def only_task(self) -> int:
        """The one task that is selected. Raises ``NotPossibleError`` where there is none, or more."""
        if len(self.tasks) != 1:
            raise NotPossibleError("put the cursor into one task" if self.tasks else "there is no task here")
        return self.tasks[0]


def select(check: FileCheck, start: int, end: int) -> Selection:
    """What a range of a file touches. A range that ends where a line begins does not touch that line."""
    start, end = min(start, end), max(start, end)
    chunks = check.file.chunks
    first = max(0, chunks.chunk_at(start))
    number = max(0, bisect_right([plan.source.first for plan in check.plans], first) - 1)
    source = check.plans[number].source
    if end > start and line_start(source.text, end) == end:
        end = max(start, end - 1)
    last = max(first, chunks.chunk_at(end))
    parts = range(first - source.first, last - source.first + 1)
    if len(source.parts) == 1:
        parts = range(1)
    begin, stop = bisect_left(source.task_parts, parts.start), bisect_left(source.task_parts, parts.stop)
    tasks = tuple(index for index in range(begin, stop) if _touches(source, index, start, end))
    return Selection(check, start, end, number, tasks)


def _touches(source: PlanSource, index: int, start: int, end: int) -> bool:
    node, base, text = source.task_node(index), source.base(index), source.text
    return (
        line_start(text, base + node.start) <= end
        and line_end(text, written_end(text, base, node)) >= start
        and base + node.start <= len(text)
    )


class Draft(Rewriting):
    """The next version of a file in the making, of which the plan that was selected in is worked on."""

    def __init__(self, selection: Selection) -> None:
        super().__init__(selection.check.file, selection.number)
