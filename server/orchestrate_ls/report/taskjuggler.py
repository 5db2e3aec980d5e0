"""A plan as a project of TaskJuggler 3: its calendar, agents as resources, tasks with effort, links and deadlines.

What it cannot be told is said. Tried with the real program by the tests, where that is installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from math import ceil
from typing import Final

from orchestrate_ls.plan.model import Agent, Plan
from orchestrate_ls.plan.working_hours import DAY, DAYS, WEEK, DaysOff, Window, zone_named
from orchestrate_ls.schedule.network import Link, LinkType, Network
from orchestrate_ls.schedule.plan_project import assigned_agents
from orchestrate_ls.schedule.plan_time import PlanTime
from orchestrate_ls.text.display import shown
from orchestrate_ls.text.spans import span

_LONGEST: Final = 300
_RESOLUTIONS: Final = (60, 30, 15, 10, 5)
"""Minutes of a time slot, the coarsest first: the finer, the longer the program takes. It knows none below 5."""
_MOST_SHARES: Final = 50
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2035
"""The program reads no dates outside of these years."""
_MOST_WEEKS: Final = 60 * 52
_PRIORITIES: Final = {"critical": 900, "high": 700, "medium": 500, "low": 300}


@dataclass(frozen=True, slots=True)
class JugglerProject:
    """The text of a project, and what of the plan is not in it: one sentence each."""

    text: str
    left_out: tuple[str, ...]


def years_fit(start: datetime) -> bool:
    """Whether a plan that starts then can be a project at all."""
    return _FIRST_YEAR < start.year < _LAST_YEAR


def juggler_project(plan: Plan, network: Network, names: Sequence[str]) -> JugglerProject:
    """A plan that has a start in years that fit, tasks, and no circle. ``names`` are those of its tasks."""
    return _Writer(plan, network, names).project()


class _Writer:
    def __init__(self, plan: Plan, network: Network, names: Sequence[str]) -> None:
        start = plan.header.start
        if start is None:
            raise ValueError("a plan without a start has no project")
        self._plan: Final = plan
        self._network: Final = network
        self._names: Final = names
        self._agents: Final = assigned_agents(plan)
        self._time: Final = PlanTime(plan, self._agents)
        self._left_out: list[str] = []
        self._zone_name, self._zone = self._zone_of(start)
        self._start: Final = start.astimezone(self._zone)
        self._week: Final = self._shifted(self._time.plan_hours.week, start)
        self._slot: Final = 60 * self._resolution()

    def project(self) -> JugglerProject:
        lines = [*self._header(), *self._resources(), *self._tasks()]
        lines += [
            'taskreport plan "plan" {',
            "  formats html",
            "  columns name, start, end, effort, resources, chart",
            "}",
        ]
        if any(task.files for task in self._plan.tasks):
            self._left_out.append("TaskJuggler does not keep tasks apart that write the same files")
        capacity = self._plan.header.concurrent_capacity
        if capacity is not None:
            self._left_out.append(
                f"TaskJuggler does not limit how many tasks run at once (`concurrent_capacity: {capacity}`)"
            )
        return JugglerProject("\n".join(lines) + "\n", tuple(self._left_out))

    def _zone_of(self, start: datetime) -> tuple[str, tzinfo]:
        """The project's time zone: the plan's, or one by its offset."""
        working = self._plan.header.working
        if working is not None and working.zone is not None and "/" in working.zone:
            return working.zone, zone_named(working.zone)
        offset = start.utcoffset() or timedelta()
        hours, rest = divmod(int(offset.total_seconds()), 3600)
        if not rest and hours and -12 <= hours <= 14:
            # What lies east of Greenwich has a minus in these names.
            return f"Etc/GMT{-hours:+d}", timezone(offset)
        return "UTC", UTC

    def _shifted(self, week: Sequence[Window], start: datetime) -> list[Window]:
        """A week in the project's zone: only offsets that no zone is named for are shifted to UTC."""
        working = self._plan.header.working
        if self._zone is not UTC or (working is not None and working.zone is not None):
            return list(week)
        away = int((start.utcoffset() or timedelta()).total_seconds())
        return [(begin - away, end - away) for begin, end in week]

    def _resolution(self) -> int:
        """The coarsest slot into which all times fit."""
        network = self._network
        times = [*network.durations, *(abs(link.lag) for link in network.links)]
        times += [
            self._start.minute * 60 + self._start.second,
            *(edge for window in self._week for edge in window),
        ]
        fitting = next(
            (each for each in _RESOLUTIONS if all(time % (each * 60) == 0 for time in times)), None
        )
        if fitting is None:
            self._left_out.append(
                "TaskJuggler's time goes in steps of 5 minutes: what takes or begins in between is rounded up"
            )
        return fitting or _RESOLUTIONS[-1]

    def _header(self) -> list[str]:
        calendar = self._plan.header.calendar
        weekly = sum(end - begin for begin, end in self._week) or 1
        work = sum(self._network.durations) + sum(max(0, link.lag) for link in self._network.links)
        free = sum((last - first).days + 1 for first, last in self._time.plan_hours.off)
        # Everything one after another, and once more: agents wait for each other, and for their own hours.
        weeks = ceil(2 * work / weekly) + ceil(free / 7) + 8
        deadlines = [task.deadline for task in self._plan.tasks if task.deadline is not None]
        weeks = max(
            [weeks, *((each - self._start).days // 7 + 2 for each in deadlines if each.year <= _LAST_YEAR)]
        )
        # Dates in the project's first line have to be on the hour; what is before the start is a day off.
        # They are read before the time zone is.
        hour = self._start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        weeks = min(weeks, _MOST_WEEKS)
        self._end = hour + timedelta(weeks=weeks)
        start = self._rounded(self._start)
        return [
            f"project plan {quoted(self._plan.header.goal.text or 'Plan')} {_moment(hour)}-+0000 +{weeks}w {{",
            # It has to come first: later ones are undone by it.
            f"  timingresolution {self._slot // 60} min",
            f'  timezone "{self._zone_name}"',
            f"  dailyworkinghours {calendar.hours_per_day:g}",
            f"  yearlyworkingdays {min(366.0, 52.1775 * calendar.days_per_week):.10g}",
            *(f"  {each}" for each in self._hours(self._week)),
            '  timeformat "%Y-%m-%d %H:%M"',
            "}",
            *(
                [f"leaves project {_moment(hour.astimezone(self._zone))} - {_moment(start)}"]
                if hour < start
                else []
            ),
            *self._leaves("holiday", self._time.plan_hours.off, ""),
            "",
        ]

    def _hours(self, week: Sequence[Window]) -> list[str]:
        """The hours of each day; what goes on past midnight belongs to two."""
        days: list[list[tuple[int, int]]] = [[] for _ in DAYS]
        for window in week:
            at, end = (self._near(edge) for edge in window)
            while at < end:
                midnight = (at // DAY + 1) * DAY
                days[at % WEEK // DAY].append((at % DAY, min(end, midnight) - at + at % DAY))
                at = midnight
        texts = [", ".join(f"{_clock(begin)} - {_clock(end)}" for begin, end in sorted(day)) for day in days]
        return [f"workinghours {name} {text or 'off'}" for name, text in zip(DAYS, texts, strict=True)]

    def _leaves(self, kind: str, off: Sequence[DaysOff], indent: str) -> list[str]:
        return [
            f"{indent}leaves {kind} {first} - {last + timedelta(days=1)}"
            for first, last in sorted(set(off))
            if last < date.max and last >= self._start.date()
        ]

    def _resources(self) -> list[str]:
        lines: list[str] = []
        declared = {agent.id: agent for agent in reversed(self._plan.header.agents)}
        self._shares: dict[str, list[str]] = {}
        for number, name in enumerate(dict.fromkeys(each for each in self._agents if each is not None), 1):
            agent = declared.get(name)
            shares = min(_MOST_SHARES, max(1, (agent.capacity if agent is not None else None) or 1))
            details = self._own_times(agent) if agent is not None else []
            self._shares[name] = []
            for share in range(1, shares + 1):
                id_ = f"r{number}" if share == 1 else f"r{number}_{share}"
                self._shares[name].append(id_)
                title = quoted(name if share == 1 else f"{name} ({share})")
                lines.append(f"resource {id_} {title}" + (" {" if details else ""))
                lines += [*details, "}"] if details else []
        return [*lines, ""]

    def _own_times(self, agent: Agent) -> list[str]:
        """Hours and days off that an agent has beside the plan's."""
        lines: list[str] = []
        if agent.working is not None:
            here = self._plan.header.working.zone if self._plan.header.working is not None else None
            if agent.working.zone not in (None, here):
                self._left_out.append(
                    f"the hours of {shown(agent.id, 60)} are in another time zone than the plan's and were left out"
                )
            else:
                lines += [f"  {each}" for each in self._hours(agent.working.week)]
        return [*lines, *self._leaves("annual", agent.away, "  ")]

    def _tasks(self) -> list[str]:
        incoming: list[list[str]] = [[] for _ in self._names]
        for link in self._network.links:
            text = self._dependency(link)
            if text is not None:
                incoming[link.successor].append(text)
        lines: list[str] = []
        for index, task in enumerate(self._plan.tasks):
            lines.append(f"task t{index + 1} {quoted(self._names[index])} {{")
            # On the top level a task's neighbours are named without an exclamation mark.
            if incoming[index]:
                lines.append(f"  depends {', '.join(incoming[index])}")
            minutes = self._up(self._network.durations[index]) // 60
            agent = self._agents[index]
            if not minutes:
                lines.append("  milestone")
            elif agent is not None:
                lines += [f"  effort {_amount(minutes)}", f"  allocate {self._allocation(agent)}"]
            else:
                lines.append(f"  length {_amount(minutes)}")
                if not incoming[index] and self._start.minute:
                    lines.append(f"  start {_moment(self._rounded(self._start))}")
            priority = _PRIORITIES.get(str(task.priority))
            if priority is not None and minutes:
                lines.append(f"  priority {priority}")
            lines += [f"  maxend {_moment(due)}"] if (due := self._due(index)) is not None else []
            lines.append("}")
        return [*lines, ""]

    def _due(self, index: int) -> datetime | None:
        """A task's deadline, which has to lie within the project."""
        deadline = self._plan.tasks[index].deadline
        if deadline is None:
            return None
        due = self._rounded(deadline.astimezone(self._zone))
        if self._rounded(self._start) <= due <= self._end and due.year <= _LAST_YEAR:
            return due
        where = "before the plan's start" if due < self._start else "too far away for TaskJuggler"
        self._left_out.append(
            f"the deadline of {self._names[index]} ({deadline.date()}) is {where} and was left out"
        )
        return None

    def _allocation(self, agent: str) -> str:
        first, *others = self._shares[agent]
        return f"{first} {{ alternative {', '.join(others)} persistent }}" if others else first

    def _dependency(self, link: Link) -> str | None:
        known = {LinkType.FINISH_TO_START: "", LinkType.START_TO_START: "onstart"}.get(link.type)
        if known is None or link.lag < 0:
            self._left_out.append(
                f"{self._names[link.successor]} hangs on {self._names[link.predecessor]} by {link.type.value}"
                f"{f' with a lag of {span(link.lag)}' if link.lag else ''}, which was left out"
            )
            return None
        details = [known] if known else []
        details += [f"gaplength {_amount(self._up(link.lag) // 60)}"] if link.lag else []
        before = f"t{link.predecessor + 1}"
        return f"{before} {{ {' '.join(details)} }}" if details else before

    def _up(self, seconds: int) -> int:
        return -(-seconds // self._slot) * self._slot

    def _near(self, seconds: int) -> int:
        return (seconds + self._slot // 2) // self._slot * self._slot

    def _rounded(self, moment: datetime) -> datetime:
        """The end of a moment's time slot."""
        over = (moment.hour * 3600 + moment.minute * 60 + moment.second) % self._slot
        return moment + timedelta(seconds=self._slot - over) if over else moment


def quoted(text: str) -> str:
    """A text as a string: with nothing in it that ends it, or that would be replaced by a macro or the environment."""
    clean = shown(" ".join(text.split()), _LONGEST).replace("\\", "/").replace('"', "'")
    return '"' + clean.replace("${", "$ {").replace("$(", "$ (") + '"'


def _amount(minutes: int) -> str:
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}min"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d-%H:%M}"
