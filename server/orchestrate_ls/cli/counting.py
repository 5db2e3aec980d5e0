"""How many of what, in words."""

from __future__ import annotations

from collections import Counter

from orchestrate_ls.cli.check_run import CheckRun
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.text.spans import count

__all__ = ["count", "summary"]


def summary(run: CheckRun) -> str:
    """The last line about a run: what was found in how many files."""
    found = Counter(diagnostic.severity for _, diagnostic in run.diagnostics())
    plans = count(len(run.files), "plan")
    if run.definitions:
        plans += f" and {count(len(run.definitions), 'agent definition')}"
    mild = [
        count(found[severity], word, many)
        for severity, word, many in (
            (Severity.INFORMATION, "information", "information"),
            (Severity.HINT, "hint", "hints"),
        )
        if found[severity]
    ]
    if found[Severity.ERROR] or found[Severity.WARNING]:
        severe = [
            count(found[severity], word)
            for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"))
            if found[severity]
        ]
        return f"{', '.join([*severe, *mild])} in {plans}."
    if mild:
        return f"No errors or warnings in {plans} ({', '.join(mild)})."
    return f"No problems in {plans}."
