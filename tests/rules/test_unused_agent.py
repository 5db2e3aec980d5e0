"""`unused-agent`."""

from __future__ import annotations

from tests.rules.fixtures import check, check_fix, checked, codes

ONLY = {"unused-agent"}
TASKS = "tasks:\n  - id: T1\n    agent: used\n"


def test_declared_and_never_named() -> None:
    check(
        """
        agents:
          - id: used
            backup: spare
          - id: spare
          - id: idle # for later
        #       ^^^^ hint[unused-agent] the agent `idle` has no task 💡
          - listed: T1
          - vain: T9
        #   ^^^^ hint[unused-agent] 💡
        tasks:
          - id: T1
            agent: used
        """,
        only=ONLY,
    )
    assert all(each.unnecessary for each in checked("agents: [a]\n" + TASKS).diagnostics if each.code in ONLY)


def test_a_mapping_of_agents() -> None:
    check(
        """
        agents:
          used: {}
          idle:
        # ^^^^ hint[unused-agent] 💡
            skills: [x]
        tasks: [{id: T1, agent: used}]
        """,
        only=ONLY,
    )


def test_nothing_is_said_before_there_are_tasks() -> None:
    assert codes("agents: [a]\ntasks: []\n")["unused-agent"] == 0
    assert codes("agents: [a]\n")["unused-agent"] == 0


def test_the_fix_in_each_form() -> None:
    for before, after in {
        "agents:\n  - id: used\n  - id: idle # x\n    skills: [y]\n": "agents:\n  - id: used\n",
        "agents: [{id: idle}, {id: used}]\n": "agents: [{id: used}]\n",
        "agents:\n  used: {}\n  idle:\n    skills: [x]\n": "agents:\n  used: {}\n",
        "agents:\n  - idle: T9\n  - used: T1\n": "agents:\n  - used: T1\n",
        "agents:\n  - idle: T9\n    used: T1\n": "agents:\n  - used: T1\n",
        "agents:\n  - idle\n  - used\n": "agents:\n  - used\n",
    }.items():
        check_fix(before + TASKS, after + TASKS, "unused-agent")


def test_an_anchored_agent_is_not_removed() -> None:
    text = "agents:\n  - &a {id: idle, skills: [x]}\n  - {<<: *a, id: used}\n" + TASKS
    check(text.replace("skills: [x]}\n", "skills: [x]}\n#           ^^^^ hint[unused-agent]\n"), only=ONLY)
