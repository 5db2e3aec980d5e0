"""The checklist: lessons are added once, and what people write in it stays."""

from pathlib import Path

import pytest

from orchestrate_ls.execution.checklist import NAME, add_lesson, read_lessons
from orchestrate_ls.workspace.writing import UnwritableFileError


def test_a_lesson_is_added_once(tmp_path: Path):
    folder = tmp_path / ".orchestrate"
    assert read_lessons(folder) == ()
    assert add_lesson(folder, "review/coverage (72%) (T3)")
    assert not add_lesson(folder, "Review/coverage (72%) (T7)")
    assert add_lesson(folder, "no tests for\n# the error paths (T4)")
    assert not add_lesson(folder, " \n")
    assert read_lessons(folder) == ("review/coverage (72%) (T3)", "no tests for # the error paths (T4)")


def test_what_people_write_stays(tmp_path: Path):
    text = "# Mine\r\n\r\n* [x] look at the logs\r\n1. not an item of it\r\n- [ ] \xe9"
    path = tmp_path / NAME
    path.write_bytes(text.encode())
    assert add_lesson(tmp_path, "new (T1)")
    assert path.read_bytes() == text.encode() + b"\n- new (T1)\n"
    assert read_lessons(tmp_path) == ("look at the logs", "\xe9", "new (T1)")


def test_a_checklist_that_cannot_be_written_says_so(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnwritableFileError, match="cannot be written"):
        add_lesson(tmp_path / "file", "x")
    (tmp_path / NAME).write_bytes(b"- x\n" * 249_999)
    with pytest.raises(UnwritableFileError, match="full"):
        add_lesson(tmp_path, "y" * 200)
