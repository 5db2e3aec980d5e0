"""`critical-without-backup`."""

from __future__ import annotations

from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.context import KnownAgent
from tests.rules.fixtures import check, check_fix, checked, codes

ON = {"critical-without-backup": Severity.WARNING}
CODE = "critical-without-backup"


def text(agents: str, tasks: str = "") -> str:
    return f"{agents}tasks:\n  - {{id: T1, agent: dev, estimated_time: 2h, required_skills: [go]}}\n{tasks}"


def found(plan: str) -> list[str]:
    return [each.message for each in checked(plan, severities=ON).diagnostics if each.code == CODE]


def test_it_is_off_by_default():
    assert codes(text("agents: [{id: dev}]\n"))[CODE] == 0


def test_one_finding_for_each_agent_with_critical_tasks():
    plan = """\
agents:
  - {id: dev, skills: [go]}
  - {id: safe, backup: dev}
  - {id: idle}
tasks:
  - {id: T1, agent: dev, estimated_time: 2h}
  - {id: T2, agent: safe, estimated_time: 2h, dependencies: [T1]}
  - {id: T3, agent: dev, estimated_time: 2h, dependencies: [T2]}
  - {id: T4, agent: idle, estimated_time: 1h}
"""
    assert found(plan) == [
        "`dev` has no backup for `T1` and `T3`, which are critical; name one with `backup`"
    ]
    # A critical priority counts as well, also one that stands as the base of a computed one.
    assert len(found(plan + "  - {id: T5, agent: idle, priority: critical}\n")) == 2
    assert len(found(plan + "  - {id: T5, agent: idle, priority: 90, base_priority: critical}\n")) == 2


def test_unknown_agents_and_plans_with_a_circle_are_left_to_others():
    assert found(text("")) == []
    assert found("tasks:\n  - {id: A, agent: a, dependencies: [A2]}\n  - {id: A2, dependencies: [A]}\n") == []


def fixed(before: str, after: str, known: tuple[KnownAgent, ...] = ()) -> None:
    check_fix(before, after, CODE, severities=ON, known_agents=known)


def test_the_fix_takes_the_best_who_can_do_all():
    before = text(
        "agents:\n  - id: dev # me\n    skills: [go]\n  - {id: ann, skills: [go], recent_performance: 0.6}\n"
        "  - {id: bob, skills: [go], recent_performance: 0.9}\n  - {id: cleo, skills: [c], recent_performance: 1}\n"
        "  - {id: away, skills: [go], recent_performance: 1, availability: false}\n"
    )
    fixed(before, before.replace("    skills: [go]\n", "    skills: [go]\n    backup: bob\n"))
    in_flow = text("agents: {dev: {skills: [go]}, ann: {skills: [go]}}\n")
    fixed(in_flow, in_flow.replace("dev: {skills: [go]}", "dev: {skills: [go], backup: ann}"))


def test_an_agent_of_a_definition_file_is_declared_with_its_backup():
    known = (KnownAgent("dev", ("go",), "dev.md"),)
    before = text("agents:\n  - id: ann\n    skills: [go]\n")
    fixed(before, before.replace("tasks:", "  - id: dev\n    backup: ann\ntasks:"), known)


def test_nobody_who_could_is_no_fix():
    for agents in ("agents:\n  - {id: dev}\n  - {id: ann, skills: [c]}\n", "agents: [dev: T1, ann: T9]\n"):
        result = checked(text(agents), severities=ON)
        (diagnostic,) = [each for each in result.diagnostics if each.code == CODE]
        assert not diagnostic.fixable
        assert result.fixes(diagnostic) == []


def test_ranges():
    check(
        """
        agents:
          - id: dev
        #       ^^^ warning[critical-without-backup] `dev` has no backup for `T1`
        tasks:
          - {id: T1, agent: dev, estimated_time: 2h}
        #        ~~ `T1` hangs on `dev`
        """,
        only={CODE},
        severities=ON,
    )
