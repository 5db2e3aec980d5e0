"""`orchestrate replan`: the diff first, then the file, whole or not at all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from orchestrate_ls.cli import replan as command
from orchestrate_ls.planner.offline import plan_offline
from tests.cli.running import CommandLine

TEXT = plan_offline("Build a shop with search and payments").text


@pytest.fixture
def plan(orchestrate: CommandLine):
    return orchestrate.write("shop.plan.yaml", TEXT)


def test_without_a_terminal_only_the_diff_is_shown(orchestrate: CommandLine, plan):
    shown = orchestrate("replan", str(plan), "make T3 2 days")
    assert shown.code == 1
    assert "-    estimated_time: {optimistic: 3h, likely: 4h, pessimistic: 6h}" in shown.out
    assert "+    estimated_time: 2d" in shown.out
    assert "Changed T3 Search: as instructed (make T3 2 days)" in shown.out
    assert "--yes makes the change" in shown.err
    assert plan.read_text(encoding="utf-8") == TEXT


def test_with_yes_it_is_done(orchestrate: CommandLine, plan):
    done = orchestrate("replan", str(plan), "make T3 2 days; hum", "--yes")
    assert done.code == 0
    assert "Not understood: `hum`" in done.out
    assert "estimated_time: 2d" in plan.read_text(encoding="utf-8")
    assert orchestrate("check", str(plan)).code == 0


def test_the_diff_is_one_that_patch_takes(orchestrate: CommandLine, plan):
    shown = orchestrate("replan", str(plan), "drop search", "--format", "json").json
    diff = shown["diff"].replace(f"a/{plan.as_posix()}", "a/shop.plan.yaml")
    diff = diff.replace(f"b/{plan.as_posix()}", "b/shop.plan.yaml")
    outcome = subprocess.run(
        ["git", "apply", "-"], cwd=plan.parent, input=f"{diff}\n", text=True, capture_output=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    patched = plan.read_text(encoding="utf-8")
    plan.write_text(TEXT, encoding="utf-8", newline="")
    assert orchestrate("replan", str(plan), "drop search", "-y").code == 0
    assert plan.read_text(encoding="utf-8") == patched


def test_where_nothing_changes_that_is_no_failure(orchestrate: CommandLine, plan):
    for more in ([], ["--missing"], ["--from", "T3"]):
        outcome = orchestrate("replan", str(plan), *more)
        assert (outcome.code, "Nothing to change" in outcome.out) == (0, True)


def test_a_sub_plan_is_written_beside_the_plan(orchestrate: CommandLine, plan):
    assert orchestrate("replan", str(plan), "--split", "T3", "-y").code == 0
    assert (plan.parent / "shop.T3.plan.yaml").exists()
    assert "plan: shop.T3.plan.yaml" in plan.read_text(encoding="utf-8")
    assert orchestrate("check", str(plan.parent)).code == 0


def test_kept_tasks_are_kept(orchestrate: CommandLine, plan):
    shown = orchestrate("replan", str(plan), "drop search", "--keep", "T3", "--format", "json").json
    assert not [each for each in shown["changes"] if each["kind"] == "removed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope.plan.yaml"], "no such file"),
        (["shop.plan.yaml", "hum"], "was not understood"),
        (["shop.plan.yaml", ""], "the instruction is empty"),
        (["shop.plan.yaml", "--from", "T99"], "did you mean `T9`?"),
        (["shop.plan.yaml", "--split", "T3", "--missing"], "one thing by itself"),
        (["shop.plan.yaml", "add chat", "--missing"], "takes no instruction"),
        (["shop.plan.yaml", "--plan", "2"], "no plan number 2"),
        (["shop.plan.yaml", "--now", "soon"], "is no day"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    orchestrate: CommandLine, plan, arguments: list[str], said: str, monkeypatch
):
    monkeypatch.chdir(plan.parent)
    outcome = orchestrate("replan", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert "help" in outcome.err
    assert plan.read_text(encoding="utf-8") == TEXT


def test_a_person_is_asked(orchestrate: CommandLine, plan, monkeypatch):
    class Terminal:
        def __init__(self, answer: str) -> None:
            self._answer = answer

        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return self._answer

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for answer, code in (("\n", 1), ("no\n", 1), ("y\n", 0)):
        monkeypatch.setattr(command.sys, "stdin", Terminal(answer))
        outcome = orchestrate("replan", str(plan), "make T3 2 days")
        assert (outcome.code, "Make this change? [y/N]" in outcome.out) == (code, True)
    assert "estimated_time: 2d" in plan.read_text(encoding="utf-8")


def test_a_file_that_changed_meanwhile_is_left_alone(orchestrate: CommandLine, plan, monkeypatch):
    def meanwhile(_format: object) -> bool:
        plan.write_text(f"# new\n{TEXT}", encoding="utf-8", newline="")
        return True

    monkeypatch.setattr(command, "_agreed", meanwhile)
    outcome = orchestrate("replan", str(plan), "make T3 2 days")
    assert (outcome.code, "changed meanwhile" in outcome.err) == (2, True)
    assert plan.read_text(encoding="utf-8") == f"# new\n{TEXT}"
