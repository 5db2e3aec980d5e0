"""Reads XML that tools left behind, element by element. It is as hostile as any other file: entities, which could grow
a small one beyond all memory, are refused. Knows no form of report.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.parsers import expat


class ReportXmlError(ValueError):
    """Why it cannot be read, as what is said of a file: "is not well-formed XML"."""


def read_report_xml(
    data: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], kind: str
) -> None:
    """Call ``start`` with each element's name and attributes, and ``end`` with its name. ``kind`` names such reports.

    Raises ``ReportXmlError``.
    """

    def refuse_entity(*_: Any) -> None:
        raise ReportXmlError(f"declares XML entities, which {kind} do not need")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse_entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ReportXmlError(f"is not well-formed XML: {error}") from None
