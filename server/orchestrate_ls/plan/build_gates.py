"""Quality gates: the mapping `quality_gates` of a plan or of a task to ``QualityGate``.

What an expectation such as `min_80_percent` means is said in ``expectations``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.model import GateCheck, Path, QualityGate, Spot
from orchestrate_ls.plan.reading import fields_of, items_of, number_of, text_of, texts_of, truth_of
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Scalar, resolved

APPLIES_TO: Final = ("for_tasks", "for_groups", "for_every_task")
"""The fields of a gate that say which tasks it holds open."""
_FIELDS: Final = frozenset(("required", "min_approvals", "automated_checks", *APPLIES_TO))
_PREFIX: Final = "x-"
_MOST_APPROVALS: Final = 1_000
_MOST_CHECKS: Final = 200


def quality_gates(node: AnyNode | None, task: int | None) -> tuple[QualityGate, ...]:
    """The gates in a mapping; of a task's list of names none, since those are declared elsewhere.

    ``task`` is None for the plan's own gates. Places of a task's gates are in its own mapping: whoever knows its index
    puts that in.
    """
    target = resolved(node) if node is not None else None
    if not isinstance(target, Mapping):
        if task is not None:
            return ()
        named = ((text_of(item), path) for item, path in items_of(node, ("quality_gates",)))
        return tuple(
            QualityGate(name, (GateCheck(name, None, Spot(task, path)),), spot=Spot(task, path))
            for name, path in named
            if name is not None
        )
    return tuple(
        _gate(name, value, ("quality_gates", name), task)
        for name, value in fields_of(target).items()
        if not name.startswith(_PREFIX)
    )


def _gate(name: str, node: AnyNode, path: Path, task: int | None) -> QualityGate:
    spot = Spot(task, path, "key")
    if isinstance(resolved(node), Scalar):
        return QualityGate(name, (GateCheck(name, text_of(node), spot),), spot=spot)
    fields = fields_of(node)
    approvals = number_of(fields.get("min_approvals")) or 0
    return QualityGate(
        name,
        tuple(_checks(fields, path, task))[:_MOST_CHECKS],
        approvals=int(min(max(approvals, 0), _MOST_APPROVALS)),
        is_required=truth_of(fields.get("required")) is not False,
        for_tasks=texts_of(fields.get("for_tasks")),
        for_groups=texts_of(fields.get("for_groups")),
        for_every_task=truth_of(fields.get("for_every_task")) or False,
        spot=spot,
    )


def _checks(fields: dict[str, AnyNode], path: Path, task: int | None) -> Iterator[GateCheck]:
    """The automated checks, then what else is a check; each name once."""
    known: set[str] = set()
    for name, value, spot in (
        *_automated(fields.get("automated_checks"), path, task),
        *_others(fields, path, task),
    ):
        if name in known or (value is not None and truth_of(value) is False):
            # `linting: false` asks for nothing.
            continue
        known.add(name)
        yield GateCheck(name, _expected(value), spot)


def _automated(
    node: AnyNode | None, path: Path, task: int | None
) -> Iterator[tuple[str, AnyNode | None, Spot]]:
    place: Path = (*path, "automated_checks")
    if isinstance(resolved(node) if node is not None else None, Mapping):
        for name, value in fields_of(node).items():
            yield name, value, Spot(task, (*place, name), "key")
        return
    for item, at in items_of(node, place):
        if isinstance(resolved(item), Mapping):
            for name, value in fields_of(item).items():
                yield name, value, Spot(task, (*at, name), "key")
        elif (name := text_of(item)) is not None:
            yield name, None, Spot(task, at)


def _others(
    fields: dict[str, AnyNode], path: Path, task: int | None
) -> Iterator[tuple[str, AnyNode | None, Spot]]:
    for name, value in fields.items():
        if name not in _FIELDS and not name.startswith(_PREFIX):
            yield name, value, Spot(task, (*path, name), "key")


def _expected(node: AnyNode | None) -> str | None:
    """What is expected, as text; `true` is no more than the name says."""
    if node is None or truth_of(node) is True:
        return None
    return text_of(node)
