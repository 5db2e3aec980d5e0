"""What the schema says against one part, for the rules ``schema`` and ``unknown-key``, which divide it between them."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.plan.model import Path
from orchestrate_ls.plan.schema import SchemaProblem
from orchestrate_ls.rules.context import PartContext
from orchestrate_ls.rules.latest import Latest
from orchestrate_ls.syntax.plain import to_plain
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Scalar, Sequence, resolved

_ABOUT_WHAT_IS_THERE: Final = frozenset(
    {"enum", "const", "pattern", "type", "anyOf", "minimum", "maximum", "maxLength"}
)


def is_about_key(problem: SchemaProblem) -> bool:
    """Whether a problem is one of ``unknown-key``."""
    return problem.on_key and problem.keyword == "additionalProperties"


def node_at(root: AnyNode, path: Path) -> AnyNode | None:
    """The node at a path below a part's root; aliases on the way are followed, merge keys are not."""
    node: AnyNode | None = root
    for step in path:
        target = resolved(node) if node is not None else None
        if isinstance(target, Mapping):
            entry = target.entry(str(step))
            node = entry.value if entry is not None else None
        elif isinstance(target, Sequence) and isinstance(step, int) and step < len(target.items):
            node = target.items[step]
        else:
            return None
    return node


def _stands_there(part: PartContext, problem: SchemaProblem) -> bool:
    if problem.keyword not in _ABOUT_WHAT_IS_THERE:
        return False
    node = node_at(part.root, problem.path)
    value = resolved(node) if node is not None else None
    return isinstance(value, Scalar) and value.value is not None


def _find(part: PartContext) -> tuple[SchemaProblem, ...]:
    instance = to_plain(part.root)
    definition = "task" if part.task is not None else "plan"
    if part.task is None and isinstance(instance, dict) and part.has_tasks:
        instance.setdefault("tasks", [])  # they are checked one by one
    problems = part.schema.problems(instance, definition)
    if part.broken:
        problems = [problem for problem in problems if is_about_key(problem) or _stands_there(part, problem)]
    return tuple(problems)


schema_problems: Final = Latest(_find)
"""The schema's problems with a part as it was read; paths start at its root.

Of a part with syntax errors only what is wrong with values that are there is told: what is missing, or is of another
kind than it should be, may just not be typed yet. Two rules ask about each part, one after the other.
"""
