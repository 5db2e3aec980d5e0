"""`unknown-agent`."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from orchestrate_ls.rules.context import KnownAgent
from tests.rules.fixtures import check, check_fix, codes, fix_titles

ONLY = {"unknown-agent"}


def test_agents_of_tasks_and_backups() -> None:
    check(
        """
        agents:
          - id: developer
            backup: develper
        #           ^^^^^^^^ warning[unknown-agent] no agent `develper` is declared; did you mean `developer`? 💡
          - id: architect
            backup: developer
        tasks:
          - id: T1
            agent: architect
          - id: T2
            agent: "arcitect" # typo
        #          ^^^^^^^^^^ warning[unknown-agent] did you mean `architect`? 💡
          - {id: T3, agent: nobody}
        #                   ^^^^^^ warning[unknown-agent] declare it under `agents` 💡
        """,
        only=ONLY,
    )


def test_all_forms_of_declaring() -> None:
    for agents in ("[{id: dev}]", "{dev: {skills: [x]}}", "[dev: T1]", "[dev]", "{dev: T1}"):
        assert codes(f"agents: {agents}\ntasks:\n  - id: T1\n    agent: dev\n")["unknown-agent"] == 0, agents


def test_agents_known_from_elsewhere() -> None:
    check("tasks:\n  - id: T1\n    agent: dev\n", only=ONLY, known_agents=[KnownAgent("dev")])


def test_agents_that_come_with_a_tool_are_known_but_not_proposed() -> None:
    built_in = [KnownAgent("planner", built_in=True), KnownAgent("Explore", built_in=True)]
    check("tasks:\n  - id: T1\n    agent: Explore\n", only=ONLY, known_agents=built_in)
    text = "tasks:\n  - id: T1\n    agent: plannr\n"
    check(
        text + "    #      ^^^^^^ warning[unknown-agent] declare it under `agents` 💡\n",
        only=ONLY,
        known_agents=built_in,
    )
    assert fix_titles(text, "unknown-agent", built_in)[0] == "Declare `plannr` in this plan"
    declared = "agents: [{id: planner}]\n" + text
    assert fix_titles(declared, "unknown-agent", built_in)[0] == "Replace `plannr` by `planner`"


def test_replacing() -> None:
    before = "agents: [{id: developer}, {id: writer, skills: [docs]}]\ntasks:\n  - id: T1\n    agent: 'develper' # x\n    required_skills: [docs]\n"
    check_fix(before, before.replace("develper", "developer"), "unknown-agent")
    assert fix_titles(before, "unknown-agent")[:3] == [
        "Replace `develper` by `developer`",
        "Replace `develper` by `writer`",
        "Declare `develper` in this plan",
    ]


def test_declaring_in_each_form() -> None:
    tasks = "tasks:\n  - id: T1\n    agent: new\n"
    for before, after in {
        "agents:\n  - id: a # first\n": "agents:\n  - id: a # first\n  - id: new\n",
        "agents:\n- id: a\n  skills:\n  - x\n\n": "agents:\n- id: a\n  skills:\n  - x\n- id: new\n\n",
        "agents: [{id: a}]\n": "agents: [{id: a}, {id: new}]\n",
        "agents:\n  a:\n    skills: [x]\n": "agents:\n  a:\n    skills: [x]\n  new: {}\n",
        "agents: {a: {skills: [x]}}\n": "agents: {a: {skills: [x]}, new: {}}\n",
        "agents:\n  - a: T7\n": "agents:\n  - a: T7\n  - id: new\n",
        "agents: []\n": "agents: [{id: new}]\n",
        "agents:\n": "agents: [{id: new}]\n",
        "goal: g # why\n\n": "goal: g # why\nagents:\n  - id: new\n\n",
        "# plan\n": "# plan\nagents:\n  - id: new\n",
    }.items():
        check_fix(before + tasks, after + tasks, "unknown-agent", "Declare")
