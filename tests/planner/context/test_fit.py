"""Plans in a repository: real paths and commands, nothing that is there already, the agents that are there."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest

from orchestrate_ls.plan.file_patterns import may_overlap, read_patterns
from orchestrate_ls.planner.draft import DraftTask
from orchestrate_ls.planner.offline import OfflinePlan, plan_document, plan_offline
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.workspace.repository.summary import CoChange, RepositorySummary
from orchestrate_ls.workspace.repository.survey import read_repository
from tests.planner.goals import GOALS
from tests.planner.plan_reading import graph, load_fast
from tests.workspace.repository import folders

EVERY_KIND = {
    name.lower(): getattr(folders, name)
    for name in (
        "PYTHON",
        "NODE",
        "RUST",
        "GO",
        "MAVEN",
        "GRADLE",
        "RUBY",
        "PHP",
        "DOTNET",
        "ELIXIR",
        "CMAKE",
    )
}
AGENTS = {
    ".claude/agents/python-developer.md": "---\nname: python-developer\ndescription: Writes Python back ends.\n---\n",
    ".claude/agents/test-writer.md": "---\nname: test-writer\ndescription: Writes and runs tests.\n---\n",
    ".claude/agents/poet.md": "---\nname: poet\ndescription: Writes verse.\n---\n",
}


@pytest.fixture(scope="module", params=sorted(EVERY_KIND))
def any_repository(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> RepositorySummary:
    folder = tmp_path_factory.mktemp(request.param)
    return read_repository(folders.write(folder, {**EVERY_KIND[request.param], **AGENTS}))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> RepositorySummary:
    return read_repository(folders.write(tmp_path_factory.mktemp("shop"), folders.PYTHON))


def named(planned: OfflinePlan, words: str) -> DraftTask:
    found = [task for task in planned.draft.tasks if words.casefold() in task.name.casefold()]
    assert len(found) == 1, [task.name for task in planned.draft.tasks]
    return found[0]


def test_no_repository_and_an_empty_folder_change_nothing(tmp_path: Path):
    empty = read_repository(tmp_path)
    for goal in GOALS:
        assert plan_offline(goal.goal, empty).text == plan_offline(goal.goal).text


@pytest.mark.parametrize("goal", [goal.goal for goal in GOALS[::12]])
def test_every_plan_passes_the_rules_and_is_a_reduced_graph(goal: str, any_repository: RepositorySummary):
    planned = plan_offline(goal, any_repository)
    assert plan_offline(goal, any_repository).text == planned.text
    assert [fault.message for fault in verify(planned.text).faults] == []
    edges = graph(load_fast(planned.text))
    assert nx.is_directed_acyclic_graph(edges)
    assert set(nx.transitive_reduction(edges).edges) == set(edges.edges)
    assert [task.id for task in planned.draft.tasks] == [
        f"T{n}" for n in range(1, len(planned.draft.tasks) + 1)
    ]
    below = {task.id: nx.descendants(edges, task.id) for task in planned.draft.tasks}
    for one, other in combinations(planned.draft.tasks, 2):
        if other.id not in below[one.id] and one.id not in below[other.id]:
            assert not may_overlap(read_patterns(one.files), read_patterns(other.files)), (one, other)


def test_every_path_is_there_or_beside_what_is(any_repository: RepositorySummary):
    there = set(any_repository.paths)
    parents = {path.rpartition("/")[0] for path in there} | {
        path[:place] for path in there for place, each in enumerate(path) if each == "/"
    }
    for goal in GOALS[::9]:
        for task in plan_offline(goal.goal, any_repository).draft.tasks:
            for path in task.files:
                assert path in there or path.removesuffix("/**").rpartition("/")[0] in parents | {""}, path
                assert ".." not in path


def test_tasks_name_the_files_that_fit_and_new_ones_beside(shop: RepositorySummary):
    planned = plan_offline("Add order export, login throttling, and gift vouchers", shop)
    assert named(planned, "order export").files == ("src/shop/orders.py",)
    assert named(planned, "login").files[0] == "src/shop/auth/login.py"
    assert named(planned, "voucher").files == ("src/shop/gift_voucher.py",)
    tests = named(planned, "unit tests")
    assert {"tests/test_orders.py", "tests/auth/test_login.py"} <= set(tests.files)
    assert "docs/orders.rst" in named(planned, "documentation").files
    assert "src/shop/orders.py" in named(planned, "design").description


def test_criteria_name_the_commands_of_the_project(shop: RepositorySummary):
    planned = plan_offline("Fix the wrong total of orders with vouchers", shop)
    fix = named(planned, "Fix:")
    assert fix.files == ("src/shop/orders.py",)
    assert "`uv run pytest` passes" in fix.success_criteria
    assert "`uv run ruff check .` finds nothing" in fix.definition_of_done
    assert "`uv run pytest` passes" in named(planned, "verify the fix").success_criteria
    assert "Reviewed by @shop/all (CODEOWNERS)" in fix.definition_of_done


def test_a_fix_never_names_a_new_file(shop: RepositorySummary):
    fix = named(plan_offline("Fix the crash of the zeppelin", shop), "Fix:")
    assert fix.files == ()


def test_what_is_there_is_not_planned_again(shop: RepositorySummary):
    goal = (
        "Build a web shop with gift vouchers, wish lists, product reviews, order history, CI pipeline, linting "
        "and Alembic migrations"
    )
    without = plan_offline(goal)
    planned = plan_offline(goal, shop)
    for words in ("ci pipeline", "linting", "alembic"):
        assert any(words in task.name.casefold() for task in without.draft.tasks), words
        assert not any(words in task.name.casefold() for task in planned.draft.tasks), words
    said = "\n".join(remark.message for remark in planned.remarks)
    assert ".github/workflows/ci.yml" in said
    assert "`uv run ruff check .`" in said
    assert "migrations/versions" in said
    assert named(planned, "wish lists screens")
    assert named(planned, "schema").files == ("migrations/versions/**", "src/shop/models.py")


def test_what_the_goal_says_more_of_is_planned(shop: RepositorySummary):
    planned = plan_offline("Add gift vouchers and a CI job that publishes nightly builds for Windows", shop)
    assert any("nightly" in task.name for task in planned.draft.tasks)


def test_a_goal_about_nothing_else_extends_what_is_there(shop: RepositorySummary):
    planned = plan_offline("Set up CI", shop)
    assert planned.draft.tasks
    assert any(".github/workflows/ci.yml" in task.files for task in planned.draft.tasks)
    assert verify(planned.text).faults == ()


def test_a_command_line_tool_gets_no_screens_and_no_database(tmp_path: Path):
    rust = read_repository(folders.write(tmp_path, folders.RUST))
    goal = "Build single sign-on, response caching, and user profiles"
    assert {"Database schema design", "UI components"} & {t.name for t in plan_offline(goal).draft.tasks}
    planned = plan_offline(goal, rust)
    assert not {"Database schema design", "UI components"} & {t.name for t in planned.draft.tasks}
    assert any(task.files == ("src/response_caching.rs",) for task in planned.draft.tasks)


def test_a_service_without_screens_gets_none_unless_the_goal_names_them(tmp_path: Path):
    files = {
        "pyproject.toml": '[project]\nname = "api"\ndependencies = ["fastapi", "sqlalchemy"]\n',
        "api/main.py": "",
    }
    service = read_repository(folders.write(tmp_path, files))
    features = "single sign-on, user profiles, wish lists, gift vouchers, and product reviews"
    guessed = [task.name.casefold() for task in plan_offline(f"Build {features}", service).draft.tasks]
    assert any("schema" in name for name in guessed)
    assert not any("screen" in name or "ui " in name for name in guessed), guessed
    named = [
        task.name.casefold() for task in plan_offline(f"Build a web app with {features}", service).draft.tasks
    ]
    assert any("screen" in name for name in named), named


def test_agents_are_those_that_are_there(tmp_path: Path):
    seen = read_repository(folders.write(tmp_path, {**folders.PYTHON, **AGENTS}))
    planned = plan_offline("Add gift vouchers and wish lists", seen)
    assert named(planned, "voucher").agent == "python-developer"
    assert named(planned, "unit tests").agent == "test-writer"
    assert "poet" not in {task.agent for task in planned.draft.tasks}
    assert {agent.id for agent in planned.draft.agents} == {task.agent for task in planned.draft.tasks}
    assert any(line.startswith("agent python-developer for") for line in planned.context)
    assert verify(planned.text).faults == ()


def test_agents_count_in_an_empty_folder_too(tmp_path: Path):
    seen = read_repository(folders.write(tmp_path, AGENTS))
    planned = plan_offline("Build a Python API with login and search", seen)
    assert "test-writer" in {task.agent for task in planned.draft.tasks}
    assert all(task.files == () for task in planned.draft.tasks)


def test_stated_owners_stay(tmp_path: Path):
    seen = read_repository(folders.write(tmp_path, {**folders.PYTHON, **AGENTS}))
    document = "# Vouchers\n\n1. Change the orders module (2h) @alice\n2. Write tests for login (1h)\n"
    planned = plan_document(document, None, seen)
    assert planned.draft is not None
    first, second = planned.draft.tasks
    assert first.agent == "alice"
    assert first.files == ("src/shop/orders.py",)
    assert second.dependencies in ((), (first.id,))
    assert planned.text is not None
    assert verify(planned.text).faults == ()


def test_files_that_changed_together_are_one_task_or_in_order(shop: RepositorySummary):
    goal = "Add order export and login throttling"
    apart = plan_offline(goal, shop)
    orders, login = named(apart, "order export"), named(apart, "login")
    assert orders.id not in login.dependencies
    assert login.id not in orders.dependencies
    change = CoChange("src/shop/auth/login.py", "src/shop/orders.py", 9, 10)
    planned = plan_offline(goal, replace(shop, changes=(change,)))
    early, late = sorted((named(planned, "order export"), named(planned, "login")), key=lambda task: task.id)
    assert early.id in late.dependencies
    assert any("changed together in 9 of 10 commits" in fact for fact in late.facts)
    assert verify(planned.text).faults == ()

    alone = CoChange("src/shop/models.py", "src/shop/orders.py", 9, 10)
    planned = plan_offline("Add order export", replace(shop, changes=(alone,)))
    assert set(named(planned, "order export").files) == {"src/shop/orders.py", "src/shop/models.py"}


def test_an_open_plan_for_the_same_goal_is_named(shop: RepositorySummary):
    assert "next.plan.yaml plans the same goal already" in plan_offline("Sell more", shop).context
    assert "next.plan.yaml is another plan: Sell more" in plan_offline("Add gift vouchers", shop).context


def test_a_goal_in_another_language_gets_no_skills_of_this_one(shop: RepositorySummary):
    planned = plan_offline("Build a command-line tool in Rust that imports orders", shop)
    assert all("python" not in task.required_skills for task in planned.draft.tasks)
