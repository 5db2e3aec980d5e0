"""Carries out the orders of an instruction that name what they change: names, estimates, owners, dates, links.

Each is done or not with a reason; one that cannot be done does not keep the others from it. Knows no goals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewriting import NotPossibleError
from orchestrate_ls.plan.task_references import (
    add_dependencies,
    drop_dependencies,
    rename_in_allocations,
    written_in,
)
from orchestrate_ls.planner.orders import Finish, Link, Order, Rename, SetField
from orchestrate_ls.planner.plan_changes import ChangeKind, PlanChange
from orchestrate_ls.planner.redraft import Redrafting
from orchestrate_ls.syntax.tree import Mapping, Scalar
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import quoted


@dataclass(slots=True)
class Done:
    """What was done, and what was not, with the reason."""

    changes: list[PlanChange] = field(default_factory=list[PlanChange])
    not_done: list[str] = field(default_factory=list[str])


def carry_out(
    work: Redrafting,
    orders: Sequence[tuple[Order, str]],
    protected: frozenset[str],
    scope: frozenset[str] | None = None,
) -> Done:
    """Carry out orders, each with its words. Tasks that are protected, or out of scope, are left alone."""
    done = Done()
    for order, words in orders:
        mark = work.mark()
        try:
            done.changes += _Orderly(work, words, protected, scope).obey(order)
        except NotPossibleError as error:
            work.back_to(mark)
            done.not_done.append(f"{quoted(words, 80)}: {error}")
    return done


class _Orderly:
    def __init__(
        self, work: Redrafting, words: str, protected: frozenset[str], scope: frozenset[str] | None
    ) -> None:
        self._work, self._protected, self._scope = work, protected, scope
        self._why = f"as instructed ({words})"

    def obey(self, order: Order) -> list[PlanChange]:
        match order:
            case Rename():
                return self._rename(order)
            case SetField(task=None):
                return self._set_header(order)
            case SetField(task=str(task)):
                return [self._set(task, order.key, order.value)]
            case Link():
                return [self._link(order)]
            case Finish():
                return self._finish(order.moment)
            case _:
                return []

    def _free(self, task: str) -> int:
        if task in self._protected:
            raise NotPossibleError(f"{quoted(task)} is done or under way, so it stays as it is")
        if self._scope is not None and task not in self._scope:
            raise NotPossibleError(f"{quoted(task)} comes before the task to begin with")
        if task not in self._work.source.plan.index_of:
            raise NotPossibleError(f"there is no task {quoted(task)} any more")
        return self._work.index(task)

    def _changed(self, task: str) -> PlanChange:
        name = self._work.source.plan.tasks[self._work.index(task)].name or ""
        return PlanChange(ChangeKind.CHANGED, task, name, self._why)

    def _set(self, task: str, key: str, value: str | int) -> PlanChange:
        self._work.set_field(self._free(task), key, value)
        return self._changed(task)

    def _set_header(self, order: SetField) -> list[PlanChange]:
        self._work.set_field(None, order.key, order.value)
        return [PlanChange(ChangeKind.CHANGED, None, f"`{order.key}`", self._why)]

    def _link(self, order: Link) -> PlanChange:
        index = self._free(order.task)
        task = self._work.source.plan.tasks[index]
        known = any(each.task == order.on for each in task.dependencies)
        if order.wanted and known:
            raise NotPossibleError(f"{quoted(order.task)} waits for {quoted(order.on)} already")
        if not order.wanted and not known:
            raise NotPossibleError(f"{quoted(order.task)} does not wait for {quoted(order.on)}")
        if not order.wanted:
            drop_dependencies(self._work, index, order.on)
        elif self._waits(order.on, order.task):
            raise NotPossibleError(
                f"{quoted(order.on)} waits for {quoted(order.task)} already, so this would be a circle"
            )
        else:
            add_dependencies(self._work, index, [write_scalar(order.on, in_flow=True)])
        return self._changed(order.task)

    def _waits(self, task: str, other: str) -> bool:
        plan = self._work.source.plan
        stack, seen = [task], {task}
        while stack:
            name = stack.pop()
            if name == other:
                return True
            index = plan.index_of.get(name)
            for each in plan.tasks[index].dependencies if index is not None else ():
                if each.task not in seen:
                    seen.add(each.task)
                    stack.append(each.task)
        return False

    def _finish(self, moment: str) -> list[PlanChange]:
        """A plan has no deadline of its own: the tasks that nothing waits for get it."""
        plan = self._work.source.plan
        awaited = {each.task for task in plan.tasks for each in task.dependencies}
        last = [task.id for task in plan.tasks if task.id is not None and task.id not in awaited]
        free = [
            task
            for task in last
            if task not in self._protected and (self._scope is None or task in self._scope)
        ]
        if not free:
            raise NotPossibleError("there is no task left that could have the deadline")
        return [self._set(task, "deadline", moment) for task in free]

    # --- names

    def _rename(self, order: Rename) -> list[PlanChange]:
        if order.what == "task":
            self._work.set_field(self._free(order.old), "name", order.new)
            return [self._changed(order.old)]
        if order.what == "id":
            self._rename_id(order.old, order.new)
            return [self._changed(order.new)]
        self._rename_agent(order.old, order.new)
        return [PlanChange(ChangeKind.CHANGED, None, f"the agent {quoted(order.old)}", self._why)]

    def _rename_id(self, old: str, new: str) -> None:
        work = self._work
        index = self._free(old)
        for place, task in enumerate(work.source.plan.tasks):
            for number, dependency in enumerate(task.dependencies):
                if dependency.task != old:
                    continue
                if task.id is not None:
                    self._free(task.id)
                path = work.source.plan.tasks[place].dependencies[number].path
                edit = rewrite.replace_scalar(work.source, Spot(place, path), new)
                work.apply(edit, written_in(f"that a task depends on {quoted(old)}"))
        rename_in_allocations(work, {old: new})
        work.apply(rewrite.replace_scalar(work.source, Spot(index, ("id",)), new), written_in("the id"))

    def _rename_agent(self, old: str, new: str) -> None:
        work = self._work
        declared = [each for each in work.source.plan.header.agents if each.id == old]
        if not declared:
            raise NotPossibleError(
                f"{quoted(old)} is not declared in the plan; rename it where it is defined, or in the editor"
            )
        if any(each.id == new for each in work.source.plan.header.agents):
            raise NotPossibleError(f"there is an agent {quoted(new)} already")
        what = written_in(f"the agent {quoted(old)}")
        for index, task in enumerate(work.source.plan.tasks):
            if task.agent == old:
                if task.id is not None:
                    self._free(task.id)
                work.apply(rewrite.replace_scalar(work.source, Spot(index, ("agent",)), new), what)
        for each in work.source.plan.header.agents:
            if each.backup == old:
                spot = Spot(None, (*each.details, "backup"))
                node = work.source.node(spot)
                if not isinstance(node, Scalar):
                    raise NotPossibleError(what)
                work.apply(rewrite.replace_scalar(work.source, spot, new), what)
        spot = declared[0].spot
        node = work.source.node(spot)
        if node is None or isinstance(node, Mapping):
            raise NotPossibleError(what)
        edit = (
            rewrite.replace_key(work.source, Spot(None, spot.path), new)
            if spot.part == "key"
            else rewrite.replace_scalar(work.source, spot, new)
        )
        work.apply(edit, what)
