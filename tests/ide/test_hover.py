"""Hover says what is known, in Markdown and in plain text, and never lets a name do anything."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.ide.hover import Hover, hover
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.workspace.checking import shipped_schema
from tests.ide.checks import checked
from tests.ide.fixtures import marked
from tests.plans import SEED, plan_like

PLAN = """\
goal: Try it
agents:
  - id: dev
    skills: [python, sql]
    experience_level: senior
    backup: qa
  - id: qa
quality_gates:
  review: {required: true}
tasks:
  - id: T1
    name: First
    estimated_time: 2h
    agent: dev
  - id: T2
    description: |
      Two
      lines
    estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 9h}
    dependencies: [T1]
    agent: dev
    parallel_group: g
    required_skills: [sql]
    quality_gates: [review, other]
  - id: T3
    estimated_time: 1h
    dependencies: [T1]
    agent: ghost
  - id: T4
    dependencies: [T2, T3]
"""


def hovered(text: str, *, markdown: bool = True) -> Hover | None:
    plain, offset, _ = marked(text)
    return hover(checked(plain), shipped_schema(), offset, markdown=markdown)


def check(text: str, *lines: str, markdown: bool = True) -> None:
    """The hover at the cursor holds these lines, each whole and in this order."""
    found = hovered(text, markdown=markdown)
    assert found is not None
    said = found.text.split("\n")
    places = [said.index(line) for line in lines]
    assert places == sorted(places)
    assert found.start <= marked(text)[1] <= found.end


def at(old: str, new: str) -> str:
    """The plan with the cursor put where `$0` is in `new`."""
    assert old in PLAN
    return PLAN.replace(old, new, 1)


def test_a_task_says_when_it_runs_and_what_hangs_on_it():
    check(
        at("id: T2", "id: T$02"),
        "**Task `T2`**",
        "`Two lines`",
        "- Expected estimate: 3h",
        "- Earliest start: 2h after the start",
        "- Earliest finish: 5h after the start",
        "- Slack: none (critical: a delay puts off the whole plan)",
        "- Waits for: `T1`",
        "- Blocks: `T4`",
        "- Agent: `dev`",
    )


def test_a_dependency_says_what_its_task_does():
    check(
        at("dependencies: [T2, T3]", "dependencies: [T2, T3$0]"),
        "**Task `T3`**",
        "- Slack: 2h (not critical)",
        "- Waits for: `T1`",
    )
    check(at("dependencies: [T1]", "dependencies: [T$01]"), "**Task `T1`: `First`**", "- Blocks: `T2`, `T3`")


def test_plain_text_has_no_marks():
    check(
        at("id: T2", "id: T$02"),
        "Task T2",
        "Expected estimate: 3h",
        "Slack: none (critical: a delay puts off the whole plan)",
        "Waits for: T1",
        markdown=False,
    )


def test_a_task_without_estimate_or_in_a_circle_says_so():
    check(at("id: T4", "id: T4$0"), "- Estimate: none, so it counts as taking no time")
    check(
        "tasks:\n  - id: a$0\n    dependencies: [b]\n  - id: b\n    dependencies: [a]\n",
        "It waits for itself in a circle; the times leave out the links of the circle.",
    )
    check("tasks:\n  - id: a\n    dependencies: [b$0]\n", "**`b` is no task of this plan**")


def test_an_agent_says_what_it_can_and_has_to_do():
    check(
        at("agent: dev", "agent: dev$0"),
        "**Agent `dev`**",
        "- Skills: `python`, `sql`",
        "- Level: `senior`",
        "- Backup: `qa`",
        "- Tasks: 2 (`T1`, `T2`)",
        "- Load: 5h assigned",
    )
    check(at("agent: ghost", "agent: gh$0ost"), "This plan does not declare it.", "- Tasks: 1 (`T3`)")


def test_groups_skills_and_gates():
    check(at("parallel_group: g", "parallel_group: g$0"), "**Parallel group `g`**", "- Tasks: 1 (`T2`)")
    check(at("[sql]", "[sql$0]"), "**Skill `sql`**", "- Agents with it: `dev`", "- Tasks that need it: `T2`")
    check(
        at("[review, other]", "[rev$0iew, other]"), "**Quality gate `review`**", "- Tasks that name it: `T2`"
    )
    check(at("[review, other]", "[review, oth$0er]"), "This plan does not declare it.")


@pytest.mark.parametrize(
    "name", ["goal", "estimated_time", "dependencies", "parallel_group", "skills", "backup"]
)
def test_every_key_shows_what_the_schema_says(name: str):
    text = PLAN.replace(f"{name}:", f"{name[:2]}$0{name[2:]}:", 1)
    found = hovered(text)
    assert found is not None
    assert found.text.startswith(f"**`{name}`")
    assert "```yaml\n" in found.text
    _, offset, _ = marked(text)
    assert found.end - found.start == len(name)
    assert found.start < offset < found.end


def test_a_value_shows_its_field():
    found = hovered(at("estimated_time: 2h", "estimated_time: 2$0h"))
    assert found is not None
    assert found.text.startswith("**`estimated_time`")


def test_a_suppressed_rule_shows_its_page():
    found = hovered("tasks:\n  - id: T1 # orchestrate: ignore[missing-$0agent]\n")
    assert found is not None
    assert found.text.startswith("# missing-agent\n")
    found = hovered("tasks:\n  - id: T1 # orchestrate: ignore[missing-agant$0]\n")
    assert found is not None
    assert "did you mean `missing-agent`?" in found.text


def test_nothing_is_said_about_nothing():
    assert hovered("goal: x\n# a comment$0\n") is None
    assert hovered("my_own_key$0: x\n") is None
    assert hovered("$0") is None


@pytest.mark.parametrize("name", sorted(path.name for path in SEED.glob("*.yaml")))
def test_every_place_of_the_seed_can_be_hovered(name: str):
    text = (SEED / name).read_text(encoding="utf-8")
    check_of = checked(text)
    for offset in range(0, len(text) + 1, 7):
        hover(check_of, shipped_schema(), offset, markdown=True)


HOSTILE = st.sampled_from([
    "[x](command:run)", "![x](http://x/y.png)", "<img src=x onerror=alert(1)>", "`**a**`", "```\n# x", "a\u202eb",
    "http://evil.example", "<!-- x", "&lt;", "\\`x", "x\n\n# big", "$(shell)", "| a | b |", "\x1b[31m", "`",
])  # fmt: skip


@settings(max_examples=40)
@given(
    HOSTILE | st.text(min_size=1, max_size=20), st.sampled_from(["T1", "dev", "g", "sql", "review", "First"])
)
def test_no_name_takes_effect(name: str, instead_of: str):
    text = re.sub(rf"\b{instead_of}\b", lambda _: write_scalar(name, in_flow=True), PLAN)
    check_of = checked(text)
    for offset in (
        match.start() for match in re.finditer(r"(?:id|agent|_group|_skills|_gates|dependencies): \S", text)
    ):
        for place in (offset + 5, offset + 20):
            found = hover(check_of, shipped_schema(), min(place, len(text)), markdown=True)
            if found is None or "```" in found.text:
                continue  # a field: nothing of it is the user's
            # Outside of code there are only our own words.
            outside = re.sub(r"`[^`\n]*`", "", found.text)
            assert re.fullmatch(r"[A-Za-z0-9*:.,;()%\n -]*", outside), outside


@given(plan_like, st.integers(0, 400), st.booleans())
def test_any_place_of_any_text_can_be_hovered(text: str, place: int, markdown: bool):
    found = hover(checked(text), shipped_schema(), place % (len(text) + 1), markdown=markdown)
    assert found is None or (found.text and 0 <= found.start <= found.end <= len(text))
