"""Values: what is offered where, in which order, and how it is written."""

import pytest

from orchestrate_ls.rules.context import KnownAgent
from tests.ide.completing import check, completions

PLAN = """\
agents:
  - id: builder
    skills: [python, rest]
    current_load: 0.2
  - id: writer
    skills: [docs, prose]
    backup: builder
    availability: false
quality_gates:
  review:
    required: true
    automated_checks:
      - lint: must_pass
tasks:
  - id: T1
    name: Design the schema
    estimated_time: 2h
    agent: builder
    parallel_group: first
  - id: T2
    name: Write the API
    estimated_time: 4h
    dependencies: [T1]
    agent: builder
    parallel_group: second
  - id: T3
    name: Test the API
    estimated_time: 4h
    dependencies: [T2]
    parallel_group: second
    required_skills: [pytest]
  - id: T4
    name: Describe the API
    dependencies: []
"""


def with_line(task: str, line: str) -> str:
    """The plan with a further line in a task."""
    at = PLAN.index(f"- id: {task}\n") + len(f"- id: {task}\n")
    return f"{PLAN[:at]}    {line}\n{PLAN[at:]}"


def test_dependencies_never_close_a_circle_nor_name_the_task_itself():
    # T2 and T3 wait for T1.
    check(with_line("T1", "dependencies: [$0]"), "T4")
    check(PLAN.replace("[T1]", "[T1, $0]"), "T4")
    check(PLAN.replace("[T2]", "[T2, $0]"), "T1 T4")
    check(PLAN.replace("dependencies: []", "dependencies: [$0]"), "T3 T2 T1")


@pytest.mark.parametrize("here", ["[$0T2]", "[T$02]", "[T2$0]"])
def test_an_id_that_is_there_can_be_replaced(here: str):
    check(
        PLAN.replace("[T2]", here),
        "T2 T1 T4",
        accept={"T1": PLAN.replace("[T2]", "[T1]"), "T2": PLAN},
    )


def test_dependencies_in_all_forms():
    at = PLAN.replace("    dependencies: []\n", "    dependencies:{}\n").replace("{required", "{{required")
    for written, accepted in {
        " $0": " [T3]",
        "$0": " [T3]",
        " [$0": None,
        "\n      - $0": "\n      - T3",
        "\n      -$0": "\n      - T3",
        "\n      $0": "\n      - T3",
        "\n      - T1\n      $0": "\n      - T1\n      - T3",
        "\n    - T1\n    - $0": "\n    - T1\n    - T3",
        " [{task: $0}]": " [{task: T3}]",
        " [{task:$0}]": " [{task: T3}]",
        "\n      - task: $0": "\n      - task: T3",
        "\n      - task: T1\n      - task: T$0\n        lag: 1h": (
            "\n      - task: T1\n      - task: T3\n        lag: 1h"
        ),
        " [T1,\n      $0]": " [T1,\n      T3]",
        ' ["$0"]': ' ["T3"]',
        ' ["$0': None,
    }.items():
        accept = {} if accepted is None else {"T3": at.format(accepted)}
        present = "T1" if "T1" in written else ""
        has = "T3 T2" if present else "T3 T2 T1"
        check(at.format(written), has=has, lacks=f"T4 {present}", accept=accept)
    check(at.format("\n      - $0"), has="task type lag")


def test_a_quote_that_is_open_is_closed():
    found = completions(PLAN.replace("dependencies: []", 'dependencies: ["T$0'))
    assert found is not None
    assert found.offers[0].text == 'T3"'


def test_a_task_is_found_by_its_name():
    found = completions(PLAN.replace("dependencies: []", "dependencies: [$0]"))
    assert found is not None
    assert [(offer.filter_text, offer.detail) for offer in found.offers] == [
        ("T3 Test the API", "Test the API"),
        ("T2 Write the API", "Write the API"),
        ("T1 Design the schema", "Design the schema"),
    ]
    assert not found.incomplete


def many_tasks(count: int) -> str:
    tasks = [
        f"  - id: T{number}\n    name: Step {number} {'special' if number == 77 else ''}\n"
        f"    dependencies: [{f'T{number - 1}' if number > 1 else ''}]\n"
        for number in range(1, count + 1)
    ]
    return "tasks:\n" + "".join(tasks)


def test_of_many_tasks_the_nearest_are_offered_and_others_by_what_is_typed():
    plan = many_tasks(1000)
    place = "dependencies: [T499]"
    found = completions(plan.replace(place, "dependencies: [T499, $0]"))
    assert found is not None
    assert (len(found.offers), found.incomplete) == (100, True)
    assert [offer.label for offer in found.offers[:2]] == ["T498", "T497"]
    for typed, labels in {"T48": ["T489", "T488"], "spec": ["T77"], "spcl": ["T77"], "T48x": []}.items():
        found = completions(plan.replace(place, f"dependencies: [T499, {typed}$0]"))
        assert found is not None
        assert [offer.label for offer in found.offers[:2]] == labels
        assert found.incomplete
    # All that come later wait for it.
    found = completions(plan.replace(place, "dependencies: [T499, T6$0]"))
    assert found is not None
    assert {int(offer.label[1:]) < 500 for offer in found.offers} == {True}


def test_agents_come_in_the_order_in_which_they_suit_the_task():
    check(
        PLAN.replace(
            "    name: Describe the API\n",
            "    name: Describe the API\n    required_skills: [docs]\n    agent: $0\n",
        ),
        "writer builder",
    )
    check(
        PLAN.replace("    required_skills: [pytest]\n", "    required_skills: [rest]\n    agent: wri$0\n"),
        "builder writer",
    )
    found = completions(with_line("T4", "agent: $0"))
    assert found is not None
    assert {offer.label: (offer.detail, offer.description) for offer in found.offers} == {
        "builder": ("python, rest", "2 tasks, load 20%"),
        "writer": ("docs, prose", "0 tasks, not available"),
    }


def test_agents_are_written_as_yaml_wants_them():
    odd = [KnownAgent("yes: no", ("x",), "a file"), KnownAgent("a,b", (), ""), KnownAgent("12", (), "")]
    plan = "tasks:\n  - id: T1\n    agent: {}\n"
    check(plan.format("$0"), known_agents=odd, accept={
        "yes: no": plan.format("'yes: no'"), "a,b": plan.format("a,b"), "12": plan.format("'12'"),
    })  # fmt: skip
    check(
        "tasks:\n  - {id: T1, agent: $0}\n",
        known_agents=odd,
        accept={"a,b": "tasks:\n  - {id: T1, agent: 'a,b'}\n"},
    )
    check(plan.format("'$0'"), known_agents=[KnownAgent("it's")], accept={"it's": plan.format("'it''s'")})


def test_without_declared_agents_those_of_other_tasks_are_offered():
    check("tasks:\n  - id: T1\n    agent: one\n  - id: T2\n    agent: $0\n", "one")


def test_backups_are_other_agents():
    check(PLAN.replace("backup: builder", "backup: $0"), "builder")
    check("agents:\n  a:\n    backup: $0\n  b: {}\n", "b")


def test_skills_of_agents_and_of_tasks():
    check(PLAN.replace("[pytest]", "[pytest, $0]"), "python rest docs prose")
    check(with_line("T1", "required_skills: [$0]"), "python rest docs prose pytest")
    check(PLAN.replace("[docs, prose]", "[docs, $0]"), "python rest pytest")
    check(
        with_line("T1", "required_skills: $0"),
        has="python",
        accept={"python": with_line("T1", "required_skills: [python]")},
    )
    check(
        with_line("T1", "required_skills: $0"),
        snippets=True,
        accept={"python": with_line("T1", "required_skills: [python$0]")},
    )


def test_groups_the_most_frequent_first():
    check(with_line("T4", "parallel_group: $0"), "second first")
    check(PLAN.replace("parallel_group: first", "parallel_group: $0first"), "second")


def test_gates_and_their_checks():
    check(with_line("T1", "quality_gates: [$0]"), "review lint")
    check(with_line("T1", "quality_gates:\n      - $0"), "review lint")


def test_templates():
    plan = "template: $0\ntemplates:\n  mine:\n    phases: [a, b]\n  bug_fix:\n    phases: [c]\n"
    check(plan, "mine bug_fix feature_development refactoring")


def test_durations_of_the_plan_come_first():
    found = completions(with_line("T4", "estimated_time: $0"))
    assert found is not None
    assert [offer.label for offer in found.offers[:4]] == ["4h", "2h", "30m", "1h"]
    assert found.offers[0].description == "2 estimates in this plan"
    check(with_line("T4", "estimated_time: {likely: $0}"), has="4h 2d")
    check("tasks:\n  - id: T1\n    dependencies: [{task: T2, lag: $0}]\n", has="30m -1h")


def test_words_that_the_schema_lists():
    for here in ("$0", "hi$0gh", "hig$0"):
        check(
            with_line("T1", f"priority: {here}"),
            "critical high medium low",
            accept={"high": with_line("T1", "priority: high")},
        )
    check(with_line("T1", "priority:$0"), accept={"low": with_line("T1", "priority: low")}, has="low")
    check("tasks:\n  - id: T1\n    dependencies: [{task: T2, type: $0}]\n", "finish-to-start start-to-start"
          " finish-to-finish start-to-finish")  # fmt: skip
    check("agents:\n  - id: a\n    availability: $0\n", "true false", accept={
        "true": "agents:\n  - id: a\n    availability: true\n"
    })  # fmt: skip
    check("agents:\n  - id: a\n    experience_level: $0\n", "junior mid senior expert")
    check("version: $0\n", "1", accept={"1": "version: 1\n"})
    check("replan_triggers:\n  - condition: x\n    severity: $0\n", "low medium high critical")
    check("replan_triggers:\n  - action: $0\n", has="trigger_code_review")
    check("quality_gates:\n  review:\n    lint: $0\n", has="must_pass")
    check("quality_gates:\n  review:\n    required: $0\n", "true false")


def test_the_next_free_id():
    check("tasks:\n  - id: T1\n  - id: T2\n  - id: $0\n", "T3")
    check("tasks:\n  - id: T09\n  - id: $0\n", "T10")
    check("tasks:\n  - id: api-007\n  - id: web-3\n  - id: $0\n", "web-4")
    check("tasks:\n  - id: login\n  - id: $0\n", "new-task")
    check("tasks:\n  - id: $0\n", "T1")


def test_a_whole_task_with_its_agents():
    plan = "agents: [{id: a, skills: [x]}, {id: 'b,c'}]\ntasks:\n  - id: T1\n"
    whole = "  - id: $0T2\n    name: What is to be done\n    estimated_time: 2h\n    dependencies: []\n    agent: a\n"
    for line in ("  $0\n", "  - $0\n", "  -$0\n"):
        check(plan + line, snippets=True, accept={"task": plan + whole})
    check(plan + "$0\n", snippets=True, accept={"task": plan + whole})
    found = completions(plan + "  - $0\n", snippets=True)
    assert found is not None
    assert r"agent: ${5|a,'b\,c'|}" in found.offers[0].text


def test_a_whole_agent_and_those_known_from_elsewhere():
    known = [KnownAgent("helper", ("python", "a, b"), ".claude/agents/helper.md")]
    check("agents:\n  - $0\n", has="agent helper id", known_agents=known, snippets=True, accept={
        "agent": "agents:\n  - id: $0agent-name\n    skills: []\n    capacity: 1\n",
        "helper": "agents:\n  - id: helper\n    skills: [python, 'a, b']\n",
    })  # fmt: skip
    check("agents:\n  $0\n", has="agent", accept={"agent": "agents:\n  - id: $0\n"})


@pytest.mark.parametrize(
    ("comment", "present"),
    [
        ("ignore[$0]", ""),
        ("ignore-file[missing-agent, $0]", "missing-agent"),
        ("ignore[missing-agent, cri$0tical]", "missing-agent"),
        ("ignore[$0", ""),
    ],
)
@pytest.mark.parametrize("before", ["", "    ", "    name: x "])
def test_rule_codes_in_a_suppression(before: str, comment: str, present: str):
    check(
        f"tasks:\n  - id: T1\n{before}# orchestrate: {comment}\n    agent: a\n",
        has="critical-path schema unused-agent",
        lacks=f"name {present}",
    )


def test_rule_codes_replace_the_word_only():
    plan = "tasks:\n  - id: T1 # orchestrate: ignore[{}] # more\n"
    check(plan.format("schema, mis$0x"), accept={"missing-agent": plan.format("schema, missing-agent")})
    check(plan.format("schema]$0["), "")


def test_a_file_with_several_plans():
    two = "tasks:\n  - id: A1\n---\ntasks:\n  - id: B1\n  - id: B2\n    dependencies: [$0]\n"
    check(two, "B1")


def test_a_plan_in_one_flow_collection():
    check('{"tasks": [{"id": "T1"}, {"id": "T2", "dependencies": ["$0"]}]}\n', "T1")
    check("tasks: [{id: T1}, {id: T2, dependencies: [$0]}]\n", "T1")
