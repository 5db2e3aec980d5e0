"""How findings name things, and what they take a misspelt name for."""

from __future__ import annotations

import pytest

from orchestrate_ls.rules.spelling import COMPARISONS, SpellingGuide, did_you_mean
from orchestrate_ls.rules.wording import chain, counted, listed, percent, quoted


def test_names_are_safe_to_show() -> None:
    assert quoted("T1") == "`T1`"
    assert quoted("a`b\n\x1b[1m\u202e") == "`a'b\ufffd\ufffd[1m\ufffd`"
    assert len(quoted("x" * 1_000)) == 62


def test_lists() -> None:
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b", "c"]) == "`a`, `b` and `c`"
    assert listed(list("abcdefgh"), 3) == "`a`, `b`, `c` and 5 more"
    assert chain(["a", "b"]) == "a → b"
    assert chain([str(n) for n in range(100)], 4) == "0 → 1 → … → 98 → 99"
    assert counted(1, "task") == "1 task"
    assert counted(0, "task") == "0 tasks"
    assert [percent(share) for share in (0.36, 0.457142, 0, -0.1, 1)] == [
        "36%",
        "45.7%",
        "0%",
        "-10%",
        "100%",
    ]


@pytest.mark.parametrize(
    ("word", "closest"),
    [
        ("desing", ["design"]),
        ("DESIGN", ["design"]),
        ("T33", ["T3"]),
        ("zzz", []),
        ("", []),
        ("x" * 10_000, []),
        ("design", []),  # what is the same is no suggestion
    ],
)
def test_closest(word: str, closest: list[str]) -> None:
    assert SpellingGuide(["T3", "build", "design", "design"]).closest(word) == closest


def test_equal_scores_come_in_the_order_of_the_names() -> None:
    assert SpellingGuide(["T3", "T1", "T2"]).closest("T9", 2) == []
    assert SpellingGuide(["T13", "T11", "T12"]).closest("T1", 2) == ["T13", "T11"]


def test_among_many_names_one_slip_is_still_found() -> None:
    names = [f"task-{n:05d}" for n in range(COMPARISONS * 2)]
    guide = SpellingGuide(names)
    for slip in ("task-0423", "task-042377", "tsak-04237", "TASK-04237", "tusk-04237"):
        assert "task-04237" in guide.closest(slip, 30), slip
    assert guide.closest("something else") == []


def test_after_many_questions_there_are_no_more_answers() -> None:
    guide = SpellingGuide([f"name{n}" for n in range(1_000)])
    answers = [guide.best("mane7") for _ in range(COMPARISONS)]
    assert answers[0] is not None
    assert answers[-1] is None


def test_did_you_mean() -> None:
    assert did_you_mean("T1") == "; did you mean `T1`?"
    assert did_you_mean(None) == ""
