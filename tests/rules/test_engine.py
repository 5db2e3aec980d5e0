"""The engine: incremental equals fresh, settings, suppressions, and that work is not done twice."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.rules.base import PlanRule, Severity, TaskRule
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.rules.registry import RULES
from orchestrate_ls.workspace.shipped import schema_text
from tests.plans import edited, edits, plan, plan_like, task

SCHEMA = PlanSchema.parse(schema_text())
EVERYTHING = RuleSettings({rule.code: rule.severity for rule in RULES})


def check(
    file: PlanFile, previous: FileCheck | None = None, settings: RuleSettings = EVERYTHING
) -> FileCheck:
    return check_file(file, settings, SCHEMA, previous=previous, now=datetime(2026, 11, 22, tzinfo=UTC))


def described(found: FileCheck) -> list[object]:
    return [
        (each.code, each.severity, each.message, each.start, each.end, each.related, each.fixable, each.data)
        for each in found.diagnostics
    ]


def fixes(found: FileCheck) -> list[object]:
    return [(each.code, found.fixes(each)) for each in found.diagnostics]


RICH = plan(
    "  - id: T1\n    name: First\n    estimated_time: 2h\n    agent: builder\n    parallel_group: start\n",
    task(2, 1, required_skills="[sql]", quality_gates="[code_review]", priority="high"),
    task(3, 1, 2, parallel_group="side", deadline="2026-11-23", files="[src/**]"),
    task(4, 2, parallel_group="side", agentt="builder"),
    task(5, 3, 4, 9, estimated_time="3 parsecs"),
    "  # orchestrate: ignore[missing-agent]\n"
    "  - id: T6\n    dependencies: [{task: T5, type: start-to-start, lag: 1h}]\n",
    header=(
        "version: 1\ngoal: Try things\nstart: 2026-11-23T09:00:00Z\n"
        "agents:\n  - id: builder\n    skills: [python, sql]\n  - id: idle\n"
        "quality_gates:\n  code_review: {required: true}\n"
        "estimated_wall_time: 4h (vs 8h sequential)\nefficiency_gain: 90%\n"
    ),
)


@given(plan_like, st.lists(edits, min_size=1, max_size=5))
def test_incremental_equals_fresh_on_fragments(text: str, changes: list[tuple[int, int, str]]) -> None:
    file = PlanFile.parse(text)
    found = check(file)
    for change in changes:
        start, end, new_text, text = edited(text, change)
        file = file.edit(start, end, new_text)
        found = check(file, found)
        fresh = check(PlanFile.parse(text))
        assert described(found) == described(fresh)
        assert fixes(found) == fixes(fresh)


@given(st.randoms(use_true_random=False))
def test_incremental_equals_fresh_on_a_real_plan(chance: random.Random) -> None:
    text = RICH
    file = PlanFile.parse(text)
    found = check(file)
    words = [
        "T1",
        "T2",
        "T9",
        ", ",
        "[",
        "]",
        "\n",
        "  ",
        "builder",
        ": ",
        "3h",
        "id",
        "#",
        "- ",
        "'",
        "agent: x\n",
    ]
    for _ in range(12):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice([0, 0, 1, 2, 8, 40]))
        new_text = chance.choice(["", *words])
        text = text[:start] + new_text + text[end:]
        file = file.edit(start, end, new_text)
        found = check(file, found)
        assert described(found) == described(check(PlanFile.parse(text)))


def test_deleting_character_by_character_ends_as_a_fresh_check() -> None:
    text = RICH
    file = PlanFile.parse(text)
    found = check(file)
    start = text.index("  - id: T4")
    untouched = {"T1", "T2", "T3", "T6"}
    for _ in range(len(task(4, 2, parallel_group="side", agentt="builder"))):
        file = file.edit(start, start + 1, "")
        text = text[:start] + text[start + 1 :]
        found = check(file, found)
        assert described(found) == described(check(PlanFile.parse(text)))
        names = {task.id for task in file.sources[0].plan.tasks}
        assert untouched <= names


def test_an_edit_of_a_description_runs_no_rule_about_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    file = PlanFile.parse(RICH)
    found = check(file)
    ran: list[str] = []
    for rule in RULES:
        if isinstance(rule, PlanRule):
            monkeypatch.setattr(type(rule), "check", lambda self, _context: iter(ran.append(self.code) or ()))
        elif isinstance(rule, TaskRule):
            monkeypatch.setattr(
                type(rule), "check_task", lambda self, _context, _index: iter(ran.append(self.code) or ())
            )
    at = RICH.index("name: Task 3") + len("name: ")
    later = check(file.edit(at, at, "My "), found)
    assert ran == []
    assert later.plans[0].analysis is found.plans[0].analysis


def test_an_edit_of_one_task_looks_at_that_task_again_only(monkeypatch: pytest.MonkeyPatch) -> None:
    file = PlanFile.parse(plan(*[task(number) for number in range(1, 50)]))
    found = check(file)
    looked: set[int] = set()
    for rule in RULES:
        if isinstance(rule, TaskRule):
            original = type(rule).check_task

            def spy(self: TaskRule, context: object, index: int, original: object = original) -> object:
                looked.add(index)
                return original(self, context, index)  # type: ignore[operator]

            monkeypatch.setattr(type(rule), "check_task", spy)
    text = file.text
    at = text.index("dependencies: []", text.index("- id: T20\n")) + len("dependencies: [")
    check(file.edit(at, at, "T1"), found)
    assert looked == {19}


def test_severities_and_off() -> None:
    file = PlanFile.parse(RICH)
    quiet = check(
        file, settings=RuleSettings({"unknown-dependency": Severity.OFF, "unused-agent": Severity.ERROR})
    )
    codes = {each.code: each.severity for each in quiet.diagnostics}
    assert "unknown-dependency" not in codes
    assert codes["unused-agent"] is Severity.ERROR
    assert "missing-success-criteria" not in codes


def codes_of(text: str, settings: RuleSettings | None = None) -> list[str]:
    return [
        each.code for each in check(PlanFile.parse(text), settings=settings or RuleSettings()).diagnostics
    ]


NO_AGENT = "tasks:\n  - id: T1\n    estimated_time: 1h\n"


@pytest.mark.parametrize(
    "text",
    [
        NO_AGENT.replace("id: T1", "id: T1 # orchestrate: ignore[missing-agent]"),
        NO_AGENT.replace("  - id", "  # orchestrate: ignore[missing-agent]\n  - id"),
        NO_AGENT.replace("id: T1", "id: T1 # orchestrate: ignore"),
        "# orchestrate: ignore-file[missing-agent]\n" + NO_AGENT,
        NO_AGENT + "# orchestrate: ignore-file[missing-agent]\n",
        NO_AGENT.replace("id: T1", "id: T1 #orchestrate: ignore[ missing-agent , critical-path ]"),
    ],
)
def test_suppressions(text: str) -> None:
    assert "missing-agent" in codes_of(NO_AGENT)
    assert not {"missing-agent", "unused-suppression", "unknown-rule"} & set(codes_of(text))


@pytest.mark.parametrize(
    "text",
    [
        NO_AGENT.replace("id: T1", "id: 'T1 # orchestrate: ignore[missing-agent]'"),
        NO_AGENT.replace("id: T1", "id: T1#orchestrate:ignore[missing-agent]"),
        NO_AGENT.replace("1h\n", "1h # orchestrate: ignore[missing-agent]\n"),
    ],
)
def test_what_is_no_suppression_of_this_line(text: str) -> None:
    assert "missing-agent" in codes_of(text)


def test_unused_and_unknown_suppressions_are_found_and_fixed() -> None:
    text = (
        "tasks:\n  - id: T1 # orchestrate: ignore[missing-agent, unused-agent, mising-agent]\n    agent: a\n"
    )
    found = check(PlanFile.parse(text), settings=RuleSettings())
    spoken = {(each.code, text[each.start : each.end]) for each in found.diagnostics}
    assert ("unused-suppression", "missing-agent") in spoken
    assert ("unused-suppression", "unused-agent") in spoken
    assert ("unknown-rule", "mising-agent") in spoken
    (typo,) = [each for each in found.diagnostics if each.code == "unknown-rule"]
    assert [edit.new_text for edit in found.fixes(typo)[0].edits] == ["missing-agent"]


def test_a_suppression_of_a_rule_that_is_off_is_left_alone() -> None:
    text = "tasks:\n  - id: T1 # orchestrate: ignore[missing-success-criteria]\n    agent: a\n"
    assert "unused-suppression" not in codes_of(text)


def test_each_document_is_checked_by_itself() -> None:
    text = plan(task(1)) + "---\n" + plan(task(1), task(1))
    found = check(PlanFile.parse(text), settings=RuleSettings())
    (double,) = [each for each in found.diagnostics if each.code == "duplicate-task-id"]
    assert double.plan == 1
    assert double.start > text.index("---")


def test_top_level_keys_given_twice_are_found_across_chunks() -> None:
    text = "goal: a\ntasks:\n  - id: T1\ngoal: b\n"
    found = check(PlanFile.parse(text), settings=RuleSettings())
    assert [each.start for each in found.diagnostics if each.code == "duplicate-key"] == [text.rindex("goal")]


def test_the_same_input_gives_the_same_findings_in_the_same_order() -> None:
    first, second = check(PlanFile.parse(RICH)), check(PlanFile.parse(RICH))
    assert described(first) == described(second)
    places = [(each.start, each.end, each.code, each.message) for each in first.diagnostics]
    assert places == sorted(places)
