"""What the times of a plan's schedule mean: dates by its calendar, and its deadlines as times of the schedule.

Times of a schedule are working seconds of the plan's calendar. Only where agents have calendars of their own, and the
plan a start, that says too little: then they are elapsed seconds from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from orchestrate_ls.plan.model import Agent, Plan
from orchestrate_ls.plan.working_hours import ALWAYS, WorkingHours, usual_week, zone_named
from orchestrate_ls.plan.working_time import WorkingTime, moment_after


class PlanTime:
    """The calendar of a plan and those of its agents, from the plan's start on.

    Attributes
    ----------
    is_elapsed
        Whether the schedule's times are elapsed seconds, because agents have calendars of their own.
    """

    def __init__(self, plan: Plan, agents: Sequence[str | None]) -> None:
        """``agents`` says for each task who does it."""
        self._header: Final = plan.header
        self._start: Final = plan.header.start
        self._known: dict[WorkingHours, WorkingTime] = {}
        used = {name for name in agents if name is not None}
        self._special: Final = {
            agent.id: agent
            for agent in reversed(plan.header.agents)
            if agent.id in used and (agent.working is not None or agent.away)
        }
        self.is_elapsed: Final = self._start is not None and bool(self._special)
        self._agents: Final = agents
        self._tasks: Final = plan.tasks

    @property
    def _given_start(self) -> datetime:
        if self._start is None:
            raise ValueError("a plan without a start has no dates")
        return self._start

    @property
    def has_start(self) -> bool:
        """Whether times can be shown as dates."""
        return self._start is not None

    @property
    def has_hours(self) -> bool:
        """Whether the plan says more of its calendar than how long days and weeks are."""
        return self._header.working is not None or bool(self._header.holidays)

    @cached_property
    def plan_hours(self) -> WorkingHours:
        """When the plan's work is done. The plan has a start."""
        hours = self._header.working
        if hours is None:
            at = self._given_start
            time_of_day = at.hour * 3600 + at.minute * 60 + at.second
            hours = WorkingHours(usual_week(self._header.calendar, time_of_day))
        return hours.without(self._header.holidays)

    @cached_property
    def plan_time(self) -> WorkingTime:
        """The plan's calendar from its start on. The plan has a start."""
        return self._time(self.plan_hours)

    def calendars(self) -> list[WorkingTime | None] | None:
        """For each task when it can be worked on, None for always; None where the plan's calendar counts for all."""
        if not self.is_elapsed:
            return None
        of_agent = {name: self._time(self.hours_of(agent)) for name, agent in self._special.items()}
        return [
            of_agent.get(name, self.plan_time) if name is not None else self.plan_time
            for name in self._agents
        ]

    def time_of(self, agent: str) -> WorkingTime | None:
        """When an agent works, in elapsed seconds; None where the schedule counts working time."""
        if not self.is_elapsed:
            return None
        special = self._special.get(agent)
        return self._time(self.hours_of(special)) if special is not None else self.plan_time

    def deadlines(self) -> list[int | None] | None:
        """For each task when it should be finished; None where no task has a deadline, or the plan no start."""
        if self._start is None or all(task.deadline is None for task in self._tasks):
            return None
        return [self._at(task.deadline) if task.deadline is not None else None for task in self._tasks]

    def hours_of(self, agent: Agent) -> WorkingHours:
        """When an agent works. The plan has a start."""
        hours = agent.working
        if hours is None:
            hours = self.plan_hours
        elif hours != ALWAYS:
            hours = hours.without(self._header.holidays)
        return hours.without(agent.away)

    def finish_moment(self, time: int) -> datetime:
        """The date at which something ends. Raises ``OverflowError`` beyond the year 9999. The plan has a start."""
        if self.is_elapsed:
            return self._shown(time)
        if not self.has_hours:
            return moment_after(self._given_start, time, self._header.calendar)
        return self._shown(self.plan_time.moment(time) if time else self.plan_time.next_working(0))

    def start_moment(self, time: int, finish: int) -> datetime:
        """The date at which something begins: in the morning, not when the evening before ends."""
        if self.is_elapsed or finish == time:
            return self.finish_moment(time)
        return self.finish_moment(time + 1) - timedelta(seconds=1)

    def work_until(self, time: int) -> int:
        """How much working time of the plan's calendar passes up to a time of the schedule."""
        return self.plan_time.work_before(time) if self.is_elapsed else time

    def _shown(self, seconds: int) -> datetime:
        moment = self._given_start + timedelta(seconds=seconds)
        zone = self._header.working.zone if self._header.working is not None else None
        return moment.astimezone(zone_named(zone)) if zone is not None else moment

    def _at(self, moment: datetime) -> int:
        seconds = int((moment - self._given_start).total_seconds())
        return seconds if self.is_elapsed else self.plan_time.work_before(seconds)

    def _time(self, hours: WorkingHours) -> WorkingTime:
        if hours not in self._known:
            self._known[hours] = WorkingTime(self._given_start, hours)
        return self._known[hours]
