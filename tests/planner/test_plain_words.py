"""Goals as people say them: faults without an order, greetings, wishes in passing, and sizes that fit."""

from __future__ import annotations

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
