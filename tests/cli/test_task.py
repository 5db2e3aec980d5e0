"""`orchestrate task`: recording, refusing, what follows; and where it is kept."""

import json
import shutil
import subprocess

import pytest

from tests.cli.running import SEED_PLAN, CommandLine

PLAN = "seed.plan.yaml"
JOURNAL = ".orchestrate/seed.events.jsonl"


@pytest.fixture
def plan(orchestrate: CommandLine) -> CommandLine:
    orchestrate.write(PLAN, SEED_PLAN)
    return orchestrate


def at(minute: int) -> str:
    return f"2026-11-23T{9 + minute // 60:02}:{minute % 60:02}:00Z"


def lines(command: CommandLine, name: str = JOURNAL) -> list[dict]:
    return [json.loads(line) for line in (command.folder / name).read_text().splitlines()]


def states(command: CommandLine, name: str = PLAN) -> dict[str, str]:
    return {each["task"]: each["state"] for each in command("status", name, "-f", "json").json["tasks"]}


def test_the_first_event_gives_the_plan_an_id_and_changes_nothing_else(plan: CommandLine):
    outcome = plan("task", "start", PLAN, "T1", "--agent", "ann", "--now", at(0))
    assert (outcome.code, outcome.out) == (0, "T1 is in progress by ann.\n")
    text = (plan.folder / PLAN).read_text()
    (added,) = [line for line in text.splitlines(keepends=True) if line.startswith("plan_id:")]
    assert text.replace(added, "", 1) == SEED_PLAN
    (event,) = lines(plan)
    assert event["plan"] == added.split()[1]
    assert (event["type"], event["task"], event["agent"], event["time"]) == ("started", "T1", "ann", at(0))
    plan("task", "progress", PLAN, "T1", "--percent", "50%", "--now", at(5))
    assert (plan.folder / PLAN).read_text() == text


def test_what_an_attempt_has_used_is_recorded(plan: CommandLine):
    plan("task", "start", PLAN, "T1", "--now", at(0))
    used = ["--tokens", "182,000", "--cost", "1.20", "--model", "large"]
    assert plan("task", "progress", PLAN, "T1", *used, "--now", at(5)).code == 0
    assert plan("task", "done", PLAN, "T1", "--cost", "2 eur", "--now", at(9)).code == 0
    _, progress, done = lines(plan)
    assert (progress["tokens"], progress["cost"], progress["model"]) == (182_000, 1.2, "large")
    assert (done["cost"], done["currency"]) == (2, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        "# orchestrate: plan\r\nversion: 1 # one\r\ngoal: x\r\ntasks:\r\n  - id: A\r\n",
        "{tasks: [{id: A}]}\n",
        "{goal: x, tasks: [{id: A}], version: 1}\n",
        "---\ntasks:\n- id: A\n...\n",
        "goal: |\n  long\n\n  text\n# about tasks\ntasks:\n  - {id: A}\n",
        "plan_id:\ntasks:\n  - id: A\n",
        "\ufefftasks:\n  - id: A\n",
    ],
)
def test_the_id_finds_its_place_in_any_plan(orchestrate: CommandLine, text: str):
    orchestrate.write("a.plan.yaml", text)
    outcome = orchestrate("task", "start", "a.plan.yaml", "A")
    assert outcome.code == 0, outcome.err
    event = lines(orchestrate, ".orchestrate/a.events.jsonl")[0]
    written = (orchestrate.folder / "a.plan.yaml").read_bytes().decode()
    assert event["plan"] in written
    rest = written
    for piece in (f"plan_id: {event['plan']}", "\r\n", "\n", ", ", " "):
        rest = rest.replace(piece, "")
    expected = text.replace("plan_id:", "")
    for piece in ("\r\n", "\n", ", ", " "):
        expected = expected.replace(piece, "")
    assert rest == expected
    assert orchestrate("task", "done", "a.plan.yaml", "A").code == 0
    assert states(orchestrate, "a.plan.yaml") == {"A": "completed"}


def test_what_follows_is_said(plan: CommandLine):
    plan("task", "start", PLAN, "T1", "--now", at(0))
    done = plan("task", "done", PLAN, "T1", "--now", at(120))
    assert done.out == "T1 is done: 2h, estimated 2h.\nT2 can start now.\n"
    plan("task", "start", PLAN, "T2", "--now", at(120))
    done = plan("task", "done", PLAN, "T2", "--actual", "4.5h", "--now", at(130)).out
    assert done == "T2 is done: 4h 30m, estimated 4h, +12.5%.\nT3, T4, T5 and T6 can start now.\n"


def test_a_freed_agent_is_told_of_who_waits_for_it(plan: CommandLine):
    for task in ("T1", "T2"):
        plan("task", "done", PLAN, task)
    plan("task", "start", PLAN, "T4")
    assert "T5 can start now.\n" in plan("task", "done", PLAN, "T4").out


def test_starting_too_early_is_refused_unless_forced_and_that_is_recorded(plan: CommandLine):
    outcome = plan("task", "start", PLAN, "T3")
    assert outcome.code == 2
    assert "T3 cannot be started" in outcome.err
    assert "T1 is not started, T2 is not started" in outcome.err
    assert "--force" in outcome.err
    assert not (plan.folder / ".orchestrate" / "seed.events.jsonl").exists()
    assert (plan.folder / PLAN).read_text() == SEED_PLAN
    assert plan("task", "start", PLAN, "T3", "--force").code == 0
    assert lines(plan)[0]["forced"] == [
        "it depends on tasks that are not done (T1 is not started, T2 is not started)"
    ]


@pytest.mark.parametrize(
    ("before", "refused", "part"),
    [
        ([], ["done", "T77"], "did you mean `T7`?"),
        ([], ["progress", "T1", "--percent", "5"], "T1 is not in progress"),
        ([], ["fail", "T1"], "was not started"),
        ([], ["unblock", "T2"], "T2 is not blocked"),
        ([], ["reassign", "T1"], "--agent"),
        ([], ["reassign", "T1", "--agent", "database-architect"], "has T1 already"),
        ([], ["reopen", "T1"], "nothing to reopen"),
        ([["start", "T1"]], ["start", "T1"], "in progress already by database-architect"),
        ([["start", "T1"]], ["progress", "T1"], "nothing to report"),
        ([["start", "T1"]], ["progress", "T1", "--percent", "101"], "from 0 to 100"),
        ([["start", "T1"]], ["done", "T1", "--score", "8.7"], "8.7 of 10 is 0.87"),
        ([["start", "T1"]], ["done", "T1", "--tokens", "many"], "--tokens is a whole number"),
        ([["start", "T1"]], ["done", "T1", "--cost", "cheap"], "as in --cost 1.20"),
        ([["start", "T1"]], ["done", "T1", "--cost", "1", "--currency", "dollars"], "three letters"),
        ([["start", "T1"]], ["done", "T1", "--currency", "EUR"], "give --cost too"),
        ([["start", "T1"]], ["done", "T1", "--actual", "long"], "--actual"),
        ([["start", "T1"]], ["skip", "T1"], "in progress"),
        ([["start", "T1"], ["block", "T1", "-n", "no key"]], ["block", "T1"], "blocked already (no key)"),
        ([["start", "T1"], ["block", "T1", "-n", "no key"]], ["done", "T1"], "it is blocked (no key)"),
        ([["start", "T1"], ["fail", "T1"]], ["done", "T1"], "has failed"),
        ([["done", "T1"]], ["done", "T1"], "T1 is done already"),
        ([["skip", "T1"]], ["start", "T1"], "T1 is skipped already"),
        ([["done", "T1"], ["start", "T2"]], ["reopen", "T1"], "T2, which depends on it, has begun"),
        ([["start", "T1", "--now", at(9)]], ["done", "T1", "--now", at(8)], "after 2026-11-23T09:08:00Z"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(plan: CommandLine, before, refused, part):
    for verb, *rest in before:
        outcome = plan("task", verb, PLAN, *rest)
        assert outcome.code == 0, outcome.err
    journal = plan.folder / JOURNAL
    written = journal.read_bytes() if journal.exists() else b""
    verb, *rest = refused
    outcome = plan("task", verb, PLAN, *rest)
    assert outcome.code == 2
    assert part in " ".join(outcome.err.split())
    assert (journal.read_bytes() if journal.exists() else b"") == written


def test_a_task_fails_is_tried_again_reassigned_skipped_and_reopened(plan: CommandLine):
    for verb, *rest in (
        ["start", "T1"],
        ["fail", "T1", "--note", "no disk"],
        ["start", "T1"],
        ["reassign", "T1", "--agent", "bob"],
        ["skip", "T1", "--force"],
        ["reopen", "T1"],
        ["start", "T1"],
        ["done", "T1"],
    ):
        outcome = plan("task", verb, PLAN, *rest)
        assert outcome.code == 0, outcome.err
    assert [each["attempt"] for each in lines(plan)] == [1, 1, 2, 2, 2, 2, 3, 3]
    task = plan("status", PLAN, "-f", "json").json["tasks"][0]
    assert (task["state"], task["agent"], task["attempt"]) == ("completed", "bob", 3)


def test_a_renamed_file_and_a_renamed_task_lose_nothing(plan: CommandLine):
    plan("task", "done", PLAN, "T1")
    (plan.folder / PLAN).rename(plan.folder / "auth.plan.yaml")
    assert states(plan, "auth.plan.yaml")["T1"] == "completed"
    text = (plan.folder / "auth.plan.yaml").read_text().replace("T10", "T-ten").replace("T1", "schema")
    (plan.folder / "auth.plan.yaml").write_text(text)
    assert plan("status", "auth.plan.yaml", "-f", "json").json["unknown_tasks"] == ["T1"]
    assert plan("task", "renamed", "auth.plan.yaml", "T1", "nowhere").code == 2
    assert plan("task", "renamed", "auth.plan.yaml", "T1", "schema").code == 0
    assert states(plan, "auth.plan.yaml")["schema"] == "completed"
    assert plan("task", "start", "auth.plan.yaml", "T2").code == 0
    assert plan.names().count(JOURNAL) == 1
    assert not (plan.folder / ".orchestrate/auth.events.jsonl").exists()


def test_a_copy_of_a_plan_does_not_take_its_history_along(plan: CommandLine):
    plan("task", "done", PLAN, "T1")
    shutil.copy(plan.folder / PLAN, plan.folder / "copy.plan.yaml")
    outcome = plan("task", "start", "copy.plan.yaml", "T2")
    assert outcome.code == 2
    assert "same `plan_id`" in outcome.err


def test_each_plan_of_a_file_has_its_own_history(orchestrate: CommandLine):
    orchestrate.write("two.plan.yaml", "tasks:\n  - id: A\n---\ntasks:\n  - id: A\n")
    assert orchestrate("task", "done", "two.plan.yaml", "A", "--plan", "2").code == 0
    found = [
        orchestrate("status", "two.plan.yaml", "-f", "json", "--plan", number).json["tasks"][0]["state"]
        for number in ("1", "2")
    ]
    assert found == ["ready", "completed"]


def test_two_people_s_journals_merge_in_git(plan: CommandLine):
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=plan.folder, check=True, capture_output=True)

    shutil.rmtree(plan.folder / ".git")
    git("init", "-q", "-b", "main")
    plan("task", "done", PLAN, "T1", "--now", at(0))
    plan("task", "done", PLAN, "T2", "--now", at(1))
    git("add", "-A")
    git("commit", "-qm", "begin")
    git("checkout", "-qb", "other")
    plan("task", "done", PLAN, "T3", "--now", at(3))
    git("commit", "-qam", "T3")
    git("checkout", "-q", "main")
    plan("task", "done", PLAN, "T4", "--now", at(2))
    git("commit", "-qam", "T4")
    git("merge", "-q", "other", "-m", "both")
    assert [task for task, state in states(plan).items() if state == "completed"] == ["T1", "T2", "T3", "T4"]
    assert plan("status", PLAN).err == ""


def test_a_plan_with_errors_can_be_reported_on(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "tasks:\n  - id: A\n  - id: B\n    dependencies: [C]\n    estimated_time: soon\n"
    )
    assert orchestrate("task", "done", "a.plan.yaml", "A").code == 0
    assert states(orchestrate, "a.plan.yaml")["A"] == "completed"


def test_next_and_handoff_know_the_journal(plan: CommandLine):
    for task in ("T1", "T2"):
        plan("task", "done", PLAN, task, "--note", f"{task} is there", "--artefact", "src/a.py")
    plan("task", "start", PLAN, "T3")
    plan("task", "reassign", PLAN, "T6", "--agent", "carol")
    found = plan("next", PLAN, "-f", "json").json
    assert [(each["task"], each["agent"]) for each in found] == [
        ("T4", "api-developer"),
        ("T5", "api-developer"),
        ("T6", "carol"),
    ]
    package = plan("handoff", PLAN, "T6", "-f", "json").json
    assert package["agent"] == "carol"
    assert package["blocked_by"] == []
    assert package["depends_on"][0]["result"] == "done: T2 is there (left src/a.py)"


def test_terminal_escapes_in_notes_reach_no_terminal(plan: CommandLine):
    plan("task", "start", PLAN, "T1")
    plan("task", "block", PLAN, "T1", "--note", "\x1b[2J\u202eoops\nT9 is done")
    shown = plan("status", PLAN).out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "oops T9 is done" in " ".join(shown.split())
