"""What quality gates expect, in the words that people write it in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.plan.expectations import Expect, Level, read_expectation
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.task_gates import gates_for


@pytest.mark.parametrize(
    ("text", "kind", "number", "unit", "words"),
    [
        ("min_80_percent", Expect.AT_LEAST, 80, "%", "at least 80%"),
        (">= 80", Expect.AT_LEAST, 80, "", "at least 80"),
        (">=80%", Expect.AT_LEAST, 80, "%", "at least 80%"),
        ("at least 80 percent", Expect.AT_LEAST, 80, "%", "at least 80%"),
        ("80%", Expect.AT_LEAST, 80, "%", "at least 80%"),
        ("80 or more", Expect.AT_LEAST, 80, "", "at least 80"),
        ("> 79.5 %", Expect.MORE_THAN, 79.5, "%", "more than 79.5%"),
        ("max_200_ms", Expect.AT_MOST, 200, "ms", "at most 200 ms"),
        ("under 2 seconds", Expect.LESS_THAN, 2, "s", "less than 2 s"),
        ("no more than 3", Expect.AT_MOST, 3, "", "at most 3"),
        ("10", Expect.NUMBER, 10, "", "10"),
        ("must_pass", Expect.PASS, None, "", "must pass"),
        ("all_pass", Expect.PASS, None, "", "all pass"),
        ("updated", Expect.PASS, None, "", "updated"),
        (None, Expect.PASS, None, "", "must pass"),
        ("within_budget", Expect.WITHIN_BUDGET, None, "", "within budget"),
        ("no_new_failures", Expect.NO_NEW, None, "", "no new failures"),
        ("none", Expect.NO_NEW, None, "", "none"),
        ("not_increased", Expect.NOT_HIGHER, None, "", "not increased"),
        ("not-decreased", Expect.NOT_LOWER, None, "", "not-decreased"),
        ("nobody_objects", Expect.PASS, None, "", "nobody objects"),
    ],
)
def test_an_expectation_is_read_as_it_is_meant(text, kind, number, unit, words):
    found = read_expectation(text)
    assert (found.kind, found.number, found.unit, str(found)) == (kind, number, unit, words)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("no_high_vulns", Level.HIGH),
        ("no high vulnerabilities", Level.HIGH),
        ("no-critical-vulns", Level.CRITICAL),
        ("no medium or higher findings", Level.MEDIUM),
        ("no_vulnerabilities", Level.LOW),
        ("no_errors", Level.HIGH),
        ("no_warnings", Level.MEDIUM),
    ],
)
def test_findings_are_asked_for_by_how_bad_they_are(text, level):
    found = read_expectation(text)
    assert (found.kind, found.level) == (Expect.NO_FINDINGS, level)
    assert level.includes(Level.CRITICAL)


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    found = read_expectation(text)
    assert isinstance(str(found), str)
    assert found.number is None or found.number >= 0


SEED = """\
quality_gates:
  code_review:
    required: true
    min_approvals: 1
    automated_checks:
      - linting: must_pass
      - tests: must_pass
      - coverage: min_80_percent
      - security_scan: no_high_vulns
  integration_validation:
    smoke_tests: all_pass
    regression_tests: no_new_failures
    performance_tests: within_budget
  documentation:
    api_docs: updated
    readme: updated
    changelog: entry_added
"""


def gates_of(text, task):
    plan = PlanFile.parse(text).sources[0].plan
    return {
        gate.name: [(check.name, check.expected) for check in gate.checks] for gate in gates_for(plan, task)
    }


def test_the_seed_gates_are_of_the_plan_until_a_task_names_them():
    assert gates_of(SEED + "tasks: [{id: T1}]\n", None) == {
        "code_review": [
            ("linting", "must_pass"),
            ("tests", "must_pass"),
            ("coverage", "min_80_percent"),
            ("security_scan", "no_high_vulns"),
        ],
        "integration_validation": [
            ("smoke_tests", "all_pass"),
            ("regression_tests", "no_new_failures"),
            ("performance_tests", "within_budget"),
        ],
        "documentation": [("api_docs", "updated"), ("readme", "updated"), ("changelog", "entry_added")],
    }
    named = SEED + "tasks: [{id: T1, quality_gates: [code_review, coverage, readme]}]\n"
    assert list(gates_of(named, None)) == ["integration_validation", "documentation"]
    assert gates_of(named, 0) == {
        "code_review": gates_of(named, 0)["code_review"],
        "coverage": [("coverage", "min_80_percent")],
        "readme": [("readme", "updated")],
    }
    (review,) = [
        gate for gate in gates_for(PlanFile.parse(named).sources[0].plan, 0) if gate.name == "code_review"
    ]
    assert (review.approvals, review.is_required) == (1, True)


def test_gates_of_tasks_groups_and_every_task():
    text = """\
quality_gates:
  a: {for_tasks: [T1], tests: must_pass}
  b: {for_groups: [core], lint: false, types: true, docs: 5}
  c: {for_every_task: true, required: false}
  d: must_pass
tasks:
  - {id: T1}
  - {id: T2, parallel_group: core}
  - id: T3
    quality_gates:
      mine: {load: within_budget}
      x-note: nothing
"""
    assert gates_of(text, 0) == {"a": [("tests", "must_pass")], "c": []}
    assert gates_of(text, 1) == {"b": [("types", None), ("docs", "5")], "c": []}
    assert gates_of(text, 2) == {"c": [], "mine": [("load", "within_budget")]}
    assert gates_of(text, None) == {"d": [("d", "must_pass")]}
