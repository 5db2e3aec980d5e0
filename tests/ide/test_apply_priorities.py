"""Computed priorities written into a plan."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.ide.apply_priorities import priority_edits
from orchestrate_ls.ide.draft import Selection
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.schedule.priorities import TaskPriority, task_priorities
from orchestrate_ls.text.edits import apply_edits
from tests.ide.checks import checked


def computed(text: str) -> list[TaskPriority]:
    plan = checked(text).plans[0]
    return task_priorities(plan.source.plan, plan.analysis)


def applied(text: str) -> str:
    check = checked(text)
    return apply_edits(text, priority_edits(Selection(check, 0, 0, 0, ()), computed(text)))


def test_numbers_are_written_beside_what_they_come_from():
    text = (
        "tasks:\n"
        "  - id: T1\n    estimated_time: 2h\n    priority: high # mine\n"
        "  - {id: T2, estimated_time: 2h, dependencies: [T1]} # x\n"
        "  - {id: T3, estimated_time: 1h, priority: low}\n"
        "  - {id: T4, estimated_time: 1h, priority: '7'}\n"
    )
    assert applied(text) == (
        "tasks:\n"
        "  - id: T1\n    estimated_time: 2h\n    priority: 60 # mine\n    base_priority: high\n"
        "  - {id: T2, estimated_time: 2h, dependencies: [T1], priority: 40, base_priority: medium} # x\n"
        # Nothing is added to these.
        "  - {id: T3, estimated_time: 1h, priority: low}\n"
        "  - {id: T4, estimated_time: 1h, priority: '7'}\n"
    )


def test_a_changed_plan_gives_changed_numbers_from_the_same_base():
    once = applied("tasks:\n  - {id: T1, priority: high}\n  - {id: T2, dependencies: [T1]}\n")
    assert "priority: 60, base_priority: high" in once
    more = applied(once + "  - {id: T3, dependencies: [T1]}\n")
    assert "priority: 70, base_priority: high" in more
    alone = applied("tasks:\n  - {id: T1, estimated_time: 1h, priority: 60, base_priority: high}\n"
                    "  - {id: T2, estimated_time: 2h}\n")  # fmt: skip
    assert "priority: 30, base_priority: high" in alone


values = st.sampled_from(["", "critical", "low", "5", "2.5", "-3", "1e6", "'high'", "900000000000000"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(values, values, st.booleans(), st.integers(0, 9)), min_size=1, max_size=6),
)
def test_twice_is_once_and_nothing_breaks(tasks: list[tuple[str, str, bool, int]]):
    lines: list[str] = []
    for number, (priority, base, in_flow, before) in enumerate(tasks):
        fields = [f"id: T{number}", f"estimated_time: {number % 3}h"]
        if before < number:
            fields.append(f"dependencies: [T{before}]")
        fields += [f"priority: {priority}"] if priority else []
        fields += [f"base_priority: {base}"] if base else []
        lines.append(f"  - {{{', '.join(fields)}}}\n" if in_flow else "  - " + "\n    ".join(fields) + "\n")
    text = "tasks:\n" + "".join(lines)
    before_errors = [each for each in checked(text).diagnostics if each.severity is Severity.ERROR]
    once = applied(text)
    assert applied(once) == once
    assert len([e for e in checked(once).diagnostics if e.severity is Severity.ERROR]) <= len(before_errors)
    assert [each.value for each in computed(once)] == [each.value for each in computed(text)]
