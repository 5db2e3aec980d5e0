"""Is a value valid under a schema, yes or no: compiled to nested functions, for the path taken at every edit.

Nearly all parts of a plan are valid nearly all of the time, and jsonschema needs some 0.4 ms to find that out
for one task. The functions made here need some microseconds. They only ever answer yes or no: what is wrong
with a value that is not accepted jsonschema says (``schema_errors``), which is also the oracle in the tests.

Schemas have their references resolved already (``schema``). A keyword that is not known here is an error when
the schema is loaded, so that none is overlooked in silence. Values are what JSON has: dict with text keys,
list, str, int, float, bool, None. NaN and infinity are no numbers, as JSON has none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeGuard, cast

Schema: TypeAlias = Mapping[str, Any]
Accept: TypeAlias = Callable[[object], bool]

ANNOTATIONS: Final = frozenset(
    {"$schema", "$id", "$comment", "$defs", "title", "description", "examples", "default", "enumDescriptions"}
    | {"errorMessage", "x-noun", "x-synonyms", "x-definition"}
)
"""Keywords that say nothing about validity. A reference may be accompanied by any of them."""


class SchemaFormatError(ValueError):
    """The schema itself cannot be used: not JSON, a reference that leads nowhere, an unknown keyword."""


def compile_acceptance(schema: Schema | bool) -> Accept:
    """A function that says whether a value is valid under a schema. Raises `SchemaFormatError`."""
    if isinstance(schema, bool):
        return _anything if schema else _nothing
    checks: list[Accept] = []
    if "type" in schema:
        checks.append(_type_check(schema["type"]))
    for keyword, value in schema.items():
        if keyword in _MAKERS:
            checks.append(_MAKERS[keyword](value))
        elif keyword not in ANNOTATIONS and keyword not in _HANDLED_TOGETHER:
            raise SchemaFormatError(f"the schema uses `{keyword}`, which is not supported")
    if any(keyword in schema for keyword in ("properties", "patternProperties", "additionalProperties")):
        checks.append(_members(schema))
    if "if" in schema:
        checks.append(_conditional(schema))
    if not checks:
        return _anything
    return checks[0] if len(checks) == 1 else _all_of(checks)


def is_mapping(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def is_number(value: object) -> TypeGuard[int | float]:
    """True for what JSON calls a number: no booleans, and nothing that is not finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def is_integer(value: object) -> bool:
    """True for whole numbers, 4.0 among them, as in JSON Schema."""
    return is_number(value) and (isinstance(value, int) or value.is_integer())


def _anything(value: object) -> bool:
    return True


def _nothing(value: object) -> bool:
    return False


def _all_of(checks: Sequence[Accept]) -> Accept:
    def accept(value: object) -> bool:
        for check in checks:  # noqa: SIM110 - a generator expression takes three times as long
            if not check(value):
                return False
        return True

    return accept


def _any_of(branches: Sequence[Accept]) -> Accept:
    def accept(value: object) -> bool:
        for branch in branches:  # noqa: SIM110
            if branch(value):
                return True
        return False

    return accept


_TYPES: Final[Mapping[str, Accept]] = {
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": is_number,
    "integer": is_integer,
}


def _type_check(types: str | list[str]) -> Accept:
    names = [types] if isinstance(types, str) else types
    unknown = [name for name in names if name not in _TYPES]
    if unknown:
        raise SchemaFormatError(f"the schema uses the type `{unknown[0]}`, which does not exist")
    return _TYPES[names[0]] if len(names) == 1 else _any_of([_TYPES[name] for name in names])


def _enum(choices: list[object]) -> Accept:
    # By type and value, because Python holds True for 1. No choice in the schema is a list or a mapping.
    known = {(isinstance(choice, bool), choice) for choice in choices}

    def accept(value: object) -> bool:
        if isinstance(value, (dict, list)):
            return False
        return (isinstance(value, bool), value) in known

    return accept


def _pattern(pattern: str) -> Accept:
    search = re.compile(pattern).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _items(schema: Schema | bool) -> Accept:
    item = compile_acceptance(schema)

    def accept(value: object) -> bool:
        if not is_list(value):
            return True
        for each in value:  # noqa: SIM110
            if not item(each):
                return False
        return True

    return accept


def _property_names(schema: Schema | bool) -> Accept:
    name = compile_acceptance(schema)
    return lambda value: not is_mapping(value) or all(name(key) for key in value)


def _not(schema: Schema | bool) -> Accept:
    inner = compile_acceptance(schema)
    return lambda value: not inner(value)


def _required(names: list[str]) -> Accept:
    return lambda value: not is_mapping(value) or all(name in value for name in names)


def _members(schema: Schema) -> Accept:
    """`properties`, `patternProperties` and `additionalProperties`, which depend on each other."""
    patterns = [
        (re.compile(pattern).search, compile_acceptance(inner))
        for pattern, inner in schema.get("patternProperties", {}).items()
    ]
    known: dict[str, Accept] = {}
    for name, inner in schema.get("properties", {}).items():
        also = [matching for search, matching in patterns if search(name)]
        check = compile_acceptance(inner)
        known[name] = _all_of([check, *also]) if also else check
    other = compile_acceptance(schema.get("additionalProperties", True))

    def accept(value: object) -> bool:
        if not is_mapping(value):
            return True
        for key, member in value.items():
            check = known.get(key)
            if check is not None:
                if not check(member):
                    return False
                continue
            is_known = False
            for search, matching in patterns:
                if search(key):
                    is_known = True
                    if not matching(member):
                        return False
            if not is_known and not other(member):
                return False
        return True

    return accept


def _conditional(schema: Schema) -> Accept:
    condition = compile_acceptance(schema["if"])
    then = compile_acceptance(schema.get("then", True))
    otherwise = compile_acceptance(schema.get("else", True))
    return lambda value: then(value) if condition(value) else otherwise(value)


def _compiled(schemas: list[Schema | bool]) -> list[Accept]:
    return [compile_acceptance(schema) for schema in schemas]


def _length(kind: type, least: int | None = None, most: int | None = None) -> Accept:
    def accept(value: object) -> bool:
        if not isinstance(value, kind):
            return True
        length = len(cast("Sequence[object]", value))
        return (least is None or length >= least) and (most is None or length <= most)

    return accept


_HANDLED_TOGETHER: Final = frozenset(
    {"type", "properties", "patternProperties", "additionalProperties", "if", "then", "else"}
)
_MAKERS: Final[Mapping[str, Callable[[Any], Accept]]] = {
    "enum": _enum,
    "pattern": _pattern,
    "minLength": lambda least: _length(str, least=least),
    "maxLength": lambda most: _length(str, most=most),
    "minimum": lambda least: lambda value: not is_number(value) or value >= least,
    "maximum": lambda most: lambda value: not is_number(value) or value <= most,
    "items": _items,
    "minItems": lambda least: _length(list, least=least),
    "maxItems": lambda most: _length(list, most=most),
    "required": _required,
    "minProperties": lambda least: _length(dict, least=least),
    "maxProperties": lambda most: _length(dict, most=most),
    "propertyNames": _property_names,
    "anyOf": lambda schemas: _any_of(_compiled(schemas)),
    "allOf": lambda schemas: _all_of(_compiled(schemas)),
    "not": _not,
}
