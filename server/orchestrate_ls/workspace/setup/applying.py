"""Writes a project's set-up, remembers it in `.orchestrate/init.json`, and takes it out again.

Undoing never loses what somebody has changed since: a file that is no longer as it was written stays, and is named.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text, read_bytes
from orchestrate_ls.workspace.setup.parts import FileChange
from orchestrate_ls.workspace.writing import UnwritableFileError, write_whole

RECORD: Final = ".orchestrate/init.json"
_VERSION: Final = 1
_LARGEST: Final = 20_000_000


class SetupError(Exception):
    """It could not be done; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message: Final = message
        self.hint: Final = hint


@dataclass(slots=True)
class Undone:
    """What was taken out again, and what was left and why."""

    removed: list[str] = field(default_factory=list[str])
    restored: list[str] = field(default_factory=list[str])
    left: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def apply_changes(folder: Path, changes: Sequence[FileChange]) -> None:
    """Write the files, each whole or not at all. What was written before a failure is remembered too.

    Raises ``SetupError``.
    """
    record = _read_record(folder)
    try:
        for change in changes:
            path = folder / change.path
            made = _make_folders(folder, path.parent)
            write_whole(path, change.after, overwrite=change.before is not None)
            known = record.get(change.path, {})
            is_ours = change.before is not None and known.get("sha256") == _digest(change.before)
            record[change.path] = {
                "sha256": _digest(change.after),
                # What there was before the first time, unless somebody has written to it since.
                "before": known["before"] if is_ours else change.before,
                "folders": [*cast("list[str]", known.get("folders", [])), *made],
            }
    except (OSError, UnwritableFileError) as error:
        message = error.message if isinstance(error, UnwritableFileError) else _in_words(error)
        raise SetupError(
            message, "what was written before can be taken out with `orchestrate init --undo`"
        ) from None
    finally:
        _write_record(folder, record)


def undo_changes(folder: Path, *, dry_run: bool = False) -> Undone:
    """Take out what was written, as far as nobody has changed it since. Raises ``SetupError``."""
    record = _read_record(folder)
    if not record:
        raise SetupError("nothing was set up here by `orchestrate init`", f"its record would be in {RECORD}")
    undone = Undone()
    kept: dict[str, dict[str, Any]] = {}
    folders: set[str] = set()
    for name, entry in record.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            undone.left.append((name, "it leads out of the project"))
            continue
        if not path.exists():
            folders.update(entry["folders"])
            continue
        try:
            now = decode_plan_text(read_bytes(path, _LARGEST), _LARGEST).text
        except UnreadablePlanError as error:
            undone.left.append((name, error.message))
            kept[name] = entry
            continue
        if _digest(now) != entry["sha256"]:
            undone.left.append((name, "it was changed since"))
            kept[name] = entry
            continue
        folders.update(entry["folders"])
        if entry["before"] is None:
            undone.removed.append(name)
            if not dry_run:
                path.unlink()
        else:
            undone.restored.append(name)
            if not dry_run:
                write_whole(path, entry["before"], overwrite=True)
    if not dry_run:
        _write_record(folder, kept)
        for each in sorted(folders, key=len, reverse=True):
            with contextlib.suppress(OSError):
                # Only an empty one goes.
                (folder / each).rmdir()
    return undone


def _make_folders(folder: Path, wanted: Path) -> list[str]:
    """Make a folder with those above it; which were new, the innermost last."""
    missing: list[Path] = []
    each = wanted
    while not each.exists() and each != folder:
        missing.insert(0, each)
        each = each.parent
    for path in missing:
        path.mkdir()
    return [path.relative_to(folder).as_posix() for path in missing]


def _in_words(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename} cannot be made: {reason}" if error.filename else reason


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read_record(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / RECORD
    if not path.is_file():
        return {}
    try:
        data: Any = json.loads(read_bytes(path, _LARGEST))
        files = cast("dict[str, dict[str, Any]]", data["files"])
        for name, entry in files.items():
            known = isinstance(entry["sha256"], str) and isinstance(entry["before"], str | None)
            if not known or ".." in name.split("/") or Path(name).is_absolute():
                raise ValueError
            entry["folders"] = [str(each) for each in entry["folders"] if ".." not in str(each).split("/")]
    except (UnreadablePlanError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SetupError(
            f"{RECORD} cannot be read", "delete it; what was written then stays as it is"
        ) from None
    return files


def _write_record(folder: Path, record: dict[str, dict[str, Any]]) -> None:
    path = folder / RECORD
    if not record:
        # Only what is there: a disk that may only be read refuses also to delete what is not.
        if path.exists():
            path.unlink()
        with contextlib.suppress(OSError):
            path.parent.rmdir()
        return
    with contextlib.suppress(OSError, UnwritableFileError):
        path.parent.mkdir(exist_ok=True)
        write_whole(path, json.dumps({"version": _VERSION, "files": record}, indent=1) + "\n", overwrite=True)
