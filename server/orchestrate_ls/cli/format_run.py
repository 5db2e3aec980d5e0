"""One run of `format`: which files were meant, and what each looks like afterwards. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from orchestrate_ls.cli.named_files import Failure, NamedFiles
from orchestrate_ls.ide.formatting import formatted, style_of
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.text.edits import apply_edits
from orchestrate_ls.text.positions import count_line_breaks
from orchestrate_ls.workspace.checking import shipped_schema
from orchestrate_ls.workspace.reading import PlanText, UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_files import SettingsFiles

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
        self._settings = SettingsFiles(config)
        self._named = NamedFiles(self._settings, stdin_name)
        self._run = FormatRun(failures=self._named.failures, empty_folders=self._named.empty_folders)

    def format_all(self, names: Sequence[str]) -> FormatRun:
        """Format files, folders and standard input. What cannot be read is a failure, and the rest goes on."""
        for path in self._named.find(names):
            if path is None:
                self._standard_input()
            else:
                self._file(path)
        self._named.note_settings(str)
        return self._run

    def _file(self, path: Path) -> None:
        settings = self._settings.of(path).settings
        try:
            source = read_plan_text(path, settings.max_file_size)
        except UnreadablePlanError as error:
            self._named.fail(path.as_posix(), error)
            return
        self._take(path.as_posix(), path, source, settings)

    def _standard_input(self) -> None:
        settings = self._settings.of(self._named.stdin_path).settings
        source = self._named.read_standard_input(settings.max_file_size)
        if source is not None:
            self._take(self._named.stdin_shown, None, source, settings)

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
