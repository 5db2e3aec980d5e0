"""`orchestrate next`."""

import pytest

from tests.cli.running import SEED_PLAN, CommandLine


def test_the_tasks_that_can_start_with_their_reasons(orchestrate: CommandLine):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("next", "seed.plan.yaml", "--done", "T1", "--done", "T2")
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert outcome.code == 0
    assert lines[1].startswith(
        "90 T3 OAuth2 Integration api-integration-specialist high 30, 4 tasks wait for it, on"
    )
    assert [line.split()[:2] for line in lines if line[0].isdigit()] == [
        ["90", "T3"],
        ["60", "T4"],
        ["60", "T5"],
        ["40", "T6"],
    ]
    two = orchestrate("next", "seed.plan.yaml", "--done", "T1", "--done", "T2", "-n", "2", "-f", "json").json
    assert [each["task"] for each in two] == ["T3", "T4"]


def test_json(orchestrate: CommandLine):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    assert orchestrate("next", "seed.plan.yaml", "-f", "json").json == [
        {
            "task": "T1",
            "name": "Database Schema Design",
            "agent": "database-architect",
            "priority": 150,
            "base_priority": 40,
            "blocked_tasks": 9,
            "critical": True,
            "deadline_near": False,
            "reasons": ["critical 40", "9 tasks wait for it", "on the critical path"],
            "gates": {},
        }
    ]


def test_a_deadline_is_held_against_the_time_given(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml",
        "tasks:\n  - {id: A, estimated_time: 2h, agent: a}\n"
        "  - {id: B, estimated_time: 1h, agent: b, deadline: 2026-12-01T12:00:00Z}\n",
    )

    def order(time: str) -> list[str]:
        return [each["task"] for each in orchestrate("next", "a.plan.yaml", "-f", "json", "--now", time).json]

    assert order("2026-12-01T07:00:00Z") == ["A", "B"]
    assert order("2026-12-01T09:00:00Z") == ["B", "A"]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--done", "T99"], "has no task `T99`"),
        (["--now", "soon"], "is not a time"),
        (["-n", "0"], "-n"),
    ],
)
def test_what_cannot_be_meant(orchestrate: CommandLine, arguments: list[str], part: str):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("next", "seed.plan.yaml", *arguments)
    assert outcome.code == 2
    assert part in outcome.err


def test_nothing_left(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", "tasks:\n  - {id: A, estimated_time: 2h, agent: a}\n")
    assert orchestrate("next", "a.plan.yaml", "--done", "A").out == "No task is left to start.\n"


def test_a_cycle_is_refused(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "tasks:\n  - {id: A, dependencies: [B]}\n  - {id: B, dependencies: [A]}\n"
    )
    assert orchestrate("next", "a.plan.yaml").code == 2


def test_apply_writes_the_priorities_of_what_is_left_once(orchestrate: CommandLine):
    plan = (
        "tasks:\n  - id: A # first\n    estimated_time: 2h\n    agent: a\n    priority: high\n"
        "  - {id: B, estimated_time: 1h, agent: b, dependencies: [A]}\n"
    )
    orchestrate.write("a.plan.yaml", plan)
    path = orchestrate.folder / "a.plan.yaml"
    outcome = orchestrate("next", "a.plan.yaml", "--apply", "-n", "1")
    assert (outcome.code, outcome.err.strip()) == (
        0,
        "note: wrote the priorities of 2 tasks; `base_priority` keeps what each had",
    )
    written = path.read_text()
    assert (
        written
        == (
            plan.replace("priority: high\n", "priority: 60\n    base_priority: high\n").replace(
                "agent: b, dependencies: [A]}",
                "agent: b, dependencies: [A], priority: 40, base_priority: medium}",
            )
        )
        or "priority: 40, base_priority: medium" in written
    )
    again = orchestrate("next", "a.plan.yaml", "--apply")
    assert "has these priorities already" in again.err
    assert path.read_text() == written
    assert "60 A a high 30, 1 task waits for it, on the critical path" in " ".join(again.out.split())
    # What is done is left alone, and blocks nothing.
    orchestrate("next", "a.plan.yaml", "--apply", "--done", "A")
    assert "priority: 60" in path.read_text()


def test_apply_to_standard_input_is_refused(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    orchestrate.write("a.plan.yaml", "tasks:\n  - {id: A, estimated_time: 1h, agent: a}\n")
    with (orchestrate.folder / "a.plan.yaml").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        outcome = orchestrate("next", "-", "--apply")
    assert outcome.code == 2
    assert "standard input cannot be written to" in outcome.err


def test_the_settings_change_the_figures(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", "tasks:\n  - {id: A, estimated_time: 2h, agent: a, priority: low}\n")
    orchestrate.write("orchestrate.toml", "[priority]\nlow = 1\ncritical-path = 5\nbad = 1\n")
    outcome = orchestrate("next", "a.plan.yaml", "-f", "json")
    assert (outcome.json[0]["priority"], outcome.json[0]["reasons"]) == (6, ["low 1", "on the critical path"])
    assert "orchestrate.toml:4: there is no setting `priority.bad`" in outcome.err
