"""Checks plans that say themselves what should be found in them.

A fixture is a plan with annotations, comment lines below the line they mean:

    tasks:
      - id: T1
        dependencies: [T9]
        #              ^^ error[unknown-dependency] no task has the id `T9` 💡

The carets stand below the range that is meant (``#^^^`` begins at the ``#`` itself, ``|`` is an empty range), the text
is part of the message, and 💡 says that there is a fix. ``~~~ text`` means a related place of any finding. Annotations
are taken out before the plan is checked, so that lines and columns are those of the plan. What is found and what is
annotated is compared both ways: nothing may be missing, and nothing may be there besides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import dedent
from typing import NamedTuple

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.progress.track_record import NO_RECORD, TrackRecord
from orchestrate_ls.rules.base import Fix, Severity
from orchestrate_ls.rules.context import KnownAgent, Thresholds
from orchestrate_ls.rules.engine import Diagnostic, FileCheck, RuleSettings, check_file
from orchestrate_ls.text.edits import apply_edits
from orchestrate_ls.workspace.shipped import schema_text

_ANNOTATION = re.compile(
    r"[ ]*\#(?P<gap>[ ]*)(?P<marks>\^+|~+|\|)[ ]*"
    r"(?:(?P<bulb>💡)[ ]*)?"
    r"(?:(?P<severity>error|warning|information|hint)\[(?P<code>[a-z-]+)\])?[ ]*"
    r"(?P<text>.*?)[ ]*(?P<late_bulb>💡)?[ ]*"
)
_CURSOR = "$0"


class Place(NamedTuple):
    """Zero-based line, and columns in code points."""

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Expected:
    place: Place
    severity: str
    code: str
    text: str
    fixable: bool


@dataclass(frozen=True)
class ExpectedRelated:
    place: Place
    text: str


class Fixture(NamedTuple):
    text: str
    findings: list[Expected]
    related: list[ExpectedRelated]


@cache
def shipped_schema() -> PlanSchema:
    return PlanSchema.parse(schema_text())


def checked(
    text: str,
    *,
    severities: Mapping[str, str] | None = None,
    thresholds: Thresholds | None = None,
    known_agents: Collection[KnownAgent] = (),
    history: TrackRecord = NO_RECORD,
) -> FileCheck:
    """Check a text as the command line does."""
    settings = RuleSettings(
        {code: Severity(severity) for code, severity in (severities or {}).items()},
        thresholds or Thresholds(),
        history=history,
    )
    return check_file(
        PlanFile.parse(text), settings, shipped_schema(), {agent.id: agent for agent in known_agents}
    )


def plain(text: str) -> str:
    """A fixture's text without common indentation and the line break behind the opening quotes."""
    return dedent(text).removeprefix("\n")


def read_fixture(annotated: str, ending: str = "\n") -> Fixture:
    """Take the annotations out of a fixture."""
    lines: list[str] = []
    findings: list[Expected] = []
    related: list[ExpectedRelated] = []
    for line in plain(annotated).split("\n"):
        match = _ANNOTATION.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        place = _place(len(lines) - 1, line, match)
        if match["marks"][0] == "~":
            related.append(ExpectedRelated(place, match["text"]))
            continue
        assert match["code"], f"an annotation without a rule: {line}"
        bulb = bool(match["bulb"] or match["late_bulb"])
        findings.append(Expected(place, match["severity"], match["code"], match["text"], bulb))
    return Fixture(ending.join(lines), findings, related)


def check(
    fixture: str,
    *,
    only: Collection[str] | None = None,
    ending: str = "\n",
    severities: Mapping[str, str] | None = None,
    thresholds: Thresholds | None = None,
    known_agents: Collection[KnownAgent] = (),
) -> None:
    """Compare what is found with the annotations: all findings, or those of the rules in ``only``.

    Related places are compared too where the fixture has any.
    """
    text, expected, expected_related = read_fixture(fixture, ending)
    result = checked(text, severities=severities, thresholds=thresholds, known_agents=known_agents)
    found = [each for each in result.diagnostics if only is None or each.code in only]
    missing = list(expected)
    surplus: list[str] = []
    for diagnostic in found:
        match = next((each for each in missing if _is_same(result, diagnostic, each)), None)
        if match is None:
            surplus.append(_shown(result, diagnostic))
        else:
            missing.remove(match)
    if expected_related:
        places = Counter(
            (_range(result, related.start, related.end), related.message)
            for diagnostic in found
            for related in diagnostic.related
        )
        for each in expected_related:
            key = next((key for key in places if key[0] == each.place and each.text in key[1]), None)
            if key is None:
                missing.append(each)  # type: ignore[arg-type]
                continue
            places[key] -= 1
            if not places[key]:
                del places[key]
        surplus += [f"related {place}: {message}" for place, message in places]
    if missing or surplus:
        pytest.fail(_report(missing, surplus))


def check_fix(
    before: str,
    after: str,
    code: str,
    title: str | None = None,
    *,
    ending: str = "\n",
    severities: Mapping[str, str] | None = None,
    known_agents: Collection[KnownAgent] = (),
    stays: bool = False,
) -> Fix:
    """Apply a fix of a rule's finding (of the one at ``$0`` where the text has that mark) and compare the text.

    ``title`` is part of the fix's title; without one the first fix is taken. Afterwards the rule has to find less
    than before, unless it ``stays``.
    """
    text = plain(before).replace("\n", ending)
    result, diagnostic = _diagnostic(text, code, severities, known_agents)
    fixes = result.fixes(diagnostic)
    assert fixes, f"there is no fix for {_shown(result, diagnostic)}"
    fix = fixes[0] if title is None else next((each for each in fixes if title in each.title), None)
    assert fix is not None, f"no fix has {title!r} in its title, only {[each.title for each in fixes]}"
    fixed = apply_edits(result.file.text, fix.edits)
    assert fixed == plain(after).replace("\n", ending)
    again = checked(fixed, severities=severities, known_agents=known_agents)
    assert stays or _count(again, code) < _count(result, code), "the finding is still there"
    return fix


def check_no_fix(text: str, code: str, severities: Mapping[str, str] | None = None) -> None:
    """A rule finds something and has no fix for it."""
    result, diagnostic = _diagnostic(plain(text), code, severities, ())
    assert [fix.title for fix in result.fixes(diagnostic)] == []


def fix_titles(text: str, code: str, known_agents: Collection[KnownAgent] = ()) -> list[str]:
    """The titles of the fixes of a rule's finding, the best first."""
    result, diagnostic = _diagnostic(plain(text), code, None, known_agents)
    return [fix.title for fix in result.fixes(diagnostic)]


def codes(text: str) -> Counter[str]:
    """How often each rule speaks."""
    return Counter(diagnostic.code for diagnostic in checked(text).diagnostics)


def _diagnostic(
    text: str, code: str, severities: Mapping[str, str] | None, known_agents: Collection[KnownAgent]
) -> tuple[FileCheck, Diagnostic]:
    cursor = text.find(_CURSOR)
    text = text.replace(_CURSOR, "")
    result = checked(text, severities=severities, known_agents=known_agents)
    found = [each for each in result.diagnostics if each.code == code]
    if cursor >= 0:
        found = [each for each in found if each.start <= cursor <= each.end]
    assert found, f"{code} finds nothing"
    return result, found[0]


def _count(result: FileCheck, code: str) -> int:
    return sum(diagnostic.code == code for diagnostic in result.diagnostics)


def _place(line: int, text: str, match: re.Match[str]) -> Place:
    start, end = match.span("marks")
    if text[start] == "|":
        return Place(line, start, start)
    if not match["gap"]:
        start -= 1
    return Place(line, start, end)


def _range(result: FileCheck, start: int, end: int) -> Place:
    """The first line of a range."""
    text = result.file.text
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    line = text.count("\n", 0, line_start)
    covered = re.split(r"[\r\n]", text[start:end])[0]
    return Place(line, start - line_start, start - line_start + len(covered))


def _is_same(result: FileCheck, diagnostic: Diagnostic, expected: Expected) -> bool:
    return (
        _range(result, diagnostic.start, diagnostic.end) == expected.place
        and diagnostic.code == expected.code
        and diagnostic.severity == expected.severity
        and expected.text in diagnostic.message
        and bool(result.fixes(diagnostic)) == expected.fixable
    )


def _shown(result: FileCheck, diagnostic: Diagnostic) -> str:
    place = _range(result, diagnostic.start, diagnostic.end)
    bulb = " 💡" if result.fixes(diagnostic) else ""
    return f"{place.line}:{place.start}-{place.end} {diagnostic.severity}[{diagnostic.code}] {diagnostic.message}{bulb}"


def _report(missing: Collection[object], surplus: Collection[str]) -> str:
    lines = [
        "missing:",
        *(f"  {each}" for each in missing),
        "found besides:",
        *(f"  {each}" for each in surplus),
    ]
    return "\n".join(lines)
