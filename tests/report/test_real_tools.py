"""Exports read by the programs they are for, where those are installed: Graphviz, TaskJuggler, shells. Whatever a plan
says, they must accept it; where TaskJuggler has no choice, it must come to our dates.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.report.export import Form, NotPossibleError
from orchestrate_ls.schedule.plan_network import network_of
from orchestrate_ls.schedule.plan_project import assigned_agents
from orchestrate_ls.schedule.plan_time import PlanTime
from tests.report.runs import run_of
from tests.report.test_export import DATED, exported, nasty

ODD = """\
start: 2026-11-23T00:00:00Z
calendar: {hours_per_day: 24, days_per_week: 7}
tasks:
  - {id: A, estimated_time: 3d, agent: "A ${b} \\"q\\" \\\\ -8<- $(HOME)"}
  - {id: "-8<-", name: "x -8<- y ->8- ${now} %s \\\\n", estimated_time: 1h, dependencies: [A]}
  - {id: "", name: "\\u0000 \\u2028 \\U0001F600 <b>&amp;"}
  - {name: "- [ ] '; rm -rf x; '"}
  - {id: node, description: "graph\\ndigraph\\n\\n  end", dependencies: [A, A, B]}
"""
CALENDARS = """\
start: 2026-11-23T10:30:00+01:00
calendar:
  hours: ["09:00-12:00", "13:00-17:00"]
  days: mon-thu
  time_zone: Europe/Berlin
  holidays: [2026-12-24/2026-12-31]
agents: [{id: x, calendar: {hours: "22:00-06:00"}, away: [2026-11-25]}, {id: many, capacity: 3}]
concurrent_capacity: 2
tasks:
  - {id: A, estimated_time: 30h, agent: x, priority: high}
  - {id: B, estimated_time: 30h, agent: many, dependencies: [{task: A, lag: 30m}]}
  - {id: C, estimated_time: 20m, dependencies: [{task: B, type: start-to-start, lag: 1h}], deadline: 2099-01-01}
  - {id: D, estimated_time: 7m, dependencies: [C], deadline: 2020-01-01}
"""
NO_ZONE = (
    "start: 2026-11-21T23:17:00+05:30\ncalendar: {hours_per_day: 6.5}\ntasks: [{id: A, estimated_time: 1w}]\n"
)
LONG = "start: 2026-11-23\ntasks: [{id: A, estimated_time: 3000d}, {id: B, estimated_time: 900d, agent: x}]\n"
EMPTY = "start: 2026-11-23\ntasks: []\n"
PLANS = {
    "seed": DATED,
    "nasty": nasty(),
    "odd": ODD,
    "calendars": CALENDARS,
    "no-zone": NO_ZONE,
    "long": LONG,
    "one": "start: 2026-11-23\ntasks: [{id: A}]\n",
    "large": f"start: 2026-11-23T09:00:00Z\n{run_of(200)[0]}",
}


def accepted(*command: str | Path, text: str | None = None) -> str:
    """What a program says that must end well, and without a warning."""
    finished = subprocess.run(
        [str(each) for each in command],
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, ""), finished.stdout
    return finished.stdout


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("name", [*PLANS, "empty"])
def test_graphviz_draws_it(name: str):
    text = PLANS.get(name, EMPTY)
    drawn = accepted("dot", "-Tplain", text=exported(text, Form.DOT).text)
    tasks = PlanFile.parse(text).sources[0].plan.tasks
    assert sum(line.startswith("node ") for line in drawn.splitlines()) == len(tasks)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize("name", [*PLANS, "empty"])
def test_shells_find_nothing_wrong_with_the_script(name: str, tmp_path: Path):
    script = tmp_path / "issues.sh"
    script.write_text(exported(PLANS.get(name, EMPTY), Form.ISSUES).text, encoding="utf-8")
    accepted("bash", "-n", script)
    if shutil.which("shellcheck") is not None and name != "large":
        accepted("shellcheck", "--severity=warning", script)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tj3") is None, reason="TaskJuggler is not installed")
@pytest.mark.parametrize("name", PLANS)
def test_taskjuggler_schedules_it(name: str, tmp_path: Path):
    project = tmp_path / "plan.tjp"
    project.write_text(exported(PLANS[name], Form.TASKJUGGLER).text, encoding="utf-8")
    accepted("tj3", "--silent", "--no-color", "--output-dir", tmp_path, project)
    assert (tmp_path / "plan.html").is_file()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tj3") is None, reason="TaskJuggler is not installed")
@pytest.mark.parametrize(
    "calendar",
    [
        "start: 2026-11-23T09:00:00Z",
        "start: 2026-11-20T14:30:00+02:00\ncalendar: {hours_per_day: 6, days_per_week: 4}",
        "start: 2026-11-20T14:30:00+05:30",
        "start: 2026-12-22T10:15:00+01:00\n"
        + CALENDARS[CALENDARS.index("calendar:") : CALENDARS.index("agents:")],
        "start: 2026-11-23T22:00:00Z\ncalendar: {hours: 22:00-06:00}",
    ],
)
def test_taskjuggler_comes_to_the_same_dates(calendar: str, tmp_path: Path):
    text = (
        f"{calendar}\ntasks:\n  - {{id: A, estimated_time: 9h, agent: x}}\n"
        "  - {id: B, estimated_time: 11h, dependencies: [{task: A, lag: 90m}], agent: y}\n"
        "  - {id: C, estimated_time: 30m, dependencies: [B, {task: A, type: start-to-start, lag: 2h}]}\n"
    )
    project = tmp_path / "plan.tjp"
    report = (
        'taskreport dates "dates" { formats csv columns id, start, end timeformat "%s" timezone "UTC" }\n'
    )
    project.write_text(exported(text, Form.TASKJUGGLER).text + report, encoding="utf-8")
    accepted("tj3", "--silent", "--no-color", "--output-dir", tmp_path, project)
    rows = list(csv.DictReader((tmp_path / "dates.csv").open(encoding="utf-8"), delimiter=";"))
    plan = PlanFile.parse(text).sources[0].plan
    time = PlanTime(plan, assigned_agents(plan))
    ends = [9 * 3600, 21 * 3600 + 1800, 22 * 3600]
    starts = [0, 10 * 3600 + 1800, 21 * 3600 + 1800]
    assert network_of(plan).durations == [end - start for start, end in zip(starts, ends, strict=True)]
    wanted = [
        (int(time.start_moment(start, end).timestamp()), int(time.finish_moment(end).timestamp()))
        for start, end in zip(starts, ends, strict=True)
    ]
    assert [(int(row["Start"]), int(row["End"])) for row in rows] == wanted


def test_what_taskjuggler_cannot_be_told_is_said():
    said = "\n".join(exported(CALENDARS, Form.TASKJUGGLER).left_out)
    assert "the deadline of C (2099-01-01) is too far away" in said
    assert "the deadline of D (2020-01-01) is before the plan's start" in said
    assert "`concurrent_capacity: 2`" in said
    assert "steps of 5 minutes" in said
    with pytest.raises(NotPossibleError, match="no projects without tasks"):
        exported(EMPTY, Form.TASKJUGGLER)
    with pytest.raises(NotPossibleError, match="years from 1970 to 2035"):
        exported("start: 2040-01-01\ntasks: [{id: A}]\n", Form.TASKJUGGLER)
