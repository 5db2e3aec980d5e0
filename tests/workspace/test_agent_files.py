"""Agent definition files on the disk: found, bounded, and not followed out of the root."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestrate_ls.agents.registries import USER_FOLDERS
from orchestrate_ls.workspace import agent_files
from orchestrate_ls.workspace.agent_files import load_agents, read_agent_file

DATA = Path(__file__).parents[1] / "data/agents"
AGENT = "---\nname: {}\ndescription: d\n---\n"


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def ids(root: Path, **options: object) -> list[str]:
    return sorted(load_agents(root, **options).definitions)  # type: ignore[arg-type]


def test_every_registry_is_read():
    registry = load_agents(DATA / "registries")
    assert {agent_id: agents[0].origin for agent_id, agents in registry.definitions.items()} == {
        "code-reviewer": ".claude/agents/code-reviewer.md",
        "database-developer": ".claude/agents/data/database-developer.md",
        "builder": ".github/agents/builder.md",
        "Release Planner": ".github/agents/planner.agent.md",
        "auditor": "auditor.agent.md",
        "mentor": ".github/chatmodes/mentor.chatmode.md",
        "team/tester": ".opencode/agents/team/tester.md",
        "writer": ".opencode/agent/writer.md",
        "doc-writer": "opencode.jsonc",
        "repo-explorer": ".codex/agents/explorer.toml",
        "verifier": ".cursor/agents/verifier.md",
    }
    assert registry.problems == {}
    assert registry.left_out == ()
    assert registry.definitions["code-reviewer"][0].packages == ("style-guide", "security")


def test_every_broken_file_has_its_problem_and_hides_no_other():
    root = DATA / "broken"
    registry = load_agents(root)
    found = {
        Path(path).relative_to(root).as_posix(): [each.code for each in problems]
        for path, problems in registry.problems.items()
    }
    assert found == {
        ".claude/agents/brackets.md": ["syntax"],
        ".claude/agents/lines.md": ["schema"],
        ".claude/agents/list.md": ["schema"],
        ".claude/agents/nameless.md": ["schema"],
        ".claude/agents/twin-b.md": ["schema"],
        ".claude/agents/unclosed.md": ["syntax"],
        ".github/agents/sequence.md": ["schema"],
        ".opencode/agents/types.md": ["schema"],
        "opencode.json": ["syntax", "schema", "schema"],
        ".codex/agents/half.toml": ["syntax"],
        ".codex/agents/silent.toml": ["schema", "schema"],
        ".cursor/agents/latin.md": ["syntax"],
    }
    assert {"listed", "twin", "ok", "silent", "latin", "types"} <= set(registry.definitions)


def test_the_same_folder_gives_the_same_answer():
    assert load_agents(DATA / "broken") == load_agents(DATA / "broken")


def test_users_folders_are_read_where_wanted_and_no_others(tmp_path: Path):
    home, root = tmp_path / "home", tmp_path / "root"
    write(home, ".claude/agents/mine.md", AGENT.format("mine"))
    write(home, ".config/opencode/agents/other.md", "---\ndescription: d\n---\n")
    write(home, ".secret/agents/no.md", AGENT.format("no"))
    write(root, ".claude/agents/ours.md", AGENT.format("ours"))
    assert ids(root, home=home) == ["ours"]
    assert ids(root, user_folders=USER_FOLDERS, home=home) == ["mine", "other", "ours"]
    assert ids(root, user_folders=["~/.claude/agents", "~/.secret/agents"], home=home) == ["mine", "ours"]
    (file,) = [each for each in load_agents(root, ["~/.claude/agents"], home=home).files if each.of_user]
    assert file.shown == "~/.claude/agents/mine.md"


def test_a_projects_definition_counts_before_the_users(tmp_path: Path):
    write(tmp_path / "home", ".claude/agents/a.md", AGENT.format("same"))
    write(tmp_path / "root", ".claude/agents/b.md", AGENT.format("same"))
    registry = load_agents(tmp_path / "root", USER_FOLDERS, home=tmp_path / "home")
    assert [each.origin for each in registry.definitions["same"]] == [
        ".claude/agents/b.md",
        "~/.claude/agents/a.md",
    ]
    assert registry.problems == {}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links(tmp_path: Path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(outside, "secret.md", AGENT.format("secret"))
    write(root, "shared/inside.md", AGENT.format("inside"))
    folder = root / ".claude/agents"
    folder.mkdir(parents=True)
    (folder / "secret.md").symlink_to(outside / "secret.md")
    (folder / "out").symlink_to(outside, target_is_directory=True)
    (folder / "in").symlink_to(root / "shared", target_is_directory=True)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "up").symlink_to(root, target_is_directory=True)
    (folder / "self.md").symlink_to(folder / "self.md")
    (folder / "gone.md").symlink_to(root / "nothing.md")
    os.mkfifo(folder / "pipe.md")
    (root / ".cursor").mkdir()
    (root / ".cursor/agents").symlink_to(root / "shared", target_is_directory=True)
    (root / ".github").symlink_to(outside, target_is_directory=True)
    registry = load_agents(root)
    assert sorted(registry.definitions) == ["inside"]
    assert {each.tool.value for each in registry.definitions["inside"]} == {"Claude Code", "Cursor"}


def test_what_is_too_large_is_named(tmp_path: Path):
    write(tmp_path, ".claude/agents/big.md", AGENT.format("big") + "x" * agent_files.LARGEST_FILE)
    registry = load_agents(tmp_path)
    assert registry.definitions == {}
    ((problem,),) = registry.problems.values()
    assert "not read: too large" in problem.message


def test_what_is_too_many_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for number in range(5):
        write(tmp_path, f".claude/agents/{number}.md", AGENT.format(f"a{number}"))
    monkeypatch.setattr(agent_files, "MOST_FILES", 3)
    registry = load_agents(tmp_path)
    assert len(registry.files) == 3
    assert "more than 3 agent definitions" in registry.left_out[0]
    monkeypatch.setattr(agent_files, "MOST_ENTRIES", 2)
    assert "more than 2 entries" in load_agents(tmp_path).left_out[0]


def test_folders_below_folders_end_somewhere(tmp_path: Path):
    deep = "/".join(["d"] * (agent_files.DEEPEST + 1))
    write(tmp_path, f".claude/agents/{deep}/far.md", AGENT.format("far"))
    write(tmp_path, f".claude/agents/{deep[2:]}/near.md", AGENT.format("near"))
    assert ids(tmp_path) == ["near"]


def test_odd_places(tmp_path: Path):
    write(tmp_path, ".claude", "a file where a folder was expected")
    write(tmp_path, ".codex/agents/x.toml/y", "a folder where a file was expected")
    write(tmp_path, ".github/agents/a b\u2028c.md", "not printable, so no id")
    assert ids(tmp_path) == []
    assert ids(tmp_path / "missing") == []


def test_an_editors_text_counts_instead_of_the_disks(tmp_path: Path):
    path = write(tmp_path, ".claude/agents/a.md", AGENT.format("old"))
    assert ids(tmp_path, open_text={path: AGENT.format("new")}.get) == ["new"]
    file = read_agent_file(path, tmp_path, AGENT.format("newer"))
    assert file is not None
    assert [agent.id for agent in file.agents] == ["newer"]
    assert read_agent_file(tmp_path / "x.md", tmp_path) is None
