"""Which files of a folder are plans."""

import os
from pathlib import Path

import pytest

from orchestrate_ls.workspace.find import find_plans, has_plan_mark, settings_file, workspace_root
from orchestrate_ls.workspace.globs import Globs
from orchestrate_ls.workspace.settings import Settings

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")


def make(root: Path, *names: str, content: str = "") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def found(root: Path, settings: Settings | None = None) -> list[str]:
    return [path.relative_to(root).as_posix() for path in find_plans(root, settings).files]


def test_plans_are_found_by_name_in_a_fixed_order(tmp_path: Path):
    make(
        tmp_path, "b.plan.yml", "a.plan.yaml", "sub/c.PLAN.YAML", "a/z.plan.yaml", "plan.yaml", "x.plan.json"
    )
    assert found(tmp_path) == ["a/z.plan.yaml", "a.plan.yaml", "b.plan.yml", "sub/c.PLAN.YAML"]


def test_a_mark_in_the_first_five_lines_makes_a_plan(tmp_path: Path):
    make(tmp_path, "first.yaml", content="# orchestrate: plan\ntasks: []\n")
    make(tmp_path, "fifth.yml", content="# a\r\n# b\r\n\r\n---\r\n#orchestrate:plan\r\n")
    make(tmp_path, "sixth.yaml", content="\n" * 5 + "# orchestrate: plan\n")
    make(tmp_path, "other.yaml", content="# orchestrate: ignore-file\n")
    make(tmp_path, "text.txt", content="# orchestrate: plan\n")
    (tmp_path / "wide.yaml").write_bytes("# orchestrate: plan\n".encode("utf-16"))
    assert found(tmp_path) == ["fifth.yml", "first.yaml", "wide.yaml"]
    assert has_plan_mark("\ufeff# orchestrate: plan")
    assert not has_plan_mark("goal: '# orchestrate: plan'")
    assert not has_plan_mark("kind: ConfigMap\ndata:\n  x: |\n    # orchestrate: plan\n")


def test_hidden_installed_and_built_folders_are_left_out(tmp_path: Path):
    make(
        tmp_path,
        "node_modules/x/a.plan.yaml",
        ".venv/a.plan.yaml",
        ".hidden/a.plan.yaml",
        "build/a.plan.yaml",
    )
    make(tmp_path, "ok/a.plan.yaml")
    assert found(tmp_path) == ["ok/a.plan.yaml"]
    assert found(tmp_path / "build") == ["a.plan.yaml"]


def test_globs_exclude_and_include(tmp_path: Path):
    make(
        tmp_path,
        "old/a.plan.yaml",
        "new/a.plan.yaml",
        "new/draft.plan.yaml",
        "plans/deep/x.yaml",
        "plans/y.yml",
    )
    settings = Settings(exclude=("old", "draft.*"), extend_include=("plans/**/*.yaml",))
    assert found(tmp_path, settings) == ["new/a.plan.yaml", "plans/deep/x.yaml"]


def test_globs_count_from_the_settings_folder(tmp_path: Path):
    make(tmp_path, "sub/old/a.plan.yaml", "sub/new/a.plan.yaml")
    files = find_plans(tmp_path / "sub", Settings(exclude=("sub/old/**",)), root=tmp_path).files
    assert files == (tmp_path / "sub/new/a.plan.yaml",)


@needs_links
def test_links_neither_loop_nor_lead_out(tmp_path: Path):
    root = tmp_path / "root"
    make(root, "a/one.plan.yaml", "real.yaml")
    make(tmp_path, "secret/two.plan.yaml", "three.plan.yaml")
    (root / "a" / "loop").symlink_to(root)
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "outside.plan.yaml").symlink_to(tmp_path / "three.plan.yaml")
    (root / "again.plan.yaml").symlink_to(root / "a/one.plan.yaml")
    (root / "named.plan.yaml").symlink_to(root / "real.yaml")
    (root / "nowhere.plan.yaml").symlink_to(root / "missing")
    (root / "itself.plan.yaml").symlink_to(root / "itself.plan.yaml")
    assert found(root) == ["a/one.plan.yaml", "named.plan.yaml"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_is_no_plan_and_blocks_nothing(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.plan.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert found(tmp_path) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_reported(tmp_path: Path):
    make(tmp_path, "shut/a.plan.yaml", "b.plan.yaml")
    (tmp_path / "shut").chmod(0)
    try:
        plans = find_plans(tmp_path)
    finally:
        (tmp_path / "shut").chmod(0o700)
    assert [path.name for path in plans.files] == ["b.plan.yaml"]
    assert [each.path.name for each in plans.unreadable] == ["shut"]


def test_a_missing_folder_is_reported(tmp_path: Path):
    assert len(find_plans(tmp_path / "none").unreadable) == 1


def test_deep_folders_do_not_overflow(tmp_path: Path):
    path = tmp_path
    for _ in range(300):
        path = path / "d"
    try:
        path.mkdir(parents=True)
    except OSError:
        pytest.skip("paths of this length cannot be made here")
    (path / "a.plan.yaml").write_text("")
    assert len(find_plans(tmp_path).files) == 1


def test_the_root_is_the_repository_or_the_settings_folder(tmp_path: Path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    (tmp_path / "a" / "orchestrate.toml").write_text("")
    assert workspace_root(deep / "x.plan.yaml") == tmp_path
    assert settings_file(deep) == tmp_path / "a" / "orchestrate.toml"
    assert settings_file(deep, root=deep) is None
    (tmp_path / ".git").unlink()
    assert workspace_root(deep) == tmp_path / "a"


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("a", "a", True),
        ("a", "x/a", True),
        ("a", "x/a/y", True),
        ("a/", "x/a/y", True),
        ("/a", "a", True),
        ("/a", "x/a", False),
        ("a/b", "a/b/c", True),
        ("a/b", "x/a/b", False),
        ("*.yaml", "x/y.yaml", True),
        ("a/*", "a/b/c", True),
        ("a/*.yaml", "a/b/c.yaml", False),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/x/y/c", True),
        ("**/c", "c", True),
        ("./a/b", "a/b", True),
        ("a\\b", "a/b", True),
        ("A", "a", False),
        ("[ab]?", "bx", True),
        ("", "a", False),
    ],
)
def test_globs(glob: str, path: str, matches: bool):
    assert Globs([glob]).matches(path.split("/")) is matches


def test_a_glob_made_to_be_slow_is_not():
    slow = Globs(["/".join(["**", "*a*a*a*a*a*a*a*b"] * 30)])
    assert not slow.matches(["a" * 200] * 60)
