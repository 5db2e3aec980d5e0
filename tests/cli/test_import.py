"""`orchestrate import`: a file of another tool becomes a plan in the folder."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from orchestrate_ls.cli.import_plan import ImportName
from orchestrate_ls.planner.imports.formats import ImportFormat
from tests.cli.running import ROOT, CommandLine
from tests.planner.imports.samples import BACKLOG, CHECK_LIST, CSV, MERMAID, SPEC_KIT


def test_the_formats_are_those_there_are():
    assert [each.value for each in ImportName] == [each.value for each in ImportFormat]
    page = (ROOT / "docs/imports.md").read_text(encoding="utf-8")
    assert all(f"| `{each}` |" in page for each in ImportFormat)


def test_a_plan_is_written_and_what_is_lost_is_said(orchestrate: CommandLine):
    orchestrate.write("tasks.md", SPEC_KIT)
    done = orchestrate("import", "tasks.md")
    assert done.code == 0
    assert done.out == "Wrote photo-albums.plan.yaml: 10 tasks from spec-kit's tasks.md\n"
    assert "says more about order in words" in done.err
    assert "10 missing-agent" in done.err
    assert "orchestrate assign photo-albums.plan.yaml --apply" in done.err
    assert orchestrate("check", "photo-albums.plan.yaml").code == 0
    again = orchestrate("import", "tasks.md")
    assert again.code == 2
    assert "exists already" in again.err
    told = orchestrate("import", "tasks.md", "--force", "--format", "json").json
    assert len(told.pop("notes")) == 2
    assert told == {
        "path": "photo-albums.plan.yaml",
        "format": "spec-kit",
        "tasks": 10,
        "errors": 0,
        "warnings": 10,
    }


def test_a_folder_of_backlog_is_read(orchestrate: CommandLine):
    for name, text in BACKLOG.items():
        orchestrate.write(f"board/backlog/tasks/{name}", text)
    done = orchestrate("import", "board", "-o", "board.plan.yaml")
    assert (done.code, done.out) == (0, "Wrote board.plan.yaml: 3 tasks from a folder of Backlog.md\n")
    assert "3 tasks" in orchestrate("import", "board/backlog", "-o", "again.plan.yaml").out
    (orchestrate.folder / "nothing").mkdir()
    assert "there are no task files" in orchestrate("import", "nothing").err


def test_a_circle_is_an_error_of_the_plan(orchestrate: CommandLine):
    orchestrate.write("a.mmd", "flowchart TD\n  A --> B --> A\n")
    done = orchestrate("import", "a.mmd", "-o", "a.plan.yaml")
    assert done.code == 1
    assert "dependency-cycle" in done.out + done.err
    assert (orchestrate.folder / "a.plan.yaml").is_file()


def test_standard_input_and_output(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(MERMAID.encode())))
    done = orchestrate("import", "-", "-o", "-", "--from", "mermaid")
    assert done.code == 0
    assert done.out.startswith("# orchestrate: plan\nversion: 1\ngoal: Release\n")
    assert orchestrate.names() == [".git"]


@pytest.mark.parametrize(
    ("name", "content", "options", "said"),
    [
        ("a.json", "{", (), "a.json:1: this is no JSON"),
        ("a.csv", CSV, ("--from", "mermaid"), "no Mermaid flowchart"),
        ("a.txt", "words\n", (), "the format of this file is not recognised"),
        ("a.md", b"\x00\x01\x02" * 50, (), "a.md:"),
        ("a.md", CHECK_LIST, ("-o", "nowhere/x.plan.yaml"), "nowhere"),
        ("a.md", CHECK_LIST, ("-o", "-", "--format", "json"), "both the plan and the JSON"),
    ],
)
def test_what_cannot_be_done_is_said(
    orchestrate: CommandLine, name: str, content: str | bytes, options: tuple[str, ...], said: str
):
    orchestrate.write(name, content)
    done = orchestrate("import", name, *options)
    assert done.code == 2
    assert said in done.err
    assert orchestrate.names() == [".git", name]


def test_missing_and_large_files(orchestrate: CommandLine):
    assert orchestrate("import", "none.csv").code == 2
    orchestrate.write("a.csv", "name\n" + "x\n" * 5_100_000)
    done = orchestrate("import", "a.csv")
    assert done.code == 2
    assert "MB" in done.err
