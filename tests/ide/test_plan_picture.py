"""Plans as data for pictures."""

import json
from itertools import pairwise

import pytest

from orchestrate_ls.ide.plan_picture import picture_of
from orchestrate_ls.ide.schedule import NoScheduleError
from tests.rules.fixtures import checked

PLAN = """\
goal: "A <b>goal</b>"
tasks:
  - id: A
    name: First
    estimated_time: 2h
    agent: one
  - id: B
    estimated_time: 3h
    agent: one
    dependencies: [A, nowhere]
  - name: "No id: \\U0001F600"
    estimated_time: 1h
    agent: one
    dependencies: [{task: A, type: start-to-start}]
"""
HOUR = 3600


def test_tasks_with_times_dependencies_and_places():
    picture = picture_of(checked(PLAN))
    first, second, third = picture["tasks"]
    assert (picture["goal"], picture["complete"]) == ("A <b>goal</b>", True)
    assert (first["id"], first["name"], first["line"]) == ("A", "First", 2)
    assert [task["wave"] for task in picture["tasks"]] == [1, 2, 2]
    assert (second["start"], second["finish"], second["critical"]) == (2 * HOUR, 5 * HOUR, True)
    assert second["dependencies"] == [{"task": "A", "type": "finish-to-start"}]
    assert (third["id"], third["slack"], third["critical"]) == ("#3", 4 * HOUR, False)
    assert third["dependencies"] == [{"task": "A", "type": "start-to-start"}]


def test_the_times_are_those_under_agents_and_the_makespan_is_theirs():
    picture = picture_of(checked(PLAN))
    assert picture["scheduled"]
    # All three need the one agent.
    assert picture["makespan"] == 6 * HOUR
    spans = sorted((task["start"], task["finish"]) for task in picture["tasks"])
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_circle_leaves_the_tasks_and_takes_the_times():
    picture = picture_of(checked(PLAN.replace("agent: one\n", "agent: one\n    dependencies: [B]\n", 1)))
    assert not picture["complete"]
    assert picture["makespan"] is None
    assert [task["start"] for task in picture["tasks"]] == [None, None, None]
    assert [task["wave"] for task in picture["tasks"]] == [None, None, None]
    assert {"task": "B", "type": "finish-to-start"} in picture["tasks"][0]["dependencies"]


@pytest.mark.parametrize("text", ["tasks: []\n", "tasks:\n", "tasks: [{id: A}]\n", "goal: x\n"])
def test_next_to_nothing_is_a_picture_too(text: str):
    picture = picture_of(checked(text))
    json.dumps(picture)
    assert picture["makespan"] == 0


def test_a_plan_that_is_not_there():
    with pytest.raises(NoScheduleError, match="there is no plan 2"):
        picture_of(checked(PLAN), 2)


def test_the_second_plan_of_a_file_has_the_lines_of_the_file():
    picture = picture_of(checked(PLAN + "---\ntasks:\n  - id: Z\n"), 2)
    assert [(task["id"], task["line"]) for task in picture["tasks"]] == [("Z", 16)]
