"""Many definition files as one registry: what counts first, aliases, and ids that are there twice."""

from __future__ import annotations

from orchestrate_ls.agents.definition import AgentDefinition, Definitions, Tool
from orchestrate_ls.agents.registry import DefinitionFile, registry_from
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.definition_files import definition_diagnostics, known_agents
from orchestrate_ls.rules.engine import RuleSettings


def file(
    path: str, *agents: AgentDefinition, tool: Tool = Tool.CLAUDE_CODE, of_user: bool = False
) -> DefinitionFile:
    return DefinitionFile.of(path, path, tool, "some text", Definitions(agents), of_user=of_user)


def agent(agent_id: str, **values: object) -> AgentDefinition:
    return AgentDefinition(agent_id, Tool.CLAUDE_CODE, **values)  # type: ignore[arg-type]


def test_the_first_definition_counts_and_only_one_tools_own_repeat_is_a_problem():
    registry = registry_from(
        [
            file("a.md", agent("x", skills=("first",))),
            file("b.md", agent("x", skills=("second",), start=2, end=3)),
            file("c.md", agent("x"), tool=Tool.CURSOR),
            file("d.md", agent("x"), of_user=True),
        ]
    )
    assert [each.origin for each in registry.definitions["x"]] == ["a.md", "b.md", "c.md", "d.md"]
    assert known_agents(registry)["x"].skills == ("first",)
    assert list(registry.problems) == ["b.md"]
    (problem,) = registry.problems["b.md"]
    assert "`a.md`" in problem.message
    assert (problem.start, problem.end) == (2, 3)


def test_an_id_twice_in_one_file():
    registry = registry_from([file("a.json", agent("x"), agent("x", start=5, end=6))])
    (problem,) = registry.problems["a.json"]
    assert "further up in this file" in problem.message
    assert problem.start == 5


def test_an_id_is_nobody_elses_alias():
    registry = registry_from(
        [file("a.md", agent("Big Name", aliases=("small", "other"))), file("b.md", agent("other"))]
    )
    known = known_agents(registry)
    assert known["small"] is known["Big Name"]
    assert known["other"].origin == "b.md"
    assert registry.get("small") == registry.get("Big Name")
    assert registry.get("nobody") is None


def test_built_in_agents_are_known_and_give_way_to_definitions():
    known = known_agents(registry_from([file("a.md", agent("Explore"))]))
    assert not known["Explore"].built_in
    assert known["general-purpose"].built_in
    assert known["general-purpose"].origin == "built into Claude Code and Copilot"


def test_problems_are_warnings_unless_chosen_otherwise():
    registry = registry_from([file("a.md", agent("x")), file("b.md", agent("x"))])
    broken = registry.files[1]
    for severities, expected in (
        ({}, [Severity.WARNING]),
        ({"schema": Severity.ERROR}, [Severity.ERROR]),
        ({"schema": Severity.OFF}, []),
    ):
        assert [
            each.severity for each in definition_diagnostics(broken, RuleSettings(severities))
        ] == expected
