"""`orchestrate plan` with workflow templates and a catalogue of the folder's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from orchestrate_ls.cli.app import app

TEMPLATE = """\
[templates.patch]
phases = ["triage", "fix_implementation", {name = "announcement", optional = true}]
default-agents = ["support"]
priority = "low"
fast-track = true
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "orchestrate.toml").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["plan", *arguments])
    return (
        result.exit_code,
        f"{result.output}{result.exception or ''} {getattr(result.exception, 'hint', '')}",
    )


def test_a_template_of_the_settings_is_used_and_written(folder: Path) -> None:
    code, output = run("Close the hole in the login form", "--template", "patch", "-o", "x.plan.yaml")
    assert code == 0, output
    plan = yaml.safe_load((folder / "x.plan.yaml").read_text(encoding="utf-8"))
    assert plan["template"] == "patch"
    assert plan["tasks"][0]["agent"] == "support"
    assert {task["priority"] for task in plan["tasks"]} == {"medium"}
    assert list(plan["templates"]) == ["patch"]


def test_a_template_of_the_plan_that_is_written_over_is_used(folder: Path) -> None:
    (folder / "y.plan.yaml").write_text(
        "templates:\n  gala:\n    phases: [invitations, build, clean up]\ntasks: []\n", encoding="utf-8"
    )
    code, output = run("Build a stage", "-t", "gala", "-o", "y.plan.yaml", "--force")
    assert code == 0, output
    plan = yaml.safe_load((folder / "y.plan.yaml").read_text(encoding="utf-8"))
    assert plan["tasks"][0]["name"].startswith("Invitations")
    assert plan["tasks"][-1]["name"].startswith("Clean up")


def test_an_unknown_template_is_an_error_that_names_the_others(folder: Path) -> None:
    code, output = run("Build a stage", "-t", "galla", "-o", "z.plan.yaml")
    assert code != 0
    assert "there is no template `galla`" in output
    assert "patch" in output
    assert not (folder / "z.plan.yaml").exists()


def test_a_wrong_catalogue_is_told_by_line_and_nothing_is_written(folder: Path) -> None:
    own = folder / ".orchestrate" / "catalogue"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text("capabilities:\n  b: {words: x}\n", encoding="utf-8")
    code, output = run("Build a stage", "-o", "z.plan.yaml")
    assert code != 0
    assert "own.yaml:2: `words` must be a list" in output.replace("\n", "")
    assert not (folder / "z.plan.yaml").exists()


def test_estimates_are_explained(folder: Path) -> None:
    code, output = run("Shop with product search", "-o", "e.plan.yaml", "--explain", "--format", "json")
    assert code == 0, output
    explanation = json.loads(output.rstrip())["explanation"]
    estimates = [each["estimate"] for each in explanation.values()]
    assert all(e["optimistic"] <= e["likely"] <= e["pessimistic"] and e["reason"] for e in estimates)
