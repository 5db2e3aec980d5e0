"""Repositories that are huge, broken or malicious: reading them ends, soon, and says what was left out."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from orchestrate_ls.workspace.repository import tree
from orchestrate_ls.workspace.repository.ignoring import Ignoring
from orchestrate_ls.workspace.repository.survey import read_repository
from orchestrate_ls.workspace.repository.tree import read_tree
from tests.workspace.repository import folders


def test_broken_manifests_are_remarks(tmp_path: Path):
    seen = read_repository(
        folders.write(
            tmp_path,
            {
                "pyproject.toml": "[project\nname=",
                "package.json": '{"name": ',
                "Cargo.toml": "= 1",
                "composer.json": "[" * 100_000,
                "go.mod": "\0\0",
                "pom.xml": "<artifactId>" * 1_000,
                "setup.cfg": "no section\n",
                "Makefile": "a" * 100_000,
                ".github/workflows/ci.yml": "run: |\n" * 1_000,
                "src/main.py": "",
            },
        )
    )
    said = "\n".join(seen.remarks)
    for name in ("pyproject.toml", "package.json", "Cargo.toml", "composer.json"):
        assert f"{name} is not valid" in said
    assert seen.main_language == "Python"


@pytest.mark.parametrize(
    "text",
    [
        '{"name": 1, "scripts": [], "dependencies": "x", "workspaces": 3, "description": {"a": []}}',
        '{"name": "\\u0000\\u202e\\ud800", "scripts": {"test": "\\u0000"}}',
        "[]",
        "null",
        "1e999999",
        "9" * 10_000,
    ],
)
def test_manifests_of_another_shape(tmp_path: Path, text: str):
    seen = read_repository(folders.write(tmp_path, {"package.json": text, "a.js": ""}))
    assert seen.name.isprintable()
    assert seen.as_text().encode()


@pytest.mark.parametrize(
    "text",
    [
        "project = 3",
        "project = []\ntool = 1",
        "[project]\nname = []\ndependencies = {a = 1}\n[tool.pytest]\n[dependency-groups]\nx = [1, {y = 2}]",
        "[tool]\npoetry = []\nruff = 0",
    ],
)
def test_toml_of_another_shape(tmp_path: Path, text: str):
    files = {"pyproject.toml": text, "Cargo.toml": text, "a.py": ""}
    assert read_repository(folders.write(tmp_path, files)).main_language == "Python"


def test_bytes_that_are_no_text(tmp_path: Path):
    for name, data in {
        "pyproject.toml": b'[project]\nname = "caf\xe9"',
        "package.json": b"\xff\xfe{\x00}\x00",
        "Makefile": bytes(range(256)) * 40,
        ".gitignore": b"\xff\xfe\x00*\n\x80.log\n",
        "CODEOWNERS": b"\x00 @a\n* @\xff\n",
        "src/a.py": b"\x00" * 100,
        "README.md": b"\xef\xbb\xbf# x",
        "x.plan.yaml": b"\x00\x01",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    seen = read_repository(tmp_path)
    assert seen.main_language == "Python"
    assert seen.as_text().isprintable() or "\n" in seen.as_text()


def test_files_of_100_megabytes_are_not_read(tmp_path: Path):
    for name in (
        "package.json",
        "Makefile",
        ".gitignore",
        "CODEOWNERS",
        "src/a.py",
        "big.plan.yaml",
        "README.md",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        with (tmp_path / name).open("wb") as file:
            file.truncate(100_000_000)
    started = time.perf_counter()
    seen = read_repository(tmp_path)
    print(f"100 MB files: {time.perf_counter() - started:.3f} s")
    assert any("package.json was not read" in remark for remark in seen.remarks)
    assert time.perf_counter() - started < 20


def test_loops_of_links_and_links_to_outside(tmp_path: Path):
    project = folders.write(tmp_path / "project", {"src/a.py": ""})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "outside"\n')
    try:
        (project / "src/loop").symlink_to(project, target_is_directory=True)
        (project / "out").symlink_to(tmp_path / "outside", target_is_directory=True)
        (project / "pyproject.toml").symlink_to(tmp_path / "pyproject.toml")
        (project / "self").symlink_to(project / "self")
    except OSError:
        pytest.skip("links cannot be made here")
    seen = read_repository(project)
    assert seen.paths == ("src/a.py",)
    assert seen.name == "project"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are of other systems")
def test_pipes_do_not_block(tmp_path: Path):
    for name in ("package.json", ".gitignore", "Makefile", "a.py"):
        os.mkfifo(tmp_path / name)
    assert read_repository(tmp_path).paths == ()


def test_deep_folders(tmp_path: Path):
    tmp_path.joinpath(*["d"] * 80).mkdir(parents=True)
    assert read_tree(tmp_path).remarks == ("1 folder lies too deep, so what is in there is left out",)


def test_names_that_no_plan_can_hold(tmp_path: Path):
    for name in (b"bell\x07.py", b"line\nbreak.py", b"bad\xff.py", "r\u202eyp.py".encode(), b"good.py"):
        try:
            (tmp_path / os.fsdecode(name)).write_text("")
        except (OSError, ValueError):
            continue
    assert read_tree(tmp_path).files == ("good.py",)


def test_patterns_that_take_for_ever_are_passed_over(tmp_path: Path):
    (tmp_path / ".gitignore").write_text(
        "*a*a*a*a*a*a*a*a*a*a*a*a*b\n" + "**/x/" * 50 + "\n" + "[" * 200 + "\n*.log\n" + "!\n\\\n[z-a]\n"
    )
    (tmp_path / ("a" * 200)).write_text("")
    (tmp_path / "x.log").write_text("")
    started = time.perf_counter()
    found = read_tree(tmp_path)
    assert time.perf_counter() - started < 10
    assert found.files == ("a" * 200,)
    assert "passed over" in found.remarks[0]


def test_very_many_patterns_are_bounded():
    rules = Ignoring()
    rules.add("", "\n".join(f"name{number}" for number in range(100_000)))
    assert rules.ignores("name3", is_folder=False)
    assert not rules.ignores("name99999", is_folder=False)
    assert rules.left_out == 99_500


def test_ignored_as_git_ignores(tmp_path: Path):
    project = folders.write(
        tmp_path,
        {
            ".gitignore": "*.log\n/generated/\n!keep.log\ndata/**\n",
            ".git/info/exclude": "private.py\n",
            "a.py": "",
            "x.log": "",
            "keep.log": "",
            "private.py": "",
            "generated/code.py": "",
            "src/generated/code.py": "",
            "src/.gitignore": "b.py\n!x.log\n",
            "src/b.py": "",
            "src/x.log": "",
            "data/c.py": "",
            "node_modules/left/index.js": "",
            "build/lib/a.py": "",
            ".hidden/a.py": "",
        },
    )
    assert read_tree(project).files == ("a.py", "keep.log", "src/generated/code.py", "src/x.log")


def test_more_files_than_are_looked_at(tmp_path: Path):
    for number in range(30):
        (tmp_path / f"f{number:02}.py").write_text("")
    found = read_tree(tmp_path, most_files=10)
    assert found.files == tuple(f"f{number:02}.py" for number in range(10))
    assert found.remarks == ("only the first 10 files were looked at: there are more",)


def test_a_slow_disk_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tree, "LONGEST_SEARCH", -1.0)
    assert "took too long" in read_tree(folders.write(tmp_path, folders.PYTHON)).remarks[0]


@pytest.mark.slow
def test_twenty_thousand_files(tmp_path: Path):
    (tmp_path / ".gitignore").write_text(
        "*.log\n*.pyc\n/build/\n.venv\n*.egg-info/\n**/cache/**\n!keep.log\n"
    )
    for top in range(20):
        for inner in range(10):
            folder = tmp_path / f"package{top}/module{inner}"
            folder.mkdir(parents=True)
            for number in range(100):
                (folder / f"thing_{top}_{inner}_{number}.py").write_text("x = 1\n")
    started = time.perf_counter()
    seen = read_repository(tmp_path)
    took = time.perf_counter() - started
    print(f"{len(seen.paths):,} files: {took:.2f} s")
    assert len(seen.paths) == 20_000
    assert took < 30
