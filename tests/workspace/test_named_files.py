"""Paths in plans, and what there is at them."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrate_ls.workspace.named_files import FolderEntry, file_at, files_at, folder_entries


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "src" / "deep").mkdir(parents=True)
    (root / "src" / "a.py").write_text("")
    (root / "src" / ".hidden").write_text("")
    (tmp_path / "secret").write_text("")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x").write_text("")
    return root


def test_files_below_the_root(root: Path):
    assert file_at([root], "src/a.py") == root / "src" / "a.py"
    assert file_at([root], "./src/../src/a.py") == root / "src" / "a.py"
    assert file_at([root / "src", root], "src/a.py") == root / "src" / "a.py"
    assert files_at([root], ["src/a.py", "src", "none"]) == {"src/a.py": root / "src" / "a.py"}


@pytest.mark.parametrize(
    "name", ["../secret", "src/../../secret", "/etc/passwd", "~/x", "a\0b", "x" * 5000, ""]
)
def test_nothing_outside(root: Path, name: str):
    assert file_at([root], name) is None
    if name:
        assert folder_entries([root], name.rpartition("/")[0] or "none", 10) == ([], True)


def test_links_that_lead_out_lead_nowhere(root: Path):
    try:
        (root / "out").symlink_to(root.parent / "outside")
        (root / "in").symlink_to(root / "src")
    except OSError:
        pytest.skip("there are no links here")
    assert file_at([root], "out/x") is None
    assert file_at([root], "in/a.py") == root / "src" / "a.py"
    names = [entry.name for entry in folder_entries([root], "", 10)[0]]
    assert names == ["in", "src"]
    assert folder_entries([root], "out", 10) == ([], True)


def test_a_folder_is_read_as_far_as_asked(root: Path):
    assert folder_entries([root], "src", 10) == (
        [FolderEntry("deep", True), FolderEntry("a.py", False)],
        True,
    )
    entries, complete = folder_entries([root], "src", 1)
    assert len(entries) <= 1
    assert complete is False
    assert folder_entries([root], "none", 10) == ([], True)
