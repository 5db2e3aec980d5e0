"""`orchestrate plan --explain`: for each task of a new plan the words or the rule it came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from orchestrate_ls.cli.terminal import output_console, safe
from orchestrate_ls.planner.draft import DraftTask
from orchestrate_ls.planner.write import duration


def print_explanation(tasks: Sequence[DraftTask], context: Sequence[str] = ()) -> None:
    """Print why each task is there, and where its time, order, owner, deadline and files come from."""
    console = output_console()
    if context:
        console.print()
        console.print(Text("What was used of this folder", style="bold magenta"))
        for line in context:
            console.print(f"    {safe(line)}", soft_wrap=True)
    console.print()
    console.print(Text("Why each task is there", style="bold magenta"))
    for task in tasks:
        console.print(Text.assemble((safe(task.id), "bold"), f" {safe(task.name)}"), soft_wrap=True)
        console.print(f"    {safe(task.reason)}", soft_wrap=True)
        if (estimate := _estimate(task)) is not None:
            console.print(f"    {safe(estimate)}", soft_wrap=True)
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


def explanation_as_json(tasks: Sequence[DraftTask]) -> dict[str, Any]:
    """The same for programs: task id to its reason, facts, and estimate in hours; None where the time was stated."""
    return {
        task.id: {
            "reason": task.reason,
            "estimate": None
            if task.stated_time or not any(task.estimate)
            else {
                **dict(zip(("optimistic", "likely", "pessimistic"), task.estimate, strict=True)),
                "expected": round(task.expected_hours, 2),
                "reason": task.estimate_reason,
            },
            "facts": list(task.facts),
        }
        for task in tasks
    }


def _estimate(task: DraftTask) -> str | None:
    """The three points and what they follow from; None where the user stated the time or there is none."""
    if task.stated_time or not any(task.estimate):
        return None
    low, likely, high = (duration(hours) for hours in task.estimate)
    reason = f": {task.estimate_reason}" if task.estimate_reason else ""
    return (
        f"at best {low}, likely {likely}, at worst {high} (expected {duration(task.expected_hours)}){reason}"
    )
