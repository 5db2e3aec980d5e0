"""Plans of a workspace are found, read and checked as `orchestrate check` does it, whatever lies in its folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestrate_ls.ide.moved_files import Move, Renames
from orchestrate_ls.lsp.abilities import ClientAbilities
from orchestrate_ls.lsp.index_reading import (
    Find,
    Follow,
    IndexReader,
    Read,
    ReadPlan,
    Setup,
    packed,
    unpacked,
)
from orchestrate_ls.lsp.settings import Folder
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.text.changes import FileEdits
from tests.workspace.test_find import needs_links

PLAN = "tasks:\n  - id: A\n    estimated_time: 1h\n    agent: dev\n"


def write(root: Path, name: str, text: str = PLAN) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def reader(*folders: Path, **options: object) -> IndexReader:
    return IndexReader(
        Setup(tuple(Folder(each.as_uri(), each.name, each) for each in folders), **options)  # type: ignore[arg-type]
    )


def found(index: IndexReader) -> list[str]:
    return sorted(path.name for path in index.find().plans)


def codes(plan: ReadPlan) -> list[str]:
    return [each.get("code", each["message"]) for each in unpacked(plan.diagnostics)]


def test_plans_of_several_and_nested_folders_are_found_once(tmp_path: Path):
    for name in (
        "one/a.plan.yaml",
        "one/inner/b.plan.yaml",
        "two/c.plan.yml",
        "one/node_modules/d.plan.yaml",
    ):
        write(tmp_path, name)
    index = reader(tmp_path / "one", tmp_path / "one" / "inner", tmp_path / "two", tmp_path / "missing")
    assert found(index) == ["a.plan.yaml", "b.plan.yaml", "c.plan.yml"]
    assert index.find().left_out == ()


def test_the_settings_of_each_folder_count(tmp_path: Path):
    write(tmp_path, "one/orchestrate.toml", 'exclude = ["old"]\n[rules]\nunknown-agent = "error"\n')
    write(tmp_path, "one/old/a.plan.yaml")
    first, second = write(tmp_path, "one/b.plan.yaml"), write(tmp_path, "two/c.plan.yaml")
    index = reader(
        tmp_path / "one",
        tmp_path / "two",
        editor={"rules": {"unknown-agent": "off"}},
        editor_by_folder={(tmp_path / "one").as_uri(): {"rules": {"unknown-agent": "warning"}}},
    )
    assert found(index) == ["b.plan.yaml", "c.plan.yaml"]
    assert [each["severity"] for each in unpacked(index.read(first).diagnostics)] == [2]
    assert codes(index.read(second)) == []


def test_only_errors_and_warnings_are_kept(tmp_path: Path):
    path = write(
        tmp_path, "x.plan.yaml", "tasks:\n  - id: A\n    dependencies: [B]\n  - id: B\n    agent: x\n"
    )
    plan = reader(tmp_path).read(path)
    assert {each["severity"] for each in unpacked(plan.diagnostics)} <= {1, 2}
    assert "missing-agent" in codes(plan)
    assert "critical-path" not in codes(plan)


def test_diagnostics_can_be_switched_off_for_a_folder(tmp_path: Path):
    write(tmp_path, "orchestrate.toml", "workspace-diagnostics = false\n")
    plan = reader(tmp_path).read(write(tmp_path, "x.plan.yaml"))
    assert (plan.diagnostics, plan.result_id) == (b"", "none")
    assert len(plan.summary) == 1


def test_agents_come_from_whoever_asks_or_from_the_disk(tmp_path: Path):
    path = write(tmp_path, "x.plan.yaml")
    assert codes(reader(tmp_path).read(path)) == ["unknown-agent"]
    given = {tmp_path: {"dev": KnownAgent("dev")}}
    assert codes(reader(tmp_path, agents=given).read(path)) == []
    write(tmp_path, ".claude/agents/dev.md", "---\nname: dev\ndescription: x\n---\n")
    (tmp_path / ".git").mkdir()
    assert codes(reader(tmp_path).read(path)) == []


def test_a_result_id_says_whether_the_diagnostics_are_the_same(tmp_path: Path):
    path = write(tmp_path, "x.plan.yaml")
    first = reader(tmp_path).read(path)
    assert reader(tmp_path).read(path).result_id == first.result_id
    write(tmp_path, "x.plan.yaml", PLAN + "bogus: 1\n")
    assert reader(tmp_path).read(path).result_id != first.result_id


def test_what_cannot_be_read_says_why_and_stops_nobody(tmp_path: Path):
    write(tmp_path, "orchestrate.toml", 'max-file-size = "2 kB"\n')
    huge = write(tmp_path, "huge.plan.yaml", "# " + "x" * 3000)
    binary = tmp_path / "binary.plan.yaml"
    binary.write_bytes(bytes(range(256)) * 4)
    missing = tmp_path / "missing.plan.yaml"
    folder = tmp_path / "folder.plan.yaml"
    folder.mkdir()
    good = write(tmp_path, "good.plan.yaml")
    index = reader(tmp_path)
    assert found(index) == ["binary.plan.yaml", "good.plan.yaml", "huge.plan.yaml"]
    answer = index.answer(Read((huge, binary, missing, folder, good)))
    assert isinstance(answer, list)
    plans = {each.path.name: each for each in answer if isinstance(each, ReadPlan)}
    assert "max-file-size" in codes(plans["huge.plan.yaml"])[0]
    assert "binary" in codes(plans["binary.plan.yaml"])[0]
    assert plans["missing.plan.yaml"].stamp is None
    assert "folder" in codes(plans["folder.plan.yaml"])[0]
    assert codes(plans["good.plan.yaml"]) == ["unknown-agent"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever runs this may read everything")
def test_a_plan_that_may_not_be_read_says_so(tmp_path: Path):
    path = write(tmp_path, "x.plan.yaml")
    path.chmod(0)
    assert "permission denied" in codes(reader(tmp_path).read(path))[0]


@needs_links
def test_links_in_a_circle_end(tmp_path: Path):
    write(tmp_path, "sub/x.plan.yaml")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.plan.yaml").symlink_to(tmp_path / "self.plan.yaml")
    assert found(reader(tmp_path)) == ["x.plan.yaml"]


def test_at_most_500_findings_of_a_plan_are_kept(tmp_path: Path):
    text = "tasks:\n" + "".join(f"  - id: A{number}\n    bogus: 1\n" for number in range(600))
    shown = unpacked(reader(tmp_path).read(write(tmp_path, "x.plan.yaml", text)).diagnostics)
    assert len(shown) == 500
    assert "more findings" in shown[-1]["message"]


@pytest.mark.parametrize("count", [0, 1, 50])
def test_packing_loses_nothing(count: int):
    diagnostics = [{"message": "é\n\ud800", "range": {"start": number}} for number in range(count)]
    assert unpacked(packed(diagnostics)) == diagnostics


def test_files_that_are_renamed_are_followed_on_the_disk(tmp_path: Path):
    text = PLAN + "    files: [src/a.py]\n"
    path, other = write(tmp_path, "x.plan.yaml", text), write(tmp_path, "y.plan.yaml")
    renames = Renames((Move("src/a.py", "src/b.py"),))
    question = Follow(((path, renames), (other, renames), (tmp_path / "gone.plan.yaml", renames)))
    (edits,) = reader(tmp_path).answer(question)  # type: ignore[misc]
    assert isinstance(edits, FileEdits)
    assert (edits.path, edits.text) == (path, text)
    assert [each.new_text for each in edits.edits] == ["src/b.py"]


def test_columns_count_as_the_client_counts(tmp_path: Path):
    path = write(tmp_path, "x.plan.yaml", "tasks:\n  - {id: 😀, name: x, agent: dev}\n")
    index = reader(tmp_path, abilities=ClientAbilities.of({"general": {"positionEncodings": ["utf-8"]}}))
    (symbol,) = index.read(path).summary.symbols([0])
    assert symbol.end_column - symbol.start_column == 4


def test_an_empty_question_is_no_error(tmp_path: Path):
    assert IndexReader(Setup()).answer(Find()).plans == {}  # type: ignore[union-attr]
    assert reader(tmp_path).answer(Read(())) == []
