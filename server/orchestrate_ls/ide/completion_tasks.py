"""Tasks to depend on: those that can be waited for without a circle, the nearest first.

A plan may have ten thousand of them while someone types, so what is looked at is bounded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from operator import add
from typing import Final, NamedTuple

from orchestrate_ls.ide.completion_offers import Choice, Kind
from orchestrate_ls.plan.model import Plan, Task
from orchestrate_ls.rules.engine import PlanCheck
from orchestrate_ls.rules.facets import differing
from orchestrate_ls.text.display import shown

MOST: Final = 100
"""Offers in one answer."""
_COMMON: Final = 300
"""From so many tasks on with a text, the nearest of them are found sooner one by one."""
_SCATTERED: Final = 2_000
"""Most tasks among which letters are also looked for with others between them."""


class Found(NamedTuple):
    """Choices, and whether there are more that fit."""

    choices: list[Choice]
    cut: bool


def waiting_for(plan: Plan, task: int, earlier: PlanCheck | None) -> set[int]:
    """The tasks that wait for a task, directly or not: none of them may be waited for by it. O(their number) where an
    earlier check knows the links of all other tasks.
    """
    following = _known_successors(plan, task, earlier)
    if following is None:
        following = _successors(plan)
    found: set[int] = set()
    stack = list(following[task])
    while stack:
        index = stack.pop()
        if index not in found:
            found.add(index)
            stack.extend(following[index])
    return found


def _known_successors(plan: Plan, task: int, earlier: PlanCheck | None) -> Sequence[Sequence[int]] | None:
    """The links as an earlier check has them, if they still hold for all tasks but the one at hand.

    What that one waits for makes no difference to what waits for it, unless there is a circle already.
    """
    if earlier is None:
        return None
    old = earlier.source.plan
    if len(old.tasks) != len(plan.tasks):
        return None
    for index in differing(old.tasks, plan.tasks):
        before, now = old.tasks[index], plan.tasks[index]
        if before.id != now.id or (index != task and before.dependencies != now.dependencies):
            return None
    return earlier.analysis.network.successors


def _successors(plan: Plan) -> list[list[int]]:
    index_of = plan.index_of.known
    following: list[list[int]] = [[] for _ in plan.tasks]
    for index, task in enumerate(plan.tasks):
        for dependency in task.dependencies:
            before = index_of.get(dependency.task)
            if before is not None:
                following[before].append(index)
    return following


def tasks_to_choose(plan: Plan, near: int, without: set[int], present: frozenset[str], prefix: str) -> Found:
    """The tasks to choose from, but some by index and some by id; with many of them only those that fit a prefix.

    Those whose id begins with the prefix come first, then those with it in id or name, then, unless there are very
    many tasks, those with its letters in their order.
    """
    tasks = plan.tasks
    few = len(tasks) <= MOST
    ranked = _nearest(len(tasks), near) if few or not prefix else _fitting(plan, near, prefix)
    seen: set[str] = set(present)
    choices: list[Choice] = []
    for index in ranked:
        name = tasks[index].id
        if name is None or index in without or name in seen:
            continue
        seen.add(name)
        if len(choices) == MOST:
            return Found(choices, cut=True)
        choices.append(_choice(plan, index, name))
    return Found(choices, cut=not few and bool(prefix))


def _choice(plan: Plan, index: int, name: str) -> Choice:
    called = plan.tasks[index].name or ""
    return Choice(
        name, Kind.TASK, shown(called, 100), filter_text=f"{name} {called}" if called else "",
        data={"task": name},
    )  # fmt: skip


def _nearest(count: int, near: int) -> Iterator[int]:
    return chain(range(min(near, count) - 1, -1, -1), range(max(0, near), count))


def _fitting(plan: Plan, near: int, prefix: str) -> Iterator[int]:
    """Indices of the tasks that fit a prefix, the best first; each only once."""
    sought = prefix.casefold()
    texts = _TEXTS.of(plan.tasks)
    lines = _Lines(texts)
    seen: set[int] = set()
    for needle, fits in (("\n" + sought, str.startswith), (sought, str.__contains__)):
        if lines.count(needle) > _COMMON:
            ranked = (index for index in _nearest(len(texts), near) if fits(texts[index], sought))
        else:
            ranked = sorted(lines.find(needle), key=lambda index: (index >= near, abs(index - near)))
        for index in ranked:
            if index not in seen:
                seen.add(index)
                yield index
    if len(texts) <= _SCATTERED:
        for index in _nearest(len(texts), near):
            if index not in seen and is_scattered_in(sought, texts[index]):
                yield index


class _Lines:
    """Texts that are searched all at once, as lines of one text: a loop over ten thousand of them takes too long."""

    def __init__(self, texts: list[str]) -> None:
        self._joined = "\n" + "\n".join(texts)
        # A line's start is the length of all texts before it, and of as many line breaks and one.
        self._starts = list(map(add, accumulate(map(len, texts), initial=1), range(len(texts) + 1)))

    def count(self, needle: str) -> int:
        return self._joined.count(needle)

    def find(self, needle: str) -> Iterator[int]:
        """The indices of the texts that hold it; with a line break in front, those that begin with it."""
        at = self._joined.find(needle)
        while at >= 0:
            index = bisect_right(self._starts, at + needle.startswith("\n")) - 1
            yield index
            at = self._joined.find(needle, self._starts[index + 1] - 1)


class _TaskTexts:
    """What is searched, for each task: its id and its name. Those of the last tasks asked about are kept, as from one
    keystroke to the next few of them change; it is a cache and nothing else.
    """

    def __init__(self) -> None:
        self._known: tuple[tuple[Task, ...], list[str]] | None = None

    def of(self, tasks: tuple[Task, ...]) -> list[str]:
        known = self._known
        if known is None or len(known[0]) != len(tasks):
            texts = [_searched(task) for task in tasks]
        else:
            texts = known[1].copy()
            for index in differing(known[0], tasks):
                texts[index] = _searched(tasks[index])
        self._known = (tasks, texts)
        return texts


_TEXTS: Final = _TaskTexts()


def _searched(task: Task) -> str:
    return f"{task.id} {task.name or ''}".casefold().replace("\n", " ")


def is_scattered_in(sought: str, text: str) -> bool:
    """Whether the letters of one text occur in another in their order."""
    at = -1
    for letter in sought:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True
