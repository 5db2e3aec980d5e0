"""Parameters for any request of the protocol, made from the classes of their messages: so that a new method is tried
by every test that goes over all of them. Knows no feature.
"""

from __future__ import annotations

import asyncio
import collections.abc
import enum
import types as python_types
import typing
from collections.abc import Callable, Iterator
from typing import Any

import attrs
from lsprotocol import types

from orchestrate_ls.lsp.server import PlanServer
from tests.lsp.client import PLAN

Json = dict[str, Any]
Choose = Callable[[str, object], Any]
"""What to put into a field, by its name and the value it would get otherwise."""

LIFE = frozenset({"initialize", "shutdown"})


def registered_requests() -> list[str]:
    """The requests that the server answers, those for clients that pull diagnostics included; not its life cycle."""

    async def ask() -> set[str]:
        from orchestrate_ls.lsp import logs

        server = PlanServer()
        try:
            pulls = {"capabilities": {"textDocument": {"diagnostic": {}}}}
            server.protocol.lsp_initialize(pulls)
            manager = server.protocol.fm
            return {*manager.features, *manager.builtin_features}
        finally:
            logs.remove(server.log)

    forms = types.METHOD_TO_TYPES
    found = asyncio.run(ask())
    return sorted(method for method in found - LIFE if method in forms and forms[method][1] is not None)


def params_class(method: str) -> type | None:
    """The class of a request's parameters."""
    message = types.METHOD_TO_TYPES[method][0]
    hint = typing.get_type_hints(message, dict(vars(types))).get("params")
    return next((each for each in _alternatives(hint) if attrs.has(each)), None)


def params_for(method: str, choose: Choose = lambda _, value: value) -> Json:
    """Parameters of the right form, with what has to be there."""
    kind = params_class(method)
    assert kind is not None, f"the parameters of {method} are no object"
    return _object(kind, choose)


def required_fields(kind: type) -> Iterator[tuple[str, object]]:
    """The fields that have to be there, as they are called on the line, with their types."""
    hints = typing.get_type_hints(kind, dict(vars(types)))
    for field in attrs.fields(kind):
        if field.default is attrs.NOTHING:
            yield _camel(field.name), hints[field.name]


def is_object(hint: object) -> bool:
    """Whether a field takes nothing but an object."""
    return all(attrs.has(each) for each in _alternatives(hint) if isinstance(each, type)) and bool(
        [each for each in _alternatives(hint) if attrs.has(each)]
    )


def _object(kind: type, choose: Choose) -> Json:
    return {name: _value(name, hint, choose) for name, hint in required_fields(kind)}


def _value(name: str, hint: object, choose: Choose) -> Any:
    for each in _alternatives(hint):
        origin = typing.get_origin(each)
        if attrs.has(each):
            return choose(name, _object(each, choose))
        if origin in (list, collections.abc.Sequence):
            inner = typing.get_args(each)[0]
            return choose(name, [_value(name, inner, choose)])
        if isinstance(each, type) and issubclass(each, enum.Enum):
            return choose(name, next(iter(each)).value)
        if each is bool:
            return choose(name, False)
        if each is int:
            return choose(name, 0)
        if each is str:
            return choose(name, PLAN if name.lower().endswith("uri") else "x")
    return choose(name, None)


def _alternatives(hint: object) -> list[Any]:
    if typing.get_origin(hint) in (typing.Union, python_types.UnionType):
        return [each for each in typing.get_args(hint) if each is not type(None)]
    return [hint]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
