"""`orchestrate init`: writes into a project what its tools need, after showing it, and takes it out again."""

from __future__ import annotations

import difflib
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.workspace.setup.parts import FileChange, Part

NOT_APPLIED: Final = 1


class PartName(StrEnum):
    """The parts, as they are named on the command line."""

    CLAUDE = "claude"
    COPILOT = "copilot"
    AGENTS = "agents"
    MCP = "mcp"
    VSCODE = "vscode"
    PRE_COMMIT = "pre-commit"
    CI = "ci"


def init(
    parts: Annotated[
        list[PartName] | None,
        typer.Argument(
            metavar="[PART]...",
            help=f"What to set up: {', '.join(PartName)}. Without, what the tools of this project need.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--folder", metavar="FOLDER", help="The project's folder.", show_default=False)
    ] = Path(),
    everything: Annotated[bool, typer.Option("--all", help="Set up all parts.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take out again what was written, except what was changed since.")
    ] = False,
) -> None:
    """Set up a project's tools for plans: skills for chat agents, the MCP server, a prompt file, a recommended VS Code
    extension, a pre-commit hook, and a CI workflow.

    Shows what would be written and asks first; existing files are added to, never replaced. The exit code is 1 where
    the changes were only shown.
    """
    if not folder.is_dir():
        raise CommandFailedError(f"there is no folder {folder}", "name an existing one with --folder")
    if undo:
        if parts or everything:
            raise CommandFailedError("--undo takes out everything that was written", "leave the parts out")
        _undo(folder, yes=yes)
        return
    from orchestrate_ls.workspace.setup.applying import SetupError, apply_changes
    from orchestrate_ls.workspace.setup.parts import FileChange, LeftToYou, Part, changes_for, needed

    chosen = tuple(Part(each.value) for each in parts or ()) or (
        tuple(Part) if everything else needed(folder)
    )
    found = list(changes_for(folder, chosen))
    changes = [each for each in found if isinstance(each, FileChange)]
    left = [each for each in found if isinstance(each, LeftToYou)]
    _show(chosen, changes)
    for each in left:
        print_note(f"{each.path} was left as it is: {each.reason}; {each.entry}")
    if not changes:
        print("Everything is set up." if not left else "Nothing else is to be done.")
        return
    if not _agreed(yes=yes, question=f"Write {_files(len(changes))}?"):
        raise typer.Exit(NOT_APPLIED)
    try:
        apply_changes(folder, changes)
    except SetupError as error:
        raise CommandFailedError(error.message, error.hint) from None
    print(f"Wrote {_files(len(changes))}. `orchestrate init --undo` takes them out again.")


def _show(parts: tuple[Part, ...], changes: list[FileChange]) -> None:
    from orchestrate_ls.workspace.setup.parts import PURPOSES

    if changes:
        print(f"For {'; '.join(PURPOSES[part] for part in parts)}:\n")
    for change in changes:
        if change.before is None:
            print(f"  new      {change.path} ({change.after.count(chr(10))} lines)")
        else:
            print(f"  changed  {change.path}")
    for change in changes:
        if change.before is not None:
            print()
            before, after = change.before.splitlines(), change.after.splitlines()
            lines = difflib.unified_diff(before, after, change.path, change.path, lineterm="")
            for line in lines:
                print(_safe(line))
    print()


def _safe(line: str) -> str:
    from orchestrate_ls.cli.terminal import safe

    return safe(line)


def _agreed(*, yes: bool, question: str) -> bool:
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print_note("nothing was written; `--yes` writes it")
        return False
    return typer.confirm(question)


def _undo(folder: Path, *, yes: bool) -> None:
    from orchestrate_ls.workspace.setup.applying import SetupError, undo_changes
    from orchestrate_ls.workspace.writing import UnwritableFileError

    try:
        planned = undo_changes(folder, dry_run=True)
        for name in planned.removed:
            print(f"  delete   {name}")
        for name in planned.restored:
            print(f"  restore  {name}")
        for name, reason in planned.left:
            print_note(f"{name} stays: {reason}")
        number = len(planned.removed) + len(planned.restored)
        if number and not _agreed(yes=yes, question=f"Take out {_files(number)}?"):
            raise typer.Exit(NOT_APPLIED)
        undo_changes(folder)
    except SetupError as error:
        raise CommandFailedError(error.message, error.hint) from None
    except UnwritableFileError as error:
        raise CommandFailedError(error.message, error.hint) from None
    print(f"Took out {_files(number)}." if number else "Nothing was taken out.")


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"
