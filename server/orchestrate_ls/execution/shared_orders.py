"""Orders as they are kept in a database that machines share: what to do, never what to start, and no absolute path.

Whoever performs an order fills in its own command for the agent and its own checkout of the project. Knows no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any, Final

from orchestrate_ls.execution.engine import AgentCommand, Order

_PATHS: Final = ("folder", "plan", "kept")
_TEXTS: Final = frozenset(("key", "plan_id", "run", "task", "agent", "handoff", "model", "currency", *_PATHS))
_LONGEST: Final = 10_000_000
_WANTED: Final = frozenset(each.name for each in fields(Order)) - {"command"}


class ForeignOrderError(ValueError):
    """An order that cannot be performed here; the message says why."""


def to_share(order: Order, root: Path) -> dict[str, Any]:
    """An order without its command and with paths relative to the project's ``root``.

    Raises ``ForeignOrderError`` where a path is not in it.
    """
    data = {name: value for name, value in order.to_data().items() if name in _WANTED}
    for name in _PATHS:
        data[name] = _shared_path(data[name], root, name) if data[name] else ""
    return data


def from_shared(data: Mapping[str, Any], root: Path, command: AgentCommand) -> Order:
    """The order to perform in another checkout, with the command that its agent has here.

    Raises ``ForeignOrderError`` where the data is no order, or leads out of ``root``.
    """
    known = {name: value for name, value in data.items() if name in _WANTED}
    for name in _TEXTS & known.keys():
        if not isinstance(known[name], str) or len(known[name]) > _LONGEST:
            raise ForeignOrderError(f"its `{name}` is no text")
    if not isinstance(known.get("workspace", {}), Mapping):
        raise ForeignOrderError("its `workspace` is no mapping")
    for name in _PATHS:
        if known.get(name):
            known[name] = str(_own_path(known[name], root, name))
    if not isinstance(known.get("attempt"), int):
        raise ForeignOrderError("its `attempt` is no number")
    try:
        return Order(command=command, **known)
    except TypeError:
        raise ForeignOrderError("it is incomplete") from None


def _shared_path(path: str, root: Path, name: str) -> str:
    try:
        return Path(path).resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise ForeignOrderError(
            f"its {name} {path} is not below {root}, where workers on other machines look for it"
        ) from None


def _own_path(path: str, root: Path, name: str) -> Path:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path or ":" in path or "\0" in path:
        raise ForeignOrderError(f"its `{name}` leads out of the project")
    own = (root / pure).resolve()
    if not own.is_relative_to(root.resolve()):
        raise ForeignOrderError(f"its `{name}` leads out of the project")
    return own
