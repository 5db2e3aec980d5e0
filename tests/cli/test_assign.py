"""`orchestrate assign`."""

from __future__ import annotations

import stat

import pytest

from tests.cli.running import SEED_PLAN, CommandLine

PLAN = """\
# orchestrate: plan
agents:
  - {id: ann, skills: [oauth2, rest], recent_performance: 0.8}   # ours
  - {id: bob, skills: [oauth2], recent_performance: 0.7}
  - {id: tess, skills: [testing]}
tasks:
  - {id: T1, name: Google, estimated_time: 6h, required_skills: [oauth2]}
  - id: T2   # the other
    name: GitHub
    estimated_time: 6h
    required_skills: [oauth2]
  - {id: T3, name: Unit tests, estimated_time: 4h, dependencies: [T1, T2], agent: tesss}
  - {id: T4, name: Rewrite, required_skills: [rust], estimated_time: 1h}
"""


def words(text: str) -> str:
    return " ".join(text.split())


def test_who_does_what_and_why_without_writing(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", PLAN)
    outcome = orchestrate("assign", "a.plan.yaml")
    assert outcome.code == 0
    out = words(outcome.out)
    assert "T1 Google - ann ann scores 0.92 and has oauth2; next is bob with 0.88" in out
    assert "T3 Unit tests tesss tess tess scores 0.80" in out
    assert out.endswith("3 tasks to change; --apply writes it.")
    assert outcome.err.startswith("note: T4: no agent has `rust`; nearest: `ann`")
    assert (orchestrate.folder / "a.plan.yaml").read_text() == PLAN


def test_json(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", PLAN)
    found = orchestrate("assign", "a.plan.yaml", "--format", "json", "--balance").json
    assert found["assignments"][1] == {
        "task": "T2",
        "before": None,
        "agent": "bob",
        "changed": True,
        "need": "missing",
        "possible": True,
        "reason": (
            "`bob` scores 0.88, against 0.92 of `ann`, which has enough to do; so the plan takes 10h instead of 16h"
        ),
    }
    assert (found["makespan_seconds_unbalanced"], found["makespan_seconds"]) == (16 * 3600, 10 * 3600)
    assert (found["makespan_seconds_before"], found["applied"]) == (None, False)
    assert [each["possible"] for each in found["assignments"]] == [True, True, True, False]


def test_apply_edits_the_text_and_twice_is_once(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", PLAN)
    path = orchestrate.folder / "a.plan.yaml"
    path.chmod(0o640)
    outcome = orchestrate("assign", "a.plan.yaml", "--apply", "--balance")
    assert "3 tasks changed in a.plan.yaml." in outcome.out
    assert "The plan takes 10h; with the best-scoring agents it would take 16h." in outcome.out
    written = path.read_text()
    assert written == (
        PLAN.replace("name: Google, estimated_time: 6h,", "name: Google, estimated_time: 6h, agent: ann,")
        .replace("    estimated_time: 6h\n", "    estimated_time: 6h\n    agent: bob\n")
        .replace("tesss", "tess")
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert words(orchestrate("assign", "a.plan.yaml", "--apply").out) == "Nothing to change."
    assert path.read_text() == written


def test_all_reconsiders_what_fits(orchestrate: CommandLine):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    assert "Every task has an agent that can do it." in orchestrate("assign", "seed.plan.yaml").out
    found = orchestrate("assign", "seed.plan.yaml", "--all", "--balance", "-f", "json").json
    assert len(found["assignments"]) == 10
    assert found["makespan_seconds"] == 19 * 3600


def test_settings_and_definition_files_count(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", "tasks:\n  - {id: T1, required_skills: [authentication]}\n")
    orchestrate.write(
        ".claude/agents/olga.md", "---\nname: olga\ndescription: Integrates OAuth providers\n---\nx\n"
    )
    orchestrate.write(".claude/agents/pia.md", "---\nname: pia\ndescription: Writes prose\n---\nx\n")
    assert orchestrate("assign", "a.plan.yaml", "-f", "json").json["assignments"][0]["agent"] is None
    orchestrate.write("orchestrate.toml", '[skills.kinds]\nauthentication = ["oauth2"]\n')
    (found,) = orchestrate("assign", "a.plan.yaml", "-f", "json").json["assignments"]
    assert found["agent"] == "olga"
    assert "inferred from its definition" in found["reason"]


def test_weights_are_settings(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml",
        "agents:\n  - {id: good, recent_performance: 1, current_load: 1}\n  - {id: idle, recent_performance: 0.6}\n"
        "tasks:\n  - {id: T1}\n",
    )

    def agent() -> str:
        return orchestrate("assign", "a.plan.yaml", "-f", "json").json["assignments"][0]["agent"]

    assert agent() == "idle"
    orchestrate.write("orchestrate.toml", "[selection]\nload = 0\n")
    assert agent() == "good"


@pytest.mark.parametrize(
    ("plan", "arguments", "part"),
    [
        ("tasks:\n", (), "has no tasks"),
        (
            "tasks:\n  - {id: A, dependencies: [A2]}\n  - {id: A2, dependencies: [A]}\n",
            ("--balance",),
            "error",
        ),
        (
            "agents: [{id: a}]\ntasks:\n  - {id: A, agent: [x]}\n",
            ("--apply",),
            "write `agent: a` there yourself",
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_written(
    orchestrate: CommandLine, plan: str, arguments: tuple[str, ...], part: str
):
    orchestrate.write("a.plan.yaml", plan)
    outcome = orchestrate("assign", "a.plan.yaml", *arguments)
    assert outcome.code == 2
    assert part in outcome.err
    assert (orchestrate.folder / "a.plan.yaml").read_text() == plan


def test_one_of_several_plans(orchestrate: CommandLine):
    text = "agents: [{id: a}]\ntasks: [{id: X}]\n---\nagents: [{id: b}]\ntasks: [{id: Y}]\n"
    orchestrate.write("a.plan.yaml", text)
    assert "choose one with `--plan N`" in orchestrate("assign", "a.plan.yaml").err
    orchestrate("assign", "a.plan.yaml", "--plan", "2", "--apply")
    assert (orchestrate.folder / "a.plan.yaml").read_text() == text.replace("{id: Y}", "{id: Y, agent: b}")


@pytest.mark.slow
def test_ten_thousand_tasks_come_to_an_end(orchestrate: CommandLine):
    agents = "".join(f"  - {{id: a{i}, skills: [s{i % 5}, s{i % 7}]}}\n" for i in range(30))
    tasks = "".join(
        f"  - {{id: T{i}, estimated_time: {1 + i % 7}h, required_skills: [s{i % 5}],"
        f" dependencies: [{f'T{i - 20}' if i >= 20 else ''}]}}\n"
        for i in range(10_000)
    )
    orchestrate.write("a.plan.yaml", f"agents:\n{agents}concurrent_capacity: 10\ntasks:\n{tasks}")
    found = orchestrate("assign", "a.plan.yaml", "--balance", "-f", "json").json
    assert all(each["agent"] for each in found["assignments"])
    assert found["makespan_seconds"] < found["makespan_seconds_unbalanced"]
