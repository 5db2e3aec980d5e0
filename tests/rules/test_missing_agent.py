"""`missing-agent`."""

from __future__ import annotations

from orchestrate_ls.rules.context import KnownAgent
from tests.rules.fixtures import check, check_fix, codes, fix_titles

ONLY = {"missing-agent"}

AGENTS = """\
agents:
  - id: writer
    skills: [docs]
  - id: api-developer
    skills: [python, rest]
    current_load: 0.9
  - id: backend-developer
    skills: [python, sql]
"""


def test_tasks_without_an_agent() -> None:
    check(
        AGENTS
        + """\
tasks:
  - id: T1
    agent: writer
  - id: T2 # nobody
#       ^^ warning[missing-agent] `T2` has no agent 💡
    name: n
  - {name: Build it}
#   ^^^^^^^^^^^^^^^^ warning[missing-agent] `Build it` has no agent 💡
  - id: 'T3'
#       ^^^^ warning[missing-agent] 💡
    agent:
""",
        only=ONLY,
    )


def test_an_allocation_gives_an_agent() -> None:
    text = "agents:\n  - dev: T1, T2\ntasks:\n  - id: T1\n  - id: T2\n  - id: T3\n"
    assert codes(text)["missing-agent"] == 1


def test_what_is_hardly_begun_is_left_alone() -> None:
    assert codes("tasks:\n  - \n  - description: x\n")["missing-agent"] == 0


def test_the_best_agent_comes_first() -> None:
    text = AGENTS + "tasks:\n  - id: T1\n    required_skills: [Python]\n"
    assert fix_titles(text, "missing-agent") == [
        "Give `T1` the agent `backend-developer`",  # as able, and less busy
        "Give `T1` the agent `api-developer`",
        "Give `T1` a new agent, described in `.claude/agents/python-agent.md`",
        "Give `T1` a new agent, described in `.github/agents/python-agent.agent.md`",
    ]
    text = AGENTS + "tasks:\n  - id: T1\n    name: Write the docs\n"
    assert fix_titles(text, "missing-agent")[0] == "Give `T1` the agent `writer`"
    text = AGENTS + "tasks:\n  - id: T1\n    required_skills: [rest, python]\n"
    assert fix_titles(text, "missing-agent")[0] == "Give `T1` the agent `api-developer`"


def test_agents_known_from_elsewhere_are_offered() -> None:
    titles = fix_titles(
        "tasks:\n  - id: T1\n", "missing-agent", known_agents=[KnownAgent("tester", ("pytest",), "x.md")]
    )
    assert titles[0] == "Give `T1` the agent `tester`"


def test_agents_of_other_tasks_are_offered_where_none_is_declared() -> None:
    text = "tasks:\n  - id: T1\n    agent: dev\n  - id: T2\n"
    assert fix_titles(text, "missing-agent")[0] == "Give `T2` the agent `dev`"


def test_the_fix() -> None:
    before = "agents: [{id: dev}]\ntasks:\n  - id: T1\n    name: n # x\n    priority: low\n"
    check_fix(before, before.replace("n # x\n", "n # x\n    agent: dev\n"), "missing-agent")
    check_fix(
        "agents: [{id: dev}]\ntasks:\n  - id: T1\n    agent: # who?\n",
        "agents: [{id: dev}]\ntasks:\n  - id: T1\n    agent: dev # who?\n",
        "missing-agent",
    )
    check_fix(
        "agents: [{id: 'a, b'}]\ntasks: [{id: T1}]",
        "agents: [{id: 'a, b'}]\ntasks: [{id: T1, agent: 'a, b'}]",
        "missing-agent",
    )
