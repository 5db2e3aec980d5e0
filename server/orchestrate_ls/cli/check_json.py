"""Findings as JSON: a list with positions as the Language Server Protocol counts them by default (from zero,
UTF-16).
"""

from __future__ import annotations

from typing import Any

from orchestrate_ls.cli.check_run import CheckRun
from orchestrate_ls.cli.terminal import write_json
from orchestrate_ls.rules.engine import Diagnostic
from orchestrate_ls.text.positions import Encoding
from orchestrate_ls.workspace.checking import ReportedFile


def print_json(run: CheckRun) -> None:
    """Print all findings of a run."""
    write_json([_finding(file, diagnostic) for file, diagnostic in run.diagnostics()])


def _finding(file: ReportedFile, diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "file": file.path.as_posix(),
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "range": _range(file, diagnostic.start, diagnostic.end),
        "related": [
            {"message": place.message, "range": _range(file, place.start, place.end)}
            for place in diagnostic.related
        ],
        "fixable": diagnostic.fixable,
    }


def _range(file: ReportedFile, start: int, end: int) -> dict[str, Any]:
    return {"start": _position(file, start), "end": _position(file, end)}


def _position(file: ReportedFile, offset: int) -> dict[str, int]:
    position = file.text.position_at(offset, Encoding.UTF16)
    return {"line": position.line, "character": position.character}
