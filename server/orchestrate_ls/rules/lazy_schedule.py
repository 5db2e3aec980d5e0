"""The schedule that findings and hints speak of: computed when it is first asked for, at once or in steps."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.analysis import NetworkAnalysis

if TYPE_CHECKING:
    from orchestrate_ls.schedule.plan_schedule import PlanSchedule


class LazySchedule:
    """The quick schedule of one plan; it follows from the plan alone."""

    def __init__(self, plan: Plan, analysis: NetworkAnalysis) -> None:
        self._plan = plan
        self._analysis = analysis
        self._known: PlanSchedule | None = None
        self.is_known = not plan.tasks or not analysis.network.is_acyclic
        """Whether nothing has to be computed any more."""

    @property
    def value(self) -> PlanSchedule | None:
        """The schedule; None for a plan without tasks or with a cycle."""
        for _ in self.steps():
            pass
        return self._known

    def steps(self) -> Generator[None]:
        """Compute it in steps of some milliseconds, unless it is known."""
        if self.is_known:
            return
        from orchestrate_ls.schedule.quick_schedule import quick_schedule_steps

        found = yield from quick_schedule_steps(self._plan, network=self._analysis.network)
        self._known, self.is_known = found, True
