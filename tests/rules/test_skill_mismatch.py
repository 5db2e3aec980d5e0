"""`skill-mismatch`."""

from __future__ import annotations

from orchestrate_ls.agents.selection import SelectionSettings
from orchestrate_ls.agents.skill_names import SkillNames
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import RuleSettings, check_file
from tests.rules.fixtures import check, check_fix, codes, fix_titles, shipped_schema

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


def test_skills_that_follow_by_the_settings_are_there() -> None:
    text = (
        "agents:\n  - {id: dev, skills: [oauth]}\n"
        "tasks:\n  - {id: T1, agent: dev, required_skills: [Authentication]}\n"
        "  - {id: T2, agent: dev, required_skills: [oauth2]}\n  - {id: T3, agent: dev, required_skills: [sso]}\n"
    )
    names = SkillNames({"oauth": "oauth2"}, {"oauth2": ("authentication",), "sso": ("authentication",)})
    settings = RuleSettings(selection=SelectionSettings(skills=names))
    found = check_file(PlanFile.parse(text), settings, shipped_schema()).diagnostics
    assert [each.message.split("`")[3] for each in found if each.code == "skill-mismatch"] == ["sso"]


def test_what_is_inferred_only_speaks_for_an_agent() -> None:
    # Of an agent that declares nothing nothing is wrong, whatever its definition speaks of.
    text = "tasks:\n  - {id: T1, agent: dev, required_skills: [rust]}\n"
    check(text, only=ONLY, known_agents=[KnownAgent("dev", inferred_skills=("python",))])
    check(text, only=ONLY, known_agents=[KnownAgent("dev", ("python",), inferred_skills=("rust",))])
    found = text + "    #               ^^^ warning[skill-mismatch] `dev` does not have the skill `rust`\n"
    check(found, only=ONLY, known_agents=[KnownAgent("dev", ("python",))])


def test_an_agent_with_inferred_skills_is_offered() -> None:
    text = "agents:\n  - {id: dev, skills: [c]}\ntasks:\n  - {id: T1, agent: dev, required_skills: [rust]}\n"
    agents = [KnownAgent("rusty", inferred_skills=("rust",))]
    assert fix_titles(text, "skill-mismatch", known_agents=agents) == [
        "Give the task to `rusty`, which has the skills",
        "Add `rust` to the skills of `dev`",
    ]
