"""Files of a workspace by the paths that plans give: whether they are there, and what a folder holds.

A path leads nowhere outside of the root, by ``..``, by its beginning or by a link on the disk. Reads names, never what
is in a file, and never more of a folder than is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple


class FolderEntry(NamedTuple):
    """A name in a folder."""

    name: str
    is_folder: bool


def file_at(roots: Sequence[Path], name: str) -> Path | None:
    """The file of a path that counts from one of the roots; the first that has it. None for no (regular) file."""
    for root in roots:
        path = _inside(root, name)
        if path is not None and os.path.isfile(path):  # noqa: PTH113
            return Path(path)
    return None


def files_at(roots: Sequence[Path], names: Iterable[str]) -> dict[str, Path]:
    """The files of several paths; those that are not there are left out."""
    found = ((name, file_at(roots, name)) for name in names)
    return {name: path for name, path in found if path is not None}


def folder_entries(roots: Sequence[Path], name: str, most: int) -> tuple[list[FolderEntry], bool]:
    """What a folder holds, sorted, folders first, and whether that is all.

    Hidden names are left out, and links that lead out of the root. At most ``most`` names are looked at; of roots the
    first counts that has the folder.
    """
    for root in roots:
        path = _inside(root, name or ".")
        if path is None or not os.path.isdir(path):  # noqa: PTH112
            continue
        try:
            with os.scandir(path) as listing:
                listed = list(islice(listing, most + 1))
        except OSError:
            continue
        entries = [found for each in listed[:most] if (found := _entry(root, each)) is not None]
        return sorted(entries, key=lambda each: (not each.is_folder, each.name)), len(listed) <= most
    return [], True


def _entry(root: Path, entry: os.DirEntry[str]) -> FolderEntry | None:
    if entry.name.startswith(".") or not entry.name.isprintable():
        return None
    try:
        if entry.is_symlink() and not _is_below(os.path.realpath(entry.path), os.path.realpath(root)):
            return None
        return FolderEntry(entry.name, entry.is_dir())
    except OSError:
        return None


def _inside(root: Path, name: str) -> str | None:
    """The real path of a name below a root; None where it leads out of it."""
    name = name.replace("\\", "/") if os.name == "nt" else name
    if "\0" in name or name.startswith(("/", "~")) or os.path.splitdrive(name)[0]:
        return None
    try:
        real = os.path.realpath(root)
        path = os.path.realpath(os.path.join(real, name))  # noqa: PTH118
    except (OSError, ValueError):
        return None
    return path if _is_below(path, real) else None


def _is_below(path: str, root: str) -> bool:
    try:
        return os.path.commonpath([path, root]) == root
    except ValueError:
        return False
