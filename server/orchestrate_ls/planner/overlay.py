"""Puts what a goal states outright on the catalogue's draft: times, order, owners, dates, people and the calendar.

Stated facts win over the catalogue: where a stated order goes against one that the catalogue would have, that one
gives way. Knows drafts and facts; nothing of YAML.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from orchestrate_ls.planner.brief import Brief, read_brief
from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.context.product import brief_in_repository
from orchestrate_ls.planner.draft import Draft, DraftAgent, DraftTask, draft
from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.stated.contradictions import three_points
from orchestrate_ls.planner.stated.cues import says_order
from orchestrate_ls.planner.stated.durations import durations_in
from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark, StatedOrder
from orchestrate_ls.planner.stated.people import doers_in
from orchestrate_ls.planner.stated.reader import read_facts_about
from orchestrate_ls.planner.stepwise import agent_id, iso_date

if TYPE_CHECKING:
    from orchestrate_ls.workspace.repository.summary import RepositorySummary

Units = list[tuple[str, list[int]]]
"""What facts can be about, features and other tasks: a name, and the tasks that carry it out."""


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A goal's brief and its draft with the stated facts. With an error among the remarks the draft has no facts."""

    brief: Brief
    draft: Draft
    remarks: tuple[Remark, ...]


def with_facts(
    goal: str,
    catalogue: Catalogue,
    repository: RepositorySummary | None = None,
    now: date | None = None,
    kind: str | None = None,
) -> Overlaid:
    """Plan the goal and let what it states outright hold; `now` as in `read_facts`, `kind` as in `read_brief`.

    Raises GoalError as `read_brief` does.
    """
    brief = brief_in_repository(read_brief(goal, catalogue, kind), catalogue, repository)
    planned = draft(brief, catalogue)
    facts, units = _facts_of(goal, planned, now)
    if not facts.spans:
        return Overlaid(brief, planned, ())
    # Sentences that only state facts name no features, so the goal is read again without them.
    try:
        brief = replace(read_brief(_masked(goal, facts), catalogue, kind), goal=goal)
        brief = brief_in_repository(brief, catalogue, repository)
        planned = draft(brief, catalogue)
        facts, units = _facts_of(goal, planned, now)
    except GoalError:
        pass
    remarks = list(facts.remarks)
    if any(remark.gravity is Gravity.ERROR for remark in remarks):
        return Overlaid(brief, planned, tuple(remarks))
    overlaid = _Overlay(planned, facts, units).apply()
    remarks += _late(overlaid, facts)
    return Overlaid(brief, overlaid, tuple(remarks))


def _facts_of(goal: str, planned: Draft, now: date | None) -> tuple[Facts, Units]:
    units: dict[str, list[int]] = {}
    for number, task in enumerate(planned.tasks):
        for name in task.covers or (task.name,):
            if not _states_a_fact(name):
                units.setdefault(name, []).append(number)
    names = list(units.items())
    return read_facts_about(goal, [[name] for name, _ in names], now), names


def _states_a_fact(name: str) -> bool:
    """Whether what was taken for a feature is a sentence about the work: "Search takes about 2 days"."""
    return bool(
        durations_in(name) or doers_in(name, 0, len(name)) or (says_order(name) and len(name.split()) > 3)
    )


def _masked(goal: str, facts: Facts) -> str:
    text = list(goal)
    for start, end in facts.spans:
        for place in range(start, min(end, len(text))):
            if text[place] not in "\r\n":
                text[place] = " "
    return "".join(text)


class _Overlay:
    def __init__(self, planned: Draft, facts: Facts, units: Units) -> None:
        self._planned = planned
        self._facts = facts
        self._units = units
        self._tasks = list(planned.tasks)
        number_of = {task.id: number for number, task in enumerate(self._tasks)}
        self._before: list[dict[int, StatedOrder | None]] = [
            dict.fromkeys(number_of[each] for each in task.dependencies) for task in self._tasks
        ]
        self._words: defaultdict[int, list[str]] = defaultdict(list)

    def apply(self) -> Draft:
        facts, planned = self._facts, self._planned
        for unit, step in enumerate(facts.steps):
            members = self._units[unit][1]
            if step.times:
                self._set_time(members, unit)
            if step.owners:
                for number in members:
                    self._tasks[number] = replace(self._tasks[number], agent=agent_id(step.owners[0].name))
                    self._words[number].append(f"owner, {step.owners[0].quote}")
        for order in facts.orders:
            self._put_in_order(order)
        self._reduce()
        self._set_deadlines()
        tasks = tuple(self._finished(number) for number in range(len(self._tasks)))
        capacity = planned.concurrent_capacity
        if facts.capacity is not None:
            capacity = facts.capacity.most
        calendar = facts.calendar
        return replace(
            planned,
            tasks=tasks,
            agents=self._agents(tasks, capacity),
            concurrent_capacity=capacity,
            calendar=(float(calendar.hours_per_day), float(calendar.days_per_week))
            if calendar.is_stated
            else None,
            start=facts.start,
        )

    def _set_time(self, members: Sequence[int], unit: int) -> None:
        """The stated time for the tasks of a feature, in proportion to their estimates."""
        facts = self._facts
        time = facts.steps[unit].times[0]
        points = three_points(facts, time)
        expected = [self._tasks[number].expected_hours for number in members]
        total = sum(expected)
        for number, hours in zip(members, expected, strict=True):
            if len(members) == 1 and len(time.lengths) == 1:
                stated: tuple[str, ...] = (facts.calendar.text(time.lengths[0]),)
            else:
                share = hours / total if total else 1 / len(members)
                parts = [max(60, round(seconds * share / 60) * 60) for seconds in points]
                stated = tuple(
                    facts.calendar.notation(part) for part in (parts if len(set(parts)) > 1 else parts[:1])
                )
            self._tasks[number] = replace(self._tasks[number], stated_time=stated)
            self._words[number].append(f"time, {time.quote}")

    def _put_in_order(self, order: StatedOrder) -> None:
        first, second = self._units[order.before][1], self._units[order.after][1]
        ends = [a for a in first if not any(a in self._before[b] for b in first)]
        starts = [b for b in second if not any(a in second for a in self._before[b])]
        for a in ends:
            for b in starts:
                if a == b or a in second:
                    continue
                self._give_way(b, a)
                self._before[b][a] = order
                self._words[b].append(f"after {self._tasks[a].id}, {order.quote}")

    def _give_way(self, early: int, late: int) -> None:
        """Take catalogue edges out until `late` no longer comes after `early`."""
        while path := self._way(early, late):
            for before, after in reversed(path):
                if self._before[after][before] is None:
                    del self._before[after][before]
                    break
            else:
                return

    def _way(self, start: int, goal: int) -> list[tuple[int, int]]:
        """A chain of dependencies from `start` to `goal`, as (before, after); empty if there is none."""
        came: dict[int, int] = {}
        queue = [start]
        after: defaultdict[int, list[int]] = defaultdict(list)
        for number, before in enumerate(self._before):
            for each in before:
                after[each].append(number)
        for number in queue:
            for other in after[number]:
                if other in came or other == start:
                    continue
                came[other] = number
                queue.append(other)
            if goal in came:
                break
        path: list[tuple[int, int]] = []
        place = goal
        while place in came:
            path.append((came[place], place))
            place = came[place]
        return path[::-1]

    def _reduce(self) -> None:
        """Drop catalogue edges that a longer way makes superfluous."""
        for number, before in enumerate(self._before):
            for each in [each for each, order in before.items() if order is None]:
                del before[each]
                if not self._way(each, number):
                    before[each] = None

    def _set_deadlines(self) -> None:
        ends = [n for n in range(len(self._tasks)) if not any(n in before for before in self._before)]
        for deadline in self._facts.deadlines:
            date = iso_date(deadline.year, deadline.month, deadline.day)
            if date is None:
                continue
            members = ends if deadline.step is None else self._units[deadline.step][1]
            for number in members:
                self._tasks[number] = replace(self._tasks[number], deadline=date)
                self._words[number].append(f"deadline, {deadline.quote}")

    def _finished(self, number: int) -> DraftTask:
        task = self._tasks[number]
        before = sorted(self._before[number])
        lags = tuple(
            (self._tasks[each].id, self._facts.calendar.text(order.lag))
            for each in before
            if (order := self._before[number][each]) is not None and order.lag is not None
        )
        return replace(
            task,
            dependencies=tuple(self._tasks[each].id for each in before),
            lags=lags,
            parallel_group=task.parallel_group if self._stays_in_group(number) else None,
            facts=tuple(dict.fromkeys(self._words[number])),
        )

    def _stays_in_group(self, number: int) -> bool:
        group = self._tasks[number].parallel_group
        if group is None or not any(order for before in self._before for order in before.values()):
            return True
        others = [n for n, task in enumerate(self._tasks) if task.parallel_group == group and n != number]
        return not any(self._way(number, other) or self._way(other, number) for other in others)

    def _agents(self, tasks: Sequence[DraftTask], capacity: int | None) -> tuple[DraftAgent, ...]:
        known: Mapping[str, DraftAgent] = {agent.id: agent for agent in self._planned.agents}
        agents: list[DraftAgent] = []
        for agent in dict.fromkeys(task.agent for task in tasks):
            if agent in known:
                at_once = known[agent].capacity
                agents.append(
                    replace(known[agent], capacity=at_once if capacity is None else min(at_once, capacity))
                )
                continue
            skills = dict.fromkeys(
                skill for task in tasks if task.agent == agent for skill in task.required_skills
            )
            agents.append(DraftAgent(agent, tuple(skills), "senior", 1))
        return tuple(agents)


def _late(planned: Draft, facts: Facts) -> list[Remark]:
    """Lengths that the goal allows and that the estimates exceed; the estimates may be ours, so it is a warning."""
    calendar = facts.calendar
    finish: dict[str, float] = {}
    left = list(planned.tasks)
    while left:
        ready = [task for task in left if all(each in finish for each in task.dependencies)]
        if not ready:
            return []
        for task in ready:
            finish[task.id] = (
                max((finish[each] for each in task.dependencies), default=0) + task.expected_hours * 3600
            )
        left = [task for task in left if task.id not in finish]
    needed = round(max(finish.values(), default=0))
    remarks: list[Remark] = []
    for deadline in facts.deadlines:
        if (
            deadline.within is None
            or deadline.step is not None
            or needed <= calendar.seconds(deadline.within)
        ):
            continue
        remarks.append(
            Remark(
                Gravity.WARNING,
                "deadline-too-near",
                f"by the estimates the plan takes {calendar.notation(round(needed / 3600) * 3600)} at least, and the"
                f" deadline leaves {calendar.notation(calendar.seconds(deadline.within))}",
                (deadline.quote,),
                "leave features out, state shorter times, or move the deadline",
            )
        )
    return remarks
