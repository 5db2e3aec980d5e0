"""`orchestrate check` with agent definition files beside the plans."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import CommandLine

PLAN = "tasks:\n  - id: T1\n    estimated_time: 2h\n    agent: {}\n"
AGENT = "---\nname: {}\ndescription: Draws schemas\n---\n"


def codes(outcome) -> list[tuple[str, str]]:
    return [(each["file"], each["code"]) for each in outcome.json if each["code"] != "critical-path"]


def test_an_agent_of_a_definition_file_is_known(orchestrate: CommandLine):
    orchestrate.write("plans/deep/a.plan.yaml", PLAN.format("schema-artist"))
    assert codes(orchestrate("check", "-f", "json")) == [("plans/deep/a.plan.yaml", "unknown-agent")]
    orchestrate.write(".claude/agents/x.md", AGENT.format("schema-artist"))
    assert codes(orchestrate("check", "-f", "json")) == []
    assert codes(orchestrate("check", "-f", "json", "plans/deep/a.plan.yaml")) == []


def test_built_in_agents_are_known_and_not_proposed(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", PLAN.format("general-purpose"))
    assert codes(orchestrate("check", "-f", "json")) == []
    orchestrate.write("a.plan.yaml", PLAN.format("general-purpos"))
    assert "general-purpose" not in orchestrate("check").out


def test_the_best_choice_knows_definition_files(orchestrate: CommandLine):
    text = "tasks:\n  - id: T1\n    name: Draw the schema\n    estimated_time: 2h\n"
    orchestrate.write("a.plan.yaml", text)
    orchestrate.write(".claude/agents/x.md", AGENT.format("schema-artist"))
    orchestrate.write(".cursor/agents/accountant.md", "---\ndescription: d\n---\n")
    assert "Give `T1` the agent `schema-artist`" in orchestrate("check").out


def test_a_broken_definition_is_a_warning_in_its_own_file(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", PLAN.format("x"))
    orchestrate.write(".claude/agents/x.md", AGENT.format("x"))
    orchestrate.write(".claude/agents/y.md", "---\nname: [é😀]\ndescription: d\n---\n")
    outcome = orchestrate("check", "-f", "json")
    (found,) = [each for each in outcome.json if each["file"] == ".claude/agents/y.md"]
    assert (found["code"], found["severity"], outcome.code) == ("schema", "warning", 0)
    assert found["range"] == {"start": {"line": 1, "character": 6}, "end": {"line": 1, "character": 11}}
    outcome = orchestrate("check")
    assert ".claude/agents/y.md:2:7" in outcome.out
    assert "1 warning, 1 information in 1 plan and 1 agent definition." in outcome.out
    for output in ("github", "sarif"):
        assert ".claude/agents/y.md" in orchestrate("check", "-f", output).out
    orchestrate.write("orchestrate.toml", '[rules]\nschema = "error"\n')
    assert orchestrate("check").code == 1


def test_the_users_agents_count_only_when_asked_for(orchestrate: CommandLine, home: Path):
    path = home / ".claude/agents/mine.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(AGENT.format("mine"))
    try:
        orchestrate.write("a.plan.yaml", PLAN.format("mine"))
        assert codes(orchestrate("check", "-f", "json")) == [("a.plan.yaml", "unknown-agent")]
        assert codes(orchestrate("check", "-f", "json", "--user-agents")) == []
        orchestrate.write("orchestrate.toml", "[agents]\nuser-folders = []\n")
        assert codes(orchestrate("check", "-f", "json", "--user-agents")) == [
            ("a.plan.yaml", "unknown-agent")
        ]
        # What is wrong with them is nobody's business here.
        path.write_text("---\nname: mine\n")
        (home / "x.plan.yaml").write_text(PLAN.format("mine"))
        assert codes(orchestrate("check", "-f", "json", "--user-agents")) == [
            ("a.plan.yaml", "unknown-agent")
        ]
    finally:
        path.unlink()
        (home / "x.plan.yaml").unlink(missing_ok=True)


def test_standard_input_has_a_root_too(orchestrate: CommandLine, monkeypatch):
    import io
    import sys
    from types import SimpleNamespace

    orchestrate.write(".claude/agents/x.md", AGENT.format("x"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(PLAN.format("x").encode())))
    assert codes(orchestrate("check", "-f", "json", "-")) == []
