"""The choice among 47 agents that only exist as definition files of all five tools."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from orchestrate_ls.agents.definition import Tool
from orchestrate_ls.agents.registry import AgentRegistry, registry_from
from orchestrate_ls.agents.selection import Match, Selection
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.agent_choice import select_for
from orchestrate_ls.rules.definition_files import known_agents
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.workspace.agent_files import load_agents
from orchestrate_ls.workspace.checking import shipped_schema

ROOT = Path(__file__).parents[1] / "data" / "agents" / "team"
TEAM = load_agents(ROOT)

# What each says of itself, in a word or two.
EXPECTED = {
    "accessibility-reviewer": "accessibility",
    "api-developer": "python",
    "architect": "architecture",
    "blockchain-developer": "blockchain",
    "compiler-engineer": "compilers",
    "css-craftsman": "css",
    "data-engineer": "data-engineering",
    "database-architect": "postgresql",
    "debugger": "debugging",
    "deployment-engineer": "kubernetes",
    "dotnet-developer": "c#",
    "email-engineer": "email",
    "embedded-engineer": "embedded",
    "game-designer": "game-development",
    "goEngineer": "go",
    "graphql-developer": "graphql",
    "incident-commander": "incident-response",
    "java-developer": "java",
    "legal-counsel": "legal",
    "load-tester": "load-testing",
    "mobile-developer": "swift",
    "Model Trainer": "machine-learning",
    "oauth-specialist": "oauth2",
    "observability-engineer": "observability",
    "payments-engineer": "payments",
    "performance-engineer": "performance",
    "php-developer": "php",
    "product-owner": "requirements",
    "react-developer": "react",
    "refactorer": "refactoring",
    "release-manager": "release-management",
    "researcher": "research",
    "reviewers/code-reviewer": "code-review",
    "reviewers/sql-reviewer": "sql",
    "rust-engineer": "rust",
    "search-engineer": "search",
    "security-auditor": "security",
    "seo-expert": "seo",
    "shell-scripter": "shell",
    "support-agent": "support",
    "technical-writer": "documentation",
    "terraform-engineer": "terraform",
    "test-engineer": "testing",
    "translator": "translation",
    "ux-researcher": "ux",
    "vue-developer": "vue",
    "websocket-developer": "websockets",
}


def choose(task: str, registry: AgentRegistry = TEAM, agents: str = "") -> Selection:
    """The choice for a plan's only task, given by its fields in braces."""
    file = PlanFile.parse(f"{agents}tasks:\n  - {{id: T1, {task}}}\n")
    check = check_file(file, RuleSettings(), shipped_schema(), known_agents(registry))
    context = check.plans[0].context
    return select_for(context, context.plan.tasks[0])


def chosen(task: str) -> str | None:
    agent = choose(task).chosen
    return agent.id if agent is not None else None


def test_the_team_is_read_without_a_complaint():
    assert TEAM.problems == {}
    assert TEAM.definitions.keys() == EXPECTED.keys()
    assert {agents[0].tool for agents in TEAM.definitions.values()} == set(Tool)
    # None of them declares a skill; what Claude Code calls `skills` are packages.
    assert all(agents[0].skills == () for agents in TEAM.definitions.values())
    assert TEAM.definitions["oauth-specialist"][0].packages == ("oauth2-recipes", "token-storage")


@pytest.mark.parametrize(("agent", "skill"), EXPECTED.items())
def test_skills_are_inferred(agent: str, skill: str):
    assert skill in TEAM.definitions[agent][0].inferred_skills


@pytest.mark.parametrize(("agent", "skill"), EXPECTED.items())
def test_whoever_has_a_skill_is_found_by_it(agent: str, skill: str):
    selection = choose(f"required_skills: [{skill}]")
    assert agent in {score.agent.id for score in selection.able}
    assert {score.match for score in selection.able} == {Match.INFERRED}
    assert "inferred from its definition" in selection.reason


def test_several_skills_have_to_come_together():
    assert chosen("required_skills: [python, rest]") == "api-developer"
    assert chosen("required_skills: [python, testing]") == "test-engineer"
    selection = choose("required_skills: [rust, payments]")
    assert selection.chosen is None
    assert selection.reason.startswith(
        "no agent has all of `rust` and `payments`; nearest: `payments-engineer`"
    )


def test_a_skill_that_no_list_knows_is_found_in_a_description():
    assert chosen("required_skills: [deliverability]") == "email-engineer"
    assert chosen("required_skills: [threat-models]") == "security-auditor"
    selection = choose("required_skills: [cobol]")
    assert selection.chosen is None
    assert selection.reason.startswith("no agent has `cobol`; nearest: ")


@pytest.mark.parametrize(
    ("name", "agent"),
    [
        ("Design the database schema", "database-architect"),
        ("Integrate the OAuth providers", "oauth-specialist"),
        ("Write unit tests", "test-engineer"),
        ("Threat model of the login", "security-auditor"),
        ("Checkout with Stripe payments", "payments-engineer"),
        ("Translate the texts", "translator"),
        ("Deploy the containers", "deployment-engineer"),
        ("Tutorials and user guide", "technical-writer"),
        ("Firmware update", "embedded-engineer"),
    ],
)
def test_a_task_without_skills_goes_to_whom_its_words_fit(name: str, agent: str):
    assert chosen(f"name: {name}") == agent
    assert "fits what the task is about" in choose(f"name: {name}").reason


def test_declared_skills_go_before_inferred_ones():
    declared = "agents:\n  - {id: zoe, skills: [Rust], recent_performance: 0, current_load: 1}\n"
    selection = choose("required_skills: [rust]", agents=declared)
    assert [score.agent.id for score in selection.ranked] == ["zoe"]
    assert [score.agent.id for score in selection.others] == ["rust-engineer"]


def test_a_plan_may_say_more_of_an_agent_that_a_file_defines():
    selection = choose(
        "required_skills: [rust]", agents="agents:\n  - {id: rust-engineer, recent_performance: 0.9}\n"
    )
    assert selection.reason.startswith("`rust-engineer` scores 0.96 and has `rust`, inferred")


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_files_does_not_matter(seed: int):
    files = random.Random(seed).sample(TEAM.files, len(TEAM.files))
    shuffled = registry_from(files)
    for skill in sorted(set(EXPECTED.values())):
        task = f"required_skills: [{skill}]"
        assert choose(task, shuffled) == choose(task), skill
    assert choose("name: Review the migrations", shuffled) == choose("name: Review the migrations")
