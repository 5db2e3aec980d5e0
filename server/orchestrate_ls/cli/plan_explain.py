"""`orchestrate plan --explain`: for each task of a new plan the words or the rule it came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from orchestrate_ls.cli.terminal import output_console, safe
from orchestrate_ls.planner.draft import Draft


def print_explanation(draft: Draft, context: Sequence[str] = ()) -> None:
    """Print why each task is there, and where its time, order, owner, deadline and files come from."""
    console = output_console()
    if context:
        console.print()
        console.print(Text("What was used of this folder", style="bold magenta"))
        for line in context:
            console.print(f"    {safe(line)}", soft_wrap=True)
    console.print()
    console.print(Text("Why each task is there", style="bold magenta"))
    for task in draft.tasks:
        console.print(Text.assemble((safe(task.id), "bold"), f" {safe(task.name)}"), soft_wrap=True)
        console.print(f"    {safe(task.reason)}", soft_wrap=True)
        for fact in task.facts:
            console.print(f"    {safe(fact)}", soft_wrap=True)


def print_context_hint() -> None:
    """Say that the plan is one for this folder, and how to learn more."""
    console = output_console()
    console.print()
    console.print(
        "The plan fits the code in this folder: --explain says what was used of it, --no-context plans without.",
        soft_wrap=True,
    )


def explanation_as_json(draft: Draft) -> dict[str, Any]:
    """The same for programs: task id to its reason and facts."""
    return {task.id: {"reason": task.reason, "facts": list(task.facts)} for task in draft.tasks}
