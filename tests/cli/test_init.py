"""`orchestrate init`: what is written into a project, that nothing of it is lost, and that it can be taken out."""

from __future__ import annotations

import json
import os
import re

import pytest
import yaml

from orchestrate_ls.cli.init import PartName
from orchestrate_ls.workspace.setup.entries import with_json_entry, with_json_item, with_yaml_item
from orchestrate_ls.workspace.setup.parts import Part
from orchestrate_ls.workspace.shipped import command_names
from tests.cli.running import CommandLine

SKILLS = {"orchestrate", *(f"orchestrate-{name}" for name in command_names() if name != "orchestrate")}


def files(orchestrate: CommandLine) -> dict[str, str]:
    return {
        path.relative_to(orchestrate.folder).as_posix(): path.read_text(encoding="utf-8")
        for path in orchestrate.folder.rglob("*")
        if path.is_file()
    }


def test_the_parts_are_those_there_are():
    assert [each.value for each in PartName] == [each.value for each in Part]


def test_changes_are_shown_and_nothing_is_written_without_consent(orchestrate: CommandLine):
    before = orchestrate.names()
    shown = orchestrate("init", "--all")
    assert shown.code == 1
    assert "new      .claude/skills/orchestrate/SKILL.md" in shown.out
    assert "`--yes` writes it" in shown.err
    assert orchestrate.names() == before


def test_everything_is_written_and_taken_out_again(orchestrate: CommandLine):
    orchestrate.write(".mcp.json", '{\n    "mcpServers": {\n        "other": {"command": "x"}\n    }\n}\n')
    orchestrate.write(".vscode/extensions.json", '{"recommendations": []}')
    orchestrate.write(
        ".pre-commit-config.yaml",
        "# ours\nrepos:\n- repo: local\n  hooks:\n  - id: a  # first\n\nfail_fast: true\n",
    )
    before, names = files(orchestrate), orchestrate.names()
    done = orchestrate("init", "--all", "--yes")
    assert done.code == 0
    assert '+        "orchestrate": {' in done.out
    written = files(orchestrate)
    for root in (".claude", ".github", ".agents"):
        found = {path.parent.name for path in (orchestrate.folder / root / "skills").rglob("SKILL.md")}
        assert found == SKILLS
    servers = json.loads(written[".mcp.json"])["mcpServers"]
    assert servers == {"orchestrate": {"command": "orchestrate", "args": ["mcp"]}, "other": {"command": "x"}}
    assert json.loads(written[".vscode/extensions.json"]) == {
        "recommendations": ["orchestrate.orchestrate-plans"]
    }
    assert json.loads(written[".vscode/mcp.json"])["servers"]["orchestrate"]["type"] == "stdio"
    hooks = yaml.safe_load(written[".pre-commit-config.yaml"])
    assert [each["hooks"][0]["id"] for each in hooks["repos"]] == ["a", "orchestrate-check"]
    assert hooks["fail_fast"] is True
    assert "# first" in written[".pre-commit-config.yaml"]
    assert "sarif" in str(yaml.safe_load(written[".github/workflows/orchestrate.yml"])["jobs"])
    again = orchestrate("init", "--all", "--yes")
    assert (again.code, again.out.strip()) == (0, "Everything is set up.")
    assert orchestrate("init", "--undo").code == 1
    assert files(orchestrate) == written
    undone = orchestrate("init", "--undo", "--yes")
    assert undone.code == 0
    assert files(orchestrate) == before
    assert orchestrate.names() == names
    assert orchestrate("init", "--undo", "--yes").code == 2


def test_skills_follow_the_rules_of_the_tools(orchestrate: CommandLine):
    orchestrate("init", "claude", "copilot", "--yes")
    for path in (orchestrate.folder / ".claude/skills").rglob("SKILL.md"):
        text = path.read_text(encoding="utf-8")
        front = yaml.safe_load(text.split("---\n")[1])
        assert front["name"] == path.parent.name
        assert re.fullmatch(r"[a-z0-9-]{1,64}", front["name"])
        assert 20 <= len(front["description"]) <= 1024
        assert "$ARGUMENTS" not in text
        assert "orchestrate " in text
    prompt = (orchestrate.folder / ".github/prompts/orchestrate.prompt.md").read_text(encoding="utf-8")
    assert "${input:goal:" in prompt
    assert "$ARGUMENTS" not in prompt


def test_without_parts_the_projects_tools_say_what_is_needed(orchestrate: CommandLine):
    orchestrate.write("CLAUDE.md", "")
    orchestrate.write(".github/workflows/ci.yml", "on: push\n")
    assert orchestrate("init", "--yes").code == 0
    names = orchestrate.names()
    assert ".claude/skills/orchestrate/SKILL.md" in names
    assert ".agents/skills/orchestrate/SKILL.md" in names
    assert ".github/workflows/orchestrate.yml" in names
    assert ".mcp.json" in names
    assert not any(name.startswith((".vscode", ".pre-commit", ".github/skills")) for name in names)


def test_what_somebody_has_changed_since_stays(orchestrate: CommandLine):
    orchestrate.write(".mcp.json", '{"mcpServers": {}}')
    orchestrate("init", "mcp", "agents", "--yes")
    skill = ".agents/skills/orchestrate/SKILL.md"
    orchestrate.write(skill, "mine\n")
    changed = (
        (orchestrate.folder / ".mcp.json").read_text(encoding="utf-8").replace("mcpServers", "mcpServers ")
    )
    orchestrate.write(".mcp.json", changed)
    undone = orchestrate("init", "--undo", "--yes")
    assert f"{skill} stays: it was changed since" in undone.err
    assert ".mcp.json stays" in undone.err
    held = files(orchestrate)
    assert held[skill] == "mine\n"
    assert held[".mcp.json"] == changed
    assert ".agents/skills/orchestrate-replan/SKILL.md" not in held
    # And it is not written over either.
    again = orchestrate("init", "agents", "--yes")
    assert f"{skill} was left as it is: there is another file of that name" in again.err
    assert files(orchestrate)[skill] == "mine\n"


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        (".mcp.json", "// comments\n{}\n", "mcp"),
        (".mcp.json", "[1]\n", "mcp"),
        (".mcp.json", '{"mcpServers": []}\n', "mcp"),
        (".mcp.json", b"\xff\xfe{\x00}\x00", "mcp"),
        (".pre-commit-config.yaml", "repos: [{repo: local}]\n", "pre-commit"),
        (".pre-commit-config.yaml", "repos:\n  - [\n", "pre-commit"),
        (".github/workflows/orchestrate.yml", "on: push\n", "ci"),
    ],
)
def test_what_cannot_be_changed_safely_is_left(
    orchestrate: CommandLine, name: str, content: str | bytes, part: str
):
    path = orchestrate.write(name, content)
    held = path.read_bytes()
    done = orchestrate("init", part, "--yes")
    assert done.code == 0
    assert f"{name} was left as it is: " in done.err
    assert path.read_bytes() == held


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_out_of_the_project_are_not_followed(
    orchestrate: CommandLine, tmp_path_factory: pytest.TempPathFactory
):
    outside = tmp_path_factory.mktemp("outside")
    (orchestrate.folder / ".claude").symlink_to(outside, target_is_directory=True)
    done = orchestrate("init", "claude", "--yes")
    assert "leads out of the project" in done.err
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "record", ["{", "[]", '{"files": {"../x": {"sha256": "", "before": null, "folders": []}}}']
)
def test_a_spoilt_record_takes_out_nothing(orchestrate: CommandLine, record: str):
    orchestrate.write(".orchestrate/init.json", record)
    done = orchestrate("init", "--undo", "--yes")
    assert done.code == 2
    assert "cannot be read" in done.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", {"s": {"n": 1}}),
        ('{\n\t"a": 1\n}\n', {"s": {"n": 1}, "a": 1}),
        ('{"s": {}}', {"s": {"n": 1}}),
        ('{"s": {"m": {"n": 2}}, "n": 3}', {"s": {"n": 1, "m": {"n": 2}}, "n": 3}),
        ('{"s": {"n": 2}}', {"s": {"n": 2}}),
        ('{"x{": "}", "s": {"ä": "\\u00e4"}}', {"x{": "}", "s": {"n": 1, "ä": "ä"}}),
    ],
)
def test_entries_are_put_into_json(text: str, expected: object):
    found = with_json_entry(text, "s", "n", 1)
    assert found is not None
    assert json.loads(found) == expected
    assert with_json_entry(found, "s", "n", 1) == found


def test_items_are_put_into_lists():
    assert with_json_item('{"r": ["b"]}', "r", "a") == '{"r": [\n    "a","b"]}'
    assert with_json_item('{"r": 1}', "r", "a") is None
    assert with_yaml_item("r:\n  - a\n\nx: 1\n", "r", ["- b"]) == "r:\n  - a\n  - b\n\nx: 1\n"
    assert with_yaml_item("r:\n- a: |\n    t\n", "r", ["- b"]) == "r:\n- a: |\n    t\n- b\n"
    assert with_yaml_item("r:\n- a", "r", ["- b"]) == "r:\n- a\n- b\n"
    assert with_yaml_item("r: []\n", "r", ["- b"]) is None
