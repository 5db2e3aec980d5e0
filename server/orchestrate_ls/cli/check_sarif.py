"""Findings as SARIF 2.1.0 (OASIS Standard, 27 March 2020), which code-scanning tools read.

Lines and columns count from 1, columns in UTF-16 code units. Every rule is described with its page, so that a
viewer can explain a finding without this program.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from orchestrate_ls import __version__
from orchestrate_ls.cli.check_run import CheckRun, Failure
from orchestrate_ls.cli.terminal import write_json
from orchestrate_ls.rules.base import Rule, Severity
from orchestrate_ls.rules.engine import Diagnostic
from orchestrate_ls.rules.registry import RULES
from orchestrate_ls.text.positions import Encoding
from orchestrate_ls.workspace.checking import ReportedFile

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
    Severity.HINT: "note",
    Severity.OFF: "none",
}


def print_sarif(run: CheckRun) -> None:
    """Print a run as a SARIF log."""
    indices = {rule.code: index for index, rule in enumerate(RULES)}
    write_json(
        {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "orchestrate",
                            "semanticVersion": __version__,
                            "rules": [_rule(rule) for rule in RULES],
                        }
                    },
                    "columnKind": "utf16CodeUnits",
                    "invocations": [
                        {
                            "executionSuccessful": not run.failures,
                            "toolExecutionNotifications": [_notification(each) for each in run.failures],
                        }
                    ],
                    "results": [_result(file, found, indices) for file, found in run.diagnostics()],
                }
            ],
        }
    )


def _rule(rule: Rule) -> dict[str, Any]:
    page = rule.page.strip()
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.code.split("-")),
        "shortDescription": {"text": f"{rule.summary}."},
        "fullDescription": {"text": f"{rule.summary}."},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {
            "enabled": rule.on_by_default,
            "level": _LEVELS[rule.severity],
        },
        "properties": {"tags": [rule.group]},
    }


def _result(file: ReportedFile, diagnostic: Diagnostic, indices: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": indices[diagnostic.code],
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": diagnostic.message},
        "locations": [_location(file, diagnostic.start, diagnostic.end)],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": index, **_location(file, place.start, place.end), "message": {"text": place.message}}
            for index, place in enumerate(diagnostic.related)
        ]
    return result


def _notification(failure: Failure) -> dict[str, Any]:
    text = failure.message if failure.hint is None else f"{failure.message}; {failure.hint}"
    place: dict[str, Any] = {"artifactLocation": {"uri": uri_of(Path(failure.path))}}
    if failure.line is not None:
        place["region"] = {"startLine": failure.line, "startColumn": failure.column}
    return {
        "level": "error",
        "message": {"text": f"{failure.path}: {text}"},
        "locations": [{"physicalLocation": place}],
    }


def _location(file: ReportedFile, start: int, end: int) -> dict[str, Any]:
    chunks = file.text
    first = chunks.position_at(start, Encoding.UTF16)
    last = chunks.position_at(end, Encoding.UTF16)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri_of(file.path)},
            "region": {
                "startLine": first.line + 1,
                "startColumn": first.character + 1,
                "endLine": last.line + 1,
                "endColumn": last.character + 1,
            },
        }
    }


def uri_of(path: Path) -> str:
    """A path as a URI reference: relative paths stay relative, to where the tool ran."""
    if path.is_absolute():
        return path.as_uri()
    return quote(os.fsencode(path.as_posix()))
