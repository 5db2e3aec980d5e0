"""The first plan of the README, command by command as it stands there."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.running import CommandLine

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "plan.svg"
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def orchestrate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    return CommandLine(tmp_path, capsys)


def _blocks(section: str, language: str) -> list[str]:
    text = README.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_first_plan_goes_as_the_readme_says(orchestrate: CommandLine):
    (commands,) = _blocks("A first plan", "sh")
    done: list[str] = []
    for line in commands.splitlines():
        program, *arguments = shlex.split(line, comments=True)
        assert program == "orchestrate"
        result = orchestrate(*arguments)
        assert result.code == 0, f"{line}\n{result.out}\n{result.err}"
        done.append(arguments[0])
    assert done == ["plan", "check", "schedule", "replan", "task", "task", "status", "report"]
    plan = (orchestrate.folder / "auth.plan.yaml").read_text(encoding="utf-8")
    assert "Database" in plan
    assert "frontend" not in plan
    assert "concurrent_capacity: 2" in plan
    assert "<svg" in (orchestrate.folder / "report.html").read_text(encoding="utf-8")


def test_the_picture_is_that_of_the_first_plan(orchestrate: CommandLine):
    (commands,) = _blocks("A first plan", "sh")
    planned = orchestrate(*shlex.split(commands.splitlines()[0], comments=True)[1:], "--no-context")
    assert planned.code == 0, planned.err
    assert orchestrate("export", "auth.plan.yaml", "--to", "svg", "-o", "plan.svg").code == 0
    drawn = (orchestrate.folder / "plan.svg").read_text(encoding="utf-8")
    if os.environ.get("WRITE_DOCS"):
        PICTURE.write_text(drawn, encoding="utf-8", newline="\n")
    assert PICTURE.read_text(encoding="utf-8") == drawn, (
        "write it anew: WRITE_DOCS=1 pytest tests/test_readme.py"
    )


def test_the_settings_of_the_readme_are_enough_to_run(orchestrate: CommandLine):
    (settings,) = _blocks("A first plan", "toml")
    orchestrate.write("orchestrate.toml", settings)
    assert orchestrate("plan", "Fix the login bug", "-o", "x.plan.yaml", "--no-context").code == 0
    shown = orchestrate("run", "x.plan.yaml", "--dry-run")
    assert shown.code == 0, shown.err
    assert "claude" in shown.out
