"""Applies the fixes that are the one obvious answer, until nothing is left of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import FileCheck, check_file
from orchestrate_ls.text.edits import OverlappingEditsError, TextEdit, apply_edits
from orchestrate_ls.text.revision import Revision
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


def preferred_edits(check: FileCheck, code: str | None = None) -> tuple[list[TextEdit], int]:
    """The edits of all preferred fixes that do not touch each other, and how many fixes they are.

    With ``code`` only the fixes of that rule's findings are taken.
    """
    edits: list[TextEdit] = []
    fixes = 0
    for diagnostic in check.diagnostics:
        if not diagnostic.fixable or (code is not None and diagnostic.code != code):
            continue
        for fix in check.fixes(diagnostic):
            if fix.preferred:
                if all(_is_apart(edit, edits) for edit in fix.edits):
                    for edit in fix.edits:
                        insort(edits, edit)
                    fixes += 1
                break
    return edits, fixes


def all_fixes(check: FileCheck, code: str | None = None) -> tuple[tuple[TextEdit, ...], int]:
    """The edits of all preferred fixes (of one rule's findings) and of those they bring up, and how many they are."""
    revision = Revision(len(check.file.chunks))
    given, total = check.given, 0
    for _ in range(MOST_ROUNDS):
        edits, fixes = preferred_edits(check, code)
        if not fixes:
            break
        try:
            text = apply_edits(check.file.text, edits)
            revision.apply(edits)
        except (OverlappingEditsError, ValueError):
            break
        if text == check.file.text:
            break
        total += fixes
        check = check_file(PlanFile.parse(text), given.settings, given.schema, given.known_agents, given.now)
    return revision.edits(), total


def fix_file(checker: Checker, file: CheckedFile) -> FixedFile:
    """Fix a file on the disk, whole or not at all. Raises ``UnwritableFileError``."""
    if file.source.problems:
        # Writing it back would replace the bytes that could not be read.
        return FixedFile(file, skipped="it holds bytes that are no text")
    edits, total = all_fixes(file.check)
    if not total:
        return FixedFile(file)
    text = apply_edits(file.source.text, edits)
    fixed = checker.check_text(file.path, PlanText(text, (), file.source.encoding, file.source.mark))
    write_whole(file.path, fixed.source.encode(text), overwrite=True)
    return FixedFile(fixed, total)


def _is_apart(edit: TextEdit, others: list[TextEdit]) -> bool:
    """Whether an edit neither overlaps nor touches any of others, which are in order and apart from each other."""
    place = bisect_left(others, edit)
    near = others[max(0, place - 1) : place + 1]
    return all(_apart(edit, other) for other in near)


def _apart(edit: TextEdit, other: TextEdit) -> bool:
    """Whether two edits neither overlap nor touch, so that their order cannot matter."""
    return edit.end < other.start or other.end < edit.start
