"""Findings that a quick schedule is not enough for wait for a full search where there is time for one."""

from __future__ import annotations

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules import lazy_schedule
from orchestrate_ls.rules.engine import Diagnostic, FileCheck, RuleSettings, check_file
from orchestrate_ls.schedule import plan_schedule
from orchestrate_ls.workspace.checking import shipped_schema
from tests.lsp.test_schedule_refining import KEPT, MISSED, plan_text, quick, searched


def check(text: str, *, searches: bool) -> FileCheck:
    return check_file(PlanFile.parse(text), RuleSettings(), shipped_schema(), searches=searches)


def late(result: FileCheck) -> list[Diagnostic]:
    return [each for each in result.diagnostics if each.code == "deadline-missed"]


def test_what_only_the_quick_schedule_misses_is_not_reported() -> None:
    text = plan_text(deadline=KEPT)
    assert len(late(check(text, searches=False))) == len(quick(text).missed) > 0
    assert late(check(text, searches=True)) == []


def test_what_the_search_misses_is_told_as_what_was_found_and_no_more() -> None:
    text = plan_text(deadline=MISSED)
    found = late(check(text, searches=True))
    assert len(found) == len(searched(text).missed) > 0
    assert all("in the best schedule found" in each.message for each in found)
    assert not any("cannot" in each.message or "earliest" in each.message for each in found)


def test_what_no_schedule_can_keep_needs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a search was made")

    monkeypatch.setattr(plan_schedule, "schedule_plan", fail)
    text = (
        "start: 2026-11-23T09:00:00Z\n"
        "tasks:\n"
        "  - {id: A, agent: a, estimated_time: 30h, deadline: 2026-11-23}\n"
        "  - {id: B, agent: a, estimated_time: 1h, deadline: 2027-11-23}\n"
    )
    (found,) = late(check(text, searches=True))
    assert "at the earliest" in found.message
    assert late(check(plan_text(), searches=True)) == []
    with pytest.raises(AssertionError, match="a search was made"):
        check(plan_text(deadline=MISSED), searches=True)


def test_a_large_plan_is_not_searched_for_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy_schedule, "MOST_SEARCHED", 59)
    text = plan_text(deadline=KEPT)
    assert late(check(text, searches=True)) == late(check(text, searches=False)) != []
    # Neither when an editor has made the search for its hints.
    result = check(text, searches=False)
    result.plans[0].schedule.take(searched(text))
    assert late(result.refined()) == late(result)


def test_a_check_in_the_light_of_the_search_is_that_of_a_fresh_one() -> None:
    for deadline in (KEPT, MISSED):
        text = plan_text(deadline=deadline)
        first = check(text, searches=False)
        before = first.diagnostics
        first.plans[0].schedule.take(searched(text))
        assert first.refined().diagnostics == check(text, searches=True).diagnostics
        assert first.diagnostics == before
        assert first.plans[0].shown_schedule == searched(text)
