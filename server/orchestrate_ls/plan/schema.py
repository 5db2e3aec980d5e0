"""The schema of plans: which fields there are, what they mean, and what in a plan does not follow it.

`schema/plan.schema.json` is the one source of field names, value types and hover texts. Its text is passed
in, as nothing below the workspace reads files. References are resolved once, when it is loaded: only those
within the file are allowed, so checking a plan never looks anything up elsewhere.

How errors are found and worded is in ``schema_acceptance``, ``schema_errors`` and ``schema_problems``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, cast

from orchestrate_ls.plan.schema_acceptance import (
    ANNOTATIONS,
    Accept,
    Schema,
    SchemaFormatError,
    compile_acceptance,
    is_list,
    is_mapping,
)
from orchestrate_ls.plan.schema_errors import ErrorFinder
from orchestrate_ls.plan.schema_problems import SchemaProblem, word_errors

__all__ = ["DURATIONS", "FieldDoc", "PlanSchema", "SchemaFormatError", "SchemaProblem"]

DURATIONS: Final = frozenset({"duration", "lag", "estimate", "wall_time"})
"""The definitions that ``plan.duration`` and ``plan.claims`` read more closely than a schema can."""

PLAN: Final = "plan"

MAX_DEPTH: Final = 120
"""How deep a value may be nested. The parser stops at 100."""

MAX_VALUES: Final = 1_000_000
"""How many values may be looked at in one check, counting what an alias stands for every time."""

_MOST_PLACES: Final = 500
"""How many places of the schema are remembered."""

_MAX_INTEGER: Final = 10**400
"""Python refuses to write very long integers; the parser reads none of more than 400 digits."""


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """What the schema says of one field, for hovers and completions.

    Attributes
    ----------
    name:
        The key as it is written in a plan.
    title, description:
        A few words, and a paragraph in Markdown: unit, default and effect.
    examples:
        Values as JSON data, the best first.
    required:
        Whether the mapping it belongs to must have it.
    values:
        The values to choose from, where there are such; `true` and `false` for a boolean.
    kind:
        The name of the definition the value follows (`duration`, `estimate`, `texts`, `priority` ...), else
        its JSON type (`string`, `array`, `object`, `boolean` ...), else `any`.
    value_descriptions:
        What each of `values` means, where the schema says so.
    default:
        What holds where the field is left out, as JSON data; None where there is no such value.
    """

    name: str
    title: str
    description: str
    examples: tuple[object, ...]
    required: bool
    values: tuple[str, ...]
    kind: str
    value_descriptions: Mapping[str, str] = field(default_factory=dict[str, str])
    default: object = None


class PlanSchema:
    """The schema, ready for use. Immutable to its users; what is expensive is made when first needed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        definitions: dict[str, Schema] = {}
        for name in document.get("$defs", {}):
            definitions[name] = _resolve({"$ref": f"#/$defs/{name}"}, document, ())
        body = {key: value for key, value in document.items() if key not in ("$schema", "$id", "$defs")}
        definitions[PLAN] = _resolve(body, document, ())
        self._definitions: Mapping[str, Schema] = MappingProxyType(definitions)
        self._accept: dict[str, Accept] = {PLAN: compile_acceptance(definitions[PLAN])}
        self._finders: dict[str, ErrorFinder] = {}
        self._fields: dict[str, Mapping[str, FieldDoc]] = {}
        self._places: dict[tuple[str | int, ...], tuple[FieldDoc | None, list[Schema]]] = {}

    @classmethod
    def parse(cls, text: str) -> PlanSchema:
        """Load the schema from its JSON text. Raises `SchemaFormatError` where it cannot be used."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SchemaFormatError(f"the schema is not JSON: {error}") from error
        if not is_mapping(document):
            raise SchemaFormatError("the schema is not a JSON object")
        return cls(document)

    @property
    def definitions(self) -> tuple[str, ...]:
        """The names that `problems` and `fields` know: `plan` for the whole, and those under `$defs`."""
        return tuple(self._definitions)

    def problems(
        self, instance: object, definition: str, skip: frozenset[str] = frozenset()
    ) -> list[SchemaProblem]:
        """What in a value does not follow a definition: at most `MAX_ERRORS`, and always in the same order.

        Parameters
        ----------
        instance:
            JSON data: dict with text keys, list, str, int, float, bool, None. Parts of it may be shared. A
            plan, or a part of one, whose tasks are checked one by one has an empty list for its `tasks`.
        definition:
            `plan` for a whole plan, `task` for a task, or another of `definitions`; else a `KeyError`.
        skip:
            Names of definitions whose values another rule checks, for example `DURATIONS`. Only unknown keys
            in them are reported.
        """
        unfit = _unfit(instance)
        if unfit is not None:
            hint = "split it, or write out what its aliases stand for"
            return [SchemaProblem((), False, "size", f"the {definition} {unfit}", hint)]
        if self.accepts(instance, definition):
            return []
        schema = self._definitions[definition]
        finder = self._finders.get(definition)
        if finder is None:
            finder = self._finders[definition] = ErrorFinder(schema)
        whole = f"the {str(schema.get('title', definition)).lower()}"
        return word_errors(finder.errors(instance), whole, skip)

    def accepts(self, instance: object, definition: str) -> bool:
        """Whether a value follows a definition. Its size must be bounded, as `problems` makes sure it is."""
        accept = self._accept.get(definition)
        if accept is None:
            accept = self._accept[definition] = compile_acceptance(self._definitions[definition])
        return accept(instance)

    def fields(self, definition: str) -> Mapping[str, FieldDoc]:
        """The fields of a definition by name, in the schema's order; none if it is no mapping of fields."""
        docs = self._fields.get(definition)
        if docs is None:
            schema = self._definitions[definition]
            required = schema.get("required", ())
            docs = MappingProxyType(
                {
                    name: _document(name, inner, name in required)
                    for name, inner in schema.get("properties", {}).items()
                }
            )
            self._fields[definition] = docs
        return docs

    def field_at(self, path: Sequence[str | int]) -> FieldDoc | None:
        """What the schema says of the field at a path from the plan's root, such as `("tasks", 3, "files")`.

        An index stands for the list it is in. None where the schema says nothing: for the root, for keys of
        the user's own, and for unknown keys.
        """
        return self._at(path)[0]

    def fields_at(self, path: Sequence[str | int]) -> Mapping[str, FieldDoc]:
        """The fields that a mapping at a path may have, in the schema's order; see `field_at`."""
        found: dict[str, FieldDoc] = {}
        for each in _flattened(self._at(path)[1]):
            for name, inner in each.get("properties", {}).items():
                if name not in found:
                    found[name] = _document(name, inner, name in each.get("required", ()))
        return found

    def types_at(self, path: Sequence[str | int]) -> frozenset[str]:
        """The JSON types (`array`, `object`, `string` ...) that a value at a path may have; see `field_at`."""
        found: set[str] = set()
        for each in _flattened(self._at(path)[1]):
            kinds = each.get("type", ())
            found.update((kinds,) if isinstance(kinds, str) else kinds)
            if "enum" in each and "type" not in each:
                found.add("string")
        return frozenset(found)

    def _at(self, path: Sequence[str | int]) -> tuple[FieldDoc | None, list[Schema]]:
        """What the schema says of a field, and the schemas of its value; none where it knows no such place."""
        # Completion asks for the same few dozen places at every keystroke; keys of the user's own are without end.
        steps = tuple(0 if isinstance(step, int) else step for step in path)
        place = self._places.get(steps)
        if place is None:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            place = self._places[steps] = self._look_up(steps)
        return place

    def _look_up(self, path: Sequence[str | int]) -> tuple[FieldDoc | None, list[Schema]]:
        alternatives = [self._definitions[PLAN]]
        found: FieldDoc | None = None
        for step in path:
            below: list[Schema] = []
            if isinstance(step, int):
                below = [each["items"] for each in _flattened(alternatives) if is_mapping(each.get("items"))]
            else:
                found, below = _member(step, alternatives)
            if not below:
                return None, []
            alternatives = below
        return found, alternatives


def _resolve(node: Any, document: Mapping[str, Any], within: tuple[str, ...]) -> Any:
    """A copy of part of a schema with every `$ref` replaced by what it refers to.

    The name of the definition is kept as `x-definition`. Beside a `$ref` stand annotations, which override
    the definition's own, and keywords that the definition does not have.
    """
    if is_list(node):
        return [_resolve(each, document, within) for each in node]
    if not is_mapping(node):
        return node
    # Data, not schemas: it may look like anything.
    copy = {
        key: value if key in ("examples", "default", "enum", "const") else _resolve(value, document, within)
        for key, value in node.items()
        if key != "$ref"
    }
    reference = node.get("$ref")
    if reference is None:
        return copy
    name = str(reference).removeprefix("#/$defs/")
    if name == reference or name not in document.get("$defs", {}):
        raise SchemaFormatError(
            f"the schema refers to `{reference}`, which is not one of its own definitions"
        )
    if name in within:
        raise SchemaFormatError(f"the schema's definition `{name}` contains itself")
    target = {**_resolve(document["$defs"][name], document, (*within, name)), "x-definition": name}
    clash = [key for key in copy if key in target and key not in ANNOTATIONS]
    if clash:
        raise SchemaFormatError(f"`{clash[0]}` stands beside a reference to `{name}`, which has it as well")
    return {**target, **copy}


def _unfit(instance: object) -> str | None:
    """Why a value is not to be looked at more closely, or None. Takes time for each distinct value once."""
    try:
        _expanded_size(instance, 0, {})
    except _UnfitError as unfit:
        return str(unfit)
    return None


def _expanded_size(value: object, depth: int, known: dict[int, int]) -> int:
    """How many values there are if shared ones count every time; `_UnfitError` if they are too many."""
    if not isinstance(value, (dict, list)):
        if isinstance(value, int) and not -_MAX_INTEGER < value < _MAX_INTEGER:
            raise _UnfitError("has a number that is too long")
        return 1
    if depth > MAX_DEPTH:
        raise _UnfitError("is nested too deeply")
    container = cast("dict[object, object] | list[object]", value)
    size = known.get(id(container))
    if size is not None:
        return size
    members: Iterable[object] = container
    if isinstance(container, dict):
        if not all(isinstance(key, str) for key in container):
            raise _UnfitError("has a key that is not text")
        members = container.values()
    size = 1
    for member in members:
        size += 1 if isinstance(member, str) else _expanded_size(member, depth + 1, known)
    if size > MAX_VALUES:
        raise _UnfitError("has too many values to check, counting what its aliases stand for")
    known[id(container)] = size
    return size


class _UnfitError(Exception):
    """A value that is too large or not JSON data; the text says which."""


def _flattened(schemas: Sequence[Schema]) -> Iterator[Schema]:
    """The schemas and all alternatives within them that speak of the same value."""
    for schema in schemas:
        yield schema
        inner = [*schema.get("anyOf", ()), *(schema[key] for key in ("then", "else") if key in schema)]
        yield from _flattened(inner)


def _member(name: str, alternatives: Sequence[Schema]) -> tuple[FieldDoc | None, list[Schema]]:
    """The document of a key in a mapping, and the schemas of its value. Fields go before keys of any name."""
    all_of_them = list(_flattened(alternatives))
    for each in all_of_them:
        if name in each.get("properties", {}):
            schema: Schema = each["properties"][name]
            return _document(name, schema, name in each.get("required", ())), [schema]
    if name.startswith("x-"):
        return None, []
    below = [
        each["additionalProperties"] for each in all_of_them if is_mapping(each.get("additionalProperties"))
    ]
    titled = next((each for each in _flattened(below) if "title" in each), None)
    return (None if titled is None else _document(name, titled, False)), below


def _document(name: str, schema: Schema, required: bool) -> FieldDoc:
    values: list[str] = []
    descriptions: dict[str, str] = {}
    for branch in _flattened([schema]):
        choices = [str(choice) for choice in branch.get("enum", ())]
        values.extend(choices)
        descriptions.update(zip(choices, branch.get("enumDescriptions", ()), strict=False))
    kind = schema.get("x-definition") or schema.get("type") or ("string" if values else "any")
    if kind == "boolean":
        values = ["true", "false"]
    return FieldDoc(
        name=name,
        title=schema.get("title", name),
        description=schema.get("description", ""),
        examples=tuple(schema.get("examples", ())),
        required=required,
        values=tuple(values),
        kind=kind if isinstance(kind, str) else "any",
        value_descriptions=MappingProxyType(descriptions),
        default=schema.get("default"),
    )
