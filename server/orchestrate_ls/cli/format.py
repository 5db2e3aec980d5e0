"""`orchestrate format`: plan files in one layout, written back, shown as a diff, or only compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestrate_ls.cli.failures import FAILED, CommandFailedError, print_error, print_note
from orchestrate_ls.cli.plan_options import SettingsPath

if TYPE_CHECKING:
    from orchestrate_ls.cli.format_run import FormatRun, FormattedFile

DIFFERENT: Final = 1


def format_plans(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Plan files, folders to search for them, or - for standard input. The current folder without.",
            show_default=False,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; the exit code is 1 where a file is not formatted.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; print what would change, with the same exit codes.")
    ] = False,
    config: SettingsPath = None,
    stdin_name: Annotated[
        str | None,
        typer.Option(
            "--stdin-name", metavar="PATH", help="What standard input is called, and whose settings hold."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Format plan files: indentation, spaces, blank lines, and the order of keys where `[format]` asks for it.

    Comments, quotes and the order of tasks stay, and so does what a plan says. A task or section that cannot be
    read stays as it is; everything else is formatted all the same.

    The exit code is 0 if all is well, 1 if `--check` or `--diff` found a file that is not formatted, and 2 if a
    file could not be read or written.
    """
    from orchestrate_ls.cli.format_run import FormatRunner
    from orchestrate_ls.cli.named_files import STANDARD_INPUT

    names = paths or ["."]
    if names.count(STANDARD_INPUT) > 1:
        raise CommandFailedError("standard input can be read only once", "name `-` once")
    run = FormatRunner(config, stdin_name).format_all(names)
    writes = not (check or diff)
    for file in run.files:
        if diff and file.is_changed:
            _print_diff(file)
        elif file.path is None and writes:
            sys.stdout.flush()
            sys.stdout.buffer.write(file.new_bytes)
        elif file.is_changed and writes:
            _write(run, file)
        elif file.is_changed and not quiet:
            print(f"Would reformat: {_safe(file.name)}")
    if not quiet:
        _print_notes(run, writes=writes, only_stdin=names == [STANDARD_INPUT])
    for failure in run.failures:
        print_error(f"{failure.place}: {failure.message}", failure.hint)
    if run.failures:
        raise typer.Exit(FAILED)
    if not writes and any(file.is_changed for file in run.files):
        raise typer.Exit(DIFFERENT)


def _write(run: FormatRun, file: FormattedFile) -> None:
    from orchestrate_ls.cli.named_files import Failure
    from orchestrate_ls.workspace.writing import UnwritableFileError, write_whole

    try:
        write_whole(Path(file.name), file.new_bytes, overwrite=True)
    except UnwritableFileError as error:
        run.failures.append(Failure(file.name, f"not formatted: {error.message}", error.hint))
    else:
        run.written += 1


def _print_notes(run: FormatRun, *, writes: bool, only_stdin: bool) -> None:
    for file in run.files:
        if file.refused:
            lines = ", ".join(file.refused)
            print_note(
                f"{file.name}: {lines} cannot be read, so nothing was changed there;"
                " `orchestrate check` says what is wrong"
            )
    for folder in run.empty_folders:
        print_note(f"there are no plans in {folder}; plans are files named *.plan.yaml")
    if only_stdin or not run.files:
        return
    from orchestrate_ls.cli.counting import count

    changed = run.written if writes else sum(file.is_changed for file in run.files)
    same = sum(not file.is_changed for file in run.files)
    done = "reformatted" if writes else "would be reformatted"
    sentences = [f"{count(changed, 'file')} {done}"] if changed else []
    if same:
        sentences.append(f"{count(same, 'file')} {'is' if same == 1 else 'are'} formatted already")
    if sentences:
        # Behind a diff it would be taken for a part of it.
        print_note(", ".join(sentences))


def _print_diff(file: FormattedFile) -> None:
    import difflib

    old, new = (text.splitlines(keepends=True) for text in (file.text, file.new_text))
    for line in difflib.unified_diff(old, new, f"{file.name}", f"{file.name} (formatted)"):
        print(_safe(line.rstrip("\r\n")) if sys.stdout.isatty() else line.rstrip("\r\n"))
        if not line.endswith(("\n", "\r")):
            print("\\ No newline at end of file")


def _safe(text: str) -> str:
    from orchestrate_ls.cli.terminal import safe

    return safe(text)
