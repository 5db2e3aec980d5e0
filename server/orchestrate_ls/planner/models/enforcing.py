"""Makes the facts that the user stated hold in a draft: puts back what is missing, and sets what is otherwise.

Knows no model and no YAML; what the facts are is known in ``binding``.
"""

from __future__ import annotations

from dataclasses import replace

from orchestrate_ls.planner.draft import Draft
from orchestrate_ls.planner.models.binding import Binding, Reach, time_text, with_dependencies
from orchestrate_ls.text.display import quoted, shown


def enforced(binding: Binding, draft: Draft) -> tuple[Draft, list[str]]:
    """The draft in which the facts hold, and what had to be done for that, as sentences without a full stop."""
    return _Enforcement(binding, draft).run()


class _Enforcement:
    def __init__(self, binding: Binding, draft: Draft) -> None:
        self._binding = binding
        self._draft = draft
        self._tasks = {task.id: task for task in draft.tasks}
        self._done: list[str] = []
        self._base = binding.base
        self._matched = binding.matched(draft)

    def run(self) -> tuple[Draft, list[str]]:
        self._remove_excluded()
        self._add_missing()
        self._set_values()
        self._put_in_order()
        draft = replace(self._draft, tasks=tuple(self._tasks.values()))
        declared = {agent.id for agent in draft.agents}
        used = {task.agent for task in draft.tasks}
        more = tuple(each for each in self._base.agents if each.id in used - declared)
        gates = {gate for task in draft.tasks for gate in task.quality_gates}
        defined = {
            name: gate
            for name, gate in self._base.quality_gates.items()
            if name in gates or name in draft.quality_gates
        }
        return replace(draft, agents=(*draft.agents, *more), quality_gates=defined), self._done

    def _remove_excluded(self) -> None:
        for task in list(self._tasks.values()):
            word = self._binding.excluded_word(task)
            if word is None or task.id in self._matched.values() or len(self._tasks) == 1:
                continue
            del self._tasks[task.id]
            for other in list(self._tasks.values()):
                if task.id in other.dependencies:
                    kept = [each for each in other.dependencies if each != task.id]
                    kept += [each for each in task.dependencies if each not in kept and each != other.id]
                    self._tasks[other.id] = with_dependencies(other, kept)
            self._done.append(
                f"Removed {quoted(task.id)} ({shown(task.name)}): the goal leaves out {quoted(word)}"
            )

    def _add_missing(self) -> None:
        binding = self._binding
        wanted = [task for task in binding.bound if task.id not in self._matched]
        reasons = {task.id: "the user named it" for task in wanted}
        now = replace(self._draft, tasks=tuple(self._tasks.values()))
        for name in binding.uncovered(now):
            for task in binding.covering[name]:
                if task.id not in self._matched and task.id not in reasons:
                    wanted.append(task)
                    reasons[task.id] = f"nothing else covers {quoted(name)}"
        order = {task.id: place for place, task in enumerate(self._base.tasks)}
        for task in sorted(wanted, key=lambda each: order[each.id]):
            own = task.id if task.id not in self._tasks else self._free_id()
            self._matched[task.id] = own
            dependencies = [self._matched[each] for each in task.dependencies if each in self._matched]
            lags = tuple((self._matched[each], lag) for each, lag in task.lags if each in self._matched)
            self._tasks[own] = replace(
                task, id=own, dependencies=tuple(dependencies), lags=lags, parallel_group=None
            )
            self._done.append(f"Added {quoted(own)} ({shown(task.name)}): {reasons[task.id]}")
        added_ids = {self._matched[task.id] for task in wanted}
        for task in self._base.tasks:
            own = self._matched.get(task.id)
            if own is None or own in added_ids:
                continue
            for before in task.dependencies:
                new = self._matched.get(before, "")
                if new in added_ids and own not in self._reach().before(new):
                    self._tasks[own] = with_dependencies(
                        self._tasks[own], [*self._tasks[own].dependencies, new]
                    )

    def _set_values(self) -> None:
        for task in self._binding.bound:
            own = self._matched.get(task.id)
            if own is None:
                continue
            before = self._tasks[own]
            if task.stated_time and self._binding.minutes_of(before) != self._binding.minutes_of(task):
                self._tasks[own] = replace(
                    self._tasks[own], stated_time=task.stated_time, estimate=task.estimate
                )
                self._done.append(
                    f"Set the time of {quoted(own)} to {time_text(task.stated_time)}, as stated"
                )
            elif task.stated_time:
                self._tasks[own] = replace(
                    self._tasks[own], stated_time=task.stated_time, estimate=task.estimate
                )
            if task.has_owner and before.agent != task.agent:
                self._tasks[own] = replace(self._tasks[own], agent=task.agent)
                self._done.append(f"Gave {quoted(own)} to {quoted(task.agent)}, as stated")
            if before.deadline != task.deadline or before.facts != task.facts:
                self._tasks[own] = replace(self._tasks[own], deadline=task.deadline, facts=task.facts)

    def _put_in_order(self) -> None:
        stated = {
            (self._matched[order.before], self._matched[order.after])
            for order in self._binding.orders
            if order.before in self._matched and order.after in self._matched
        }
        for order in self._binding.orders:
            before, after = self._matched.get(order.before), self._matched.get(order.after)
            if before is None or after is None or before == after:
                continue
            task = self._tasks[after]
            if before in self._reach().before(after) and (
                order.lag is None or dict(task.lags).get(before) is not None
            ):
                continue
            self._give_way(after, before, stated)
            task = self._tasks[after]
            if before not in task.dependencies:
                task = with_dependencies(task, [*task.dependencies, before])
            if order.lag is not None:
                task = replace(
                    task, lags=(*((n, lag) for n, lag in task.lags if n != before), (before, order.lag))
                )
            self._tasks[after] = task
            self._done.append(f"Let {quoted(after)} wait for {quoted(before)}, as stated")

    def _give_way(self, early: str, late: str, stated: set[tuple[str, str]]) -> None:
        """Take dependencies out that nobody stated until ``late`` no longer comes after ``early``."""
        for _ in range(1000):
            way = self._reach().way(early, late)
            loose = next((edge for edge in reversed(way) if edge not in stated), None)
            if loose is None:
                return
            before, after = loose
            task = self._tasks[after]
            self._tasks[after] = with_dependencies(
                task, [each for each in task.dependencies if each != before]
            )
            self._done.append(
                f"Removed the dependency of {quoted(after)} on {quoted(before)}, which goes against a stated order"
            )

    def _reach(self) -> Reach:
        return Reach(replace(self._draft, tasks=tuple(self._tasks.values())))

    def _free_id(self) -> str:
        number = len(self._tasks) + 1
        while f"T{number}" in self._tasks or f"T{number}" in self._binding.known:
            number += 1
        return f"T{number}"
