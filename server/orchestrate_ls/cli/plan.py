"""`orchestrate plan`: a goal in plain words, or a document, becomes a checked plan file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.model_options import DryRun, Endpoint, KeyEnvironment
from orchestrate_ls.cli.plan_input import STANDARD_STREAM, read_day, read_document_text, read_goal

if TYPE_CHECKING:
    from datetime import date

    from orchestrate_ls.planner.brief import Brief
    from orchestrate_ls.planner.draft import Draft
    from orchestrate_ls.planner.models.planning import ModelPlan
    from orchestrate_ls.planner.stated.facts import Remark
    from orchestrate_ls.planner.surroundings import Surroundings
    from orchestrate_ls.planner.verify import Verification

_STATED: Final = frozenset({"deadline-missed"})
"""Findings that come from what the user stated, and are shown instead of taken for a fault of the planner."""


class Format(StrEnum):
    """How the summary is printed."""

    TEXT = "text"
    JSON = "json"


def plan(
    goal: Annotated[
        str | None,
        typer.Argument(
            metavar="[GOAL]",
            help="What is to be reached, in one quoted argument; - reads it from standard input.",
            show_default=False,
        ),
    ] = None,
    document: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help=(
                "A document to plan from: requirements, an issue, notes, steps, a check-list; - for "
                "standard input."
            ),
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=(
                "The file to write, a folder to write it in, or - for standard output. Named after the "
                "goal without."
            ),
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
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="TIME",
            help=(
                'The date (2026-12-01) or time (2026-12-01T09:00) from which "by Friday" and "within two weeks" '
                "count. Without it only full dates become deadlines."
            ),
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            "-t",
            metavar="NAME",
            help=(
                "The kind of work: feature_development, bug_fix, refactoring, or a template of your own from "
                "orchestrate.toml or the plan that is written over. Chosen from the goal without."
            ),
            show_default=False,
        ),
    ] = None,
    no_context: Annotated[
        bool,
        typer.Option("--no-context", help="Do not look at the code in this folder; plan as in an empty one."),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Say for each task which words or which rule it came from, and what was used of the folder's code.",
        ),
    ] = False,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help=(
                "Have a language model improve the plan: a name of the llm library, an endpoint of your own"
                " models.toml, or with --endpoint a model there; ? lists them."
            ),
            show_default=False,
        ),
    ] = None,
    endpoint: Endpoint = None,
    key_env: KeyEnvironment = None,
    dry_run: DryRun = False,
) -> None:
    """Write a plan for a goal or from a document, and print a summary of it.

    Works offline, without a model and without a key; nothing is sent anywhere unless --model names one. What a
    document states (times, order, owners, dates, people) holds, and contradictions are reported. In a folder
    with code the tasks name its files, commands and agents, and what is there already is not planned again;
    nothing of the folder is executed. The plan is
    checked before it is written, and an existing file is never written over without --force.
    """
    from orchestrate_ls.planner.verify import verify
    from orchestrate_ls.planner.write import slug

    if output == STANDARD_STREAM and summary is Format.JSON:
        raise CommandFailedError(
            "standard output cannot take both the plan and the JSON", "name a file with -o"
        )
    if model is None and (endpoint is not None or key_env is not None or dry_run):
        raise CommandFailedError(
            "--endpoint, --key-env and --dry-run are about a model, and none was named",
            "name it with --model NAME",
        )
    if model == "?" and endpoint is None:
        from orchestrate_ls.cli.plan_model import list_models

        list_models(as_json=summary is Format.JSON)
        return
    from orchestrate_ls.cli.plan_surroundings import surroundings_of, templates_of

    place = Path(output) if output not in (None, STANDARD_STREAM) else Path()
    own = templates_of(place) if force else ()
    surroundings = surroundings_of(place, own, template, None if no_context else Path())
    repository = surroundings.repository
    planned = _planned(goal, document, surroundings, read_day(now))
    draft, text, remarks, context = planned.draft, planned.text, planned.remarks, planned.context
    if remarks:
        from orchestrate_ls.cli.plan_remarks import print_remarks

        print_remarks(remarks, document or "goal")
    if draft is None or text is None:
        too_many = any(remark.code == "too-many-steps" for remark in remarks)
        raise CommandFailedError(
            f"the document {'is too long for one plan' if too_many else 'contradicts itself'}, so nothing was written",
            "mend what is reported above and plan again",
        )
    path = _path(output, planned.name, slug)
    made: ModelPlan | None = None
    if model is not None:
        from orchestrate_ls.cli.plan_model import ask_model, dry_run_of, print_report
        from orchestrate_ls.planner.models.planning import Outline

        seen = repository.as_text().split("\n") if repository is not None and repository.has_code else ()
        outline = Outline(
            planned.brief, draft, text, planned.document, planned.lists_steps, context=tuple(seen)
        )
        if dry_run:
            dry_run_of(outline, model, endpoint, key_env, as_json=summary is Format.JSON)
            return
        _make_sure_of(path, force=force)
        made = ask_model(outline, model, endpoint, key_env)
        draft, text = made.draft, made.text
        print_report(made)
    verification = verify(text)
    if any(fault.code not in _STATED for fault in verification.faults):
        _report_faults(verification, text)
    _report_stated(verification)
    if path is None:
        sys.stdout.write(text)
        return
    _write(path, text, force=force)
    if summary is Format.JSON:
        _print_json(verification, path, planned, draft if explain else None, made)
        return
    from orchestrate_ls.cli.plan_summary import print_summary

    print_summary(verification.check.plans[0], path)
    if explain:
        from orchestrate_ls.cli.plan_explain import print_explanation

        print_explanation(draft.tasks, context)
    elif context:
        from orchestrate_ls.cli.plan_explain import print_context_hint

        print_context_hint()


def _make_sure_of(path: Path | None, *, force: bool) -> None:
    """Fail before anybody has paid for an answer, where the file may not be written."""
    if path is not None and not force and path.exists():
        raise _there_already(path)


def _print_json(
    verification: Verification,
    path: Path,
    planned: _Planned,
    explained: Draft | None,
    made: ModelPlan | None,
) -> None:
    from orchestrate_ls.cli.plan_explain import explanation_as_json
    from orchestrate_ls.cli.plan_remarks import remarks_as_json
    from orchestrate_ls.cli.terminal import write_json

    result = summary_as_json(verification, path)
    if planned.document is not None:
        result["remarks"] = remarks_as_json(planned.remarks)
    if explained is not None:
        result["explanation"] = explanation_as_json(explained.tasks)
        result["context"] = list(planned.context)
    if made is not None:
        from orchestrate_ls.cli.plan_model import report_as_json

        result["model"] = report_as_json(made)
    write_json(result)


@dataclass(frozen=True, slots=True)
class _Planned:
    """The offline plan. ``name`` is the goal that names the file; ``lists_steps``: the document lists the tasks."""

    name: str
    brief: Brief | None
    draft: Draft | None
    text: str | None
    remarks: Sequence[Remark]
    document: str | None = None
    lists_steps: bool = False
    context: Sequence[str] = ()


def _planned(
    goal: str | None,
    document: str | None,
    surroundings: Surroundings,
    now: date | None,
) -> _Planned:
    """Plan offline, which a model may improve on."""
    from orchestrate_ls.planner.catalogue import CatalogueError
    from orchestrate_ls.planner.intelligible import GoalError
    from orchestrate_ls.planner.offline import plan_document, plan_offline
    from orchestrate_ls.planner.workflows import WorkflowError

    if goal is None and document is None:
        raise CommandFailedError(
            "there is no goal", "say what is to be reached in quotes, or name a document with --from FILE"
        )
    around = (surroundings.repository, now, surroundings.flows, surroundings.catalogue)
    try:
        if document is None:
            given = read_goal(goal or "")
            planned = plan_offline(given, *around)
            return _Planned(
                given,
                planned.brief,
                planned.draft,
                planned.text,
                planned.remarks,
                context=planned.context,
            )
        if goal == STANDARD_STREAM:
            raise CommandFailedError(
                "the goal and the document cannot both come from here", "leave the goal out"
            )
        given = read_document_text(document)
        found = plan_document(given, goal, *around)
        steps = bool(found.facts.steps)
        return _Planned(
            found.goal, found.brief, found.draft, found.text, found.remarks, given, steps, found.context
        )
    except CatalogueError as error:
        raise CommandFailedError(
            f"the catalogue does not fit together: {error}", "see .orchestrate/catalogue/ of this folder"
        ) from None
    except (GoalError, WorkflowError) as error:
        raise CommandFailedError(_as_clause(error.message), error.hint) from None


def _report_stated(verification: Verification) -> None:
    for fault in verification.faults:
        print_note(fault.message)


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
        f"this is a bug in orchestrate: its plan for this goal has "
        f"{count(len(verification.faults), 'fault')},"
        " so nothing was written",
        "please report it with the goal; other words for the goal may give a plan",
    )


def summary_as_json(verification: Verification, path: Path) -> dict[str, Any]:
    """The plan for programs: the schedule as `orchestrate schedule` prints it, with what else is in the
    tasks.
    """
    from orchestrate_ls.ide.full_schedule import full_schedule_as_json
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
