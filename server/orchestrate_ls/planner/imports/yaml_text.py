"""YAML of unknown origin as plain data, by the program's own reader, which no nesting or alias can blow up."""

from __future__ import annotations

from typing import Any

from orchestrate_ls.planner.imports.imported import ImportFailedError
from orchestrate_ls.syntax.events import default_events
from orchestrate_ls.syntax.plain import to_plain
from orchestrate_ls.syntax.recovery import parse


def read_yaml(source: str, first_line: int = 1) -> Any:
    """The data of a text. Raises ``ImportFailedError`` at the first error, its line counted from ``first_line``."""
    parsed = parse(source, default_events())
    if parsed.problems:
        problem = min(parsed.problems, key=lambda each: each.start)
        line = first_line + source.count("\n", 0, problem.start)
        raise ImportFailedError(f"this is no YAML: {problem.message}", "repair it first", line)
    return to_plain(parsed.root)
