"""`schema`: values that are not what their field takes."""

from __future__ import annotations

import pytest

from tests.rules.fixtures import check, check_fix, codes

ONLY = {"schema", "invalid-duration", "syntax"}


def test_values_of_a_task() -> None:
    check(
        """
        tasks:
          - id: T1
            name: [a]
        #         ^^^ error[schema] `name` must be
            priority: hgih # soon
        #             ^^^^ error[schema] did you mean `high`? 💡
            dependencies:
              - task: T2
                type: finish-to-strat
        #             ^^^^^^^^^^^^^^^ error[schema] did you mean `finish-to-start`? 💡
          - id: T2
        """,
        only=ONLY,
    )


def test_values_of_the_plan() -> None:
    check(
        """
        version: 2
        #        ^ error[schema] write `version: 1`
        calendar:
          hours_per_day: 40
        #                ^^ error[schema] `hours_per_day`
        agents:
          - id: a
            current_load: 3
        #                 ^ error[schema] `current_load`
        efficiency_gain: lots
        #                ^^^^ error[schema] percentage
        start: soon
        #      ^^^^ error[schema]
        tasks: []
        """,
        only=ONLY,
    )


def test_a_place_gets_a_schema_or_a_duration_finding_never_both() -> None:
    for value in (
        "4",
        "soon",
        "[1]",
        "true",
        "{likely: 4h}",
        "{optimistic: 1, likely: 2h, pessimistic: 3h}",
        "-4h",
        "",
    ):
        text = f"tasks:\n  - id: T1\n    estimated_time: {value}\n"
        found = codes(text)
        assert found["schema"] + found["invalid-duration"] == 1, (value, found)
    for value in ("14h (vs x sequential)", "soon", "14", "[]", ""):
        found = codes(f"estimated_wall_time: {value}\ntasks: []\n")
        assert found["schema"] + found["invalid-duration"] == 1, (value, found)


def test_a_task_without_an_id() -> None:
    check(
        """
        tasks:
          - id: T1
          - name: Build
        #   ^^^^^^^^^^^ error[schema] the task has no `id` 💡
            agent: x
        """,
        only=ONLY,
    )
    check_fix(
        "tasks:\n  - id: T1\n  - name: Build # it\n    agent: x\n",
        "tasks:\n  - id: T1\n  - id: T2\n    name: Build # it\n    agent: x\n",
        "schema",
    )
    check_fix("tasks: [{name: Build}]", "tasks: [{id: T1, name: Build}]", "schema")


def test_a_plan_without_tasks() -> None:
    check("goal: x\n#^^^ error[schema] the plan has no `tasks`\n", only=ONLY)
    assert codes("")["schema"] == 1
    assert codes("# nothing yet\n")["schema"] == 1
    assert codes("tasks:\n  - id: T1\ngoal: x\n")["schema"] == 0
    assert codes("tasks: 4\n")["schema"] == 1


def test_what_is_no_task() -> None:
    check(
        """
        tasks:
          - T1
        #   ^^ error[schema] the task must be
          - id: T2
        """,
        only=ONLY,
    )


@pytest.mark.parametrize(
    "half_typed",
    [
        "  - id: T2\n    dependencies: [",
        "  - id: T2\n    estimated_time: {optimistic: 1h, lik",
        '  - id: "T2',
        "  - id: T2\n    ag",
        "  - id: T2\n    dependencies:\n      - task: T1\n        ty",
    ],
)
def test_a_half_typed_task_gets_no_schema_findings_on_top(half_typed: str) -> None:
    found = codes(f"tasks:\n  - id: T1\n{half_typed}\n  - id: T3\n")
    assert found["schema"] == found["invalid-duration"] == 0
    assert found["syntax"] <= 1


def test_wrong_values_stay_found_while_the_task_is_broken() -> None:
    found = codes("tasks:\n  - id: T1\n    priority: hgih\n    ag\n")
    assert found["schema"] == 1
    assert found["syntax"] == 1


def test_an_item_that_was_only_begun_gets_one_finding() -> None:
    assert codes("tasks:\n  - id: T1\n    agent: a\n    estimated_time: 1h\n  - nam\n")["schema"] == 1
    assert codes("tasks:\n  - id: T1\n    agent: a\n    estimated_time: 1h\n  -\n") == {
        "schema": 1,
        "critical-path": 1,
        "unknown-agent": 1,
    }


def test_quotes_and_aliases() -> None:
    check(
        """
        x-priority: &p hgih
        tasks:
          - id: T1
            priority: "hgih"
        #             ^^^^^^ error[schema] 💡
          - {id: T2, priority: hgih}
        #                      ^^^^ error[schema] 💡
          - id: T3
            priority: *p
        #             ^^ error[schema] 💡
        """,
        only=ONLY,
    )
    check_fix("tasks: [{id: T2, priority: 'hgih'}]", "tasks: [{id: T2, priority: 'high'}]", "schema")


def test_yes_is_text_in_yaml_1_2() -> None:
    check_fix(
        "agents:\n  - id: a\n    availability: yes\ntasks: []\n",
        "agents:\n  - id: a\n    availability: true\ntasks: []\n",
        "schema",
    )


def test_merged_keys_count() -> None:
    assert codes("x-base: &base {id: T1}\ntasks:\n  - <<: *base\n    name: n\n")["schema"] == 0
    assert codes("x-base: &base {priority: hgih}\ntasks:\n  - <<: *base\n    id: n\n")["schema"] == 1


def test_numbers_that_are_none_do_no_harm() -> None:
    for value in (".inf", "-.inf", ".nan", "1" * 399, "1e999", "0x" + "f" * 300):
        assert (
            codes(f"concurrent_capacity: {value}\ntasks:\n  - id: T1\n    priority: {value}\n")["schema"] >= 1
        ), value
