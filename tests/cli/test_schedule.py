"""`orchestrate schedule`: the figures, as JSON and as a table, and plans that have none."""

import pytest

from tests.cli.running import SEED_PLAN, CommandLine, run_process


def test_the_seed_plan_gives_the_measured_figures(orchestrate: CommandLine):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("schedule", "seed.plan.yaml", "--format", "json")
    plan = outcome.json
    assert (outcome.code, outcome.err) == (0, "")
    assert list(plan)[:5] == ["total_seconds", "critical_path", "critical_path_seconds", "waves", "tasks"]
    assert plan["total_seconds"] == 35 * 3600
    assert plan["critical_path"] == ["T1", "T2", "T3", "T7", "T8"]
    assert plan["critical_path_seconds"] == 19 * 3600
    assert plan["waves"] == [["T1"], ["T2"], ["T3", "T4", "T5", "T6"], ["T7", "T9", "T10"], ["T8"]]
    assert plan["tasks"]["T6"] == {
        "earliest_start": 6 * 3600,
        "earliest_finish": 11 * 3600,
        "latest_start": 11 * 3600,
        "latest_finish": 16 * 3600,
        "slack": 5 * 3600,
        "scheduled_start": 6 * 3600,
        "scheduled_finish": 11 * 3600,
        "agent": "frontend-developer",
    }
    assert list(plan["tasks"]) == [f"T{number}" for number in range(1, 11)]


def test_the_table_shows_the_same(orchestrate: CommandLine):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("schedule", "seed.plan.yaml")
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert "3 ● T3 OAuth2 Integration api-integration-specialist 6h 6h – 12h –" in lines
    assert "T6 Authentication UI Components frontend-developer 5h 6h – 11h 5h" in lines
    assert "Schedule 19h with 4 tasks at once, proven shortest" in lines
    assert "Capacity 1: 35h, 2: 21h, 3: 19h, 4: 19h; more than 3 at once saves nothing" in lines
    assert "api-developer 3 10h 9h 53%" in lines
    assert "Critical path T1 → T2 → T3 → T7 → T8" in lines
    assert "Shortest time 19h of 35h: 45.7% less than one task after another" in lines
    assert not any(line.endswith(" ") for line in outcome.out.splitlines())


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_cyclic_plan_has_no_schedule(orchestrate: CommandLine, form: str):
    orchestrate.write("a.plan.yaml", SEED_PLAN.replace("dependencies: []", "dependencies: [T8]", 1))
    outcome = orchestrate("schedule", "a.plan.yaml", "--format", form)
    assert (outcome.code, outcome.out) == (2, "")
    assert "error[dependency-cycle]: dependency cycle T1 → T2 → T6 → T8 → T1" in outcome.err
    assert "error: a.plan.yaml has 1 error, so no schedule of it would mean anything" in outcome.err


@pytest.mark.parametrize(
    "comment", ["# orchestrate: ignore-file[dependency-cycle]\n", "# orchestrate: ignore-file\n"]
)
def test_a_silenced_cycle_is_a_cycle_still(orchestrate: CommandLine, comment: str):
    plan = comment + "tasks:\n  - {id: T1, dependencies: [T2]}\n  - {id: T2, dependencies: [T1]}\n"
    orchestrate.write("a.plan.yaml", plan)
    outcome = orchestrate("schedule", "a.plan.yaml")
    assert outcome.code == 2
    assert "wait for each other in a circle" in outcome.err


def test_settings_cannot_hide_errors_from_the_schedule(orchestrate: CommandLine):
    orchestrate.write("orchestrate.toml", '[rules]\nunknown-dependency = "off"\n')
    orchestrate.write("a.plan.yaml", "tasks:\n  - {id: T1, dependencies: [T9]}\n")
    outcome = orchestrate("schedule", "a.plan.yaml")
    assert outcome.code == 2
    assert "unknown-dependency" in outcome.err


def test_a_missing_estimate_is_mentioned(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "tasks:\n  - {id: T1, agent: a}\n  - {id: T2, agent: a, estimated_time: 1h}\n"
    )
    outcome = orchestrate("schedule", "a.plan.yaml", "-f", "json")
    assert outcome.code == 0
    assert outcome.json["total_seconds"] == 3600
    assert outcome.err == "note: 1 task without an estimate, counted as taking no time: T1\n"


def test_a_file_with_several_plans_needs_a_number(orchestrate: CommandLine):
    plan = "goal: {0}\ntasks:\n  - {{id: {0}1, agent: a, estimated_time: 1h}}\n"
    orchestrate.write("a.plan.yaml", "---\n".join(plan.format(name) for name in ("A", "B")))
    outcome = orchestrate("schedule", "a.plan.yaml")
    assert outcome.code == 2
    assert "holds 2 plans: 1 (A), 2 (B)" in outcome.err
    assert "--plan N" in outcome.err
    chosen = orchestrate("schedule", "a.plan.yaml", "--plan", "2", "-f", "json")
    assert list(chosen.json["tasks"]) == ["B1"]
    assert "has no plan 3: it holds 2 plans" in orchestrate("schedule", "a.plan.yaml", "--plan", "3").err
    assert orchestrate("schedule", "a.plan.yaml", "--plan", "0").code == 2


def test_an_error_in_another_plan_of_the_file_does_not_matter(orchestrate: CommandLine):
    good = "tasks:\n  - {id: T1, agent: a, estimated_time: 1h}\n"
    orchestrate.write("a.plan.yaml", good + "---\ntasks:\n  - {id: T1, dependencies: [T9]}\n")
    assert orchestrate("schedule", "a.plan.yaml", "--plan", "1").code == 0
    assert orchestrate("schedule", "a.plan.yaml", "--plan", "2").code == 2


@pytest.mark.parametrize(
    ("text", "part"),
    [("tasks: []\n", "has no tasks"), ("goal: x\n", "has 1 error"), ("tasks:\n  - id: [\n", "error")],
)
def test_a_plan_without_a_schedule_says_why(orchestrate: CommandLine, text: str, part: str):
    orchestrate.write("a.plan.yaml", text)
    outcome = orchestrate("schedule", "a.plan.yaml")
    assert (outcome.code, outcome.out) == (2, "")
    assert part in outcome.err


def test_a_missing_file(orchestrate: CommandLine):
    outcome = orchestrate("schedule", "none.plan.yaml")
    assert (outcome.code, outcome.err) == (
        2,
        "error: none.plan.yaml: no such file or folder\n  help: check the path\n",
    )


def test_tasks_without_an_id_have_a_name(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "tasks:\n  - id: '#2'\n    estimated_time: 1h\n  - id: T2\n    estimated_time: 1h\n"
    )
    assert list(orchestrate("schedule", "a.plan.yaml", "-f", "json").json["tasks"]) == ["#2", "T2"]


def test_standard_input(orchestrate: CommandLine):
    outcome = run_process(orchestrate.folder, "schedule", "-", "-f", "json", stdin=SEED_PLAN.encode())
    assert outcome.json["critical_path_seconds"] == 19 * 3600


@pytest.mark.parametrize(
    ("capacity", "hours"), [("1", 35), ("2", 21), ("3", 19), ("4", 19), ("1000000000", 19)]
)
def test_the_seed_plan_at_each_capacity(orchestrate: CommandLine, capacity: str, hours: int):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    plan = orchestrate("schedule", "seed.plan.yaml", "--format", "json", "--capacity", capacity).json
    assert (plan["makespan_seconds"], plan["lower_bound_seconds"]) == (hours * 3600, hours * 3600)
    assert (plan["proven_optimal"], plan["solver"], plan["time_limit_hit"]) == (True, "heuristic", False)
    assert [point["makespan_seconds"] // 3600 for point in plan["capacity_curve"][:4]] == [35, 21, 19, 19]
    assert max(task["scheduled_finish"] for task in plan["tasks"].values()) == hours * 3600
    claim = plan["claims"][0]
    assert (claim["claim"], claim["verdict"]) == ("14h", "impossible")
    assert claim["reason"] == "the critical path T1 → T2 → T3 → T7 → T8 alone takes 19h"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--capacity", "0"],
        ["--capacity", "-1"],
        ["--capacity", "x"],
        ["--time-limit", "nan"],
        ["--time-limit", "-1"],
    ],
)
def test_options_that_mean_nothing(orchestrate: CommandLine, arguments: list[str]):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("schedule", "seed.plan.yaml", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err


def test_the_chart_in_the_terminal(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("schedule", "seed.plan.yaml", "-f", "gantt")
    rows = [line for line in outcome.out.splitlines() if "│" in line]
    assert [row.split()[0] for row in rows] == ["T1", "T2", "T4", "T6", "T3", "T5", "T9", "T10", "T7", "T8"]
    bars = {row.split()[0]: row.split("│")[1] for row in rows}
    assert len({len(bar) for bar in bars.values()}) == 1
    assert bars["T1"].startswith("█")
    assert bars["T8"].endswith("█")
    assert bars["T6"].index("▒") == bars["T4"].index("▒") == bars["T3"].index("█")
    for columns in ("1", "40", "80", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        assert orchestrate("schedule", "seed.plan.yaml", "-f", "gantt").code == 0


def test_the_chart_without_unicode(orchestrate: CommandLine):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    command = ["schedule", "seed.plan.yaml", "-f", "gantt"]
    outcome = run_process(orchestrate.folder, *command, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert outcome.out.isascii()
    assert "?" not in outcome.out
    assert "|####" in outcome.out


@pytest.mark.parametrize("form", ["table", "gantt", "csv", "mermaid"])
def test_texts_of_a_plan_cannot_reach_the_terminal(orchestrate: CommandLine, form: str):
    orchestrate.write(
        "a.plan.yaml",
        'goal: "g\\x1b[2J"\nagents: [{id: dev}]\ntasks:\n'
        '  - {id: "=T1", name: "\\x1b]0;x\\x07: evil; [a]", agent: "a\\x1b[31m", estimated_time: 1h}\n',
    )
    outcome = orchestrate("schedule", "a.plan.yaml", "-f", form)
    assert outcome.code == 0
    assert "\x1b" not in outcome.out + outcome.err
    if form == "csv":
        assert outcome.out.splitlines()[1].startswith("'=T1,")
    if form == "mermaid":
        assert outcome.out.splitlines()[-1].count(":") == 1


def test_csv_and_mermaid_have_dates_where_the_plan_starts(orchestrate: CommandLine):
    orchestrate.write("seed.plan.yaml", "start: 2026-11-23T09:00:00Z\n" + SEED_PLAN)
    lines = orchestrate("schedule", "seed.plan.yaml", "-f", "csv").out.splitlines()
    assert lines[0].endswith("critical,start,finish")
    # Six hours on Monday are over when T3 starts; it ends on Tuesday.
    t3 = next(line for line in lines if line.startswith("T3,"))
    assert t3.endswith("yes,2026-11-23T15:00:00+00:00,2026-11-24T13:00:00+00:00")
    chart = orchestrate("schedule", "seed.plan.yaml", "-f", "mermaid").out
    assert "    T3 OAuth2 Integration :crit, t3, 2026-11-23T15:00:00, 2026-11-24T13:00:00\n" in chart


def test_what_was_assumed_is_said(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "agents: [{id: a}]\ntasks:\n  - {id: T1, agent: b, estimated_time: 1h}\n"
    )
    note = "`b` is not among the plan's agents, and counted as doing one task at a time"
    assert note in orchestrate("schedule", "a.plan.yaml").err
    assert orchestrate("schedule", "a.plan.yaml", "-f", "json").json["notes"] == [note]


@pytest.mark.parametrize("form", ["table", "gantt", "json", "csv", "mermaid"])
def test_extreme_estimates(orchestrate: CommandLine, form: str):
    orchestrate.write(
        "a.plan.yaml",
        "start: 2026-11-23\nestimated_wall_time: 1h\nefficiency_gain: 10%\ntasks:\n"
        "  - {id: T1, agent: a, estimated_time: 0h}\n"
        + "".join(f"  - {{id: H{n}, agent: a, estimated_time: 8000000h}}\n" for n in range(9)),
    )
    assert orchestrate("schedule", "a.plan.yaml", "-f", form).code == 0
    orchestrate.write(
        "a.plan.yaml", "estimated_wall_time: 0h\ntasks:\n  - {id: T1, agent: a, estimated_time: 0h}\n"
    )
    assert orchestrate("schedule", "a.plan.yaml", "-f", form).code == 0
