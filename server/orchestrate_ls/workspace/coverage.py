"""Test coverage as other tools have left it in files: Cobertura XML (coverage.py, and many others), the JSON of
coverage.py and of Istanbul, and LCOV. Files are read, never run; they are as hostile as any other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from orchestrate_ls.workspace.containment import leads_out
from orchestrate_ls.workspace.report_xml import ReportXmlError, read_report_xml

LARGEST: Final = 50_000_000
USUAL_NAMES: Final = (
    "coverage.xml",
    "coverage.json",
    "lcov.info",
    "coverage/coverage.xml",
    "coverage/cobertura-coverage.xml",
    "coverage/coverage-summary.json",
    "coverage/lcov.info",
)
"""Where tools put it, from a project's root; the first that is there counts."""


class CoverageError(Exception):
    """A file that says nothing of coverage; the message says why."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Lines that tests ran of those they could have.

    Attributes
    ----------
    name
        Of the file it was read from.
    files
        By path as the tool wrote it, with slashes: lines that ran, and all.
    covered, lines
        Of all files.
    measured
        When the file was written; None where nobody knows.
    """

    name: str
    files: Mapping[str, tuple[int, int]]
    covered: int
    lines: int
    measured: datetime | None = None

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where no line can be run."""
        return self.covered / self.lines if self.lines else None


def find_coverage(root: Path) -> Path | None:
    """The coverage file of a project; None where there is none of a usual name."""
    return next(
        (path for name in USUAL_NAMES if (path := root / name).is_file() and not leads_out(path, root)),
        None,
    )


def read_coverage(path: Path) -> Coverage:
    """Read a coverage file of any of the known forms. Raises ``CoverageError``."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
            measured = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except (OSError, ValueError, OverflowError) as error:
        raise CoverageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > LARGEST:
        raise CoverageError(f"{path} is larger than {LARGEST // 1_000_000} MB")
    try:
        files = _read(data)
    except CoverageError as error:
        raise CoverageError(f"{path} {error}") from None
    covered, lines = (sum(each[place] for each in files.values()) for place in (0, 1))
    return Coverage(path.name, files, covered, lines, measured)


def _read(data: bytes) -> dict[str, tuple[int, int]]:
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return _cobertura(data)
    if start == b"{":
        return _json(data)
    return _lcov(data)


@dataclass(slots=True)
class _Cobertura:
    """What is known while the XML is read: a line counts once for each file, whatever class or method it is in."""

    lines: dict[str, dict[str, bool]] = field(default_factory=dict[str, dict[str, bool]])
    file: str | None = None
    is_coverage: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "coverage":
            self.is_coverage = True
        elif name == "class":
            self.file = attributes.get("filename", "").replace("\\", "/")
        elif name == "line" and self.file is not None and "hits" in attributes:
            number = attributes.get("number", "")
            ran = attributes["hits"] not in ("", "0")
            of_file = self.lines.setdefault(self.file, {})
            of_file[number] = of_file.get(number, False) or ran

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "class":
            self.file = None


def _cobertura(data: bytes) -> dict[str, tuple[int, int]]:
    found = _Cobertura()
    try:
        read_report_xml(data, found.start, found.end, "coverage reports")
    except ReportXmlError as error:
        raise CoverageError(str(error)) from None
    if not found.is_coverage:
        raise CoverageError("is no Cobertura report: it has no element `coverage`")
    return {name: (sum(lines.values()), len(lines)) for name, lines in sorted(found.lines.items())}


def _json(data: bytes) -> dict[str, tuple[int, int]]:
    try:
        content: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CoverageError(f"is not JSON: {error}") from None
    whole = cast("dict[str, object]", content) if isinstance(content, dict) else {}
    files = whole.get("files")
    found: dict[str, tuple[int, int]] = {}
    if isinstance(files, dict):
        for name, each in cast("dict[str, object]", files).items():
            summary = _part(each, "summary")
            _put(found, name, summary.get("covered_lines"), summary.get("num_statements"))
    else:
        for name, each in whole.items():
            lines = _part(each, "lines")
            if name != "total":
                _put(found, name, lines.get("covered"), lines.get("total"))
    if not found:
        raise CoverageError("is JSON of neither coverage.py nor Istanbul's summary")
    return dict(sorted(found.items()))


def _part(value: object, name: str) -> dict[str, object]:
    inner = cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None
    return cast("dict[str, object]", inner) if isinstance(inner, dict) else {}


def _put(found: dict[str, tuple[int, int]], name: str, covered: object, lines: object) -> None:
    if isinstance(covered, int) and isinstance(lines, int) and 0 <= covered <= lines:
        found[name.replace("\\", "/")] = covered, lines


def _lcov(data: bytes) -> dict[str, tuple[int, int]]:
    found: dict[str, dict[str, bool]] = {}
    current: dict[str, bool] | None = None
    for line in data.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(":")
        if key == "SF":
            current = found.setdefault(value.strip().replace("\\", "/"), {})
        elif key == "DA" and current is not None:
            number, _, count = value.partition(",")
            ran = count.partition(",")[0].strip() not in ("", "0")
            current[number] = current.get(number, False) or ran
        elif line.strip() == "end_of_record":
            current = None
    if not found:
        raise CoverageError("is no coverage report of a known form (Cobertura XML, JSON, LCOV)")
    return {name: (sum(lines.values()), len(lines)) for name, lines in sorted(found.items())}
