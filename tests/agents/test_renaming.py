"""An agent gets another id in its definition file, in each tool's own way, or the reason why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.agents.registries import registry_of
from orchestrate_ls.agents.renaming import CannotRenameError, DefinitionRenaming, rename_definition
from orchestrate_ls.text.edits import apply_edits

MARKDOWN = "---\nname: {}\ndescription: d\n---\nBody\n"
CODEX = "name = {}\ndescription = 'd'\ndeveloper_instructions = 'i'\n"


def renamed(path: str, text: str, old: str, new: str) -> tuple[str, DefinitionRenaming]:
    found = registry_of(path)
    assert found is not None
    agents = found[0].read(text, found[1]).agents
    agent = next(each for each in agents if old in (each.id, *each.aliases))
    result = rename_definition(path, text, agent, old, new)
    return apply_edits(text, result.edits), result


@pytest.mark.parametrize(
    ("path", "before", "after", "to"),
    [
        (
            ".claude/agents/dev.md",
            MARKDOWN.format("dev"),
            MARKDOWN.format("coder"),
            ".claude/agents/coder.md",
        ),
        (".claude/agents/a/dev.md", MARKDOWN.format("'dev'"), MARKDOWN.format("'coder'"), None),
        (".claude/agents/other.md", MARKDOWN.format('"dev" # x'), MARKDOWN.format('"coder" # x'), None),
        (".github/agents/dev.agent.md", "---\ndescription: d\n---\n", None, ".github/agents/coder.agent.md"),
        (".cursor/agents/dev.md", "---\ndescription: d\n---\n", None, ".cursor/agents/coder.md"),
        (".opencode/agents/dev.md", "---\ndescription: d\n---\n", None, ".opencode/agents/coder.md"),
        (".codex/agents/x.toml", CODEX.format('"dev"'), CODEX.format('"coder"'), None),
        (".codex/agents/x.toml", CODEX.format("'dev'"), CODEX.format("'coder'"), None),
        ("opencode.json", '{"agent": {"dev": {}}}', '{"agent": {"coder": {}}}', None),
    ],
)
def test_each_tool_has_its_way(path: str, before: str, after: str | None, to: str | None):
    text, result = renamed(path, before, "dev", "coder")
    assert text == (before if after is None else after)
    assert result.to == to
    assert result.moves_by_need == (after is None)


def test_quotes_come_where_yaml_wants_them():
    text, _ = renamed(".claude/agents/x.md", MARKDOWN.format("dev"), "dev", "a: b")
    assert text == MARKDOWN.format('"a: b"')
    text, _ = renamed(".codex/agents/x.toml", CODEX.format("'dev'"), "dev", "o'brien")
    assert text == CODEX.format('"o\'brien"')


def test_a_name_that_no_file_can_have():
    with pytest.raises(CannotRenameError, match="called like its file"):
        renamed(".cursor/agents/dev.md", "---\ndescription: d\n---\n", "dev", "a/b")
    with pytest.raises(CannotRenameError, match="device"):
        renamed(".cursor/agents/dev.md", "---\ndescription: d\n---\n", "dev", "aux")
    # Claude Code asks for the name alone, so that the file can stay.
    text, result = renamed(".claude/agents/dev.md", MARKDOWN.format("dev"), "dev", "a/b")
    assert (text, result.to) == (MARKDOWN.format("a/b"), None)


def test_a_second_name_of_opencode_is_left_to_a_person():
    text = "---\nname: Reviewer\ndescription: d\n---\n"
    with pytest.raises(CannotRenameError, match="by hand"):
        renamed(".opencode/agents/dev.md", text, "Reviewer", "coder")


@given(st.sampled_from(["{}", "'{}'", '"{}"']), st.text(min_size=1, max_size=20))
def test_any_name_is_read_back_or_refused(form: str, new: str):
    for path, text in ((".claude/agents/x.md", MARKDOWN), (".codex/agents/x.toml", CODEX)):
        if path.endswith(".toml") and form == "{}":
            continue
        try:
            after, _ = renamed(path, text.replace("{}", form).format("dev"), "dev", new)
        except CannotRenameError:
            continue
        found = registry_of(path)
        assert found is not None
        assert [each.id for each in found[0].read(after, found[1]).agents] == [new]
