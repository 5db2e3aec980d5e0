"""The schedules that findings and hints speak of: the quick one, computed when it is first asked for, at once or in
steps; and that of a full search, where there was time for it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.analysis import NetworkAnalysis

if TYPE_CHECKING:
    from orchestrate_ls.schedule.plan_schedule import PlanSchedule

MOST_SEARCHED: Final = 2_000
"""Tasks up to which a finding waits for a full search: it takes a few seconds then, and no longer."""


class LazySchedule:
    """The schedules of one plan; they follow from the plan alone.

    ``searches`` says whether whoever checks has the time for a full search, which is only made if a finding needs it.
    """

    def __init__(
        self,
        plan: Plan,
        analysis: NetworkAnalysis,
        *,
        searches: bool = False,
        refined: PlanSchedule | None = None,
    ) -> None:
        self._plan = plan
        self._analysis = analysis
        self._searches = searches
        self._known: PlanSchedule | None = None
        self.is_known = not plan.tasks or not analysis.network.is_acyclic
        """Whether nothing has to be computed any more for the quick one."""
        self.can_be_refined = not self.is_known and analysis.times.makespan > 0
        """Whether a full search could find anything."""
        self.refined = refined
        """The schedule of a full search, as `orchestrate schedule` shows it by default; None where none was made."""

    @property
    def value(self) -> PlanSchedule | None:
        """The quick schedule; None for a plan without tasks or with a cycle."""
        for _ in self.steps():
            pass
        return self._known

    @property
    def searched(self) -> PlanSchedule | None:
        """The schedule of a full search, for findings that the quick one is not enough for.

        The quick one for plans that are too large, and for an editor, where the search is made in the background.
        """
        if not self.can_be_refined or len(self._plan.tasks) > MOST_SEARCHED:
            return self.value
        if self.refined is None and self._searches:
            from orchestrate_ls.schedule.plan_schedule import schedule_plan

            self.refined = schedule_plan(self._plan)
        return self.refined if self.refined is not None else self.value

    def take(self, refined: PlanSchedule) -> None:
        """Know the schedule of a full search, made elsewhere and without its ``time``."""
        from orchestrate_ls.schedule.plan_time import PlanTime

        self.refined = replace(refined, time=PlanTime(self._plan, refined.agents))

    def steps(self) -> Generator[None]:
        """Compute the quick one in steps of some milliseconds, unless it is known."""
        if self.is_known:
            return
        from orchestrate_ls.schedule.quick_schedule import quick_schedule_steps

        found = yield from quick_schedule_steps(self._plan, network=self._analysis.network)
        self._known, self.is_known = found, True
