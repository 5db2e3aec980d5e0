"""Takes tasks out of a draft and puts dependencies in, so that it stays what a draft is: numbered, reduced, grouped."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from orchestrate_ls.planner.draft import Draft, DraftTask

_ID = re.compile(r"\bT\d+\b")


class Precedence:
    """Who comes before whom among the tasks of a draft."""

    def __init__(self, tasks: Sequence[DraftTask]) -> None:
        self.before: dict[str, set[str]] = {}
        direct = {task.id: task.dependencies for task in tasks}
        for task in tasks:
            self._ancestors(task.id, direct)

    def _ancestors(self, start: str, direct: Mapping[str, Sequence[str]]) -> None:
        pending = [start]
        while pending:
            task = pending[-1]
            missing = [each for each in direct[task] if each not in self.before]
            if missing and task not in self.before:
                pending += missing
                continue
            pending.pop()
            found: set[str] = set()
            for each in direct[task]:
                found |= {each} | self.before.get(each, set())
            self.before[task] = found

    def concurrent(self, one: str, other: str) -> bool:
        """Whether two tasks may run at the same time."""
        return one != other and one not in self.before[other] and other not in self.before[one]


def without(draft: Draft, dropped: Collection[str]) -> Draft:
    """The draft without some tasks: what waited for one waits for what that waited for. Ids count from 1 again."""
    if not dropped:
        return draft
    waits: dict[str, tuple[str, ...]] = {task.id: task.dependencies for task in draft.tasks}

    def kept(names: Sequence[str]) -> list[str]:
        found: dict[str, None] = {}
        pending = list(reversed(names))
        seen: set[str] = set()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in dropped:
                pending.extend(reversed(waits[name]))
            else:
                found[name] = None
        return list(found)

    rest = [
        replace(
            task,
            dependencies=tuple(kept(task.dependencies)),
            lags=tuple(lag for lag in task.lags if lag[0] not in dropped),
        )
        for task in draft.tasks
        if task.id not in dropped
    ]
    names = {task.id: f"T{number}" for number, task in enumerate(rest, 1)}
    numbered = all(_ID.fullmatch(task.id) for task in draft.tasks)
    renamed = [_renamed(task, names) for task in rest] if numbered else rest
    return settled(replace(draft, tasks=tuple(renamed)))


def settled(draft: Draft) -> Draft:
    """The draft without superfluous dependencies, and with groups only of tasks that can run at the same time."""
    precedence = Precedence(draft.tasks)
    tasks: list[DraftTask] = []
    for task in draft.tasks:
        lagging = {name for name, _ in task.lags}
        direct = [
            each
            for each in task.dependencies
            if each in lagging or not any(each in precedence.before[other] for other in task.dependencies)
        ]
        tasks.append(replace(task, dependencies=tuple(sorted(direct, key=_number))))
    members: dict[str, list[str]] = {}
    for task in tasks:
        if task.parallel_group is not None:
            group = members.setdefault(task.parallel_group, [])
            if all(precedence.concurrent(task.id, other) for other in group):
                group.append(task.id)
    grouped = {name for group in members.values() if len(group) > 1 for name in group}
    return replace(
        draft,
        tasks=tuple(
            task if task.id in grouped or task.parallel_group is None else replace(task, parallel_group=None)
            for task in tasks
        ),
    )


def _renamed(task: DraftTask, names: Mapping[str, str]) -> DraftTask:
    return replace(
        task,
        id=names[task.id],
        dependencies=tuple(names[each] for each in task.dependencies),
        lags=tuple((names[each], lag) for each, lag in task.lags),
        # What was stated of the order names tasks: "after T3, ...".
        facts=tuple(
            _ID.sub(lambda match: names.get(match[0], match[0]), fact, count=1)
            if fact.startswith("after ")
            else fact
            for fact in task.facts
        ),
    )


def _number(task: str) -> tuple[int, str]:
    return (int(task[1:]) if task[1:].isdigit() else 0, task)
