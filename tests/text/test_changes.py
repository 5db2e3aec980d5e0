"""A change names only files below the folder it counts from, and each of its notes once."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrate_ls.text.changes import ChangeNote, FileMove, NewFile, WorkspaceChange
from orchestrate_ls.text.edits import TextEdit


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../up.md", "a/../../up.md", "C:/windows", "a\\b.md", "folder/", "nul\0", "."]
)
def test_a_new_file_stays_below_its_base(path: str):
    with pytest.raises(ValueError, match="not a path below"):
        NewFile(path, "")


def test_a_new_file_has_a_relative_path():
    assert NewFile(".claude/agents/api-developer.md", "").path == ".claude/agents/api-developer.md"


def test_notes_come_once_in_order():
    kept, added = ChangeNote("Kept"), ChangeNote("Added", needs_confirmation=True)
    edits = (TextEdit(0, 0, "a"), TextEdit(1, 2, "b"), TextEdit(3, 3, "c"))
    change = WorkspaceChange(
        edits,
        notes={edits[0]: added, edits[1]: kept, edits[2]: added},
        moves=(FileMove(Path("/a"), Path("/b"), kept),),
        new_files=(NewFile("a.plan.yaml", "", note=ChangeNote("New")),),
    )
    assert list(change.all_notes()) == [added, kept, ChangeNote("New")]
    assert not change.is_of_this_text_only
    assert WorkspaceChange(edits).is_of_this_text_only
