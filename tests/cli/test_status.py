"""`orchestrate status`: the seed's example, figures, waits and alerts."""

import pytest

from tests.cli.running import SEED_PLAN, CommandLine

PLAN = "seed.plan.yaml"
NOW = "2026-11-23T09:30:00Z"

# The project starts at midnight. The seed's own figures cannot all be true:
# - T1 and T2 took 6.5h together and T3, which needs both, is at 3h, so that 9.5h have passed and not 9h;
# - T6 took 5h, needs T2 and is done: it must have begun before T2 was done, which takes --force;
# - of 4 tasks at once 2 run (T3 and T4), which is 50% and leaves room for 2, not 75% and 1;
# - what is left takes 10h 52m (0.87h of T4, then T5, T7 and T8), not 13h;
# - T9 and T10 wait for the same tasks as T7, so they are queued like it; only T8 has not come so far.
# Its 42% is right by task: (3 + 0.5 + 0.7) / 10. By effort it is 46%.
PLAYED = [
    ("start T1", "00:00"),
    ("done T1", "02:00"),
    ("start T2", "02:00"),
    ("start T6 --force", "04:30"),
    ("done T2", "06:30"),
    ("start T3", "06:30"),
    ("start T4", "07:30"),
    ("progress T3 --percent 50", "09:29"),
    ("progress T4 --percent 70", "09:29"),
    ("done T6", "09:30"),
]


@pytest.fixture
def seed(orchestrate: CommandLine) -> CommandLine:
    orchestrate.write(PLAN, SEED_PLAN)
    for words, time in PLAYED:
        verb, task, *options = words.split()
        outcome = orchestrate("task", verb, PLAN, task, *options, "--now", f"2026-11-23T{time}:00Z")
        assert outcome.code == 0, outcome.err
    return orchestrate


def test_the_seed_s_example(seed: CommandLine):
    status = seed("status", PLAN, "--now", NOW, "-f", "json").json
    assert {each["task"]: (each["state"], each["details"]) for each in status["tasks"]} == {
        "T1": ("completed", "2h actual, 2h estimated"),
        "T2": ("completed", "4h 30m actual, 4h estimated"),
        "T3": ("in_progress", "3h elapsed, 50% complete, 6h estimated"),
        "T4": ("in_progress", "2h elapsed, 70% complete, 3h estimated"),
        "T5": ("queued", "waiting for api-developer, busy with T4"),
        "T6": ("completed", "5h actual, 5h estimated"),
        "T7": ("queued", "waiting for T3, T4 and T5"),
        "T8": ("not_started", "waiting for T7"),
        "T9": ("queued", "waiting for T3, T4 and T5"),
        "T10": ("queued", "waiting for T3, T4 and T5"),
    }
    assert status["overall_progress"] == {"by_task": 0.42, "by_effort": 0.46}
    assert status["elapsed"] == 9.5 * 3600
    # T4: 0.3 * (2h + 0.3 * 3h) = 0.87h, then T5 by the same agent, then T7 and T8.
    assert status["estimated_remaining"] == pytest.approx((0.87 + 3 + 4 + 3) * 3600, abs=1)
    assert status["estimated_finish"] == "2026-11-23T20:22:12Z"
    assert (status["planned"], status["behind"]) == (19 * 3600, 4932)
    assert status["work_left"] == (3 + 0.87 + 3 + 4 + 3 + 2 + 3) * 3600
    assert [(each["kind"], each["message"]) for each in status["alerts"]] == [
        ("behind_schedule", "T3 is 30m behind schedule (risk: high)"),
        ("behind_schedule", "T4 is 1h 22m behind schedule (risk: low)"),
        ("plan_behind_schedule", "the plan is 1h 22m behind its schedule"),
        ("took_longer", "T2 took 12.5% longer than estimated (note for future)"),
        ("capacity_free", "agent capacity at 50% (can accept 2 more tasks; none can start yet)"),
    ]
    assert status["tasks"][5]["forced"] == ["it depends on tasks that are not done (T2 is in progress)"]


def test_the_table(seed: CommandLine):
    shown = seed("status", PLAN, "--now", NOW).out
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert any(line.startswith("42% of tasks █") for line in lines)
    assert any(line.startswith("46% of effort █") for line in lines)
    assert any(line.startswith("T3 OAuth2 Integration ▶ in progress █████░░░░░") for line in lines)
    assert "⚠ T3 is 30m behind schedule (risk: high)" in lines


def test_a_plan_nobody_has_begun(orchestrate: CommandLine):
    orchestrate.write(PLAN, SEED_PLAN)
    outcome = orchestrate("status", PLAN)
    assert outcome.code == 0
    assert "Nothing was recorded yet" in outcome.out
    status = orchestrate("status", PLAN, "-f", "json").json
    assert (status["estimated_remaining"], status["elapsed"], status["journal"]) == (19 * 3600, 0, None)
    assert [each["state"] for each in status["tasks"]][:3] == ["ready", "queued", "not_started"]
    assert orchestrate.names() == [".git", PLAN]


def test_a_finished_plan(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "tasks:\n  - {id: A, estimated_time: 2h}\n  - {id: B, estimated_time: 2h}\n"
    )
    orchestrate("task", "start", "a.plan.yaml", "A", "--now", "2026-11-23T09:00:00Z")
    orchestrate("task", "skip", "a.plan.yaml", "B", "--now", "2026-11-23T09:30:00Z")
    last = orchestrate("task", "done", "a.plan.yaml", "A", "--now", "2026-11-23T10:00:00Z")
    assert "all tasks are done" in last.out
    status = orchestrate("status", "a.plan.yaml", "-f", "json", "--now", "2027-01-01T00:00:00Z").json
    assert status["overall_progress"] == {"by_task": 1.0, "by_effort": 1.0}
    assert (status["estimated_remaining"], status["elapsed"], status["alerts"]) == (0, 3600, [])
    assert "all done, 1 task skipped" in orchestrate("status", "a.plan.yaml").out


def test_blocked_failed_and_late(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml",
        "tasks:\n  - {id: A, estimated_time: 2h, deadline: 2026-11-23T10:00:00Z}\n"
        "  - {id: B, estimated_time: 1h}\n  - {id: C, dependencies: [B], estimated_time: 1h}\n",
    )
    for words in ("start A", "start B", "block A --note keys", "fail B --note crash"):
        verb, task, *options = words.split()
        orchestrate("task", verb, "a.plan.yaml", task, *options, "--now", "2026-11-23T09:00:00Z")
    alerts = orchestrate("status", "a.plan.yaml", "-f", "json", "--now", "2026-11-23T11:00:00Z").json[
        "alerts"
    ]
    assert [each["message"] for each in alerts] == [
        "B has failed: crash",
        "A will miss its deadline by 3h",
        "A has been blocked for 2h: keys",
        "the plan is 2h behind its schedule",
    ]


def test_working_hours_count_and_nights_do_not(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml",
        "start: 2026-11-23T09:00:00Z\ntasks:\n  - {id: A, estimated_time: 10h}\n  - {id: B, dependencies: [A]}\n",
    )
    orchestrate("task", "start", "a.plan.yaml", "A", "--now", "2026-11-23T09:00:00Z")
    status = orchestrate("status", "a.plan.yaml", "-f", "json", "--now", "2026-11-24T10:00:00Z").json
    # 8 hours on the first day and 1 on the second; by the clock 25 have passed.
    assert status["tasks"][0]["actual"] == 9 * 3600
    assert status["elapsed"] == 25 * 3600
    assert status["tasks"][0]["expected_finish"] == "2026-11-24T11:00:00Z"


def test_a_circle_leaves_no_forecast_but_everything_else(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "tasks:\n  - {id: A, dependencies: [B]}\n  - {id: B, dependencies: [A]}\n"
    )
    status = orchestrate("status", "a.plan.yaml", "-f", "json").json
    assert status["estimated_remaining"] is None
    assert [each["state"] for each in status["tasks"]] == ["not_started", "not_started"]


def test_lines_that_were_passed_over_are_said(seed: CommandLine):
    with (seed.folder / ".orchestrate/seed.events.jsonl").open("ab") as file:
        file.write(b"<<<<<<< HEAD\n" + b'{"v":9,"id":"z","plan":"p","time":"soon","type":"x","task":"T1"}\n')
    outcome = seed("status", PLAN, "--now", NOW)
    assert outcome.code == 0
    assert "conflict marker of git" in outcome.err
    assert ":12 was passed over: `time` is not a time" in outcome.err


def test_watching_needs_a_terminal(seed: CommandLine):
    assert "needs a terminal" in seed("status", PLAN, "--watch").err
    assert "leave `--now` out" in seed("status", PLAN, "--watch", "--now", NOW).err


def test_replan_triggers_that_hold_are_alerts(orchestrate: CommandLine):
    triggers = (
        "replan_triggers:\n"
        "  - {condition: quality_score < 0.7, action: trigger_code_review, severity: high}\n"
        "  - {condition: critical_task_blocked > 2h, action: escalate_blocker_resolution, severity: critical}\n"
    )
    orchestrate.write(PLAN, f"{triggers}{SEED_PLAN}")
    for words, hour in (("start T1", 0), ("done T1 --score 0.6", 2), ("start T2", 2), ("block T2", 3)):
        verb, task, *options = words.split()
        outcome = orchestrate("task", verb, PLAN, task, *options, "--now", f"2026-11-23T0{hour}:00:00Z")
        assert outcome.code == 0, outcome.err
    status = orchestrate("status", PLAN, "--now", NOW, "-f", "json").json
    triggered = [each for each in status["alerts"] if each["kind"] == "replan_triggered"]
    assert [(each["task"], each["action"], each["severity"]) for each in triggered] == [
        ("T2", "escalate_blocker_resolution", "critical"),
        ("T1", "trigger_code_review", "high"),
    ]
    assert "T2: critical_task_blocked > 2h: critical_task_blocked is 6h30m" in triggered[0]["message"]
