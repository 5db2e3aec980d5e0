"""Applies the fixes that are the one obvious answer, until nothing is left of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orchestrate_ls.rules.engine import FileCheck
from orchestrate_ls.text.edits import OverlappingEditsError, TextEdit, apply_edits
from orchestrate_ls.workspace.checking import CheckedFile, Checker
from orchestrate_ls.workspace.reading import PlanText
from orchestrate_ls.workspace.writing import write_whole

MOST_ROUNDS: Final = 50
"""A fix may bring up the next finding. Two that undo each other must come to an end."""


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file after its fixes. ``fixes`` counts those applied; ``skipped`` says why there are none, where it
    matters.
    """

    file: CheckedFile
    fixes: int = 0
    skipped: str | None = None


def preferred_edits(check: FileCheck) -> tuple[list[TextEdit], int]:
    """The edits of all preferred fixes that do not touch each other, and how many fixes they are."""
    edits: list[TextEdit] = []
    fixes = 0
    for diagnostic in check.diagnostics:
        for fix in check.fixes(diagnostic):
            if fix.preferred:
                if all(_apart(edit, other) for edit in fix.edits for other in edits):
                    edits.extend(fix.edits)
                    fixes += 1
                break
    return edits, fixes


def fix_file(checker: Checker, file: CheckedFile) -> FixedFile:
    """Fix a file on the disk, whole or not at all. Raises ``UnwritableFileError``."""
    if file.source.problems:
        # Writing it back would replace the bytes that could not be read.
        return FixedFile(file, skipped="it holds bytes that are no text")
    current = file
    total = 0
    for _ in range(MOST_ROUNDS):
        edits, fixes = preferred_edits(current.check)
        try:
            text = apply_edits(current.source.text, edits)
        except (OverlappingEditsError, ValueError):
            break
        if not fixes or text == current.source.text:
            break
        source = PlanText(text, (), file.source.encoding, file.source.mark)
        current = checker.check_text(file.path, source)
        total += fixes
    if total:
        write_whole(file.path, current.source.encode(current.source.text), overwrite=True)
    return FixedFile(current, total)


def _apart(edit: TextEdit, other: TextEdit) -> bool:
    """Whether two edits neither overlap nor touch, so that their order cannot matter."""
    return edit.end < other.start or other.end < edit.start
