"""What a check's command has left behind, read as evidence: an exit code, a number, or a report of a known form.

Reports are as hostile as any input: their size is bounded, XML may declare no entities (which could grow a small file
beyond all memory), and nothing in them names what is read next. Reads bytes; knows no process and no file.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.execution.output_text import shown_output
from orchestrate_ls.plan.expectations import PERCENT, Level
from orchestrate_ls.workspace.coverage import CoverageError, read_coverage
from orchestrate_ls.workspace.gate_settings import EvidenceKind, GateCommand
from orchestrate_ls.workspace.report_xml import ReportXmlError, read_report_xml

LARGEST_REPORT: Final = 50_000_000
MOST_NAMED: Final = 20_000
"""How many failures and findings are told apart; with more nothing can be said of which are new."""
_LONGEST_LINE: Final = 2_000
_LONGEST_NAME: Final = 500
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,12})?(?:[eE][-+]?[0-9]{1,3})?")


class EvidenceError(Exception):
    """Something that is no evidence; the message says why."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known by a check.

    Attributes
    ----------
    words
        What was found, in words.
    number, unit
        A figure; None for none.
    tests
        How many were run; None where it is no report of tests.
    failures
        Names of tests that failed, or of findings (with a level), each once.
    findings
        How many of each level; None where it is no report of findings.
    complete
        Whether all failures and findings have a name in ``failures``.
    """

    words: str
    number: float | None = None
    unit: str = ""
    tests: int | None = None
    failures: frozenset[str] = frozenset()
    findings: Mapping[Level, int] | None = None
    complete: bool = True


def read_evidence(gate: GateCommand, data: bytes) -> Evidence:
    """Read a report or output (of coverage see ``coverage_evidence``). Raises ``EvidenceError``."""
    if len(data) > LARGEST_REPORT:
        raise EvidenceError(f"it is larger than {LARGEST_REPORT // 1_000_000} MB")
    if gate.evidence is EvidenceKind.NUMBER:
        return _number(gate, data)
    if gate.evidence is EvidenceKind.JUNIT:
        return _junit(data)
    return _sarif(data)


def coverage_evidence(path: Path) -> Evidence:
    """Read a coverage report. Raises ``EvidenceError``."""
    try:
        found = read_coverage(path)
    except CoverageError as error:
        raise EvidenceError(str(error)) from None
    if not found.lines:
        raise EvidenceError(f"{path.name} has no line that could be covered")
    # Never rounded up: 79.999% is less than 80%.
    share = math.floor(found.covered * 10_000 / found.lines) / 100
    return Evidence(f"{share:g}% of {found.lines:,} lines", share, PERCENT)


def _number(gate: GateCommand, data: bytes) -> Evidence:
    found = _pointed_at(gate.pointer, data) if gate.pointer is not None else _printed(gate.pattern, data)
    value, unit = found, gate.unit
    if unit == "ratio":
        value, unit = round(found * 100, 9), PERCENT
    return Evidence(f"{value:g}{'' if unit in ('', PERCENT) else ' '}{unit}", value, unit)


def _printed(pattern: str, data: bytes) -> float:
    """The number on the last line that the pattern matches: a slow pattern gets no long text to be slow on."""
    lines = [line[:_LONGEST_LINE] for line in shown_output(data).split("\n") if line.strip()]
    if not pattern:
        text = lines[-1].strip().removesuffix("%").strip() if lines else ""
        if not _NUMBER.fullmatch(text):
            raise EvidenceError(
                "its last line is no number; say where the number is with `pattern` or `pointer`"
            )
        return float(text)
    expression = re.compile(pattern)
    for line in reversed(lines):
        match = expression.search(line)
        if match is None:
            continue
        text = (match[1] or "").replace(",", "").strip()
        if not _NUMBER.fullmatch(text):
            raise EvidenceError(f"what `pattern` finds, `{text[:40]}`, is no number")
        return float(text)
    raise EvidenceError("no line matches `pattern`")


def _pointed_at(pointer: str | None, data: bytes) -> float:
    """The number at a JSON pointer (RFC 6901)."""
    value = _json(data)
    for step in (pointer or "").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = cast("dict[str, object]", value)[name]
        elif (
            isinstance(value, list)
            and name.isascii()
            and name.isdecimal()
            and int(name[:9]) < len(cast("list[object]", value))
        ):
            value = cast("list[object]", value)[int(name[:9])]
        else:
            raise EvidenceError(f"there is nothing at `{pointer}` in it")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise EvidenceError(f"there is no number at `{pointer}` in it")
    return float(value)


def _json(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise EvidenceError("it is not JSON") from None


@dataclass(slots=True)
class _JUnit:
    """What is known while the XML is read. Suites may be nested; only the cases in them are counted."""

    tests: int = 0
    skipped: int = 0
    failed: set[str] = field(default_factory=set[str])
    number_failed: int = 0
    is_report: bool = False
    case: str | None = None
    has_failed: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name in ("testsuites", "testsuite"):
            self.is_report = True
        elif name == "testcase":
            self.tests += 1
            self.has_failed = False
            parts = [attributes.get("classname", ""), attributes.get("name", "")]
            self.case = "::".join(filter(None, parts))[:_LONGEST_NAME] or f"case {self.tests}"
        elif self.case is not None and name in ("failure", "error") and not self.has_failed:
            self.has_failed = True
            self.number_failed += 1
            if len(self.failed) < MOST_NAMED:
                self.failed.add(self.case)
        elif self.case is not None and name == "skipped":
            self.skipped += 1

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "testcase":
            self.case = None


def _junit(data: bytes) -> Evidence:
    found = _JUnit()
    try:
        read_report_xml(data, found.start, found.end, "reports")
    except ReportXmlError as error:
        raise EvidenceError(f"it {error}") from None
    if not found.is_report:
        raise EvidenceError("it is no JUnit report: it has no element `testsuite`")
    ran = found.tests - found.skipped
    words = f"{ran:,} test{'' if ran == 1 else 's'} ran, {found.number_failed:,} failed"
    return Evidence(
        words,
        float(found.number_failed),
        tests=max(ran, 0),
        failures=frozenset(found.failed),
        complete=found.number_failed <= MOST_NAMED,
    )


def _sarif(data: bytes) -> Evidence:
    """Findings of SARIF 2.1.0, by `security-severity` where a rule has one (bands of CVSS 3: from 9 critical, from 7
    high, from 4 medium), else by level (error high, warning medium, note low). Suppressed ones do not count.
    """
    whole = _json(data)
    if not isinstance(_get(whole, "runs"), list):
        raise EvidenceError("it is no SARIF report: it has no `runs`")
    counts = dict.fromkeys(Level, 0)
    names: set[str] = set()
    for run in _list(whole, "runs"):
        rules = _rules(run)
        for result in _list(run, "results"):
            if _list(result, "suppressions") or _get(result, "kind") in ("pass", "notApplicable", "open"):
                continue
            level = _level(result, rules)
            if level is None:
                continue
            counts[level] += 1
            if len(names) < MOST_NAMED:
                names.add(f"{level}: {_finding_name(result)}")
    total = sum(counts.values())
    said = ", ".join(f"{number:,} {level}" for level, number in counts.items() if number)
    return Evidence(
        f"{total:,} finding{'' if total == 1 else 's'}{f' ({said})' if said else ''}",
        float(total),
        failures=frozenset(names),
        findings=counts,
        complete=len(names) < MOST_NAMED,
    )


def _rules(run: object) -> dict[str, object]:
    driver = _get(_get(run, "tool"), "driver")
    parts = [driver, *_list(_get(run, "tool"), "extensions")]
    return {str(_get(rule, "id")): rule for part in parts for rule in _list(part, "rules")}


def _level(result: object, rules: dict[str, object]) -> Level | None:
    rule = rules.get(str(_get(result, "ruleId") or _get(_get(result, "rule"), "id")))
    for owner in (result, rule):
        severity = _get(_get(owner, "properties"), "security-severity")
        try:
            score = float(cast("Any", severity))
        except (TypeError, ValueError):
            continue
        return (
            Level.CRITICAL
            if score >= 9
            else Level.HIGH
            if score >= 7
            else Level.MEDIUM
            if score >= 4
            else Level.LOW
        )
    level = _get(result, "level") or _get(_get(rule, "defaultConfiguration"), "level") or "warning"
    return {"error": Level.HIGH, "warning": Level.MEDIUM, "note": Level.LOW}.get(str(level))


def _finding_name(result: object) -> str:
    """What tells one finding from another, also when lines above it were added."""
    prints = _get(result, "partialFingerprints") or _get(result, "fingerprints")
    place = _get(next(iter(_list(result, "locations")), None), "physicalLocation")
    file = _get(_get(place, "artifactLocation"), "uri")
    what: object = prints or _get(_get(result, "message"), "text")
    digest = hashlib.sha256(json.dumps([what, file], sort_keys=True, default=str).encode()).hexdigest()[:12]
    rule = _get(result, "ruleId") or _get(_get(result, "rule"), "id") or "finding"
    return f"{str(rule)[:_LONGEST_NAME]} in {str(file)[:_LONGEST_NAME]} ({digest})"


def _get(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def _list(value: object, name: str) -> list[object]:
    found = _get(value, name)
    return cast("list[object]", found) if isinstance(found, list) else []
