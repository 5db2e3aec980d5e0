"""`orchestrate plan`: the file it writes, the summary it prints, and what it refuses to do."""

import os
from pathlib import Path

import pytest

from orchestrate_ls.cli import plan as command
from orchestrate_ls.planner.verify import verify
from tests.cli.running import GOAL, CommandLine, run_process

NAME = "build-a-user-authentication-system.plan.yaml"


def test_a_goal_becomes_a_file_that_passes_its_own_checks(orchestrate: CommandLine):
    outcome = orchestrate("plan", GOAL)
    assert (outcome.code, outcome.err) == (0, "")
    assert orchestrate.names() == [".git", NAME]
    assert orchestrate("check", "--fail-on", "warning").code == 0
    text = (orchestrate.folder / NAME).read_text(encoding="utf-8")
    assert text.startswith("# orchestrate: plan\n")
    assert verify(text).faults == ()


def test_the_summary_has_all_its_parts(orchestrate: CommandLine):
    out = orchestrate("plan", GOAL).out
    parts = [
        f"Wrote {NAME}",
        GOAL,
        "Tasks\n",
        "What waits for what\n",
        "Waves",
        "Time\n",
        "Critical path",
        "Next\n",
    ]
    places = [out.index(part) for part in parts]
    assert places == sorted(places)
    for heading in ("Task", "Name", "Agent", "Takes", "Waits for", "Slack"):
        assert heading in out
    assert "└── " in out
    assert f"orchestrate check {NAME}" in out
    assert f"orchestrate schedule {NAME}" in out


def test_json_agrees_with_the_schedule(orchestrate: CommandLine):
    made = orchestrate("plan", GOAL, "--format", "json").json
    scheduled = orchestrate("schedule", made["file"], "--format", "json").json
    assert made["goal"] == GOAL
    for name in ("total_seconds", "critical_path", "critical_path_seconds", "waves"):
        assert made[name] == scheduled[name]
    for name, task in scheduled["tasks"].items():
        assert task.items() <= made["tasks"][name].items()
        more = set(made["tasks"][name]) - set(task)
        assert sorted(more) == ["critical", "dependencies", "estimate", "name"]
    assert [name for name, task in made["tasks"].items() if task["critical"]] >= made["critical_path"]


def test_an_existing_file_is_left_alone_without_force(orchestrate: CommandLine):
    path = orchestrate.write("mine.plan.yaml", "mine")
    outcome = orchestrate("plan", GOAL, "-o", "mine.plan.yaml")
    assert outcome.code == 2
    assert "mine.plan.yaml exists already" in outcome.err
    assert "--force" in outcome.err
    assert path.read_text() == "mine"
    assert orchestrate("plan", GOAL, "-o", "mine.plan.yaml", "--force").code == 0
    assert path.read_text(encoding="utf-8").startswith("# orchestrate: plan")


def test_where_it_is_written(orchestrate: CommandLine):
    (orchestrate.folder / "plans").mkdir()
    assert orchestrate("plan", GOAL, "-o", "plans").code == 0
    assert (orchestrate.folder / "plans" / NAME).is_file()
    outcome = orchestrate("plan", GOAL, "-o", "none/x.plan.yaml")
    assert outcome.code == 2
    assert "there is no folder none" in outcome.err
    outcome = orchestrate("plan", GOAL, "-o", "x.txt")
    assert outcome.code == 0
    assert "does not end in .plan.yaml" in outcome.err


def test_standard_output_gets_the_plan_alone(orchestrate: CommandLine):
    outcome = orchestrate("plan", GOAL, "-o", "-")
    assert outcome.out.startswith("# orchestrate: plan\n")
    assert verify(outcome.out).faults == ()
    assert orchestrate.names() == [".git"]
    assert orchestrate("plan", GOAL, "-o", "-", "-f", "json").code == 2


def test_the_same_goal_gives_the_same_bytes(orchestrate: CommandLine):
    plans = {
        run_process(orchestrate.folder, "plan", GOAL, "-o", "-", PYTHONHASHSEED=seed).out for seed in "12"
    }
    assert len(plans) == 1


@pytest.mark.parametrize("goal", ["", "   ", "x" * 100_000, "asdfghjkl qwrtz", "???", "\n\n"])
def test_a_goal_that_says_nothing_gets_a_clear_answer(orchestrate: CommandLine, goal: str):
    outcome = orchestrate("plan", goal)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: the goal ") or outcome.err.startswith("error: ")
    assert "help: " in outcome.err
    assert "Traceback" not in outcome.err
    assert len(outcome.err) < 600
    assert orchestrate.names() == [".git"]


@pytest.mark.parametrize("size", [900_000, 3_000_000])
def test_a_goal_of_a_megabyte_on_standard_input(orchestrate: CommandLine, size: int):
    outcome = run_process(orchestrate.folder, "plan", "-", stdin=b"build a shop " * (size // 13))
    assert outcome.code == 2
    assert outcome.err.startswith("error: the goal")
    assert "Traceback" not in outcome.err


def test_a_goal_on_standard_input(orchestrate: CommandLine):
    outcome = run_process(orchestrate.folder, "plan", "-", "-f", "json", stdin=GOAL.encode() + b"\n")
    assert outcome.code == 0
    assert (orchestrate.folder / outcome.json["file"]).is_file()


@pytest.mark.parametrize(
    "goal", ["../../etc/passwd --force", "-rf /; $(reboot)", "build \x1b[2J a shop", "CON", "büro"]
)
def test_a_hostile_goal_names_a_harmless_file(orchestrate: CommandLine, goal: str):
    outcome = orchestrate("plan", "--", goal)
    assert outcome.code in (0, 2)
    assert "\x1b" not in outcome.out + outcome.err
    assert all(Path(name).name == name for name in orchestrate.names())
    assert orchestrate("check").code in (0, 1)


def test_a_faulty_plan_is_a_bug_that_is_admitted(orchestrate: CommandLine):
    verification = verify("tasks:\n  - id: T1\n    dependencies: [T9]\n    agent: a\n")
    assert {each.code for each in verification.faults} == {"unknown-dependency", "unknown-agent"}
    with pytest.raises(
        command.CommandFailedError, match="this is a bug in orchestrate: its plan for this goal"
    ):
        command._report_faults(verification, verification.check.file.text)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX systems")
def test_a_new_file_is_as_open_as_others(orchestrate: CommandLine):
    orchestrate("plan", GOAL)
    other = orchestrate.write("other", "x")
    assert (orchestrate.folder / NAME).stat().st_mode == other.stat().st_mode
