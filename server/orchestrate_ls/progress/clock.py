"""Moments of a journal as times of the plan's schedule, and how long work between them took.

Where the plan has a start or working hours, time is working time of its calendar (and of the agents' own). Where it has
neither, nobody said when work rests, and time is that of the clock. No clock is read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.progress.state import Pause
from orchestrate_ls.schedule.plan_time import PlanTime


class ProgressClock:
    """Times are seconds of the schedule from the plan's start, or else from its first event.

    Attributes
    ----------
    plan
        The plan, with that moment as its start where calendars count.
    anchor
        That moment.
    """

    def __init__(self, plan: Plan, agents: Sequence[str | None], first: datetime) -> None:
        """``agents`` says for each task who does it, ``first`` when work began (or now, where it has not)."""
        header = plan.header
        self.anchor: Final = header.start or first
        has_calendar = bool(header.start or header.working or header.holidays) or any(
            agent.working is not None or agent.away for agent in header.agents
        )
        self.plan: Final = replace(plan, header=replace(header, start=self.anchor)) if has_calendar else plan
        self._time: Final = PlanTime(self.plan, agents) if has_calendar else None

    def at(self, moment: datetime) -> int:
        """A moment as a time of the schedule; nothing comes before its start."""
        seconds = max(0, int((moment - self.anchor).total_seconds()))
        if self._time is None or self._time.is_elapsed:
            return seconds
        return self._time.plan_time.work_before(seconds)

    def date(self, time: int) -> datetime | None:
        """The moment by which a time of the schedule has passed; None beyond the calendar's end."""
        try:
            return (
                self.anchor + timedelta(seconds=time)
                if self._time is None
                else self._time.finish_moment(time)
            )
        except OverflowError:
            return None

    def moment_after(self, moment: datetime, work: int) -> datetime:
        """When so many seconds of working time of the plan's calendar have passed since a moment; the last moment that
        there is where that is beyond the calendar's end.
        """
        try:
            if self._time is None:
                return moment + timedelta(seconds=work)
            since = max(0, int((moment - self.anchor).total_seconds()))
            return self.anchor + timedelta(seconds=self._time.plan_time.finish(since, work))
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)

    def work(self, start: int, end: int) -> int:
        """How much working time of the plan's calendar lies between two times of the schedule."""
        if self._time is None:
            return end - start
        return self._time.work_until(end) - self._time.work_until(start)

    def worked(self, agent: str | None, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> int:
        """Seconds of work from one moment to another, without the pauses.

        Working time of the agent; if there was none (somebody worked at night), that of the clock.
        """
        total = self._between(agent, start, end)
        passed = total or _seconds(start, end)
        for pause in pauses:
            first, last = max(start, pause.start), min(end, pause.end or end)
            if first < last:
                passed -= self._between(agent, first, last) if total else _seconds(first, last)
        return max(0, passed)

    def _between(self, agent: str | None, start: datetime, end: datetime) -> int:
        if self._time is None:
            return _seconds(start, end)
        one, other = (max(0, int((each - self.anchor).total_seconds())) for each in (start, end))
        calendar = self._time.time_of(agent) if agent is not None else None
        if calendar is None:
            calendar = self._time.plan_time
        return calendar.work_before(other) - calendar.work_before(one)


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds()))
