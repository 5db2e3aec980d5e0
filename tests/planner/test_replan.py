"""Changing plans: what is drafted again follows the goal, and what a person did stays."""

from __future__ import annotations

import difflib
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.plan_changes import ChangeKind
from orchestrate_ls.planner.replan import ReplanError, Replanned, ReplanRequest, replan, under_way
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.text.edits import apply_edits
from tests.planner.goals import GOALS
from tests.plans import SEED

SHOP = "Build a shop with search and payments"
PLATFORM = "Build a task management platform with user accounts, a mobile app, notifications, file upload, and search."
TODAY = date(2026, 11, 23)
SHOP_TEXT, PLATFORM_TEXT = plan_offline(SHOP).text, plan_offline(PLATFORM).text
SEED_TEXT = (
    "goal: Build a user authentication system with OAuth2, email verification, and password reset\n"
    + "".join(
        (SEED / name).read_text(encoding="utf-8")
        for name in ("phase1_tasks.yaml", "phase2_resource_allocation.yaml")
    )
)
INSTRUCTIONS = (
    "drop search",
    "add SSO",
    "add SSO, drop mobile, two people only",
    "no UI",
    "without tests",
    "drop T3",
    "make T2 2 days",
    "rename T2 to The beginning",
    "rename T3 to first-things",
    "T5 after T2",
    "deadline 1 December",
    "use Postgres",
    "make T4 critical",
)


def changed(text: str, instruction: str | None = None, **more: Any) -> Replanned:
    request = ReplanRequest(instruction, today=TODAY, file_name="x.plan.yaml", **more)
    result = replan(PlanFile.parse(text), request)
    assert apply_edits(text, result.change.edits) == result.text
    assert set(result.change.notes) == set(result.change.edits)
    return result


def plan_of(text: str) -> Plan:
    return PlanFile.parse(text).sources[0].plan


def names(text: str) -> list[str | None]:
    return [task.name for task in plan_of(text).tasks]


def errors(text: str) -> int:
    return sum(each.severity is Severity.ERROR for each in verify(text).check.diagnostics)


def lines_changed(before: str, after: str) -> list[str]:
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def block(text: str, task: str) -> str:
    """The text of a task, from its dash to the next."""
    file = PlanFile.parse(text)
    source = file.sources[0]
    index = source.plan.index_of[task]
    return source.parts[source.task_parts[index]].text.rstrip()


# --- nothing to change


@pytest.mark.parametrize("goal", [each.goal for each in GOALS[::6]])
def test_a_plan_just_made_stays_as_it_is(goal: str):
    text = plan_offline(goal).text
    for missing in (False, True):
        result = changed(text, missing=missing)
        assert not result.is_change
        assert result.text == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=3, max_size=80))
@settings(max_examples=25, deadline=None)
def test_whatever_the_goal_a_plan_just_made_stays_as_it_is(words: str):
    text = plan_offline(f"Build a shop with search and {words} things").text
    assert not changed(text).is_change


# --- the goal was changed in the file


def test_what_the_goal_asks_for_now_is_added():
    text = SHOP_TEXT.replace(SHOP, f"{SHOP} and reviews")
    result = changed(text)
    assert "Reviews" in names(result.text)
    (added, *_) = result.summary.of(ChangeKind.ADDED)
    assert (added.task, added.what) == ("T10", "Reviews")
    assert 'the words "reviews"' in added.why
    assert errors(result.text) == 0


def test_what_the_goal_asks_for_no_more_goes_unless_a_person_worked_on_it():
    text = PLATFORM_TEXT.replace("a mobile app, ", "")
    result = changed(text)
    gone = {each.what for each in result.summary.of(ChangeKind.REMOVED)}
    assert {"Mobile app shell and navigation", "App store release"} <= gone
    task = next(task for task in plan_of(text).tasks if task.name == "App store release")
    edited = text.replace("name: App store release", "name: App store release  # Ann has the keys")
    result = changed(edited)
    assert block(result.text, task.id or "").startswith(block(edited, task.id or "").split("\n")[0])
    kept = {each.task: each.why for each in result.summary.of(ChangeKind.KEPT)}
    assert "it has a comment" in kept[task.id]
    assert "# Ann has the keys" in result.text


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (
            "estimated_time: {optimistic: 3h, likely: 4h, pessimistic: 6h}",
            "estimated_time: 9h",
            "`estimated_time`",
        ),
        ("agent: api-developer\n    priority: medium", "agent: ann\n    priority: medium", "`agent`"),
        ("name: Search\n", "name: Search\n    files: [src/**]\n", "`files`"),
    ],
)
def test_a_task_with_hand_edits_stays_when_the_goal_drops_it(was: str, now: str, said: str):
    text = SHOP_TEXT.replace(SHOP, "Build a shop with payments")
    before = text.index("name: Search\n")
    edited = text[: before - 30] + text[before - 30 :].replace(was, now, 1)
    assert edited != text
    result = changed(edited)
    (kept,) = [each for each in result.summary.of(ChangeKind.KEPT) if each.what == "Search"]
    assert said in kept.why
    assert now.strip() in result.text


def test_edited_fields_stay_where_the_draft_has_another_value_now():
    text = SHOP_TEXT.replace(SHOP, f"{SHOP}, reviews, chat, wish lists and coupons")
    tests = next(task for task in plan_of(text).tasks if task.name == "Unit tests")
    at = text.index("name: Unit tests")
    edited = text[:at] + text[at:].replace("estimated_time: {", "estimated_time: 90m # as Bob says {", 1)
    result = changed(edited)
    assert "estimated_time: 90m # as Bob says" in result.text
    assert any(each.task == tests.id for each in result.summary.changes)


# --- what is missing


def test_a_task_taken_out_by_hand_comes_back_when_asked_for():
    lost = changed(SHOP_TEXT, "drop T3").text
    assert "Search" not in names(lost)
    result = changed(lost, missing=True)
    assert "Search" in names(result.text)
    assert not result.summary.of(ChangeKind.REMOVED)
    assert errors(result.text) == 0
    assert not changed(result.text, missing=True).is_change


def test_adding_touches_nothing_else_of_a_plan_written_by_hand():
    result = changed(SEED_TEXT, missing=True)
    taken = [line for line in lines_changed(SEED_TEXT, result.text) if line.startswith("-")]
    assert all("dependencies" in line for line in taken)
    assert errors(result.text) <= errors(SEED_TEXT)


# --- from a task on


def test_from_a_task_on_nothing_before_it_changes():
    text = PLATFORM_TEXT.replace("and search.", "search, and chat.")
    result = changed(text, start="T12")
    after = {"T12"}
    for task in plan_of(text).tasks:
        if any(each.task in after for each in task.dependencies):
            after.add(task.id or "")
    for task in plan_of(text).tasks:
        if task.id not in after:
            assert block(result.text, task.id or "") == block(text, task.id or "")


# --- protected


@pytest.mark.parametrize("instruction", [*INSTRUCTIONS, None])
def test_protected_tasks_stay_to_the_byte(instruction: str | None):
    protected = frozenset(("T2", "T3", "T20", "T31"))
    try:
        result = changed(PLATFORM_TEXT, instruction, protected=protected)
    except ReplanError as error:
        pytest.fail(error.message)
    for task in protected:
        assert block(result.text, task) == block(PLATFORM_TEXT, task)
    assert errors(result.text) == 0


def test_the_plan_itself_says_what_is_under_way():
    status = "execution_status:\n  tasks:\n    T1: completed (2h)\n    T2: in_progress\n    T3: not_started\n"
    status += "    T4: {status: done}\n"
    source = PlanFile.parse(SHOP_TEXT + status).sources[0]
    assert under_way(source) == {"T1", "T2", "T4"}
    result = changed(SHOP_TEXT + status, "drop T2, drop T3")
    assert block(result.text, "T2") == block(SHOP_TEXT, "T2")
    assert any("done or under way" in each for each in result.summary.not_understood)


# --- instructions


@pytest.mark.parametrize("text", [SHOP_TEXT, PLATFORM_TEXT, SEED_TEXT], ids=["shop", "platform", "seed"])
@pytest.mark.parametrize("instruction", INSTRUCTIONS)
def test_an_instruction_brings_no_error_and_is_done_once(text: str, instruction: str):
    try:
        result = changed(text, instruction)
    except ReplanError:
        return
    assert errors(result.text) <= errors(text)
    comments = [line.partition(" #")[2] for line in text.splitlines() if " #" in line]
    assert all(each in result.text for each in comments)
    try:
        again = changed(result.text, instruction)
    except ReplanError:
        return
    assert names(again.text) == names(result.text)
    assert again.text == result.text or instruction.startswith(("rename", "add SSO, drop"))


@pytest.mark.parametrize(
    ("instruction", "lines"),
    [
        ("make T3 2 days", ["estimated_time: 2d"]),
        ("T3 takes half a day", ["estimated_time: 4h"]),
        ("rename T3 to Find things", ["name: Find things"]),
        ('rename "Search" to "Search, quickly"', ["name: Search, quickly"]),
        ("assign T3 to ann", ["agent: ann"]),
        ("make T3 critical", ["priority: critical"]),
        ("two people only", ["concurrent_capacity: 2"]),
        ("with a team of four engineers", ["concurrent_capacity: 4"]),
        ("start on 2026-12-01", ["start: 2026-12-01"]),
        ("T3 is due by 1 December", ["deadline: 2026-12-01"]),
        ("T3 due on January 5th", ["deadline: 2027-01-05"]),
    ],
)
def test_one_line_for_one_order(instruction: str, lines: list[str]):
    result = changed(SHOP_TEXT, instruction)
    new = [line[1:].strip() for line in lines_changed(SHOP_TEXT, result.text) if line.startswith("+")]
    assert new == lines
    assert not result.summary.not_understood


def test_an_id_is_renamed_wherever_it_stands():
    result = changed(SHOP_TEXT, "rename T2 to api-base")
    assert "api-base" in plan_of(result.text).index_of
    assert "T2" not in {each.task for task in plan_of(result.text).tasks for each in task.dependencies}


def test_what_is_dropped_leaves_the_goal_too_and_stays_gone():
    result = changed(PLATFORM_TEXT, "drop search")
    assert plan_of(result.text).header.goal.text == PLATFORM.replace(
        ", file upload, and search", ", and file upload"
    )
    assert not any("Search" in (name or "") for name in names(result.text))
    assert "Requirements and acceptance criteria" in names(result.text)


@pytest.mark.parametrize("what", ["SSO", "audit logs"])
def test_what_is_added_and_dropped_again_leaves_the_tasks_as_they_were(what: str):
    there = changed(PLATFORM_TEXT, f"add {what}").text
    assert f"Add {what}." in (plan_of(there).header.goal.text or "")
    back = changed(there, f"drop {what}").text
    assert plan_of(back).header.goal.text == PLATFORM
    assert set(names(back)) == set(names(PLATFORM_TEXT))


def test_the_rest_is_done_and_what_is_not_understood_is_said():
    result = changed(SHOP_TEXT, "frobnicate the wibble, make T3 2 days and T99 after T1")
    assert "estimated_time: 2d" in result.text
    said = " ".join(result.summary.not_understood)
    assert "frobnicate the wibble" in said
    assert "T99" in said


@pytest.mark.parametrize(
    ("instruction", "said"),
    [
        ("hum", "not understood: `hum`"),
        ("", "says nothing"),
        ("make T99 2 days", "no task `T99`; did you mean `T9`?"),
        ("x" * 3000, "more than 2000 characters"),
        ("goal: asdf", ""),
    ],
)
def test_what_is_not_understood_changes_nothing(instruction: str, said: str):
    with pytest.raises(ReplanError) as caught:
        changed(SHOP_TEXT, instruction)
    assert said in caught.value.message
    assert caught.value.hint


def test_a_circle_is_refused():
    result = changed(SHOP_TEXT, "T1 after T3; make T3 2 days")
    assert "would be a circle" in result.summary.not_understood[0]


@given(st.text(max_size=120))
@settings(max_examples=150, deadline=None)
def test_any_instruction_is_carried_out_or_refused(words: str):
    try:
        result = changed(SHOP_TEXT, words)
    except ReplanError:
        return
    assert errors(result.text) == 0


@given(st.lists(st.sampled_from([*INSTRUCTIONS, "hum", "add chat", "T9 before T2"]), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_several_instructions_in_a_row_keep_the_plan_whole(instructions: list[str]):
    text = PLATFORM_TEXT.replace("  - id: T9\n", "  # ask Ann first\n  - id: T9  # hers\n")
    for each in instructions:
        try:
            text = changed(text, each).text
        except ReplanError:
            continue
    assert errors(text) == 0
    assert text.count("# ask Ann first") == 1
    assert text.count("# hers") == 1


# --- a plan of its own


def test_a_task_gets_a_plan_of_its_own():
    result = changed(SHOP_TEXT, split="T3")
    (file,) = result.change.new_files
    assert file.path == "x.T3.plan.yaml"
    assert lines_changed(SHOP_TEXT, result.text) == ["+    plan: x.T3.plan.yaml"]
    assert plan_of(result.text).tasks[2].plan == "x.T3.plan.yaml"
    assert "search" in (plan_of(file.text).header.goal.text or "")
    assert not verify(file.text).faults
    with pytest.raises(ReplanError, match="plan of its own already"):
        changed(result.text, split="T3")


def test_a_name_that_is_taken_is_not_used():
    result = changed(SHOP_TEXT, split="T3", taken=lambda name: name == "x.T3.plan.yaml")
    assert result.change.new_files[0].path == "x.T3-2.plan.yaml"


# --- odd plans


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tasks: []\n",
        "tasks:\n  - id: A\n",
        "[",
        "goal: Build a shop with search\n",
        "goal: x\ntasks: {a: b}\n",
    ],
)
@pytest.mark.parametrize("request_", [{}, {"missing": True}, {"start": "A"}, {"split": "A"}])
def test_any_plan_is_changed_or_refused(text: str, request_: dict[str, Any]):
    try:
        result = changed(text, **request_)
    except ReplanError:
        return
    assert errors(result.text) <= errors(text)


def test_line_ends_and_layout_are_kept():
    text = SHOP_TEXT.replace(SHOP, f"{SHOP} and reviews").replace("\n", "\r\n")
    result = changed(text)
    assert result.is_change
    assert "\n" not in result.text.replace("\r\n", "")


@pytest.mark.parametrize(
    "instruction",
    [
        "we need no search any more",
        "search is not needed",
        "we do not need search after all",
        "we don't want search any longer",
        "search can go",
        "search is no longer needed, make T2 2 days",
    ],
)
def test_what_is_not_needed_any_more_goes(instruction: str):
    result = changed(SHOP_TEXT, instruction)
    assert "Search" not in names(result.text)
    assert result.summary.not_understood == ()
