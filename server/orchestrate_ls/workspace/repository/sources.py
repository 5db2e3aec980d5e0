"""The texts of manifests, read within a budget. What is too large, binary or broken is a remark, not an error."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text, read_bytes
from orchestrate_ls.workspace.repository.tree import Tree

LARGEST_FILE: Final = 262_144
"""Bytes of one manifest. Lock files, which are larger, are not read."""
MOST_BYTES: Final = 4_000_000
"""Bytes of all of them."""
_MOST_REMARKS: Final = 10
_START: Final = 4_096


class Sources:
    """Reads files of one tree, each once."""

    def __init__(self, tree: Tree) -> None:
        self.tree: Final = tree
        self.paths: Final = frozenset(tree.files)
        self.remarks: list[str] = []
        self._texts: dict[str, str | None] = {}
        self._bytes = 0

    def has(self, path: str) -> bool:
        """Whether the tree has a file."""
        return path in self.paths

    def first(self, *paths: str) -> str | None:
        """The first of some files that is there."""
        return next((path for path in paths if path in self.paths), None)

    def named(self, name: str, deepest: int = 3) -> list[str]:
        """All files of a name, not deeper than so many folders, the upper ones first."""
        found = [
            path for path in self.tree.files if (path == name or path.endswith(f"/{name}"))
            and path.count("/") <= deepest
        ]  # fmt: skip
        return sorted(found, key=lambda path: (path.count("/"), path))

    def text(self, path: str) -> str:
        """A file's text; empty where it is missing or unreadable."""
        if path not in self._texts:
            self._texts[path] = self._read(path) if path in self.paths else None
        return self._texts[path] or ""

    def start(self, path: str) -> str:
        """The first characters of a file that may be large, as code files are."""
        if path not in self.paths or self._bytes >= MOST_BYTES:
            return ""
        try:
            with (self.tree.root / path).open("rb") as file:
                data = file.read(_START)
        except (OSError, ValueError):
            return ""
        self._bytes += len(data)
        return "" if b"\0" in data else data.decode("utf-8", "replace").removeprefix("\ufeff")

    def toml(self, path: str) -> Mapping[str, Any]:
        """A TOML file; empty where it is missing or broken."""
        try:
            return tomllib.loads(self.text(path))
        except (ValueError, RecursionError):
            self._remark(f"{path} is not valid TOML and was not used")
            return {}

    def json(self, path: str) -> Mapping[str, Any]:
        """A JSON file; empty where it is missing, broken, or no object."""
        text = self.text(path)
        if not text.strip():
            return {}
        try:
            found = cast("object", json.loads(text))
        except (ValueError, RecursionError):
            self._remark(f"{path} is not valid JSON and was not used")
            return {}
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    def _read(self, path: str) -> str | None:
        if self._bytes >= MOST_BYTES:
            self._remark(f"{path} was not read: the manifests before it have {MOST_BYTES:,} bytes already")
            return None
        try:
            data = read_bytes(Path(self.tree.root, path), LARGEST_FILE)
            text = decode_plan_text(data, LARGEST_FILE).text
        except UnreadablePlanError as error:
            self._remark(f"{path} was not read: {error.message}")
            return None
        self._bytes += len(data)
        return text.replace("\r\n", "\n")

    def _remark(self, text: str) -> None:
        if len(self.remarks) < _MOST_REMARKS and text not in self.remarks:
            self.remarks.append(text)


def mapping(value: object, *keys: str) -> Mapping[str, Any]:
    """The mapping below some keys; empty where there is none."""
    for key in keys:
        value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def texts(value: object) -> list[str]:
    """The texts of a list, or of a text alone."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        return []
    return [each for each in cast("list[object]", value) if isinstance(each, str)]


def text_of(value: object) -> str:
    """A text; empty for anything else."""
    return value if isinstance(value, str) else ""
