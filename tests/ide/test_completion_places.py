"""Completion of tasks in an allocation list, of aliases, of dates and of paths."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orchestrate_ls.ide.completion import complete
from orchestrate_ls.ide.completion_files import FolderListing, folder_wanted
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.workspace.checking import shipped_schema
from tests.ide.completing import accepted, check, completions, split

TASKS = "tasks:\n  - id: T1\n  - id: T2\n    agent: api\n  - id: T3\n    agent: other\n"


# The allocation list


def test_tasks_of_an_agent_come_first():
    check(f"{TASKS}agents:\n  - api: $0\n", has="T2 T1 T3")
    found = completions(f"{TASKS}agents:\n  - api: T$0\n")
    assert found is not None
    assert [each.label for each in found.offers] == ["T2", "T1", "T3"]


@pytest.mark.parametrize(
    ("written", "offered", "label", "after"),
    [
        ("T1, $0", "T2 T3", "T2", "T1, T2"),
        ("T1,$0", "T2 T3", "T2", "T1, T2"),
        ("T1, T$0", "T2 T3", "T3", "T1, T3"),
        ("T$01, T2", "T1 T3", "T3", "T3, T2"),
        ("T1, T2$0, T3", "T2", "T2", "T1, T2, T3"),
        ('"T1, $0"', "T2 T3", "T2", '"T1, T2"'),
        ("[T1, $0]", "T2 T3", "T3", "[T1, T3]"),
    ],
)
def test_each_name_in_the_list_is_its_own(written: str, offered: str, label: str, after: str):
    plan = f"{TASKS}agents:\n  - api: {{}}\n"
    check(plan.format(written), offered, accept={label: plan.format(after)})
    mapping = f"{TASKS}agents:\n  api: {{}}\n"
    check(mapping.format(written), has=offered, accept={label: mapping.format(after)})


def test_fields_of_agents_are_no_allocation():
    check(f"{TASKS}agents:\n  - id: $0\n", lacks="T1 T2")
    check(f"{TASKS}agents:\n  - id: api\n    experience_level: $0\n", lacks="T1", has="senior")
    check(f"{TASKS}agents:\n  - id: api\n    backup: x, $0\n", "")


# Aliases


ANCHORS = "x-a: &first {agent: a}\nx-b: &second text\ntasks:\n  - id: T1\n"


def test_aliases_of_anchors_above():
    check(f"{ANCHORS}    <<: *$0\n", "second first", accept={"first": f"{ANCHORS}    <<: *first\n"})
    check(f"{ANCHORS}    name: *sec$0ond\n", "second first")
    check(
        f"{ANCHORS}    files: [*$0]\n", "second first", accept={"second": f"{ANCHORS}    files: [*second]\n"}
    )
    check(f"{ANCHORS}    files:\n      - *$0\n", "second first")


def test_no_aliases_of_anchors_below_and_none_without():
    check("x-a: *$0\nx-b: &second text\ntasks: []\n", "")
    check("tasks:\n  - id: T1\n    name: $0*x\n", "")


# Dates


def offered(marked: str, now: datetime | None = None) -> list[tuple[str, str]]:
    text, cursor = split(marked)
    found = check_file(PlanFile.parse(text), RuleSettings(), shipped_schema(), {}, now)
    result = complete(found.file, cursor, shipped_schema(), found)
    return [] if result is None else [(each.label, each.detail) for each in result.offers]


def test_dates_that_the_plan_leads_to():
    text = (
        "start: 2026-11-23\ntasks:\n  - id: T1\n    estimated_time: 2d\n    deadline: $0\n"
        "  - id: T2\n    dependencies: [T1]\n    estimated_time: 1d\n    deadline: 2026-12-24\n"
    )
    found = dict(offered(text))
    assert found["2026-12-24"] == "of 1 task"
    assert "when it can be done at the earliest" in found.values()
    assert "when the plan can be done at the earliest" in found.values()
    assert "one week after the start" in found.values()


def test_a_start_is_offered_where_the_time_is_known():
    now = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)
    assert offered("start: $0\ntasks:\n  - id: T1\n", now) == [
        ("2026-11-25", "today"),
        ("2026-11-30", "next Monday"),
    ]
    assert offered("start: $0\ntasks:\n  - id: T1\n") == []


def test_dates_stay_what_the_plan_can_read():
    text = "start: 9999-12-30T09:00:00Z\ntasks:\n  - id: T1\n    estimated_time: 2w\n    deadline: $0\n"
    assert offered(text) == []


# Paths


def in_folder(marked: str, *names: str) -> list[tuple[str, str]]:
    """Labels, and the text after each was accepted."""
    text, cursor = split(marked)
    file = PlanFile.parse(text)
    wanted = folder_wanted(file, cursor)
    if wanted is None:
        return []
    found = complete(file, cursor, shipped_schema(), folder=FolderListing(wanted, names, True))
    return [] if found is None else [(each.label, accepted(marked, found, each)[0]) for each in found.offers]


HEAD = "tasks:\n  - id: T1\n    files:"


@pytest.mark.parametrize(
    ("written", "after"),
    [
        (" [$0]", " [src/]"),
        (" [x, s$0]", " [x, src/]"),
        ("\n      - $0", "\n      - src/"),
        ("\n      - s$0", "\n      - src/"),
        (' ["s$0"]', ' ["src/"]'),
        (" s$0", " [src/]"),
    ],
)
def test_paths_are_offered_where_files_are_listed(written: str, after: str):
    assert in_folder(f"{HEAD}{written}\n", "src/", "tests/")[0] == ("src/", f"{HEAD}{after}\n")


def test_a_folder_is_gone_into():
    text, cursor = split(f"{HEAD} [src/a$0]\n")
    assert folder_wanted(PlanFile.parse(text), cursor) == "src/"
    assert in_folder(f"{HEAD} [src/a$0]\n", "a b.py", "b.py") == [("src/a b.py", f"{HEAD} [src/a b.py]\n")]
    assert in_folder(f"{HEAD} [src/a.py, src/$0]\n", "a.py", "b.py") == [
        ("src/b.py", f"{HEAD} [src/a.py, src/b.py]\n")
    ]


@pytest.mark.parametrize("marked", [f"{HEAD} [src/*/$0]\n", "tasks:\n  - id: T1\n    name: s$0\n", "$0"])
def test_no_folder_is_wanted_elsewhere(marked: str):
    text, cursor = split(marked)
    assert folder_wanted(PlanFile.parse(text), cursor) is None
