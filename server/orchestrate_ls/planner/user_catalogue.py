"""Additions to the catalogue from a folder's own files, checked by `catalogue.schema.json` and told by line.

An entry of the user's replaces the one of the same id that comes with the program, as a whole, and its words win
over those of other entries. Roles, technologies and capabilities can be added; shapes, kinds of work and the wording
of goals cannot. Reads no files: texts are passed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.planner.catalogue import Catalogue, CatalogueError, catalogue_from, shipped_sections
from orchestrate_ls.rules.schema_check import node_at
from orchestrate_ls.syntax.events import default_events
from orchestrate_ls.syntax.parser import Parsed, parse_events
from orchestrate_ls.syntax.plain import to_plain
from orchestrate_ls.syntax.tree import Mapping
from orchestrate_ls.workspace.catalogue_files import CatalogueFile

SECTIONS: Final = ("roles", "technologies", "capabilities")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_MOST_ENTRIES: Final = 2_000


@dataclass(frozen=True, slots=True)
class CatalogueProblem:
    """What is wrong at a line (from 1) of a file."""

    path: Path
    line: int
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.path}:{self.line}: {self.message}{hint}"


class UserCatalogueError(ValueError):
    """The files cannot be used: `problems` say why, in the order of files and lines."""

    def __init__(self, problems: Sequence[CatalogueProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def extended_catalogue(files: Sequence[CatalogueFile], schema: str) -> Catalogue:
    """The catalogue with the entries of these files. `schema` is the text of `catalogue.schema.json`.

    Raises UserCatalogueError for files that are no YAML, do not follow the schema, or name what is not there.
    """
    problems: list[CatalogueProblem] = []
    entries: dict[tuple[str, str], tuple[CatalogueFile, int]] = {}
    sections: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for file in files:
        _take(file, _schema(schema), sections, entries, problems)
    if problems:
        raise UserCatalogueError(problems)
    if len(entries) > _MOST_ENTRIES:
        raise UserCatalogueError([CatalogueProblem(files[0].path, 1, f"more than {_MOST_ENTRIES:,} entries")])
    merged = {name: dict(given) for name, given in shipped_sections().items()}
    for section, own in sections.items():
        merged[section] = {**own, **{key: value for key, value in merged[section].items() if key not in own}}
    for key, entry in sections["capabilities"].items():
        for artefact in entry.get("makes") or ():
            merged["providers"].setdefault(artefact, key)
    try:
        return catalogue_from(merged)
    except CatalogueError as error:
        raise UserCatalogueError([_placed(error, entries, files)]) from None


@lru_cache(maxsize=1)
def _schema(text: str) -> PlanSchema:
    return PlanSchema.parse(text)


def _take(
    file: CatalogueFile,
    schema: PlanSchema,
    sections: dict[str, dict[str, Any]],
    entries: dict[tuple[str, str], tuple[CatalogueFile, int]],
    problems: list[CatalogueProblem],
) -> None:
    if file.problem is not None:
        problems.append(CatalogueProblem(file.path, 1, file.problem))
        return
    parsed = parse_events(file.text, default_events())
    if parsed.error is not None or parsed.root is None:
        if parsed.error is not None:
            problems.append(
                CatalogueProblem(
                    file.path, _line(file.text, parsed.error.at), f"this is no YAML: {parsed.error.problem}"
                )
            )
        return
    found = list(_repeated(file, parsed))
    data = to_plain(parsed.root)
    for problem in schema.problems(data, "plan"):
        node = node_at(parsed.root, problem.path[:-1] if problem.on_key else problem.path)
        if problem.on_key and problem.path:
            entry = node.entry(str(problem.path[-1])) if isinstance(node, Mapping) else None
            node = entry.key if entry is not None else node
        start = node.start if node is not None else 0
        found.append(CatalogueProblem(file.path, _line(file.text, start), problem.message, problem.hint))
    found.sort(key=lambda each: each.line)
    problems += found
    if found or not isinstance(data, dict):
        return
    for section in SECTIONS:
        for key, value in cast("dict[str, Any]", data.get(section) or {}).items():
            node = node_at(parsed.root, (section, key))
            line = _line(file.text, node.start) if node is not None else 1
            if not _ID.fullmatch(key) and section != "technologies":
                message = f"`{key[:40]}` is no id"
                problems.append(
                    CatalogueProblem(file.path, line, message, "write small letters, digits and hyphens")
                )
            if (section, key) in entries:
                first, where = entries[section, key]
                problems.append(
                    CatalogueProblem(
                        file.path, line, f"`{key}` is in {first.path.name}, line {where}, already"
                    )
                )
            entries[section, key] = file, line
            sections[section][key] = {
                name: given for name, given in value.items() if not name.startswith("x-")
            }


def _repeated(file: CatalogueFile, parsed: Parsed) -> list[CatalogueProblem]:
    found: list[CatalogueProblem] = []
    for mapping in parsed.repeating:
        seen: set[str | None] = set()
        for entry in mapping.entries:
            if entry.name in seen:
                line = _line(file.text, entry.start)
                found.append(
                    CatalogueProblem(file.path, line, f"`{entry.name}` is there twice", "keep one of them")
                )
            seen.add(entry.name)
    return found


def _placed(
    error: CatalogueError,
    entries: dict[tuple[str, str], tuple[CatalogueFile, int]],
    files: Sequence[CatalogueFile],
) -> CatalogueProblem:
    """The entry that the message begins with, and its line."""
    message = str(error)
    name = message.partition(":")[0].rpartition(".")[2] if ":" in message else ""
    for (_, key), (file, line) in entries.items():
        if key == name or re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", message):
            return CatalogueProblem(file.path, line, message)
    return CatalogueProblem(files[0].path, 1, message)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
