"""The pages of all rules, run: the wrong example gives the rule exactly where it says so, the right one does not."""

from __future__ import annotations

import re

import pytest

from orchestrate_ls.progress.track_record import NO_RECORD, EstimateSample, TrackRecord
from orchestrate_ls.rules.base import Rule, Severity
from orchestrate_ls.rules.registry import RULES, rule_by_code
from tests.rules.fixtures import checked
from tests.rules.journals import played

SECTIONS = ["What it finds", "Why it matters", "Wrong", "Right", "Fix"]
MARK = re.compile(r"# (error|warning|information|hint): \[([a-z-]+)\]$")
RECORDS = {
    "biased-estimate": TrackRecord((EstimateSample("old", "T", "developer", "integration", 3600, 7200),) * 4)
}
"""What earlier plans say, for rules that go by them."""
IDS = [rule.code for rule in RULES]


def section(rule: Rule, title: str) -> str:
    return rule.page.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def examples(rule: Rule, title: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", section(rule, title), re.DOTALL)


def history(rule: Rule, title: str) -> str:
    """The commands that lead to what an example is about; empty where it is about the plan alone."""
    return "".join(re.findall(r"```sh\n(.*?)```", section(rule, title), re.DOTALL))


def spoken(rule: Rule, text: str, commands: str) -> set[tuple[int, str]]:
    """The lines on which the rule speaks (whatever its default), and how severely."""
    severities = {} if rule.on_by_default else {rule.code: rule.severity}
    result = checked(text, severities=severities, history=RECORDS.get(rule.code, NO_RECORD))
    if commands:
        result = played(result, commands)
    return {
        (text.count("\n", 0, found.start), str(found.severity))
        for found in result.diagnostics
        if found.code == rule.code
    }


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_the_wrong_example_is_found_where_it_says_so(rule: Rule) -> None:
    for text in examples(rule, "Wrong"):
        marks = [(number, MARK.search(line)) for number, line in enumerate(text.split("\n"))]
        expected = {(number, mark[1]) for number, mark in marks if mark is not None and mark[2] == rule.code}
        assert expected, "the example marks no line"
        assert spoken(rule, text, history(rule, "Wrong")) == expected


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_the_right_example_is_clean(rule: Rule) -> None:
    for text in examples(rule, "Right"):
        assert spoken(rule, text, history(rule, "Right")) == set()
        errors = [found.message for found in checked(text).diagnostics if found.severity is Severity.ERROR]
        assert errors == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_page_is_whole(rule: Rule) -> None:
    assert re.findall(r"^## (.*)$", rule.page, re.MULTILINE) == SECTIONS
    assert len(examples(rule, "Wrong")) == len(examples(rule, "Right")) == 1
    assert all(section(rule, title).strip() for title in SECTIONS)
    summary = rule.summary
    assert (summary[0].isupper(), summary.endswith("."), "\n" in summary) == (True, False, False)


def test_codes_are_unique_and_found_by_their_code() -> None:
    assert len(set(IDS)) == len(IDS)
    assert all(rule_by_code(rule.code) is rule for rule in RULES)


def test_default_severities_are_those_of_the_design() -> None:
    errors = {
        "syntax", "schema", "duplicate-key", "invalid-duration", "duplicate-task-id", "unknown-dependency",
        "self-dependency", "dependency-cycle",
    }  # fmt: skip
    hints = {"redundant-dependency", "unused-agent", "biased-estimate"}
    information = {
        "critical-path",
        "serial-plan",
        "long-task",
        "missing-estimate",
        "group-not-parallel",
        "agent-bottleneck",
    }
    for rule in RULES:
        expected = (
            Severity.ERROR if rule.code in errors
            else Severity.HINT if rule.code in hints
            else Severity.INFORMATION if rule.code in information
            else Severity.WARNING
        )  # fmt: skip
        assert rule.severity is expected, rule.code
    assert {rule.code for rule in RULES if not rule.on_by_default} == {
        "missing-success-criteria",
        "critical-without-backup",
        "biased-estimate",
    }
