"""Which formats can be imported, and which one a file has, by its name and its first lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from orchestrate_ls.planner.imports.backlog_md import is_backlog_task, read_backlog
from orchestrate_ls.planner.imports.beads import is_beads, read_beads
from orchestrate_ls.planner.imports.check_list import has_check_list, read_check_list
from orchestrate_ls.planner.imports.csv_table import read_csv
from orchestrate_ls.planner.imports.finishing import ImportedPlan, finished
from orchestrate_ls.planner.imports.github_actions import is_workflow, read_workflow
from orchestrate_ls.planner.imports.imported import Imported, ImportFailedError
from orchestrate_ls.planner.imports.json_text import read_json
from orchestrate_ls.planner.imports.mermaid import is_flowchart, read_flowchart
from orchestrate_ls.planner.imports.spec_kit import is_spec_kit, read_spec_kit
from orchestrate_ls.planner.imports.task_master import is_task_master, read_task_master
from orchestrate_ls.planner.imports.yaml_text import read_yaml


class ImportFormat(StrEnum):
    """A format that can be imported."""

    TASK_MASTER = "task-master"
    SPEC_KIT = "spec-kit"
    BACKLOG_MD = "backlog-md"
    BEADS = "beads"
    GITHUB_ACTIONS = "github-actions"
    CSV = "csv"
    MERMAID = "mermaid"
    CHECK_LIST = "check-list"


TITLES: Final[Mapping[ImportFormat, str]] = {
    ImportFormat.TASK_MASTER: "Task Master's tasks.json",
    ImportFormat.SPEC_KIT: "spec-kit's tasks.md",
    ImportFormat.BACKLOG_MD: "a folder of Backlog.md",
    ImportFormat.BEADS: "beads' JSONL",
    ImportFormat.GITHUB_ACTIONS: "a GitHub Actions workflow",
    ImportFormat.CSV: "CSV",
    ImportFormat.MERMAID: "a Mermaid flowchart",
    ImportFormat.CHECK_LIST: "a Markdown check-list",
}
"""What each is called in a sentence."""

_READERS: Final[Mapping[ImportFormat, Callable[[str], Imported]]] = {
    ImportFormat.TASK_MASTER: read_task_master,
    ImportFormat.SPEC_KIT: read_spec_kit,
    ImportFormat.BEADS: read_beads,
    ImportFormat.GITHUB_ACTIONS: read_workflow,
    ImportFormat.CSV: read_csv,
    ImportFormat.MERMAID: read_flowchart,
    ImportFormat.CHECK_LIST: read_check_list,
}


@dataclass(frozen=True, slots=True)
class ImportSource:
    """What is imported: one text, or with ``is_folder`` those of a folder; names count from what the user named."""

    name: str
    files: Sequence[tuple[str, str]]
    is_folder: bool = False

    @property
    def text(self) -> str:
        """The text of the only file."""
        return self.files[0][1]


def import_plan(source: ImportSource, asked: ImportFormat | None = None) -> tuple[ImportFormat, ImportedPlan]:
    """The plan of what another tool has written, and which format it was. Raises ``ImportFailedError``."""
    chosen = asked or format_of(source)
    if chosen is ImportFormat.BACKLOG_MD:
        return chosen, finished(read_backlog(source.files))
    if source.is_folder:
        raise ImportFailedError(f"{TITLES[chosen]} is a file, and this is a folder", "name the file")
    return chosen, finished(_READERS[chosen](source.text))


def format_of(source: ImportSource) -> ImportFormat:
    """The format of a source. Raises ``ImportFailedError`` where none is recognised."""
    if source.is_folder:
        return ImportFormat.BACKLOG_MD
    name, text = source.name.lower(), source.text
    found = _by_ending(name, text)
    if found is not None:
        return found
    known = ", ".join(ImportFormat)
    raise ImportFailedError("the format of this file is not recognised", f"name it with `--from`: {known}")


def _by_ending(name: str, text: str) -> ImportFormat | None:
    if name.endswith((".csv", ".tsv")):
        return ImportFormat.CSV
    if name.endswith((".mmd", ".mermaid")):
        return ImportFormat.MERMAID
    if name.endswith(".jsonl"):
        return ImportFormat.BEADS
    if name.endswith(".json") or text.lstrip()[:1] == "{":
        return _of_json(text)
    if name.endswith((".yml", ".yaml")):
        return ImportFormat.GITHUB_ACTIONS if is_workflow(read_yaml(text)) else None
    return _of_markdown(text)


def _of_json(text: str) -> ImportFormat | None:
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        first: Any = read_json(lines[0])
    except ImportFailedError:
        first = None
    if is_beads(first):
        return ImportFormat.BEADS
    return ImportFormat.TASK_MASTER if is_task_master(read_json(text)) else None


def _of_markdown(text: str) -> ImportFormat | None:
    if is_backlog_task(text):
        return ImportFormat.BACKLOG_MD
    if is_spec_kit(text):
        return ImportFormat.SPEC_KIT
    if has_check_list(text):
        return ImportFormat.CHECK_LIST
    return ImportFormat.MERMAID if is_flowchart(text) else None
