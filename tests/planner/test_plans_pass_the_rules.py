"""Plans as drafted meet the rules that users' plans are checked by: no fault, and no hint of something needless."""

from __future__ import annotations

import pytest

from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.verify import verify
from tests.planner.goals import GOALS
from tests.planner.test_write import HOSTILE

# The critical path is told of every plan, little work may well have to be done in a row, and an app of dozens of parts
# keeps its developers busy.
EXPECTED = {"critical-path", "serial-plan", "agent-bottleneck"}


@pytest.mark.parametrize("goal", [*(case.goal for case in GOALS), *HOSTILE])
def test_no_findings(goal: str) -> None:
    verification = verify(plan_offline(goal).text)
    assert verification.faults == ()
    assert {diagnostic.code for diagnostic in verification.check.diagnostics} <= EXPECTED
