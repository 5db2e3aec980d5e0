"""`orchestrate history`, and agents chosen by it."""

from __future__ import annotations

from orchestrate_ls.progress.event import EventKind, line_of, make_event
from tests.cli.running import SEED_PLAN, CommandLine
from tests.report.seed_run import BEGIN, END, play, seed_events

TEAM = """\
agents:
  - {id: ann, skills: [python]}
  - {id: bob, skills: [python]}
tasks:
  - {id: A, name: Login tests, estimated_time: 2h, required_skills: [python], agent: bob}
  - {id: B, name: Login API, estimated_time: 2h, required_skills: [python], agent: ann}
  - {id: C, name: More tests, estimated_time: 4h, required_skills: [python]}
"""


def team(orchestrate: CommandLine) -> None:
    """A project in which bob did well in an earlier plan, and ann failed."""
    from datetime import timedelta

    orchestrate.write("old.plan.yaml", f"plan_id: pold\n{TEAM}")

    def event(kind: EventKind, task: str, hours: float, **details: object) -> bytes:
        return line_of(make_event("pold", BEGIN - timedelta(hours=100 - hours), kind, task, task, **details))

    orchestrate.write(
        ".orchestrate/old.events.jsonl",
        event(EventKind.STARTED, "A", 0)
        + event(EventKind.STARTED, "B", 0)
        + event(EventKind.DONE, "A", 3, score=0.9)
        + event(EventKind.FAILED, "B", 3),
    )
    orchestrate.write("new.plan.yaml", TEAM)


def test_the_seed_s_run(orchestrate: CommandLine):
    play(orchestrate.folder, SEED_PLAN, seed_events())
    found = orchestrate("history", "-f", "json", "--now", END).json
    assert [(each["file"], each["done"], each["estimates"]) for each in found["plans"]] == [
        ("seed.plan.yaml", 10, 10)
    ]
    kinds = {each["kind"]: (each["samples"], each["estimate_bias"]) for each in found["kinds"]}
    assert kinds["integration"] == (1, round(7 / 6, 4))
    assert kinds["testing"] == (2, 1)
    # One task is believed by a fifth, and the others say that estimates are right.
    factor = next(each["correction"] for each in found["kinds"] if each["kind"] == "integration")
    assert 1.01 < factor < 1.05
    shown = orchestrate("history", "--now", END).out
    assert "10 finished tasks of 1 plan" in shown


def test_nothing_recorded(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", SEED_PLAN)
    outcome = orchestrate("history")
    assert (outcome.code, outcome.out.startswith("Nothing was recorded")) == (0, True)
    assert orchestrate("history", "nowhere").code == 2


def test_agents_are_chosen_by_how_they_did(orchestrate: CommandLine):
    team(orchestrate)
    performance = {
        each["agent"]: each["recent_performance"]
        for each in orchestrate("history", "-f", "json").json["agents"]
    }
    assert performance == {"ann": round(1 / 3, 4), "bob": round(((0.9 + 2 / 3) / 2 + 1) / 3, 4)}
    chosen = orchestrate("assign", "new.plan.yaml", "-f", "json").json["assignments"]
    assert [(each["task"], each["agent"]) for each in chosen] == [("C", "bob")]
    without = orchestrate("assign", "new.plan.yaml", "-f", "json", "--no-history").json["assignments"]
    assert [(each["task"], each["agent"]) for each in without] == [("C", "ann")]


def test_what_the_plan_states_counts(orchestrate: CommandLine):
    team(orchestrate)
    orchestrate.write("new.plan.yaml", TEAM.replace("id: ann,", "id: ann, recent_performance: 0.95,"))
    chosen = orchestrate("assign", "new.plan.yaml", "-f", "json").json["assignments"]
    assert [each["agent"] for each in chosen] == ["ann"]


def test_a_broken_journal_is_said_and_passed_over(orchestrate: CommandLine):
    team(orchestrate)
    (orchestrate.folder / ".orchestrate/old.events.jsonl").unlink()
    (orchestrate.folder / ".orchestrate/old.events.jsonl").mkdir()
    outcome = orchestrate("history")
    assert outcome.code == 0
    assert "not a regular file" in outcome.err


def test_estimates_are_corrected_by_earlier_plans(orchestrate: CommandLine):
    old = "".join(
        f"  - {{id: I{each}, name: Payment integration, estimated_time: 2h}}\n" for each in range(4)
    )
    orchestrate.write("old.plan.yaml", f"plan_id: pold\ntasks:\n{old}")
    hour = {EventKind.STARTED: 1, EventKind.DONE: 5}
    events = [(f"I{each}", kind) for each in range(4) for kind in hour]
    lines = [
        line_of(make_event("pold", BEGIN.replace(hour=hour[kind], year=2025), kind, task, task))
        for task, kind in events
    ]
    orchestrate.write(".orchestrate/old.events.jsonl", b"".join(lines))
    orchestrate.write(
        "new.plan.yaml", "tasks:\n  - {id: A, name: Mail integration, estimated_time: 4h, agent: ann}\n"
    )

    def said() -> list[dict[str, object]]:
        found = orchestrate("check", "new.plan.yaml", "-f", "json").json
        return [each for each in found if each["code"] == "biased-estimate"]

    assert said() == []
    orchestrate.write("orchestrate.toml", '[rules]\nbiased-estimate = "hint"\n')
    found = said()
    assert [each["message"] for each in found] == [
        (
            "`A`: tasks of this kind took 1.7 times as long as estimated in earlier plans (4 of integration); 6h45m"
            " would be nearer"
        )
    ]
    assert found[0]["fixable"]


def test_the_fix_multiplies_the_estimate():
    from orchestrate_ls.progress.track_record import EstimateSample, TrackRecord
    from orchestrate_ls.text.edits import apply_edits
    from tests.rules.fixtures import checked

    record = TrackRecord((EstimateSample("old", "T", "ann", "integration", 3600, 7200),) * 4)
    text = "tasks:\n  - {id: A, name: Mail integration, estimated_time: 4h, agent: ann} # kept\n"
    check = checked(text, severities={"biased-estimate": "hint"}, history=record)
    found = next(each for each in check.diagnostics if each.code == "biased-estimate")
    fix = check.fixes(found)[0]
    assert apply_edits(text, fix.edits) == text.replace("4h", "7h15m")
    assert not fix.preferred
