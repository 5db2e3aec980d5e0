"""A part of the survey: files of other kinds are left alone, plans of many styles are understood."""

from pathlib import Path

import pytest

from tests.hard.survey import claimed_by_the_command_line, claimed_by_the_server, write_others, wrong_with
from tests.hard.survey_other import COUNT, MAKERS, other_files
from tests.hard.survey_plans import PLANS, Styled, plans

OTHERS = other_files()
STYLED = plans()


def test_the_survey_is_as_large_as_it_says() -> None:
    assert (len(OTHERS), len(STYLED)) == (COUNT, PLANS) == (300, 200)
    assert len(set(OTHERS.values())) == COUNT
    assert len({plan.text for plan in STYLED}) == PLANS
    assert other_files() == OTHERS
    assert plans() == STYLED


def test_no_other_file_is_claimed_by_the_command_line(tmp_path: Path) -> None:
    write_others(tmp_path, OTHERS)
    assert claimed_by_the_command_line(tmp_path) == []


async def test_no_other_file_is_claimed_by_the_server() -> None:
    each_kind_twice = dict(list(OTHERS.items())[: 2 * len(MAKERS)])
    assert await claimed_by_the_server(each_kind_twice) == []


async def test_a_plan_among_them_would_be_noticed(tmp_path: Path) -> None:
    files = {"x.yaml": "# orchestrate: plan\ntasks:\n  - id: T1\n    dependencies: [T2]\n"}
    write_others(tmp_path, files)
    found, *said = claimed_by_the_command_line(tmp_path)
    assert found == "x.yaml"
    assert any("unknown-dependency" in each for each in said)
    assert await claimed_by_the_server(files) != []


@pytest.mark.parametrize("plan", STYLED[::10], ids=lambda plan: plan.name)
def test_nothing_false_is_found_in_a_plan_and_formatting_keeps_what_it_says(plan: Styled) -> None:
    assert list(wrong_with(plan)) == []


def test_a_plan_that_is_wrong_would_be_noticed() -> None:
    assert list(wrong_with(Styled("x", "x", "goal: g\ntasks:\n  - id: T1\n    dependencies: [T2]\n"))) != []
