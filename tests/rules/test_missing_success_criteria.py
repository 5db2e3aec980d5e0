"""`missing-success-criteria`: off by default."""

from __future__ import annotations

from tests.rules.fixtures import check, codes

PLAN = """
        tasks:
          - id: T1 # nothing
        #       ^^ warning[missing-success-criteria] `T1` has no success criteria
            definition_of_done: [merged]
          - id: T2
            success_criteria: [it works]
          - {id: "T3", success_criteria: []}
        #        ^^^^ warning[missing-success-criteria]
        """


def test_where_it_is_on() -> None:
    check(PLAN, only={"missing-success-criteria"}, severities={"missing-success-criteria": "warning"})


def test_it_is_off_by_default() -> None:
    assert codes(PLAN)["missing-success-criteria"] == 0
