"""`orchestrate plan`: a goal in plain words becomes a checked plan file."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.planner.verify import Verification

STANDARD_STREAM: Final = "-"
_LONGEST_INPUT: Final = 1_000_000
"""Bytes of a goal from standard input. The planner takes far less and says so itself."""


class Format(StrEnum):
    """How the summary is printed."""

    TEXT = "text"
    JSON = "json"


def plan(
    goal: Annotated[
        str,
        typer.Argument(
            metavar="GOAL",
            help="What is to be reached, in one quoted argument; - reads it from standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The file to write, a folder to write it in, or - for standard output. Named after the goal without.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    summary: Annotated[
        Format,
        typer.Option(
            "--format",
            "-f",
            help="How to print the summary: text for people, json for programs.",
            show_default=True,
        ),
    ] = Format.TEXT,
) -> None:
    """Write a plan for a goal, and print a summary of it.

    Works offline, without a model and without a key. The plan is checked before it is written, and an
    existing file is never written over without --force.
    """
    from orchestrate_ls.planner.intelligible import GoalError
    from orchestrate_ls.planner.offline import plan_offline
    from orchestrate_ls.planner.verify import verify
    from orchestrate_ls.planner.write import slug

    if output == STANDARD_STREAM and summary is Format.JSON:
        raise CommandFailedError(
            "standard output cannot take both the plan and the JSON", "name a file with -o"
        )
    goal = _goal(goal)
    try:
        planned = plan_offline(goal)
    except GoalError as error:
        raise CommandFailedError(_as_clause(error.message), error.hint) from None
    path = _path(output, goal, slug)
    verification = verify(planned.text)
    if verification.faults:
        _report_faults(verification, planned.text)
    if path is None:
        sys.stdout.write(planned.text)
        return
    _write(path, planned.text, force=force)
    if summary is Format.JSON:
        from orchestrate_ls.cli.terminal import write_json

        write_json(summary_as_json(verification, path))
        return
    from orchestrate_ls.cli.plan_summary import print_summary

    print_summary(verification.check.plans[0], path)


def _goal(given: str) -> str:
    if given != STANDARD_STREAM:
        return given
    data = sys.stdin.buffer.read(_LONGEST_INPUT + 1)
    if len(data) > _LONGEST_INPUT:
        raise CommandFailedError(
            "the goal on standard input has more than 1 MB", "say in a few sentences what is to be reached"
        )
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def _as_clause(sentence: str) -> str:
    """A sentence as it reads behind `error: `."""
    return sentence[:1].lower() + sentence[1:].removesuffix(".")


def _path(output: str | None, goal: str, slug: Any) -> Path | None:
    """Where to write; None for standard output."""
    if output == STANDARD_STREAM:
        return None
    if output is None:
        return Path(f"{slug(goal)}.plan.yaml")
    path = Path(output)
    try:
        return path / f"{slug(goal)}.plan.yaml" if path.is_dir() else path
    except (OSError, ValueError):
        return path


def _there_already(path: Path) -> CommandFailedError:
    return CommandFailedError(
        f"{path} exists already and was left as it is",
        "write over it with --force, or name another file with -o FILE",
    )


def _write(path: Path, text: str, *, force: bool) -> None:
    from orchestrate_ls.workspace.find import YAML_ENDINGS
    from orchestrate_ls.workspace.writing import FileThereError, UnwritableFileError, write_whole

    try:
        write_whole(path, text, overwrite=force)
    except FileThereError:
        raise _there_already(path) from None
    except UnwritableFileError as error:
        raise CommandFailedError(error.message, error.hint) from None
    if not path.name.lower().endswith(YAML_ENDINGS):
        print_note(
            f"{path} does not end in .plan.yaml, so that neither folders' checks nor editors will find it"
        )


def _report_faults(verification: Verification, text: str) -> None:
    """A plan of our own that does not pass our own checks is shown and thrown away."""
    from orchestrate_ls.cli.check_text import print_errors
    from orchestrate_ls.cli.counting import count
    from orchestrate_ls.workspace.checking import CheckedFile
    from orchestrate_ls.workspace.reading import PlanText

    print_errors(CheckedFile(Path("<new plan>"), PlanText(text), verification.check), verification.faults)
    raise CommandFailedError(
        f"this is a bug in orchestrate: its plan for this goal has {count(len(verification.faults), 'fault')},"
        " so nothing was written",
        "please report it with the goal; other words for the goal may give a plan",
    )


def summary_as_json(verification: Verification, path: Path) -> dict[str, Any]:
    """The plan for programs: the schedule as `orchestrate schedule` prints it, with what else is in the
    tasks.
    """
    from orchestrate_ls.cli.schedule_json import full_schedule_as_json
    from orchestrate_ls.ide.schedule import task_names
    from orchestrate_ls.schedule.plan_claims import judge_claims
    from orchestrate_ls.schedule.plan_schedule import schedule_plan

    check = verification.check.plans[0]
    plan = check.source.plan
    found = schedule_plan(plan)
    claims = judge_claims(plan, found, check.analysis.times)
    schedule = full_schedule_as_json(plan, check.analysis, found, claims)
    times = check.analysis.times
    for index, name in enumerate(task_names(plan)):
        task = plan.tasks[index]
        schedule["tasks"][name] = {
            "name": task.name,
            "agent": task.agent,
            "estimate": check.analysis.network.durations[index],
            "dependencies": [dependency.task for dependency in task.dependencies],
            "critical": times.slack[index] == 0,
            **schedule["tasks"][name],
        }
    return {"file": path.as_posix(), "goal": plan.header.goal.text, **schedule}
