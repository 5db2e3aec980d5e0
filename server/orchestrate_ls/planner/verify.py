"""A plan that a planner wrote is checked by the same rules as everyone else's before it is handed out.

An error or a warning in it is a fault of the planner, not of the user. Knows nothing of how the plan came
about.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import Diagnostic, FileCheck, RuleSettings, check_file
from orchestrate_ls.workspace.checking import shipped_schema


@dataclass(frozen=True, slots=True)
class Verification:
    """The check of a plan by the default rules. ``faults`` are its errors and warnings: there should be
    none.
    """

    check: FileCheck
    faults: tuple[Diagnostic, ...]


def verify(text: str) -> Verification:
    """Check the text of a plan file by the default rules."""
    check = check_file(PlanFile.parse(text), RuleSettings(), shipped_schema())
    faults = tuple(each for each in check.diagnostics if each.severity.rank <= Severity.WARNING.rank)
    return Verification(check, faults)
