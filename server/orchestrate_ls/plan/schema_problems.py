"""What is wrong with a value, in plain words: jsonschema's errors to messages that a person would write.

A schema says in annotations how its values are called (`x-noun`), what to write instead (`errorMessage`) and
under which other names people look for a field (`x-synonyms`); this file puts the sentences together. Of an
`anyOf` only the branch that was meant is reported. Paths are keys and indices, not ranges.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from orchestrate_ls.plan.schema_acceptance import Schema, compile_acceptance, is_list, is_mapping, is_number
from orchestrate_ls.plan.schema_errors import MAX_ERRORS, unknown_keys

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Path: TypeAlias = tuple[str | int, ...]

_TYPE_NOUNS: Final[Mapping[str, str]] = {
    "string": "text",
    "array": "a list",
    "object": "a mapping",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
    "null": "nothing",
}
_SHAPE_KEYWORDS: Final = frozenset({"type", "enum", "const"})
_WORDS_FOR_TRUE: Final = frozenset({"yes", "y", "on", "true", "1"})
_WORDS_FOR_FALSE: Final = frozenset({"no", "n", "off", "false", "0"})
_PLAIN_TEXT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./*-]*")
_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One place where a value does not follow the schema.

    Attributes
    ----------
    path:
        Keys and indices from the value that was checked to the place.
    on_key:
        True where the key at the end of `path` is at fault and not its value.
    keyword:
        The schema keyword that was broken, for example `type`, `enum`, `required`, `additionalProperties`.
    message:
        What is wrong, as a clause without a full stop.
    hint:
        What to write instead, as a clause, if that can be said.
    key:
        The unknown key, or for `required` the missing one.
    suggestion:
        The one key or value that was probably meant, for a fix to put in the place of the wrong one.
    """

    path: Path
    on_key: bool
    keyword: str
    message: str
    hint: str | None = None
    key: str | None = None
    suggestion: str | None = None


def word_errors(errors: Sequence[ValidationError], whole: str, skip: frozenset[str]) -> list[SchemaProblem]:
    """Problems in plain words. `whole` is how to call the value itself ("the task").

    Values of a definition named in `skip` are passed over, but for unknown keys in them.
    """
    wording = _Wording(whole, skip)
    problems = (problem for error in errors for problem in wording.flatten(error))
    found = {(problem.path, problem.message): problem for problem in islice(problems, MAX_ERRORS)}
    # A key that was meant to be the missing one is said once: with what stands there.
    meant = {(problem.path[:-1], problem.suggestion) for problem in found.values() if problem.on_key}
    return [
        problem
        for problem in found.values()
        if problem.keyword != "required" or (problem.path, problem.key) not in meant
    ]


class _Wording:
    def __init__(self, whole: str, skip: frozenset[str]) -> None:
        self._whole = whole
        self._skip = skip

    def flatten(
        self, error: ValidationError, muted: bool = False, advice: str | None = None
    ) -> Iterator[SchemaProblem]:
        """The problems behind one error. `advice` is what an enclosing schema says of the same value."""
        schema: Any = error.schema
        muted = muted or schema.get("x-definition") in self._skip
        keyword = str(error.validator)
        if keyword == "anyOf":
            yield from self._any_of(error, schema, muted, advice)
        elif keyword == "additionalProperties":
            yield from self._unknown_keys(error, schema)
        elif not muted:
            yield self._problem(error, schema, keyword, advice)

    def _any_of(
        self, error: ValidationError, schema: Schema, muted: bool, advice: str | None
    ) -> Iterator[SchemaProblem]:
        branches: dict[int, list[ValidationError]] = {}
        for inner in error.context or ():
            branches.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
        meant = [errors for errors in branches.values() if not any(_is_about_shape(each) for each in errors)]
        path = _path(error)
        advice = _advice(schema) or advice
        if not meant:
            if not muted:
                yield self._wrong_shape(path, error.instance, schema, "anyOf", advice)
            return
        errors = min(meant, key=len)
        inner_schema: Any = errors[0].schema
        is_scalar = not isinstance(error.instance, (dict, list))
        if is_scalar and "x-noun" in schema and "x-noun" not in inner_schema:
            # The noun of the whole says more than a pattern or a bound inside it.
            if not muted:
                yield self._wrong_shape(path, error.instance, schema, str(errors[0].validator), advice)
            return
        for inner in errors:
            yield from self.flatten(inner, muted, None if inner.relative_path else advice)

    def _unknown_keys(self, error: ValidationError, schema: Schema) -> Iterator[SchemaProblem]:
        path = _path(error)
        value: object = error.instance
        if not is_mapping(value):
            return
        for key in unknown_keys(value, schema):
            meant = closest_field(key, schema["properties"], present=value)
            hint = (
                f"did you mean `{meant}`?"
                if meant
                else "take it out, or start it with `x-` if it is your own"
            )
            yield SchemaProblem(
                path=(*path, key),
                on_key=True,
                keyword="additionalProperties",
                message=f"`{_clipped(key)}` is not a field of {_owner(schema)}",
                hint=hint,
                key=key,
                suggestion=meant,
            )

    def _problem(
        self, error: ValidationError, schema: Schema, keyword: str, advice: str | None
    ) -> SchemaProblem:
        path = _path(error)
        value: object = error.instance
        limit: Any = error.validator_value
        subject = self._subject(path)
        if keyword == "required":
            missing = error.message
            example = schema["properties"][missing].get("examples", [None])[0]
            return SchemaProblem(
                path=path,
                on_key=False,
                keyword=keyword,
                message=f"{subject} has no `{missing}`",
                hint=f"add `{missing}: {_flow(example)}`" if _is_short(example) else f"add `{missing}`",
                key=missing,
            )
        if keyword in ("type", "enum", "const", "pattern"):
            return self._wrong_shape(path, value, schema, keyword, advice)
        if keyword in ("minimum", "maximum"):
            bound = "at least" if keyword == "minimum" else "at most"
            message = f"{subject} must be {bound} {limit}, not {_clipped(str(value))}"
        elif keyword in ("minLength", "minItems", "minProperties"):
            message = f"{subject} is empty"
        elif keyword == "maxLength":
            message = f"{subject} is longer than {limit} characters"
        elif keyword == "maxProperties" and is_mapping(value):
            names = ", ".join(f"`{_clipped(key)}`" for key in list(value)[:4])
            message = (
                f"{subject} has {len(value)} keys ({names}{', ...' if len(value) > 4 else ''}) instead of one"
            )
        else:
            message = f"{subject} is not allowed here"
        hint = _advice(schema) or advice or _example(path, schema)
        if keyword == "maxProperties":
            hint = "write a `-` before each, or indent what belongs to the first"
        return SchemaProblem(path, False, keyword, message, hint)

    def _wrong_shape(
        self, path: Path, value: object, schema: Schema, keyword: str, advice: str | None
    ) -> SchemaProblem:
        """The value is of another kind than the schema asks for, or not one of those that it lists."""
        subject = self._subject(path)
        noun = _noun(schema)
        types = _types(schema)
        choices = _choices(schema)
        is_entry = bool(path) and not isinstance(path[-1], str)
        suggestion = closest_choice(value, choices) if isinstance(value, str) else None
        advice = _advice(schema) or advice
        if value is None:
            message = f"{subject} has no value" if path else f"{subject} is empty"
            hint = _example(path, schema) or advice
            if is_entry:
                hint = "write it behind the `-`, or take the `-` out"
            elif hint and path:
                hint = f"{hint}, or take the key out"
        else:
            message = f"{subject} must be {noun}, not {_shown(value, types)}"
            hint = (
                (f"did you mean `{suggestion}`?" if suggestion else None)
                or _spelling(value, schema, types)
                or advice
                or (None if choices else _example(path, schema))
                or ("write one `- ` line for each entry" if types == {"array"} else None)
            )
            if suggestion is None and types == {"boolean"} and isinstance(value, str):
                suggestion = _boolean_word(value)
        return SchemaProblem(path, False, keyword, message, hint, suggestion=suggestion)

    def _subject(self, path: Path) -> str:
        """How to call the value at a path: by its key, or by its number in the list it is in."""
        if not path:
            return self._whole
        last = path[-1]
        if isinstance(last, str):
            return f"`{_clipped(last)}`"
        names = [step for step in path if isinstance(step, str)]
        return f"entry {last + 1} of `{_clipped(names[-1])}`" if names else f"entry {last + 1}"


def closest_field(key: str, fields: Mapping[str, Schema], present: Mapping[str, object]) -> str | None:
    """The field that was probably meant by an unknown key; none that is there already."""
    wanted = _folded(key)
    candidates: dict[str, str] = {}
    for name, schema in fields.items():
        if present.get(name, []) != []:  # an empty list may stand in for tasks that are checked elsewhere
            continue
        for spelling in (name, *schema.get("x-synonyms", ())):
            candidates.setdefault(_folded(spelling), name)
    matches = difflib.get_close_matches(wanted[:_LONGEST_SHOWN], candidates, n=1, cutoff=0.75)
    return candidates[matches[0]] if matches else None


def closest_choice(text: str, choices: Sequence[str]) -> str | None:
    """The choice that was probably meant: by spelling, or by initials (`FS` for `finish-to-start`)."""
    wanted = _folded(text)
    candidates = {_folded(choice): choice for choice in choices}
    for choice in choices:
        initials = [word[0] for word in choice.split("-") if word != "to"]
        if len(initials) > 1:
            candidates.setdefault("".join(initials), choice)
    if wanted in candidates:
        return candidates[wanted]
    matches = difflib.get_close_matches(wanted[:_LONGEST_SHOWN], candidates, n=1, cutoff=0.6)
    return candidates[matches[0]] if matches else None


def _path(error: ValidationError) -> Path:
    return tuple(error.absolute_path)


def _is_about_shape(error: ValidationError) -> bool:
    """True where a branch of an `anyOf` does not fit the value at all, rather than something inside it."""
    if error.relative_path:
        return False
    if error.validator == "anyOf":
        return all(_is_about_shape(inner) for inner in error.context or ())
    return error.validator in _SHAPE_KEYWORDS


def _branches(schema: Schema) -> list[Schema]:
    return [branch for each in schema.get("anyOf", ()) for branch in _branches(each)] or [schema]


def _types(schema: Schema) -> set[str]:
    found: set[str] = set()
    for branch in _branches(schema):
        types: str | list[str] = branch.get("type", "string" if "enum" in branch else [])
        found.update([types] if isinstance(types, str) else types)
    return found


def _choices(schema: Schema) -> list[str]:
    found = [choice for branch in _branches(schema) for choice in branch.get("enum", ())]
    return [choice for choice in found if isinstance(choice, str)]


def _noun(schema: Schema) -> str:
    if "x-noun" in schema:
        return schema["x-noun"]
    if "anyOf" in schema:
        nouns = [_noun(branch) for branch in schema["anyOf"]]
        return ", or ".join(dict.fromkeys(nouns))
    if "enum" in schema:
        choices = [str(choice) for choice in schema["enum"]]
        return choices[0] if len(choices) == 1 else "one of " + ", ".join(choices)
    types = schema.get("type", [])
    names = [types] if isinstance(types, str) else list(types)
    return " or ".join(_TYPE_NOUNS[name] for name in names) or "something else"


def _shown(value: object, expected: set[str]) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        if not value:
            return "empty text"
        is_about_kind = bool(expected) and expected <= {"array", "object"}
        return "text" if is_about_kind else f"`{_clipped(value)}`"
    if isinstance(value, (int, float)):
        return f"the number {_clipped(str(value))}"
    return "a mapping" if isinstance(value, dict) else "a list"


def _spelling(value: object, schema: Schema, expected: set[str]) -> str | None:
    """Advice where the value is right but for how YAML reads it."""
    if "string" in expected and (isinstance(value, bool) or is_number(value)):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        would_do = not expected & {"number", "integer"} and compile_acceptance(schema)(text)
        return f'put it in quotes: `"{_clipped(text)}"`' if would_do else None
    if expected == {"string"} and is_mapping(value) and len(value) == 1:
        key, inner = next(iter(value.items()))
        if isinstance(inner, (str, int, float)):
            text = f"{_clipped(key)}: {_clipped(str(inner))}"
            return f'a `: ` makes it a mapping; put the text in quotes: `"{text}"`'
    if not isinstance(value, str):
        return None
    if expected == {"boolean"} and (word := _boolean_word(value)):
        return f"write `{word}`; only `true` and `false` are not text in YAML 1.2"
    if expected & {"number", "integer"} and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value):
        return f"take the quotes away: `{value}`"
    return None


def _boolean_word(text: str) -> str | None:
    word = text.strip().casefold()
    return "true" if word in _WORDS_FOR_TRUE else "false" if word in _WORDS_FOR_FALSE else None


def _advice(schema: Schema) -> str | None:
    """What the schema says to write instead, as a clause."""
    sentence: str | None = schema.get("errorMessage")
    return sentence[0].lower() + sentence[1:].removesuffix(".") if sentence else None


def _example(path: Path, schema: Schema) -> str | None:
    for example in schema.get("examples", ()):
        if _is_short(example):
            key = path[-1] if path else None
            return f"write for example `{key}: {_flow(example)}`" if isinstance(key, str) else None
    return None


def _is_short(example: object) -> bool:
    return example is not None and len(_flow(example)) <= 60


def _flow(value: object) -> str:
    """A value as YAML in one line."""
    if is_mapping(value):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if is_list(value):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if isinstance(value, str) and _PLAIN_TEXT.fullmatch(value):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9][A-Za-z0-9:-]*[A-Za-z][A-Za-z0-9:-]*", value):
        return value
    return (
        json.dumps(value, ensure_ascii=False) if isinstance(value, (str, bool)) or is_number(value) else "~"
    )


def _folded(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name[:200].casefold())


def _owner(schema: Schema) -> str:
    """How to call a mapping that has a key it should not have."""
    title: str = schema.get("title") or schema.get("x-definition", "mapping").replace("_", " ")
    noun = title[0].lower() + title[1:]
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _clipped(text: str) -> str:
    """Text for a message: short, and without characters that would upset a terminal or a hover."""
    clipped = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "\u2026"
    return "".join(character if character.isprintable() else "\ufffd" for character in clipped)
