"""Completion and hover inside the conditions and actions of replan triggers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.ide.completion_conditions import condition_choices
from orchestrate_ls.progress.condition_names import ACTIONS, NAMES
from tests.ide.completing import check, completions
from tests.ide.test_hover import hovered

TRIGGER = "replan_triggers:\n  - condition: {}\n    action: notify\ntasks:\n  - id: T1\n"


def at(condition: str) -> str:
    return TRIGGER.replace("{}", condition)


def test_names_come_first_and_whole_examples_too():
    found = completions(at("$0"))
    assert found is not None
    labels = [each.label for each in found.offers]
    assert labels[: len(NAMES)] == [each.name for each in NAMES]
    assert "task_duration > estimated * 1.5" in labels
    check(at("task_du$0"), accept={"task_duration": at("task_duration$0")})
    check(at("$0task"), accept={"task_blocked": at("task_blocked$0")})


def test_a_name_in_the_middle_is_replaced_and_the_rest_stays():
    before = at("task_dura$0tion > estimated * 1.5")
    check(before, accept={"task_blocked": at("task_blocked$0 > estimated * 1.5")})


def test_operators_follow_a_value():
    check(at("task_duration $0"), "> >= < <= == != * / + - and or")
    check(at("task_duration > 2h $0"), "and or > >= < <= == != * / + -")
    check(at("critical $0"), "and or == !=")
    check(at("task_duration $0"), accept={">": at("task_duration >$0")})


def test_what_is_compared_has_the_same_type():
    found = completions(at("task_blocked > $0"))
    assert found is not None
    first = [each.label for each in found.offers][:3]
    assert first == ["task_duration", "estimated", "task_blocked"]
    check(at("task_blocked > $0"), has="1h 2h", accept={"2h": at("task_blocked > 2h$0")})
    check(at("quality_score < $0"), lacks="2h")
    found = completions(at("critical and quality_score < $0"))
    assert found is not None
    assert found.offers[0].label == "percent"


def test_in_quotes_and_in_flow():
    check(at('"task_blocked > $0"'), accept={"2h": at('"task_blocked > 2h$0"')})
    flow = "replan_triggers: [{condition: task_du$0, action: notify}]\ntasks:\n  - id: T1\n"
    check(flow, accept={"task_duration": flow.replace("task_du$0", "task_duration$0")})


def test_actions():
    text = at("critical").replace("action: notify", "action: $0")
    check(text, " ".join(each.name for each in ACTIONS))


@given(st.text(max_size=30))
def test_any_beginning_is_taken(before: str):
    for each in condition_choices(before, ""):
        assert each.value


@pytest.mark.parametrize(
    ("text", "says", "on"),
    [
        (at("task_dur$0ation > 2h"), "The work on the task so far", "task_duration"),
        (at("'task_duration > 1.$05d'"), "`1.5d` is 12h", "1.5d"),
        (at("critical and plan_be$0hind > 2h"), "Measured for the plan as a whole.", "plan_behind"),
        (at("critical").replace("notify", "esca$0late"), "Makes the task's priority `critical`", "escalate"),
    ],
)
def test_hover(text: str, says: str, on: str):
    found = hovered(text)
    assert found is not None
    assert says in found.text
    plain = text.replace("$0", "")
    assert plain[found.start : found.end] == on
