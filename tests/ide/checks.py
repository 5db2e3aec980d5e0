"""Checked plans for tests of what the language server says about them."""

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.workspace.checking import shipped_schema


def checked(text: str) -> FileCheck:
    """A plan with the rules at their defaults."""
    return check_file(PlanFile.parse(text), RuleSettings(), shipped_schema())
