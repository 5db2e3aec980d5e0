"""One run of `format`: which files were meant, and what each looks like afterwards. Writes nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from orchestrate_ls.cli.check_run import STANDARD_INPUT, Failure, expanded
from orchestrate_ls.ide.formatting import formatted, style_of
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.text.edits import apply_edits
from orchestrate_ls.text.positions import count_line_breaks
from orchestrate_ls.workspace.checking import shipped_schema
from orchestrate_ls.workspace.find import find_plans
from orchestrate_ls.workspace.reading import PlanText, UnreadablePlanError, decode_plan_text, read_plan_text
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_files import SettingsFiles

__all__ = ["STANDARD_INPUT", "Failure", "FormatRun", "FormatRunner", "FormattedFile"]

_MOST_REFUSED: Final = 5


@dataclass(frozen=True, slots=True)
class FormattedFile:
    """A file's text before and after. ``path`` is None for standard input; ``refused`` says which lines stay."""

    name: str
    path: Path | None
    source: PlanText
    new_text: str
    refused: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text as it was."""
        return self.source.text

    @property
    def is_changed(self) -> bool:
        """Whether it was not formatted."""
        return self.new_text != self.text

    @property
    def new_bytes(self) -> bytes:
        """What to write."""
        return self.source.encode(self.new_text)


@dataclass(slots=True)
class FormatRun:
    """What came of a run: files in the order they were named, those of a folder sorted."""

    files: list[FormattedFile] = field(default_factory=list[FormattedFile])
    failures: list[Failure] = field(default_factory=list[Failure])
    empty_folders: list[str] = field(default_factory=list[str])
    written: int = 0


class FormatRunner:
    """Reads and formats what a command line names."""

    def __init__(self, config: Path | None, stdin_name: str | None) -> None:
        self._run = FormatRun()
        self._settings = SettingsFiles(config)
        self._stdin_name = stdin_name
        self._seen: set[str] = set()

    def format_all(self, names: Sequence[str]) -> FormatRun:
        """Format files, folders and standard input. What cannot be read is a failure, and the rest goes on."""
        for name in expanded(names) if os.name == "nt" else names:
            if name == STANDARD_INPUT:
                self._standard_input()
            elif Path(name).is_dir():
                self._folder(Path(name))
            else:
                self._file(Path(name))
        for loaded in self._settings.loaded:
            for problem in loaded.problems:
                place = problem.place
                line, column = (place.line + 1, place.start + 1) if place is not None else (None, None)
                self._run.failures.append(Failure(str(loaded.path), problem.message, None, line, column))
        return self._run

    def _folder(self, folder: Path) -> None:
        loaded = self._settings.of(folder)
        found = find_plans(folder, loaded.settings, loaded.path.parent if loaded.path is not None else folder)
        if not found.files and not found.unreadable:
            self._run.empty_folders.append(str(folder))
        for unreadable in found.unreadable:
            message = f"the folder cannot be searched: {unreadable.message}"
            self._run.failures.append(Failure(unreadable.path.as_posix(), message))
        for path in found.files:
            self._file(path)

    def _file(self, path: Path) -> None:
        try:
            real = os.path.realpath(path)
        except ValueError:
            real = str(path)
        if real in self._seen:
            return
        self._seen.add(real)
        settings = self._settings.of(path).settings
        try:
            source = read_plan_text(path, settings.max_file_size)
        except UnreadablePlanError as error:
            self._run.failures.append(Failure(path.as_posix(), error.message, error.hint))
            return
        self._take(path.as_posix(), path, source, settings)

    def _standard_input(self) -> None:
        name = self._stdin_name or "<stdin>"
        settings = self._settings.of(Path(self._stdin_name) if self._stdin_name else Path()).settings
        try:
            source = decode_plan_text(
                sys.stdin.buffer.read(settings.max_file_size + 1), settings.max_file_size
            )
        except UnreadablePlanError as error:
            self._run.failures.append(Failure(name, error.message, error.hint))
            return
        self._take(name, None, source, settings)

    def _take(self, name: str, path: Path | None, source: PlanText, settings: Settings) -> None:
        if source.problems:
            # Writing it back would replace the bytes that could not be read.
            hint = "`orchestrate check` says where"
            self._run.failures.append(Failure(name, "not formatted: it holds bytes that are no text", hint))
            return
        file = PlanFile.parse(source.text)
        result = formatted(
            file, style_of(settings.format), shipped_schema() if settings.format.orders_keys else None
        )
        new_text = apply_edits(source.text, result.edits)
        if result.edits and _tasks(PlanFile.parse(new_text)) != _tasks(file):
            message = "not formatted: the plan would come to mean something else"
            self._run.failures.append(Failure(name, message, "please report this with the file"))
            return
        refused = [_lines(source.text, start, end) for start, end in result.refused]
        if len(refused) > _MOST_REFUSED:
            refused = [*refused[:_MOST_REFUSED], f"{len(refused) - _MOST_REFUSED} other places"]
        self._run.files.append(FormattedFile(name, path, source, new_text, tuple(refused)))


def _tasks(file: PlanFile) -> list[object]:
    return [source.plan.tasks for source in file.sources]


def _lines(text: str, start: int, end: int) -> str:
    first = count_line_breaks(text[:start]) + 1
    last = first + count_line_breaks(text[start:end].rstrip("\r\n"))
    return f"line {first}" if first == last else f"lines {first} to {last}"
