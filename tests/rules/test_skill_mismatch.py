"""`skill-mismatch`."""

from __future__ import annotations

from orchestrate_ls.rules.context import KnownAgent
from tests.rules.fixtures import check, check_fix, codes, fix_titles

ONLY = {"skill-mismatch"}


def test_required_skills_that_the_agent_lacks() -> None:
    check(
        """
        agents:
          - id: dev
        #       ~~~ `dev` has `Python` and `rest`
            skills: [Python, rest]
          - id: any
        tasks:
          - id: T1
            agent: dev # me
        #          ^^^ warning[skill-mismatch] `dev` does not have the skill `oauth2` that `T1` requires 💡
            required_skills: [python, oauth2]
          - {id: T2, agent: any, required_skills: [oauth2]}
          - {id: T3, agent: nobody, required_skills: [oauth2]}
          - {id: T4, agent: dev, required_skills: [PYTHON]}
        """,
        only=ONLY,
    )


def test_an_allocated_task() -> None:
    text = "agents:\n  - dev: T1\ntasks:\n  - id: T1\n    required_skills: [go, c]\n"
    check(
        text + "    #                ^^^^^^^ warning[skill-mismatch] does not have the skills `go` and `c`\n",
        only=ONLY,
        known_agents=[KnownAgent("dev", ("python",))],
    )


def test_the_fixes() -> None:
    before = (
        "agents:\n  - id: dev\n    skills: [python] # and more\n  - id: pro\n    skills: [python, oauth2]\n"
        "tasks:\n  - id: T1\n    agent: dev\n    required_skills: [python, oauth2]\n"
    )
    check_fix(before, before.replace("agent: dev", "agent: pro"), "skill-mismatch")
    check_fix(
        before, before.replace("[python] #", "[python, oauth2] #"), "skill-mismatch", "to the skills of `dev`"
    )
    assert len(fix_titles(before, "skill-mismatch")) == 2


def test_an_agent_without_declared_skills_is_not_offered_as_having_them() -> None:
    text = "agents:\n  - {id: dev, skills: [a]}\n  - id: any\ntasks:\n  - {id: T1, agent: dev, required_skills: [b]}\n"
    assert fix_titles(text, "skill-mismatch") == ["Add `b` to the skills of `dev`"]


def test_skills_as_one_text() -> None:
    text = "agents:\n  - {id: dev, skills: python}\ntasks:\n  - {id: T1, agent: dev, required_skills: go}\n"
    assert codes(text)["skill-mismatch"] == 1
