"""Changes that reach beyond one text: other files, new files, files that move, and notes that say why.

Plain data, for fixes and actions alike. Paths are only named here; whoever carries a change out reads and writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath, PurePosixPath

from orchestrate_ls.text.edits import TextEdit


class Base(StrEnum):
    """What the path of a new file counts from."""

    ROOT = "root"
    """The root of the workspace that the text belongs to."""
    BESIDE = "beside"
    """The folder that the text's own file is in."""


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """Why something is changed, shown by editors that preview a change before it is made."""

    label: str
    description: str = ""
    needs_confirmation: bool = False


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is not there yet; nothing that is there is ever written over.

    ``path`` is relative with forward slashes. Raises ``ValueError`` for one that leads out of its base or names
    nothing.
    """

    path: str
    text: str
    base: Base = Base.ROOT
    note: ChangeNote | None = None

    def __post_init__(self) -> None:
        parts = PurePosixPath(self.path).parts
        odd = any(character in self.path for character in "\\:\0") or ".." in parts
        if not parts or odd or self.path.startswith("/") or self.path.endswith("/"):
            raise ValueError(f"not a path below a folder: {self.path!r}")


@dataclass(frozen=True, slots=True)
class FileEdits:
    """Edits of a file other than the one at hand. They count in ``text``, which is what it says now."""

    path: PurePath
    text: str
    edits: tuple[TextEdit, ...]
    note: ChangeNote | None = None


@dataclass(frozen=True, slots=True)
class FileMove:
    """A file that gets another name; both are absolute, and nothing is there under the new one."""

    path: PurePath
    to: PurePath
    note: ChangeNote | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceChange:
    """Everything one action does.

    Attributes
    ----------
    edits
        Of the text at hand, in code points of the text as it is now.
    notes
        For edits that have one.
    other_files, new_files, moves
        What happens to other files. Edits of a file that moves name it as it is called now.
    """

    edits: tuple[TextEdit, ...] = ()
    notes: Mapping[TextEdit, ChangeNote] = field(default_factory=dict[TextEdit, ChangeNote])
    other_files: tuple[FileEdits, ...] = ()
    new_files: tuple[NewFile, ...] = ()
    moves: tuple[FileMove, ...] = ()

    @property
    def is_of_this_text_only(self) -> bool:
        """Whether no other file is concerned."""
        return not (self.other_files or self.new_files or self.moves)

    def all_notes(self) -> Iterator[ChangeNote]:
        """Every note once, in the order of the change."""
        seen: set[ChangeNote] = set()
        others = (*self.other_files, *self.moves, *self.new_files)
        for note in (*(self.notes.get(edit) for edit in self.edits), *(each.note for each in others)):
            if note is not None and note not in seen:
                seen.add(note)
                yield note
