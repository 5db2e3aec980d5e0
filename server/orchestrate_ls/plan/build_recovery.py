"""Recovery policies: `error_recovery`, or `error_recovery_strategies`, to ``RecoveryPolicy``.

Steps are read as they are written; what their words mean is said in ``recovery_words``.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from typing import Final

from orchestrate_ls.plan.model import Path, RecoveryPolicy, RecoveryStep, Spot
from orchestrate_ls.plan.reading import fields_of, items_of, text_of
from orchestrate_ls.syntax.tree import AnyNode, Mapping, resolved

NAMES: Final = ("error_recovery", "error_recovery_strategies")
_PREFIX: Final = "x-"
_CONDITIONS: Final = ("when", "if")
_MOST_STEPS: Final = 100


def recovery_policies(fields: AnyMapping[str, AnyNode]) -> Iterator[RecoveryPolicy]:
    """The policies in a plan's top-level fields: each kind of failure once, the first that is written counts."""
    known: set[str] = set()
    for name in NAMES:
        for failure, value in fields_of(fields.get(name)).items():
            if failure in known or failure.startswith(_PREFIX):
                continue
            known.add(failure)
            path: Path = (name, failure)
            steps = tuple(_steps(value, path))[:_MOST_STEPS]
            yield RecoveryPolicy(failure, steps, Spot(None, path, "key"))


def _steps(node: AnyNode, path: Path) -> Iterator[RecoveryStep]:
    if isinstance(resolved(node), Mapping):
        # Written as a mapping, the order of its keys is that of the steps.
        yield from _from_mapping(node, path)
        return
    for item, place in items_of(node, path):
        if isinstance(resolved(item), Mapping):
            yield from _from_mapping(item, place)
        elif (name := text_of(item)) is not None:
            yield RecoveryStep(name, None, (), Spot(None, place))


def _from_mapping(node: AnyNode, path: Path) -> Iterator[RecoveryStep]:
    for name, value in fields_of(node).items():
        when, settings = _condition(value)
        yield RecoveryStep(name, when, settings, Spot(None, (*path, name), "key"))


def _condition(node: AnyNode) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """When a step applies, and its settings. `max_attempts: 2` may also be written as one text."""
    inner = fields_of(node)
    if inner:
        settings = {key: text for key, value in inner.items() if (text := text_of(value)) is not None}
        when = next((settings.pop(each) for each in _CONDITIONS if each in settings), None)
        return when, tuple(settings.items())
    text = text_of(node)
    if text is None:
        return None, ()
    key, colon, value = text.partition(":")
    if colon and value.strip() and key.strip().isidentifier():
        return None, ((key.strip(), value.strip()),)
    return text.strip(), ()
