"""A document that lists its steps becomes a draft of exactly these tasks: stated times, order, owners and dates.

Nothing is added but what the document leaves open: who does a step that has no owner, and, where no step has a time,
an estimate for each. Knows the catalogue's roles; nothing of YAML.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from heapq import heappop, heappush

from orchestrate_ls.planner.brief import Brief
from orchestrate_ls.planner.catalogue import Catalogue, Hours
from orchestrate_ls.planner.draft import Draft, DraftAgent, DraftAnalysis, DraftTask
from orchestrate_ls.planner.items import shorten
from orchestrate_ls.planner.stated.contradictions import expected_seconds, three_points
from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark, StatedOrder, Step
from orchestrate_ls.planner.words import words_of

_NAME_LENGTH = 180
_GENERAL, _TECHNICAL = "contributor", "software-developer"
_UNKNOWN_TIME: Hours = (1, 2, 4)
_SMALL_DAYS, _MEDIUM_DAYS = 1, 5
_LABELLED = re.compile(r"[A-Z]{1,4}-?\d{1,5}")


def draft_steps(facts: Facts, brief: Brief | None, catalogue: Catalogue, goal: str) -> Draft:
    """The draft for a document with steps. `brief` is what was understood of the text around them, if anything.

    Steps that are ticked off are left out; what waited for them waits for what they waited for.
    """
    return _Stepwise(facts, brief, catalogue, goal).draft()


def open_steps(facts: Facts) -> list[int]:
    """The steps that are still to be done."""
    return [number for number, step in enumerate(facts.steps) if not step.done]


def remarks_on_steps(facts: Facts) -> list[Remark]:
    """What the user should know about how the steps were taken."""
    remarks: list[Remark] = []
    done = [step for step in facts.steps if step.done]
    if done and len(done) < len(facts.steps):
        which = f"{len(done)} steps that are" if len(done) > 1 else "one step that is"
        remarks.append(
            Remark(
                Gravity.NOTE,
                "done",
                f"{which} ticked off already left out of the plan",
                tuple(step.quote for step in done[:3]),
                "take the tick out of the box to have a step planned",
            )
        )
    untimed = [step for step in facts.steps if not step.times and not step.done]
    if untimed and any(step.times for step in facts.steps):
        names = ", ".join(f'"{shorten(step.name, 40)}"' for step in untimed[:4])
        more = f" and {len(untimed) - 4} more" if len(untimed) > 4 else ""
        remarks.append(
            Remark(
                Gravity.NOTE,
                "no-time",
                f"no time is stated for {names}{more}; without one a task counts as taking none",
                tuple(step.quote for step in untimed[:3]),
                'say how long it takes, for example "(2 hours)" behind its name',
            )
        )
    for step in facts.steps:
        others = {owner.name.lower().lstrip("@") for owner in step.owners}
        if len(others) > 1:
            remarks.append(
                Remark(
                    Gravity.WARNING,
                    "two-owners",
                    f'"{shorten(step.name, 60)}" has more than one owner; the first one has it',
                    tuple(dict.fromkeys(owner.quote for owner in step.owners)),
                    "a task has one agent: leave one owner, or split the step",
                )
            )
    return remarks


class _Stepwise:
    def __init__(self, facts: Facts, brief: Brief | None, catalogue: Catalogue, goal: str) -> None:
        self._facts = facts
        self._brief = brief
        self._catalogue = catalogue
        self._goal = goal
        self._open = open_steps(facts)
        self._is_timed = any(step.times for step in facts.steps)
        self._is_technical = brief is not None and (
            bool(brief.technologies) or any(shape not in ("general", "existing") for shape in brief.shapes)
        )
        self._ids = self._make_ids()
        self._before = self._predecessors()
        self._waited_for = {other for before in self._before.values() for other in before}

    def draft(self) -> Draft:
        facts = self._facts
        tasks = tuple(self._task(number) for number in self._open)
        calendar = facts.calendar
        return Draft(
            goal=self._goal,
            template=None,
            analysis=self._analysis(),
            concurrent_capacity=facts.capacity.most if facts.capacity is not None else None,
            agents=self._agents(tasks),
            tasks=tasks,
            quality_gates={},
            calendar=(float(calendar.hours_per_day), float(calendar.days_per_week))
            if calendar.is_stated
            else None,
            start=facts.start,
        )

    def _make_ids(self) -> dict[int, str]:
        labels = [step.label or "" for step in self._facts.steps]
        unique = len({label.lower() for label in labels}) == len(labels)
        if unique and all(_LABELLED.fullmatch(label) for label in labels):
            return dict(enumerate(labels))
        if unique and all(label.isdigit() for label in labels):
            return {number: f"T{int(label)}" for number, label in enumerate(labels)}
        return {number: f"T{number + 1}" for number in range(len(labels))}

    def _predecessors(self) -> dict[int, dict[int, StatedOrder]]:
        """For each open step the open steps it waits for; done ones are stepped over."""
        before: defaultdict[int, dict[int, StatedOrder]] = defaultdict(dict)
        for order in self._facts.orders:
            before[order.after].setdefault(order.before, order)
        if len(self._open) == len(self._facts.steps):
            return before
        resolved: dict[int, dict[int, StatedOrder]] = {}
        for number in self._open:
            found: dict[int, StatedOrder] = {}
            stack = list(before[number].items())
            seen: set[int] = set()
            while stack:
                other, order = stack.pop()
                if other in seen:
                    continue
                seen.add(other)
                if self._facts.steps[other].done:
                    stack += before[other].items()
                else:
                    found[other] = order
            resolved[number] = found
        return resolved

    def _task(self, number: int) -> DraftTask:
        facts, step = self._facts, self._facts.steps[number]
        before = dict(sorted(self._before.get(number, {}).items()))
        lags = tuple(
            (self._ids[other], facts.calendar.text(order.lag)) for other, order in before.items() if order.lag
        )
        words = [f"step, {step.quote}"]
        words += [f"time, {time.quote}" for time in step.times[:1]]
        words += [f"after {self._ids[other]}, {order.quote}" for other, order in before.items()]
        words += [f"owner, {owner.quote}" for owner in step.owners[:1]]
        deadline = next((d for d in facts.deadlines if d.step == number and d.year), None)
        if deadline is None and number not in self._waited_for:
            # What nothing waits for is what has to be done when all has to be done.
            deadline = next((d for d in facts.deadlines if d.step is None and d.year), None)
        if deadline is not None:
            words.append(f"deadline, {deadline.quote}")
        return DraftTask(
            id=self._ids[number],
            name=shorten(step.name, _NAME_LENGTH),
            description=self._description(step),
            estimate=(0, 0, 0) if step.times or self._is_timed else _UNKNOWN_TIME,
            dependencies=tuple(self._ids[other] for other in before),
            agent=agent_id(step.owners[0].name) if step.owners else self._role(step),
            priority="",
            parallel_group=None,
            required_skills=(),
            success_criteria=(),
            definition_of_done=(),
            quality_gates=(),
            reason="a step that the document lists"
            + ("" if self._is_timed else "; no time is stated anywhere, so its estimate is a guess"),
            stated_time=self._time(step),
            lags=lags,
            deadline=iso_date(deadline.year, deadline.month, deadline.day) if deadline else None,
            facts=tuple(words),
        )

    def _description(self, step: Step) -> str:
        parts = [" ".join(line.split()) for line in step.details]
        if len(step.name) > _NAME_LENGTH:
            parts.insert(0, step.name)
        return "\n".join(part for part in parts if part)

    def _time(self, step: Step) -> tuple[str, ...]:
        if not step.times:
            return ()
        calendar, time = self._facts.calendar, step.times[0]
        if len(time.lengths) == 1:
            return (calendar.text(time.lengths[0]),)
        return tuple(calendar.notation(seconds) for seconds in three_points(self._facts, time))

    def _role(self, step: Step) -> str:
        if not self._is_technical:
            return _GENERAL
        hit = self._catalogue.capability_words.best(words_of(step.name))
        role = hit.value.role if hit is not None else "developer"
        return role if role in self._catalogue.roles else _TECHNICAL

    def _agents(self, tasks: Sequence[DraftTask]) -> tuple[DraftAgent, ...]:
        owners = {agent_id(step.owners[0].name) for step in self._facts.steps if step.owners}
        most = self._facts.capacity.most if self._facts.capacity is not None else None
        agents: list[DraftAgent] = []
        for agent in dict.fromkeys(task.agent for task in tasks):
            if agent in owners:
                agents.append(DraftAgent(agent, (), "mid", 1))
                continue
            role = self._catalogue.roles[agent]
            at_once = self._at_once(agent, tasks)
            agents.append(
                DraftAgent(agent, role.skills, role.level, at_once if most is None else min(at_once, most))
            )
        return tuple(agents)

    def _at_once(self, agent: str, tasks: Sequence[DraftTask]) -> int:
        """How many of its tasks run at once when each starts as early as its dependencies allow.

        A role is no single person: it must never be what holds tasks up that the document lets run side by side.
        """
        number_of = {self._ids[number]: number for number in self._open}
        spans = earliest_spans(self._facts, self._open, self._before)
        events: list[tuple[int, int, int]] = []
        for task in tasks:
            if task.agent != agent:
                continue
            start, finish = spans[number_of[task.id]]
            heappush(events, (start, 1, 1))
            heappush(events, (max(finish, start + 1), 0, -1))
        most = now = 0
        while events:
            _, _, change = heappop(events)
            now += change
            most = max(most, now)
        return max(1, most)

    def _analysis(self) -> DraftAnalysis:
        facts, brief = self._facts, self._brief
        day = facts.calendar.hours_per_day * 3600
        total = sum(expected_seconds(facts, number) for number in self._open)
        total = total or 7200 * len(self._open)
        complexity = (
            "small" if total <= _SMALL_DAYS * day else "medium" if total <= _MEDIUM_DAYS * day else "large"
        )
        constraints = [f"{d.text[:1].upper()}{d.text[1:]}" for d in facts.deadlines if d.step is None]
        if facts.capacity is not None and facts.capacity.most is not None:
            constraints.append(facts.capacity.quote.shown)
        return DraftAnalysis(
            primary_goal=shorten(facts.title or self._goal, 160),
            key_features=tuple(f.name[:1].upper() + f.name[1:] for f in brief.features)
            if brief and self._is_technical
            else (),
            implied_requirements=tuple(
                dict.fromkeys([*constraints, *(p.text for p in (brief.constraints if brief else ()))])
            ),
            technical_scope=brief.technical_scope
            if brief is not None and self._is_technical
            else _exclusions(brief),
            estimated_complexity=complexity,
        )


def _exclusions(brief: Brief | None) -> tuple[str, ...]:
    return tuple(f"Out of scope: {exclusion.text}" for exclusion in brief.exclusions) if brief else ()


def earliest_spans(
    facts: Facts, numbers: Sequence[int], before: dict[int, dict[int, StatedOrder]]
) -> dict[int, tuple[int, int]]:
    """(start, finish) in seconds of each step when nothing but the order holds it up. The order has no circle."""
    spans: dict[int, tuple[int, int]] = {}
    for first in numbers:
        stack = [first]
        while stack:
            number = stack[-1]
            waiting = [other for other in before.get(number, {}) if other not in spans]
            if number in spans or not waiting:
                stack.pop()
                if number not in spans:
                    start = max(
                        (
                            spans[other][1] + (facts.calendar.seconds(order.lag) if order.lag else 0)
                            for other, order in before.get(number, {}).items()
                        ),
                        default=0,
                    )
                    spans[number] = (start, start + (expected_seconds(facts, number) or 1))
                continue
            stack += waiting
    return spans


def agent_id(name: str) -> str:
    """A person's name as the id of an agent: "@bob" is `bob`, "Anna Smith" is `anna-smith`."""
    return re.sub(r"[^\w]+", "-", name.strip().lower().lstrip("@")).strip("-_") or "someone"


def iso_date(year: int | None, month: int | None, day: int | None) -> str | None:
    """The date as a plan writes it; None where a part is not known."""
    return f"{year:04}-{month:02}-{day:02}" if year and month and day else None
