"""Mends a plan's text by the rules' own fixes, the best of each finding: the same answer for the same text.

Asks nobody, and knows nothing of how the text came about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.rules.base import Fix, Severity
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import Diagnostic, FileCheck, RuleSettings, check_file
from orchestrate_ls.text.edits import TextEdit, apply_edits
from orchestrate_ls.workspace.checking import shipped_schema

FROM_THE_USER: Final = frozenset({"deadline-missed"})
"""Findings that follow from what the user stated. They are shown, and no fault of a planner."""
_NUMBERED: Final = re.compile(r"`[^`]*[0-9]`")
_MOST_ROUNDS: Final = 200
_FIRST: Final = (
    "duplicate-task-id",
    "self-dependency",
    "duplicate-dependency",
    "unknown-dependency",
    "dependency-cycle",
    "redundant-dependency",
    "unknown-agent",
    "missing-agent",
    "skill-mismatch",
    "group-not-parallel",
    "file-conflict",
    "missing-estimate",
)
"""What is closed in which order: what tasks wait for comes first, as most other findings follow from it. All of them
are closed, the milder ones too; of other rules only errors and warnings."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text after its repairs, what is still found in it, and what was done, one title each."""

    text: str
    check: FileCheck
    repairs: tuple[str, ...]


def repaired(text: str, known: Mapping[str, KnownAgent] | None = None) -> Repaired:
    """The text with every fault closed that a fix of its rule closes; ``known`` are agents of definition files."""
    done: list[str] = []
    check = checked(text, known)
    given_up: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        code = _next_code(check, given_up)
        if code is None:
            break
        edits, titles = _edits(check, code)
        fixed = apply_edits(text, edits) if edits else text
        if fixed == text:
            given_up.add(code)
            continue
        text, check = fixed, checked(fixed, known)
        done += titles
    return Repaired(text, check, tuple(done))


def _next_code(check: FileCheck, given_up: set[str]) -> str | None:
    codes = {
        each.code for each in check.diagnostics if each.fixable and (each.code in _FIRST or is_fault(each))
    } - given_up
    ordered = [code for code in _FIRST if code in codes] + sorted(codes - set(_FIRST))
    return ordered[0] if ordered else None


def _edits(check: FileCheck, code: str) -> tuple[list[TextEdit], list[str]]:
    """The first fix of each finding of a rule, as far as they do not touch each other."""
    edits: list[TextEdit] = []
    titles: list[str] = []
    for diagnostic in check.diagnostics:
        if diagnostic.code != code or not diagnostic.fixable:
            continue
        fix = _chosen(
            [each for each in check.fixes(diagnostic) if each.edits and not each.new_files], diagnostic
        )
        if fix is None or any(_touch(edit, other) for edit in fix.edits for other in edits):
            continue
        edits += fix.edits
        titles.append(_told(fix, diagnostic, check))
    return edits, titles


def _chosen(fixes: list[Fix], diagnostic: Diagnostic) -> Fix | None:
    """The first fix, which is the nearest; of a number that no task has, nobody knows which one was meant."""
    if diagnostic.code == "unknown-dependency" and _NUMBERED.search(diagnostic.message):
        return fixes[-1] if fixes else None
    return fixes[0] if fixes else None


def _told(fix: Fix, diagnostic: Diagnostic, check: FileCheck) -> str:
    """The fix's title, with the task where it does not say it itself."""
    at = diagnostic.finding.at
    task = at.task if isinstance(at, Spot) else None
    if task is None:
        return fix.title
    name = check.plans[diagnostic.plan].context.names[task]
    return fix.title if f"`{name}`" in fix.title else f"{fix.title} (task `{name}`)"


def _touch(one: TextEdit, other: TextEdit) -> bool:
    return one.start <= other.end and other.start <= one.end


def is_fault(diagnostic: Diagnostic) -> bool:
    """Whether a finding is one that a plan is not to be handed out with."""
    return diagnostic.severity.rank <= Severity.WARNING.rank and diagnostic.code not in FROM_THE_USER


def checked(text: str, known: Mapping[str, KnownAgent] | None = None) -> FileCheck:
    """What the default rules find in a text."""
    return check_file(PlanFile.parse(text), RuleSettings(), shipped_schema(), known)
