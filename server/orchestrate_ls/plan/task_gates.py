"""Which quality gates are whose: those of each task, and those of the plan as a whole."""

from __future__ import annotations

from orchestrate_ls.plan.model import Plan, QualityGate


def gates_for(plan: Plan, task: int | None) -> tuple[QualityGate, ...]:
    """The gates of a task, by its index, or (None) of the plan as a whole: those that hold no task.

    A task may name one check of a gate; then that check alone is a gate of the task.
    """
    if not plan.header.gates and (task is None or not _names_any(plan, task)):
        return ()
    declared = {gate.name: gate for gate in reversed(plan.header.gates)}
    if task is None:
        named = {name for each in plan.tasks for name, _ in each.quality_gates}
        return tuple(
            gate
            for gate in declared.values()
            if not (gate.for_every_task or gate.for_tasks or gate.for_groups or gate.name in named)
        )[::-1]
    own = plan.tasks[task]
    found: dict[str, QualityGate] = {}
    for name, _ in own.quality_gates:
        found.setdefault(name, declared.get(name) or _of_one_check(plan, name))
    for gate in plan.header.gates:
        is_meant = (own.id is not None and own.id in gate.for_tasks) or (
            own.parallel_group is not None and own.parallel_group in gate.for_groups
        )
        if is_meant or gate.for_every_task:
            found.setdefault(gate.name, declared[gate.name])
    for gate in own.own_gates:
        found.setdefault(gate.name, gate)
    return tuple(found.values())


def _names_any(plan: Plan, task: int) -> bool:
    return bool(plan.tasks[task].quality_gates or plan.tasks[task].own_gates)


def _of_one_check(plan: Plan, name: str) -> QualityGate:
    for gate in plan.header.gates:
        for check in gate.checks:
            if check.name == name:
                return QualityGate(name, (check,), is_required=gate.is_required, spot=check.spot)
    # Nothing declares it: nobody can say that it is passed.
    return QualityGate(name)
