"""One task's tree to a ``Task``."""

from __future__ import annotations

from functools import lru_cache

from orchestrate_ls.plan.build_gates import quality_gates
from orchestrate_ls.plan.duration import (
    Calendar,
    DurationError,
    Estimate,
    parse_duration,
    parse_estimate,
    parse_lag,
)
from orchestrate_ls.plan.model import (
    NO_BUDGET,
    Budget,
    Dependency,
    LinkKind,
    Path,
    Priority,
    Task,
    Unreadable,
)
from orchestrate_ls.plan.reading import Reader, fields_of, items_of, number_of, text_of, texts_of
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Scalar, resolved

_KINDS = {kind.value: kind for kind in LinkKind}
_PRIORITIES = {priority.value: priority for priority in Priority}


def build_task(node: AnyNode, calendar: Calendar) -> Task:
    """The task that a list item describes, as far as it can be read. The calendar says how long ``1d`` is."""
    fields = fields_of(node)
    if not fields:
        return Task()
    reader = Reader()
    get = fields.get
    return Task(
        id=text_of(get("id")),
        name=text_of(get("name")),
        description=text_of(get("description")),
        estimate=_estimate(get("estimated_time"), calendar, reader),
        dependencies=tuple(_dependencies(get("dependencies"), calendar, reader)),
        agent=text_of(get("agent")),
        priority=_priority(get("priority")),
        parallel_group=text_of(get("parallel_group")),
        required_skills=texts_of(get("required_skills")),
        deadline=reader.moment(get("deadline"), ("deadline",), end_of_day=True)
        if "deadline" in fields
        else None,
        files=texts_of(get("files")),
        success_criteria=texts_of(get("success_criteria")),
        definition_of_done=texts_of(get("definition_of_done")),
        resources=texts_of(get("resources")),
        quality_gates=tuple(_gates(get("quality_gates"))),
        own_gates=quality_gates(get("quality_gates"), 0) if "quality_gates" in fields else (),
        model=text_of(get("model")),
        base_priority=_priority(get("base_priority")),
        budget=_budget(get("budget")),
        plan=text_of(get("plan")),
        unreadable=tuple(reader.unreadable),
    )


@lru_cache(maxsize=4096)
def _read_estimate(value: object, calendar: Calendar) -> Estimate:
    """``parse_estimate`` with a memory: plans use a few dozen different estimates for thousands of tasks."""
    return parse_estimate(value, calendar)


def _estimate(node: AnyNode | None, calendar: Calendar, reader: Reader) -> Estimate | None:
    if node is None:
        return None
    target = resolved(node)
    if not isinstance(target, Mapping):
        return reader.read(node, ("estimated_time",), lambda value: _read_estimate(value, calendar))
    points: dict[str, object] = {}
    for key, value in fields_of(target).items():
        scalar = resolved(value)
        points[key] = scalar.value if isinstance(scalar, Scalar) else None
    readable = True
    for key, value in points.items():
        if key in ("optimistic", "likely", "pessimistic") and value is not None:
            try:
                parse_duration(value, calendar)
            except DurationError as error:
                path: Path = ("estimated_time", key)
                reader.unreadable.append(Unreadable("invalid-duration", path, error.message, error.hint))
                readable = False
    if not readable:
        return None
    try:
        return parse_estimate(points, calendar)
    except DurationError as error:
        path = ("estimated_time", error.part) if error.part in points else ("estimated_time",)
        reader.unreadable.append(Unreadable("invalid-duration", path, error.message, error.hint))
        return None


def _dependencies(node: AnyNode | None, calendar: Calendar, reader: Reader) -> list[Dependency]:
    found: list[Dependency] = []
    if node is None:
        return found
    for item, path in items_of(node, ("dependencies",)):
        target = resolved(item)
        if isinstance(target, Mapping):
            fields = fields_of(target)
            task = text_of(fields.get("task"))
            if task is None:
                continue
            kind = _KINDS.get(text_of(fields.get("type")) or "", LinkKind.FINISH_TO_START)
            lag = reader.read(fields.get("lag"), (*path, "lag"), lambda value: parse_lag(value, calendar))
            found.append(Dependency(task, kind, lag or 0, (*path, "task")))
        elif (task := text_of(item)) is not None:
            found.append(Dependency(task, LinkKind.FINISH_TO_START, 0, path))
    return found


def _priority(node: AnyNode | None) -> Priority | float | None:
    text = text_of(node)
    if text is None:
        return None
    named = _PRIORITIES.get(text) or _PRIORITIES.get(text.lower())
    return number_of(node) if named is None else named


def _budget(node: AnyNode | None) -> Budget:
    if node is None:
        return NO_BUDGET
    fields = fields_of(node)
    tokens = number_of(fields.get("tokens"))
    return Budget(int(tokens) if tokens is not None and tokens >= 0 else None, text_of(fields.get("cost")))


def _gates(node: AnyNode | None) -> list[tuple[str, Path]]:
    if node is None:
        return []
    named = [(text_of(item), path) for item, path in items_of(node, ("quality_gates",))]
    return [(name, path) for name, path in named if name is not None]
