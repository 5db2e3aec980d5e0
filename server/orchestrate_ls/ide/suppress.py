"""Silence a finding by a comment: on its line, or for the whole file. Knows no editor."""

from __future__ import annotations

import re
from typing import Final

from orchestrate_ls.ide.draft import NotPossibleError
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.engine import Diagnostic, FileCheck
from orchestrate_ls.rules.suppressions import Suppression, suppressions_in
from orchestrate_ls.syntax.tree import Scalar, walk
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.lines import line_break, line_end, line_start, next_line

_NEVER: Final = frozenset({"syntax", "unused-suppression", "unknown-rule"})
"""What has to be put right: a silenced syntax error hides what it keeps from being read."""
_OPENING: Final = re.compile(r"\ufeff?(?:#[ \t]*orchestrate:[ \t]*plan[^\r\n]*(?:\r\n|\n|\r))?")
_NO_PLACE: Final = "there is no room for a comment on this line or above it"


def can_be_suppressed(diagnostic: Diagnostic) -> bool:
    """Whether a comment is offered for a finding."""
    return diagnostic.code not in _NEVER


def suppress_on_line(check: FileCheck, diagnostic: Diagnostic) -> TextEdit:
    """A comment behind the finding's line, or above it where the line ends inside a text.

    Raises ``NotPossibleError`` where neither can be.
    """
    text = check.file.text
    start, end = line_start(text, diagnostic.start), line_end(text, diagnostic.start)
    known = _extended(text, start, end, diagnostic.code, whole_file=False)
    if known is not None:
        return known
    source = check.plans[diagnostic.plan].source
    comment = f"# orchestrate: ignore[{diagnostic.code}]"
    if not _is_inside_text(source, end):
        stripped = len(text[start:end].rstrip(" \t"))
        return TextEdit(start + stripped, start + stripped, f"  {comment}" if stripped else comment)
    if _is_inside_text(source, start):
        raise NotPossibleError(_NO_PLACE)
    line = text[start:end]
    indent = line[: len(line) - len(line.lstrip(" "))]
    return TextEdit(start, start, f"{indent}{comment}{line_break(text)}")


def suppress_in_file(check: FileCheck, diagnostic: Diagnostic) -> TextEdit:
    """A comment in the first lines of the file, behind the one that says it is a plan."""
    text = check.file.text
    at = 0
    while text.startswith("#", at) or at == 0:
        known = _extended(text, at, line_end(text, at), diagnostic.code, whole_file=True)
        if known is not None:
            return known
        at = next_line(text, at)
        if at >= len(text):
            break
    opening = _OPENING.match(text)
    place = opening.end() if opening is not None else 0
    return TextEdit(place, place, f"# orchestrate: ignore-file[{diagnostic.code}]{line_break(text)}")


def _extended(text: str, start: int, end: int, code: str, *, whole_file: bool) -> TextEdit | None:
    """The code added to a comment that is on the line already."""
    for each in suppressions_in(text[start:end]):
        if each.whole_file == whole_file and each.codes:
            return _add_code(start, each, code)
    return None


def _add_code(base: int, suppression: Suppression, code: str) -> TextEdit:
    end = base + suppression.codes[-1].end
    return TextEdit(end, end, f", {code}")


def _is_inside_text(source: PlanSource, offset: int) -> bool:
    """Whether a ``#`` at an offset would be part of a scalar that runs over several lines."""
    if not source.parts:
        return False
    part = max(0, min(source.chunks.chunk_at(offset) - source.first, len(source.parts) - 1))
    root = source.parts[part].parsed.root
    if root is None:
        return False
    base, text = source.part_base(part), source.text
    for node in walk(root):
        if not isinstance(node, Scalar) or not base + node.start < offset < base + node.end:
            continue
        if node.style not in ("|", ">"):
            return True
        # Behind the header of a block scalar a comment may stand.
        return offset > line_end(text, base + node.start)
    return False
