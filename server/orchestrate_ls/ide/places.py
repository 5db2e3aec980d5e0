"""Places in a file as plain data, as the features that lead somewhere return them. Knows no feature."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.ide.names import Occurrence
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.splice import written_end
from orchestrate_ls.syntax.tree import AnyNode


@dataclass(frozen=True, slots=True)
class Target:
    """A place to go to: what to select, and all that belongs to it. Offsets in code points of the file."""

    start: int
    end: int
    whole_start: int
    whole_end: int


def whole_of(source: PlanSource, part: int, node: AnyNode) -> tuple[int, int]:
    """The range in the file of what is written for a node, without blank lines and comments behind it."""
    base = source.part_base(part)
    end = written_end(source.parts[part].text, 0, node)
    return base + node.start, base + max(node.start, end)


def target_of(source: PlanSource, occurrence: Occurrence) -> Target:
    """The place of a name, with the whole task where it is the name of one in its own text."""
    start, end = occurrence.start, occurrence.end
    task = occurrence.task
    if task is not None and occurrence.direct:
        first, last = whole_of(source, source.task_parts[task], source.task_node(task))
        if first <= start and end <= last:
            return Target(start, end, first, last)
    return Target(start, end, start, end)
