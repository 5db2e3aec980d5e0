"""`orchestrate import`: the tasks of another tool become a checked plan file."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.planner.imports.formats import ImportSource
    from orchestrate_ls.workspace.checking import CheckedFile

FINDINGS: Final = 1
_STREAM: Final = "-"


class ImportName(StrEnum):
    """The formats, as they are named on the command line."""

    TASK_MASTER = "task-master"
    SPEC_KIT = "spec-kit"
    BACKLOG_MD = "backlog-md"
    BEADS = "beads"
    GITHUB_ACTIONS = "github-actions"
    CSV = "csv"
    MERMAID = "mermaid"
    CHECK_LIST = "check-list"


class Format(StrEnum):
    """How the summary is printed."""

    TEXT = "text"
    JSON = "json"


def import_plan(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A file, a folder of Backlog.md, or - for standard input.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PLAN",
            help="The plan to write, a folder to write it in, or - for standard output. Named after its goal without.",
        ),
    ] = None,
    kind: Annotated[
        ImportName | None,
        typer.Option("--from", metavar="FORMAT", help=f"One of {', '.join(ImportName)}; recognised without."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    summary: Annotated[
        Format, typer.Option("--format", "-f", help="How to print the summary.", show_default=True)
    ] = Format.TEXT,
) -> None:
    """Make a plan of tasks that another tool has: Task Master, spec-kit, Backlog.md, beads, GitHub Actions, CSV,
    Mermaid flowcharts or Markdown check-lists.

    Says what could not be carried over. Nothing is executed or fetched. The plan is checked; the exit code is 1
    where it has errors, such as tasks that wait for each other in a circle.
    """
    from orchestrate_ls.planner.imports.formats import TITLES, ImportFormat
    from orchestrate_ls.planner.imports.formats import import_plan as imported_from
    from orchestrate_ls.planner.imports.imported import ImportFailedError

    if output == _STREAM and summary is Format.JSON:
        raise CommandFailedError(
            "standard output cannot take both the plan and the JSON", "name a file with -o"
        )
    try:
        found, plan = imported_from(_source(file), ImportFormat(kind.value) if kind is not None else None)
    except ImportFailedError as error:
        where = f"{file}:{error.line}" if error.line is not None else file
        raise CommandFailedError(f"{where}: {error.message}", error.hint) from None
    path = _path(output, plan.goal)
    if path is not None:
        _write(path, plan.text, force=force)
    checked = _checked(path or Path("imported.plan.yaml"), plan.text)
    if path is None:
        sys.stdout.write(plan.text)
    if summary is Format.JSON:
        _print_json(path or Path(), str(found), plan.tasks, plan.notes, checked)
    else:
        if path is not None:
            from orchestrate_ls.cli.counting import count

            print(f"Wrote {path}: {count(plan.tasks, 'task')} from {TITLES[found]}")
        for note in plan.notes:
            print_note(note)
        _tell_findings(checked, path)
    if _errors(checked):
        raise typer.Exit(FINDINGS)


def _source(file: str) -> ImportSource:
    from orchestrate_ls.planner.imports.formats import ImportSource
    from orchestrate_ls.planner.imports.imported import LARGEST, MOST_FILES
    from orchestrate_ls.workspace.import_files import read_folder, read_text
    from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text

    try:
        if file == _STREAM:
            return ImportSource(
                "", [("", decode_plan_text(sys.stdin.buffer.read(LARGEST + 1), LARGEST).text)]
            )
        if Path(file).is_dir():
            return ImportSource(file, read_folder(Path(file), LARGEST, MOST_FILES), is_folder=True)
        return ImportSource(file, [(file, read_text(Path(file), LARGEST))])
    except UnreadablePlanError as error:
        raise CommandFailedError(f"{file}: {error.message}", error.hint) from None
    except ValueError:
        raise CommandFailedError("this cannot be the name of a file", "name another") from None


def _path(output: str | None, goal: str) -> Path | None:
    from orchestrate_ls.planner.write import slug

    if output == _STREAM:
        return None
    name = f"{slug(goal)}.plan.yaml"
    if output is None:
        return Path(name)
    path = Path(output)
    return path / name if path.is_dir() else path


def _write(path: Path, text: str, *, force: bool) -> None:
    from orchestrate_ls.workspace.writing import FileThereError, UnwritableFileError, write_whole

    try:
        write_whole(path, text, overwrite=force)
    except FileThereError:
        raise CommandFailedError(
            f"{path} exists already and was left as it is",
            "write over it with --force, or name another file with -o PLAN",
        ) from None
    except UnwritableFileError as error:
        raise CommandFailedError(error.message, error.hint) from None


def _checked(path: Path, text: str) -> CheckedFile:
    from orchestrate_ls.rules.definition_files import known_agents
    from orchestrate_ls.workspace.agent_files import load_agents
    from orchestrate_ls.workspace.checking import Checker
    from orchestrate_ls.workspace.find import workspace_root
    from orchestrate_ls.workspace.reading import PlanText
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    agents = known_agents(load_agents(workspace_root(path)))
    return Checker(SettingsFiles().of(path).settings, known_agents=agents).check_text(path, PlanText(text))


def _errors(checked: CheckedFile) -> int:
    from orchestrate_ls.rules.base import Severity

    return sum(each.severity is Severity.ERROR for each in checked.diagnostics)


def _tell_findings(checked: CheckedFile, path: Path | None) -> None:
    from orchestrate_ls.cli.check_text import print_errors
    from orchestrate_ls.cli.counting import count
    from orchestrate_ls.rules.base import Severity

    errors = [each for each in checked.diagnostics if each.severity is Severity.ERROR]
    if errors:
        print_errors(checked, errors)
    codes = [each.code for each in checked.diagnostics if each.severity is Severity.WARNING]
    if codes:
        kinds = ", ".join(f"{codes.count(code)} {code}" for code in dict.fromkeys(codes))
        name = path if path is not None else "PLAN"
        hint = f"; `orchestrate assign {name} --apply` chooses agents" if "missing-agent" in codes else ""
        print_note(f"{count(len(codes), 'warning')} ({kinds}), which `orchestrate check {name}` shows{hint}")


def _print_json(path: Path, kind: str, tasks: int, notes: tuple[str, ...], checked: CheckedFile) -> None:
    from orchestrate_ls.cli.terminal import write_json
    from orchestrate_ls.rules.base import Severity

    severities = [each.severity for each in checked.diagnostics]
    data: dict[str, Any] = {
        "path": path.as_posix(),
        "format": kind,
        "tasks": tasks,
        "notes": list(notes),
        "errors": severities.count(Severity.ERROR),
        "warnings": severities.count(Severity.WARNING),
    }
    write_json(data)
