"""Make, just and Task: the names of their targets. What a target does is not read, and nothing is run."""

from __future__ import annotations

import re
from typing import Final

from orchestrate_ls.workspace.repository.findings import Findings
from orchestrate_ls.workspace.repository.sources import Sources
from orchestrate_ls.workspace.repository.summary import Purpose

_MAKE_TARGET: Final = re.compile(r"^([A-Za-z][\w.-]{0,60})\s*:(?![=:])", re.MULTILINE)
_JUST_RECIPE: Final = re.compile(r"^@?([A-Za-z][\w-]{0,60})(?:\s+[^:=\n]{0,200})?:(?!=)", re.MULTILINE)
_TASK: Final = re.compile(r"^ {2}([A-Za-z][\w:-]{0,60}):\s*$", re.MULTILINE)
_PURPOSES: Final = (
    ("test", Purpose.TEST),
    ("tests", Purpose.TEST),
    ("check", Purpose.TEST),
    ("lint", Purpose.LINT),
    ("style", Purpose.LINT),
    ("format-check", Purpose.FORMAT),
    ("check-format", Purpose.FORMAT),
    ("typecheck", Purpose.TYPES),
    ("mypy", Purpose.TYPES),
    ("types", Purpose.TYPES),
    ("build", Purpose.BUILD),
    ("docs", Purpose.DOCS),
    ("html", Purpose.DOCS),
)


def read_task_runners(sources: Sources, findings: Findings) -> None:
    """Add the targets whose names say what they are for."""
    for files, tool, pattern in (
        (("Makefile", "makefile", "GNUmakefile"), "make", _MAKE_TARGET),
        (("justfile", "Justfile"), "just", _JUST_RECIPE),
        (("Taskfile.yml", "Taskfile.yaml"), "task", _TASK),
    ):
        path = sources.first(*files)
        if path is None:
            continue
        targets = {match[1] for match in pattern.finditer(sources.text(path))}
        for target, purpose in _PURPOSES:
            if target in targets:
                findings.add_command(purpose, f"{tool} {target}", path)
