"""One chunk of a plan file, parsed and read: the unit that an edit renews and everything else keeps.

A part knows nothing of the chunks around it, except for the anchors defined before it, which are passed in.
"""

from __future__ import annotations

from typing import Final

from orchestrate_ls.plan.build_task import build_task
from orchestrate_ls.plan.duration import Calendar
from orchestrate_ls.plan.model import Task
from orchestrate_ls.syntax.cutting import Kind, YamlChunk, kind_of
from orchestrate_ls.syntax.events import EventSource
from orchestrate_ls.syntax.parser import Anchors, Parsed
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.tree import AnyNode, Entry, Mapping, Scalar, Sequence, resolved
from orchestrate_ls.syntax.wording import missing_colon
from orchestrate_ls.text.edits import TextEdit


class Part:
    """What one chunk holds. Offsets count from the start of the chunk; parts are immutable once built.

    ``doubt`` says what is odd about a part that parsed well by itself: either the layout is unusual and the document
    has to be read whole, or this is what is wrong.
    """

    __slots__ = (
        "calendar",
        "doubt",
        "entries",
        "findings",
        "items",
        "kind",
        "parsed",
        "special",
        "tasks",
        "text",
        "tokens",
    )

    def __init__(self, text: str, kind: Kind, parsed: Parsed, calendar: Calendar) -> None:
        self.text: Final = text
        self.kind: Final = kind
        self.parsed: Final = parsed
        self.calendar: Final = calendar
        self.entries: tuple[Entry, ...] = ()
        """Top-level entries (head and section parts)."""
        self.items: tuple[AnyNode, ...] = ()
        """The nodes of the tasks, and ``tasks`` the same as data."""
        self.tasks: tuple[Task, ...] = ()
        self.doubt: SyntaxProblem | None = None
        self.special = bool(parsed.problems or parsed.error or parsed.anchors or parsed.loose)
        """False for the ordinary part: no problem, no anchor, no alias, no doubt."""
        self.findings: object | None = None
        """What the rules have found in this part alone; see ``rules.engine``."""
        self.tokens: object | None = None
        """What is coloured in this part; see ``ide.semantic_tokens``."""

    @property
    def broken(self) -> bool:
        """True where the part did not parse, or not as what it should be."""
        return self.doubt is not None or bool(self.parsed.problems) or self.parsed.error is not None


def without_end_marker(text: str) -> str:
    """The text with a leading ``...`` blanked, which parsers want to see behind a document and not before one."""
    return "   " + text[3:] if text.startswith("...") else text


def part_of(
    chunk: YamlChunk, calendar: Calendar, source: EventSource, outside: Anchors | None = None
) -> Part:
    """The part of a chunk; kept with the chunk, so that versions of a file that share the chunk share it."""
    if outside is not None:
        return _build(chunk, calendar, parse(without_end_marker(chunk.text), source, outside))
    known = chunk.known
    if isinstance(known, Part) and known.calendar == calendar:
        return known
    parsed = known.parsed if isinstance(known, Part) else parse(without_end_marker(chunk.text), source)
    part = _build(chunk, calendar, parsed)
    chunk.known = part
    return part


def whole_part(text: str, calendar: Calendar, source: EventSource) -> Part:
    """A document in one part, for layouts that cannot be cut."""
    part = Part(text, Kind.SECTION, parse(text, source), calendar)
    root = part.parsed.root
    if isinstance(root, Mapping):
        part.entries = tuple(root.entries)
        _take_tasks(part)
    elif root is not None and not (isinstance(root, Scalar) and root.is_missing):
        part.doubt = SyntaxProblem(
            root.start,
            min(root.end, len(text)),
            "a plan is a mapping with keys such as `goal:` and `tasks:`, one on each line",
        )
    part.special = part.special or part.doubt is not None
    return part


def _build(chunk: YamlChunk, calendar: Calendar, parsed: Parsed) -> Part:
    part = Part(chunk.text, kind_of(chunk), parsed, calendar)
    root = parsed.root
    if part.kind is Kind.ITEM:
        _take_item(part, root, chunk.state.indent)
    elif isinstance(root, Mapping) and not root.flow:
        part.entries = tuple(root.entries)
        _take_tasks(part)
    elif root is not None and not (isinstance(root, Scalar) and root.is_missing):
        part.doubt = _no_pair(chunk.text, root)
    part.special = part.special or part.doubt is not None
    return part


def _take_item(part: Part, root: AnyNode | None, indent: int) -> None:
    if not isinstance(root, Sequence):
        if root is not None:
            part.doubt = SyntaxProblem(root.start, root.end, "expected a list item here: start it with `- `")
        return
    part.items = tuple(root.items)
    part.tasks = tuple([build_task(item, part.calendar) for item in root.items])
    width = len(part.text) - len(part.text.lstrip(" "))
    if width != indent:
        part.doubt = SyntaxProblem(
            width,
            width + 1,
            f"this item is indented by {width}, the other tasks by {indent}; line it up with them",
            TextEdit(0, width, " " * indent),
            "Line up with the other tasks",
        )


def _take_tasks(part: Part) -> None:
    """Tasks that stand in the part of the ``tasks`` key itself: a flow list, or a list that could not be cut."""
    items: list[AnyNode] = []
    for entry in part.entries:
        if entry.name != "tasks":
            continue  # of several `tasks` keys (a finding) all count: no task may be hidden by an error
        value = resolved(entry.value)
        if isinstance(value, Sequence):
            items.extend(value.items)
        elif isinstance(value, Mapping) and not value.flow and value.entry("id") is not None:
            items.append(value)  # the dash of the first item is missing; see PlanFile
    part.items = tuple(items)
    part.tasks = tuple([build_task(item, part.calendar) for item in items])


def _no_pair(text: str, root: AnyNode) -> SyntaxProblem:
    if isinstance(root, Scalar) and not root.style:
        return missing_colon(text, root.start)
    return SyntaxProblem(
        root.start,
        min(root.end, len(text)),
        "a plan is a mapping: expected a key such as `goal:` or `tasks:` at the start of this line",
    )
