"""Goals as people say them: faults without an order, greetings, wishes in passing, and sizes that fit."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest

from orchestrate_ls.planner.brief import read_brief
from orchestrate_ls.planner.offline import plan_offline


@pytest.mark.parametrize(
    ("goal", "kind"),
    [
        ("Dates are shown one day early for users in Brazil", "bug_fix"),
        ("URGENT: production down, 500 on every login", "bug_fix"),
        ("hotfix: totals on invoices", "bug_fix"),
        ("Full-text search with typo tolerance", "feature_development"),
        ("A tool that shows which tests are slow", "feature_development"),
        ("Write end-to-end tests for signup and checkout", "testing"),
        ("Prepare the 3.0 release: upgrade guide, signed installers", "release"),
        ("Split UserManager into smaller classes", "refactoring"),
        ("Bump all npm dependencies to their latest versions", "version_upgrade"),
        ("Bump React to 18", "version_upgrade"),
        ("Upgrade from Django 4.1 to 4.2", "version_upgrade"),
        ("Update lodash from 4.17.15 to 4.17.21", "version_upgrade"),
        ("React 18.1 -> 18.3", "version_upgrade"),
        ("Upgrade from Django 4.2 to 5.2", "migration"),
        ("Upgrade PostgreSQL 13 to 16", "migration"),
        ("Migrate our packages from Azure to GitHub", "migration"),
    ],
)
def test_kind_of_work(goal: str, kind: str) -> None:
    assert read_brief(goal).kind == kind


def test_greetings_and_background_are_no_features() -> None:
    brief = read_brief(
        "Hi! We run a small network of cafés. What we want is a web platform with table booking. "
        "A loyalty card would be great too. We need it in English and Dutch."
    )
    names = [feature.name.casefold() for feature in brief.features]
    assert names == ["table booking", "loyalty card", "localisation: english and dutch"]
    assert brief.shapes == ("web-app",)


@pytest.mark.parametrize(
    ("goal", "least", "most"),
    [
        ("fix typo in checkout button", 3, 3),
        ("Fix the crash when uploading large files", 5, 5),
        ("Fix the login crash, the wrong totals on invoices and the broken avatar", 8, 16),
    ],
)
def test_plans_for_bugs_stay_small(goal: str, least: int, most: int) -> None:
    assert least <= len(plan_offline(goal).draft.tasks) <= most


@pytest.mark.parametrize(
    ("goal", "tasks"),
    [
        (
            "Bump all npm dependencies to their latest versions",
            ["Bump all npm dependencies to their latest versions"],
        ),
        ("Upgrade dependencies, then deploy to staging", ["Upgrade dependencies, then deploy to staging"]),
        (
            "Update our libraries: requests to 2.32, urllib3 to 2.2 and drop python 3.8",
            ["Requests to 2.32", "Urllib3 to 2.2", "Drop python 3.8"],
        ),
    ],
)
def test_newer_versions_are_raised_and_checked_and_nothing_is_cut_over(goal: str, tasks: list[str]) -> None:
    assert [task.name for task in plan_offline(goal).draft.tasks] == [
        "Breaking changes between the versions",
        *tasks,
        "Regression check with the new versions",
        "Roll-out with the way back known",
    ]


def test_the_head_is_named_where_the_list_leaves_it_out() -> None:
    tasks = plan_offline("Nightly ETL from Salesforce into BigQuery with data quality checks").draft.tasks
    assert any("Salesforce" in task.description for task in tasks)


def test_two_products_to_compare_in_brackets_are_evaluated_each() -> None:
    names = [task.name for task in plan_offline("Evaluate two brokers (Kafka, RabbitMQ)").draft.tasks]
    assert "Evaluate Kafka" in names
    assert "Evaluate RabbitMQ" in names


def test_repeated_words_do_not_take_quadratic_time() -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        with suppress(ValueError):
            read_brief("Build a shop. " + "the its existing public " * count)
        return time.process_time() - began

    seconds(10)
    assert seconds(800) < 40 * max(seconds(80), 0.005)


def waits(goal: str) -> dict[str, set[str]]:
    """For each task by its name what it waits for, directly or through others."""
    tasks = {task.id: task for task in plan_offline(goal).draft.tasks}
    before: dict[str, set[str]] = {}
    for task in tasks.values():
        before[task.id] = set(task.dependencies).union(*(before[each] for each in task.dependencies))
    return {tasks[own].name: {tasks[each].name for each in found} for own, found in before.items()}


def test_what_is_to_be_done_first_or_last_comes_first_or_last():
    found = waits(
        "Find cracks in pipes, label the data first, run on a drone and delete the images at the end"
    )
    for name in ("Find cracks in pipes", "Run on a drone"):
        assert "Label the data first" in found[name]
        assert name in found["Delete the images at the end"]
    task = next(
        each
        for each in plan_offline("Find cracks, label the data first, run on a drone").draft.tasks
        if each.name == "Run on a drone"
    )
    assert task.facts == ('after T2, "label the data first"',)


@pytest.mark.parametrize("manner", ["newest orders first", "mobile first", "works offline first"])
def test_how_a_thing_is_sorted_or_made_is_no_order_of_the_work(manner: str):
    found = waits(f"Build a shop with order history, {manner}, and search")
    name = next(each for each in found if each.casefold().endswith(" first"))
    assert all(name not in found[other] for other in ("Order history", "Search"))


def test_what_calls_itself_a_platform_is_one_from_four_features_on():
    platform = (
        "Build a freight platform: carriers bid, shippers book, drivers report, and staff settle disputes"
    )
    names = {task.name for task in plan_offline(platform).draft.tasks}
    assert any(name.endswith("rchitecture") for name in names)
    assert not any(
        "rchitecture" in task.name for task in plan_offline(platform.replace("platform", "app")).draft.tasks
    )


@pytest.mark.parametrize(
    ("goal", "first", "last"),
    [
        (
            "Define SLOs for checkout, burn-rate alerts and an on-call rotation",
            "Services, their users",
            "Drill",
        ),
        ("Get ready for SOC 2: access reviews, vendor inventory", "Scope and gaps", "Internal audit"),
    ],
)
def test_running_services_and_meeting_rules_need_no_schema_and_no_screens(goal: str, first: str, last: str):
    names = [task.name for task in plan_offline(goal).draft.tasks]
    assert names[0].startswith(first)
    assert last in names
    assert not [name for name in names if re.search("schema|API|UI|screens", name)]
