"""The YAML test suite: every document that is YAML is read as its authors say, with every node where it stands."""

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.events import reference_events
from tests.hard.yaml_suite import (
    LAX,
    Case,
    cases,
    chunked,
    documents,
    expected_documents,
    known_lax,
    main,
    misplaced,
    outcome,
)

SUITE = cases()

# ruamel.yaml takes a colon before a comma for a part of the value; only where PyYAML has no C part is it asked first.
MISREAD_WITHOUT_C = {"4ABK", "FRK4"}


def test_the_suite_is_whole() -> None:
    assert (len(SUITE), sum(case.valid for case in SUITE)) == (402, 308)


@pytest.mark.parametrize("case", [case for case in SUITE if case.valid], ids=lambda case: case.id)
def test_what_is_yaml_is_read_as_the_suite_says(case: Case) -> None:
    assert outcome(case) == "same"
    assert documents(case.yaml) == expected_documents(case)
    assert misplaced(case.yaml) == []
    by_chunk, whole = chunked(case.yaml)
    assert by_chunk == whole


def test_what_is_no_yaml_is_called_broken_but_for_what_is_listed() -> None:
    assert {case.id for case in SUITE if outcome(case) == LAX} == known_lax()


def test_a_fault_in_a_later_document_is_found_there() -> None:
    text = next(case.yaml for case in SUITE if case.id == "QLJ7")
    first, second, *_ = PlanFile.parse(text).sources
    assert not any(part.parsed.problems for part in first.parts)
    assert any("unknown tag" in problem.message for part in second.parts for problem in part.parsed.problems)


def test_without_the_c_part_two_documents_are_misread_and_none_is_called_broken() -> None:
    outcomes = {case.id: outcome(case, reference_events) for case in SUITE if case.valid}
    assert {case: what for case, what in outcomes.items() if what != "same"} == dict.fromkeys(
        MISREAD_WITHOUT_C, "read otherwise"
    )


def test_the_figures_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert "308 same" in capsys.readouterr().out
