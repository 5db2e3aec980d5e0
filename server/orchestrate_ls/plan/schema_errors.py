"""What jsonschema finds wrong with a value that was not accepted, as its own error objects.

This file alone touches jsonschema, and imports it only when a first value is wrong: the import takes a tenth
of a second, and most plans are valid. It does not word anything (``schema_problems``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.plan.schema_acceptance import (
    Accept,
    Schema,
    compile_acceptance,
    is_integer,
    is_list,
    is_mapping,
    is_number,
)

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MAX_ERRORS: Final = 100
"""The most errors reported for one value. Nobody reads more, and each costs time."""


class ErrorFinder:
    """Finds errors under one schema whose references are resolved.

    The caller bounds the values: jsonschema writes those it complains about into its messages.
    """

    def __init__(self, schema: Schema) -> None:
        library: Any = import_module("jsonschema.validators")  # it has no type annotations
        referencing: Any = import_module("referencing")
        draft: Any = library.Draft202012Validator
        self._accept_of: dict[int, Accept] = {}
        checked: Any = library.extend(
            draft,
            validators={
                "properties": self._properties,
                "items": self._items,
                "additionalProperties": self._additional_properties,
                "required": _required,
                "anyOf": self._any_of,
            },
            type_checker=draft.TYPE_CHECKER.redefine_many({"number": _is_number, "integer": _is_integer}),
        )
        # A registry of our own holds the metaschemas and retrieves nothing; the default one asks the network.
        self._validator: Any = checked(schema, registry=referencing.Registry())

    def errors(self, value: object) -> list[ValidationError]:
        """At most `MAX_ERRORS` errors, always in the same order."""
        return list(islice(self._validator.iter_errors(value), MAX_ERRORS))

    # The keywords below replace jsonschema's: they pass over children that are accepted, go through
    # mappings in document order (jsonschema goes through a set), and stop counting at a limit.

    def _descend(
        self, validator: Any, value: object, schema: Schema | bool, path: str | int, schema_path: str | None
    ) -> Iterator[ValidationError]:
        if not self._accepts(value, schema):
            yield from validator.descend(value, schema, path=path, schema_path=schema_path)

    def _accepts(self, value: object, schema: Schema | bool) -> bool:
        # Subschemas live as long as the validator, so their ids stay theirs.
        accept = self._accept_of.get(id(schema))
        if accept is None:
            accept = self._accept_of[id(schema)] = compile_acceptance(schema)
        return accept(value)

    def _properties(
        self, validator: Any, properties: Mapping[str, Schema], value: object, schema: Schema
    ) -> Iterator[ValidationError]:
        if not is_mapping(value):
            return
        for key, member in value.items():
            if key in properties:
                yield from self._descend(validator, member, properties[key], key, key)

    def _items(
        self, validator: Any, items: Schema | bool, value: object, schema: Schema
    ) -> Iterator[ValidationError]:
        if not is_list(value):
            return
        for index, item in enumerate(value):
            yield from self._descend(validator, item, items, index, None)

    def _additional_properties(
        self, validator: Any, additional: Schema | bool, value: object, schema: Schema
    ) -> Iterator[ValidationError]:
        if not is_mapping(value) or additional is True:
            return
        extra = unknown_keys(value, schema)
        if additional is False:
            if extra:
                yield _error("unknown keys")
            return
        for key in extra:
            yield from self._descend(validator, value[key], additional, key, None)

    def _any_of(
        self, validator: Any, branches: list[Schema], value: object, schema: Schema
    ) -> Iterator[ValidationError]:
        context: list[ValidationError] = []
        for index, branch in enumerate(branches):
            if self._accepts(value, branch):
                return
            context.extend(islice(validator.descend(value, branch, schema_path=index), MAX_ERRORS))
        yield _error("no branch fits", context)


def unknown_keys(value: Mapping[str, object], schema: Schema) -> list[str]:
    """The keys of a mapping that neither `properties` nor `patternProperties` speak of, in document order."""
    known = schema.get("properties", {})
    patterns = list(schema.get("patternProperties", {}))
    return [key for key in value if key not in known and not any(re.search(each, key) for each in patterns)]


def _required(
    validator: object, names: list[str], value: object, schema: Schema
) -> Iterator[ValidationError]:
    if is_mapping(value):
        for name in names:
            if name not in value:
                yield _error(name)  # the message is the name alone, for `schema_problems`


def _is_number(checker: object, value: object) -> bool:
    return is_number(value)


def _is_integer(checker: object, value: object) -> bool:
    return is_integer(value)


def _error(message: str, context: list[ValidationError] | None = None) -> ValidationError:
    from jsonschema.exceptions import ValidationError

    return ValidationError(message, context=context or [])
