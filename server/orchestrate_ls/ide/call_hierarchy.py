"""Tasks as a call hierarchy: incoming is what depends on a task, outgoing what it depends on.

Between two requests the file may change, so an item names its task by plan and id, not by an offset.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.ide.cursor import cursor_at
from orchestrate_ls.ide.names import NameKind, NameTable, Role, name_at
from orchestrate_ls.ide.symbols import Symbol, task_symbol
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.engine import FileCheck


@dataclass(frozen=True, slots=True)
class TaskKey:
    """A task by what outlives most edits: the plan's number, and the id; the index where it has none of its own."""

    plan: int
    id: str | None
    index: int


@dataclass(frozen=True, slots=True)
class HierarchyItem:
    """A task in the hierarchy."""

    key: TaskKey
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class HierarchyCall:
    """A task at the other end of dependencies, and where these are written: ranges in the task that depends."""

    item: HierarchyItem
    ranges: tuple[tuple[int, int], ...]


def prepare(file: PlanFile, offset: int) -> HierarchyItem | None:
    """The task that is named at an offset, else the one whose text holds it."""
    cursor = cursor_at(file, offset)
    if cursor is None:
        return None
    occurrence = name_at(cursor)
    index = cursor.task
    if occurrence is not None and occurrence.name.kind is NameKind.TASK:
        if occurrence.role is Role.USE:
            index = cursor.source.plan.index_of.known.get(occurrence.name.text)
        elif occurrence.task is not None:
            index = occurrence.task
    return None if index is None else _item(cursor.source, cursor.plan, index)


def incoming(check: FileCheck, key: TaskKey) -> list[HierarchyCall]:
    """The tasks that depend on a task, in document order."""
    index = _index(check, key)
    if index is None:
        return []
    plan = check.plans[key.plan]
    successors = sorted(set(plan.analysis.network.successors[index]))
    return [
        HierarchyCall(_item(plan.source, key.plan, each), _links(plan.source, each, index))
        for each in successors
    ]


def outgoing(check: FileCheck, key: TaskKey) -> list[HierarchyCall]:
    """The tasks that a task depends on, in the order in which it names them."""
    index = _index(check, key)
    if index is None:
        return []
    plan = check.plans[key.plan]
    predecessors = dict.fromkeys(plan.analysis.network.predecessors[index])
    return [
        HierarchyCall(_item(plan.source, key.plan, each), _links(plan.source, index, each))
        for each in predecessors
    ]


def _index(check: FileCheck, key: TaskKey) -> int | None:
    if not 0 <= key.plan < len(check.plans):
        return None
    plan = check.plans[key.plan].source.plan
    if 0 <= key.index < len(plan.tasks) and plan.tasks[key.index].id == key.id:
        return key.index
    return plan.index_of.known.get(key.id) if key.id is not None else None


def _item(source: PlanSource, plan: int, index: int) -> HierarchyItem:
    return HierarchyItem(TaskKey(plan, source.plan.tasks[index].id, index), task_symbol(source, index))


def _links(source: PlanSource, successor: int, predecessor: int) -> tuple[tuple[int, int], ...]:
    """Where a task names another it depends on."""
    wanted = source.plan.tasks[predecessor].id
    return tuple(
        sorted(
            {
                (each.start, each.end)
                for each in NameTable(source).in_task(successor)
                if each.name == (NameKind.TASK, wanted) and each.role is Role.USE
            }
        )
    )
