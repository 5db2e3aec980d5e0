"""Reading values out of a tree: what every field reader of a plan shares.

Values are read as leniently as can be done without guessing; what cannot be read is collected as ``Unreadable`` and
the rest goes on. This file knows nodes and kinds of values, not which fields there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Final, TypeVar

from orchestrate_ls.plan.claims import ClaimError
from orchestrate_ls.plan.duration import DurationError
from orchestrate_ls.plan.model import Path, Unreadable
from orchestrate_ls.syntax.scalars import NULL_WORDS
from orchestrate_ls.syntax.tree import Alias, AnyNode, Mapping, Scalar, Sequence, resolved

Value = TypeVar("Value")
MERGE_KEY: Final = "<<"


def fields_of(node: AnyNode | None) -> dict[str, AnyNode]:
    """The fields of a mapping by key: of equal keys the first, and merged ones (``<<``) where there is none itself."""
    mapping = resolved(node) if node is not None else None
    if not isinstance(mapping, Mapping):
        return {}
    fields: dict[str, AnyNode] = {}
    merged: list[AnyNode] = []
    for entry in mapping.entries:
        key = entry.key
        if not isinstance(key, Scalar):
            key = resolved(key)
            if not isinstance(key, Scalar):
                continue
        name = key.text
        if name == MERGE_KEY and not key.style:
            merged.append(entry.value)
        elif name not in fields:
            fields[name] = entry.value
    for value in merged:
        target = resolved(value)
        sources = target.items if isinstance(target, Sequence) else [value]
        for source in sources:
            for key, inherited in fields_of(source).items():
                fields.setdefault(key, inherited)
    return fields


def text_of(node: AnyNode | None) -> str | None:
    """A scalar's text as written (``1`` stays ``1``); None for null, nothing and collections."""
    if node is None:
        return None
    scalar = resolved(node) if isinstance(node, Alias) else node
    if not isinstance(scalar, Scalar):
        return None
    text = scalar.text
    if (not scalar.style and text in NULL_WORDS) or not text.strip():
        return None
    return text


def items_of(node: AnyNode | None, path: Path) -> Iterator[tuple[AnyNode, Path]]:
    """The items of a list with their paths; a single scalar counts as a list of one."""
    target = resolved(node) if node is not None else None
    if isinstance(target, Sequence):
        for index, item in enumerate(target.items):
            yield item, (*path, index)
    elif isinstance(target, Scalar) and text_of(target) is not None:
        yield target, path


def texts_of(node: AnyNode | None) -> tuple[str, ...]:
    """The texts in a list of scalars; other items are left out."""
    if node is None:
        return ()
    target = resolved(node)
    if isinstance(target, Sequence):
        return tuple([text for item in target.items if (text := text_of(item)) is not None])
    text = text_of(target)
    return () if text is None else (text,)


class Reader:
    """Reads typed values and collects what could not be read."""

    def __init__(self) -> None:
        self.unreadable: list[Unreadable] = []

    def read(self, node: AnyNode | None, path: Path, parse: Callable[[object], Value]) -> Value | None:
        """A scalar through ``parse``, which raises ``DurationError`` or ``ClaimError``. None for nothing or null."""
        target = resolved(node) if node is not None else None
        if target is None:
            return None
        if not isinstance(target, Scalar):
            return None  # the schema says what should stand here
        value = target.value
        if value is None:
            return None
        try:
            return parse(value)
        except DurationError as error:
            self.unreadable.append(Unreadable("invalid-duration", path, error.message, error.hint))
        except ClaimError as error:
            self.unreadable.append(Unreadable("schema", path, error.message, error.hint))
        return None

    def moment(self, node: AnyNode | None, path: Path, *, end_of_day: bool) -> datetime | None:
        """A date or time of ISO 8601; without an offset it is UTC, a date alone is the start (or end) of that day."""
        text = text_of(node)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text.strip())
            if len(text.strip()) <= len("2026-12-01") and end_of_day:
                moment = datetime.combine(moment.date(), time(23, 59, 59))
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            hint = "write it like `2026-12-01` or `2026-12-01T12:00:00Z`"
            self.unreadable.append(Unreadable("schema", path, f"`{text[:40]}` is no date or time", hint))
            return None


def number_of(node: AnyNode | None) -> float | None:
    """A scalar's number; None for anything else, booleans and the infinite included."""
    scalar = resolved(node) if node is not None else None
    value = scalar.value if isinstance(scalar, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def truth_of(node: AnyNode | None) -> bool | None:
    """A scalar's truth value; None for anything else."""
    scalar = resolved(node) if node is not None else None
    value = scalar.value if isinstance(scalar, Scalar) else None
    return value if isinstance(value, bool) else None
