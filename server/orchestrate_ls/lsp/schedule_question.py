"""The search for schedules in a process of its own: plain data in, plain data out. See ``search_process``."""

from __future__ import annotations

from dataclasses import dataclass, replace

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.schedule.plan_schedule import PlanSchedule, schedule_plan


@dataclass(frozen=True, slots=True)
class SchedulesQuestion:
    """The schedules of some of a file's plans (counted from 0), as `orchestrate schedule` finds them by default.

    The answers come without their ``time``, which knows the whole plan; whoever asks has that.
    """

    text: str
    plans: tuple[int, ...]

    def answer(self) -> list[PlanSchedule]:
        """One for each plan."""
        sources = PlanFile.parse(self.text).sources
        return [replace(schedule_plan(sources[number].plan), time=None) for number in self.plans]
