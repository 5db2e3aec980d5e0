"""The YAML between two lines of `---` at the start of a Markdown file, as fields. Knows no tool.

Tools that read these files are more lenient than YAML: a description such as `Use this agent when: ...` is no YAML,
and yet it is what many files hold. With ``lenient`` such a value is taken as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.agents.definition import LONGEST_BODY, DefinitionProblem
from orchestrate_ls.agents.fields import Field, field_of
from orchestrate_ls.syntax.events import default_events
from orchestrate_ls.syntax.parser import Parsed
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.tree import Mapping, Scalar

LONGEST: Final = 65_536
"""Characters of front matter that are read."""
_MOST_PIECES: Final = 200
"""Parts that broken front matter is read in; the last one holds the rest."""

_MARK: Final = "\ufeff"
_OPENING: Final = re.compile(r"---[ \t]*(?:\r\n?|\n|\Z)")
_CLOSING: Final = re.compile(r"(?:^|(?<=[\r\n]))---[ \t]*(?=[\r\n]|\Z)")
_ENTRY: Final = re.compile(r"(?:^|(?<=[\r\n]))([A-Za-z_][\w.-]*)[ \t]*:(?=[ \t\r\n]|\Z)")
_PLAIN: Final = re.compile(r"[ \t]*([^\s\[\]{}>|\"'&*!%@`#,-][^\r\n]*)(?:\r\n?|\n|\Z)")
_BLANK: Final = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n|\Z))*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Fields by name, of equal ones the first. ``end`` is that of the opening line, where what is missing is missed."""

    fields: dict[str, Field]
    problems: tuple[DefinitionProblem, ...]
    there: bool
    end: int
    body: str


def read_front_matter(text: str, *, lenient: bool) -> FrontMatter:
    """Read the front matter of a text; ``there`` is False where it has none."""
    first = len(_MARK) if text.startswith(_MARK) else 0
    opening = _OPENING.match(text, first)
    if opening is None:
        return FrontMatter({}, (), False, first, text[first : first + LONGEST_BODY])
    start = opening.end()
    end = first + 3
    closing = _CLOSING.search(text, start, start + LONGEST)
    if closing is None:
        message = "the front matter is not closed; add a line `---` behind it"
        if len(text) - start > LONGEST:
            message = (
                f"the front matter is not closed within {LONGEST:,} characters; add a line `---` behind it"
            )
        return FrontMatter({}, (DefinitionProblem("syntax", message, first, end),), True, end, "")
    inner = text[start : closing.start()]
    body = text[closing.end() : closing.end() + LONGEST_BODY].strip()
    fields, problems = _fields(inner, start, lenient)
    return FrontMatter(fields, tuple(problems), True, end, body)


def _fields(text: str, base: int, lenient: bool) -> tuple[dict[str, Field], list[DefinitionProblem]]:
    whole = parse(text, default_events())
    if not _broken(whole):
        return _entries(whole, base), _shape_problems(whole, base)
    fields: dict[str, Field] = {}
    problems: list[DefinitionProblem] = []
    for start, end in _cuts(text):
        piece = text[start:end]
        parsed = parse(piece, default_events())
        if _broken(parsed) and lenient and (field := _as_it_stands(piece, base + start)) is not None:
            fields.setdefault(piece[: field.key_end - field.key_start], field)
            continue
        problems += _problems(parsed, base + start)
        for name, field in _entries(parsed, base + start).items():
            fields.setdefault(name, field)
    if not problems and not lenient:
        problems = _problems(whole, base)
    return fields, problems


def _broken(parsed: Parsed) -> bool:
    return bool(parsed.problems) or parsed.error is not None


def _entries(parsed: Parsed, base: int) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    if isinstance(parsed.root, Mapping):
        for entry in parsed.root.entries:
            if entry.name is not None and entry.name not in fields:
                fields[entry.name] = field_of(entry, base)
    return fields


def _shape_problems(parsed: Parsed, base: int) -> list[DefinitionProblem]:
    root = parsed.root
    if root is None or isinstance(root, Mapping) or (isinstance(root, Scalar) and root.is_missing):
        return []
    message = "the front matter has to be fields such as `name: developer`, one on each line"
    return [DefinitionProblem("schema", message, base + root.start, base + root.end)]


def _problems(parsed: Parsed, base: int) -> list[DefinitionProblem]:
    found = [
        DefinitionProblem("syntax", each.message, base + each.start, base + each.end)
        for each in parsed.problems
    ]
    if not found and parsed.error is not None:
        at = base + parsed.error.at
        found.append(DefinitionProblem("syntax", f"this is not YAML: {parsed.error.problem}", at, at))
    return found


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text that begin with a key at the start of a line, and what stands before the first."""
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    del starts[_MOST_PIECES:]
    yield from zip(starts, [*starts[1:], len(text)], strict=True)


def _as_it_stands(piece: str, base: int) -> Field | None:
    """A key with the rest of its line, where nothing follows and the rest starts like plain text."""
    key = _ENTRY.match(piece)
    value = _PLAIN.match(piece, key.end()) if key is not None else None
    if key is None or value is None:
        return None
    rest = _BLANK.match(piece, value.end())
    if rest is None or rest.end() != len(piece):
        return None
    text = value[1].rstrip()
    start = base + value.start(1)
    return Field(text, text, start, start + len(text), base, base + key.end(1))
