"""`orchestrate replan`: the diff first, then the file, whole or not at all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from orchestrate_ls.cli import replan as command
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.workspace.repository.survey import read_repository
from tests.cli.running import CommandLine
from tests.planner.test_user_catalogue import OWN

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
        (["shop.plan.yaml", "--now", "soon"], "is no date"),
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

    monkeypatch.setattr(command, "agreed", meanwhile)
    outcome = orchestrate("replan", str(plan), "make T3 2 days")
    assert (outcome.code, "changed meanwhile" in outcome.err) == (2, True)
    assert plan.read_text(encoding="utf-8") == f"# new\n{TEXT}"


# --- the plan's folder


@pytest.fixture
def folder(orchestrate: CommandLine):
    """A folder with code, in which a plan was made; the code would leave a mark if it were executed."""
    orchestrate.write("pyproject.toml", '[project]\nname = "shop"\n[tool.pytest.ini_options]\n')
    orchestrate.write("setup.py", "open('executed', 'w')\n")
    orchestrate.write("src/shop/__init__.py", "")
    orchestrate.write("src/shop/payments.py", '"""Payments with cards."""\n')
    orchestrate.write("tests/test_payments.py", "def test_nothing(): pass\n")
    goal = "Add gift vouchers and order export"
    path = orchestrate.folder / "shop.plan.yaml"
    text = plan_offline(goal, read_repository(path.parent)).text
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_a_plan_made_in_a_folder_with_code_stays_as_it_is(orchestrate: CommandLine, folder):
    assert "files:" in folder.read_text(encoding="utf-8")
    assert "Nothing to change" in orchestrate("replan", str(folder)).out
    # Without a look at the code nobody knows that there are no screens to change.
    assert "seen on screens" in orchestrate("replan", str(folder), "--no-context").out


def test_new_tasks_name_the_folders_files_and_old_ones_may_go(orchestrate: CommandLine, folder):
    assert orchestrate("replan", str(folder), "add order search", "-y").code == 0
    tasks = {task.name: task for task in PlanFile.parse(folder.read_text()).sources[0].plan.tasks}
    assert tasks["Order search"].files[0].startswith("src/shop/")
    assert orchestrate("replan", str(folder), "drop order export", "-y").code == 0
    text = folder.read_text(encoding="utf-8")
    assert "Order export" not in text
    assert not (folder.parent / "executed").exists()


def test_the_users_catalogue_counts(orchestrate: CommandLine, folder):
    orchestrate.write(".orchestrate/catalogue/own.yaml", OWN)
    shown = orchestrate("replan", str(folder), "add loyalty tiers", "--format", "json").json
    assert "data-steward" in shown["diff"]
    orchestrate.write(".orchestrate/catalogue/own.yaml", "capabilities:\n  bar: {words: [a\n")
    refused = orchestrate("replan", str(folder), "add loyalty tiers")
    assert (refused.code, "own.yaml:3: this is no YAML" in refused.err) == (2, True)


def test_the_template_that_the_plan_names_counts(orchestrate: CommandLine, folder):
    orchestrate.write(
        "orchestrate.toml", '[templates.patch]\nphases = ["triage", "implementation", "testing"]\n'
    )
    text = folder.read_text(encoding="utf-8").replace("template: feature_development", "template: patch")
    folder.write_text(text, encoding="utf-8", newline="")
    shown = orchestrate("replan", str(folder), "--format", "json").json
    assert any(each["what"].startswith("Triage") for each in shown["changes"] if each["kind"] == "added")
