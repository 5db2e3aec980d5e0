"""A new definition file is one that its own tool can read, and says what the plan says of the agent's work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.agents.definition import id_fault
from orchestrate_ls.agents.registries import registry_of
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.base import Fix
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.syntax.writing import write_scalar
from tests.rules.fixtures import shipped_schema


def fixes(text: str, code: str, *known: KnownAgent) -> list[Fix]:
    agents = {each.id: each for each in known}
    result = check_file(PlanFile.parse(text), RuleSettings(), shipped_schema(), agents)
    found = next(each for each in result.diagnostics if each.code == code)
    return [fix for fix in result.fixes(found) if fix.new_files]


def agent_in(fix: Fix):
    (file,) = fix.new_files
    found = registry_of(file.path)
    assert found is not None
    read = found[0].read(file.text, found[1])
    assert not read.problems
    (agent,) = read.agents
    return agent


TEXT = """\
tasks:
  - id: T1
    name: OAuth2 integration
    agent: api-developer
    required_skills: [oauth2, python]
  - {id: T2, name: Login page, agent: api-developer}
"""


def test_it_says_what_the_agent_does():
    (claude, copilot) = fixes(TEXT, "unknown-agent")
    assert claude.title == "Describe `api-developer` in a new file `.claude/agents/api-developer.md`"
    assert copilot.new_files[0].path == ".github/agents/api-developer.agent.md"
    agent = agent_in(claude)
    assert agent.id == "api-developer"
    assert agent.description == "Does OAuth2 integration, Login page"
    assert "You are good at oauth2, python." in agent.body


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        (".cursor/agents/x.md", ".cursor/agents/api-developer.md"),
        (".codex/agents/x.toml", ".codex/agents/api-developer.toml"),
        (".opencode/agents/x.md", ".opencode/agents/api-developer.md"),
        (".github/agents/x.md", ".github/agents/api-developer.agent.md"),
    ],
)
def test_it_is_for_the_tool_in_use(origin: str, path: str):
    (fix,) = fixes(TEXT, "unknown-agent", KnownAgent("x", origin=origin))
    assert fix.new_files[0].path == path
    assert agent_in(fix).id == "api-developer"


def test_a_task_without_an_agent_gets_a_new_one():
    text = "tasks:\n  - id: T1\n    name: Write the press release, today\n"
    (fix, _) = fixes(text, "missing-agent", KnownAgent("write-the-press-agent", origin="elsewhere"))
    assert fix.title == "Give `T1` a new agent, described in `.claude/agents/write-the-press-agent-2.md`"
    assert [edit.new_text.strip() for edit in fix.edits] == ["agent: write-the-press-agent-2"]
    assert agent_in(fix).id == "write-the-press-agent-2"


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_plan_says_the_file_can_be_read(agent: str, task: str):
    plan = f"tasks:\n  - id: T1\n    name: {write_scalar(task)}\n    agent: {write_scalar(agent)}\n"
    result = check_file(PlanFile.parse(plan), RuleSettings(), shipped_schema(), {})
    for diagnostic in result.diagnostics:
        for fix in result.fixes(diagnostic):
            if fix.new_files and diagnostic.code == "unknown-agent":
                assert agent_in(fix).id == agent.strip()
                assert id_fault(agent) is None
