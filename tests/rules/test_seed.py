"""The plan of the project's seed description, as it stands there with its claims."""
# ruff: noqa: E501 (an annotation is one line)

from __future__ import annotations

from collections import Counter

import pytest

from orchestrate_ls.rules.base import Severity
from tests.rules.fixtures import check, checked

TASKS = """\
tasks:
  - id: T1
    name: Database Schema Design
    description: Design user and authentication tables
    estimated_time: 2h
    dependencies: []
    agent: database-architect
    priority: critical
    parallel_group: foundation

  - id: T2
    name: Authentication API Endpoints
    description: Implement login, logout, refresh endpoints
    estimated_time: 4h
    dependencies: [T1]
    agent: api-developer
    priority: high
    parallel_group: core_api

  - id: T3
    name: OAuth2 Integration
    description: Integrate Google and GitHub OAuth providers
    estimated_time: 6h
    dependencies: [T1, T2]
    agent: api-integration-specialist
    priority: high
    parallel_group: integrations

  - id: T4
    name: Email Verification System
    description: Implement email verification flow
    estimated_time: 3h
    dependencies: [T1, T2]
    agent: api-developer
    priority: medium
    parallel_group: integrations

  - id: T5
    name: Password Reset Flow
    description: Implement forgot password and reset
    estimated_time: 3h
    dependencies: [T1, T2]
    agent: api-developer
    priority: medium
    parallel_group: integrations

  - id: T6
    name: Authentication UI Components
    description: Build login, register, reset UI
    estimated_time: 5h
    dependencies: [T2]
    agent: frontend-developer
    priority: medium
    parallel_group: ui

  - id: T7
    name: Unit Tests
    description: Write comprehensive unit tests
    estimated_time: 4h
    dependencies: [T2, T3, T4, T5]
    agent: test-engineer
    priority: high
    parallel_group: testing

  - id: T8
    name: Integration Tests
    description: End-to-end authentication tests
    estimated_time: 3h
    dependencies: [T6, T7]
    agent: test-engineer
    priority: high
    parallel_group: testing

  - id: T9
    name: Security Audit
    description: Security review and penetration testing
    estimated_time: 2h
    dependencies: [T2, T3, T4, T5]
    agent: security-specialist
    priority: critical
    parallel_group: validation

  - id: T10
    name: Documentation
    description: API docs, user guides, architecture diagrams
    estimated_time: 3h
    dependencies: [T2, T3, T4, T5, T6]
    agent: technical-writer
    priority: medium
    parallel_group: documentation

"""
ALLOCATION = """\
agents:
  - database-architect: T1
  - api-developer: T2, T4, T5
  - api-integration-specialist: T3
  - frontend-developer: T6
  - test-engineer: T7, T8
  - security-specialist: T9
  - technical-writer: T10

concurrent_capacity: 4 agents
estimated_wall_time: 14h (vs 22h sequential)
efficiency_gain: 36%
"""
SEED = TASKS + ALLOCATION


def test_what_is_found_in_it() -> None:
    found = checked(SEED).diagnostics
    assert Counter(each.code for each in found) == {
        "critical-path": 1,
        "redundant-dependency": 6,
        "group-not-parallel": 1,
        "infeasible-wall-time": 1,
        "wrong-total": 2,
    }
    assert all(each.severity is not Severity.ERROR for each in found)
    redundant = [each.message.split(";")[0] for each in found if each.code == "redundant-dependency"]
    assert redundant == [
        "`T3` waits for `T1` anyway, by T1 → T2 → T3",
        "`T4` waits for `T1` anyway, by T1 → T2 → T4",
        "`T5` waits for `T1` anyway, by T1 → T2 → T5",
        "`T7` waits for `T2` anyway, by T2 → T3 → T7",
        "`T9` waits for `T2` anyway, by T2 → T3 → T9",
        "`T10` waits for `T2` anyway, by T2 → T3 → T10",
    ]
    messages = {each.code: each.message for each in found}
    assert messages["critical-path"].startswith("critical path T1 → T2 → T3 → T7 → T8, 19h of 35h in total")
    assert "group `testing`" in messages["group-not-parallel"]


def test_its_claims() -> None:
    check(
        TASKS
        + """\
concurrent_capacity: 4 agents
estimated_wall_time: 14h (vs 22h sequential)
#                    ^^^^^^^^^^^^^^^^^^^^^^^ warning[infeasible-wall-time] its critical path T1 → T2 → T3 → T7 → T8 takes 19h 💡
#                    ^^^^^^^^^^^^^^^^^^^^^^^ warning[wrong-total] one after another the tasks take 35h, not 22h 💡
efficiency_gain: 36%
#                ^^^ warning[wrong-total] 19h at best instead of 35h is a gain of 45.7% 💡
""",
        only={"infeasible-wall-time", "wrong-total"},
    )


def test_the_true_claims_are_accepted() -> None:
    text = SEED.replace("14h (vs 22h sequential)", "19h (vs 35h sequential)").replace("36%", "45.7%")
    assert not [each for each in checked(text).diagnostics if each.severity is Severity.WARNING]


def test_a_cycle_over_the_whole_plan() -> None:
    check(
        SEED.replace(
            "    dependencies: []\n",
            "    dependencies: [T8]\n"
            "    #              ^^ error[dependency-cycle] dependency cycle T1 → T2 → T6 → T8 → T1 (8 tasks in all depend on each other) 💡\n",
        ),
        only={"dependency-cycle"},
    )


def test_tasks_behind_a_cycle_stay_free_of_it() -> None:
    text = SEED.replace("    dependencies: []\n", "    dependencies: [T8]\n")
    (found,) = [each for each in checked(text).diagnostics if each.code == "dependency-cycle"]
    said = found.message + " ".join(related.message for related in found.related)
    assert "T9" not in said
    assert "T10" not in said
    assert [related.message for related in found.related] == [
        "`T2` waits for `T1`",
        "`T6` waits for `T2`",
        "`T8` waits for `T6`",
        "`T1` waits for `T8`",
    ]
    for task in ("T9", "T10"):
        start = text.index(f"id: {task}\n")
        end = text.find("\n\n", start)
        assert not [
            each.message
            for each in checked(text).diagnostics
            if start <= each.start < end and each.severity is Severity.ERROR
        ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_it_is_the_same_with_other_line_endings(ending: str) -> None:
    found = Counter(each.code for each in checked(SEED.replace("\n", ending)).diagnostics)
    assert found == Counter(each.code for each in checked(SEED).diagnostics)
