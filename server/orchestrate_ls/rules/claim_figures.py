"""What the plan's claims are held against, and how one figure in a claim's text is replaced by another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import replace_scalar
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.syntax.tree import Scalar
from orchestrate_ls.text.edits import TextEdit

WALL_TIME: Final = Spot(None, ("estimated_wall_time",))
EFFICIENCY: Final = Spot(None, ("efficiency_gain",))

_WALL_FIGURE: Final = re.compile(r"[^(]*?(?=[ \t]*(?:\(|[ \t]vs[ \t]|\Z))")
_SEQUENTIAL_FIGURE: Final = re.compile(
    r"[Pp][0-9Tt][0-9.A-Za-z]*|[0-9.]+[ \t]*[A-Za-z]+(?:[ \t]*[0-9.]+[ \t]*[A-Za-z]+)*"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What follows from the tasks, in seconds; ``complete`` is False where a task has no estimate."""

    total: int
    critical: int
    shortest: int
    """No schedule is shorter: the critical path, or the total shared out evenly over ``concurrent_capacity``."""
    complete: bool

    @property
    def greatest_gain(self) -> float:
        """The share of the total that running tasks in parallel can save at most."""
        return 1 - self.shortest / self.total if self.total else 0.0


def figures_of(context: RuleContext) -> Figures | None:
    """The plan's figures; None where a cycle or the lack of any estimate leaves none."""
    times = context.analysis.times
    total = sum(context.analysis.network.durations)
    if not times.complete or total == 0:
        return None
    shortest = times.makespan
    if capacity := context.plan.header.concurrent_capacity:
        shortest = max(shortest, -(-total // capacity))
    complete = all(task.estimate is not None for task in context.plan.tasks)
    return Figures(total, times.makespan, shortest, complete)


def rewrite_wall_time(context: RuleContext, seconds: int) -> TextEdit | None:
    """Put another wall time into ``14h (vs 22h sequential)``; the rest of the text stays."""
    text = _text_at(context, WALL_TIME)
    match = _WALL_FIGURE.match(text) if text is not None else None
    if text is None or match is None or not match[0].strip():
        return None
    return _rewrite(context, format_duration(seconds) + text[match.end() :])


def rewrite_sequential(context: RuleContext, seconds: int) -> TextEdit | None:
    """Put another sequential total into ``14h (vs 22h sequential)``; the rest of the text stays."""
    text = _text_at(context, WALL_TIME)
    wall = _WALL_FIGURE.match(text) if text is not None else None
    match = _SEQUENTIAL_FIGURE.search(text, wall.end()) if text is not None and wall is not None else None
    if text is None or match is None:
        return None
    return _rewrite(context, text[: match.start()] + format_duration(seconds) + text[match.end() :])


def _rewrite(context: RuleContext, new: str) -> TextEdit | None:
    """The edit cut down to what differs, so that two figures of one text can be corrected at once."""
    edit = replace_scalar(context.source, WALL_TIME, new)
    if edit is None:
        return None
    old = context.source.text[edit.start : edit.end]
    head = _same_start(old, edit.new_text)
    tail = _same_start(old[head:][::-1], edit.new_text[head:][::-1])
    return TextEdit(edit.start + head, edit.end - tail, edit.new_text[head : len(edit.new_text) - tail])


def _same_start(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _text_at(context: RuleContext, spot: Spot) -> str | None:
    node = context.source.node(spot)
    return node.text.strip() if isinstance(node, Scalar) else None
