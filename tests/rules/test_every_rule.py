"""What holds for all rules together: no text makes one fail, an edit changes what it should, fixes fix."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.agents.registries import registry_of
from orchestrate_ls.agents.registry import DefinitionFile, registry_from
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.base import ProgressRule, Severity
from orchestrate_ls.rules.definition_files import known_agents
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.rules.registry import RULES
from orchestrate_ls.text.changes import NewFile
from orchestrate_ls.text.edits import apply_edits
from tests.rules.fixtures import checked, shipped_schema
from tests.rules.test_seed import SEED

EVERYTHING = RuleSettings({rule.code: Severity.WARNING for rule in RULES})

# A plan in which every rule but `syntax` has something to say.
FULL_OF_FINDINGS = """\
goal: g
gaol: h # orchestrate: ignore[no-such-rule]
goal: again
start: 2026-11-23
calendar: {hours_per_day: 8}
concurrent_capacity: 2
agents:
  - id: dev
    skills: [python]
    backup: nobody
  - {id: idle, skills: [go]}
  - id: alone
  - idle2: T1, T99
quality_gates:
  review: {required: true}
replan_triggers:
  - {condition: task_duraton > 2h, action: notfy}
error_recovery: {agent_failure: [{retry_with_same_agnt: always}]}
estimated_wall_time: 1h (vs 2h sequential)
efficiency_gain: 90%
tasks: # orchestrate: ignore[missing-agent]
  - id: T1
    estimated_time: 9h
    files: [src/**]
    agent: dev
    agent: dev
    required_skills: [python, sql]
    parallel_group: g
    deadline: 2026-11-23
  - id: T2
    estimated_time: 1
    dependencies: [T1, T1, T99, T2]
    agent: devv
    parallel_group: g
    quality_gates: [reviews]
  - {id: T3, dependencies: [T1, T4], priority: hgih}
  - {id: T6, agent: alone, estimated_time: 1m, priority: critical}
  - {id: T5, agent: dev, estimated_time: 1m, files: [docs/x.md, src/a.py]}
  - id: T4
    dependencies:
      - T3
  - id: T1
    dependencies: [T2, T1]
    agnt: x
"""


def check_all(text: str, previous: FileCheck | None = None, new_files: tuple[NewFile, ...] = ()) -> FileCheck:
    """A check of a text; ``new_files`` are definitions that a fix has made."""
    known = known_agents(registry_from([definition(each) for each in new_files])) if new_files else None
    return check_file(PlanFile.parse(text), EVERYTHING, shipped_schema(), known, previous=previous)


def definition(file: NewFile) -> DefinitionFile:
    found = registry_of(file.path)
    assert found is not None, file.path
    registry, below = found
    read = registry.read(file.text, below)
    assert not read.problems
    assert len(read.agents) == 1
    return DefinitionFile.of(file.path, file.path, registry.tool, file.text, read)


def spoken(result: FileCheck) -> list[tuple[object, ...]]:
    return [
        (
            each.start,
            each.end,
            each.code,
            each.severity,
            each.message,
            each.related,
            each.fixable,
            each.unnecessary,
        )
        for each in result.diagnostics
    ]


def test_the_full_plan_has_nearly_all_findings() -> None:
    found = {each.code for each in check_all(FULL_OF_FINDINGS).diagnostics}
    acyclic = FULL_OF_FINDINGS.replace("[T1, T4]", "[T1]").replace("[T2, T1]\n    agnt", "[T2]\n    agnt")
    found |= {each.code for each in check_all(acyclic).diagnostics}
    silent = {rule.code for rule in RULES if isinstance(rule, ProgressRule)} | {"biased-estimate"}
    assert not silent & found, "without a journal or earlier plans"
    missing = {rule.code for rule in RULES} - found - silent
    assert missing == {"syntax"}


def fragments() -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(
            ["\n", "  ", "- ", ":", ": ", "[", "]", "{", "}", "#", "'", '"', "&a ", "*a", "<<: *a\n", "T1", ", ", "|\n",
             "---\n", "\t", "\r\n", "é", "\ufeff", "\0", "  - id: T7\n", "    agent: x\n", "dependencies: [T3]", "? ", "!!str "]
        ),
        st.text(max_size=3),
    )  # fmt: skip


@st.composite
def edits(draw: st.DrawFn, text: str) -> tuple[int, int, str]:
    start = draw(st.integers(0, len(text)))
    length = draw(st.sampled_from([0, 0, 1, 2, 7, 60]))
    return start, min(len(text), start + length), draw(fragments())


@settings(max_examples=60)
@given(st.sampled_from([SEED, FULL_OF_FINDINGS]), st.data())
def test_after_any_edits_it_is_as_if_checked_anew(text: str, data: st.DataObject) -> None:
    result = check_all(text)
    for _ in range(3):
        start, end, new = data.draw(edits(result.file.text))
        result = check_file(result.file.edit(start, end, new), EVERYTHING, shipped_schema(), previous=result)
        assert spoken(result) == spoken(check_all(result.file.text))


@settings(max_examples=60)
@given(st.sampled_from([SEED, FULL_OF_FINDINGS]), st.data())
def test_no_fix_of_a_broken_text_fails_or_leaves_the_text(text: str, data: st.DataObject) -> None:
    for _ in range(2):
        start, end, new = data.draw(edits(text))
        text = text[:start] + new + text[end:]
    result = check_all(text)
    for diagnostic in result.diagnostics:
        assert 0 <= diagnostic.start <= diagnostic.end <= len(text)
        assert diagnostic.message.isprintable()
        for fix in result.fixes(diagnostic):
            assert fix.title
            assert fix.edits or fix.new_files
            apply_edits(text, fix.edits)


@pytest.mark.parametrize("text", [SEED, FULL_OF_FINDINGS, FULL_OF_FINDINGS.replace("\n", "\r\n")])
def test_every_fix_of_a_sound_text_removes_its_finding_and_breaks_nothing(text: str) -> None:
    result = check_all(text)
    fixes = 0
    for diagnostic in result.diagnostics:
        found = result.fixes(diagnostic)
        assert bool(found) == diagnostic.fixable, diagnostic
        for fix in found:
            fixes += 1
            fixed = apply_edits(text, fix.edits)
            again = check_all(fixed, new_files=fix.new_files).diagnostics
            assert not (fix.new_files and fix.preferred)
            assert not [each for each in again if each.code == "syntax"], fix
            where = (diagnostic.code, diagnostic.start, diagnostic.message)
            assert where not in [(each.code, each.start, each.message) for each in again], fix
    assert fixes >= 7


def test_all_preferred_fixes_together() -> None:
    text = SEED
    result = checked(text)
    edits = [
        edit
        for diagnostic in result.diagnostics
        for fix in result.fixes(diagnostic)
        if fix.preferred
        for edit in fix.edits
    ]
    fixed = apply_edits(text, edits)
    left = Counter(each.code for each in checked(fixed).diagnostics)
    assert left == {"critical-path": 1, "group-not-parallel": 1}


def test_findings_come_in_document_order_whatever_the_rule() -> None:
    found = check_all(FULL_OF_FINDINGS).diagnostics
    assert [(each.start, each.end, each.code) for each in found] == sorted(
        (each.start, each.end, each.code) for each in found
    )


@pytest.mark.slow
def test_ten_thousand_tasks_full_of_findings_are_checked_in_bearable_time() -> None:
    # No figure is asserted: what would be quadratic would take hours here, and run into the time limit of the run.
    tasks = "".join(
        f"  - id: T{n % 5_000}\n    estimated_time: 9h\n    dependencies: [T{n - 1}, T{n - 1}, X{n}, T{n // 2}]\n"
        f"    agent: agent{n}\n    parallel_group: g{n % 7}\n    quality_gates: [q{n}]\n    required_skills: [s]\n    deadline: 2026-01-01\n"
        for n in range(1, 10_000)
    )
    found = Counter(each.code for each in check_all(f"start: 2026-01-01\ntasks:\n{tasks}").diagnostics)
    assert found["unknown-dependency"] > 9_999
    assert found["unknown-agent"] == 9_999
