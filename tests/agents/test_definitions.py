"""What each format's reader makes of a definition file: agents with the places of their ids, and problems."""

from __future__ import annotations

import pytest

from orchestrate_ls.agents.claude_code import read_claude_code
from orchestrate_ls.agents.codex import read_codex
from orchestrate_ls.agents.definition import Definitions
from orchestrate_ls.agents.named_or_file import read_copilot, read_cursor
from orchestrate_ls.agents.opencode import read_opencode, read_opencode_config
from orchestrate_ls.agents.registries import PROJECT_REGISTRIES, USER_FOLDERS, registry_of


def problems(text: str, found: Definitions) -> list[tuple[str, str, str]]:
    """Each problem's code and message, with the text at its place."""
    return [(each.code, each.message, text[each.start : each.end]) for each in found.problems]


def test_a_subagent_of_claude_code():
    head = '---\nname: "reviewer" # who\ndescription: Reviews\ntools: Read,  Grep,\nmodel: haiku\nskills: [a, b, a]\n'
    text = head + "---\n\nBe kind.\n"
    (agent,), found = read_claude_code(text, "x.md")
    assert found == ()
    assert (agent.id, text[agent.start : agent.end]) == ("reviewer", "reviewer")
    assert (agent.description, agent.model, agent.body) == ("Reviews", "haiku", "Be kind.")
    assert (agent.tools, agent.skills, agent.packages) == (("Read", "Grep"), (), ("a", "b"))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_keep_places_right(ending: str, mark: str):
    text = mark + ending.join(["---", "description: d", "name: x", "---", "body"])
    (agent,), found = read_claude_code(text, "x.md")
    assert found == ()
    assert text[agent.start : agent.end] == "x"
    assert agent.body == "body"


def test_what_is_no_yaml_but_read_by_its_tool_is_no_problem():
    text = "---\nname: a\ndescription: Use it when: <example>user: hi</example> # not [closed\ntools: Read\n---\n"
    (agent,), found = read_claude_code(text, "x.md")
    assert found == ()
    assert agent.description == "Use it when: <example>user: hi</example> # not [closed"
    assert agent.tools == ("Read",)
    # VS Code reads YAML.
    (agent,), found = read_copilot(text, "x.agent.md")
    assert agent.id == "a"
    assert [each.code for each in found] == ["syntax"]


def test_broken_front_matter_keeps_what_can_be_read():
    text = "---\ntools: [Read\nname: a\ndescription: d\n---\n"
    found = read_claude_code(text, "x.md")
    assert [agent.id for agent in found.agents] == ["a"]
    ((code, _, place),) = problems(text, found)
    assert code == "syntax"
    assert place in text
    assert found.problems[0].start < text.index("name")


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("---\ndescription: d\n---\n", "no `name`", "---"),
        ("---\nname: a\n---\n", "no `description`", "---"),
        ("---\nname: a\ndescription:\n---\n", "`description` is empty", "description"),
        ("---\nname: ''\ndescription: d\n---\n", "`name` is empty", "name"),
        ("---\nname: {a: b}\ndescription: d\n---\n", "`name` has to be text", "{a: b}"),
        ('---\nname: "a\\tb"\ndescription: d\n---\n', "cannot be shown", "a\\tb"),
        ("---\nname: " + "n" * 201 + "\ndescription: d\n---\n", "201 characters", "n" * 201),
        ("---\nname: a\ndescription: d\ntools: 5.5\nskills: [[x]]\n---\n", "list of texts", "[[x]]"),
        ("---\nname: a\ndescription: d\n", "not closed", "---"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, message: str, place: str):
    found = problems(text, read_claude_code(text, "x.md"))
    assert [each for each in found if message in each[1] and each[2] == place], found


def test_markdown_without_front_matter_is_an_agent_only_where_its_tool_says_so():
    assert read_claude_code("# Notes\n", "notes.md") == Definitions()
    assert [agent.id for agent in read_copilot("Build.\n", "builder.md").agents] == ["builder"]


@pytest.mark.parametrize(
    ("name", "agent_id"),
    [("a.agent.md", "a"), ("b.md", "b"), ("c.chatmode.md", "c"), ("D.AGENT.MD", "D"), ("e.f.md", "e.f")],
)
def test_names_of_files(name: str, agent_id: str):
    (agent,), _ = read_copilot("---\ndescription: d\n---\n", name)
    assert (agent.id, agent.start, agent.end) == (agent_id, 0, 0)


def test_a_display_name_leaves_the_file_name_as_an_alias():
    (agent,), _ = read_copilot("---\nname: Release Planner\n---\n", "planner.agent.md")
    assert (agent.id, agent.aliases) == ("Release Planner", ("planner",))
    (agent,), _ = read_cursor("---\nname: same\n---\n", "same.md")
    assert agent.aliases == ()


def test_opencode_takes_the_path_and_knows_what_is_switched_off():
    (agent,), _ = read_opencode("---\ntools: {write: true, bash: false}\n---\nx", "team/tester.md")
    assert (agent.id, agent.tools) == ("team/tester", ("write",))
    assert read_opencode("---\ndisable: true\n---\n", "x.md").agents == ()


def test_json_with_comments():
    first = '{ // "agent": {"no": {}}\n\t"agent": {\n\t\t"a/b": {"prompt": "p", "tools": {"x": false,},}, /* , */\n'
    text = first + '\t\t"c": {},\n\t},\n}\n'
    found = read_opencode_config(text, "opencode.jsonc")
    assert found.problems == ()
    assert [(agent.id, text[agent.start : agent.end]) for agent in found.agents] == [
        ("a/b", "a/b"),
        ("c", "c"),
    ]
    assert found.agents[0].body == "p"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"agent": {"a": {}', "}"),
        ('{"agent": [1]}', '"agent"'),
        ('{"agent": {"a": 1}}', "1"),
        ('{"x": tru}', "t"),
    ],
)
def test_json_that_is_wrong(text: str, place: str):
    assert [each[2] for each in problems(text, read_opencode_config(text, "opencode.json"))] == [place]


def test_json_of_other_things_is_no_problem():
    for text in ("", "{}", '{"agent": {}}', '{"mcp": {"a": "\\ud83d\\ude00"}}', "[" * 120 + "]" * 120):
        assert read_opencode_config(text, "opencode.json") == Definitions()


def test_codex():
    text = (
        "description = 'd'\nname = \"\"\"x-y\"\"\"\ndeveloper_instructions = '''\nDo.'''\n[skills]\na = 1\n"
    )
    (agent,), found = read_codex(text, "x.toml")
    assert found == ()
    assert (agent.id, text[agent.start : agent.end], agent.body) == ("x-y", "x-y", "Do.")
    for broken in ("name = ", "name = 5\n", "name = 'a'\nname = 'b'\n", "a" + "=[" * 900):
        assert read_codex(broken, "x.toml").agents == ()
        assert read_codex(broken, "x.toml").problems


def test_where_definitions_are_looked_for():
    def tool(path: str) -> str | None:
        found = registry_of(path)
        return found[0].tool.value if found is not None else None

    assert {
        path: tool(path)
        for path in (
            ".claude/agents/a.md",
            ".claude/agents/b/c.md",
            ".github/agents/a.agent.md",
            ".github/chatmodes/a.chatmode.md",
            "x.agent.md",
            ".opencode/agent/a.md",
            "opencode.jsonc",
            ".codex/agents/a.toml",
            ".cursor/agents/a.md",
        )
    } == {
        ".claude/agents/a.md": "Claude Code",
        ".claude/agents/b/c.md": "Claude Code",
        ".github/agents/a.agent.md": "Copilot",
        ".github/chatmodes/a.chatmode.md": "Copilot",
        "x.agent.md": "Copilot",
        ".opencode/agent/a.md": "opencode",
        "opencode.jsonc": "opencode",
        ".codex/agents/a.toml": "Codex",
        ".cursor/agents/a.md": "Cursor",
    }
    for none in (
        "AGENTS.md",
        ".claude/agents/README.md",
        ".claude/a.md",
        ".github/agents/b/c.md",
        "a.md",
        "xopencode.json",
    ):
        assert tool(none) is None, none


def test_globs_and_folders():
    globs = [glob for registry in PROJECT_REGISTRIES for glob in registry.globs]
    assert "**/.claude/agents/**/*.md" in globs
    assert "**/.github/chatmodes/*.chatmode.md" in globs
    assert "**/opencode.jsonc" in globs
    assert "~/.claude/agents" in USER_FOLDERS
