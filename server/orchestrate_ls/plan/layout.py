"""What only shows between the parts of a document: a layout that cannot be cut, and lists of tasks that are broken."""

from __future__ import annotations

from itertools import pairwise

from orchestrate_ls.plan.parts import Part, without_end_marker
from orchestrate_ls.plan.source import PartProblem
from orchestrate_ls.syntax.characters import make_readable
from orchestrate_ls.syntax.cutting import (
    Kind,
    YamlChunk,
)
from orchestrate_ls.syntax.events import EventSource
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.syntax.recovery import is_yaml
from orchestrate_ls.syntax.tree import Scalar
from orchestrate_ls.text.edits import TextEdit


def layout_problems(parts: list[Part]) -> list[PartProblem]:
    """What only shows between parts: items of ``tasks`` behind something that cannot come before them."""
    found: list[PartProblem] = []
    for index, (part, following) in enumerate(pairwise(parts)):
        if following.kind is not Kind.ITEM or part.kind is not Kind.SECTION:
            continue
        tasks = next((entry for entry in part.entries if entry.name == "tasks"), None)
        if tasks is None:
            if not part.broken:
                found.append(PartProblem(index, _interruption(part)))
        elif not (isinstance(tasks.value, Scalar) and tasks.value.is_missing):
            found.append(PartProblem(index, _dash_problem(part)))
    return found


def _interruption(part: Part) -> SyntaxProblem:
    end = len(part.text.splitlines()[0].rstrip()) if part.text.strip() else 0
    return SyntaxProblem(
        0,
        end,
        "this line breaks the list of tasks in two; indent it to where it belongs, or move it below the tasks",
    )


def _dash_problem(part: Part) -> SyntaxProblem:
    entry = next(entry for entry in part.entries if entry.name == "tasks")
    at = entry.value.start
    line = part.text.rfind("\n", 0, at) + 1
    indent = at - line
    repair = TextEdit(at - 2, at, "- ") if indent >= 2 else TextEdit(at, at, "- ")
    return SyntaxProblem(
        at,
        min(at + 1, len(part.text)),
        "the first task is no list item; start it with `- ` like the others",
        repair,
        "Add the dash",
    )


def reads_whole(chunks: list[YamlChunk], parts: list[Part], broken: int, events: EventSource) -> bool:
    """Whether the document reads well when it is not cut, from its first odd part on.

    Everything before that part parsed well by itself, so only the context is put in front of the rest.
    """
    prefix = "tasks:\n" if parts[broken].kind is Kind.ITEM else ""
    text = prefix + "".join([chunk.text for chunk in chunks[broken:]])
    readable = make_readable(without_end_marker(text.removeprefix("\ufeff")))
    return not readable.problems and is_yaml(readable.text, events)
