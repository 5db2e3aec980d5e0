"""This repository as a plugin of chat agents, as a source of pre-commit hooks, and as a GitHub Action.

The skill of the plugin is made from `commands/`; to renew it: `WRITE_DOCS=1 python -m pytest tests/test_plugins.py`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrate_ls import __version__
from orchestrate_ls.cli.check import FailOn
from orchestrate_ls.workspace.setup.texts import PLUGIN_SKILL, plugin_skill_text
from orchestrate_ls.workspace.shipped import command_names
from tests.cli.running import CLEAN_PLAN, environment

ROOT = Path(__file__).parent.parent
BROKEN = CLEAN_PLAN.replace("agent: architect", "agent: architect\n    dependencies: [T9]", 1)
POSIX = pytest.mark.skipif(os.name == "nt" or shutil.which("bash") is None, reason="needs a POSIX shell")


def read(name: str) -> Any:
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def command_on_path(folder: Path) -> dict[str, str]:
    """An environment in which `orchestrate` is this checkout's."""
    script = folder / "bin/orchestrate"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m orchestrate_ls "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return environment(PATH=f"{script.parent}{os.pathsep}{os.environ['PATH']}")


def test_both_manifests_say_the_same():
    claude, agents = read(".claude-plugin/plugin.json"), read("plugin.json")
    assert agents.pop("$schema") == "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json"
    assert claude == agents
    assert claude["version"] == __version__
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?", claude["name"])
    assert set(agents) <= {"name", "version", "description", "author", "license", "keywords"}
    assert set(agents["author"]) <= {"name", "email", "url"}


def test_both_ways_to_the_mcp_server_say_the_same():
    claude, agents = read(".mcp.json"), read("mcp.json")
    assert agents.pop("$schema") == "https://agent-plugins.org/schemas/1.0.0/mcp.schema.json"
    server = agents["mcpServers"]["orchestrate"]
    assert server.pop("type") == "stdio"
    assert claude == agents == {"mcpServers": {"orchestrate": {"command": "orchestrate", "args": ["mcp"]}}}


def test_the_skill_is_made_from_the_commands_and_clashes_with_none():
    path = ROOT / f"skills/{PLUGIN_SKILL}/SKILL.md"
    if os.environ.get("WRITE_DOCS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(plugin_skill_text(), encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == plugin_skill_text(), (
        "renew it: WRITE_DOCS=1 python -m pytest " + __file__
    )
    assert [each.name for each in (ROOT / "skills").iterdir()] == [PLUGIN_SKILL]
    assert PLUGIN_SKILL not in command_names()
    front = yaml.safe_load(plugin_skill_text().split("---\n")[1])
    assert front["name"] == PLUGIN_SKILL
    assert len(front["description"]) <= 1024


@POSIX
@pytest.mark.slow
def test_the_hook_tells_the_agent_what_is_wrong(tmp_path: Path):
    (matcher,) = read("hooks/hooks.json")["hooks"]["PostToolUse"]
    assert {"Edit", "Write"} <= set(matcher["matcher"].split("|"))
    command = matcher["hooks"][0]["command"]
    plan = tmp_path / "a b.plan.yaml"
    plan.write_text(BROKEN, encoding="utf-8")
    event = json.dumps({"tool_name": "Write", "tool_input": {"file_path": str(plan), "content": BROKEN}})

    def run(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", command],
            input=event,
            capture_output=True,
            encoding="utf-8",
            env=env,
            check=False,
        )

    told = run(command_on_path(tmp_path))
    assert (told.returncode, told.stderr) == (0, "")
    assert "unknown-dependency" in json.loads(told.stdout)["reason"]
    # Where the command is not installed, nobody is disturbed.
    without = run({"PATH": str(tmp_path / "nothing")})
    assert (without.returncode, without.stdout, without.stderr) == (0, "", "")


def test_the_pre_commit_hooks_are_commands_that_there_are():
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [each["id"] for each in hooks] == ["orchestrate-check", "orchestrate-format"]
    for each in hooks:
        assert each["entry"].split()[:2] in (["orchestrate", "check"], ["orchestrate", "format"])
        for name in ("a.plan.yaml", "sub/b.plan.yml"):
            assert re.search(each["files"], name)
        assert not re.search(each["files"], "plan.yaml")


def action() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def test_the_action_takes_no_input_into_its_scripts():
    given = action()
    for step in given["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    assert given["inputs"]["fail-on"]["default"] in [each.value for each in FailOn]
    for name in given["inputs"]:
        assert f"inputs.{name} " in (ROOT / "action.yml").read_text(encoding="utf-8")


@POSIX
@pytest.mark.slow
def test_the_check_of_the_action_runs(tmp_path: Path):
    """Its script as the runner would start it: `bash -e -o pipefail`, with the inputs as variables."""
    (step,) = [each for each in action()["runs"]["steps"] if each.get("id") == "check"]
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans/good one.plan.yaml").write_text(CLEAN_PLAN, encoding="utf-8")
    (tmp_path / "bad.plan.yaml").write_text(BROKEN, encoding="utf-8")
    env = command_on_path(tmp_path)

    def run(paths: str, fail_on: str = "error", sarif: str = "") -> subprocess.CompletedProcess[str]:
        given = {
            "PATHS": paths,
            "FAIL_ON": fail_on,
            "SARIF_FILE": sarif,
            "GITHUB_OUTPUT": str(tmp_path / "output"),
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=tmp_path,
            env={**env, **given},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    assert run("plans").returncode == 0
    failed = run(".", sarif="found.sarif")
    assert failed.returncode == 1
    assert "::error file=bad.plan.yaml,line=6" in failed.stdout
    assert json.loads((tmp_path / "found.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert (tmp_path / "output").read_text(encoding="utf-8") == "sarif-file=found.sarif\n"
    assert run("plans/good one.plan.yaml\nbad.plan.yaml\n", "never").returncode == 0
    # A name is a name, whatever is in it.
    odd = run("$(touch made)\n--help\n`touch made`")
    assert odd.returncode == 2
    assert not (tmp_path / "made").exists()
