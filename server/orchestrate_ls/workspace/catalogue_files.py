"""A folder's own additions to the planner's catalogue: `.orchestrate/catalogue/*.yaml` at the workspace root.

Reads texts; what they mean is the planner's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrate_ls.workspace.containment import OUTSIDE, leads_out
from orchestrate_ls.workspace.find import workspace_root
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_bytes

FOLDER: Final = (".orchestrate", "catalogue")
MOST_FILES: Final = 50
LARGEST_FILE: Final = 500_000


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file's path and text. `problem` says why it could not be read; the text is empty then."""

    path: Path
    text: str
    problem: str | None = None


def find_catalogue_files(start: Path) -> tuple[CatalogueFile, ...]:
    """The files by name; at most MOST_FILES are read."""
    root = workspace_root(start)
    folder = root.joinpath(*FOLDER)
    try:
        paths = sorted(path for path in folder.iterdir() if path.name.lower().endswith((".yaml", ".yml")))
    except (OSError, ValueError):
        return ()
    files = [_read(path, root) for path in paths[:MOST_FILES] if path.is_file()]
    if len(paths) > MOST_FILES:
        files.append(CatalogueFile(folder, "", f"more than {MOST_FILES} files; put their entries together"))
    return tuple(files)


def _read(path: Path, root: Path) -> CatalogueFile:
    if leads_out(path, root):
        return CatalogueFile(path, "", f"was not read: {OUTSIDE}; put the file itself there")
    try:
        return CatalogueFile(path, read_bytes(path, LARGEST_FILE).decode("utf-8-sig"))
    except UnreadablePlanError as error:
        return CatalogueFile(path, "", f"cannot be read: {error.message}")
    except UnicodeDecodeError as error:
        return CatalogueFile(path, "", f"is not UTF-8 at byte {error.start}; save the file as UTF-8")
