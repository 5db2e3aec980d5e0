"""Paths below ``files``: which folder is wanted, and what of it is offered. The folder is read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orchestrate_ls.ide.completion_offers import Choice, Kind, Offer, Writer
from orchestrate_ls.ide.completion_place import Place, Sort, place_at
from orchestrate_ls.plan.file import PlanFile

_GLOB: Final = frozenset("*?[]{}!")
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class FolderListing:
    """What a folder holds: names, those of folders with a slash. ``complete`` is False where it holds more."""

    folder: str
    names: tuple[str, ...]
    complete: bool


def is_file_path(place: Place) -> bool:
    """Whether a path of a task's files is written here."""
    path = place.path
    return (
        Sort.VALUE in place.sort
        and len(path) in (3, 4)
        and (path[0], path[2]) == ("tasks", "files")
        and (len(path) == 3 or isinstance(path[3], int))
    )


def folder_wanted(file: PlanFile, offset: int) -> str | None:
    """The folder whose names could be offered at an offset, up to its last slash; None where no path is written."""
    place = place_at(file, offset)
    if place is None or not is_file_path(place) or (place.word != place.word.rstrip()):
        return None
    folder = _folder_of(place)
    return None if _GLOB & set(folder) else folder


def file_offers(place: Place, listing: FolderListing) -> list[Offer]:
    """The names of the folder as paths, without those that the list has already."""
    folder = _folder_of(place)
    if folder != listing.folder:
        return []
    writer = Writer(place, snippets=False)
    found: list[Offer] = []
    for name in listing.names:
        path = folder + name
        if path in place.list_present or not path.casefold().startswith(place.prefix.casefold()):
            continue
        in_list = len(place.path) == 4 or bool(place.quote)
        choice = Choice(path, Kind.FILE)
        found.append(writer.value(choice) if in_list else writer.only_item(choice))
        if len(found) == _MOST:
            break
    return found


def _folder_of(place: Place) -> str:
    before = place.prefix.rpartition("/")
    return before[0] + before[1]
