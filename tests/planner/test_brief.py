"""Briefs: what is read out of a goal, in many wordings."""

from __future__ import annotations

import pytest

from orchestrate_ls.planner.brief import Brief, GoalError, read_brief
from orchestrate_ls.planner.intelligible import LONGEST_GOAL
from orchestrate_ls.planner.offline import plan_offline


def names(goal: str) -> list[str]:
    return [feature.name for feature in read_brief(goal).features]


@pytest.mark.parametrize(
    "goal",
    [
        "Build a web app with login, reports and file upload",
        "Build a web app with login, reports, and file upload.",
        "Build a web app including login, reports as well as file upload",
        "build a web app that supports login, reports and file upload",
        "Build a web app: login + reports + file upload",
        "Build a web app with login; reports; file upload",
        "Build a web app with login & reports plus file upload",
        "Please build a web app featuring login, reports, along with file upload",
        "I want to build a web app. It should support login, reports and file upload.",
        "Build a web app.\n\nFeatures:\n- login\n- reports\n- file upload",
        "Build a web app with:\n* **login**\n* [ ] reports\n* file upload\n",
        "# Build a web app\n\n1. login\n2. reports\n3. file upload",
        "Build a web app with 1) login 2) reports 3) file upload",
        "Build a web app with support for login, reports, file upload, etc.",
        "Build a web app with a login, the reports and a basic file upload",
        "Build a web app\r\nwith login,\r\nreports and\r\nfile upload\r\n",
        "We need a web app with login, reports and file upload, without Docker",
        "Build a web app using Django and PostgreSQL with login, reports and file upload",
        "Build a web app with React, login, reports and file upload by end of March",
    ],
)
def test_lists_in_many_wordings(goal: str) -> None:
    assert names(goal) == ["login", "reports", "file upload"]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("Add login and registration", ["login", "registration"]),
        (
            "Build a shop with a page for terms and conditions and a cart",
            ["page for terms and conditions", "cart"],
        ),
        ("Build an app with OAuth2 (Google, GitHub), search", ["OAuth2 (Google, GitHub)", "search"]),
        ("Build a web app with user and admin dashboards", ["user and admin dashboards"]),
        (
            "Build a web app with sync between Outlook and Gmail, and reports",
            ["sync between Outlook and Gmail", "reports"],
        ),
        ("Write a CLI that converts CSV files and watches folders", ["convert CSV files", "watch folders"]),
        ("Baue eine Webseite mit Suche, Kalender und Zahlungen", ["Suche", "Kalender", "Zahlungen"]),
        (
            "Créer un site web avec recherche, commentaires et paiement",
            ["recherche", "commentaires", "paiement"],
        ),
        ("Build a web app with login, login and Login", ["login"]),
    ],
)
def test_items(goal: str, expected: list[str]) -> None:
    assert names(goal) == expected


@pytest.mark.parametrize(
    ("goal", "excluded"),
    [
        ("Build a shop without Docker", ["Docker"]),
        ("Build a shop with search, without Docker or Kubernetes", ["Docker", "Kubernetes"]),
        ("Build a shop with search. No UI, no Docker.", ["UI", "Docker"]),
        ("Build an API with search but no UI", ["UI"]),
        ("Build a shop excluding payments, reviews, or coupons", ["payments", "reviews", "coupons"]),
        ("Build a shop with search. Don't use Docker.", ["Docker"]),
        ("Build a shop with search. Skip authentication.", ["authentication"]),
        ("Build a shop.\n\nOut of scope:\n- mobile app\n- billing", ["mobile app", "billing"]),
        ("Build a shop with search.\nOut of scope: mobile app, billing", ["mobile app", "billing"]),
        ("Baue einen Shop mit Suche, ohne Docker", ["Docker"]),
        ("Crea una tienda con pagos y una cuenta, sin Docker", ["Docker"]),
        ("Build a no-code editor with search", []),
        ("Build a calculator with sin and cos functions", []),
    ],
)
def test_exclusions(goal: str, excluded: list[str]) -> None:
    brief = read_brief(goal)
    assert [exclusion.text for exclusion in brief.exclusions] == excluded
    for exclusion in brief.exclusions:
        assert goal[exclusion.start : exclusion.end] == exclusion.text
    assert not {exclusion.lower() for exclusion in excluded} & {
        feature.name.lower() for feature in brief.features
    }
    assert [f"Out of scope: {text}" for text in excluded] == [
        scope for scope in brief.technical_scope if scope.startswith("Out of scope")
    ]


@pytest.mark.parametrize(
    ("goal", "demand"),
    [
        ("Migrate the database from MySQL to PostgreSQL without downtime", "without downtime"),
        ("Refactor the parser without changing behaviour", "without changing behaviour"),
        ("Build a shop with search by end of March", "by end of March"),
        ("Build an API with search. It must handle 10k requests per second.", "10k requests per second"),
    ],
)
def test_demands_are_requirements_and_not_exclusions(goal: str, demand: str) -> None:
    brief = read_brief(goal)
    assert brief.exclusions == ()
    assert any(demand in phrase.text for phrase in brief.constraints)
    assert any(demand.lower() in text.lower() for text in brief.implied_requirements)


@pytest.mark.parametrize(
    ("goal", "kind"),
    [
        ("Build a bug tracker with comments", "feature_development"),
        ("Create a documentation site with search", "feature_development"),
        ("Build a test management system", "feature_development"),
        ("Extract text from PDF files", "feature_development"),
        ("Fix the broken login", "bug_fix"),
        ("Investigate and fix the crash in the importer", "bug_fix"),
        ("bug: totals are wrong", "bug_fix"),
        ("The export button does nothing when clicked. Find out why and fix it.", "bug_fix"),
        ("Clean up the legacy code of the importer", "refactoring"),
        ("Refactoring of the payment module", "refactoring"),
        ("Move our uploads from local disk to S3", "migration"),
        ("Replace jQuery with React", "migration"),
        ("Migration from Jenkins to GitHub Actions", "migration"),
        ("Make our website faster", "performance"),
        ("Our checkout is slow. Make it faster.", "performance"),
        ("Reduce memory usage of the importer", "performance"),
        ("Write a tutorial for the CLI", "documentation"),
        ("Add unit tests for the parser", "testing"),
        ("Audit the security of our API", "security_review"),
        ("Prepare release 1.4 with changelog and signed binaries", "release"),
        ("Evaluate GraphQL for our API", "research"),
    ],
)
def test_kind_of_work(goal: str, kind: str) -> None:
    assert read_brief(goal).kind == kind


def test_people_and_technologies() -> None:
    brief = read_brief("Build a booking API in Go on AWS with search and payments, with two developers")
    assert brief.capacity == 2
    assert [mention.name for mention in brief.technologies] == ["Go", "AWS"]
    assert [feature.name for feature in brief.features] == ["booking", "search", "payments"]


def test_go_the_verb_is_no_language() -> None:
    assert read_brief("Build an app to go shopping with lists").technologies == ()


@pytest.mark.parametrize(
    "goal",
    [
        "",
        "   \n\t",
        "!!! ??? ...",
        "12345 67890",
        "x",
        "asdfghjkl",
        "qwertyuiop asdfgh",
        "sdfkjh wrtzpl",
        "aaaaaaa",
        "🚀🚀",
        "with",
        "Build a",
        "No UI.",
    ],
)
def test_goals_without_sense_get_a_message_and_a_hint(goal: str) -> None:
    with pytest.raises(GoalError) as caught:
        read_brief(goal)
    assert caught.value.message.endswith(".")
    assert "Say what is to be built" in caught.value.hint


def test_a_goal_of_a_megabyte_is_refused_and_the_limit_is_named() -> None:
    with pytest.raises(GoalError, match="1,048,576 characters; at most 20,000"):
        read_brief("word " * 209_715 + "w")
    assert len("a b " * 5000) == LONGEST_GOAL
    assert read_brief("Build an app " + "x" * (LONGEST_GOAL - 13)).features


@pytest.mark.parametrize(
    "goal",
    [
        "Entwickle eine Wetterstation",
        "作るレシピアプリ",
        "Построить систему учёта рабочего времени",
        "Zbuduj aplikację do śledzenia wydatków",
        "CRM",
        "property typewriter",
        "strengths",
        "Rechtschreibprüfung",
    ],
)
def test_goals_in_any_language_pass(goal: str) -> None:
    brief: Brief = read_brief(goal)
    assert brief.features


def test_orders_are_quoted_inside_sentences() -> None:
    tasks = plan_offline("Write a CLI that converts CSV files, and validates columns").draft.tasks
    (task,) = [task for task in tasks if task.name == "Validate columns"]
    assert task.description.startswith('Implement "validate columns" with')
    assert task.success_criteria[0].startswith('"validate columns" gives')
