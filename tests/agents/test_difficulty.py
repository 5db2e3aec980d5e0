"""How difficult a task looks."""

import pytest

from orchestrate_ls.agents.difficulty import difficulty_of
from orchestrate_ls.plan.file import PlanFile


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ("", 1),
        ("estimated_time: 2h", 0),
        ("estimated_time: 8h", 1),
        ("estimated_time: 1d", 1),
        ("estimated_time: 3d", 2),
        ("estimated_time: 1w", 3),
        ("estimated_time: 2h, priority: critical", 1),
        ("estimated_time: 2h, priority: 90, base_priority: critical", 1),
        ("estimated_time: 1w, priority: critical", 3),
        ("estimated_time: {optimistic: 1h, likely: 1h, pessimistic: 3h}", 1),
        ("estimated_time: 0h", 0),
    ],
)
def test_levels(fields: str, level: int):
    plan = PlanFile.parse(f"tasks:\n  - {{id: T1, {fields}}}\n").sources[0].plan
    assert difficulty_of(plan.tasks[0], plan.header.calendar) == level
