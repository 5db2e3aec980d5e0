"""Keys: which are offered where, and how they are written."""

import pytest

from tests.ide.completing import check, completions

TASK_KEYS = (
    "id name description estimated_time dependencies agent priority parallel_group required_skills deadline files"
    " success_criteria definition_of_done resources quality_gates model plan budget base_priority"
)


def without(keys: str, *present: str) -> str:
    return " ".join(key for key in keys.split() if key not in present)


def test_an_empty_file_gets_all_top_level_keys():
    check("$0", has="version goal agents tasks templates", lacks="error_recovery_strategies id task")


def test_keys_that_are_there_are_not_offered_again():
    check(
        "goal: x\nver$0\ntasks:\n  - id: T1\n",
        has="version agents",
        lacks="goal tasks",
        accept={"version": "goal: x\nversion: 1$0\ntasks:\n  - id: T1\n"},
    )


@pytest.mark.parametrize("here", ["$0", "n$0", "$0n", "na$0me"])
def test_a_task_gets_the_keys_it_lacks_wherever_the_cursor_is_in_the_word(here: str):
    check(
        f"tasks:\n  - id: T1\n    {here}\n    agent: a\n",
        without(TASK_KEYS, "id", "agent"),
        accept={"name": "tasks:\n  - id: T1\n    name: $0\n    agent: a\n"},
    )


def test_a_key_with_its_colon_is_only_renamed():
    check(
        "tasks:\n  - id: T1\n    na$0m: Build\n",
        without(TASK_KEYS, "id"),
        accept={"name": "tasks:\n  - id: T1\n    name: Build\n"},
    )


def test_a_new_item_gets_keys_and_a_whole_task():
    check(
        "tasks:\n  - id: T1\n  - $0\n",
        f"task {TASK_KEYS}",
        accept={
            "id": "tasks:\n  - id: T1\n  - id: $0\n",
            "task": "tasks:\n  - id: T1\n  - id: T2\n    name: $0\n",
        },
    )


def test_a_dash_without_its_space_gets_one():
    check("tasks:\n  -$0\n", has="id task", accept={"id": "tasks:\n  - id: $0\n"})


def test_the_indentation_of_an_empty_line_decides():
    plan = "goal: x\ntasks:\n  - id: T1\n    name: x\n"
    check(plan + "    $0\n", without(TASK_KEYS, "id", "name"))
    check(plan + "  $0\n", "task")
    check(plan + "$0\n", has="version agents task", lacks="goal tasks name")


@pytest.mark.parametrize("spaces", [3, 4, 5, 8])
def test_a_line_that_is_indented_a_little_off_is_put_right(spaces: int):
    check(
        f"tasks:\n  - id: T1\n    name: x\n{' ' * spaces}$0\n",
        accept={"agent": "tasks:\n  - id: T1\n    name: x\n    agent: $0\n"},
    )


def test_a_line_inside_a_task_belongs_to_it_whatever_its_indentation():
    check(
        "tasks:\n  - id: T1\n$0\n    agent: a\n",
        without(TASK_KEYS, "id", "agent"),
        accept={"name": "tasks:\n  - id: T1\n    name: $0\n    agent: a\n"},
    )


def test_between_two_tasks_there_can_only_be_a_task():
    check(
        "tasks:\n  - id: T1\n$0\n  - id: T2\n",
        "task",
        accept={"task": "tasks:\n  - id: T1\n  - id: T3\n    name: $0\n  - id: T2\n"},
    )


def test_on_the_empty_last_line():
    check(
        "tasks:\n  - id: T1\n$0",
        has="task goal",
        lacks="name tasks",
        accept={
            "task": "tasks:\n  - id: T1\n  - id: T2\n    name: $0",
            "goal": "tasks:\n  - id: T1\ngoal: $0",
        },
    )
    check("tasks:\n  - id: T1\n    $0", without(TASK_KEYS, "id"))
    check("tasks:\n$0", has="task goal", accept={"task": "tasks:\n  - id: T1\n    name: $0"})
    check("tasks:\n  $0", has="task", accept={"task": "tasks:\n  - id: T1\n    name: $0"})


def test_lists_at_the_margin():
    plan = "tasks:\n- id: T1\n  name: x\n"
    check(plan + "$0", has="task goal", accept={"task": plan + "- id: T2\n  name: $0"})
    check(plan + "  $0", without(TASK_KEYS, "id", "name"))


def test_windows_line_endings_are_kept():
    plan = "tasks:\r\n  - id: T1\r\n"
    check(plan + "  $0\r\n", "task", accept={"task": plan + "  - id: T2\r\n    name: $0\r\n"})
    check(plan + "  $0\r\n", snippets=True, accept={
        "task": plan + "  - id: $0T2\r\n    name: What is to be done\r\n    estimated_time: 2h\r\n"
        "    dependencies: []\r\n    agent: developer\r\n"
    })  # fmt: skip


def test_half_typed_brackets_hide_no_keys():
    check(
        "tasks:\n  - id: T1\n    dependencies: [T2,\n    $0\n    agent: a\n",
        without(TASK_KEYS, "id", "dependencies", "agent"),
    )
    check('tasks:\n  - id: T1\n    name: "open\n    $0\n', has="agent")


def test_keys_in_braces():
    check(
        "tasks:\n  - {id: T1, $0}\n",
        without(TASK_KEYS, "id"),
        accept={"agent": "tasks:\n  - {id: T1, agent: $0}\n"},
    )
    check(
        "tasks: [{id: T1}, {id: T2, na$0: x}]\n",
        without(TASK_KEYS, "id"),
        accept={"name": "tasks: [{id: T1}, {id: T2, name: x}]\n"},
    )
    check("tasks:\n  - id: T1\n    dependencies: [{$0}]\n", "task type lag")
    check("tasks:\n  - id: T1\n    budget: {tokens: 1, $0}\n", "cost")


def test_keys_of_other_mappings():
    check("calendar:\n  $0\n", "hours_per_day days_per_week hours days time_zone holidays")
    check("calendar:\n  hours_per_day: 8\n  $0\n", "days_per_week hours days time_zone holidays")
    check("agents:\n  - id: a\n    $0\n", "description skills experience_level capacity availability current_load"
          " recent_performance backup calendar away")  # fmt: skip
    check("agents:\n  builder:\n    sk$0\n", has="skills backup")
    check("replan_triggers:\n  - condition: x\n    $0\n", "action severity")
    check("templates:\n  mine:\n    $0\n", has="phases default_agents priority")
    check("quality_gates:\n  review:\n    $0\n", has="required min_approvals automated_checks")
    check("tasks:\n  - id: T1\n    estimated_time:\n      $0\n", has="optimistic likely pessimistic")


def test_after_a_second_document_starts():
    check("goal: x\n---\n$0\ntasks:\n  - id: T1\n", has="goal", lacks="tasks")


@pytest.mark.parametrize(
    "text",
    [
        "# $0\ngoal: x\n",
        "goal: x # see $0\n",
        "goal: fr$0ee text\n",
        "goal: |\n  text\n  $0\n  more\n",
        "goal: |\n  text\n$0\n  more\n",
        "goal: >-\n  te$0xt\n",
        'goal: "several\n  li$0nes"\n',
        "tasks:\n  - id: T1\n    name: Te$0xt\n",
        "tasks:\n  - id: T1\n    description: |\n      some text\n      $0\n",
        "tasks:\n  - id: T1\n    agent: a $0\n",
        "tasks:\n  - id: T1\n    x-mine: $0\n",
        "tasks:\n  - id: T1\n    dependencies: [T2 $0]\n",
        "tasks:\n  - id: T1\n    dependencies: [T2]$0\n",
        "tasks:\n  - id: T1\n    dependencies:$0\n      - T2\n",
        "tasks:\n  -$0 id: T1\n",
        " $0 goal: x\n",
        "---$0\ngoal: x\n",
        "x: *al$0\n",
    ],
)
def test_there_is_nothing_to_offer_in(text: str):
    check(text, "")


def test_a_space_in_the_indentation_asks_for_nothing():
    assert completions("tasks:\n  - id: T1\n    $0\n", typed_space=True) is None
    assert completions("tasks:\n  - id: T1\n    priority: $0\n", typed_space=True) is not None
    assert completions("tasks:\n  - $0\n", typed_space=True) is not None


@pytest.mark.parametrize(
    ("key", "after"),
    [
        ("priority", "priority: $0critical"),
        ("dependencies", "dependencies: [$0]"),
        ("required_skills", "required_skills: [$0]"),
        ("files", "files: [$0]"),
        ("success_criteria", "success_criteria:\n      - $0"),
        ("budget", "budget:\n      $0"),
        ("name", "name: $0"),
        ("estimated_time", "estimated_time: $0"),
    ],
)
def test_where_the_editor_can_a_value_is_begun(key: str, after: str):
    check(
        "tasks:\n  - id: T1\n    $0\n",
        snippets=True,
        accept={key: f"tasks:\n  - id: T1\n    {after}\n"},
    )


def test_a_list_is_begun_below_its_key_also_behind_a_dash():
    check(
        "tasks:\n  - succ$0\n",
        snippets=True,
        accept={"success_criteria": "tasks:\n  - success_criteria:\n      - $0\n"},
    )
    check(
        "tasks:\n  - {succ$0}\n",
        snippets=True,
        accept={"success_criteria": "tasks:\n  - {success_criteria: [$0]}\n"},
    )
    check(
        "$0",
        snippets=True,
        accept={"tasks": "tasks:\n  - $0", "calendar": "calendar:\n  $0", "version": "version: 1"},
    )


def test_a_choice_begins_with_the_default():
    check(
        "replan_triggers:\n  - condition: x\n    $0\n",
        snippets=True,
        accept={"severity": "replan_triggers:\n  - condition: x\n    severity: $0medium\n"},
    )
