"""Conditions of replan triggers: what they mean, and where they are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.plan.duration import Calendar
from orchestrate_ls.progress.condition_names import NAMES, ValueType
from orchestrate_ls.progress.conditions import (
    MAX_LENGTH,
    Value,
    read_condition,
    token_at,
    wants_operator,
)

CALENDAR = Calendar()
HOUR = 3600.0


def holds(text: str, **values: Value | None) -> bool:
    read = read_condition(text, CALENDAR)
    assert read.condition is not None, read.problems
    return read.condition.holds(values.get)


def problems(text: str) -> list[tuple[str, str]]:
    """The text that is wrong, and the message with its hint."""
    read = read_condition(text, CALENDAR)
    assert read.condition is None
    return [(text[each.start : each.end], f"{each.message}; {each.hint}") for each in read.problems]


def test_the_seed_s_conditions():
    assert holds("task_duration > estimated * 1.5", task_duration=10 * HOUR, estimated=6 * HOUR)
    assert not holds("task_duration > estimated * 1.5", task_duration=9 * HOUR, estimated=6 * HOUR)
    assert holds("critical_task_blocked > 2h", critical_task_blocked=2 * HOUR + 1)
    assert not holds("critical_task_blocked > 2h", critical_task_blocked=2 * HOUR)
    assert holds("agent_unavailable", agent_unavailable=True)
    assert not holds("agent_unavailable", agent_unavailable=False)
    assert holds("quality_score < 0.7", quality_score=0.69)
    assert not holds("quality_score < 0.7", quality_score=0.7)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h", 7200),
        ("1.5d", 12 * 3600),
        ("1h30m", 5400),
        ("90 minutes", 5400),
        ("1w", 40 * 3600),
        (".5h", 1800),
    ],
)
def test_durations(text: str, seconds: int):
    assert holds(f"estimated == {text}", estimated=float(seconds))
    assert not holds(f"estimated == {text}", estimated=float(seconds + 1))


def test_days_are_those_of_the_plan():
    read = read_condition("estimated == 1d", Calendar(hours_per_day=6))
    assert read.condition is not None
    assert read.condition.holds({"estimated": 6 * HOUR}.get)


def test_precedence_is_that_of_the_common_expression_language():
    values = {"percent": 50.0, "attempt": 2.0, "critical": False}
    assert holds("percent == 10 + 20 * 2", **values)
    assert holds("percent > 90 or attempt == 2 and not critical", **values)
    assert not holds("(percent > 90 or attempt == 2) and critical", **values)
    assert holds("percent > 10 && !critical || critical", **values)
    assert holds("-percent < -49", **values)
    assert holds("percent / attempt - 5 == 20", **values)
    assert holds("percent - 20 - 5 == 25", **values)


def test_words_that_only_begin_like_operators_are_names():
    assert problems("order > 1")[0][0] == "order"
    assert problems("nothing")[0][0] == "nothing"


def test_what_is_not_known_does_not_hold_and_its_opposite_neither():
    assert not holds("quality_score < 0.7")
    assert not holds("not quality_score < 0.7")
    assert holds("quality_score < 0.7 or critical", critical=True)
    assert not holds("quality_score < 0.7 and critical", critical=True)
    assert holds("not (quality_score < 0.7 and critical)", critical=False)
    assert not holds("percent / 0 > 1 or percent / 0 <= 1", percent=1.0)


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("task_duraton > 2h", "task_duraton", "no name that conditions know"),
        ("percent > 5 and tasc == 'T1'", "tasc", "no name"),
        ("task_duration > 2", "2", "write the unit, for example `2h`"),
        ("task_duration > percent", "task_duration > percent", "a duration is compared with a number"),
        ("task_duration", "task_duration", "compare it, for example `task_duration > 2h`"),
        ("task_duration + 2 > 1h", "task_duration + 2", "give the number a unit"),
        ("task_duration * 2h > 1h", "task_duration * 2h", "multiplied with and divided by numbers"),
        ("quality_score = 0.5", "=", "write `==`"),
        ("percent > 5x", "5x", "`x` in `5x` is no unit of time"),
        ("percent >", ">", "the condition ends where a value is expected"),
        ("(percent > 2", "2", "a closing bracket is expected"),
        ("percent > 2)", ")", "this bracket closes none"),
        ("1 < percent < 3", "<", "join two comparisons with `and`"),
        ("critical critical", "critical", "an operator is missing before it"),
        ("> 1", ">", "a value is missing before `>`"),
        ("critical > true", "critical > true", "use `==` or `!=`"),
        ("critical and percent", "percent", "`and` joins conditions, and this is a number"),
        ("not percent", "percent", "`not` takes true or false"),
        ("agent == 'ann", "'ann", "close it with '"),
        ("", "", "the condition is empty"),
    ],
)
def test_what_is_wrong_has_its_place(text: str, where: str, says: str):
    found = problems(text)
    assert len(found) == 1
    assert found[0][0] == where
    assert says in found[0][1]


def test_every_unknown_name_is_reported():
    assert [where for where, _ in problems("a > 1 and b > 2")] == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "percent.__class__ == 1",
        "[1][0] > 0",
        "percent ** 9 > 1",
        "lambda: 1",
        "{}",
    ],
)
def test_nothing_but_comparisons_is_understood(text: str):
    assert problems(text)


@pytest.mark.parametrize(
    "text",
    [
        "!" * (MAX_LENGTH - 8) + "critical",
        "(" * 240 + "critical" + ")" * 240,
        "-" * 400 + "1 > 0",
        "1" * 490 + " > 0",
        "+".join(["1"] * 240) + " > 2",
        "x" * 100_000,
    ],
)
def test_large_ones_are_read_or_refused(text: str):
    read = read_condition(text, CALENDAR)
    assert (read.condition is None) == bool(read.problems)
    if read.condition is not None:
        read.condition.holds(lambda _: None)


ALPHABET = st.one_of(
    st.sampled_from([each.name for each in NAMES]),
    st.sampled_from(
        [*"()+-*/<>!=&|.'\"#;,é", "and", "or", "not", "<=", "==", "2h", "1.5d", "0.7", "true", " "]
    ),
    st.text(max_size=3),
)


def of_type(name: str) -> Value:
    kind = next(each.type for each in NAMES if each.name == name)
    return {ValueType.TRUTH: True, ValueType.TEXT: "x"}.get(kind, 1.0)


@given(st.lists(ALPHABET, max_size=12).map(" ".join))
def test_any_text_is_read(text: str):
    read = read_condition(text, CALENDAR)
    assert (read.condition is None) == bool(read.problems)
    for each in read.problems:
        assert 0 <= each.start <= each.end <= len(text)
    if read.condition is not None:
        assert read.condition.holds(of_type) in (True, False)
        assert not (
            read.condition.holds(lambda _: None) and "true" not in text.lower() and not has_figures(text)
        )
    for offset in range(len(text) + 1):
        token_at(text, offset)
    wants_operator(text)


def has_figures(text: str) -> bool:
    return any(each.isdigit() for each in text) or "'" in text or '"' in text or "false" in text.lower()


def test_what_comes_next():
    assert wants_operator("task_duration ")
    assert wants_operator("(percent > 2) ")
    assert not wants_operator("task_duration > ")
    assert not wants_operator("")
    assert not wants_operator("percent > 2 and ")
    assert token_at("task_duration > estimated", 3) == ("NAME", 0, 13)
    assert token_at("task_duration > 2h", 17) == ("DURATION", 16, 18)
