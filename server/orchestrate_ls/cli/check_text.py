"""Findings for people: errors and warnings with their source, information and hints in a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.text import Text

from orchestrate_ls.cli.check_run import CheckRun
from orchestrate_ls.cli.counting import count, summary
from orchestrate_ls.cli.snippet import Mark, gutter, gutter_width, snippet
from orchestrate_ls.cli.terminal import error_console, output_console, safe
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import Diagnostic
from orchestrate_ls.text.positions import Encoding, Position
from orchestrate_ls.workspace.checking import ReportedFile

if TYPE_CHECKING:
    from rich.console import Console

_MOST_RELATED: Final = 8
_WORDS: Final = {Severity.INFORMATION: "info"}
_STYLES: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFORMATION: "bold blue",
    Severity.HINT: "bold cyan",
}
_SEVERE: Final = (Severity.ERROR, Severity.WARNING)


def print_text(run: CheckRun, *, verbose: bool, quiet: bool) -> None:
    """Print all findings of a run and a summary. ``verbose`` shows the source of all, ``quiet`` only what is
    severe.
    """
    console = output_console()
    printed = False
    for file in run.reported:
        found = [each for each in file.diagnostics if not quiet or each.severity in _SEVERE]
        printed = print_findings(console, file, found, verbose=verbose) or printed
    if not run.files:
        return
    console.print(Text(summary(run), style="bold"), soft_wrap=True)
    if printed:
        console.print("`orchestrate explain CODE` says more about a finding.", style="dim", soft_wrap=True)


def print_errors(file: ReportedFile, errors: Sequence[Diagnostic]) -> None:
    """Print findings to standard error, for commands that cannot go on because of them."""
    print_findings(error_console(), file, errors, verbose=True)


def print_findings(
    console: Console, file: ReportedFile, found: Sequence[Diagnostic], *, verbose: bool
) -> bool:
    """Print findings of one file, the severe ones first; whether there were any."""
    lines = [each for each in found if not verbose and each.severity not in _SEVERE]
    blocks = [each for each in found if verbose or each.severity in _SEVERE]
    for diagnostic in blocks:
        block = list(_block(file, diagnostic, console.width))
        for line in block:
            line.rstrip()
        # Printed at once: rich takes its time for each call.
        console.print(Text("\n").join([*block, Text()]), soft_wrap=True)
    for diagnostic in lines:
        console.print(
            Text.assemble(
                _code(diagnostic), f" {_place(file, diagnostic.start)}: ", safe(diagnostic.message)
            ),
            soft_wrap=True,
        )
    if lines:
        console.print()
    return bool(found)


def _code(diagnostic: Diagnostic) -> Text:
    word = _WORDS.get(diagnostic.severity, diagnostic.severity.value)
    return Text(f"{word}[{diagnostic.code}]", style=_STYLES[diagnostic.severity])


def _block(file: ReportedFile, diagnostic: Diagnostic, columns: int) -> Iterator[Text]:
    style = _STYLES[diagnostic.severity]
    yield Text.assemble(_code(diagnostic), (": ", "bold"), (safe(diagnostic.message), "bold"))
    marks = _marks(file, diagnostic)
    numbers = gutter_width(marks)
    yield Text.assemble(gutter(numbers, "", "-->"), f" {_place(file, diagnostic.start)}")
    chunks = file.text
    lines = [(line, chunks.line_text(line)) for line in sorted({mark.line for mark in marks})]
    yield from snippet(lines, marks, style, columns)
    notes: list[tuple[str, str]] = []
    rest = len(diagnostic.related) - _MOST_RELATED
    if rest > 0:
        notes.append(("note", f"and {count(rest, 'more place')}"))
    fixes = file.fixes(diagnostic)
    if fixes:
        obvious = " (`--fix` does it)" if fixes[0].preferred else ""
        notes.append(("help", f"{fixes[0].title}{obvious}"))
    if notes:
        yield gutter(numbers)
    for word, note in notes:
        yield Text.assemble(gutter(numbers, "", "="), " ", (word, "bold"), ": ", safe(note))


def _marks(file: ReportedFile, diagnostic: Diagnostic) -> list[Mark]:
    """The place of a diagnostic and those related to it; one that is the same place only gives it a label."""
    own = (diagnostic.start, diagnostic.end)
    related = diagnostic.related[:_MOST_RELATED]
    label = next((place.message for place in related if (place.start, place.end) == own), "")
    others = [_mark(file, *place) for place in related if (place.start, place.end) != own]
    return [_mark(file, *own, label, primary=True), *others]


def _mark(file: ReportedFile, start: int, end: int, label: str, *, primary: bool = False) -> Mark:
    chunks = file.text
    begin, stop = _position(file, start), _position(file, end)
    last = stop.character if stop.line == begin.line else len(chunks.line_text(begin.line))
    return Mark(begin.line, begin.character, last, label, primary)


def _place(file: ReportedFile, offset: int) -> str:
    position = _position(file, offset)
    return safe(f"{file.path.as_posix()}:{position.line + 1}:{position.character + 1}")


def _position(file: ReportedFile, offset: int) -> Position:
    return file.text.position_at(offset, Encoding.UTF32)
