"""Goals as people type or paste them: what bounds the work is no task, and nothing that is asked for is lost."""

from __future__ import annotations

import re

import pytest

from orchestrate_ls.planner.conditions import is_background, is_condition
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.verify import verify
from tests.planner.plan_reading import load_fast


def names(goal: str) -> list[str]:
    planned = plan_offline(goal)
    assert verify(planned.text).faults == ()
    return [task["name"] for task in load_fast(planned.text)["tasks"]]


@pytest.mark.parametrize(
    "words",
    [
        *("95% coverage", "3M rows", "400 GB", "100 req/min per key", "max 10 min downtime", "2 TB"),
        *("accuracy over 90%", "p95 under 200 ms", "should be < 2", "get it under 10", "results under 200ms"),
        *("keep the existing API", "keep ordering per customer", "use our existing component library"),
        *("typed", "fast", "cheaper than now", "works on windows", "must work on Java 11+"),
        *("Android only", "for admins only", "only on the web", "backend only"),
    ],
)
def test_amounts_measures_and_what_stays_are_conditions(words: str) -> None:
    assert is_condition(words)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "4 languages",
            "30 levels",
            "two themes",
            "keep track of orders",
            "offline support",
            "coverage report",
        ),
        *(
            "works offline",
            "data retention",
            "latency dashboard",
            "price alerts under the chart",
            "fast search",
        ),
    ],
)
def test_features_are_no_conditions(words: str) -> None:
    assert not is_condition(words)


def test_where_it_is_to_be_is_no_task() -> None:
    found = names("add dark mode to our react native app, android only")
    assert any("Dark mode" in name for name in found)
    assert not any("only" in name.lower() for name in found)


@pytest.mark.parametrize(
    ("goal", "covered"),
    [
        (
            "Set up nightly backups of our postgres to S3 with restore drill",
            ("nightly backups", "restore drill"),
        ),
        ("Enable audit logging with retention of 90 days", ("audit logging", "retention")),
        (
            "Train a churn prediction model on our CRM data and serve it behind an API with monitoring",
            ("model training", "serve it behind an api", "monitoring"),
        ),
        ("Set up a Kubernetes cluster with autoscaling", ("infrastructure", "autoscaling")),
    ],
)
def test_what_has_parts_is_asked_for_itself(goal: str, covered: tuple[str, ...]) -> None:
    found = " | ".join(names(goal)).lower()
    for part in covered:
        assert part in found, found


@pytest.mark.parametrize(
    ("goal", "first", "telling"),
    [
        ("Login page looks broken on Safari, fix it", "Reproduce", "Login page looks broken on Safari"),
        ("the export button does nothing on Firefox. Please fix it.", "Reproduce", "export button"),
        ("The dashboard takes 12 seconds to load, speed it up", "Baseline", "dashboard takes 12 seconds"),
        ("Our checkout is slow on mobile, make it faster", "Baseline", "checkout is slow"),
    ],
)
def test_an_appeal_says_what_kind_of_work_it_is_and_is_no_task(goal: str, first: str, telling: str) -> None:
    found = names(goal)
    assert found[0].startswith(first)
    assert any(telling in name for name in found)
    assert not any(re.search(r"\b(?:it|them)\b", name) for name in found), found


def test_a_step_on_what_stands_before_it_stays_a_task() -> None:
    assert any(
        "Clean them up" in name for name in names("Load orders from the shop, clean them up and store them")
    )


@pytest.mark.parametrize(
    ("goal", "task"),
    [
        (
            "Replace our home-grown feature flags with LaunchDarkly",
            "Replace our home-grown feature flags with LaunchDarkly",
        ),
        (
            "Replace the old wizard with a single page form and add autosave",
            "Replace the old wizard with a single page form",
        ),
    ],
)
def test_what_replaces_something_is_no_part_of_it(goal: str, task: str) -> None:
    found = names(goal)
    assert task in found
    assert "LaunchDarkly" not in found


def test_what_goes_on_with_and_is_an_order_by_itself() -> None:
    found = names("Localize the app into 12 languages and let translators edit strings without a deploy")
    assert "Localize the app into 12 languages" in found
    assert "Edit strings" in found


def test_a_blog_post_is_written_and_a_blog_built() -> None:
    assert "API endpoints" not in " ".join(names("Write a blog post series about our migration to Rust"))
    assert "API endpoints" in " ".join(names("Create a blog with articles and comments"))


def test_how_large_something_is_and_what_it_must_be_are_no_tasks() -> None:
    assert "Refactor UserService" in names("refactor UserService, it has 3000 lines")
    found = names("Data deletion job for users inactive for 2 years, must be auditable")
    assert not any("auditable" in name for name in found)


def test_what_is_missing_today_and_what_is_kept_are_no_tasks() -> None:
    assert not any("none" in name for name in names("Write unit tests for the billing module, we have none"))
    split = names("Monorepo split: move the mobile app into its own repository, keep history")
    assert not any("history" in name for name in split)


def test_how_things_are_is_background() -> None:
    assert is_background("it gets OOM killed with files > 1GB")
    assert not is_background("it should have tags")


def test_conditions_are_checked_by_the_task_that_checks_the_result() -> None:
    plan = load_fast(plan_offline("Python library for parsing bank statements, typed, 95% coverage").text)
    holding = [t for t in plan["tasks"] if any("95% coverage" in each for each in t["success_criteria"])]
    assert len(holding) == 1
    assert {"Typed", "95% coverage"} <= set(plan["analysis"]["implied_requirements"])


@pytest.mark.parametrize(
    ("goal", "asked", "never"),
    [
        ("need a graphql api for our recipe app, auth via jwt", "Auth via jwt", "^Need"),
        (
            "we have a flask monolith and want to add webhooks plus an api to resend failed ones",
            "API to resend failed ones",
            "^We have",
        ),
        (
            "As a support agent I want to merge duplicate accounts so that I see all orders",
            "Merge duplicate accounts",
            "Passage|so that",
        ),
        ("video pipeline w/ HLS output, subtitles, DRM not needed", "Subtitles", "DRM"),
        (
            "upgrade node 16 to 22 and replace moment.js by date-fns",
            "Replace moment.js by date-fns",
            "^Upgrade rep",
        ),
        (
            "rename all invoices by date and customer",
            "Rename all invoices by date and customer",
            "^Customer$",
        ),
        ("rename 'customer' to 'account' across the code base", "Rename 'customer' to 'account'", "schema"),
        ("dark mode for the dashboard", "Dark mode", "schema|endpoints"),
        (
            "Alert when a job is late, fails, or takes too long",
            "a job is late, fails, or takes too long",
            "^Fails",
        ),
        ("wrong VAT on invoices for Swiss customers", "Fix: wrong VAT on invoices", "schema"),
        ("Translate our docs to German and French", "Translate docs to French", "^Write"),
        ("Settings page: tabs, avatars, alerts. Use our existing component library.", "Avatars", "^Use our"),
        ("hire two backend engineers", "Hire two backend engineers", "schema"),
        ("python 2 -> 3 for a 60k line codebase", "python 2 -> 3", "schema"),
    ],
)
def test_tasks_say_what_was_asked_and_nothing_else(goal: str, asked: str, never: str) -> None:
    found = names(goal)
    assert any(asked.lower() in name.lower() for name in found), found
    assert not [name for name in found if re.search(never, name)], found


def test_the_form_of_a_bug_report_is_no_list_of_features() -> None:
    found = names(
        "**Describe the bug**\nExport to CSV cuts off after 1000 rows.\n\n**To Reproduce**\n1. Open reports\n"
        "2. Click export\n\n**Expected behavior**\nAll rows.\n\n**Version** 2.4.1\n"
    )
    assert len(found) == 5
    assert found[0] == "Reproduce: Export to CSV cuts off after 1000 rows"


def test_acceptance_criteria_are_held_and_no_tasks() -> None:
    goal = (
        "Add refunds to our shop.\n\nAcceptance criteria:\n- refunds are partial or full\n- each is logged\n"
    )
    plan = load_fast(plan_offline(goal).text)
    assert not any("logged" in task["name"] for task in plan["tasks"])
    assert any("each is logged" in each for task in plan["tasks"] for each in task["success_criteria"])
