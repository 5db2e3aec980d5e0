"""The fixes that are offered at a place in a file. Knows no editor."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.rules.base import Fix
from orchestrate_ls.rules.engine import Diagnostic, FileCheck


@dataclass(frozen=True, slots=True)
class QuickFix:
    """A fix and the finding it answers."""

    diagnostic: Diagnostic
    fix: Fix


def quick_fixes(check: FileCheck, start: int, end: int) -> list[QuickFix]:
    """The fixes of all findings that a range touches (code points), by place; of one finding the best first."""
    return [
        QuickFix(diagnostic, fix)
        for diagnostic in check.diagnostics
        if diagnostic.fixable and diagnostic.start <= end and diagnostic.end >= start
        for fix in check.fixes(diagnostic)
    ]
