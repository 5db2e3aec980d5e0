"""What the user stated must hold whoever drafted the plan: tasks, times, owners, order, features and exclusions.

Compares a draft with the offline draft, in which all of it holds, says what does not, and makes it hold. Knows no model
and no YAML.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.planner.brief import Brief
from orchestrate_ls.planner.draft import Draft, DraftTask
from orchestrate_ls.planner.stated.stems import stemmed_words
from orchestrate_ls.text.display import quoted, shown

_AFTER: Final = re.compile(r"after (\S+), (.*)", re.DOTALL)
_SAME_NAME: Final = 0.5
"""From this share of common words on (of all the words of both) two names mean one task."""
_NAMED: Final = 0.5
"""A feature is named where this share of its words stands in a task's texts."""
_NEGATED: Final = re.compile(
    r"\b(?:no|not|without|instead of|avoid|except|never|remove|drop|replace|ohne|kein\w*|sans|sin)\b[\w\s-]*$",
    re.IGNORECASE,
)
_DULL: Final = (
    "the and for with from into that this all any its of to in on by as a an or is be it at add build implement"
    " create make support feature task der die das und mit für von zu ein eine"
)
_DULL_STEMS: Final = frozenset(word.stem for word in stemmed_words(_DULL))


@dataclass(frozen=True, slots=True)
class Violation:
    """A stated fact that does not hold; ``task`` is the id of the task it is about, where there is one."""

    message: str
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A stated order, by ids of the offline draft."""

    before: str
    after: str
    lag: str | None
    words: str


class Binding:
    """The facts, and where they hold. Ids are those of the offline draft unless said otherwise."""

    def __init__(self, brief: Brief | None, base: Draft, *, steps: bool) -> None:
        """``steps``: the tasks of the draft are what the user listed, each of them and no other way."""
        self.base = base
        self.known = {task.id: task for task in base.tasks}
        self._steps = steps
        self.bound = [task for task in base.tasks if steps or task.facts]
        self.orders = [order for task in base.tasks for order in _orders_of(task)]
        self._calendar = Calendar(*base.calendar) if base.calendar is not None else Calendar()
        features = brief.features if brief is not None and not steps else ()
        covering: dict[str, list[DraftTask]] = {}
        for task in base.tasks:
            for name in task.covers:
                covering.setdefault(name, []).append(task)
        self.features: Final = tuple(each.name for each in features if each.name in covering)
        """What the goal names and some task of its own carries out."""
        self.covering = covering
        hidden = [word for each in brief.exclusions for word in each.hides] if brief is not None else []
        self._hidden = (
            re.compile(rf"\b(?:{'|'.join(map(re.escape, hidden))})s?\b", re.IGNORECASE) if hidden else None
        )
        self._words = {task.id: _words(task.name) for task in base.tasks}

    def described(self) -> list[str]:
        """The facts as sentences for a model."""
        lines: list[str] = []
        for task in self.bound:
            stated: list[str] = []
            if task.stated_time:
                stated.append(f"takes {time_text(task.stated_time)}")
            if task.deadline is not None:
                stated.append(f"has the deadline {task.deadline}")
            if task.has_owner:
                stated.append(f"is done by the agent {task.agent}")
            for order in self.orders:
                if order.after == task.id:
                    lag = f", {order.lag} later" if order.lag is not None else ""
                    stated.append(f"starts only after {order.before} has finished{lag}")
            lines.append(
                f"Task {task.id} ({task.name}) stays under this id{''.join(f'; it {each}' for each in stated)}."
            )
        lines += [f"At least one task is about: {name}." for name in self.features]
        if self._hidden is not None:
            lines.append("Left out, so no task may be about it: see the exclusions of the brief.")
        return lines

    # Checking

    def violations(self, draft: Draft) -> list[Violation]:
        """What does not hold in a draft."""
        found = self._language(draft)
        matched = self.matched(draft)
        by_id = {task.id: task for task in draft.tasks}
        for task in self.bound:
            own = matched.get(task.id)
            if own is None:
                found.append(
                    Violation(f"the task {quoted(task.name, 100)} that the user named is missing", None)
                )
                continue
            found += self._wrong_values(task, by_id[own])
        reach = Reach(draft)
        for order in self.orders:
            before, after = matched.get(order.before), matched.get(order.after)
            if before is None or after is None:
                continue
            if before not in reach.before(after):
                said = f" ({shown(order.words, 100)})" if order.words else ""
                found.append(
                    Violation(
                        f"{quoted(after)} must wait for {quoted(before)}, as the user said{said}", after
                    )
                )
            elif order.lag is not None and dict(by_id[after].lags).get(before) is None:
                found.append(
                    Violation(f"{quoted(after)} must wait {order.lag} after {quoted(before)}", after)
                )
        found += [
            Violation(f"the goal names {quoted(name, 100)}, and no task says so")
            for name in self.uncovered(draft)
        ]
        for task in draft.tasks:
            word = self.excluded_word(task)
            if word is not None:
                found.append(
                    Violation(f"the task is about {quoted(word)}, which the goal leaves out", task.id)
                )
        return found

    def about_something_else(self, draft: Draft) -> str | None:
        """Why mending a draft would mean replacing it, as nothing of what the user named is there; else None."""
        for violation in self._language(draft):
            return violation.message
        matched = self.matched(draft)
        if self._steps and not matched:
            return "not one of the steps that the document lists is in it"
        if len(self.features) > 1 and not matched and len(self.uncovered(draft)) == len(self.features):
            return "nothing that the goal names is in it"
        return None

    def matched(self, draft: Draft) -> dict[str, str]:
        """Id in the offline draft to id in this one, for the tasks that are the same."""
        found: dict[str, str] = {}
        words = {task.id: _words(task.name) for task in draft.tasks}
        taken: set[str] = set()
        for task in self.base.tasks:
            own = words.get(task.id)
            if own is not None and _alike(self._words[task.id], own) > 0:
                found[task.id] = task.id
                taken.add(task.id)
        for task in self.base.tasks:
            if task.id in found:
                continue
            best, share = None, 0.0
            for other in draft.tasks:
                alike = _alike(self._words[task.id], words[other.id])
                if other.id not in taken and alike > share:
                    best, share = other.id, alike
            if best is not None and share >= _SAME_NAME:
                found[task.id] = best
                taken.add(best)
        return found

    def uncovered(self, draft: Draft) -> list[str]:
        """Features that no task of a draft says it carries out."""
        texts = [_words(" ".join((t.name, t.description, *t.success_criteria))) for t in draft.tasks]
        return [name for name in self.features if not self._is_covered(name, texts)]

    def _is_covered(self, name: str, texts: Sequence[frozenset[str]]) -> bool:
        ways = [_words(name), *(self._words[task.id] for task in self.covering[name])]
        return any(
            not way or any(len(way & text) >= max(1.0, _NAMED * len(way)) for text in texts) for way in ways
        )

    def _wrong_values(self, task: DraftTask, own: DraftTask) -> list[Violation]:
        found: list[Violation] = []
        if task.stated_time and self.minutes_of(own) != self.minutes_of(task):
            found.append(
                Violation(f"{quoted(own.id)} takes {time_text(task.stated_time)}, as the user said", own.id)
            )
        if task.has_owner and own.agent != task.agent:
            found.append(
                Violation(f"{quoted(own.id)} is done by {quoted(task.agent)}, as the user said", own.id)
            )
        return found

    def minutes_of(self, task: DraftTask) -> tuple[int, ...]:
        """The estimate in whole minutes."""
        if not task.stated_time:
            minutes = tuple(round(hours * 60) for hours in task.estimate)
        else:
            try:
                minutes = tuple(round(parse_duration(each, self._calendar) / 60) for each in task.stated_time)
            except DurationError:
                return ()
        return minutes[:1] if len(set(minutes)) == 1 else minutes

    def excluded_word(self, task: DraftTask) -> str | None:
        """What of a task's name the goal leaves out."""
        if self._hidden is None:
            return None
        for match in self._hidden.finditer(task.name):
            if not _NEGATED.search(task.name[: match.start()]):
                return match.group()
        return None

    def _language(self, draft: Draft) -> list[Violation]:
        """Another script than the goal's: the only sign of another language that is beyond doubt."""
        wanted = _latin_share(f"{self.base.goal} {self.base.analysis.primary_goal}")
        got = _latin_share(" ".join(task.name for task in draft.tasks))
        if wanted is None or got is None or (wanted >= 0.5) == (got >= 0.5):
            return []
        return [Violation("the plan is not in the language of the goal")]


class Reach:
    """Which tasks come before which, over any number of dependencies; cycles do no harm."""

    def __init__(self, draft: Draft) -> None:
        self._dependencies = {task.id: task.dependencies for task in draft.tasks}

    def before(self, task: str) -> set[str]:
        """All that a task waits for."""
        found: set[str] = set()
        left = list(self._dependencies.get(task, ()))
        while left:
            each = left.pop()
            if each not in found:
                found.add(each)
                left += self._dependencies.get(each, ())
        return found

    def way(self, start: str, goal: str) -> list[tuple[str, str]]:
        """A chain of dependencies from ``start`` to ``goal``, as (before, after); empty if there is none."""
        after: defaultdict[str, list[str]] = defaultdict(list)
        for task, dependencies in self._dependencies.items():
            for each in dependencies:
                after[each].append(task)
        came: dict[str, str] = {}
        line = [start]
        for task in line:
            for other in after[task]:
                if other not in came and other != start:
                    came[other] = task
                    line.append(other)
        way: list[tuple[str, str]] = []
        place = goal
        while place in came:
            way.append((came[place], place))
            place = came[place]
        return way[::-1]


def _orders_of(task: DraftTask) -> list[Order]:
    lags = dict(task.lags)
    found: list[Order] = []
    for fact in task.facts:
        match = _AFTER.fullmatch(fact)
        if match is not None and match[1] in task.dependencies:
            found.append(Order(match[1], task.id, lags.get(match[1]), match[2]))
    return found


def with_dependencies(task: DraftTask, dependencies: Sequence[str]) -> DraftTask:
    """The task with other dependencies; lags of those that stay are kept."""
    kept = tuple(dict.fromkeys(dependencies))
    return replace(task, dependencies=kept, lags=tuple((n, lag) for n, lag in task.lags if n in kept))


def time_text(stated: tuple[str, ...]) -> str:
    """A stated time in words."""
    return stated[0] if len(stated) == 1 else f"{stated[0]} to {stated[-1]} (likely {stated[1]})"


def _words(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in stemmed_words(text[:6_000])) - _DULL_STEMS


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one & other)
    return both / len(one | other) if both else 0.0


def _latin_share(text: str) -> float | None:
    letters = [each for each in text[:2_000] if each.isalpha()]
    if len(letters) < 10:
        return None
    return sum(unicodedata.name(each, "").startswith("LATIN") for each in letters) / len(letters)
