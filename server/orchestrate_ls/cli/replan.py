"""`orchestrate replan`: a plan is changed by its goal or by an instruction, shown as a diff first."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.model_options import DryRun, Endpoint, KeyEnvironment
from orchestrate_ls.cli.plan_input import read_day
from orchestrate_ls.cli.plan_options import PlanPath

if TYPE_CHECKING:
    from orchestrate_ls.plan.source import PlanSource
    from orchestrate_ls.planner.models.planning import ModelPlan, Outline
    from orchestrate_ls.planner.replan import Improver, Replanned
    from orchestrate_ls.workspace.reading import PlanText

NOT_APPLIED: Final = 1
"""The exit code where there is a change that was shown and not made."""


class Format(StrEnum):
    """How the change is printed."""

    DIFF = "diff"
    JSON = "json"


def replan(
    file: PlanPath,
    instruction: Annotated[
        str | None,
        typer.Argument(
            metavar="[INSTRUCTION]",
            help='What to change, in one quoted argument: "drop mobile, add SSO, two people only".',
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="TASK", help="Change only this task and what comes after it."),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            "--split", metavar="TASK", help="Give this task a plan of its own, in a file beside this one."
        ),
    ] = None,
    missing: Annotated[
        bool,
        typer.Option("--missing", help="Only add what the goal asks for and the plan lacks."),
    ] = False,
    triggered: Annotated[
        bool,
        typer.Option(
            "--triggered",
            help="Do what the plan's replan triggers that hold now, and its recovery, ask for, by its journal.",
        ),
    ] = False,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="TASK",
            help="Leave this task as it is, to the byte. Can be given several times.",
        ),
    ] = None,
    no_context: Annotated[
        bool,
        typer.Option("--no-context", help="Do not look at the code in the plan's folder."),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help=(
                "Say for each drafted task which words or which rule it came from, and what was used of the"
                " folder's code."
            ),
        ),
    ] = False,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help=(
                "Have a language model change the plan, too, where it may be changed: a name as for `plan`; it is asked"
                " for what of the instruction was not understood without it."
            ),
            show_default=False,
        ),
    ] = None,
    endpoint: Endpoint = None,
    key_env: KeyEnvironment = None,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Make the change without asking.")] = False,
    output: Annotated[
        Format,
        typer.Option("--format", "-f", help="diff for people, json for programs.", show_default=True),
    ] = Format.DIFF,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="DAY",
            help="The day that dates without a year are counted from, as in 2026-11-23; for --triggered the time.",
        ),
    ] = None,
    plan_number: Annotated[
        int, typer.Option("--plan", metavar="N", help="Which plan of a file with several, from 1.", min=1)
    ] = 1,
) -> None:
    """Change a plan by its goal or by an instruction: shows a diff, and asks before it writes.

    Without an instruction the plan is drafted again from its goal; `--triggered` does what its replan triggers and its
    recovery ask for. Tasks that are done or under way, what was changed by hand, and comments stay. As with `plan`,
    templates, the user's catalogue and the code in the plan's folder count, and nothing of the folder is executed. Exit
    code 0: changed, or nothing to change; 1: shown, not changed.
    """
    from orchestrate_ls.cli.plan_surroundings import surroundings_of

    if triggered:
        if instruction is not None or start is not None or split is not None or missing or keep:
            raise CommandFailedError(
                "--triggered does what the plan itself asks for",
                "give it without an instruction, --from, --split, --missing or --keep",
            )
        from orchestrate_ls.cli.replan_triggered import replan_triggered

        replan_triggered(file, plan_number, now, yes=yes, as_json=output is Format.JSON)
        return
    from orchestrate_ls.plan.file import PlanFile
    from orchestrate_ls.planner.replan import ReplanError, ReplanRequest
    from orchestrate_ls.planner.replan import replan as change_plan

    _refuse_contradictions(instruction, start, split, missing=missing)
    if model is None and (endpoint is not None or key_env is not None or dry_run):
        raise CommandFailedError(
            "--endpoint, --key-env and --dry-run are about a model, and none was named",
            "name it with --model NAME",
        )
    if model == "?" and endpoint is None:
        from orchestrate_ls.cli.plan_model import list_models

        list_models(as_json=output is Format.JSON)
        return
    improver = None
    if model is not None:
        improver = _improver(
            model, endpoint, key_env, path=Path(file), dry_run=dry_run, as_json=output is Format.JSON
        )
    path = Path(file)
    source = _read(path)
    parsed = PlanFile.parse(source.text)
    if plan_number > len(parsed.sources):
        raise CommandFailedError(
            f"{file} has no plan number {plan_number}", f"there {_counted(len(parsed.sources))} in the file"
        )
    request = ReplanRequest(
        instruction=instruction,
        start=start,
        split=split,
        missing=missing,
        protected=frozenset(keep or ()) | _begun(path, parsed.sources[plan_number - 1]),
        today=read_day(now) or date.today(),  # noqa: DTZ011 - the user's own day
        file_name=path.name,
        taken=lambda name: (path.parent / name).exists(),
    )
    header = parsed.sources[plan_number - 1].plan.header
    surroundings = surroundings_of(path, header.templates, None, None if no_context else path)
    try:
        result = change_plan(
            parsed, request, number=plan_number - 1, surroundings=surroundings, improver=improver
        )
    except ReplanError as error:
        raise CommandFailedError(error.message, error.hint) from None
    if result.model is not None:
        from orchestrate_ls.cli.plan_model import print_report

        print_report(result.model)
    _show(path, source.text, result, output, explain=explain)
    if not result.is_change:
        return
    if not (yes or agreed(output)):
        raise typer.Exit(NOT_APPLIED)
    _apply(path, source, result)
    if output is Format.DIFF:
        _say(f"Changed {path}")


def _refuse_contradictions(
    instruction: str | None, start: str | None, split: str | None, *, missing: bool
) -> None:
    if split is not None and (instruction is not None or start is not None or missing):
        raise CommandFailedError(
            "--split does one thing by itself", "give it without an instruction, --from or --missing"
        )
    if missing and instruction is not None:
        raise CommandFailedError(
            "--missing adds what the goal asks for, and takes no instruction",
            'say "add ..." as the instruction instead',
        )
    if instruction is not None and not instruction.strip():
        raise CommandFailedError(
            "the instruction is empty", "say what to change, or leave it out to follow the goal"
        )


def _read(path: Path) -> PlanText:
    from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text

    try:
        source = read_plan_text(path)
    except UnreadablePlanError as error:
        raise CommandFailedError(f"{path}: {error.message}", error.hint) from None
    if source.problems:
        raise CommandFailedError(
            f"{path} has characters that no plan can have", f"see them with `orchestrate check {path}`"
        )
    return source


def _begun(path: Path, source: PlanSource) -> frozenset[str]:
    """The tasks that are done or under way by the plan's journal."""
    from orchestrate_ls.cli.plan_journal import journal_failures
    from orchestrate_ls.execution.begun_tasks import begun_tasks

    with journal_failures():
        return begun_tasks(path, source)


def _counted(plans: int) -> str:
    return "is one plan" if plans == 1 else f"are {plans} plans"


def _show(path: Path, before: str, result: Replanned, output: Format, *, explain: bool) -> None:
    if output is Format.JSON:
        from orchestrate_ls.cli.terminal import write_json

        said = as_json(path, before, result)
        if explain:
            from orchestrate_ls.cli.plan_explain import explanation_as_json

            said["explanation"] = explanation_as_json(result.drafted)
            said["context"] = list(result.context)
        write_json(said)
        return
    from rich.text import Text

    from orchestrate_ls.cli.terminal import output_console, safe

    console = output_console()
    print_diff(path, before, result)
    summary = result.summary
    console.print(
        Text(safe(summary.headline()[:1].upper() + summary.headline()[1:]), style="bold"), soft_wrap=True
    )
    for line in summary.lines():
        style = "yellow" if line.startswith(("Not understood", "Kept")) else ""
        console.print(Text(f"  {safe(line)}", style=style), soft_wrap=True)
    if explain:
        from orchestrate_ls.cli.plan_explain import print_explanation

        print_explanation(result.drafted, result.context)


def _improver(
    model: str, endpoint: str | None, key_env: str | None, *, path: Path, dry_run: bool, as_json: bool
) -> Improver:
    """What asks the model, or only shows what would be asked and ends the command."""

    def improver(outline: Outline) -> ModelPlan:
        from orchestrate_ls.cli.plan_model import ask_model, dry_run_of

        if dry_run:
            dry_run_of(outline, model, endpoint, key_env, as_json=as_json, place=path)
            raise typer.Exit(0)
        return ask_model(outline, model, endpoint, key_env, place=path)

    return improver


def print_diff(path: Path, before: str, result: Replanned) -> None:
    """What changes in each file, as `patch` takes it, with an empty line below; nothing where nothing does."""
    from rich.text import Text

    from orchestrate_ls.cli.terminal import output_console, safe

    console = output_console()
    for name, old, new in _texts(path, before, result):
        for line in _diff(name, old, new):
            console.print(Text(safe(line), style=_style(line)), soft_wrap=True)
    if result.is_change:
        console.print()


def _texts(path: Path, before: str, result: Replanned) -> list[tuple[str, str | None, str]]:
    """The name, old and new text of each file that changes."""
    texts: list[tuple[str, str | None, str]] = []
    if result.change.edits:
        texts.append((path.as_posix(), before, result.text))
    texts += [((path.parent / each.path).as_posix(), None, each.text) for each in result.change.new_files]
    return texts


def _diff(name: str, before: str | None, after: str) -> list[str]:
    """A unified diff as `patch` and `git apply` take it."""
    from difflib import unified_diff

    old = f"a/{name}" if before is not None else "/dev/null"
    lines = list(
        unified_diff(
            (before or "").splitlines(keepends=True), after.splitlines(keepends=True), old, f"b/{name}"
        )
    )
    shown: list[str] = []
    for line in lines:
        shown.append(line.rstrip("\r\n"))
        if not line.endswith("\n"):
            shown.append("\\ No newline at end of file")
    return shown


def _style(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return "bold"
    return {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")


def as_json(path: Path, before: str, result: Replanned) -> dict[str, Any]:
    """The change for programs: what was done to which task and why, and the diff."""
    summary = result.summary
    return {
        "file": path.as_posix(),
        "changed": result.is_change,
        "summary": summary.headline(),
        "changes": [
            {"kind": each.kind.value, "task": each.task, "what": each.what, "why": each.why}
            for each in summary.changes
        ],
        "not_understood": list(summary.not_understood),
        "notes": list(summary.notes),
        "diff": "\n".join(
            line for name, old, new in _texts(path, before, result) for line in _diff(name, old, new)
        ),
        "new_files": [(path.parent / each.path).as_posix() for each in result.change.new_files],
        **_about_model(result),
    }


def _about_model(result: Replanned) -> dict[str, Any]:
    if result.model is None:
        return {}
    from orchestrate_ls.cli.plan_model import report_as_json

    return {"model": report_as_json(result.model)}


def agreed(output: Format) -> bool:
    """Ask whether the change is to be made, where there is somebody to ask."""
    if output is Format.JSON or not (sys.stdin.isatty() and sys.stdout.isatty()):
        if output is Format.DIFF:
            print_note("nothing was written; --yes makes the change")
        return False
    sys.stdout.write("\nMake this change? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _apply(path: Path, source: PlanText, result: Replanned) -> None:
    from orchestrate_ls.workspace.writing import UnwritableFileError, write_whole

    try:
        if _read(path).text != source.text:
            raise CommandFailedError(
                f"{path} was changed meanwhile and left as it is", "run the command again"
            )
        for file in result.change.new_files:
            write_whole(path.parent / file.path, file.text, overwrite=False)
        write_whole(path, source.encode(result.text), overwrite=True)
    except UnwritableFileError as error:
        raise CommandFailedError(error.message, error.hint) from None


def _say(words: str) -> None:
    from orchestrate_ls.cli.terminal import output_console, safe

    output_console().print(safe(words), soft_wrap=True)
