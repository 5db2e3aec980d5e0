"""A plan file being rewritten step by step, and what of it a person has selected.

Each step is an edit of the text as the last step left it, so that a step need not know what the others moved. In the
end there is one set of edits on the file as it was. Knows no refactoring and no editor.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Task
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.engine import FileCheck, PlanCheck
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit, apply_edits
from orchestrate_ls.text.lines import line_end, line_start
from orchestrate_ls.text.revision import Revision


class NotPossibleError(Exception):
    """An action cannot be done here; the message says why, and where it helps what to do about it."""


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


class Draft:
    """The next version of a file in the making. ``source`` is the plan that is worked on, as it is by now."""

    def __init__(self, selection: Selection) -> None:
        self.file: PlanFile = selection.check.file
        self._number: Final = selection.number
        self._plans: Final = len(self.file.sources)
        self._revision: Final = Revision(len(self.file.chunks))

    @property
    def source(self) -> PlanSource:
        return self.file.sources[self._number]

    def apply(self, edit: TextEdit | None, otherwise: str) -> None:
        """Take a step; where there is no safe edit for it, ``NotPossibleError`` with that reason is raised."""
        if edit is None:
            raise NotPossibleError(otherwise)
        self._revision.apply((edit,))
        self.file = self.file.edit(edit.start, edit.end, edit.new_text)
        if len(self.file.sources) != self._plans:
            raise NotPossibleError(otherwise)

    def apply_all(self, edits: Sequence[TextEdit]) -> None:
        """Take many steps at once, all of them on the text as it is now. Reads the whole file again."""
        self._revision.apply(edits)
        self.file = PlanFile.parse(apply_edits(self.file.text, edits))

    def edits(self) -> tuple[TextEdit, ...]:
        """All steps so far as edits of the file as it was."""
        return self._revision.edits()
