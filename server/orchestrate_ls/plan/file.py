"""A plan file: its text, the trees of its parts, and the plans they add up to.

``PlanFile`` is one immutable version of a file. ``edit`` gives the next, for which only the chunks that the edit
touched are parsed again. One document of the file (between ``---`` lines) is one ``PlanSource``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from orchestrate_ls.plan.duration import Calendar
from orchestrate_ls.plan.layout import layout_problems, reads_whole
from orchestrate_ls.plan.parts import Part, part_of, whole_part, without_end_marker
from orchestrate_ls.plan.source import PartProblem, PlanSource
from orchestrate_ls.syntax.cutting import (
    Kind,
    PlanCutter,
    YamlChunk,
    YamlText,
    has_directives,
    starts_document,
)
from orchestrate_ls.syntax.events import EventSource, default_events
from orchestrate_ls.syntax.parser import Target
from orchestrate_ls.syntax.problems import SyntaxProblem
from orchestrate_ls.text.chunks import Splice
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.steps import Steps, in_one_go

_CUTTER: Final = PlanCutter()
_DEFAULT_CALENDAR: Final = Calendar()
_PARTS_PER_STEP: Final = 16


class PlanFile:
    """One version of a plan file."""

    def __init__(
        self, chunks: YamlText, parts: list[Part], sources: tuple[PlanSource, ...], events: EventSource
    ) -> None:
        self.chunks: Final = chunks
        self.parts: Final = parts
        """One part for each chunk. A document that had to be read whole has a part of its own in its source."""
        self.sources: Final = sources
        """The plans in the file: one for each YAML document with any content, at least one."""
        self._events: Final = events

    @property
    def text(self) -> str:
        return self.chunks.text

    @classmethod
    def parse(cls, text: str, event_source: EventSource | None = None) -> PlanFile:
        """Read a text. Any text gives a plan file; what is wrong is in the parts' problems."""
        return in_one_go(cls.parse_steps(text, event_source))

    @classmethod
    def parse_steps(cls, text: str, event_source: EventSource | None = None) -> Steps[PlanFile]:
        """The same as ``parse``, in steps of a few milliseconds."""
        source = event_source or default_events()
        chunks = yield from YamlText.steps_of(text, _CUTTER)
        parts = yield from _read(chunks.chunks, _DEFAULT_CALENDAR, source)
        return (yield from _assemble(chunks, parts, source))

    def edit(self, start: int, end: int, new_text: str) -> PlanFile:
        """The file with the code points ``[start, end)`` replaced. Raises ``ValueError`` for a range outside."""
        return in_one_go(self.edit_steps(start, end, new_text))

    def edit_steps(self, start: int, end: int, new_text: str) -> Steps[PlanFile]:
        """The same as ``edit``, in steps of a few milliseconds; one or a few for most edits."""
        chunks, splice = yield from self.chunks.edit_steps(start, end, new_text)
        calendar = self._calendar_at(splice)
        fresh = chunks.chunks[splice.first : splice.first + splice.added]
        added = yield from _read(fresh, calendar, self._events)
        fast = self._edit_one_task(chunks, splice, added)
        if fast is not None:
            return fast
        parts = self.parts[: splice.first] + added + self.parts[splice.first + splice.removed :]
        return (yield from _assemble(chunks, parts, self._events))

    def _calendar_at(self, splice: Splice) -> Calendar:
        for source in reversed(self.sources):
            if source.first <= splice.first:
                return source.plan.header.calendar
        return _DEFAULT_CALENDAR

    def _edit_one_task(self, chunks: YamlText, splice: Splice, added: list[Part]) -> PlanFile | None:
        """The next version where only one task's text changed in an ordinary plan; None where more must be done."""
        if splice.added != splice.removed or len(self.sources) != 1:
            return None
        changed = [index for index, part in enumerate(added) if part is not self.parts[splice.first + index]]
        if len(changed) != 1:
            return None
        source, index = self.sources[0], splice.first + changed[0]
        old, new = self.parts[index], added[changed[0]]
        if source.first != 0 or source.parts is not self.parts:
            return None
        if old.special or new.special or source.problems:
            return None
        if old.kind is not Kind.ITEM or new.kind is not Kind.ITEM:
            return None
        if len(old.tasks) != 1 or len(new.tasks) != 1:
            return None
        parts = self.parts.copy()
        parts[index] = new
        fresh = PlanSource(chunks, 0, parts, [], changed=(source, index))
        return PlanFile(chunks, parts, (fresh,), self._events)


def _read(chunks: Sequence[YamlChunk], calendar: Calendar, events: EventSource) -> Steps[list[Part]]:
    parts: list[Part] = []
    for index, chunk in enumerate(chunks, 1):
        parts.append(part_of(chunk, calendar, events))
        if not index % _PARTS_PER_STEP:
            yield
    return parts


def _assemble(chunks: YamlText, parts: list[Part], events: EventSource) -> Steps[PlanFile]:
    """Group parts into documents, and settle what needs more than one part to know."""
    starts = [
        index
        for index, part in enumerate(parts)
        if index
        and part.kind is Kind.HEAD
        and starts_document(chunks.chunks[index])
        and not has_directives(chunks.chunks[index - 1])
    ]
    sources: list[PlanSource] = []
    for first, last in pairwise([0, *starts, len(parts)]):
        source = yield from _document(chunks, first, parts[first:last] if starts else parts, events)
        if source.header_parts or any(part.broken or part.tasks for part in source.parts):
            sources.append(source)
    if not sources:
        sources.append(PlanSource(chunks, 0, parts, []))
    plain = len(sources) == 1 and not starts and not any([part.special for part in parts])
    return PlanFile(chunks, sources[0].parts if plain else parts, tuple(sources), events)


def _document(chunks: YamlText, first: int, parts: list[Part], events: EventSource) -> Steps[PlanSource]:
    """The source of one document from its parts as each chunk gave them."""
    own = chunks.chunks[first : first + len(parts)]
    problems: list[PartProblem] = []
    layout = layout_problems(parts)
    special = bool(layout) or any([part.special for part in parts])
    if special:
        odd = [index for index, part in enumerate(parts) if part.broken] + [each.part for each in layout]
        if odd and reads_whole(own, parts, min(odd), events):
            return _whole(chunks, first, "".join([chunk.text for chunk in own]), events)
        problems.extend(layout)
        parts = _linked(own, parts, events, None)
    source = PlanSource(chunks, first, parts, problems)
    if len(parts) > _PARTS_PER_STEP:
        yield
    calendar = source.plan.header.calendar
    if any([part.tasks and part.calendar != calendar for part in parts]):
        parts = parts.copy()
        for index, (chunk, part) in enumerate(zip(own, parts, strict=True), 1):
            if part.tasks:
                parts[index - 1] = part_of(chunk, calendar, events)
            if not index % _PARTS_PER_STEP:
                yield
        source = PlanSource(
            chunks, first, _linked(own, parts, events, calendar) if special else parts, problems
        )
    if special:
        for index, part in enumerate(source.parts):
            problems.extend(_loose(index, part))
    return source


def _whole(chunks: YamlText, first: int, text: str, events: EventSource) -> PlanSource:
    text = without_end_marker(text)
    part = whole_part(text, _DEFAULT_CALENDAR, events)
    source = PlanSource(chunks, first, [part], _loose(0, part))
    calendar = source.plan.header.calendar
    if calendar != _DEFAULT_CALENDAR:
        part = whole_part(text, calendar, events)
        source = PlanSource(chunks, first, [part], _loose(0, part))
    return source


def _loose(index: int, part: Part) -> list[PartProblem]:
    return [
        PartProblem(
            index,
            SyntaxProblem(
                alias.start,
                alias.end,
                f"there is no anchor {quoted('&' + alias.name)} before this alias; define it,"
                " or quote the value if `*` belongs to it",
            ),
        )
        for alias in part.parsed.loose
    ]


def _linked(
    chunks: list[YamlChunk], parts: list[Part], events: EventSource, calendar: Calendar | None
) -> list[Part]:
    """The parts with aliases given the anchors of earlier chunks, in document order."""
    anchors: dict[str, Target] = {}
    linked: list[Part] | None = None
    for index, part in enumerate(parts):
        if not part.special:
            continue
        if any(alias.name in anchors for alias in part.parsed.loose):
            linked = linked or parts.copy()
            part = part_of(chunks[index], calendar or part.calendar, events, anchors)  # noqa: PLW2901
            linked[index] = part
        anchors.update(part.parsed.anchors)
    return linked or parts
